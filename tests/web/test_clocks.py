"""Clocks, the late list, the calendar and degraded days through the door."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from postgw.domain.time_limit import Zone
from postgw.storage import calendar
from postgw.web.schemas.clocks import CalendarOut, ClockOut, DegradedOut, DegradedPage, LatePage

from .conftest import DESK, OTHER_DESK

STORM = {
    "kind": "storm", "title": "Bão số 5", "first_on": "2026-11-24", "last_on": "2026-11-25", "communes": ["18628"],
    "reason": "Đường ngập",
}  # fmt: skip


async def zoned(gate: Any, *, valid_from: date = date(2017, 8, 15)) -> None:
    zone = Zone(commune_code="18628", area="Huyện Cẩm Xuyên", province="42")
    async with gate.house.database.writing() as tx:
        await calendar.put_zones(tx, [zone], valid_from=valid_from, author="test", reason="test")


async def collected(gate: Any, leg: str = "return") -> str:
    number = str((await gate.consignment(leg))["consignment_no"])
    assert (await gate.scan(number, "collected"))["state"] == "collected"
    return number


async def clock_of(gate: Any, number: str, **headers: str) -> dict[str, Any]:
    answer = await gate.get(f"/api/v1/consignments/{number}/clock", headers=headers)
    assert answer.status == 200, await answer.text()
    ClockOut.model_validate_json(await answer.read())
    shown: dict[str, Any] = await answer.json()
    return shown


def moved_to(gate: Any, day: int, hour: int = 2) -> None:
    gate.clock[0] = datetime(2026, 11, day, hour, tzinfo=UTC)


async def test_a_clock_explains_its_due_date(gate) -> None:
    await zoned(gate)
    number = await collected(gate)

    shown = await clock_of(gate, number)

    assert (shown["due_on"], shown["verdict"], shown["span"]) == ("2026-11-24", "running", "same_district")
    assert shown["words"] == ["Còn 1 ngày làm việc.", "Nhận ngày 23/11/2026, trong một huyện cũ, J+1: hạn 24/11/2026."]


async def test_a_clock_speaks_english_where_it_is_asked_to(gate) -> None:
    await zoned(gate)
    number = await collected(gate)

    shown = await clock_of(gate, number, **{"Accept-Language": "en"})

    assert shown["words"][0] == "1 working day(s) left."


async def test_without_a_zone_the_clock_says_so_instead_of_guessing(gate) -> None:
    shown = await clock_of(gate, await collected(gate))

    assert (shown["verdict"], shown["due_on"]) == ("unknown", None)
    assert "18628" in shown["words"][0]


async def test_a_zone_holds_from_its_day_on(gate) -> None:
    await zoned(gate, valid_from=date(2026, 11, 24))
    number = await collected(gate)

    assert (await clock_of(gate, number))["verdict"] == "unknown"
    moved_to(gate, 25)
    assert (await clock_of(gate, number))["verdict"] == "unknown"


async def test_before_collection_no_clock_runs(gate) -> None:
    await zoned(gate)
    number = (await gate.consignment())["consignment_no"]

    assert (await clock_of(gate, number))["verdict"] == "not_started"


async def test_a_send_whose_slip_must_come_back_has_longer(gate) -> None:
    await zoned(gate)
    key = (await gate.sent(service_form="send"))["key"]
    made = await gate.post("/api/v1/consignments", {"dossier": key, "leg": "send"})
    number = (await made.json())["consignment_no"]
    await gate.scan(number, "collected")

    shown = await clock_of(gate, number)

    assert (shown["with_slip"], shown["working_days"], shown["due_on"]) == (True, 2, "2026-11-25")


async def test_a_storm_moves_every_clock_of_its_region_and_undoing_it_brings_every_date_back(gate) -> None:
    await zoned(gate)
    numbers = [await collected(gate) for _ in range(3)]
    before = [await clock_of(gate, number) for number in numbers]

    declared = await gate.post("/api/v1/degraded-days", STORM)
    assert declared.status == 201, await declared.text()
    during = [await clock_of(gate, number) for number in numbers]
    entry_no = DegradedOut.model_validate_json(await declared.read()).entry_no
    undone = await gate.ask("DELETE", f"/api/v1/degraded-days/{entry_no}?reason=Khai+nhầm+ngày")

    assert {each["due_on"] for each in during} == {"2026-11-26"}
    assert "Không tính 2 ngày gián đoạn: Bão số 5." in during[0]["words"]
    assert undone.status == 200, await undone.text()
    assert [await clock_of(gate, number) for number in numbers] == before


async def test_a_storm_elsewhere_moves_nothing(gate) -> None:
    await zoned(gate)
    number = await collected(gate)
    await gate.post("/api/v1/degraded-days", {**STORM, "communes": ["18754"]})

    assert (await clock_of(gate, number))["due_on"] == "2026-11-24"


async def test_an_outage_everywhere_moves_every_clock(gate) -> None:
    await zoned(gate)
    number = await collected(gate)
    await gate.post("/api/v1/degraded-days", {**STORM, "kind": "outage", "communes": []})

    assert (await clock_of(gate, number))["due_on"] == "2026-11-26"


async def test_undoing_twice_keeps_the_first_word(gate) -> None:
    entry_no = (await (await gate.post("/api/v1/degraded-days", STORM)).json())["entry_no"]
    await gate.ask("DELETE", f"/api/v1/degraded-days/{entry_no}?reason=Nhầm")
    await gate.ask("DELETE", f"/api/v1/degraded-days/{entry_no}?reason=Khác")
    listed = await gate.get("/api/v1/degraded-days")
    [entry] = DegradedPage.model_validate_json(await listed.read()).data

    assert (entry.entry_no, entry.undone_by, entry.undone_reason) == ("GD-261123-01", "all", "Nhầm")


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"last_on": "2026-11-23"}, "/last_on"),
        ({"last_on": "2026-12-30"}, "/last_on"),
        ({"communes": ["18628", "99999"]}, "/communes/1"),
        ({"kind": "holiday"}, "/kind"),
        ({"reason": " "}, "/reason"),
        ({"title": " "}, "/title"),
    ],
)
async def test_degraded_days_that_cannot_be_are_refused_with_their_place(gate, wrong, pointer) -> None:
    answer = await gate.post("/api/v1/degraded-days", {**STORM, **wrong})

    assert answer.status == 422
    assert (await answer.json())["errors"][0]["pointer"] == pointer


async def test_degraded_days_are_not_taken_back_for_nothing(gate) -> None:
    entry_no = (await (await gate.post("/api/v1/degraded-days", STORM)).json())["entry_no"]
    answer = await gate.ask("DELETE", f"/api/v1/degraded-days/{entry_no}?reason=+")
    [entry] = DegradedPage.model_validate_json(await (await gate.get("/api/v1/degraded-days")).read()).data

    assert (answer.status, entry.undone_at) == (422, None)


async def test_degraded_days_are_declared_by_an_administrator_alone(gate) -> None:
    token = await gate.token_for("enquiry", "handover")

    assert (await gate.post("/api/v1/degraded-days", STORM, token=token)).status == 403


async def test_degraded_days_nobody_declared_cannot_be_undone(gate) -> None:
    assert (await gate.ask("DELETE", "/api/v1/degraded-days/GD-1?reason=x")).status == 404


async def late_numbers(gate: Any, query: str = "", **rest: Any) -> list[tuple[str, str]]:
    answer = await gate.get(f"/api/v1/late{query}", **rest)
    assert answer.status == 200, await answer.text()
    page = LatePage.model_validate_json(await answer.read())
    return [(each.number, each.verdict) for each in page.data]


async def test_the_late_list_holds_what_is_overdue_or_due_by_the_next_working_day(gate) -> None:
    await zoned(gate)
    moved_to(gate, 19)
    overdue, tried = await collected(gate), await collected(gate)
    moved_to(gate, 20)
    await gate.scan(tried, "attempted", reason="absent")
    moved_to(gate, 23)
    due = await collected(gate)
    await gate.consignment()

    assert await late_numbers(gate) == [(overdue, "overdue"), (due, "running")]


async def test_a_storm_takes_items_off_the_late_list(gate) -> None:
    await zoned(gate)
    await collected(gate)
    await gate.post("/api/v1/degraded-days", STORM)

    assert await late_numbers(gate) == []


async def test_the_late_list_shows_a_unit_its_own(gate) -> None:
    await zoned(gate)
    number = await collected(gate)
    own, other = [await gate.token_for("enquiry", unit=unit) for unit in (DESK, OTHER_DESK)]

    assert await late_numbers(gate, token=own) == [(number, "running")]
    assert await late_numbers(gate, token=other) == []
    assert (await gate.get(f"/api/v1/consignments/{number}/clock", token=other)).status == 404


async def test_the_late_list_goes_on_from_its_cursor(gate) -> None:
    await zoned(gate)
    numbers = [await collected(gate) for _ in range(3)]
    first = await (await gate.get("/api/v1/late?limit=2")).json()
    second = await (await gate.get(f"/api/v1/late?limit=2&cursor={first['next_cursor']}")).json()

    assert [each["number"] for each in first["data"] + second["data"]] == numbers
    assert second["next_cursor"] == ""


async def test_anybody_may_read_the_calendar(gate) -> None:
    await gate.post("/api/v1/degraded-days", STORM)
    answer = await gate.get("/api/v1/calendar/2026", token="")
    shown = CalendarOut.model_validate_json(await answer.read())

    assert answer.status == 200
    assert date(2026, 2, 17) in {day.on for day in shown.holidays}
    assert (date(2026, 8, 31), date(2026, 8, 22)) in {(day.off, day.worked) for day in shown.swapped}
    assert [span.title for span in shown.degraded] == ["Bão số 5"]
    assert "Đường ngập" not in await answer.text()


@pytest.mark.parametrize("year", ["2023", "2028", "nay", "١٢٣٤"])
async def test_a_year_without_holidays_in_the_book_is_unknown(gate, year) -> None:
    assert (await gate.get(f"/api/v1/calendar/{year}", token="")).status == 404


async def test_the_desk_sees_the_due_date_and_its_reckoning(gate) -> None:
    await zoned(gate)
    number = await collected(gate)
    token = await gate.token_for("enquiry", unit=DESK)
    signed = await gate.client.post(
        "/signin", data={"token": token}, headers={"Sec-Fetch-Site": "same-origin"}, allow_redirects=False
    )
    page = await (await gate.client.get(f"/desk/consignments/{number}", headers={"Accept": "text/html"})).text()

    assert signed.status == 303
    assert "Toàn trình trả kết quả" in page
    assert "hạn 24/11/2026" in page
    assert "trong một huyện cũ, J+1" in page
