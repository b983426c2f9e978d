"""Hearing what a caller sends, and never more of it than was agreed; what it means is told in `values`.

Used by: serve, visit, and handlers that read for themselves.
"""

from __future__ import annotations

import re

from aiohttp import web

from postgw.domain.errors import TooMuch

from .errors import Malformed, WrongMedia

MIB = 1 << 20
#: What was read of a request, for whoever reads it again.
_BODY = web.RequestKey("body", bytes)
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


async def read_body(request: web.Request, most: int = MIB) -> bytes:
    """Return the body.

    Raises TooMuch above `most` bytes, Malformed when it does not arrive whole, WrongMedia when it is not JSON.
    """
    raw = await read_at_most(request, most)
    if request.content_type != "application/json":
        raise WrongMedia("Nội dung phải là JSON: đặt Content-Type: application/json.")
    return raw


async def read_at_most(request: web.Request, most: int) -> bytes:
    """Return what a request holds, and never hold more of it than that: whoever sends without end is cut off.

    Raises TooMuch above `most` bytes, Malformed when it does not arrive whole.
    """
    if (request.content_length or 0) > most:
        raise _too_large(most)
    kept: bytes | None = request.get(_BODY)
    if kept is not None:
        return kept
    raw, content = bytearray(), request.content
    try:
        while not content.at_eof():
            raw += await content.readany()
            if len(raw) > most:
                raise _too_large(most)
    except web.RequestPayloadError:
        raise Malformed("Nội dung gửi lên bị đứt hoặc nén sai. Gửi lại.", code="body.broken") from None
    request[_BODY] = body = bytes(raw)
    return body


def _too_large(most: int) -> TooMuch:
    return TooMuch("Nội dung lớn hơn {most} KiB. Chia nhỏ rồi gửi từng phần.", most=most // 1024, code="body.too_large")


def well_formed_request_id(text: str) -> bool:
    """Say whether a caller's request id may stand in our logs."""
    return bool(_REQUEST_ID.fullmatch(text))
