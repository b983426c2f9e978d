"""Traces: which steps one request took, on both sides of the outbox, and how long each lasted. Off unless it is set.

A span is one step with its beginning and end; spans of one trace hang together. The trace of a request is not kept
anywhere: its number is the first half of the SHA-256 of the request id, so that whoever does an errand hours later, in
another process, reckons it from the id that lies with the errand. Whether a trace is sampled is read off its number,
so every process decides alike. A caller's own `traceparent` becomes a link and never the parent: strangers do not say
what we record.

A span bears the template of a route, a status, the name of an act, a job or an outsider. It never bears a path, a
number, a person's name, a text of ours or of an error.

While it is off a step costs one comparison, and nothing that sends is imported.

Stands on: logs. Used by: web, services, storage, adapters, scheduler; bootstrap switches it on.
Source: W3C Trace Context (traceparent); OpenTelemetry specification 1.x, "TraceIdRatioBased" and "Links".
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Literal

from postgw import logs

Kind = Literal["internal", "server", "client", "consumer"]
Value = str | int
NOTHING: Mapping[str, Value] = {}

_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")
_NO_SPAN: AbstractContextManager[None] = nullcontext()


@dataclass(slots=True, kw_only=True)
class Span:
    """One step. Moments are nanoseconds since 1970; `fault` is the kind of an error, never its text."""

    name: str
    trace_id: str
    span_id: str
    parent_id: str = ""
    kind: Kind = "internal"
    began: int = 0
    ended: int = 0
    attributes: dict[str, Value] = field(default_factory=dict)
    link: tuple[str, str] | None = None  #: trace and span of a caller outside
    fault: str = ""


#: Where spans go when they have ended. It must not wait, and must not raise.
Sink = Callable[[Span], None]
#: The step under way; nothing where none is recorded.
_under_way: ContextVar[Span | None] = ContextVar("span", default=None)


@lru_cache(maxsize=4096)
def ids_of(request_id: str) -> tuple[str, str]:
    """Return the trace of a request, and the number of the span with which it begins.

    >>> ids_of("r-1")[0] == sha256(b"r-1").hexdigest()[:32]
    True
    """
    digest = sha256(request_id.encode()).hexdigest()
    return digest[:32], digest[32:48]


class Tracer:
    """Begins spans and hands those that ended to the sink; of `one_in` traces it records one."""

    def __init__(self, sink: Sink, *, one_in: int = 1) -> None:
        self._sink = sink
        self._below = 2**64 // one_in

    def is_sampled(self, trace_id: str) -> bool:
        """Say whether a trace is recorded: by its lower half, as the specification asks."""
        return int(trace_id[16:], 16) < self._below

    @contextmanager
    def recorded(self, span: Span | None) -> Iterator[None]:
        """Record one step for the length of the block; nothing is recorded beneath a step that is not."""
        token = _under_way.set(span)
        if span is not None:
            span.began = time.time_ns()  # noqa: TID251  # a trace is measured, no act reads this clock
        try:
            yield
        except BaseException as fault:
            if span is not None:
                span.fault = type(fault).__name__
            raise
        finally:
            _under_way.reset(token)
            if span is not None:
                span.ended = time.time_ns()  # noqa: TID251
                self._sink(span)


_tracer: Tracer | None = None


@contextmanager
def switched_on(sink: Sink, *, one_in: int = 1) -> Iterator[None]:
    """Record spans for the length of the block."""
    global _tracer
    before, _tracer = _tracer, Tracer(sink, one_in=one_in)
    try:
        yield
    finally:
        _tracer = before


def is_on() -> bool:
    """Say whether anything is recorded."""
    return _tracer is not None


def begun(name: str, *, kind: Kind = "server", caller: str = "") -> AbstractContextManager[None]:
    """Begin the trace of the request or the turn whose id `logs.request_id` holds; `caller` is its `traceparent`."""
    if _tracer is None:
        return _NO_SPAN
    trace_id, span_id = ids_of(logs.request_id.get())
    if not _tracer.is_sampled(trace_id):
        return _tracer.recorded(None)
    link = _TRACEPARENT.fullmatch(caller)
    span = Span(
        name=name, trace_id=trace_id, span_id=span_id, kind=kind, link=(link[1], link[2]) if link else None
    )  # fmt: skip
    return _tracer.recorded(span)


def carried_on(name: str, attributes: Mapping[str, Value] = NOTHING) -> AbstractContextManager[None]:
    """Go on, here and now, with the trace of the request that caused this; `logs.request_id` names it."""
    if _tracer is None:
        return _NO_SPAN
    trace_id, root = ids_of(logs.request_id.get())
    if not logs.request_id.get() or not _tracer.is_sampled(trace_id):
        return _tracer.recorded(None)
    return _tracer.recorded(_step(name, trace_id, root, "consumer", attributes))


def span(
    name: str, attributes: Mapping[str, Value] = NOTHING, *, kind: Kind = "internal"
) -> AbstractContextManager[None]:
    """Record a step within the one under way; where none is, nothing."""
    if _tracer is None or (above := _under_way.get()) is None:
        return _NO_SPAN
    return _tracer.recorded(_step(name, above.trace_id, above.span_id, kind, attributes))


def _step(name: str, trace_id: str, parent_id: str, kind: Kind, attributes: Mapping[str, Value]) -> Span:
    return Span(
        name=name, trace_id=trace_id, span_id=secrets.token_hex(8), parent_id=parent_id, kind=kind,
        attributes=dict(attributes),
    )  # fmt: skip


def note(attributes: Mapping[str, Value] = NOTHING, *, name: str = "", fault: str = "") -> None:
    """Say more of the step under way, once it is known."""
    if _tracer is None or (step := _under_way.get()) is None:
        return
    step.name = name or step.name
    step.fault = fault or step.fault
    step.attributes.update(attributes)


def passed_on() -> dict[str, str]:
    """Return the headers by which an outsider we call can name this request: its id, and its trace where it is kept."""
    headers = {"X-Request-ID": request_id} if (request_id := logs.request_id.get()) else {}
    if _tracer is not None and (step := _under_way.get()) is not None:
        headers["traceparent"] = f"00-{step.trace_id}-{step.span_id}-01"
    return headers
