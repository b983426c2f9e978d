"""Dossiers as they are sent in and shown.

Used by: api.dossiers.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Literal, Protocol

from pydantic import Field

from postgw.domain.address import Party
from postgw.domain.dossier import Dossier
from postgw.domain.paper import Paper

from .shapes import Code, Cursor, Day, In, Line, Moment, Note, Number, Out, ProblemOut, ServiceForm

MOST_AT_ONCE = 500


class PartyIn(In):
    """A person or body that sends or receives; two-level and three-level addresses are both taken."""

    name: str = Field(max_length=150)
    phone: str = Field("", max_length=40)
    email: str = Field("", max_length=150)
    address: Line = Field("", description="Số nhà, đường, thôn; không lặp lại xã và tỉnh.")
    commune: str = Field("", max_length=150)
    district: str = Field("", max_length=150)
    province: str = Field("", max_length=150)
    commune_code: Code = Field("", description="Mã xã của Cục Thống kê, khi biết.")

    def party(self) -> Party:
        """Return the party in the words of the house."""
        return Party(**self.__dict__)


class PaperIn(In):
    """One line of the paper list."""

    name: Line
    kind: Literal["original", "certified", "copy"]
    quantity: int = Field(1, ge=1, le=500)
    must_return: bool = False
    must_withdraw: bool = False

    def paper(self) -> Paper:
        """Return the line in the words of the house."""
        return Paper(**self.__dict__)


class DossierIn(In):
    """A dossier as a desk hands it to us."""

    dossier_no: Code = Field("", description="Mã hồ sơ, giữ nguyên văn; để trống khi gửi hồ sơ chưa có mã.")
    intake_ref: str = Field("", max_length=100, description="Mã của hệ thống gửi, duy nhất trong bộ phận tiếp nhận.")
    receiving_desk: Code
    resolving_agency: Code = ""
    returning_desk: Code = ""
    procedure_code: Code
    service_form: ServiceForm
    applicant: PartyIn
    return_to: PartyIn | None = None
    papers: tuple[PaperIn, ...] = Field((), max_length=200)
    due_on: Day | None = None
    fee_dong: int = Field(0, ge=0, le=1_000_000_000)
    consent_at: Moment | None = None
    note: Note = ""
    arrived_by: str = Field("", max_length=150, description="Doanh nghiệp bưu chính khác đã mang hồ sơ đến, nếu có.")
    arrived_no: str = Field("", max_length=60, description="Số bưu gửi của doanh nghiệp ấy.")
    language: Literal["vi", "en"] = Field("vi", description="Ngôn ngữ của tin nhắn cho người dân.")

    def dossier(self) -> Dossier:
        """Return the dossier in the words of the house."""
        nested = {
            "applicant": self.applicant.party(),
            "return_to": self.return_to.party() if self.return_to else None,
            "papers": tuple(paper.paper() for paper in self.papers),
        }
        return Dossier(**{**self.__dict__, **nested})


class DossiersIn(In):
    """Many dossiers at once; each is answered for itself."""

    dossiers: tuple[DossierIn, ...] = Field(min_length=1, max_length=MOST_AT_ONCE)


class NumberIn(In):
    """The number that a desk has given to a dossier."""

    dossier_no: Number


class DecisionIn(In):
    """Whether a change request is accepted."""

    accept: bool


class DossierQuery(Cursor):
    """Which dossiers are listed."""

    desk: Code = ""


class PartyOut(Out):
    """A party as it was given."""

    name: str
    phone: str
    email: str
    address: str
    commune: str
    district: str
    province: str
    commune_code: str


class PaperOut(Out):
    """One line of the paper list."""

    name: str
    kind: str
    quantity: int
    must_return: bool
    must_withdraw: bool


class DossierSummary(Out):
    """A dossier in a list: nothing that names a person."""

    key: str = Field(description="Mã hồ sơ; khi chưa có mã là `bộ phận/mã nội bộ`.")
    dossier_no: str
    intake_ref: str
    receiving_desk: str
    resolving_agency: str
    returning_desk: str
    procedure_code: str
    service_form: ServiceForm
    due_on: date | None
    version: int
    created_at: datetime
    updated_at: datetime


class DossierOut(DossierSummary):
    """A dossier as it is kept."""

    applicant: PartyOut
    return_to: PartyOut | None
    papers: list[PaperOut]
    fee_dong: int
    consent_at: datetime | None
    note: str
    arrived_by: str
    arrived_no: str
    language: str


class ChangeRequestOut(Out):
    """Other data for a dossier whose post is already booked; an officer decides."""

    change_request_no: str
    key: str
    asked_at: datetime
    asked_by: str
    dossier: dict[str, Any] = Field(description="Dữ liệu mới được đề nghị, cùng hình dạng như khi gửi hồ sơ.")


class ChangeRequestList(Out):
    """What waits for a decision."""

    data: list[ChangeRequestOut]


class DossierTaken(Out):
    """What became of a dossier that was sent in."""

    outcome: Literal["created", "same", "updated", "change_requested"]
    dossier: DossierOut
    change_request_no: str


class DossierRow(Out):
    """What became of one row of a batch."""

    index: int
    status: int = Field(description="Mã HTTP mà dòng này sẽ nhận nếu gửi riêng.")
    outcome: Literal["created", "same", "updated", "change_requested"] | None = None
    dossier: DossierOut | None = None
    change_request_no: str = ""
    problem: ProblemOut | None = None


class DossierRows(Out):
    """A result for each row, in the order sent."""

    results: list[DossierRow]


class DossierPage(Out):
    """A page of dossiers."""

    data: list[DossierSummary]
    next_cursor: str


class KeptDossier(Protocol):
    """A dossier as the acts return it."""

    @property
    def dossier(self) -> Dossier: ...

    @property
    def version(self) -> int: ...

    @property
    def created_at(self) -> datetime: ...

    @property
    def updated_at(self) -> datetime: ...


class ChangeRequest(Protocol):
    """A change request as the acts return it."""

    @property
    def change_request_no(self) -> str: ...

    @property
    def key(self) -> str: ...

    @property
    def dossier(self) -> Dossier: ...

    @property
    def asked_at(self) -> datetime: ...

    @property
    def asked_by(self) -> str: ...


def dossier_summary(kept: KeptDossier) -> dict[str, Any]:
    """Return a dossier as lists show it."""
    return {
        "key": kept.dossier.key,
        **_heading(kept.dossier),
        "version": kept.version,
        "created_at": kept.created_at,
        "updated_at": kept.updated_at,
    }


def dossier_out(kept: KeptDossier) -> dict[str, Any]:
    """Return a dossier with all that belongs to it."""
    return {**dossier_summary(kept), **_content(kept.dossier)}


def change_request_out(request: ChangeRequest) -> dict[str, Any]:
    """Return a change request as the officer sees it."""
    return {
        "change_request_no": request.change_request_no,
        "key": request.key,
        "asked_at": request.asked_at,
        "asked_by": request.asked_by,
        "dossier": {**_heading(request.dossier), **_content(request.dossier)},
    }


def _heading(dossier: Dossier) -> dict[str, Any]:
    return {
        "dossier_no": dossier.dossier_no,
        "intake_ref": dossier.intake_ref,
        "receiving_desk": dossier.receiving_desk,
        "resolving_agency": dossier.resolving_agency,
        "returning_desk": dossier.returning_desk,
        "procedure_code": dossier.procedure_code,
        "service_form": dossier.service_form,
        "due_on": dossier.due_on,
    }


def _content(dossier: Dossier) -> dict[str, Any]:
    return {
        "applicant": asdict(dossier.applicant),
        "return_to": asdict(dossier.return_to) if dossier.return_to else None,
        "papers": [asdict(paper) for paper in dossier.papers],
        "fee_dong": dossier.fee_dong,
        "consent_at": dossier.consent_at,
        "note": dossier.note,
        "arrived_by": dossier.arrived_by,
        "arrived_no": dossier.arrived_no,
        "language": dossier.language,
    }
