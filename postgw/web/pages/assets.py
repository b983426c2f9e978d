"""What the pages bring along: stylesheets, scripts and one mark; no page asks another host for anything.

The address of a file bears the digest of its content: a browser keeps it for a year and sees a new release at once.

Used by: routes, drawing.
"""

from __future__ import annotations

from hashlib import blake2s
from importlib import resources

from aiohttp import web

_MEDIA = {"css": "text/css", "svg": "image/svg+xml", "js": "text/javascript"}
_KEPT = "public, max-age=31536000, immutable"
_FILES = {
    file.name: file.read_bytes()
    for file in (resources.files("postgw.web.pages") / "static").iterdir()
    if file.is_file()
}
_DIGESTS = {name: blake2s(content, digest_size=6).hexdigest() for name, content in _FILES.items()}


def address_of(name: str) -> str:
    """Return the address of a file, with the digest of its content."""
    return f"/static/{name}?v={_DIGESTS[name]}"


async def asset(request: web.Request) -> web.Response:
    """Answer with a file."""
    name = request.match_info["name"]
    if name not in _FILES:
        raise web.HTTPNotFound
    kept = _KEPT if request.query.get("v") == _DIGESTS[name] else "public, max-age=60"
    media = _MEDIA[name.rpartition(".")[2]]
    charset = "utf-8" if media.startswith("text/") else None
    return web.Response(body=_FILES[name], content_type=media, charset=charset, headers={"Cache-Control": kept})
