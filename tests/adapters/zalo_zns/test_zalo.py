"""Zalo: the request, the answer, tokens that serve once, and what Zalo calls us with."""

from __future__ import annotations

import asyncio
import json
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given
from hypothesis import strategies as st

from adapters import zalo_zns
from adapters.card import Acts
from adapters.rehearsal.faults import Faults
from adapters.rehearsal.zalo import RehearsalZalo, ZaloOptions
from adapters.zalo_zns import codes
from adapters.zalo_zns.client import ZaloMessenger
from adapters.zalo_zns.inbound import routes
from adapters.zalo_zns.mapping import (
    message_to_wire,
    phone_to_wire,
    received_from_wire,
    sign_of,
    tracking_id_of,
    values_from_wire,
)
from adapters.zalo_zns.settings import Template, ZaloSettings
from postgw.domain.errors import Invalid, Refused, Unreachable
from postgw.domain.message_text import BLANKS
from postgw.domain.ports import Message

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
KEY, PLAIN_KEY = "return.consignment.held", "send.consignment.collected"
MESSAGE = Message(
    message_id="4K7M29TB6HC.held.1", to="0912000003", text="Kết quả hồ sơ đang chờ.", kind=KEY,
    values={"number": "4K7M-29TB-6HC", "link": "https://hoso.example/c/x"},
)  # fmt: skip
TEMPLATES = {
    KEY: {"id": "111", "params": {"ma_ho_so": "number"}, "dong": 300}, PLAIN_KEY: "222",
}  # fmt: skip
TOKENS = (200, {"access_token": "a-1", "refresh_token": "r-1", "expires_in": "90000"})
TAKEN = (200, {"error": 0, "message": "Success", "data": {"msg_id": "z-1", "sent_time": "1", "quota": {}}})
SEND, TOKEN = "/message/template", "/v4/oa/access_token"


def settings_for(url: str, folder: Path, **change: Any) -> ZaloSettings:
    table = {
        "app_id": "dien-tap", "app_secret_env": "S", "refresh_token_env": "R", "oa_secret_env": "O",
        "send_url": url + SEND, "token_url": url + TOKEN, "token_file": str(folder / "zalo.json"),
        "templates": TEMPLATES, "dong_per_message": 200, "total_seconds": 5, **change,
    }  # fmt: skip
    known: ZaloSettings = zalo_zns.CARD.read(table, {"S": "dien-tap", "R": "refresh-0", "O": "dien-tap-oa"})
    return known


@pytest.fixture
async def client_of(tmp_path: Path) -> AsyncIterator[Callable[..., ZaloMessenger]]:
    built: list[ZaloMessenger] = []

    def build(url: str, **change: Any) -> ZaloMessenger:
        now = change.pop("now", None)
        built.append(ZaloMessenger(settings_for(url, tmp_path, **change), now=now))
        return built[-1]

    yield build
    for client in built:
        await client.close()


@pytest.fixture
async def open_zalo() -> AsyncIterator[Callable[..., Any]]:
    opened: list[RehearsalZalo] = []

    async def open_one(**options: Any) -> tuple[RehearsalZalo, str]:
        it = RehearsalZalo(ZaloOptions(**options))
        opened.append(it)
        return it, await it.start()

    yield open_one
    for it in opened:
        await it.stop()


# --- the request and the call -----------------------------------------------------------------------------------------


@pytest.mark.act("send", "request", "call", "answer")
async def test_a_notification_is_posted_with_its_template_and_values(client_of, outsider):
    outsider.answers = {TOKEN: [TOKENS], SEND: [TAKEN]}
    receipt = await client_of(outsider.url).send(MESSAGE)
    [asked] = outsider.calls(SEND)
    assert (asked.method, asked.query, asked.headers["access_token"]) == ("POST", "", "a-1")
    assert asked.headers["Content-Type"] == "application/json"
    assert list(json.loads(asked.body).items()) == [
        ("phone", "84912000003"), ("template_id", "111"), ("template_data", {"ma_ho_so": "4K7M-29TB-6HC"}),
        ("tracking_id", "4K7M29TB6HC.held.1"),
    ]  # fmt: skip
    assert (receipt.receipt_no, receipt.price.dong, receipt.price.parts) == ("z-1", 300, 1)


