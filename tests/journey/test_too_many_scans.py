"""An item that is told of without end: up to the bound it is taken, the rest is kept where people see it."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest

from postgw.domain.ports import FeedEvent
from postgw.services.strays import Strays
from postgw.storage import scan_rows

from .conftest import CITIZEN, DESK, Day
from .test_parcel import PROCEDURE

MOST = 100
BOUND = f"\n[tracking]\nmost_scans_per_item = {MOST}\n"
PROOF = {"receiver_name": "Nguyễn Diễn Tập", "id_kind": "citizen_id", "id_tail": "4821", "remarks": "none"}


@pytest.fixture
async def day(open_day: Callable[..., Any]) -> AsyncIterator[Day]:
    async with open_day(BOUND) as day:
        yield day


async def _items(day: Day, *names: str) -> list[str]:
    numbers = []
    for name in names:
        dossier = {
            "dossier_no": f"H27.15-261123-{name}", "receiving_desk": DESK, "procedure_code": PROCEDURE,
            "service_form": "return", "applicant": CITIZEN,
        }  # fmt: skip
        await day.ask("officer", "POST", "/api/v1/dossiers", dossier, expect=201)
        wanted = {"dossier": dossier["dossier_no"], "leg": "return"}
        numbers.append((await day.ask("officer", "POST", "/api/v1/consignments", wanted, expect=201))["consignment_no"])
    return numbers


async def _sent(day: Day, number: str, *ids: str, device: str = "d") -> list[dict[str, Any]]:
    """Send scans of one item, a minute after another, in one batch."""
    at = day.clock[0]
    told = [
        {"scan_id": id_, "number": number, "code": "arrived", "device_at": (at - timedelta(minutes=n)).isoformat()}
        for n, id_ in enumerate(ids)
    ]
    batch = {"device": device, "sent_at": at.isoformat(), "scans": told}
    answers: list[dict[str, Any]] = (await day.ask("postman", "POST", "/api/v1/scans", batch, expect=200))["answers"]
    return answers


def _ids(first: int, last: int) -> list[str]:
    return [f"s{n}" for n in range(first, last)]


async def _kept(day: Day, number: str) -> int:
    return len(await scan_rows.history(day.house.database.reading, number))


async def _waiting(day: Day) -> list[dict[str, Any]]:
    waiting: list[dict[str, Any]] = (await day.ask("postman", "GET", "/api/v1/scans/strays", expect=200))["data"]
    return waiting


async def test_a_batch_that_crosses_the_bound_is_taken_up_to_it_and_the_rest_is_kept_in_sight(day: Day) -> None:
    (number,) = await _items(day, "0001")
    await _sent(day, number, *_ids(0, MOST - 2))

    answers = await _sent(day, number, "z", "y", "x", "w")

    assert [answer["verdict"] for answer in answers] == ["accepted", "accepted", "refused", "refused"]
    assert [answer["code"] for answer in answers] == ["", "", "scan.item_full", "scan.item_full"]
    assert number in answers[2]["sentence"]
    assert await _kept(day, number) == MOST
    waiting = await _waiting(day)
    assert sorted((each["number"], each["source_id"], each["full"]) for each in waiting) == [
        (number, "w", True), (number, "x", True),
    ]  # fmt: skip


async def test_what_was_refused_and_comes_again_is_answered_the_same_and_kept_once(day: Day) -> None:
    (number,) = await _items(day, "0001")
    await _sent(day, number, *_ids(0, MOST))
    for _ in range(2):
        (answer,) = await _sent(day, number, "one")
        assert (answer["verdict"], answer["code"]) == ("refused", "scan.item_full")
        (known,) = await _sent(day, number, "s7")
        assert known["verdict"] == "known"

    await day.time_knocks()

    assert [each["source_id"] for each in await _waiting(day)] == ["one"]
    assert await _kept(day, number) == MOST


async def test_a_higher_bound_lets_in_what_waited(day: Day) -> None:
    (number,) = await _items(day, "0001")
    await _sent(day, number, *_ids(0, MOST + 7))
    wider = Strays(database=day.house.database, book=day.house.services.strays.book, most_scans_per_item=MOST + 4)

    matched = [await wider.match(at=day.clock[0]) for _ in range(2)]

    assert matched == [7, 0]
    assert await _kept(day, number) == MOST + 4
    assert Counter(each["full"] for each in await _waiting(day)) == {True: 3}


async def test_a_bag_with_a_full_item_in_it_moves_the_others(day: Day) -> None:
    full, other = await _items(day, "0001", "0002")
    await _sent(day, full, *_ids(0, MOST))
    body = {"numbers": [full, other], "desk": DESK}
    bag = (await day.ask("officer", "POST", "/api/v1/bags", body, expect=201))["bag_no"]

    first, again = [(await _sent(day, bag, "of the bag"))[0] for _ in range(2)]

    assert (first["verdict"], first["code"], again["verdict"]) == ("accepted", "scan.item_full", "known")
    assert full in first["sentence"]
    assert other not in first["sentence"]
    assert (await _kept(day, full), await _kept(day, other)) == (MOST, 1)
    assert [(each["number"], each["source_id"]) for each in await _waiting(day)] == [(full, f"of the bag/{full}")]


async def test_what_the_post_tells_too_often_is_kept_in_sight_and_keeps_no_scan_of_ours_out(day: Day) -> None:
    (number,) = await _items(day, "0001")
    told = [
        FeedEvent(record_id=f"r{n}", order_no=number, code="departed", occurred_at=day.clock[0] - timedelta(minutes=n))
        for n in range(MOST + 3)
    ]
    for _ in range(2):
        await day.house.services.feeds.hear("ha-tinh", told, at=day.clock[0])

    (answer,) = await _sent(day, number, "ours")

    assert answer["verdict"] == "accepted"
    assert await _kept(day, number) == MOST + 1
    assert {(each["number"], each["source"], each["full"]) for each in await _waiting(day)} == {
        (number, "feed:ha-tinh", True)
    }
    assert len(await _waiting(day)) == 3


async def test_scans_without_end_keep_no_proof_of_delivery_out(day: Day) -> None:
    (number,) = await _items(day, "0001")
    await _sent(day, number, *_ids(0, MOST))
    moment = day.clock[0].isoformat()
    delivery = {"number": number, "proof": PROOF, "device": "d", "device_at": moment, "sent_at": moment}

    shown = await day.ask("postman", "POST", "/api/v1/deliveries", {**delivery, "scan_id": "p"}, expect=201)
    attempt = {"reason": "absent", "scan_id": "a", "device": "d", "device_at": moment, "sent_at": moment}
    refused = await day.ask("postman", "POST", f"/api/v1/consignments/{number}/attempts", attempt, expect=409)

    assert shown["custody"]["state"] == "delivered"
    assert refused["code"] == "scan.item_full"


async def test_who_waits_for_an_unknown_item_without_end_fills_no_journey(day: Day) -> None:
    item = "RR473124829VN"
    await _sent(day, item, *_ids(0, MOST + 20))
    (number,) = await _items(day, "0001")
    await day.ask("postman", "POST", f"/api/v1/consignments/{number}/bind", {"item_no": item}, expect=200)

    await day.time_knocks()

    assert await _kept(day, number) == MOST
    assert Counter(each["full"] for each in await _waiting(day)) == {True: 20}


@pytest.fixture
async def narrow_day(open_day: Callable[..., Any]) -> AsyncIterator[Day]:
    async with open_day(f"{BOUND}most_strays_per_sender = {MOST}\n") as day:
        yield day


async def test_what_has_room_neither_in_its_journey_nor_aside_is_said_to_be_neither_recorded_nor_kept(
    narrow_day: Day,
) -> None:
    day = narrow_day
    full, other = await _items(day, "0001", "0002")
    body = {"numbers": [full, other], "desk": DESK}
    bag = (await day.ask("officer", "POST", "/api/v1/bags", body, expect=201))["bag_no"]
    await _sent(day, full, *_ids(0, MOST))

    *_, last_aside, first_lost = await _sent(day, full, *_ids(MOST, 2 * MOST + 1))
    (of_bag,) = await _sent(day, bag, "of the bag")

    assert "chỉ giữ lại ở mục Chưa có trong sổ" in last_aside["sentence"]
    assert [(each["verdict"], each["code"]) for each in (last_aside, first_lost, of_bag)] == [
        ("refused", "scan.item_full"), ("refused", "scan.item_full"), ("accepted", "scan.item_full"),
    ]  # fmt: skip
    lost = f"Bưu gửi {full} đã có quá nhiều lần quét nên lần này không được ghi, cũng không giữ lại. Báo phụ trách."
    assert [first_lost["sentence"], of_bag["sentence"]] == [lost, lost]
    assert (await _kept(day, full), await _kept(day, other)) == (MOST, 1)
    rows = await day.house.database.reading.rows("SELECT source_id FROM stray")
    assert sorted(row["source_id"] for row in rows) == sorted(_ids(MOST, 2 * MOST))
