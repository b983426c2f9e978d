"""What the pages bring along: stylesheets, scripts and one mark; no page asks another host for anything.

The address of a file bears the digest of its content: a browser keeps it for a year and sees a new release at once. The
station's script and style are many small files that travel as one, so that an old piece never meets a new one.

Used by: routes, drawing, station.shell.
"""

from __future__ import annotations

from hashlib import blake2s
from importlib import resources

from aiohttp import web

_MEDIA = {"css": "text/css", "svg": "image/svg+xml", "js": "text/javascript"}
_KEPT = "public, max-age=31536000, immutable"
_STATIC = resources.files("postgw.web.pages") / "static"
_STATION = {file.name: file.read_bytes() for file in (_STATIC / "station").iterdir()}
#: What others stand on comes first, what begins to run comes last; between them the order is no matter.
_FIRST = ("store", "keys", "queue", "page", "numbers", "snapshot", "shift")
_LAST = ("shell",)
_OF_THE_WORKER = ("store", "keys", "queue", "worker")


def _station_script() -> bytes:
    others = sorted(
        name.removesuffix(".js")
        for name in _STATION
        if name.endswith(".js") and name.removesuffix(".js") not in {*_FIRST, *_LAST, "worker"}
    )
    return _joined(".js", (*_FIRST, *others, *_LAST))


def _joined(ending: str, names: tuple[str, ...]) -> bytes:
    return b"\n".join(_STATION[name + ending] for name in names if name + ending in _STATION)


def _station_style() -> bytes:
    return b"\n".join(content for name, content in sorted(_STATION.items()) if name.endswith(".css"))


_FILES = {
    **{file.name: file.read_bytes() for file in _STATIC.iterdir() if file.is_file()},
    "station.js": _station_script(), "station.css": _station_style(),
}  # fmt: skip
_DIGESTS = {name: blake2s(content, digest_size=6).hexdigest() for name, content in _FILES.items()}


def address_of(name: str) -> str:
    """Return the address of a file, with the digest of its content."""
    return f"/static/{name}?v={_DIGESTS[name]}"


def worker_script() -> bytes:
    """Return the script of the station's worker: the store and the queue, the same files as in the page."""
    return _joined(".js", _OF_THE_WORKER)


async def asset(request: web.Request) -> web.Response:
    """Answer with a file."""
    name = request.match_info["name"]
    if name not in _FILES:
        raise web.HTTPNotFound
    kept = _KEPT if request.query.get("v") == _DIGESTS[name] else "public, max-age=60"
    media = _MEDIA[name.rpartition(".")[2]]
    charset = "utf-8" if media.startswith("text/") else None
    response = web.Response(body=_FILES[name], content_type=media, charset=charset, headers={"Cache-Control": kept})
    response.enable_compression()
    return response
