"""How spans leave the house: to a collector, in OpenTelemetry's protocol OTLP over HTTP, written as JSON.

Spans are queued and sent in bundles by a thread of their own, so that no act waits for a collector. One that is away
loses what it does not take: traces are for looking, nothing rests on them. The queue is bounded, and the log says once
when it begins to lose and once when it is over.

Imported only where `[telemetry] endpoint` is set. Used by: bootstrap.
Source: OpenTelemetry Protocol specification 1.x, "OTLP/HTTP" and "JSON Protobuf Encoding" (ids in hex, 64-bit numbers
as strings, enumerations as numbers); "Protocol Exporter" (headers, percent-encoded); semantic
conventions for `service.*`.
"""

from __future__ import annotations

import json
import logging
import re
import threading
import urllib.request
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.client import HTTPException
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

from postgw.telemetry import Span, Value

logger = logging.getLogger(__name__)

_KINDS = {"internal": 1, "server": 2, "client": 3, "consumer": 5}
_FAULT = 2
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_SAMPLED = 1
#: As many spans wait at most, and go in one call.
_QUEUE, _BUNDLE = 8192, 512
_PAUSE, _PATIENCE = 2.0, 5.0


def body_of(spans: Sequence[Span], resource: Mapping[str, Value]) -> dict[str, Any]:
    """Return an ExportTraceServiceRequest."""
    scope = {"scope": {"name": "postgw"}, "spans": [_span_to_wire(span) for span in spans]}
    return {"resourceSpans": [{"resource": {"attributes": _attributes(resource)}, "scopeSpans": [scope]}]}


def _span_to_wire(span: Span) -> dict[str, Any]:
    told: dict[str, Any] = {
        "traceId": span.trace_id, "spanId": span.span_id, "name": span.name, "kind": _KINDS[span.kind],
        "startTimeUnixNano": str(span.began), "endTimeUnixNano": str(span.ended), "flags": _SAMPLED,
        "attributes": _attributes(span.attributes),
    }  # fmt: skip
    if span.parent_id:
        told["parentSpanId"] = span.parent_id
    if span.link:
        told["links"] = [{"traceId": span.link[0], "spanId": span.link[1]}]
    if span.fault:
        told["status"] = {"code": _FAULT, "message": span.fault}
    return told


def _attributes(values: Mapping[str, Value]) -> list[dict[str, Any]]:
    return [
        {"key": key, "value": {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value}}
        for key, value in values.items()
    ]


def headers_from(text: str) -> dict[str, str]:
    """Return the headers that a secret holds. Raises ValueError, which does not say what it holds, at anything else.

    >>> headers_from("Authorization=Bearer%20abc, X-Scope=tinh")
    {'Authorization': 'Bearer abc', 'X-Scope': 'tinh'}
    """
    pairs = [pair.partition("=") for pair in text.split(",") if pair.strip()]
    headers = {name.strip(): unquote(value.strip()) for name, _, value in pairs}
    if not all(_NAME.fullmatch(name) and value and value.isprintable() for name, value in headers.items()):
        raise ValueError("the headers of the collector are not written as name=value,name=value")
    return headers


class Exporter:
    """The queue of spans, and the thread that empties it."""

    def __init__(self, endpoint: str, resource: Mapping[str, Value], headers: Mapping[str, str]) -> None:
        self._url = f"{endpoint.rstrip('/')}/v1/traces"
        self._resource = resource
        self._headers = {**headers, "Content-Type": "application/json"}
        self._waiting: deque[Span] = deque()
        self._knock, self._ending = threading.Event(), False
        self._is_losing = False
        self._thread = threading.Thread(target=self._work, name="otlp", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def stop(self) -> None:
        """Send what waits and end; a collector that is away is not waited for."""
        self._ending = True
        self._knock.set()
        self._thread.join(_PATIENCE)

    def __call__(self, span: Span) -> None:
        """Take one span; beyond the queue's bound it is lost."""
        if len(self._waiting) >= _QUEUE:
            self._loses("queue full")
            return
        self._waiting.append(span)
        if len(self._waiting) == _BUNDLE:
            self._knock.set()

    def _work(self) -> None:
        while not self._ending:
            self._knock.wait(_PAUSE)
            self._knock.clear()
            self._empty()
        self._empty()

    def _empty(self) -> None:
        while self._waiting and self._send(self._bundle()):
            pass

    def _bundle(self) -> list[Span]:
        return [self._waiting.popleft() for _ in range(min(_BUNDLE, len(self._waiting)))]

    def _send(self, spans: Sequence[Span]) -> bool:
        body = json.dumps(body_of(spans, self._resource), ensure_ascii=False).encode()
        asked = urllib.request.Request(self._url, body, self._headers)
        try:
            with urllib.request.urlopen(asked, timeout=_PATIENCE) as answer:
                answer.read()
        except (OSError, ValueError, HTTPException) as fault:  # whatever the way of it: traces are lost, nothing else
            self._loses(type(fault).__name__)
            return False
        if self._is_losing:
            self._is_losing = False
            logger.warning("traces reach their collector again")
        return True

    def _loses(self, reason: str) -> None:
        if not self._is_losing:
            self._is_losing = True
            logger.warning("traces are lost: the collector does not take them (%s)", reason)


@contextmanager
def exporting(
    endpoint: str, *, service: str, instance: str, version: str, headers: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Exporter]:
    """Send spans to a collector for the length of the block."""
    resource = {"service.name": service, "service.instance.id": instance, "service.version": version}
    exporter = Exporter(endpoint, resource, headers)
    exporter.start()
    try:
        yield exporter
    finally:
        exporter.stop()
