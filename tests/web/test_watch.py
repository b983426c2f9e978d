"""Warnings, late cases and storms together, through the real door."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from postgw.domain.time_limit import Zone
from postgw.storage import calendar
from postgw.web.schemas.lateness import WarningPage

from .conftest import DESK, OFFICE, OTHER_DESK, PERSON, Gate

STORM = {
    "kind": "storm", "title": "Bão số 5", "first_on": "2026-11-24", "last_on": "2026-11-25", "communes": ["18628"],
    "reason": "Đường ngập",
}  # fmt: skip


def on(gate: Gate, day: int, month: int = 11, hour: int = 2) -> None:
    gate.clock[0] = datetime(2026, month, day, hour, tzinfo=UTC)


async def carried(gate: Gate) -> str:
    """Let the post take over a result today; its limit is J + 1."""
    zone = Zone(commune_code="18628", area="Huyện Kỳ Anh", province="42")
    async with gate.house.database.writing() as tx:
        await calendar.put_zones(tx, [zone], valid_from=date(2017, 8, 15), author="test", reason="test")
    number = str((await gate.consignment())["consignment_no"])
    await gate.scan(number, "collected", office=OFFICE)
    return number


async def warnings(gate: Gate, **rest: Any) -> list[tuple[str, str, str | None]]:
    answer = await gate.get("/api/v1/warnings", **rest)
    page = WarningPage.model_validate_json(await answer.read())
    return [(w.number, str(w.due_on), str(w.moved_to) if w.moved_to else None) for w in page.data]


async def told(gate: Gate, *kinds: str, unit: str = "") -> list[dict[str, Any]]:
    """Return what the change feed says of some kinds."""
    token = await gate.token_for("enquiry", unit=unit)
    events = (await (await gate.get("/api/v1/events?limit=200", token=token)).json())["data"]
    notices = [event["notice"] for event in events]
    return [each for each in notices if each["type"].split(".", 2)[2].removesuffix(".v1") in kinds]


async def late_cases(gate: Gate) -> list[dict[str, Any]]:
    return await gate.house.database.reading.rows(
        "SELECT f.*, (SELECT count(*) FROM case_step s WHERE s.case_id = f.id) AS steps FROM case_file f"
        " WHERE kind = 'late' ORDER BY id"
    )


async def test_a_due_date_is_warned_of_once_on_the_working_day_before(gate: Gate) -> None:
    on(gate, 20)
    number = await carried(gate)  # a Friday: due on Monday 23
    for day in (20, 21, 22, 23):
        on(gate, day)
        await gate.watched()
        await gate.watched()

    assert await warnings(gate) == [(number, "2026-11-23", None)]
    [desk] = await told(gate, "consignment.due_soon", unit=DESK)
    [office] = await told(gate, "consignment.due_soon", unit=OFFICE)
    assert desk["data"]["due_on"] == office["data"]["due_on"] == "2026-11-23"
    assert desk["time"].startswith("2026-11-20")


async def test_what_the_post_is_done_with_is_not_warned_of(gate: Gate) -> None:
    on(gate, 20)
    number = await carried(gate)
    await gate.scan(number, "attempted", reason="absent", office=OFFICE)
    await gate.watched()

    assert await warnings(gate) == []


async def test_a_unit_sees_the_warnings_of_its_own(gate: Gate) -> None:
    number = await carried(gate)
    await gate.watched()
    own, other, office = [await gate.token_for("enquiry", unit=unit) for unit in (DESK, OTHER_DESK, OFFICE)]

    assert await warnings(gate, token=own) == await warnings(gate, token=office) == [(number, "2026-11-24", None)]
    assert await warnings(gate, token=other) == []


async def test_after_the_due_date_one_case_keeps_the_reckoning(gate: Gate) -> None:
    number = await carried(gate)
    on(gate, 26)
    for _ in range(3):
        await gate.watched()

    [case] = await late_cases(gate)
    assert (case["once"], case["desk"], case["due_on"]) == (f"late:{number}", DESK, "2026-12-03")
    for fact in (
        '"due_on":"2026-11-24"', '"days_late":2', '"span":"same_district"', '"limits_version":"2017-08-15"',
        '"remedy":"refund_postage"', "J+1: hạn 24/11/2026.",
    ):  # fmt: skip
        assert fact in case["content"]
    assert PERSON["name"] not in case["content"]
    assert case["steps"] == 0


async def test_what_arrived_late_while_nobody_watched_has_its_case(gate: Gate) -> None:
    number = await carried(gate)
    on(gate, 26)
    await gate.scan(number, "attempted", reason="absent", office=OFFICE)
    on(gate, 27)
    await gate.watched()

    [case] = await late_cases(gate)
    assert '"stopped_on":"2026-11-26"' in case["content"]


async def test_what_ended_in_time_has_no_case(gate: Gate) -> None:
    number = await carried(gate)
    on(gate, 24)
    await gate.scan(number, "attempted", reason="absent", office=OFFICE)
    on(gate, 27)
    await gate.watched()

    assert await late_cases(gate) == []


async def standing(gate: Gate, number: str) -> dict[str, Any]:
    """Return where clock, words, warning, late list and case stand."""
    clock = await (await gate.get(f"/api/v1/consignments/{number}/clock")).json()
    late = await (await gate.get("/api/v1/late")).json()
    row = await gate.house.database.reading.row("SELECT content FROM case_step ORDER BY id DESC LIMIT 1")
    return {
        "due": clock["due_on"], "storm_in_words": any("Bão số 5" in words for words in clock["words"]),
        "warnings": await warnings(gate), "late": [each["number"] for each in late["data"]],
        "step_says_late": None if row is None else '"is_late":true' in row["content"],
    }  # fmt: skip


async def test_a_storm_moves_clock_words_warning_late_list_and_case_and_undoing_it_brings_all_back(gate: Gate) -> None:
    number = await carried(gate)  # Monday 23: due on Tuesday 24
    await gate.watched()
    on(gate, 25)
    await gate.watched()
    before = await standing(gate, number)

    entry = (await (await gate.post("/api/v1/degraded-days", STORM)).json())["entry_no"]
    await gate.watched()
    during = await standing(gate, number)
    on(gate, 25, hour=3)
    await gate.ask("DELETE", f"/api/v1/degraded-days/{entry}?reason=Nhầm")
    await gate.watched()
    after = await standing(gate, number)

    assert before == {
        "due": "2026-11-24", "storm_in_words": False, "warnings": [(number, "2026-11-24", None)], "late": [number],
        "step_says_late": None,
    }  # fmt: skip
    assert during == {
        "due": "2026-11-26", "storm_in_words": True, "late": [number], "step_says_late": False,
        "warnings": [(number, "2026-11-26", None), (number, "2026-11-24", "2026-11-26")],
    }  # fmt: skip
    assert after == {
        **before, "step_says_late": True,
        "warnings": [(number, "2026-11-26", "2026-11-24"), (number, "2026-11-24", None)],
    }  # fmt: skip
    moves = [each["data"] for each in await told(gate, "consignment.due_moved", unit=DESK)]
    assert [(each["was_due_on"], each["due_on"]) for each in moves] == [
        ("2026-11-24", "2026-11-26"), ("2026-11-26", "2026-11-24"),
    ]  # fmt: skip
    assert len(await told(gate, "consignment.due_soon", unit=DESK)) == 2
    assert len(await late_cases(gate)) == 1
