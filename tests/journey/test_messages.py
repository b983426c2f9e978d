"""Messages to a citizen, from what became true to the carriers' own wires and back: Zalo, then SMS, then a letter."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiosmtpd.smtp import SMTP

from adapters.rehearsal.faults import Faults
from adapters.rehearsal.sms_gateway import RehearsalSmsGateway, SmsGatewayOptions
from adapters.rehearsal.zalo import RehearsalZalo, ZaloOptions
from postgw.bootstrap import inbound_routes, opened_house
from postgw.domain.actor import GATEWAY, SCOPES
from postgw.domain.errors import Refused
from postgw.outsiders import long_texts
from postgw.recurring import acts
from postgw.rules.procedures import load_procedures
from postgw.settings import Settings, parse
from postgw.storage import outbox, records, told
from postgw.storage.message_wishes import Wish
from postgw.web.app import make_app
from postgw.web.keys import Door
from postgw.web.pages.routes import pages

from .conftest import CITIZEN, DESK, MORNING, OFFICE, PUBLIC, Day, _furnish

PROCEDURE = next(each.code for each in load_procedures() if "both" in each.forms)
ON_ZALO, WITHOUT_ZALO, NOWHERE = "0540123456", "0540000002", "0540000003"
ENVIRON = {"S": "dien-tap", "R": "refresh-0", "O": "dien-tap-oa", "H": "dien-tap"}
SETTINGS = """
[storage]
url = "{url}"
[messages]
channels = ["zalo_zns", "sms_http"]
[adapters.zalo_zns]
app_id = "dien-tap"
app_secret_env = "S"
refresh_token_env = "R"
oa_secret_env = "O"
send_url = "{zalo}/message/template"
token_url = "{zalo}/v4/oa/access_token"
token_file = "{folder}/zalo.json"
dong_per_message = 200
[adapters.zalo_zns.templates]
"send.consignment.collected" = {{ id = "111", params = {{ ma = "number" }} }}
[adapters.sms_http]
url = "{sms}/sms"
secret_env = "S"
hook_secret_env = "H"
sender = "MOT CUA"
dong_per_part = 350
[adapters.sms_http.body]
apikey = "{{secret}}"
phone = "{{to}}"
text = "{{text}}"
ref = "{{id}}"
brand = "{{sender}}"
[adapters.sms_http.answer]
result = "/code"
yes = ["100"]
known = ["124"]
not_there = ["145"]
receipt = "/sms_id"
[adapters.sms_http.receipts]
receipt = "/sms_id"
state = "/status"
arrived = ["5"]
failed = ["4"]
"""


@dataclass
class Carried(Day):
    """A day with two carriers of messages at their own counters."""

    zalo: RehearsalZalo = field(default_factory=RehearsalZalo)
    sms: RehearsalSmsGateway = field(default_factory=RehearsalSmsGateway)
    settings: Settings | None = None

    async def collected(self, phone: str, serial: int = 1, **dossier: Any) -> str:
        """Let the post take over a dossier of a citizen; return the consignment."""
        body = {
            "dossier_no": f"H27.15-261120-{serial:04d}", "receiving_desk": DESK, "procedure_code": PROCEDURE,
            "service_form": "send", "applicant": {**CITIZEN, "phone": phone}, **dossier,
        }  # fmt: skip
        await self.ask("officer", "POST", "/api/v1/dossiers", body, expect=201)
        asked = {"dossier": body["dossier_no"], "leg": "send"}
        number = (await self.ask("officer", "POST", "/api/v1/consignments", asked, expect=201))["consignment_no"]
        moment = self.clock[0].isoformat()
        scan = {
            "scan_id": f"s-{serial}", "number": number, "code": "collected", "device_at": moment, "office": OFFICE,
        }  # fmt: skip
        batch = {"device": "d", "sent_at": moment, "scans": [scan]}
        await self.ask("postman", "POST", "/api/v1/scans", batch, expect=200)
        return str(number)

    async def minutes_pass(self, minutes: int) -> None:
        """Let time pass as the timetable would, knock by knock."""
        for _ in range(minutes):
            self.pass_time(minutes=1)
            for name in ("send_notices", "send_messages"):
                await acts(self.house.services)[name](self.clock[0])

    async def became(self, number: str) -> list[tuple[Any, ...]]:
        """Return what the house says became of the messages about a consignment."""
        address = f"/api/v1/consignments/{number}/messages"
        told = (await self.ask("officer", "GET", address, expect=200))["data"]
        return [(each["channel"], each["state"], each["reason"], each["parts"], each["cost_dong"]) for each in told]


@asynccontextmanager
async def opened_day(database_url: str, folder: Path, more: str = "") -> AsyncIterator[Carried]:
    """Open a house with its carriers; `more` is added to the settings."""
    clock = [MORNING]
    zalo = RehearsalZalo(ZaloOptions(nobody_at=f"84{WITHOUT_ZALO[1:]},84{NOWHERE[1:]}"))
    sms = RehearsalSmsGateway(SmsGatewayOptions(nobody_at=f"84{NOWHERE[1:]}"))
    async with AsyncExitStack() as stack:
        stack.push_async_callback(zalo.stop)
        stack.push_async_callback(sms.stop)
        text = SETTINGS.format(url=database_url, zalo=await zalo.start(), sms=await sms.start(), folder=folder)
        if more:
            text = text.replace('"sms_http"]', '"sms_http", "email"]')
        settings = parse(text + more + PUBLIC)
        house = await stack.enter_async_context(opened_house(settings, environ=ENVIRON, clock=lambda: clock[0]))
        await _furnish(house)
        door = Door(clock=lambda: clock[0], per_minute={"default": 0, "scans": 0, "public": 0})
        inbound = inbound_routes(house, clock=lambda: clock[0])
        app = make_app(house.services, door=door, inbound_routes=inbound, pages=pages())
        client = await stack.enter_async_context(TestClient(TestServer(app)))
        zalo.hook_url, sms.hook_url = (str(client.make_url(path)) for path in _HOOKS)
        day = Carried(house, client, clock, zalo=zalo, sms=sms, settings=settings)
        for name, unit in (("officer", DESK), ("postman", OFFICE), ("administrator", "")):
            day.tokens[name], _ = await house.services.accounts.issue(
                name=name, scopes=SCOPES, unit=unit, actor=GATEWAY, at=MORNING
            )
        yield day


@pytest.fixture
async def carried(database_url: str, tmp_path: Path, outsiders_never_rest: None) -> AsyncIterator[Carried]:
    async with opened_day(database_url, tmp_path) as day:
        yield day


class Mailbox:
    """A mail server that keeps what it takes."""

    def __init__(self) -> None:
        self.letters: list[tuple[list[str], EmailMessage]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        letter = message_from_bytes(envelope.content, policy=default)
        assert isinstance(letter, EmailMessage)
        self.letters.append((envelope.rcpt_tos, letter))
        return "250 taken"


async def test_whom_no_telephone_reaches_gets_a_letter(database_url: str, tmp_path: Path) -> None:
    mailbox, loop = Mailbox(), asyncio.get_running_loop()
    listening = await loop.create_server(lambda: SMTP(mailbox, loop=loop), "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    more = f"""
