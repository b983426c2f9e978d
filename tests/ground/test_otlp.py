"""Spans reach a collector as OpenTelemetry's own reader reads them, and a collector that is away harms nobody."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from postgw import logs, telemetry
from postgw.otlp import body_of, exporting
from postgw.settings import SettingsError, Telemetry
from postgw.telemetry import Span
from postgw.traced import tracing

SPAN = Span(
    name="POST /api/v1/scans", trace_id="0af7651916cd43dd8448eb211c80319c", span_id="b7ad6b7169203331",
    parent_id="00f067aa0ba902b7", kind="server", began=1_794_000_000_000_000_000, ended=1_794_000_000_002_000_000,
    attributes={"http.route": "/api/v1/scans", "http.response.status_code": 200},
    link=("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"), fault="ValueError",
)  # fmt: skip


def sending(url: str) -> Any:
    return exporting(url, service="postgw", instance="test/1", version="0.1.0")


def test_the_reference_reader_reads_what_is_written() -> None:
    written = json.dumps(body_of([SPAN], {"service.name": "postgw"}))
    read = json_format.Parse(written, ExportTraceServiceRequest()).resource_spans[0]

    span = read.scope_spans[0].spans[0]
    assert read.resource.attributes[0].value.string_value == "postgw"
    assert (span.name, span.SpanKind.Name(span.kind), span.flags) == (SPAN.name, "SPAN_KIND_SERVER", 1)
    assert (span.start_time_unix_nano, span.end_time_unix_nano) == (SPAN.began, SPAN.ended)
    assert {one.key: one.value.int_value or one.value.string_value for one in span.attributes} == SPAN.attributes
    assert (span.status.StatusCode.Name(span.status.code), span.status.message) == ("STATUS_CODE_ERROR", "ValueError")
    assert len(span.links) == 1


def test_ids_are_written_in_hex_as_the_encoding_asks() -> None:
    (span,) = body_of([SPAN], {})["resourceSpans"][0]["scopeSpans"][0]["spans"]

    assert (span["traceId"], span["spanId"], span["parentSpanId"]) == (SPAN.trace_id, SPAN.span_id, SPAN.parent_id)


def test_all_that_was_recorded_has_been_sent_when_the_house_closes(collector: Any) -> None:
    logs.request_id.set("quay-0001")
    with sending(collector.url) as sink, telemetry.switched_on(sink):
        for _ in range(1200):
            with telemetry.begun("POST /api/v1/scans"):
                pass

    assert len(collector.spans()) == 1200
    assert set(collector.paths) == {"/v1/traces"}
    assert max(len(body["resourceSpans"][0]["scopeSpans"][0]["spans"]) for body in collector.bodies) <= 512


def test_a_collector_that_wants_a_login_gets_the_headers_of_the_secret(collector: Any, tmp_path: Path) -> None:
    secret = tmp_path / "headers"
    secret.write_text("Authorization=Bearer%20mot-hai-ba, X-Scope=tinh\n", "utf-8")
    secret.chmod(0o440)
    chosen = Telemetry(endpoint=collector.url, headers_env="POSTGW_OTLP_HEADERS")
    logs.request_id.set("quay-0001")
    with tracing(chosen, {"POSTGW_OTLP_HEADERS_FILE": str(secret)}), telemetry.begun("GET /"):
        pass

    assert collector.headers[0]["Authorization"] == "Bearer mot-hai-ba"
    assert collector.headers[0]["X-Scope"] == "tinh"


@pytest.mark.parametrize("text", ["mot-hai-ba", "Author ization=x", "Authorization=a%0d%0aX-Scope: b"])
def test_headers_that_are_none_stop_the_start_and_are_not_repeated(text: str) -> None:
    chosen = Telemetry(endpoint="http://127.0.0.1:1", headers_env="POSTGW_OTLP_HEADERS")
    with (
        pytest.raises(SettingsError, match="POSTGW_OTLP_HEADERS") as told,
        tracing(chosen, {"POSTGW_OTLP_HEADERS": text}),
    ):
        pass

    assert text not in str(told.value)


def test_a_collector_that_is_away_is_told_once_and_stops_nobody(
    unused_tcp_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    with sending(f"http://127.0.0.1:{unused_tcp_port}") as sink:
        for _ in range(2000):
            sink(SPAN)

    assert [record.getMessage().split(":")[0] for record in caplog.records] == ["traces are lost"]


def test_a_collector_that_refuses_is_a_collector_that_is_away(collector: Any, caplog: pytest.LogCaptureFixture) -> None:
    collector.status = 503
    with sending(collector.url) as sink:
        sink(SPAN)

    assert len(collector.bodies) == 1
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_the_queue_has_an_end(caplog: pytest.LogCaptureFixture, unused_tcp_port: int) -> None:
    with sending(f"http://127.0.0.1:{unused_tcp_port}") as sink:
        for _ in range(20_000):
            sink(SPAN)
        assert len(sink._waiting) <= 8192
