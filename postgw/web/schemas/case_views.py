"""Cases as they are shown. A list names no person; one case tells what people said to whoever works on it.

Whoever sees a case without being its desk or its office is shown the complainant masked.

Used by: api.cases, api.compensation.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from postgw.domain.actor import Actor
from postgw.domain.case import STEPS, Step
from postgw.domain.compensation import Liability, Payment, acknowledgement
from postgw.domain.damage import KeptDamageRecord
from postgw.domain.privacy import mask_name, mask_phone
from postgw.domain.time_bar import Answering
from postgw.domain.time_limit import Words
from postgw.web.language import Language, said

from .cases import About, CaseKind, CaseState, Cause, Condition, Fault, Outcome, Payee, PayWay, StepKind, Wrapping
from .shapes import Out, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from postgw.services.cases import CaseLine, CaseView
    from postgw.services.compensating import Due

_NAMES = {"complainant_name": mask_name, "complainant_phone": mask_phone}


class RateOut(Out):
    """A rate of interest, and who set it."""

    basis_points: int
    valid_from: date
    author: str
    reason: str


class RateList(Out):
    """Every rate, the newest first."""

    data: list[RateOut]


class ClockOut(Out):
    """How a case stands against the day by which it is answered."""

    verdict: Literal["running", "overdue", "met", "late"]
    due_on: date
    days: int = Field(description="Số ngày làm việc còn lại, hoặc đã quá.")
    words: list[str]


class CaseSummary(Out):
    """A case in a list."""

    case_no: str
    kind: CaseKind
    about: About
    state: CaseState
    consignment_no: str
    desk: str
    office: str
    is_time_barred: bool
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    clock: ClockOut


class CasePage(Out):
    """A page of cases."""

    data: list[CaseSummary]
    next_cursor: str


class BarOut(Out):
    """A term for complaining, as it stood when the complaint was received."""

    source: str
    months: int
    began_on: date | None
    ends_on: date | None
    passed: bool
    words: str


class StepOut(Out):
    """One step of a case."""

    seq: int
    kind: StepKind
    title: str
    content: dict[str, str | int]
    words: dict[str, str] = Field(description="Lời của người trong vụ việc; được xoá khi hết hạn lưu.")
    taken_at: datetime
    taken_by: str


class CountedLineOut(Out):
    """One line of the inventory."""

    name: str
    quantity: int
    condition: Condition
    note: str


class DamageOut(Out):
    """A damage record under its number."""

    record_no: str
    case_no: str
    consignment_no: str
    office: str
    wrapping: Wrapping
    cause: Cause
    lines: list[CountedLineOut]
    statement: str
    old_seal_no: str
    new_seal_no: str
    worker_name: str
    witness_name: str
    has_photo: bool
    made_at: datetime
    made_by: str
    signed_at: datetime | None
    signed_by: str


class LiabilityOut(Out):
    """Who is liable, for how much and until when."""

    record_no: str
    case_no: str
    consignment_no: str
    about: About
    accepted_at: datetime | None
    accepted_office: str
    reason: str
    fault: Fault
    ground: str
    evidence: str
    price_dong: int
    refund_dong: int
    minimum_dong: int
    amount_dong: int
    payee: Payee
    method: PayWay
    rules_version: str
    determined_at: datetime
    determined_by: str
    pay_by: date
    is_settled: bool


class PaymentOut(Out):
    """Money paid, or given back."""

    case_no: str
    direction: Literal["out", "back"]
    unit: str
    payee: Payee
    way: PayWay
    refund_dong: int
    rest_dong: int
    interest_dong: int
    amount_dong: int
    paid_at: datetime
    paid_by: str


class DueOut(Out):
    """What is to be paid, and how late it is."""

    liability: LiabilityOut
    days_late: int
    interest_dong: int | None = Field(description="Để trống là quá hạn mà tỉnh chưa khai lãi suất.")


class DuePage(Out):
    """A page of what is to be paid."""

    data: list[DueOut]
    next_cursor: str


class GroundOut(Out):
    """Why a claim may be turned down."""

    code: str
    title: str
    source: str


class CaseOut(CaseSummary):
    """A case with all that belongs to it."""

    consignment_state: State
    outcome: Outcome | Literal[""]
    owed_dong: int
    paid_dong: int
    waits_for_owner: bool
    reckoning: list[str]
    time_bars: list[BarOut]
    receiver_silent: bool = Field(description="Người nhận không có ý kiến khi nhận: LBC Đ.41.4.c.")
    receiver_remarks: str
    steps: list[StepOut]
    damage_records: list[DamageOut]
    liability: LiabilityOut | None
    payments: list[PaymentOut]
    acknowledgement: str
    reissue_dong: int
    reissue_borne_by: Literal["post", "undetermined", "owner"]
    grounds: list[GroundOut]


def line_out(line: CaseLine, language: Language) -> dict[str, Any]:
    """Return a case as a list shows it."""
    kept, bars = line.case, line.case.facts.get("bars", [])
    assert isinstance(bars, list)
    return {
        "case_no": kept.case_no, "kind": kept.kind, "about": kept.about, "state": kept.state,
        "consignment_no": kept.consignment_no, "desk": kept.desk, "office": kept.office,
        "is_time_barred": any(bar["passed"] for bar in bars), "opened_at": kept.opened_at,
        "opened_by": kept.opened_by, "closed_at": kept.closed_at, "clock": _clock_out(line.clock, language),
    }  # fmt: skip


def _clock_out(clock: Answering, language: Language) -> dict[str, Any]:
    return {
        "verdict": clock.verdict, "due_on": clock.due_on, "days": clock.days, "words": _said(clock.words, language)
    }  # fmt: skip


def _said(words: Iterable[Words], language: Language) -> list[str]:
    return [said(each.sentence, each.values, language) for each in words]


def case_out(view: CaseView, actor: Actor, language: Language) -> dict[str, Any]:
    """Return a case with all that belongs to it."""
    kept, standing, made = view.case, view.standing, view.liability
    paid = next((payment for payment in view.payments if payment.direction == "out"), None)
    masked = not actor.may_see(kept.desk, kept.office)
    return {
        **line_out(view.line, language),
        "consignment_state": view.consignment.custody.state, "outcome": standing.outcome,
        "owed_dong": standing.owed_dong, "paid_dong": standing.paid_dong, "waits_for_owner": standing.waits_for_owner,
        "reckoning": _said(view.reckoning, language),
        "time_bars": [
            {**asdict(bar), "words": said(bar.words.sentence, bar.words.values, language)} for bar in view.bars
        ],
        "receiver_silent": bool(kept.facts.get("receiver_silent", False)), "receiver_remarks": view.remarks,
        "steps": [_step_out(step, view.words.get(step.seq, {}), masked=masked) for step in view.steps],
        "damage_records": [damage_out(record) for record in view.damages],
        "liability": liability_out(made) if made else None,
        "payments": [payment_out(payment) for payment in view.payments],
        "acknowledgement": acknowledgement(paid, made) if paid and made else "",
        "reissue_dong": view.reissue_dong, "reissue_borne_by": view.reissue_borne_by,
        "grounds": [
            {"code": each.code, "title": each.title if language == "vi" else each.title_en, "source": each.source}
            for each in view.grounds.values()
        ],
    }  # fmt: skip


def _step_out(step: Step, words: Mapping[str, Any], *, masked: bool) -> dict[str, Any]:
    told = {
        name: _NAMES[name](str(value)) if masked and name in _NAMES else str(value) for name, value in words.items()
    }
    return {
        "seq": step.seq, "kind": step.kind, "title": STEPS[step.kind][0], "content": step.content, "words": told,
        "taken_at": step.taken_at, "taken_by": step.taken_by,
    }  # fmt: skip


def damage_out(kept: KeptDamageRecord) -> dict[str, Any]:
    """Return a damage record as it is shown; its photo has an address of its own."""
    told = asdict(kept.record)
    told = {name: value for name, value in told.items() if name in DamageOut.model_fields}
    of_it = {name: getattr(kept, name) for name in DamageOut.model_fields if hasattr(kept, name)}
    return {**told, **of_it}


def liability_out(made: Liability) -> dict[str, Any]:
    """Return a liability record as it is shown."""
    return asdict(made)


def payment_out(payment: Payment) -> dict[str, Any]:
    """Return money paid as it is shown."""
    return {**asdict(payment), "amount_dong": payment.amount_dong}


def due_out(due: Due) -> dict[str, Any]:
    """Return what is to be paid as it is shown."""
    return {
        "liability": liability_out(due.liability), "days_late": due.days_late, "interest_dong": due.interest_dong
    }  # fmt: skip
