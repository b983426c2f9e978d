"""What the administration asks of the database, on both: units that close, who may sign, numbers left, the log."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from postgw.domain.actor import GATEWAY
from postgw.domain.change import changed, made
from postgw.domain.manifest import Signatory
from postgw.domain.unit import Unit
from postgw.storage import changes, jobs, labels, manifests, offers, outbox, province, readiness, receipts
from postgw.storage.outbox import NewErrand

TODAY = date(2026, 11, 23)
DESK = Unit(code="TS", kind="desk", name="Một cửa Thạch Sơn", commune_code="18628")


async def test_a_unit_closes_from_a_day_on_and_opens_again(house) -> None:
    async with house.database.writing() as tx:
        await province.put_units(tx, [DESK, replace(DESK, code="KA", closed_on=TODAY)])
        session = tx
        assert [unit.code for _, unit in await province.page_of_units(session, after=0, limit=9)] == ["KA", "TS"]
        open_now = await province.page_of_units(session, open_on=TODAY, after=0, limit=9)
        open_before = await province.page_of_units(session, open_on=TODAY - timedelta(days=1), after=0, limit=9)
        assert ([unit.code for _, unit in open_now], len(open_before)) == (["TS"], 2)
        await province.put_units(tx, [replace(DESK, code="KA")])
        assert (await province.unit(tx, "KA")) == replace(DESK, code="KA")


async def test_the_log_is_read_by_kind_subject_and_who(house) -> None:
    other = replace(GATEWAY, name="hanh.lt")
    async with house.database.writing() as tx:
        await changes.note(tx, made("unit", "TS", {"name": "A", "on": TODAY}, actor=GATEWAY, at=house.at))
        await changes.note(
            tx, changed("unit", "TS", {"name": "A", "x": 1}, {"name": "B", "x": 1}, actor=other, at=house.at)
        )
        await changes.note(tx, made("token", "tk-1", {"scopes": ("scans",)}, actor=other, at=house.at))

        async def found(**asked: Any) -> list[tuple[str, str]]:
            return [(one.kind, one.act) for _, one in await changes.changes(tx, **asked)]

        assert await found() == [("token", "made"), ("unit", "changed"), ("unit", "made")]
        assert await found(kind="unit", who="hanh.lt") == [("unit", "changed")]
        assert await found(subject="tk-1") == [("token", "made")]
        newest = (await changes.changes(tx, kind="unit"))[0][1]
        assert (newest.before, newest.after) == ({"name": "A"}, {"name": "B"})


async def test_an_appointment_ends_with_a_day_and_only_once(house) -> None:
    signatory = Signatory(signatory_no="NK-TS-1", unit_kind="desk", unit="TS", name="Trần Văn Ký")
    async with house.database.writing() as tx:
        await manifests.appoint(tx, signatory, valid_from=TODAY, valid_to=None, actor="test", at=house.at)
        assert await readiness.units_that_sign(tx, on=TODAY) == {"TS"}
        assert await manifests.dismiss(tx, "NK-TS-1", on=TODAY) == signatory
        assert await manifests.dismiss(tx, "NK-TS-1", on=TODAY) is None
        assert await readiness.units_that_sign(tx, on=TODAY + timedelta(days=1)) == frozenset()
        [(_, one)] = await manifests.appointments(tx, unit="TS", limit=5)
        assert (one.valid_from, one.valid_to) == (TODAY, TODAY)
        assert await manifests.appointments(tx, unit="KA", limit=5) == []


async def test_the_pace_of_numbers_is_that_of_the_newest(house) -> None:
    await house.posted("4K7M29TB6HC")
    async with house.database.writing() as tx:
        assert await labels.pace(tx, since=house.at - timedelta(days=14), limit=10) == ({}, None)
        await tx.run(
            "INSERT INTO binding (item_no, consignment_no, source, bound_at, bound_by) VALUES ('RR473124829VN',"
            " '4K7M29TB6HC', 'range', $1, 'test')",
            house.at,
        )
        since = house.at - timedelta(days=14)
        assert await labels.pace(tx, since=since, limit=10) == ({"": 1}, since)
        assert await labels.pace(tx, since=since, limit=1) == ({"": 1}, house.at)
        assert await labels.pace(tx, since=house.at + timedelta(days=1), limit=10) == ({}, None)


async def test_what_is_given_up_is_never_tried_again(house) -> None:
    async with house.database.writing() as tx:
        await outbox.put(tx, [NewErrand(channel="hook", target="h", key="k", subject="", payload="{}")], at=house.at)
        [row] = await tx.rows("SELECT id FROM outbox WHERE key = 'k'")
        assert await outbox.drop(tx, row["id"], at=house.at) is None
        await outbox.park(tx, row["id"], error="410")
        assert await readiness.parked(tx) == (1, 0)
        dropped = await outbox.drop(tx, row["id"], at=house.at)
        assert dropped
        assert dropped.state == "dropped"
        assert await outbox.replay(tx, row["id"], at=house.at) is None
        assert await readiness.parked(tx) == (0, 0)
        await offers.drop(tx, 77)


async def test_readiness_is_counted(house) -> None:
    async with house.database.writing() as tx:
        assert await readiness.procedures(tx) == (0, 0)
        assert await readiness.desks_with_windows(tx, on=TODAY) == frozenset()
        assert await readiness.count(tx, "remit_term") == 0
        assert (await readiness.has_dossiers(tx), await receipts.find_series(tx, "BLT26")) == (False, None)
        series = receipts.Series(series="BLT26", ledger="fee", unit="480000")
        await receipts.begin_series(tx, series, actor="test", at=house.at)
        assert (await readiness.ledgers_with_series(tx), await receipts.find_series(tx, "BLT26")) == (
            frozenset({"fee"}),
            series,
        )
        assert await province.coded_communes(tx, scheme="vnpost", on=TODAY) == frozenset()
        assert await jobs.cards(tx) == ()
    await house.dossier()
    assert await readiness.has_dossiers(house.database.reading)
