"""The demo's exhibit of reports, on whatever day it is opened."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from adapters.rehearsal import invented
from postgw.bootstrap import opened_house
from postgw.demo.accounts import demo_accounts
from postgw.demo.reporting import reporting
from postgw.domain.actor import GATEWAY
from postgw.rules.procedures import load_procedures
from postgw.settings import parse
from postgw.storage import province

from ..rehearsal import rehearsing

SETTINGS = rehearsing("{url}")


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 11, 25, 2, tzinfo=UTC),
        datetime(2026, 12, 31, 17, tzinfo=UTC),
        datetime(2027, 2, 7, 20, tzinfo=UTC),
    ],
    ids=str,
)
async def test_the_last_quarter_is_reported_in_time_and_something_is_unsettled(sqlite_url: str, at: datetime) -> None:
    async with opened_house(parse(SETTINGS.format(url=sqlite_url)), clock=lambda: at) as house:
        units = [province.Unit(code=desk.code, kind="desk", name=desk.name) for desk in invented.desks()]
        async with house.database.writing() as tx:
            await province.put_units(tx, units)
            await province.put_procedures(tx, load_procedures(), author="t", reason="t")
        await reporting(house, at)
        reports = house.services.reports
        due = (await reports.due(actor=GATEWAY, at=at)).items
        shown = await reports.report(next(each.period.name for each in due if each.versions), actor=GATEWAY, at=at)
        unsettled = await house.services.settling.unsettled("delivered_open", actor=GATEWAY)

    told = shown.content["satisfaction"]
    assert [each.days_late for each in due if each.versions] == [0]
    assert shown.content["figures"]["accepted"] == 17
    assert (told["total"]["answers"], [group["key"] for group in told["groups"]["desk"]]) == (
        17, [demo_accounts()[0].unit],
    )  # fmt: skip
    assert [each.errand for each in unsettled.items] == ["parked"]
