"""What a caller's bytes mean: the body as strict JSON, the query as its model; or exactly what is wrong with them.

Nothing is guessed: `"5"` is no number, an unknown field is refused with its name, a name given twice in the query too.

Stands on: faults. Used by: operation, and handlers that read row by row.
"""

from __future__ import annotations

from typing import Any, TypeVar

import orjson
from aiohttp import web
from pydantic import BaseModel, TypeAdapter, ValidationError

from .errors import Faulty, Malformed
from .faults import fault, faults_of, is_unreadable, where_unreadable
from .language import sentence

Read = TypeVar("Read")
_UNREADABLE = sentence("Nội dung không phải JSON đúng (UTF-8): lỗi ở {place}.")


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
