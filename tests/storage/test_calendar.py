"""Degraded days and zones as they are kept, and what the clocks ask of storage."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from postgw.domain.custody import Custody
from postgw.domain.time_limit import Zone
from postgw.domain.working_calendar import DegradedEntry, DegradedSpan
from postgw.storage import calendar, consignments, dossiers, scan_rows
from postgw.storage.consignments import Wanted

from .conftest import AT

SPAN = DegradedSpan(
    entry_no="GD-261123-01", kind="storm", title="Bão số 5", first_on=date(2026, 11, 23), last_on=date(2026, 11, 24),
    communes=frozenset({"18754", "18628"}),
)  # fmt: skip
ENTRY = DegradedEntry(span=SPAN, reason="Đường ngập", declared_at=AT, declared_by="test")
OLD, NEW = date(2017, 8, 15), date(2026, 9, 1)


async def _do(house, act, *words, **more):
    async with house.database.writing() as tx:
        return await act(tx, *words, **more)


async def test_an_entry_comes_back_as_it_was_declared(house):
    await _do(house, calendar.declare, ENTRY)

    assert await calendar.entry(house.database.reading, "GD-261123-01") == ENTRY
    assert await calendar.next_serial(house.database.reading, "GD-261123-") == 2
    assert await calendar.entry(house.database.reading, "GD-261123-02") is None


async def test_an_entry_holds_until_its_last_day(house):
    await _do(house, calendar.declare, ENTRY)
    reading = house.database.reading

    assert await calendar.degraded(reading, since=SPAN.last_on) == (SPAN,)
    assert await calendar.degraded(reading, since=SPAN.last_on + timedelta(days=1)) == ()


async def test_an_entry_taken_back_holds_no_more_and_stays_in_the_list(house):
    await _do(house, calendar.declare, ENTRY)
    await _do(house, calendar.undo, "GD-261123-01", reason="Nhầm", actor="test", at=AT)
    await _do(house, calendar.undo, "GD-261123-01", reason="Khác", actor="other", at=AT)
    [(_, kept)] = await calendar.entries(house.database.reading, before=0, limit=10)

    assert await calendar.degraded(house.database.reading, since=OLD) == ()
    assert kept == replace(ENTRY, undone_at=AT, undone_by="test", undone_reason="Nhầm")


async def test_a_commune_has_its_zones_newest_first(house):
    zones = [Zone(commune_code="18754", area=area, province="42") for area in ("Huyện Kỳ Anh", "Thị xã Kỳ Anh")]
    for valid_from, zone in zip((OLD, NEW), zones, strict=True):
        await _do(house, calendar.put_zones, [zone], valid_from=valid_from, author="test", reason="test")
    found = await calendar.zones(house.database.reading, ["18754", "99999"])

    assert found == {"18754": ((NEW, zones[1]), (OLD, zones[0]))}


async def test_a_zone_that_began_before_stays_as_it_was(house):
    zone = Zone(commune_code="18754", area="Thị xã Kỳ Anh", province="42", city_class="first")
    for kept in (zone, replace(zone, area="Khác")):
        await _do(house, calendar.put_zones, [kept], valid_from=OLD, author="test", reason="test")

    assert await calendar.zones(house.database.reading, ["18754"]) == {"18754": ((OLD, zone),)}


async def test_what_is_on_the_way_is_what_the_post_holds_and_has_not_tried_to_deliver(house):
    for n, (leg, state, attempts) in enumerate((
        ("return", "booked", 0), ("return", "in_transit", 0), ("return", "attempted", 1), ("return", "held", 0),
        ("send", "attempted", 1),
    )):  # fmt: skip
        kept = await house.dossier(str(n))
        number = f"4K7M29TB6H{n}"
        await _do(house, consignments.create, house.consignment(kept.dossier_id, number, leg=leg), actor="t", at=AT)
        await _do(house, _stands, number, Custody(state=state, attempts=attempts))
    found = await consignments.on_the_way(house.database.reading, Wanted(desk="TS"), after=0, limit=10)
    numbers = [consignment.consignment_no for _, consignment in found]
    forms = await dossiers.service_forms(house.database.reading, [each.dossier_id for _, each in found])

    assert numbers == ["4K7M29TB6H1", "4K7M29TB6H4"]
    assert set(forms.values()) == {"both"}
    assert await scan_rows.histories(house.database.reading, numbers) == dict.fromkeys(numbers, ())


async def _stands(tx, number: str, custody: Custody) -> None:
    await tx.run(
        "UPDATE consignment SET state = $2, attempts = $3 WHERE consignment_no = $1",
        number, custody.state, custody.attempts,
    )  # fmt: skip