async def test_a_token_is_asked_with_the_refresh_token_and_the_secret_once_for_many(client_of, outsider):
    outsider.answers = {TOKEN: [TOKENS], SEND: [TAKEN]}
    client = client_of(outsider.url)
    await asyncio.gather(*(client.send(MESSAGE) for _ in range(5)))
    [asked] = outsider.calls(TOKEN)
    assert (asked.method, asked.headers["secret_key"]) == ("POST", "dien-tap")
    assert asked.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert parse_qsl(asked.body.decode()) == [
        ("refresh_token", "refresh-0"), ("app_id", "dien-tap"), ("grant_type", "refresh_token"),
    ]  # fmt: skip


async def test_a_template_without_params_gets_our_values_and_development_says_so(client_of, outsider):
    outsider.answers = {TOKEN: [TOKENS], SEND: [TAKEN]}
    client = client_of(outsider.url, development=True)
    await client.send(replace(MESSAGE, kind="send.consignment.collected"))
    body = json.loads(outsider.calls(SEND)[0].body)
    assert (body["mode"], body["template_data"]) == ("development", dict(MESSAGE.values))


@pytest.mark.parametrize(("change", "code"), [
    ({"kind": "any.consignment.lost"}, "messages.not_there"), ({"language": "en"}, "messages.not_there"),
    ({"to": ""}, "messages.no_address"), ({"to": "+14155550100"}, "messages.no_address"),
    ({"to": "12345"}, "messages.no_address"),
])  # fmt: skip
async def test_what_zalo_cannot_say_is_left_to_another_channel(client_of, outsider, change, code):
    with pytest.raises(Refused) as no:
        await client_of(outsider.url).send(replace(MESSAGE, **change))
    assert (no.value.code, outsider.asked) == (code, [])


async def test_english_has_templates_of_its_own(client_of, outsider):
    outsider.answers = {TOKEN: [TOKENS], SEND: [TAKEN]}
    await client_of(outsider.url, templates_en={KEY: "333"}).send(replace(MESSAGE, language="en"))
    assert json.loads(outsider.calls(SEND)[0].body)["template_id"] == "333"


async def test_the_price_is_the_templates_else_the_settings_and_nothing_without_a_template(client_of):
    client = client_of("http://127.0.0.1:9")
    prices = [await client.price(replace(MESSAGE, kind=k)) for k in (KEY, "send.consignment.collected", "any.x")]
    assert [(one.dong, one.parts) for one in prices] == [(300, 1), (200, 1), (0, 0)]


# --- verdicts ---------------------------------------------------------------------------------------------------------


@pytest.mark.act("send", "refusal")
@pytest.mark.parametrize(("answer", "verdict", "code"), [
    ((200, {"error": -118}), Refused, "messages.not_there"), ((200, {"error": "-108"}), Refused, "messages.not_there"),
    ((200, {"error": -109}), Refused, "zalo.refused"), ((200, {"error": -99999}), Refused, "zalo.refused"),
    ((200, {"error": -144}), Unreachable, "zalo.later"), ((200, {"error": -100}), Unreachable, "zalo.later"),
    ((200, {"error": -124}), Refused, "zalo.credentials"),
    ((200, {}), Unreachable, "zalo.unreadable"), ((200, []), Unreachable, "zalo.unreadable"),
    ((200, {"error": "x"}), Unreachable, "zalo.unreadable"), ((200, {"error": True}), Unreachable, "zalo.unreadable"),
    ((200, b""), Unreachable, "wire.unreadable"), ((200, b"<html>"), Unreachable, "wire.unreadable"),
    ((404, b""), Refused, "zalo.http_refused"), ((302, b""), Unreachable, "wire.trouble"),
    ((408, b""), Unreachable, "wire.trouble"), ((425, b""), Unreachable, "wire.trouble"),
    ((429, b""), Unreachable, "wire.trouble"), ((500, b""), Unreachable, "wire.trouble"),
])  # fmt: skip
async def test_each_answer_has_its_verdict(client_of, outsider, answer, verdict, code):
    outsider.answers = {TOKEN: [TOKENS], SEND: [answer]}
    with pytest.raises(verdict) as said:
        await client_of(outsider.url).send(MESSAGE)
    assert said.value.code == code


