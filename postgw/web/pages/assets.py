"""What the pages bring along: stylesheets, scripts and one mark; no page asks another host for anything.

The address of a file bears the digest of its content: a browser keeps it for a year and sees a new release at once. The
station's script and style are many small files that travel as one, so that an old piece never meets a new one. What
others wrote lies in `vendor/`, with its licence and where it came from.

Used by: routes, drawing, station.shell.
"""

from __future__ import annotations

from functools import cache
from gzip import compress
from hashlib import blake2s
from pathlib import Path

from aiohttp import web

_MEDIA = {
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".js": "text/javascript",
    ".wasm": "application/wasm",
    ".png": "image/png",
}
_KEPT = "public, max-age=31536000, immutable"
_STATIC = Path(__file__).parent / "static"
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
    **{f"vendor/{file.name}": file.read_bytes() for file in (_STATIC / "vendor").iterdir() if file.suffix in _MEDIA},
    "station.js": _station_script(), "station.css": _station_style(),
}  # fmt: skip
_DIGESTS = {name: blake2s(content, digest_size=6).hexdigest() for name, content in _FILES.items()}
#: The thread that reads pictures compiles WebAssembly, and it alone may: a worker lives by the policy of its own file.
_POLICIES = {
    "camera_reader.js": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'",
}


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
    headers = {"Vary": "Accept-Encoding", "Cache-Control": "public, max-age=60"}
    if request.query.get("v") == _DIGESTS[name]:
        headers["Cache-Control"] = _KEPT
    if name in _POLICIES:
        headers["Content-Security-Policy"] = _POLICIES[name]
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    if packed:
        headers["Content-Encoding"] = "gzip"
    media = _MEDIA[Path(name).suffix]
    charset = "utf-8" if media.startswith("text/") else None
    body = _packed(name) if packed else _FILES[name]
    return web.Response(body=body, content_type=media, charset=charset, headers=headers)


@cache
def _packed(name: str) -> bytes:
    """Return a file as it travels: at 1.6 Mbit/s the reader of bar codes takes two seconds instead of five."""
    return compress(_FILES[name], mtime=0)
