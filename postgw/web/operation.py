"""An operation: an act as the API offers it, with all that its description needs.

Stands on: values. Used by: api, serve, openapi.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, TypeAdapter

from .reading import MIB
from .values import read_json, read_query


class NoQuery(BaseModel):
    """The query of an operation that takes none."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


Act = Callable[[Any], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer of an operation, as its description states it."""

    status: int
    text: str
    model: Any = None
    media: str = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """An act as the API offers it."""

    act: Act
    name: str  #: operationId, stable
    summary: str
    answers: tuple[Answer, ...]
    text: str = ""
    body: Any = None  #: the model of the body, or none
    read: Callable[[bytes], Any] | None = None  #: instead of reading the body strictly as its model
    most: int = MIB
    query: type[BaseModel] = NoQuery
    creates: bool = False  #: takes Idempotency-Key
    matches: bool = False  #: takes If-Match
    tells_of_people: bool = False  #: the answer bears names and addresses: who reads it is written down
    problems: tuple[int, ...] = ()
    example: Mapping[str, Any] | None = None
    adapter: TypeAdapter[Any] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "adapter", TypeAdapter(self.body) if self.body is not None else TypeAdapter(None))

    def body_of(self, raw: bytes) -> Any:
        """Return what a body says, none where none is taken. Raises Malformed, Faulty."""
        if self.body is None:
            return None
        return self.read(raw) if self.read else read_json(raw, self.adapter)

    def query_of(self, request: web.Request) -> Any:
        """Return what the query says, none where nothing is asked and nothing is taken. Raises Faulty."""
        return read_query(request, self.query) if request.query_string or self.query is not NoQuery else None


def operation(name: str, summary: str, *answers: Answer, **rest: Any) -> Callable[[Act], Operation]:
    """Make an operation of a handler; its docstring is the longer text."""

    def made(act: Act) -> Operation:
        return Operation(act=act, name=name, summary=summary, answers=answers, **rest)

    return made
