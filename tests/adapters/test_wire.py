"""Each way a call can fail is a verdict."""

from __future__ import annotations

import asyncio
import logging
import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.test_utils import TestServer
from yarl import URL

from adapters import wire
from adapters.rehearsal import certificate
from adapters.wire import Wire
from postgw import logs, telemetry
from postgw.domain.errors import Invalid, Refused, Unreachable
from postgw.telemetry import Span


@pytest.fixture
async def line():
    one = Wire("Bưu điện", total_seconds=2.0)
    yield one
    await one.close()


async def _never(request: web.Request) -> web.StreamResponse:
    await asyncio.Event().wait()
    raise AssertionError


async def _half(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "100"})
    await response.prepare(request)
    await response.write(b"half")
    assert request.transport is not None
    request.transport.close()
    return response


async def test_an_answer_comes_back_as_it_is(line, outsider):
    outsider.will_answer("/a", (404, {"x": 1}))
    answer = await line.call("GET", URL(outsider.url + "/a"), act="look")
    assert (answer.status, answer.json()) == (404, {"x": 1})


async def test_a_closed_door_is_unreachable(line, unused_tcp_port):
    with pytest.raises(Unreachable) as verdict:
        await line.call("GET", URL(f"http://127.0.0.1:{unused_tcp_port}/"), act="look")
    assert verdict.value.code == "wire.broken"


async def test_a_dropped_line_is_unreachable(line, outsider, dropped_line):
    outsider.will_answer("/a", dropped_line)
    with pytest.raises(Unreachable):
        await line.call("POST", URL(outsider.url + "/a"), act="look", body=b"{}")


async def test_half_an_answer_is_unreachable(line, outsider):
    outsider.will_answer("/a", _half)
    with pytest.raises(Unreachable):
        await line.call("GET", URL(outsider.url + "/a"), act="look")


async def test_silence_is_unreachable_once_the_time_is_up(outsider):
    outsider.will_answer("/a", _never)
    line = Wire("Bưu điện", total_seconds=0.05)
    with pytest.raises(Unreachable) as verdict:
        await line.call("GET", URL(outsider.url + "/a"), act="look")
    assert verdict.value.code == "wire.silent"
    await line.close()


async def test_plain_http_where_tls_is_awaited_is_unreachable(line, outsider):
    with pytest.raises(Unreachable) as verdict:
        await line.call("GET", URL(outsider.url.replace("http:", "https:") + "/a"), act="look")
    assert verdict.value.code == "wire.tls"


async def test_an_address_without_a_host_is_refused(line):
    with pytest.raises(Refused) as verdict:
        await line.call("GET", URL("/nowhere"), act="look")
    assert verdict.value.code == "wire.address"


async def test_a_redirect_is_not_followed(line, outsider):
    outsider.will_answer("/a", (302, b"", {"Location": outsider.url + "/b"}))
    answer = await line.call("GET", URL(outsider.url + "/a"), act="look")
    assert (answer.status, len(outsider.asked)) == (302, 1)


async def test_a_body_that_is_no_json_is_unreachable(line, outsider):
    outsider.will_answer("/a", (200, b"<html>"))
    answer = await line.call("GET", URL(outsider.url + "/a"), act="look")
    with pytest.raises(Unreachable):
        answer.json()


async def test_an_answer_without_end_is_unreachable(line, outsider, monkeypatch):
    monkeypatch.setattr(wire, "ANSWER_MOST", 10)
    outsider.will_answer("/a", (200, b"x" * 11))
    with pytest.raises(Unreachable) as verdict:
        await line.call("GET", URL(outsider.url + "/a"), act="look")
    assert verdict.value.code == "wire.too_long"


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [("7", 7, 7), ("", 0, 0), ("soon", 0, 0), ("9999999", 86400, 86400), (5400, 5000, 5400), (-3600, 0, 0)],
)
async def test_the_quiet_an_outsider_asks_for_travels_with_the_verdict(line, outsider, asked, least, most):
    text = asked
    if isinstance(asked, int):  # a date so many seconds from now
        text = format_datetime(datetime.now(UTC) + timedelta(seconds=asked), usegmt=True)
    outsider.will_answer("/a", (429, b"", {"Retry-After": text}))
    answer = await line.call("GET", URL(outsider.url + "/a"), act="look")
    assert least <= answer.unreachable().values["retry_after"] <= most