[adapters.email]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "mot-cua@hatinh.example"
"""
    async with listening, opened_day(database_url, tmp_path, more) as day:
        person = {**CITIZEN, "phone": NOWHERE, "email": "anh@hop-thu.example"}
        number = await day.collected(NOWHERE, applicant=person, language="en")
        await day.minutes_pass(5)
        became = await day.became(number)

    [(to, letter)] = mailbox.letters
    assert to == ["anh@hop-thu.example"]
    assert letter["Subject"] == "The post has taken over your dossier"
    assert letter["Content-Language"] == "en"
    assert letter.get_content().startswith("The post has taken over your dossier, no. ")
    assert [each[:3] for each in became] == [
        ("zalo_zns", "failed", "messages.not_there"), ("sms_http", "failed", "messages.not_there"),
        ("email", "sent", ""),
    ]  # fmt: skip


_HOOKS = ("/hooks/zalo/zalo_zns", "/hooks/sms/sms_http")


async def test_whom_zalo_knows_is_told_by_zalo_and_the_receipt_says_that_it_arrived(carried: Carried) -> None:
    number = await carried.collected(ON_ZALO)
    await carried.minutes_pass(2)

    [sent] = carried.zalo.taken
    assert (sent["phone"], sent["template_id"], list(sent["template_data"])) == (f"84{ON_ZALO[1:]}", "111", ["ma"])
    assert await carried.became(number) == [("zalo_zns", "sent", "", 1, 200)]
    assert await carried.zalo.report("zalo-1") == 200
    assert await carried.became(number) == [("zalo_zns", "arrived", "", 1, 200)]
    assert carried.sms.taken == {}


async def test_whom_zalo_does_not_know_gets_a_short_message(carried: Carried) -> None:
    number = await carried.collected(WITHOUT_ZALO)
    await carried.minutes_pass(3)

    [text] = carried.sms.taken.values()
    assert (text.phone, text.brand) == (f"84{WITHOUT_ZALO[1:]}", "MOT CUA")
    assert text.text.startswith("Buu dien da nhan ho so, ma ")
    assert await carried.became(number) == [
        ("zalo_zns", "failed", "messages.not_there", 0, 0), ("sms_http", "sent", "", 1, 350),
    ]  # fmt: skip
    assert await carried.sms.report(text.ref) == 200
    assert await carried.sms.report(text.ref, "4") == 200  # what arrived stays so
    assert (await carried.became(number))[1] == ("sms_http", "arrived", "", 1, 350)


async def test_who_reads_english_is_told_in_english_on_a_channel_that_can(carried: Carried) -> None:
    await carried.collected(ON_ZALO, language="en")
    await carried.minutes_pass(3)

    [text] = carried.sms.taken.values()
    assert text.text.startswith("The post has taken over your dossier, no. ")
    assert carried.zalo.taken == []


async def test_a_gateway_that_is_down_is_asked_again_and_sends_once(carried: Carried) -> None:
    number = await carried.collected(WITHOUT_ZALO)
    carried.sms.bad_day.faults = Faults(lost_answer=1.0)
    await carried.minutes_pass(2)
    carried.sms.bad_day.faults = Faults(server_error=1.0)
    await carried.minutes_pass(3)
    assert await carried.became(number) == [("zalo_zns", "failed", "messages.not_there", 0, 0)]
    wires = await carried.house.database.reading.rows("SELECT name, failing_since FROM wire ORDER BY name")
    assert [(row["name"], row["failing_since"] is not None) for row in wires] == [
        ("message:sms_http", True), ("message:zalo_zns", False),
    ]  # fmt: skip

    carried.sms.bad_day.faults = Faults()
    await carried.minutes_pass(15)
    [text] = carried.sms.taken.values()
    assert text.asked >= 2
    assert (await carried.became(number))[1][:2] == ("sms_http", "sent")


async def test_who_is_nowhere_is_parked_with_the_last_reason_and_can_be_tried_again(carried: Carried) -> None:
    number = await carried.collected(NOWHERE)
    await carried.minutes_pass(4)

    parked = (await carried.ask("administrator", "GET", "/api/v1/outbox?state=parked", expect=200))["data"]
    [errand] = [each for each in parked if each["channel"] == "citizen"]
    assert "không có ai ở số điện thoại này" in errand["last_error"]
    assert [each[1] for each in await carried.became(number)] == ["failed", "failed"]

    carried.sms.options = SmsGatewayOptions()
    await carried.ask("administrator", "POST", f"/api/v1/outbox/{errand['errand_no']}/replay", expect=202)
    await carried.minutes_pass(2)
    assert (await carried.became(number))[1] == ("sms_http", "sent", "", 1, 350)


async def test_a_receipt_that_comes_before_we_have_written_is_not_lost(carried: Carried) -> None:
    await carried.house.services.messaging.heard("sms_http", "S-1", arrived=True, at=carried.clock[0])
    number = await carried.collected(WITHOUT_ZALO)
    await carried.minutes_pass(3)

    assert (await carried.became(number))[1][:2] == ("sms_http", "arrived")
    rows = await carried.house.database.reading.rows("SELECT notice_id FROM message WHERE notice_id LIKE 'receipt:%'")
    assert rows == []


async def test_a_receipt_with_signs_that_no_database_takes_is_heard(carried: Carried) -> None:
    headers = {"X-Hook-Secret": "dien-tap", "Content-Type": "application/json"}
    for number, status in ((b"a\\u0000", 200), (b"\\ud800", 200), (b"x" * 500, 200), (b"\\u0000", 400)):
        body = b'{"sms_id": "' + number + b'", "status": "5"}'
        assert (await carried.client.post(_HOOKS[1], data=body, headers=headers)).status == status


async def test_a_message_and_the_word_about_it_never_pass_each_other(carried: Carried) -> None:
    messaging = carried.house.services.messaging
    numbers = [await carried.collected(WITHOUT_ZALO, serial) for serial in range(1, 4)]
    for _ in range(3):
        carried.pass_time(minutes=1)
        await acts(carried.house.services)["send_notices"](carried.clock[0])
        heard = [messaging.heard("sms_http", f"S-{n}", arrived=True, at=carried.clock[0]) for n in (1, 2, 3)]
        await asyncio.gather(acts(carried.house.services)["send_messages"](carried.clock[0]), *heard)

    assert [(await carried.became(number))[1][:2] for number in numbers] == [("sms_http", "arrived")] * 3


async def test_killed_after_the_writing_down_nothing_goes_out_twice(carried: Carried) -> None:
    number = await carried.collected(ON_ZALO)
    await carried.minutes_pass(2)
    async with carried.house.database.writing() as tx:  # as if the errand had never been done
        to_citizen = told.errands("o.channel = 'citizen'")
        [row] = await tx.rows(f"SELECT * FROM {to_citizen} o")
        again = outbox.NewErrand(
            channel="citizen", target=row["target"], key=f"citizen:{row['target']}:{row['notice_id']}", subject=number,
            payload=records.to_json(told.words_of(row)),
        )  # fmt: skip
        await tx.run("DELETE FROM told WHERE id = $1", row["id"])
        await outbox.put(tx, [again], at=carried.clock[0])
    await carried.minutes_pass(2)

    assert len(carried.zalo.taken) == 1
    assert len(await carried.became(number)) == 1


async def test_who_was_only_slow_hands_on_nothing_that_another_has_sent_meanwhile(carried: Carried) -> None:
    await carried.collected(WITHOUT_ZALO)
    carried.pass_time(minutes=1)
    jobs, database, at = acts(carried.house.services), carried.house.database, carried.clock[0]
    while await jobs["send_notices"](at):
        pass
    async with database.writing() as tx:
        [taken] = await outbox.claim(tx, ("citizen",), at=at, limit=9)
    carried.pass_time(minutes=5)  # its lease is over
    await carried.minutes_pass(3)
    assert len(carried.sms.taken) == 1

    no = Refused("Không có ai ở số này.", code="messages.not_there")
    about = records.notice(taken.payload)
    await carried.house.services.messaging._refused(taken, about, Wish(), no, carried.clock[0])

    owed = await database.reading.rows("SELECT target, state FROM outbox WHERE channel = 'citizen'")
    assert owed == []


async def test_many_workers_at_once_send_each_message_once(carried: Carried) -> None:
    for serial in range(1, 6):
        await carried.collected(ON_ZALO, serial)
    carried.pass_time(minutes=1)
    jobs = acts(carried.house.services)
    while await jobs["send_notices"](carried.clock[0]):
        pass
    await asyncio.gather(*(jobs["send_messages"](carried.clock[0]) for _ in range(4)))
    assert len({each["tracking_id"] for each in carried.zalo.taken}) == len(carried.zalo.taken) == 5


async def test_a_citizen_without_any_address_is_told_nothing_and_nothing_is_parked(carried: Carried) -> None:
    number = await carried.collected(ON_ZALO)
    async with carried.house.database.writing() as tx:
        row = await tx.row("SELECT parties FROM consignment WHERE consignment_no = $1", number)
        assert row
        without = row["parties"].replace(ON_ZALO, "")
        await tx.run("UPDATE consignment SET parties = $1", without)
    await carried.minutes_pass(2)

    assert await carried.became(number) == []
    assert (await carried.ask("administrator", "GET", "/api/v1/outbox?state=parked", expect=200))["data"] == []


async def test_what_a_message_costs_is_shown_before_it_is_sent(carried: Carried) -> None:
    number = await carried.collected(WITHOUT_ZALO)
    address = f"/api/v1/messages/preview?consignment={number}&kind="
    shown = (await carried.ask("officer", "GET", address + "dossier.filed", expect=200))["data"]

    assert [(one["channel"], one["coding"], one["parts"], one["cost_dong"]) for one in shown] == [
        ("zalo_zns", "utf8", 0, 0), ("sms_http", "gsm7", 1, 350),
    ]  # fmt: skip
    assert shown[1]["text"].startswith("Ho so, ma ")
    assert shown[1]["characters"] == len(shown[1]["text"])
    await carried.ask("officer", "GET", address + "consignment.booked", expect=404)
    await carried.ask("officer", "GET", "/api/v1/messages/preview?consignment=4K7M29TB6HC&kind=x", expect=404)
    assert carried.sms.taken == {}


async def test_a_stranger_at_a_hook_is_turned_away(carried: Carried) -> None:
    for path in _HOOKS:
        assert (await carried.client.post(path, json={"sms_id": "S-1", "status": "5"})).status == 401


async def test_nothing_personal_is_logged_or_kept_with_a_message(carried: Carried, caplog: Any) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "adapters.wire")  # whoever printed labels here before has quietened it
    for serial, phone in enumerate((ON_ZALO, WITHOUT_ZALO, NOWHERE), 1):
        await carried.collected(phone, serial)
    caplog.clear()
    await carried.minutes_pass(4)
    rows = await carried.house.database.reading.rows("SELECT * FROM message")
    rows += await carried.house.database.reading.rows("SELECT last_error FROM outbox WHERE channel = 'citizen'")
    said = " ".join(
        f"{record.getMessage()} {record.__dict__}" for record in caplog.records if record.name.startswith("adapters")
    ) + str(rows)

    assert "answered send with 200" in said
    wanted = ("540123456", "540000002", "540000003", CITIZEN["name"], "Buu dien da nhan", "dien-tap", "refresh-")
    assert [part for part in wanted if part in said] == []


async def test_check_says_which_texts_are_longer_than_one_part(carried: Carried) -> None:
    assert carried.settings
    at = MORNING + timedelta(days=1)
    assert [text async for text in long_texts(carried.settings, ENVIRON, at=at)] == []
    accented = dict(carried.settings.adapters["sms_http"], unaccented=False)
    object.__setattr__(carried.settings, "adapters", {**carried.settings.adapters, "sms_http": accented})
    [said] = [text async for text in long_texts(carried.settings, ENVIRON, at=at)]
    assert said.startswith("Kênh sms_http: ")
    assert said.endswith("Xem trang /desk/messages.")
