"""Reports: a figure is what its list adds up to, and each period is due on its day."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.errors import Invalid
from postgw.domain.report import (
    BREAKDOWNS,
    COLUMNS,
    FIGURES,
    MATTERS,
    Fact,
    breakdown_of,
    figures_of,
    list_of,
    rates_of,
    share,
)
from postgw.domain.report_content import Heading, content_of, sheet_of
from postgw.domain.report_period import last_full_quarter, periods_before, quarter_of, read_period
from postgw.domain.time_limit import SPANS
from postgw.rules.book import rule_book

MARKS = sorted({figure.mark for figure in FIGURES.values() if figure.mark})
FACTS = st.lists(
    st.builds(
        Fact, matter=st.sampled_from(MATTERS), ref=st.just("x"), on=st.just("2026-11-23"),
        desk=st.sampled_from(("", "TS", "KA")), office=st.sampled_from(("", "480000")),
        leg=st.sampled_from(("send", "return", "transfer", "withdrawal")),
        form=st.sampled_from(("send", "return", "both")), level=st.sampled_from(("", "commune")),
        span=st.sampled_from(("", *SPANS)), dong=st.integers(-50_000, 50_000),
        marks=st.frozensets(st.sampled_from(MARKS), max_size=4),
    ),
    max_size=30,
)  # fmt: skip


@given(FACTS)
def test_every_figure_is_what_its_list_adds_up_to(facts: list[Fact]) -> None:
    counted = figures_of(facts)
    lists = {code: list_of(code, facts) for code in FIGURES}

    assert counted == {code: sum(FIGURES[code].worth(fact) for fact in lists[code]) for code in FIGURES}


@given(FACTS)
def test_every_breakdown_adds_up_to_the_figures_of_what_was_accepted(facts: list[Fact]) -> None:
    counted = figures_of(fact for fact in facts if "accepted" in fact.marks)
    for by in BREAKDOWNS:
        summed: Counter[str] = Counter()
        for line in breakdown_of(facts, by).values():
            summed.update(line)
        assert {code: summed[code] for code in COLUMNS} == {code: counted[code] for code in COLUMNS}


@given(FACTS)
def test_the_legs_and_the_services_each_add_up_to_all_that_was_accepted(facts: list[Fact]) -> None:
    counted = figures_of(facts)

    for head in ("leg_", "form_"):
        assert sum(value for code, value in counted.items() if code.startswith(head)) == counted["accepted"]


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_share_is_whole_only_when_nothing_is_missing(part: int, missing: int) -> None:
    assert share(part, part + missing) != 1000
    assert share(missing, missing) == 1000


def test_nothing_to_judge_is_no_rate_at_all() -> None:
    assert set(rates_of(figures_of([])).values()) == {None}


@pytest.mark.parametrize(
    ("name", "before"),
    [("2026-Q1", "2026-04-10"), ("2026-Q4", "2027-01-10"), ("2026-H1", "2026-07-10"), ("2026", "2027-01-10")],
)
def test_each_report_is_due_before_the_day_of_the_circular(name: str, before: str) -> None:
    period = read_period(name)
    rule = rule_book().report_rule(period.after_on)

    assert rule.before_on(period).isoformat() == before


def test_the_addressee_is_the_one_of_the_day() -> None:
    book = rule_book()

    assert book.report_rule(date(2019, 4, 1)).addressee == "Sở Thông tin và Truyền thông"
    assert book.report_rule(date(2027, 1, 1)).addressee == "Sở Khoa học và Công nghệ"


def test_a_period_begins_and_ends_at_midnight_in_vietnam() -> None:
    period = read_period("2026-Q4")

    assert period.since == datetime(2026, 9, 30, 17, tzinfo=UTC)
    assert period.before == datetime(2026, 12, 31, 17, tzinfo=UTC)


@pytest.mark.parametrize("name", ["", "2026-Q5", "2026-H2", "26-Q1", "2026-Q", "1999", "2026-Q1-", "２０２６"])
def test_what_is_no_period_is_refused(name: str) -> None:
    with pytest.raises(Invalid):
        read_period(name)


@given(st.dates(date(2001, 1, 1), date(2099, 12, 31)))
def test_the_quarters_follow_each_other_without_a_gap(on: date) -> None:
    now, last = quarter_of(on), last_full_quarter(on)

    assert now.first_on <= on < now.after_on
    assert last.after_on == now.first_on
    assert next(period for period in periods_before(on) if period.kind == "quarter") == last
    assert read_period(now.name) == now


def test_how_complaints_ended_is_told_in_words_and_not_in_codes() -> None:
    heading = Heading(
        period=read_period("2026-Q4"), rule=rule_book().report_rule(date(2026, 11, 23)), unit="", unit_name="",
        reporter="Bưu điện tỉnh", addressee="Sở", as_of=datetime(2026, 11, 23, tzinfo=UTC), rehearsal=False,
    )  # fmt: skip
    rated = {"total": None, "too_few": False, "smallest_group": 5}
    content = content_of(heading, (), satisfaction=rated, names={}) | {"outcomes": {"": 1, "partly": 2}}

    told = [row[1:] for row in sheet_of(content).tables[0].rows if str(row[1]).startswith("Kết quả: ")]
    assert told == [("Kết quả: không ghi", 1), ("Kết quả: chấp nhận một phần", 2)]