async def test_nothing_that_names_a_person_or_opens_a_door_is_logged(line, outsider, caplog):
    caplog.set_level(logging.DEBUG)
    outsider.will_answer("/a", (200, {"Message": "Nguyễn Văn Ánh"}))
    url = URL(outsider.url + "/a?OrderNumber=4K7M29TB6HC")
    await line.call("POST", url, act="look", headers={"Authorization": "Bearer s3cret"}, body=b"0912000003")
    ours = [record for record in caplog.records if record.name == "adapters.wire"]
    said = "".join(f"{record.getMessage()}{vars(record)}" for record in ours)
    assert "look" in said
    assert not [word for word in ("Ánh", "s3cret", "0912000003", "4K7M") if word in said]


async def test_an_authority_file_that_is_not_there_is_named():
    with pytest.raises(Invalid, match="khong-co.pem"):
        Wire("Bưu điện", ca_file="khong-co.pem")


async def test_a_call_bears_the_id_of_the_request_that_caused_it_and_its_trace(line, outsider):
    outsider.will_answer("/a", (200, {}))
    found: list[Span] = []
    logs.request_id.set("quay-480000-0001")
    with telemetry.switched_on(found.append), telemetry.carried_on("errand desk"):
        await line.call("GET", URL(outsider.url + "/a?key=bi-mat"), act="look")
    await line.call("GET", URL(outsider.url + "/a"), act="look", headers={"X-Request-ID": "their-own"})

    traced, plain = outsider.calls("/a")
    call, errand = found
    assert traced.headers["X-Request-ID"] == "quay-480000-0001"
    assert traced.headers["traceparent"] == f"00-{call.trace_id}-{call.span_id}-01"
    assert (call.name, call.parent_id, "bi-mat" in repr(found)) == ("Bưu điện: look", errand.span_id, False)
    assert plain.headers["X-Request-ID"] == "their-own"
    assert "traceparent" not in plain.headers


_NOW = datetime.now(UTC)
_TWO_YEARS = timedelta(days=730)


class _Here(AbstractResolver):
    """Every name is on this machine."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [{"hostname": host, "host": "127.0.0.1", "port": port, "family": family, "proto": 0, "flags": 0}]

    async def close(self) -> None:
        """Nothing is held open."""


@pytest.mark.parametrize(
    ("made_at", "host", "is_trusted", "code", "told"),
    [
        (_NOW - _TWO_YEARS, "127.0.0.1", True, "wire.certificate_expired", "đã hết hạn"),
        (_NOW + timedelta(days=9), "127.0.0.1", True, "wire.certificate_not_yet", "chưa đến ngày dùng được"),
        (_NOW, "buu-dien.example", True, "wire.certificate_name", "mang tên máy khác"),
        (_NOW, "127.0.0.1", False, "wire.certificate_issuer", "máy này không tin cậy"),
    ],
    ids=["expired", "not yet valid", "of another name", "of a stranger"],
)
async def test_what_is_wrong_with_a_certificate_is_said_and_is_a_silence(
    tmp_path, caplog, made_at: datetime, host: str, is_trusted: bool, code: str, told: str
) -> None:
    made = certificate.make("127.0.0.1", made_at)
    (tmp_path / "ca.pem").write_bytes(made.authority_pem)
    server = TestServer(web.Application(), scheme="https")
    await server.start_server(ssl=made.server_context())
    line = Wire("Bưu điện", ca_file=str(tmp_path / "ca.pem") if is_trusted else "", resolver=_Here())
    verdicts = []
    for _ in range(6):
        with pytest.raises(Unreachable) as verdict:
            await line.call("GET", URL(f"https://{host}:{server.port}/a"), act="look")
        verdicts.append(verdict.value)
    await line.close()
    await server.close()

    assert [verdict.code for verdict in verdicts] == [code] * 5 + ["wire.resting"]
    assert told in str(verdicts[0])
    assert f"Bưu điện gave no answer: {code}" in caplog.text
