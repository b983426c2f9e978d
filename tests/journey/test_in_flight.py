"""The day a desk goes live: what the post holds is taken over from a list, and the feed goes on from there."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from postgw.domain.actor import GATEWAY
from postgw.domain.errors import Conflict, Forbidden
from postgw.domain.legal_day import VIETNAM
from postgw.domain.ports import FeedEvent

HEADINGS = (
    "Số hiệu bưu gửi",
    "Mã hồ sơ",
    "Ngày gửi",
    "Nơi biết lần cuối",
    "Trạng thái",
    "Chiều",
    "Người nhận",
    "Xã người nhận",
)
ROW = (
    "RR473124829VN",
    "H27.15-261112-0041",
    "20/11/2026",
    "Bưu điện Hà Tĩnh",
    "",
    "",
    "Nguyễn Thị Diễn Tập",
    "xã Kỳ Văn, tỉnh Hà Tĩnh",
)
ITEMS = ("RR473124829VN", "EA193079198VN")


def list_of(*rows: tuple[str, ...]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([HEADINGS, *rows])
    return text.getvalue().encode("utf-8-sig")


def changed(**cells: str) -> tuple[str, ...]:
    row = dict(zip(("item", "dossier", "on", "place", "state", "leg", "name", "commune"), ROW, strict=True)) | cells
    return tuple(row.values())


async def taken(day: Any, *rows: tuple[str, ...], check: bool = False, desk: str = "TS") -> Any:
    acts = day.house.services.in_flight
    sheet = await acts.read(list_of(*rows), actor=GATEWAY)
    return await acts.take(sheet, desk=desk, check=check, actor=GATEWAY, at=day.clock[0])


async def counts(day: Any) -> tuple[int, ...]:
    tables = ("dossier", "consignment", "scan", "binding")
    rows = [await day.house.database.reading.row(f"SELECT count(*) AS n FROM {table}") for table in tables]
    return tuple(row["n"] for row in rows)


async def test_what_the_post_holds_is_taken_over_once_and_never_booked_again(day: Any) -> None:
    first, again = await taken(day, ROW), await taken(day, ROW)
    number = first[0].consignment_no

    assert [(one.outcome, one.consignment_no) for one in (*first, *again)] == [("created", number), ("same", number)]
    assert await counts(day) == (1, 1, 1, 1)
    shown = await day.ask("officer", "GET", f"/api/v1/consignments/{number}", expect=200)
    assert (shown["item_no"], shown["custody"]["state"], shown["custody"]["holder"], shown["custody"]["office"]) == (
        ROW[0], "collected", "post", "480000",
    )  # fmt: skip
    with pytest.raises(Conflict):
        await day.house.services.booking.book(number, actor=GATEWAY, at=day.clock[0])
    await day.time_knocks()
    row = await day.house.database.reading.row("SELECT count(*) AS n FROM post_order")
    assert row["n"] == 0


async def test_the_time_limit_counts_from_the_day_of_posting(day: Any) -> None:
    zones = [{"commune_code": code, "area": "Thành phố Hà Tĩnh"} for code in ("18073", "18787")]
    await day.ask(
        "administrator",
        "POST",
        "/api/v1/zones",
        {"valid_from": "2026-11-01", "reason": "thử", "zones": zones},
        expect=201,
    )
    number = (await taken(day, ROW))[0].consignment_no

    clock = await day.house.services.clocks.clock(number, actor=GATEWAY, at=day.clock[0])

    assert clock.reckoning is not None
    assert clock.reckoning.start == date(2026, 11, 20)


async def test_nobody_is_told_of_the_taking_over_and_the_feed_goes_on_by_the_number_on_the_sticker(day: Any) -> None:
    number = (await taken(day, ROW))[0].consignment_no
    await day.time_knocks()
    assert (day.told(), day.texts()) == ((), [])

    at = datetime(2026, 11, 20, 9, 0, tzinfo=VIETNAM)
    said = [
        FeedEvent(record_id=f"r{n}", order_no="OLD-77", item_no=ROW[0], code=code, occurred_at=at.replace(day=20 + n))
        for n, code in enumerate(("collected", "departed", "arrived"))
    ]
    await day.house.services.feeds.hear("ha-tinh", said, at=day.clock[0])
    custody, happenings = await day.house.services.enquiry.journey(number, actor=GATEWAY)

    assert custody.state == "at_office"
    assert not [each for each in happenings if each.out_of_turn]
    assert (await day.house.database.reading.row("SELECT count(*) AS n FROM stray"))["n"] == 0


async def test_a_known_state_is_taken_over_with_it(day: Any) -> None:
    rows = await taken(day, changed(state="Chờ đến nhận tại bưu cục"))
    shown = await day.ask("officer", "GET", f"/api/v1/consignments/{rows[0].consignment_no}", expect=200)

    assert (shown["custody"]["state"], shown["custody"]["holder"]) == ("held", "post")


async def test_each_bad_row_says_why_and_spoils_no_other(day: Any) -> None:
    bad = (
        changed(item="RR473124820VN"), changed(item="EA193079198VN", dossier="0001"),
        changed(item="CA000000019VN", on="20/11/2027"), changed(item="PA000000014VN", state="Đã phát, có chứng từ"),
        changed(item="PA000000028VN", place=""), changed(item="PA000000031VN", state="bay mất"),
    )  # fmt: skip
    rows = await taken(day, *bad, ROW)

    assert [one.outcome for one in rows] == [""] * len(bad) + ["created"]
    assert [one.why.code for one in rows if one.why] == [
        "item_no.check_digit", "dossier_no.shape", "in_flight.future", "in_flight.ended", "in_flight.blank",
        "in_flight.state",
    ]  # fmt: skip
    assert await counts(day) == (1, 1, 1, 1)


async def test_one_number_of_two_dossiers_or_twice_in_a_list_is_refused(day: Any) -> None:
    rows = await taken(day, ROW, changed(dossier="H27.15-261112-0032"))
    again = await taken(day, changed(dossier="H27.15-261112-0032"))

    assert [one.why.code if one.why else "" for one in (*rows, *again)] == ["", "in_flight.twice", "item_no.bound"]


async def test_a_look_keeps_nothing(day: Any) -> None:
    rows = await taken(day, ROW, changed(item="RR473124820VN"), check=True)

    assert [one.outcome for one in rows] == ["good", ""]
    assert await counts(day) == (0, 0, 0, 0)


async def test_a_dossier_that_is_there_is_used_and_its_live_consignment_not_doubled(day: Any) -> None:
    await taken(day, ROW)
    second = await taken(day, changed(item=ITEMS[1]))
    there = await taken(day, changed(item=ITEMS[1], leg="Gửi hồ sơ"))

    assert second[0].why is not None
    assert second[0].why.code == "consignment.live"
    assert there[0].outcome == "created"
    assert (await counts(day))[:2] == (1, 2)


async def test_a_lead_takes_over_for_the_own_desk_alone_and_an_officer_for_none(day: Any) -> None:
    acts = day.house.services.in_flight
    lead = replace(GATEWAY, name="lead", scopes=frozenset({"lead"}), unit="KA")
    sheet = await acts.read(list_of(ROW), actor=lead)
    rows = await acts.take(sheet, desk="TS", check=False, actor=lead, at=day.clock[0])

    assert rows[0].why is not None
    assert rows[0].why.code == "desk.unknown"
    with pytest.raises(Forbidden):
        await acts.read(list_of(ROW), actor=replace(lead, scopes=frozenset({"intake"})))
