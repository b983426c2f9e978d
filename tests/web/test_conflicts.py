"""Conflicts at the door: what contradicts itself is in the tray at once, and a lead's word settles it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from .conftest import OFFICE, Gate

CONFLICTS = "/api/v1/conflicts"


async def delivered(gate: Gate, number: str, device: str, status: int = 201) -> None:
    moment = gate.clock[0].isoformat()
    told = {
        "number": number, "scan_id": f"{device}-1", "device": device, "device_at": moment, "sent_at": moment,
        "office": OFFICE,
        "proof": {"receiver_name": "Người Diễn Tập", "id_kind": "citizen_id", "id_tail": "4821", "remarks": "none"},
    }  # fmt: skip
    answer = await gate.post("/api/v1/deliveries", told)
    assert answer.status == status, await answer.text()


async def tray(gate: Gate, query: str = "", **rest: Any) -> list[dict[str, Any]]:
    answer = await gate.get(f"{CONFLICTS}{query}", **rest)
    assert answer.status == 200, await answer.text()
    return list((await answer.json())["data"])


@pytest.fixture
async def twice(gate: Gate) -> dict[str, Any]:
    """Give the conflict of an item that two devices delivered."""
    number = (await gate.consignment())["consignment_no"]
    await gate.scan(number, "collected")
    await delivered(gate, number, "may-a")
    gate.clock[0] += timedelta(minutes=5)
    await delivered(gate, number, "may-b")
    [one] = await tray(gate)
    return one


async def test_two_deliveries_are_one_conflict_with_both_sides_and_no_word_of_the_citizen(gate, twice):
    shown = await (await gate.get(f"{CONFLICTS}/{twice['conflict_no']}")).text()

    assert [side["source"] for side in twice["sides"]] == ["device:may-a", "device:may-b"]
    assert (twice["kind"], twice["unit"], twice["state"]) == ("delivered_twice", OFFICE, "open")
    assert "Người Diễn Tập" not in shown
    assert "4821" not in shown


async def test_a_delivery_after_a_return_is_refused_to_its_device_and_laid_before_the_lead(gate):
    number = (await gate.consignment())["consignment_no"]
    await gate.scan(number, "collected")
    await gate.scan(number, "returned")
    gate.clock[0] += timedelta(minutes=5)

    await delivered(gate, number, "may-a", status=409)

    assert [one["kind"] for one in await tray(gate)] == ["delivered_after_end"]


async def test_a_batch_that_is_sent_again_finds_nothing_new(gate, twice):
    again = {"number": twice["consignment_no"], "code": "attempted", "reason": "absent"}
    gate.clock[0] += timedelta(minutes=5)

    for _ in range(2):
        await gate.scan(**again)

    assert [one["kind"] for one in await tray(gate)] == ["delivered_twice", "seen_after_end"]


async def test_a_lead_settles_it_once_and_the_second_is_told(gate, twice):
    path = f"{CONFLICTS}/{twice['conflict_no']}/settle"
    lead = {"token": await gate.token_for("lead", unit=OFFICE)}
    other = {"token": await gate.token_for("lead", unit=OFFICE)}

    settled = await gate.post(path, {"way": "first", "reason": "Đã gọi người nhận"}, **lead)
    late = await gate.post(path, {"way": "second", "reason": "Đã gọi bưu tá"}, **other)

    assert (settled.status, (await settled.json())["settled_as"]) == (200, "first")
    assert (late.status, (await late.json())["code"]) == (409, "conflict.settled")
    assert await tray(gate) == []
    assert [one["settled_as"] for one in await tray(gate, "?state=settled")] == ["first"]


async def test_ways_that_do_an_act_and_ways_of_another_kind_are_refused(gate, twice):
    path = f"{CONFLICTS}/{twice['conflict_no']}/settle"

    for way in ("again", "forward", "nothing"):
        assert (await gate.post(path, {"way": way, "reason": "Đã xem kỹ"})).status == 422


async def test_another_office_sees_nothing_of_it(gate, twice):
    foreign = {"token": await gate.token_for("lead", unit="TS")}

    assert await tray(gate, **foreign) == []
    assert (await gate.get(f"{CONFLICTS}/{twice['conflict_no']}", **foreign)).status == 404
