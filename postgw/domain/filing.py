"""When a dossier is filed in law, and whether that filing stands.

A dossier that comes by post is filed when the handover manifest is signed by both hands, whatever the post or the
desk's own system may say. If it has to be completed, filing moves to the moment it is complete, and the agency's time
begins anew from there; the dossier's own due date is the agency's and is never reckoned here. What is written of a
filing is never changed: a wrong signing time is mended by one more entry, signed by both sides, and the last entry is
in force. A dossier that was sent back with reasons is not filed any more: its filing is void.

Stands on: errors. Used by: services.filing, services.supplements, services.signing, storage.filings.
Source: Decision 45/2016/QĐ-TTg art. 7.4; Decree 61/2018/NĐ-CP art. 18.2, 19.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from .errors import Conflict, Forbidden, Invalid
from .legal_day import shown
from .manifest import Signatory

GROUNDS = {
    "manifest": "ký biên bản giao nhận",
    "supplement": "hoàn thành bổ sung hồ sơ",
    "correction": "đính chính có chữ ký hai bên",
}
State = Literal["none", "stands", "void"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingRule:
    """What one version of the one-stop rules allows."""

    version: str
    supplements: int  #: how often one dossier may be asked to be completed
    examination_days: int  #: working days from receipt to a rejection for want of eligibility


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """One side's signature under a correction."""

    side: str  #: desk or office
    signatory: str
    name: str
    signed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """One word on when a dossier was filed."""

    seq: int
    ground: str  #: one of GROUNDS
    filed_at: datetime
    agency_starts_on: date
    source: str  #: the manifest, the supplement, or the number of the correction record
    consignment_no: str = ""
    notice_id: str
    corrects: str = ""  #: notice id of the entry that this one takes the place of
    reason: str = ""
    hands: tuple[Hand, ...] = ()
    entered_at: datetime
    entered_by: str

    def told(self, due_on: date | None) -> dict[str, Any]:
        """Return what the desk's system is told of it."""
        data: dict[str, Any] = {
            "filed_at": self.filed_at, "ground": self.ground, "agency_starts_on": self.agency_starts_on,
            "manifest_no" if self.source.startswith("BB-") else "source": self.source,
        }  # fmt: skip
        if due_on:
            data["due_on"] = due_on
        if self.corrects:
            data["corrects"] = self.corrects
        return data


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingStanding:
    """All that was written of one dossier's filing, and how it stands."""

    key: str
    filings: tuple[Filing, ...]
    void_since: datetime | None = None
    due_on: date | None = None
    slip_no: str = ""

    @property
    def in_force(self) -> Filing | None:
        """Return the entry that counts."""
        return self.filings[-1] if self.filings else None

    @property
    def state(self) -> State:
        """Return whether the dossier is filed."""
        if not self.filings:
            return "none"
        return "void" if self.void_since else "stands"

    def must_stand(self) -> Filing:
        """Return the entry in force. Raises Conflict when the dossier is not filed, or not any more."""
        filing = self.in_force
        if filing is None:
            raise Conflict(
                "Hồ sơ {key} chưa nộp: chưa có biên bản giao nhận ký đủ hai bên.", key=self.key, code="filing.none"
            )
        if self.void_since:
            raise Conflict(
                "Hồ sơ {key} đã bị trả lại lúc {at}, không còn là hồ sơ đã nộp.", key=self.key,
                at=shown(self.void_since), code="filing.void",
            )  # fmt: skip
        return filing


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionDraft:
    """A wrong signing time, as both sides mend it on paper."""

    record_no: str  #: number of the signed record
    filed_at: datetime
    reason: str
    desk_signatory: str
    desk_signed_at: datetime
    office_signatory: str
    office_signed_at: datetime


def must_be_mendable(draft: CorrectionDraft, filing: Filing, at: datetime) -> None:
    """Raise Invalid unless the moments of a correction can be, Conflict when it says what is in force already."""
    for field, moment in (
        ("filed_at", draft.filed_at), ("desk_signed_at", draft.desk_signed_at),
        ("office_signed_at", draft.office_signed_at),
    ):  # fmt: skip
        if moment > at:
            raise Invalid("Giờ ghi trên biên bản đính chính chưa đến.", code="correction.future", field=f"/{field}")
    if min(draft.desk_signed_at, draft.office_signed_at) < filing.entered_at:
        raise Invalid(
            "Biên bản đính chính phải ký sau khi giờ nộp được ghi ({at}).", at=shown(filing.entered_at),
            code="correction.early", field="/desk_signed_at",
        )  # fmt: skip
    if draft.filed_at == filing.filed_at:
        raise Conflict(
            "Giờ nộp đang ghi đã là {at}, không có gì để đính chính.", at=shown(filing.filed_at),
            code="correction.same", field="/filed_at",
        )  # fmt: skip


def must_be_two_hands(desk: Signatory, office: Signatory) -> None:
    """Raise Forbidden when one person signs for both sides."""
    if desk.signatory_no == office.signatory_no or desk.name == office.name:
        raise Forbidden("Một người không ký cả hai bên.", code="sign.both_sides", field="/office_signatory")


def same_correction(filings: Sequence[Filing], draft: CorrectionDraft) -> bool:
    """Say whether the correction in force is this one, asked for again."""
    last = filings[-1] if filings else None
    return bool(
        last and last.ground == "correction" and (last.source, last.filed_at) == (draft.record_no, draft.filed_at)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """The day on which the agency promised the result, and the slip that says so."""

    due_on: date
    slip_no: str
    sets: int = 1  #: how many sets of papers were received
    statutory_time: str = ""  #: how long the law gives the agency, in words
    filing_seq: int  #: the filing that it was promised for
    made_at: datetime
    made_by: str


def must_be_promisable(due_on: date, filing: Filing | None, last: Appointment | None) -> None:
    """Let a due date pass.

    Raises Invalid when it lies before the filing; Conflict when it would put off a promise for the same filing, which
    takes an apology.
    """
    if filing and due_on < filing.agency_starts_on:
        raise Invalid(
            "Ngày hẹn trả phải từ ngày cơ quan bắt đầu xử lý ({day}).", day=f"{filing.agency_starts_on:%d/%m/%Y}",
            code="appointment.early", field="/due_on",
        )  # fmt: skip
    seq = filing.seq if filing else 0
    if last and last.filing_seq == seq and due_on > last.due_on:
        raise Conflict(
            "Hồ sơ đã hẹn trả ngày {day}. Lùi ngày phải xin lỗi và hẹn lại, mỗi hồ sơ một lần.",
            day=f"{last.due_on:%d/%m/%Y}", code="appointment.put_off", field="/due_on",
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FormChoice:
    """A change of the citizen's choice."""

    old_form: str
    new_form: str
    consent_at: datetime
    chosen_at: datetime
    chosen_by: str
