"""Compensation is never below its minimum, never below zero, and never falls when the postage rises."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.case import ABOUTS
from postgw.domain.compensation import Postage, agreed, claim_for, interest, pay_by, postage_of
from postgw.domain.errors import Invalid
from postgw.domain.receipt import Receipt
from postgw.domain.working_calendar import WorkingCalendar
from postgw.rules.book import rule_book

RULE = rule_book().case_rule(date(2026, 11, 23))
AT = datetime(2026, 11, 23, tzinfo=UTC)
dong = st.integers(0, 10**6)
postages = st.builds(
    lambda price, part: Postage(price_dong=max(price, part), collected_dong=min(price, part)), dong, dong
)
abouts = st.sampled_from(list(ABOUTS))


def receipt(amount: int, *, ledger: str = "postage", cancelled: bool = False, **grounds: str | int) -> Receipt:
    return Receipt(
        receipt_no="C-1", ledger=ledger, consignment_no="x", unit="u", desk="d", payer="citizen", amount_dong=amount,
        collected_at=AT, collected_by="t", cancelled_at=AT if cancelled else None, grounds=grounds,
    )  # fmt: skip


@given(abouts, postages, st.one_of(st.none(), st.integers(-(10**6), 10**8)))
def test_what_is_agreed_is_never_below_the_minimum_nor_below_zero(
    about: str, postage: Postage, asked: int | None
) -> None:
    claim = claim_for(about, postage, RULE)
    try:
        amount = agreed(claim, asked)
    except Invalid:
        assert asked is not None
        assert asked < claim.minimum_dong
    else:
        assert amount >= claim.minimum_dong >= claim.refund_dong >= 0


@given(abouts, postages, postages)
def test_more_postage_never_means_less_compensation(about: str, one: Postage, more: Postage) -> None:
    both = Postage(price_dong=one.price_dong + more.price_dong, collected_dong=one.collected_dong + more.collected_dong)

    assert claim_for(about, both, RULE).minimum_dong >= claim_for(about, one, RULE).minimum_dong


@given(postages)
def test_loss_and_damage_are_at_least_four_times_the_postage_refund_included(postage: Postage) -> None:
    for about in ("loss", "damage", "tampering"):
        assert claim_for(about, postage, RULE).minimum_dong == 4 * postage.price_dong
    assert claim_for("late", postage, RULE).minimum_dong == postage.collected_dong


def test_the_postage_is_what_the_living_receipts_say() -> None:
    kept = [
        receipt(13_000, price_dong=26_000), receipt(6_500, price_dong=26_000), receipt(8_000, ledger="fee"),
        receipt(99_000, cancelled=True, price_dong=99_000),
    ]  # fmt: skip

    assert postage_of(kept) == Postage(price_dong=26_000, collected_dong=19_500)


def test_without_receipts_there_is_no_postage() -> None:
    assert postage_of([]) == Postage(price_dong=0, collected_dong=0)


@pytest.mark.parametrize(
    ("determined", "last"),
    [
        (date(2026, 11, 23), date(2026, 12, 23)),
        (date(2026, 11, 26), date(2026, 12, 28)),  # the thirtieth day is a Saturday
        (date(2028, 1, 30), date(2028, 2, 29)),
    ],
)
def test_it_is_paid_within_thirty_days_of_the_record(determined: date, last: date) -> None:
    assert pay_by(determined, RULE, WorkingCalendar()) == last


@given(st.integers(0, 10**8), st.integers(0, 10_000), st.integers(-100, 5000))
def test_interest_is_never_negative_and_grows_with_the_days(amount: int, points: int, late: int) -> None:
    now, later = (interest(amount, basis_points=points, days_late=days, days_a_year=365) for days in (late, late + 1))

    assert 0 <= now <= later
    assert isinstance(now, int)


def test_the_rule_is_that_of_the_day_on_which_the_item_was_accepted() -> None:
    assert rule_book().case_rule(AT.date() - timedelta(days=365)).version == "2017-08-15"