@pytest.mark.parametrize(("answer", "verdict", "code"), [
    ((200, {"error": -14014, "error_name": "Invalid refresh token"}), Refused, "zalo.credentials"),
    ((200, {}), Unreachable, "zalo.token_shape"), ((200, {"access_token": "a"}), Unreachable, "zalo.token_shape"),
    ((200, {"access_token": "a\n", "refresh_token": "b"}), Unreachable, "zalo.token_shape"),
    ((503, b""), Unreachable, "wire.trouble"), ((200, b"x"), Unreachable, "wire.unreadable"),
])  # fmt: skip
async def test_without_a_token_nothing_is_sent_and_the_file_stays(client_of, outsider, tmp_path, answer, verdict, code):
    outsider.answers = {TOKEN: [answer], SEND: [TAKEN]}
    with pytest.raises(verdict) as said:
        await client_of(outsider.url).send(MESSAGE)
    assert (said.value.code, outsider.calls(SEND), (tmp_path / "zalo.json").exists()) == (code, [], False)


async def test_a_cut_line_leaves_it_open(client_of, outsider, dropped_line):
    outsider.answers = {TOKEN: [TOKENS], SEND: [dropped_line]}
    with pytest.raises(Unreachable):
        await client_of(outsider.url).send(MESSAGE)


# --- tokens -----------------------------------------------------------------------------------------------------------


async def test_the_next_refresh_token_outlives_a_restart(client_of, open_zalo, tmp_path):
    zalo, url = await open_zalo()
    await client_of(url).send(MESSAGE)
    zalo.forget_tokens()
    await client_of(url).send(MESSAGE)  # another process: the variable still bears the first, spent, token
    assert (zalo.refreshed, len(zalo.taken)) == (2, 2)
    file = tmp_path / "zalo.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(each.name for each in tmp_path.iterdir()) == ["zalo.json", "zalo.json.lock"]


async def test_a_good_token_is_used_by_every_process_and_renewed_before_its_end(client_of, open_zalo):
    zalo, url = await open_zalo(token_seconds=90_000)
    clock = [1_000_000.0]
    zalo._now = lambda: clock[0]
    await client_of(url, now=lambda: clock[0]).send(MESSAGE)
    await client_of(url, now=lambda: clock[0]).send(MESSAGE)
    assert zalo.refreshed == 1
    clock[0] += 90_000 - 200
    await client_of(url, now=lambda: clock[0]).send(MESSAGE)
    assert zalo.refreshed == 2


async def test_several_processes_at_once_burn_one_refresh_token(open_zalo, tmp_path):
    zalo, url = await open_zalo()
    program = f"""
import asyncio
from pathlib import Path
from adapters.zalo_zns.client import ZaloMessenger
from adapters.zalo_zns.settings import ZaloSettings
from postgw.domain.ports import Message
async def go():
    client = ZaloMessenger(ZaloSettings(app_id="dien-tap", app_secret="dien-tap", refresh_token="refresh-0",
        send_url={url + SEND!r}, token_url={url + TOKEN!r}, token_file={str(tmp_path / "zalo.json")!r},
        templates={{"k": "1"}}))
    for n in range(3):
        await client.send(Message(message_id=str(n), to="0912000003", text="x", kind="k"))
    await client.close()
asyncio.run(go())
"""
    started = [await asyncio.create_subprocess_exec(sys.executable, "-c", program) for _ in range(4)]
    assert [await one.wait() for one in started] == [0] * 4
    assert (zalo.refreshed, len(zalo.taken)) == (1, 12)


async def test_a_person_may_begin_anew(client_of, open_zalo, tmp_path):
    zalo, url = await open_zalo()
    spent = {"refresh_token": "spent", "access_token": "", "until": 0.0, "seed": "of another"}
    (tmp_path / "zalo.json").write_text(json.dumps(spent))
    await client_of(url).send(MESSAGE)
    assert zalo.refreshed == 1


