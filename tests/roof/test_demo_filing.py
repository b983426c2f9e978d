"""The exhibit of filing in the demo stands whatever the day and the hour."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from postgw.bootstrap import opened_house
from postgw.demo import furnishing
from postgw.demo.filing import filing
from postgw.domain.actor import GATEWAY
from postgw.settings import parse

from ..rehearsal import rehearsing

SETTINGS = rehearsing("{url}")


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 11, 25, 3, 0, tzinfo=UTC),  # a Wednesday morning
        datetime(2026, 11, 29, 17, 30, tzinfo=UTC),  # the night to Monday
        datetime(2026, 2, 17, 10, 0, tzinfo=UTC),  # the first day of Tết
    ],
)
async def test_it_shows_one_dossier_for_each_matter(sqlite_url: str, at: datetime) -> None:
    async with opened_house(parse(SETTINGS.format(url=sqlite_url)), clock=lambda: at) as house:
        await furnishing._put_province(house, at)

        await filing(house, at)

        acts = house.services
        asked = (await acts.supplements.listed(actor=GATEWAY, state="asked")).items
        late = (await acts.supplements.listed(actor=GATEWAY, counts_late=True)).items
        waiting = (await acts.results.listed("waiting", actor=GATEWAY, at=at)).items
        tasks = (await acts.results.tasks(actor=GATEWAY)).items
        without_due = (await acts.filing.without_due(actor=GATEWAY)).items
        key = asked[0].key.replace("waiting", "rejected")
        rejected = await acts.supplements.rejection(key, actor=GATEWAY)
    assert len(asked) == 3
    assert [each.supplement.escalated for each in late] == [True]
    assert [each.age_days for each in waiting] == sorted((each.age_days for each in waiting), reverse=True)
    assert len(waiting) == 2
    assert [task.kind for task in tasks].count("same_day") == 1
    assert {each.key.rsplit("-", 1)[1] for each in without_due} >= {"due", "waiting"}
    assert (rejected.paid_by, bool(rejected.consignment_no)) == ("citizen", True)
