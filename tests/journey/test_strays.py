"""A scan of an item nobody knows yet is kept aside and finds its item when that appears."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any, cast

import pytest

from postgw.domain.ports import FeedPage, FeedReject, PostOffice
from postgw.services.feeds import Feeds

from .conftest import CITIZEN, DESK, Day
from .test_parcel import PROCEDURE

ITEM = "RR473124829VN"


async def test_a_scan_that_came_before_its_item_is_matched_by_the_sweep(day: Day) -> None:
    now = day.clock[0].isoformat()
    scan = {"scan_id": "s1", "number": ITEM, "code": "arrived", "device_at": now}
    batch = {"device": "d", "sent_at": now, "scans": [scan]}
    answer = await day.ask("postman", "POST", "/api/v1/scans", batch, expect=200)
    assert answer["answers"][0]["verdict"] == "kept_aside"
    dossier = {
        "dossier_no": "H27.15-261123-0009",
        "receiving_desk": DESK,
        "procedure_code": PROCEDURE,
        "service_form": "return",
        "applicant": CITIZEN,
    }
    await day.ask("officer", "POST", "/api/v1/dossiers", dossier, expect=201)
    wanted = {"dossier": "H27.15-261123-0009", "leg": "return"}
    number = (await day.ask("officer", "POST", "/api/v1/consignments", wanted, expect=201))["consignment_no"]
    async with day.house.database.writing() as tx:  # the item number appears behind the scan's back
        await tx.run("UPDATE consignment SET item_no = $2 WHERE consignment_no = $1", number, ITEM)

    await day.time_knocks()

    found = await day.ask("officer", "GET", f"/api/v1/consignments/{number}", expect=200)
    assert found["custody"]["state"] == "at_office"


async def test_an_id_that_another_item_bears_already_is_refused_and_never_said_to_be_known(day: Day) -> None:
    numbers = []
    for n in (1, 2):
        dossier = {
            "dossier_no": f"H27.15-261123-010{n}", "receiving_desk": DESK, "procedure_code": PROCEDURE,
            "service_form": "return", "applicant": CITIZEN,
        }  # fmt: skip
        await day.ask("officer", "POST", "/api/v1/dossiers", dossier, expect=201)
        wanted = {"dossier": dossier["dossier_no"], "leg": "return"}
        numbers.append((await day.ask("officer", "POST", "/api/v1/consignments", wanted, expect=201))["consignment_no"])
    verdicts = []
    for number in numbers:
        now = day.clock[0].isoformat()
        scan = {"scan_id": "one-id", "number": number, "code": "arrived", "device_at": now}
        batch = {"device": "d", "sent_at": now, "scans": [scan]}
        answer = (await day.ask("postman", "POST", "/api/v1/scans", batch, expect=200))["answers"][0]
        verdicts.append((answer["verdict"], answer["code"]))

    assert verdicts == [("accepted", ""), ("refused", "scan.id_taken")]


class _Unreadable:
    """A post of whose feed one row cannot be read."""

    async def feed(self, cursor: str, limit: int) -> FeedPage:
        return FeedPage(events=(), cursor="1", rejects=(FeedReject(record_id="r1", reason="không có ngày", raw="{"),))


async def test_a_row_of_the_feed_that_cannot_be_read_stays_in_sight_when_the_feed_is_read_on(day: Day) -> None:
    book, post = day.house.services.feeds.book, cast("PostOffice", _Unreadable())
    reading = Feeds(database=day.house.database, book=book, posts={"ha-tinh": post}, most_scans_per_item=100)

    for _ in range(2):
        await reading.read("ha-tinh", at=day.clock[0])

    rows = await day.house.database.reading.rows("SELECT account, record_id, reason FROM feed_reject")
    assert [tuple(row.values()) for row in rows] == [("ha-tinh", "r1", "không có ngày")]


async def test_a_bag_that_nobody_sealed_is_refused_and_not_promised_to_be_matched(day: Day) -> None:
    now = day.clock[0].isoformat()
    scan = {"scan_id": "b1", "number": "T4K7M29B9", "code": "arrived", "device_at": now}
    batch = {"device": "d", "sent_at": now, "scans": [scan]}

    answer = (await day.ask("postman", "POST", "/api/v1/scans", batch, expect=200))["answers"][0]

    assert (answer["verdict"], answer["code"]) == ("refused", "scan.empty_group")


async def test_a_post_office_is_shown_what_was_seen_there_and_nothing_before(day: Day) -> None:
    dossier = {
        "dossier_no": "H27.15-261123-0201", "receiving_desk": DESK, "procedure_code": PROCEDURE,
        "service_form": "return", "applicant": CITIZEN,
    }  # fmt: skip
    await day.ask("officer", "POST", "/api/v1/dossiers", dossier, expect=201)
    wanted = {"dossier": dossier["dossier_no"], "leg": "return"}
    number = (await day.ask("officer", "POST", "/api/v1/consignments", wanted, expect=201))["consignment_no"]
    await day.ask("postman", "GET", f"/api/v1/consignments/{number}", expect=404)
    now = day.clock[0].isoformat()
    scan = {"scan_id": "o1", "number": number, "code": "arrived", "device_at": now}
    await day.ask("postman", "POST", "/api/v1/scans", {"device": "d", "sent_at": now, "scans": [scan]}, expect=200)

    shown = await day.ask("postman", "GET", "/api/v1/consignments", expect=200)

    assert [row["consignment_no"] for row in shown["data"]] == [number]
    await day.ask("postman", "GET", f"/api/v1/consignments/{number}", expect=200)


async def test_a_subscriber_to_a_family_of_kinds_is_owed_each_of_them(day: Day) -> None:
    for kinds in (["consignment.*"], ["dossier.filed"]):
        body = {"url": "https://listener.example/hook", "kinds": kinds, "desk": DESK}
        await day.ask("administrator", "POST", "/api/v1/webhooks", body, expect=201)
    await test_a_post_office_is_shown_what_was_seen_there_and_nothing_before(day)
    now = day.clock[0].isoformat()
    scan = {"scan_id": "o2", "number": "", "code": "out_for_delivery", "device_at": now}
    scan["number"] = (await day.ask("officer", "GET", "/api/v1/consignments", expect=200))["data"][0]["consignment_no"]
    await day.ask("postman", "POST", "/api/v1/scans", {"device": "d", "sent_at": now, "scans": [scan]}, expect=200)

    await day.house.services.notices._fan_out(day.clock[0])

    owed = await day.ask("administrator", "GET", "/api/v1/outbox?state=waiting", expect=200)
    assert [errand["channel"] for errand in owed["data"]].count("hook") == 1


# --- a sender without end ---------------------------------------------------------------------------------------------


@pytest.fixture
async def narrow_day(open_day: Callable[..., Any]) -> AsyncIterator[Day]:
    async with open_day("\n[tracking]\nmost_strays_per_sender = 100\n") as day:
        yield day


async def _unknown(day: Day, who: str, device: str, *ids: str) -> list[tuple[str, str]]:
    now = day.clock[0].isoformat()
    told = [{"scan_id": id_, "number": ITEM, "code": "arrived", "device_at": now} for id_ in ids]
    batch = {"device": device, "sent_at": now, "scans": told}
    answers = (await day.ask(who, "POST", "/api/v1/scans", batch, expect=200))["answers"]
    return [(answer["verdict"], answer["code"]) for answer in answers]


async def test_who_tells_of_unknown_items_without_end_is_refused_plainly_and_loses_nothing_kept(
    narrow_day: Day,
) -> None:
    day = narrow_day
    first = await _unknown(day, "postman", "d", *(f"s{n}" for n in range(98)))

    crossing = await _unknown(day, "postman", "another", "a", "b", "c")
    again = await _unknown(day, "postman", "d", "s0", "new")
    other = await _unknown(day, "officer", "e", "x")

    assert set(first) == {("kept_aside", "scan.kept_aside")}
    assert crossing == [("kept_aside", "scan.kept_aside")] * 2 + [("refused", "scan.tray_full")]
    assert again == [("known", "scan.kept_aside"), ("refused", "scan.tray_full")]
    assert other == [("kept_aside", "scan.kept_aside")]
    rows = await day.house.database.reading.rows("SELECT source_id FROM stray")
    assert sorted(row["source_id"] for row in rows) == sorted([*(f"s{n}" for n in range(98)), "a", "b", "x"])


async def test_what_waits_for_a_month_takes_up_no_room(narrow_day: Day) -> None:
    day = narrow_day
    await _unknown(day, "postman", "d", *(f"s{n}" for n in range(100)))
    full = await _unknown(day, "postman", "d", "late")

    async with day.house.database.writing() as tx:
        await tx.run("UPDATE stray SET received_at = $1", day.clock[0] - timedelta(days=31))

    assert full == [("refused", "scan.tray_full")]
    assert await _unknown(day, "postman", "d", "late") == [("kept_aside", "scan.kept_aside")]
