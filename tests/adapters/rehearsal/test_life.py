"""The lives of items: believable, and the same each time."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.rehearsal import codes
from adapters.rehearsal.invented import offices
from adapters.rehearsal.life import plan
from adapters.rehearsal.settings import OfficeOptions
from adapters.vnpost_ngsp.codes import WORDS, shipped, shipped_reasons

LIVES = [plan(f"HCC:{number}", OfficeOptions()) for number in range(1000)]


def test_the_office_speaks_the_codes_that_the_client_reads():
    spoken = {number: word for word, (number, _) in codes.EVENTS.items()}
    assert spoken == {**shipped("ours"), **shipped("known")}
    assert set(codes.EVENTS) == WORDS


def test_what_its_postmen_write_is_read_as_a_reason():
    assert {*codes.FAILURES, codes.NOT_READY, codes.INVITED_TWICE} == set(shipped_reasons())


@given(st.text(), st.integers(0, 5))
def test_a_life_goes_forward_and_ends(key, seed):
    options = OfficeOptions(seed=seed, failed_share=0.5, lost_share=0.1, damaged_share=0.1)
    steps = plan(key, options)
    assert [step.hours for step in steps] == sorted(step.hours for step in steps)
    assert steps[0].word == "booked"
    assert steps[-1].word in ("delivered", "returned", "lost")
    assert steps == plan(key, options)


def test_everything_happens_at_an_office_that_is_there():
    assert {step.office for life in LIVES for step in life} == {office.code for office in offices()}


def test_another_seed_is_another_day():
    assert plan("HCC:1", OfficeOptions(seed=1)) != plan("HCC:1", OfficeOptions(seed=2))


def test_most_are_delivered_and_some_not_at_the_first_attempt():
    ends = Counter(life[-1].word for life in LIVES)
    tried_again = sum(any(step.word == "attempted" for step in life) for life in LIVES)
    assert ends["delivered"] > 980
    assert 80 < tried_again < 170


def test_an_invitation_follows_each_failed_attempt():
    for life in LIVES:
        words = [step.word for step in life]
        assert all(words[at + 1] == "held" for at, word in enumerate(words) if word == "attempted")


def test_after_three_attempts_an_item_goes_back_to_its_sender():
    words = [step.word for step in plan("HCC:1", OfficeOptions(failed_share=1.0))]
    assert words.count("attempted") == 3
    assert words[-2:] == ["returning", "returned"]


@pytest.mark.parametrize(("options", "word"), [
    (OfficeOptions(lost_share=1.0), "lost"), (OfficeOptions(damaged_share=1.0), "damaged"),
], ids=["lost", "damaged"])  # fmt: skip
def test_misfortune_happens_where_it_is_switched_on(options, word):
    assert word in [step.word for step in plan("HCC:1", options)]
