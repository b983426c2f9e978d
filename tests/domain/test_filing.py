"""When a filing stands, what may be promised for it, how a wrong time is mended."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.errors import Conflict, Forbidden, Invalid
from postgw.domain.filing import (
    Appointment,
    CorrectionDraft,
    Filing,
    FilingStanding,
    must_be_mendable,
    must_be_promisable,
    must_be_two_hands,
    same_correction,
)
from postgw.domain.manifest import Signatory

AT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
FILED = Filing(
    seq=1, ground="manifest", filed_at=AT, agency_starts_on=date(2026, 11, 25), source="BB-TS-261125-01",
    notice_id="4K7M29TB6HC.filed.BB-TS-261125-01", entered_at=AT, entered_by="officer",
)  # fmt: skip
LATER = AT + timedelta(hours=2)
DRAFT = CorrectionDraft(
    record_no="DC-01", filed_at=AT - timedelta(hours=1), reason="Ghi nhầm", desk_signatory="a", desk_signed_at=LATER,
    office_signatory="b", office_signed_at=LATER,
)  # fmt: skip
PROMISE = Appointment(due_on=date(2026, 12, 7), slip_no="GH-1", filing_seq=1, made_at=AT, made_by="officer")


def test_without_an_entry_nothing_is_filed() -> None:
    standing = FilingStanding(key="TS/1", filings=())

    assert (standing.state, standing.in_force) == ("none", None)
    with pytest.raises(Conflict, match="chưa nộp"):
        standing.must_stand()


def test_the_last_entry_is_in_force_and_one_sent_back_is_void() -> None:
    moved = replace(FILED, seq=2, ground="supplement")
    standing = FilingStanding(key="TS/1", filings=(FILED, moved))

    assert standing.must_stand() is moved
    void = replace(standing, void_since=AT)
    assert (void.state, void.in_force) == ("void", moved)
    with pytest.raises(Conflict, match="bị trả lại"):
        void.must_stand()


def test_what_is_told_names_the_manifest_and_what_it_corrects() -> None:
    assert FILED.told(None)["manifest_no"] == "BB-TS-261125-01"
    mended = replace(FILED, source="DC-01", corrects="n1").told(date(2026, 12, 7))
    assert (mended["source"], mended["corrects"], mended["due_on"]) == ("DC-01", "n1", date(2026, 12, 7))


@pytest.mark.parametrize("field", ["filed_at", "desk_signed_at", "office_signed_at"])
def test_no_moment_of_a_correction_lies_in_the_future(field: str) -> None:
    wrong: dict[str, Any] = {field: LATER + timedelta(minutes=1)}
    with pytest.raises(Invalid) as caught:
        must_be_mendable(replace(DRAFT, **wrong), FILED, LATER)
    assert caught.value.field == f"/{field}"


def test_a_correction_is_signed_after_what_it_corrects_and_changes_something() -> None:
    with pytest.raises(Invalid, match="sau khi giờ nộp được ghi"):
        must_be_mendable(replace(DRAFT, desk_signed_at=AT - timedelta(minutes=1)), FILED, LATER)
    with pytest.raises(Conflict, match="không có gì để đính chính"):
        must_be_mendable(replace(DRAFT, filed_at=AT), FILED, LATER)
    must_be_mendable(DRAFT, FILED, LATER)


def test_one_person_does_not_mend_for_both_sides() -> None:
    desk = Signatory(signatory_no="1", unit_kind="desk", unit="TS", name="A")
    office = Signatory(signatory_no="2", unit_kind="office", unit="480000", name="A")
    with pytest.raises(Forbidden):
        must_be_two_hands(desk, office)
    must_be_two_hands(desk, replace(office, name="B"))


def test_the_same_correction_is_known_again() -> None:
    mended = replace(FILED, seq=2, ground="correction", source="DC-01", filed_at=DRAFT.filed_at)

    assert same_correction((FILED, mended), DRAFT)
    assert not same_correction((FILED, mended), replace(DRAFT, record_no="DC-02"))
    assert not same_correction((FILED,), DRAFT)
    assert not same_correction((), DRAFT)


@given(st.dates(date(2026, 11, 25), date(2027, 12, 31)))
def test_a_promise_is_never_put_off_for_the_same_filing(due_on: date) -> None:
    if due_on <= PROMISE.due_on:
        must_be_promisable(due_on, FILED, PROMISE)
        return
    with pytest.raises(Conflict, match="xin lỗi"):
        must_be_promisable(due_on, FILED, PROMISE)
    must_be_promisable(due_on, replace(FILED, seq=2), PROMISE)  # the time begins anew after a supplement


def test_no_result_is_promised_before_the_agency_begins() -> None:
    with pytest.raises(Invalid, match="25/11/2026"):
        must_be_promisable(date(2026, 11, 24), FILED, None)
