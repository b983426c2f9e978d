"""Every case ends, and where it stands follows from its steps alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.case import STEPS, Standing, Step, after, must_follow, standing_of, way_out
from postgw.domain.errors import Conflict

AT = datetime(2026, 11, 23, tzinfo=UTC)
contents = st.fixed_dictionaries({
    "amount_dong": st.integers(0, 10**6), "decision": st.sampled_from(["takes_back", "refuses"]),
    "outcome": st.just("upheld"),
})  # fmt: skip
told = st.lists(st.tuples(st.sampled_from(list(STEPS)), contents), max_size=25)


def walked(history: list[tuple[str, dict[str, object]]]) -> Standing:
    """Return where a case stands after whatever of a history may be done."""
    standing = Standing()
    for kind, content in history:
        try:
            standing = after(standing, kind, content)
        except Conflict:
            continue
    return standing


@given(told, st.sampled_from(["takes_back", "refuses"]))
def test_from_wherever_a_case_stands_there_is_a_way_to_its_end(
    history: list[tuple[str, dict[str, object]]], decision: str
) -> None:
    standing = walked(history)
    for _ in range(4):
        if not (kind := way_out(standing)):
            break
        standing = after(standing, kind, {"decision": decision, "outcome": "upheld"})

    assert (standing.state, standing.owed_dong, standing.waits_for_owner) == ("closed", 0, False)


@given(told)
def test_nothing_that_is_owed_or_waited_for_is_ever_closed(history: list[tuple[str, dict[str, object]]]) -> None:
    standing = walked(history)

    if standing.state == "closed":
        assert (standing.owed_dong, standing.waits_for_owner) == (0, False)
    assert standing.owed_dong >= 0
    assert standing.paid_dong >= 0


@given(told)
def test_where_a_case_stands_follows_from_its_steps_alone(history: list[tuple[str, dict[str, object]]]) -> None:
    standing, steps = Standing(), list[Step]()
    for kind, content in history:
        try:
            standing = after(standing, kind, content)
        except Conflict:
            continue
        steps.append(Step(seq=len(steps) + 1, kind=kind, content=content, taken_at=AT, taken_by="t"))

    assert standing_of(steps) == standing


@pytest.mark.parametrize(
    ("standing", "kind", "code"),
    [
        (Standing(), "closed", "case.out_of_turn"),
        (Standing(state="answered"), "answered", "case.out_of_turn"),
        (Standing(state="closed"), "liability", "case.out_of_turn"),
        (Standing(), "paid", "case.nothing_owed"),
        (Standing(), "owner_decided", "case.not_found"),
        (Standing(waits_for_owner=True), "found", "case.found"),
        (Standing(waits_for_owner=True), "answered", "case.owner"),
        (Standing(state="answered", owed_dong=1), "closed", "case.owed"),
    ],
)
def test_what_may_not_follow_is_refused(standing: Standing, kind: str, code: str) -> None:
    with pytest.raises(Conflict) as refused:
        must_follow(standing, kind)

    assert refused.value.code == code
