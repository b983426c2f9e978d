"""Reading what a caller sends: the body as strict JSON, the query, the header values; or saying exactly what is wrong.

Nothing is guessed: `"5"` is no number, an unknown field is refused with its name, a name given twice in the query too.

Stands on: faults. Used by: serve, and handlers that read row by row.
"""

from __future__ import annotations

import re
from typing import Any, TypeVar

import orjson
from aiohttp import web
from pydantic import BaseModel, TypeAdapter, ValidationError

from postgw.domain.errors import TooMuch

from .errors import Faulty, Malformed, WrongMedia
from .faults import fault, faults_of, is_unreadable, where_unreadable
from .language import sentence

Read = TypeVar("Read")
MIB = 1 << 20
_UNREADABLE = sentence("Nội dung không phải JSON đúng (UTF-8): lỗi ở {place}.")
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
    raw = bytearray()
    try:
        while piece := await request.content.readany():
            raw += piece
            if len(raw) > most:
                raise _too_large(most)
    except web.RequestPayloadError:
        raise Malformed("Nội dung gửi lên bị đứt hoặc nén sai. Gửi lại.", code="body.broken") from None
    request[_BODY] = body = bytes(raw)
    return body


def _too_large(most: int) -> TooMuch:
    return TooMuch("Nội dung lớn hơn {most} KiB. Chia nhỏ rồi gửi từng phần.", most=most // 1024, code="body.too_large")


def read_json(raw: bytes, adapter: TypeAdapter[Read]) -> Read:
    """Return the body as its model.

    Raises Malformed when it is no JSON, Faulty with a pointer for each wrong value.
    """
    if rb"\u0000" in raw:
        _refuse_nul(raw)
    try:
        return adapter.validate_json(raw)
    except ValidationError as error:
        raise unreadable(error) if is_unreadable(error) else Faulty(faults_of(error)) from None


def read_loosely(raw: bytes) -> Any:
    """Return the body as plain values, for reading row by row. Raises Malformed when it is no JSON."""
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        place = f"dòng {error.lineno}, cột {error.colno}"
        raise Malformed(_UNREADABLE, place=place, code="body.json") from None


def unreadable(error: ValidationError) -> Malformed:
    """Return the error for a body that is no JSON."""
    return Malformed("Nội dung không phải JSON đúng (UTF-8): lỗi ở {place}.", place=where_unreadable(error) or "đầu",
                     code="body.json")  # fmt: skip


def _refuse_nul(raw: bytes) -> None:
    try:
        found = [fault("nul", place) for place in _nul_places(orjson.loads(raw), ())]
    except (orjson.JSONDecodeError, RecursionError):
        return  # the model's own reading says where, and goes down no further than ours
    if found:
        raise Faulty(found)


def _nul_places(value: Any, place: tuple[object, ...]) -> list[tuple[object, ...]]:
    if isinstance(value, str):
        return [place] if "\0" in value else []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, each in inner for found in (_nul_places(key, place) or _nul_places(each, (*place, key)))]


def read_query(request: web.Request, model: type[BaseModel]) -> Any:
    """Return the query as its model. Raises Faulty, its pointers being the names of the parameters."""
    query = request.query
    if len(query) != len(given := dict(query)):
        raise Faulty(fault("twice", (name,)) for name in given if len(query.getall(name)) > 1)
    if any("\0" in value for value in given.values()):
        raise Faulty(fault("nul", (name,)) for name, value in given.items() if "\0" in value)
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise Faulty(faults_of(error)) from None


def well_formed_request_id(text: str) -> bool:
    """Say whether a caller's request id may stand in our logs."""
    return bool(_REQUEST_ID.fullmatch(text))
