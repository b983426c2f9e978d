"""Traces: what is recorded, how it hangs together, and that off is off."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest

from postgw import logs, telemetry
from postgw.telemetry import Span

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def kept() -> Iterator[list[Span]]:
    found: list[Span] = []
    token = logs.request_id.set("quay-0001")
    with telemetry.switched_on(found.append):
        yield found
    logs.request_id.reset(token)


def test_a_step_hangs_beneath_the_one_in_which_it_was_taken(kept: list[Span]) -> None:
    with telemetry.begun("POST /api/v1/scans"), telemetry.span("tracking.scan"), telemetry.span("transaction"):
        pass

    inner, middle, outer = kept
    assert [span.name for span in kept] == ["transaction", "tracking.scan", "POST /api/v1/scans"]
    assert (inner.parent_id, middle.parent_id, outer.parent_id) == (middle.span_id, outer.span_id, "")
    assert {span.trace_id for span in kept} == {telemetry.ids_of("quay-0001")[0]}
    assert outer.began <= inner.began <= inner.ended <= outer.ended


def test_whoever_knows_the_request_id_goes_on_with_its_trace(kept: list[Span]) -> None:
    with telemetry.begun("POST /api/v1/scans"):
        pass
    with telemetry.carried_on("errand desk"):  # hours later, in another process
        pass

    asked, told = kept
    assert (told.trace_id, told.parent_id) == (asked.trace_id, asked.span_id)


def test_a_stranger_s_trace_is_a_link_and_never_the_parent(kept: list[Span]) -> None:
    with telemetry.begun("GET /", caller=CALLER):
        pass
    with telemetry.begun("GET /", caller="00-rubbish"):
        pass

    assert kept[0].link == ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331")
    assert kept[0].trace_id == telemetry.ids_of("quay-0001")[0]
    assert kept[1].link is None


def test_of_an_error_its_kind_is_kept_and_its_text_is_not(kept: list[Span]) -> None:
    with pytest.raises(ValueError, match="Nguyễn"), telemetry.begun("GET /"), telemetry.span("intake.take"):
        raise ValueError("Nguyễn Văn A, 0912345678")

    assert [span.fault for span in kept] == ["ValueError", "ValueError"]
    assert "Nguyễn" not in repr(kept)


def test_of_a_trace_everything_is_recorded_or_nothing() -> None:
    found: list[Span] = []
    with telemetry.switched_on(found.append, one_in=4):
        for number in range(400):
            token = logs.request_id.set(f"r-{number}")
            with telemetry.begun("GET /"), telemetry.span("act"):
                pass
            with telemetry.carried_on("errand hook"):
                pass
            logs.request_id.reset(token)

    by_trace = {span.trace_id: [one.name for one in found if one.trace_id == span.trace_id] for span in found}
    assert 60 < len(by_trace) < 140
    assert all(names == ["act", "GET /", "errand hook"] for names in by_trace.values())


def test_an_outsider_is_told_the_id_and_the_trace(kept: list[Span]) -> None:
    with telemetry.begun("POST /api/v1/scans"):
        told = telemetry.passed_on()

    assert told == {"X-Request-ID": "quay-0001", "traceparent": f"00-{kept[0].trace_id}-{kept[0].span_id}-01"}


def test_off_nothing_is_recorded_and_only_the_id_is_passed_on() -> None:
    token = logs.request_id.set("quay-0001")
    with telemetry.begun("GET /"), telemetry.span("act"), telemetry.carried_on("errand desk"):
        told = telemetry.passed_on()
    logs.request_id.reset(token)

    assert told == {"X-Request-ID": "quay-0001"}
    assert not telemetry.is_on()


def test_off_what_sends_is_not_even_loaded() -> None:
    asked = "import sys, postgw.cli; sys.exit('postgw.otlp' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], check=False)

    assert done.returncode == 0


def test_a_line_of_the_log_within_a_step_bears_the_id(kept: list[Span], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with telemetry.carried_on("errand desk"):
        assert '"request_id": "quay-0001"' in logs.JsonLines().format(logging.makeLogRecord({"msg": "told"}))
