"""What goes out to a citizen, when and by which channel, on both databases: a night between, a wish, a correction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from adapters.rehearsal.messenger import RehearsalMessenger
from postgw.domain.errors import Refused
from postgw.domain.ports import Message, MessageReceipt, Notice
from postgw.domain.scan import CORRECTION
from postgw.rules.book import rule_book
from postgw.services.messaging import Messaging
from postgw.services.notices import Notices
from postgw.storage import message_wishes, messages, outbox, province, records, secret_pages, wires
from postgw.storage.outbox import NewErrand

NO = "4K7M29TB6HC"
PAGE = "https://hoso.example"


class Unknowing(RehearsalMessenger):
    """A channel that knows nobody."""

    async def send(self, message: Message) -> MessageReceipt:
        raise Refused("Không có ai.", code="messages.not_there")


@dataclass
class Town:
    """A house with channels, and a clock that the test turns."""

    house: Any
    at: datetime
    channels: dict[str, RehearsalMessenger] = field(
        default_factory=lambda: {"zalo_zns": RehearsalMessenger(), "sms_http": RehearsalMessenger()}
    )

    async def knocks(self) -> None:
        """Let what is due go out."""
        notices = Notices(
            database=self.house.database, desks=(), hooks_sender=None, book=rule_book(),  # type: ignore[arg-type]
            first_channel=next(iter(self.channels)), statement_closes=True,
        )  # fmt: skip
        messaging = Messaging(
            database=self.house.database, book=rule_book(), channels=self.channels, rehearsal=True, public_url=PAGE
        )
        while await notices.send_due(at=self.at) + await messaging.send_due(at=self.at):
            pass

    async def happens(self, code: str, *, hours: float = 0, **rest: Any) -> None:
        """Let something happen to the item after some hours, and what is due go out."""
        self.at += timedelta(hours=hours)
        minute = (self.at - self.house.at) / timedelta(minutes=1)
        await self.house.keep((NO, self.house.scan(f"{code}{self.at:%H%M%S}", code, minute, **rest)))
        await self.knocks()

    async def later(self, hours: float) -> None:
        """Let time pass, and what is due go out."""
        self.at += timedelta(hours=hours)
        await self.knocks()

    def told(self, channel: str = "zalo_zns") -> list[str]:
        """Return the matters that went out on a channel."""
        return [message.kind.partition(".")[2] for message in self.channels[channel].sent]

    async def became(self) -> list[tuple[str, str, str]]:
        """Return what is written down of each message about the item."""
        kept = await messages.of_consignment(self.house.database.reading, NO)
        return [(each.notice_id.split(".")[1], each.state, each.reason) for each in kept]

    async def wishes(self, **wish: Any) -> None:
        """Keep what the citizen wants."""
        async with self.house.database.writing() as tx:
            row = await tx.row("SELECT dossier_id FROM consignment WHERE consignment_no = $1", NO)
            assert row
            await message_wishes.keep(
                tx, row["dossier_id"], **{"channel": "", "stopped": False, **wish}, by="test", at=self.at
            )


@pytest.fixture
async def town(house) -> Town:
    async with house.database.writing() as tx:
        await province.begin(tx, rehearsal=True, at=house.at)
    await house.posted(NO)
    return Town(house, house.at)


async def test_what_falls_due_at_night_goes_out_in_the_morning_and_the_newest_truth_alone(town: Town) -> None:
    await town.happens("collected", hours=12.5)  # 21:30
    await town.happens("out_for_delivery", hours=8)  # 05:30
    assert town.told() == []

    await town.later(1.4)  # 06:54
    assert town.told() == []
    await town.later(0.1)  # 07:00
    assert town.told() == ["consignment.out_for_delivery"]
    assert sorted(await town.became()) == [
        ("collected", "unsent", "message.overtaken"), ("out_for_delivery", "sent", ""),
    ]  # fmt: skip


async def test_nobody_is_told_in_the_morning_that_it_comes_today_when_it_came_at_night(town: Town) -> None:
    await town.happens("out_for_delivery", hours=12.5)
    await town.happens("held", hours=1)
    await town.happens("out_for_delivery", hours=1)
    await town.happens("attempted", hours=1)
    await town.later(12)

    assert town.told() == ["consignment.attempted"]


async def test_a_correction_at_night_leaves_nothing_to_tell(town: Town) -> None:
    await town.happens("collected")
    await town.happens("out_for_delivery", hours=12.5)
    wrong = town.house.scan(f"out_for_delivery{town.at:%H%M%S}", "out_for_delivery")
    town.at += timedelta(minutes=10)
    mended = town.house.scan("mended", CORRECTION, 12.7 * 60, cancels=wrong.key, reason="wrong_item")
    await town.house.keep((NO, mended))
    await town.later(12)

    assert town.told() == ["consignment.collected"]


async def test_a_second_witness_of_a_delivery_tells_nobody_twice(town: Town) -> None:
    await town.happens("collected")
    await town.happens("held", hours=1)
    await town.happens("collected", hours=-0.5, source="feed:dien-tap")
    await town.happens("held", hours=1, source="feed:dien-tap")

    assert town.told() == ["consignment.collected", "consignment.held"]


async def test_every_message_leads_to_the_same_page_of_the_dossier_and_the_page_opens(town: Town) -> None:
    await town.happens("collected")
    await town.happens("held", hours=1)
    links = {message.text.partition(PAGE + "/m/")[2] for message in town.channels["zalo_zns"].sent}
    [token] = links

    assert await secret_pages.opened(town.house.database.reading, token, at=town.at + timedelta(days=29))


async def test_the_channel_that_was_chosen_is_tried_first_and_the_others_after_it(town: Town) -> None:
    await town.wishes(channel="sms_http")
    await town.happens("collected")
    assert (town.told("zalo_zns"), town.told("sms_http")) == ([], ["consignment.collected"])

    town.channels["sms_http"] = Unknowing()
    await town.happens("held", hours=1)
    assert town.told("zalo_zns") == ["consignment.held"]
    assert sorted(await town.became())[1:] == [("held", "failed", "messages.not_there"), ("held", "sent", "")]


async def test_who_wants_no_messages_gets_none_and_why_is_written_down(town: Town) -> None:
    await town.wishes(stopped=True)
    await town.happens("collected")
    assert town.told() == []
    assert await town.became() == [("collected", "unsent", "wish.stopped")]

    await town.wishes(channel="zalo_zns")
    await town.happens("held", hours=1)
    assert town.told() == ["consignment.held"]


async def test_a_link_that_was_asked_for_waits_neither_for_the_morning_nor_for_a_wish(town: Town) -> None:
    await town.wishes(stopped=True)
    town.at += timedelta(hours=13)
    async with town.house.database.writing() as tx:
        notice = {
            "notice_id": "page.link:1:x", "kind": "page.link", "at": town.at, "desk": "TS", "consignment_no": "",
            "dossier_no": f"TS/for {NO}",
        }  # fmt: skip
        errand = NewErrand(
            channel="citizen", target="zalo_zns", key="citizen:zalo_zns:page.link:1:x", subject=f"TS/for {NO}",
            payload=records.to_json(notice),
        )  # fmt: skip
        await outbox.put(tx, [errand], at=town.at)
    await town.knocks()

    [message] = town.channels["zalo_zns"].sent
    assert PAGE in message.text
    owed = await messages.owed(town.house.database.reading, [NO, f"TS/for {NO}"])
    assert [(each.kind, each.state) for each in owed] == [("page.link", "sent")]


async def test_what_waits_for_the_morning_is_seen_with_its_hour(town: Town) -> None:
    await town.happens("collected", hours=13)
    [owed] = await messages.owed(town.house.database.reading, [NO])

    assert (owed.kind, owed.state, owed.due_at) == (
        "consignment.collected", "waiting", datetime.fromisoformat("2026-11-24T00:00:00+00:00"),
    )  # fmt: skip


async def test_what_waits_for_the_morning_is_no_backlog_that_somebody_must_look_at(town: Town) -> None:
    await town.happens("collected", hours=13)
    waiting = await wires.backlogs(town.house.database.reading, unread_since=town.at)

    assert waiting.get("message:zalo_zns", wires.Backlog()).waiting == 0


async def test_notices_without_a_consignment_are_never_taken_for_one_another(town: Town) -> None:
    notice = Notice(notice_id="n", kind="dossier.rescheduled", at=town.at, desk="TS", consignment_no="", dossier_no="x")

    assert await messages.around(town.house.database.reading, notice) == ([], [])


async def test_of_two_notices_that_are_owed_in_one_go_the_later_one_is_the_newer(town: Town) -> None:
    async with town.house.database.writing() as tx:
        kinds = [("z", "dossier.filed", {"ground": "manifest"}), ("a", "dossier.appointed", {"due_on": "2026-12-07"})]
        told = [
            Notice(notice_id=name, kind=kind, at=town.at, desk="TS", consignment_no=NO, dossier_no="x", data=data)
            for name, kind, data in kinds
        ]  # fmt: skip
        await tx.run("UPDATE consignment SET leg = 'send' WHERE consignment_no = $1", NO)
        await outbox.announce(tx, told, at=town.at)
    await town.knocks()

    assert town.told() == ["dossier.appointed"]
