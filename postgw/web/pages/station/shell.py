"""The shell of the station: one page without any personal data, which the browser keeps and opens without a signal.

Whoever works and what there is to do comes from the device itself. The worker's script names the files that belong to
this release; when one of them changes, or the language, the browser takes the new release by itself.

Stands on: words, assets. Used by: routes.
Source: W3C Service Workers; W3C Web Application Manifest.
"""

from __future__ import annotations

from functools import cache
from hashlib import blake2s
from importlib import resources
from typing import Any

import orjson
from aiohttp import web

from postgw.web.language import said, sentence

from ..assets import address_of, worker_script
from ..visit import Visit
from .words import every_sentence

#: What the page needs before anything is asked for; the decoder of the camera comes when it is opened.
_FILES = ("pages.css", "station.css", "station.js", "mark.svg")
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_NAME = sentence("Trạm bưu điện")


@cache
def _parts() -> tuple[str, ...]:
    """Return the templates of the screens, each part of the station one."""
    folder = resources.files("postgw.web.pages") / "templates" / "station"
    names = sorted(each.name for each in folder.iterdir() if each.name.endswith(".html"))
    return tuple(f"station/{name}" for name in names if name != "shell.html")


def _values(visit: Visit) -> dict[str, Any]:
    words = {key: said(text, {}, visit.language) for key, text in every_sentence().items()}
    return {"parts": _parts(), "words": orjson.dumps(words).decode()}


async def shell(visit: Visit) -> web.Response:
    """Show the page."""
    response = visit.show("station/shell.html", **_values(visit))
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Permissions-Policy"] = "camera=(self)"
    response.enable_compression()
    return response


async def worker(visit: Visit) -> web.Response:
    """Answer with the worker's script: which release this is, then the store, the queue and the worker."""
    files = ["/station", *(address_of(name) for name in _FILES)]
    page = blake2s(visit.drawn("station/shell.html", **_values(visit)).encode(), digest_size=6).hexdigest()
    told = {"version": f"{page}-{visit.language}", "files": files, "language": visit.language}
    body = b"self.STATION = " + orjson.dumps(told) + b";\n" + worker_script()
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/station"}
    response = web.Response(body=body, content_type="text/javascript", charset="utf-8", headers=headers)
    response.headers["Content-Security-Policy"] = _POLICY
    return response


async def manifest(visit: Visit) -> web.Response:
    """Answer with what a phone wants to know before it puts the page among its programs."""
    name = said(_NAME, {}, visit.language)
    told = {
        "id": "/station", "name": name, "short_name": name, "start_url": "/station", "scope": "/station",
        "display": "standalone", "orientation": "any", "lang": visit.language, "background_color": "#f4f1e8",
        "theme_color": "#0e2f4b",
        "icons": [{"src": address_of("mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
    }  # fmt: skip
    return web.Response(body=orjson.dumps(told), content_type="application/manifest+json")