@pytest.mark.parametrize("content", ["", "{", "[]", '{"x": 1}', '{"refresh_token": ""}'])
async def test_a_broken_file_gives_way_to_the_persons_token_and_without_one_is_named(
    client_of, open_zalo, tmp_path, content
):
    zalo, url = await open_zalo()
    (tmp_path / "zalo.json").write_text(content)
    with pytest.raises(Refused) as no:
        await client_of(url, refresh_token_env="").send(MESSAGE)
    assert no.value.code == "zalo.tokens"
    await client_of(url).send(MESSAGE)
    assert zalo.refreshed == 1


async def test_a_file_that_cannot_be_written_is_named(client_of, open_zalo):
    _, url = await open_zalo()
    with pytest.raises(Refused) as no:
        await client_of(url, token_file="/proc/nowhere/zalo.json").send(MESSAGE)
    assert no.value.code == "zalo.tokens"


async def test_a_token_zalo_takes_no_longer_is_renewed_once(client_of, outsider):
    outsider.answers = {
        TOKEN: [TOKENS, (200, {"access_token": "a-2", "refresh_token": "r-2", "expires_in": 90000})],
        SEND: [(200, {"error": -124}), TAKEN],
    }
    await client_of(outsider.url).send(MESSAGE)
    assert [asked.headers["access_token"] for asked in outsider.calls(SEND)] == ["a-1", "a-2"]
    assert dict(parse_qsl(outsider.calls(TOKEN)[1].body.decode()))["refresh_token"] == "r-1"


# --- codes, there and back --------------------------------------------------------------------------------------------


def test_every_code_has_a_word_of_the_house_and_an_unknown_one_stays_unknown():
    table = settings_for("http://127.0.0.1:1", Path()).words()
    assert set(table.values()) <= codes.WORDS
    assert [code for code, word in table.items() if word == "sent"] == [0]
    assert codes.word_of(-99999, table) == codes.word_of(None, table) == codes.UNKNOWN
    assert not set(codes.shipped("known")) & set(codes.shipped("ours"))


def test_a_province_replaces_what_differs():
    table = settings_for("http://127.0.0.1:1", Path(), codes={"-133": "refused", "-5000": "later"}).words()
    assert (table[-133], table[-5000], table[-118]) == ("refused", "later", "not_there")


@given(st.dictionaries(st.sampled_from(sorted(BLANKS)), st.text(max_size=30)), st.booleans())
def test_values_come_back_as_they_were(values, renamed):
    params = {f"p_{name}": name for name in values} if renamed else {}
    template = Template(template_id="1", params=params)
    wire = json.loads(json.dumps(message_to_wire(replace(MESSAGE, values=values), template)))
    assert values_from_wire(wire, template) == values


@given(st.text(max_size=30))
def test_a_telephone_is_one_of_vietnam_or_none(text):
    assert phone_to_wire(text) in {"", f"84{phone_to_wire(text)[2:]}"}


@given(st.text(min_size=1, max_size=80))
def test_our_number_of_a_message_fits(message_id):
    assert 1 <= len(tracking_id_of(message_id)) <= 48


# --- what Zalo calls us with ------------------------------------------------------------------------------------------


@dataclass
class Kept:
    """The house's act, as far as Zalo sees it."""

    heard_of: list[tuple[Any, ...]] = field(default_factory=list)

    async def heard(self, channel: str, receipt_no: str, *, arrived: bool, reason: str = "", at: datetime) -> None:
        self.heard_of.append((channel, receipt_no, arrived, reason, at))


@pytest.fixture
async def hook(tmp_path: Path) -> AsyncIterator[tuple[TestClient[Any, Any], Kept]]:
    kept, app = Kept(), web.Application()
    acts = cast(Acts, type("A", (), {"messages": kept, "clock": staticmethod(lambda: AT)}))
    app.add_routes(routes(acts, {"zalo_zns": settings_for("http://127.0.0.1:1", tmp_path)}))
    async with TestClient(TestServer(app)) as client:
        yield client, kept


async def test_a_signed_event_that_it_was_received_is_kept(hook, open_zalo):
    client, kept = hook
    zalo, _ = await open_zalo(hook_url=str(client.make_url("/hooks/zalo/zalo_zns")))
    assert [await zalo.report("z-1"), await zalo.report("z-2", event_name="user_send_text")] == [200, 200]
    assert kept.heard_of == [("zalo_zns", "z-1", True, "", AT)]


