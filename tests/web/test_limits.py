"""How often one caller may knock."""

from __future__ import annotations

import pytest

from postgw.web.errors import TooOften
from postgw.web.limits import Allowance, Limiter


def admitted(limiter: Limiter, kind: str, caller: str, now: float) -> Allowance:
    allowance = limiter.admit(kind, caller, now)
    assert allowance is not None
    return allowance


NOW = 1_800_000_000.0 - 1_800_000_000 % 60


def test_the_first_refusal_comes_exactly_above_the_quota() -> None:
    limiter = Limiter({"default": 3})
    left = [admitted(limiter, "default", "a", NOW).left for _ in range(3)]

    with pytest.raises(TooOften) as caught:
        limiter.admit("default", "a", NOW + 20)

    assert left == [2, 1, 0]
    assert caught.value.values["retry_after"] == 40


def test_scans_are_not_starved_by_anything_else() -> None:
    limiter = Limiter({"default": 1, "scans": 5})
    limiter.admit("default", "a", NOW)
    with pytest.raises(TooOften):
        limiter.admit("default", "a", NOW)

    assert admitted(limiter, "scans", "a", NOW).left == 4


def test_each_caller_has_a_quota_of_its_own() -> None:
    limiter = Limiter({"default": 1})
    limiter.admit("default", "a", NOW)

    assert admitted(limiter, "default", "b", NOW).left == 0


def test_a_new_minute_is_a_new_quota() -> None:
    limiter = Limiter({"default": 1})
    limiter.admit("default", "a", NOW + 59.9)

    assert admitted(limiter, "default", "a", NOW + 60).left == 0


def test_no_quota_means_no_counting() -> None:
    assert Limiter({"default": 0}).admit("default", "a", NOW) is None


def test_what_is_left_is_told_as_the_draft_writes_it() -> None:
    allowance = admitted(Limiter({"scans": 1200}), "scans", "a", NOW + 15)

    assert allowance.headers() == {"RateLimit-Policy": '"scans";q=1200;w=60', "RateLimit": '"scans";r=1199;t=45'}


def test_who_has_used_a_quota_up_is_turned_away_before_the_next_try_and_nothing_is_counted_by_asking() -> None:
    limiter = Limiter({"guesses": 2})
    for _ in range(2):
        limiter.must_have_left("guesses", "a", NOW)
        limiter.admit("guesses", "a", NOW)
    for _ in range(2):
        with pytest.raises(TooOften):
            limiter.must_have_left("guesses", "a", NOW)

    limiter.must_have_left("guesses", "b", NOW)
    limiter.must_have_left("guesses", "a", NOW + 60)
    Limiter({}).must_have_left("guesses", "a", NOW)
