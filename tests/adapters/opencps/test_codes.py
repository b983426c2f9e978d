"""OpenCPS's codes in our words, and what our notices are to it."""

from __future__ import annotations

import pytest

from adapters.opencps import codes
from postgw.domain.errors import Invalid
from postgw.rules.book import rule_book

from .conftest import told


def test_every_status_of_opencps_has_one_of_our_words():
    assert set(codes.shipped().values()) <= codes.WORDS
    assert set(codes.shipped()) == {
        "new", "receiving", "waiting", "processing", "pausing", "paying", "collecting", "handover", "releasing",
        "posting", "correcting", "cancelling", "denied", "unresolved", "cancelled", "done", "interoperating",
    }  # fmt: skip


def test_a_status_that_nobody_named_stays_unknown():
    assert codes.word_of("lưu kho", codes.shipped()) == "unknown"


def test_a_word_that_is_none_of_ours_is_refused():
    with pytest.raises(Invalid) as wrong:
        codes.checked({"releasing": "xong"})
    assert wrong.value.field == "/statuses/releasing"


def test_every_step_has_a_move_and_every_move_a_step():
    steps = codes._tables()["steps"]
    named = {step for part in steps.values() for step in part.values()}
    assert named == codes.steps()
    for step in named:
        move = codes.move_of(step)
        assert all(value < move.value for value in move.over)


def test_every_kind_that_means_a_step_is_one_that_the_house_tells():
    table = next(iter(rule_book().scan_tables.values()))
    known = {f"consignment.{state}" for state in table.states}
    steps = codes._tables()["steps"]
    assert {kind for leg in ("send", "return") for kind in steps[leg]} <= known


@pytest.mark.parametrize(("notice", "step"), [
    (told("consignment.booked", "send"), "collecting"), (told("consignment.collected", "send"), "collecting"),
    (told("consignment.delivered", "send"), "filed"), (told("consignment.cancelled", "send"), "called_off"),
    (told("consignment.collected"), "handed_over"), (told("consignment.delivered", closes=True), "delivered"),
    (told("consignment.delivered_by_post_statement", closes=True), "delivered"),
    (told("consignment.delivered_by_post_statement", closes=False), ""), (told("consignment.delivered"), ""),
    (told("dossier.filed", ""), "filed"), (told("dossier.post_chosen", ""), "chosen"),
    (told("consignment.in_transit"), ""), (told("consignment.cancelled"), ""), (told("case.opened"), ""),
    (told("consignment.delivered", "withdrawal", closes=True), ""), (told("consignment.delivered", "transfer"), ""),
])  # fmt: skip
def test_a_notice_is_one_step_or_none(notice, step):
    assert codes.step_of(notice) == step