@pytest.mark.parametrize("change", [
    {"sign": "mac=" + "0" * 64}, {"sign": ""}, {"sign": "ü"}, {"body": b"{}"}, {"body": b"x"}, {"body": b"[]"},
    {"path": "other"}, {"body": b"[" * 5000},
])  # fmt: skip
async def test_what_is_not_signed_is_not_let_in(hook, change):
    client, kept = hook
    body = json.dumps({"event_name": "user_received_message", "message": {"msg_id": "z"}, "timestamp": "1"}).encode()
    signed = "mac=" + sign_of("dien-tap", body, "1", "dien-tap-oa")
    headers = {"X-ZEvent-Signature": change.get("sign", signed)}
    answer = await client.post(
        f"/hooks/zalo/{change.get('path', 'zalo_zns')}", data=change.get("body", body), headers=headers
    )
    assert (answer.status, kept.heard_of) == (401, [])


@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.sampled_from(["event_name", "message", "msg_id", "x"]), x),
    )
)
def test_any_event_can_be_looked_into(event):
    assert isinstance(received_from_wire(event), str)


def test_without_the_accounts_secret_there_is_no_address(tmp_path):
    settings = settings_for("http://127.0.0.1:1", tmp_path, oa_secret_env="")
    assert routes(cast(Acts, None), {"zalo_zns": settings}) == ()


# --- settings and secrecy ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("change", "code"), [
    ({"app_id": ""}, "zalo.missing"), ({"send_url": "http://zalo.example/"}, "zalo.https"),
    ({"token_url": "x"}, "zalo.https"), ({"templates": {"k": 5}}, "zalo.template"),
    ({"templates": {"k": {"id": "1", "params": {"a": "name"}}}}, "zalo.template"),
    ({"templates_en": {"k": {"idd": "1"}}}, "zalo.template"), ({"codes": {"x": "later"}}, "codes.number"),
    ({"codes": {"-1": "maybe"}}, "codes.word"), ({"codes": {"-1": "sent"}}, "codes.word"),
])  # fmt: skip
def test_a_wrong_setting_is_named(tmp_path, change, code):
    with pytest.raises(Invalid) as wrong:
        settings_for("http://127.0.0.1:1", tmp_path, **change)
    assert wrong.value.code == code


async def test_nothing_that_names_a_person_or_opens_a_door_is_told(client_of, outsider, caplog):
    caplog.set_level("DEBUG")
    outsider.answers = {TOKEN: [TOKENS], SEND: [(200, {"error": -112, "message": "phone 84912000003 a-1"})]}
    client = client_of(outsider.url)
    with pytest.raises(Refused) as no:
        await client.send(MESSAGE)
    said = " ".join([
        repr(no.value), str(no.value.values), repr(client.settings), repr(client._tokens._known),
        *(f"{record.getMessage()} {record.__dict__}" for record in caplog.records),
    ])  # fmt: skip
    assert "answered send with 200" in said
    assert not [one for one in ("912000003", "4K7M", "a-1", "r-1", "refresh-0", "dien-tap-oa") if one in said]


async def test_client_and_double_understand_each_other_on_bad_days(client_of, open_zalo):
    zalo, url = await open_zalo(nobody_at="84900000000", templates="111")
    client = client_of(url)
    assert (await client.send(MESSAGE)).receipt_no == "zalo-1"
    nobody, unapproved = replace(MESSAGE, to="0900000000"), replace(MESSAGE, kind=PLAIN_KEY)
    changed = {"messages.not_there": nobody, "zalo.refused": unapproved}
    for code, message in changed.items():
        with pytest.raises(Refused) as no:
            await client.send(message)
        assert no.value.code == code
    for fault in ("server_error", "lost_answer", "empty", "html", "refuse"):
        zalo.bad_day.faults = Faults().changed({fault: 1.0, "only": "send"})
        with pytest.raises(Unreachable):
            await client_of(url).send(MESSAGE)


def test_the_doubles_stand_alone():
    shown = subprocess.run(
        [sys.executable, "-m", "postgw", "rehearse", "zalo", "--help"], capture_output=True, text=True, check=True
    )
    assert "--refresh-token" in shown.stdout
