from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from postgw.domain.states import HOLDERS, LEGS, STAGES, STATES, ScanRule
from postgw.rules.book import rule_book

TABLE = rule_book().scan_table(date(2026, 11, 23))
ENDED = {state for state, rule in TABLE.states.items() if rule.ends}
ALIVE = set(STATES) - ENDED


def ways(rule: ScanRule) -> set[tuple[str, str]]:
    """Return the steps, state to state, that a scan word may take."""
    if not rule.state:
        return set()
    plain = set(product(rule.after, [rule.state]))
    if rule.state != "delivered":
        return plain
    return (
        plain
        | set(product(rule.after_proof, ["delivered"]))
        | set(product(rule.after, ["delivered_by_post_statement"]))
    )


STEPS = set().union(*(ways(rule) for rule in TABLE.codes.values()))


def reached_from(state: str, steps: set[tuple[str, str]]) -> set[str]:
    reached, open_ = {state}, [state]
    while open_:
        here = open_.pop()
        onward = {after for before, after in steps if before == here} - reached
        reached |= onward
        open_ += onward
    return reached


def test_every_state_can_be_reached():
    assert reached_from("registered", STEPS) == set(STATES)


@pytest.mark.parametrize("state", sorted(ALIVE))
def test_a_consignment_under_way_can_always_come_to_an_end(state: str):
    assert reached_from(state, STEPS) & ENDED


@pytest.mark.parametrize("state", sorted(ALIVE - {"registered", "booked"}))
def test_whatever_the_post_holds_can_be_delivered_returned_or_lost(state: str):
    assert reached_from(state, STEPS) >= {"delivered", "returned", "lost"}


def test_an_end_is_left_only_for_the_archive_for_a_proof_or_because_the_lost_was_found():
    left = {(before, after) for before, after in STEPS if before in ENDED and before != "lost"}

    assert left == {("returned", "archived"), ("delivered_by_post_statement", "delivered")}


def test_nothing_leads_back_to_the_time_before_the_post_had_it():
    assert {before for before, after in STEPS if after in {"registered", "booked", "collected"}} == {
        "registered",
        "booked",
    }


@pytest.mark.parametrize("code", ["correction", "unknown", "bound", "damaged", "collection_failed"])
def test_a_word_without_a_state_moves_nothing(code: str):
    rule = TABLE.codes[code]

    assert (rule.state, rule.holder, rule.after, rule.keeps) == ("", "same", frozenset(), frozenset())


def test_a_word_that_this_version_does_not_know_is_read_as_unknown():
    assert TABLE.rule("teleported") is TABLE.codes["unknown"]


def test_words_of_one_moment_are_read_in_the_order_of_a_journey():
    words = ["booked", "collected", "departed", "arrived", "out_for_delivery", "attempted", "held", "delivered"]

    assert sorted(words, key=lambda word: TABLE.codes[word].rank) == words


def test_no_two_words_have_the_same_rank():
    assert len({rule.rank for rule in TABLE.codes.values()}) == len(TABLE.codes)


def test_the_public_sees_four_stages():
    assert {rule.public_stage for rule in TABLE.states.values()} == set(STAGES)
    assert len(STAGES) == 4


def test_a_consignment_goes_one_of_four_ways():
    assert LEGS == ("send", "return", "transfer", "withdrawal")


def test_every_holder_that_a_word_names_is_known():
    assert {rule.holder for rule in TABLE.codes.values()} <= set(HOLDERS)
