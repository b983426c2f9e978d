"""Duties over papers: where each stands, told from the consignment that carries it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from postgw.domain.errors import Conflict, Invalid
from postgw.domain.paper_duty import (
    STAGES,
    PaperDuty,
    Withdrawn,
    checked_decision,
    checked_withdrawn,
    matched,
    must_be_settled,
)

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
OWED = PaperDuty(
    duty_no=1, kind="owed", desk="TS", dossier_no="H27", name="Giấy khai sinh", paper_kind="original", quantity=1,
    opened_at=AT, opened_by="4K7M29TB6HC",
)  # fmt: skip
GOES = replace(OWED, decision="goes", carried_by="4K7M29TB6HC", carrier_since=datetime(2026, 11, 25, tzinfo=UTC))
OLD = replace(OWED, kind="withdraw", outcome="collected", carried_by="4K7M29TB6HC", carrier_state="collected")


@pytest.mark.parametrize(
    ("duty", "stage", "is_open"),
    [
        (OWED, "at_agency", True),
        (replace(OWED, decision="stays", decision_reason="Án đang xét"), "stays", True),
        (replace(GOES, carrier_state="booked", carrier_holder="desk"), "confirmed", True),
        (replace(GOES, carrier_state="in_transit", carrier_holder="post"), "on_the_way", True),
        (replace(GOES, carrier_state="delivered_by_post_statement", carrier_holder="post"), "on_the_way", True),
        (replace(GOES, carrier_state="delivered", carrier_holder="recipient"), "given_back", False),
        (replace(GOES, carrier_state="returned", carrier_holder="desk"), "at_agency", True),
        (replace(GOES, carrier_state="lost", carrier_holder="nobody"), "astray", True),
        (replace(OLD, outcome="", carried_by="", carrier_state=""), "to_collect", True),
        (replace(OLD, carried_by="", carrier_state=""), "collected", True),
        (OLD, "on_the_way", True),
        (replace(OLD, carrier_state="delivered"), "handed_in", False),
        (replace(OLD, carrier_state="lost"), "astray", True),
        (replace(OLD, outcome="lost", outcome_at=AT), "reported_lost", False),
    ],
)  # fmt: skip
def test_a_duty_stands_where_its_carrier_is(duty: PaperDuty, stage: str, is_open: bool) -> None:
    assert (duty.stage, duty.is_open) == (stage, is_open)
    assert stage in STAGES


def test_a_duty_ages_until_it_is_met() -> None:
    assert OWED.age_days(date(2026, 11, 23)) == 3
    assert replace(GOES, carrier_state="delivered").age_days(date(2026, 12, 31)) == 5


def test_a_lost_paper_comes_with_what_the_citizen_states() -> None:
    with pytest.raises(Invalid) as refused:
        checked_withdrawn([Withdrawn(name="Bằng cũ", outcome="lost")])

    assert refused.value.field == "/withdrawn/0/note"


def test_nothing_is_withdrawn_that_nobody_asks_for() -> None:
    with pytest.raises(Invalid) as refused:
        matched([Withdrawn(name="Căn cước", outcome="collected")], ["Bằng cũ"])

    assert refused.value.code == "withdrawn.not_asked"


def test_an_open_withdrawal_stops_the_delivery_by_name() -> None:
    with pytest.raises(Conflict, match="Bằng cũ"):
        must_be_settled("4K7M29TB6HC", ["Bằng cũ"])


@pytest.mark.parametrize(
    ("decision", "number", "reason", "field"),
    [("keeps", "", "", "/decision"), ("goes", "", "", "/consignment_no"), ("stays", "X", "r", "/consignment_no"),
     ("stays", "", " ", "/reason")],
)  # fmt: skip
def test_an_original_goes_with_a_result_or_stays_with_a_reason(
    decision: str, number: str, reason: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        checked_decision(decision, number, reason)

    assert refused.value.field == field
