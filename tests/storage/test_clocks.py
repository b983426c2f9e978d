"""Each clock is reckoned by what was in force on its own days, whatever came into force meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

from postgw.domain.time_limit import Course, TransitLimit, TransitLimits, Zone
from postgw.domain.working_calendar import WorkingCalendar
from postgw.rules.book import RuleBook, rule_book
from postgw.storage.clocks import Ground

MONDAY, TUESDAY, NEXT_MONDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 30)
COMMUNES = ("18628", "18628")
ZONE = Zone(commune_code="18628", area="Huyện Cẩm Xuyên", province="42")


def limits(version: str, days: int) -> dict[str, TransitLimits]:
    limit = TransitLimit(plain=days, with_slip=days)
    return {version: TransitLimits(version=version, limits={"same_district": limit})}


def ground(book: RuleBook) -> Ground:
    """Return what clocks stand on a week later, by a book."""
    return Ground(
        book=book, today=NEXT_MONDAY, calendar=WorkingCalendar(), spans=(),
        zones={"18628": ((date(2017, 8, 15), ZONE),)},
    )  # fmt: skip


def test_the_limit_is_that_of_the_day_on_which_the_post_took_it_over() -> None:
    two = replace(rule_book(), transit_limits={**limits("2017-08-15", 3), **limits("2026-11-25", 1)})

    assert ground(two).clock(Course(started_on=MONDAY), "return", "both", COMMUNES).due == date(2026, 11, 26)


def test_the_hour_after_which_the_agency_begins_a_day_later_is_that_of_the_day_of_filing() -> None:
    two = replace(rule_book(), agency_hours={"2017-08-15": time(15), "2026-11-25": time(9)})
    filed_at = datetime(2026, 11, 24, 7, tzinfo=UTC)  # two in the afternoon there
    filed = Course(started_on=MONDAY, stopped_on=TUESDAY, filed_at=filed_at)

    assert ground(two).clock(filed, "send", "both", COMMUNES).agency_starts_on == TUESDAY
