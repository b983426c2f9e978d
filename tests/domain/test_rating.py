"""Ratings: nobody can be told from what is shown, not by taking the shown from the total either."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.errors import Invalid
from postgw.domain.rating import COMMENT_MOST, RatingRule, Tally, checked_rating, shown_groups, summary, total_of
from postgw.rules.book import rule_book

SMALLEST = 5


def tally(answers: int) -> Tally:
    return Tally(answers=answers, points=answers * 4, satisfied=answers)


GROUPS = st.dictionaries(st.sampled_from("ABCDEFGH"), st.builds(tally, st.integers(1, 20)))


@given(GROUPS)
def test_what_is_hidden_is_never_one_group_and_never_few_answers(groups: dict[str, Tally]) -> None:
    shown = shown_groups(groups, smallest=SMALLEST)
    hidden = [groups[key] for key in groups if key not in shown]

    assert all(group.answers >= SMALLEST for group in shown.values())
    if hidden and shown:
        assert len(hidden) > 1
        assert total_of(hidden).answers >= SMALLEST


@given(GROUPS)
def test_groups_that_are_all_large_are_all_shown(groups: dict[str, Tally]) -> None:
    if all(group.answers >= SMALLEST for group in groups.values()):
        assert set(shown_groups(groups, smallest=SMALLEST)) == set(groups)


def test_two_small_groups_that_together_are_still_few_hide_a_third() -> None:
    groups = {"A": tally(2), "B": tally(2), "C": tally(6), "D": tally(9)}

    assert list(shown_groups(groups, smallest=SMALLEST)) == ["D"]


def test_a_total_of_few_hides_everything() -> None:
    told = summary(tally(4), {"desk": {"A": tally(4)}}, RatingRule(open_days=30, satisfied_from=4, smallest_group=5))

    assert (told["total"], told["too_few"], told["groups"]) == (None, True, {"desk": []})


@pytest.mark.parametrize(("score", "comment"), [(0, ""), (6, ""), (5, "x" * (COMMENT_MOST + 1))])
def test_what_is_no_answer_is_refused(score: int, comment: str) -> None:
    with pytest.raises(Invalid):
        checked_rating(score, comment)


def test_an_average_is_rounded_half_up() -> None:
    assert Tally(answers=4, points=17).average_tenths == 43
    assert Tally(answers=20, points=81).average_tenths == 41


def test_the_rules_name_the_days_and_the_smallest_group() -> None:
    assert rule_book().rating_rule(date(2026, 11, 23)) == RatingRule(open_days=30, satisfied_from=4, smallest_group=5)
