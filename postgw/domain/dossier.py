"""The dossier: the citizen's file as a desk hands it to us to be carried.

We keep a reference, the paper list and who is to receive; the file itself belongs to the desk. Its number is kept
exactly as the desk writes it. A dossier that is still to be sent in has no number until the desk receives it; until
then it is known by the desk and the intake's own reference.

Stands on: address, paper, dossier_number, errors. Used by: services.intake.
Source: Decision 45/2016/QĐ-TTg art. 5 (three forms, the citizen's free choice); art. 6 to 9.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta

from . import dossier_number
from .address import Party, PartyLimits, checked_party, checked_text
from .errors import Invalid
from .paper import Paper, checked_paper

SERVICE_FORMS = {"send": "Gửi hồ sơ", "return": "Nhận kết quả", "both": "Gửi hồ sơ và nhận kết quả"}
#: In which a citizen can be told.
LANGUAGES = ("vi", "en")
#: Which legs a service form opens by the citizen's choice; transfers and withdrawals follow from the work itself.
LEGS_OF_FORM = {"send": {"send"}, "return": {"return"}, "both": {"send", "return"}}
#: Above this a fee is a typing mistake. Design choice.
FEE_MOST = 1_000_000_000
_PAPERS_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """What a desk hands us."""

    dossier_no: str = ""
    intake_ref: str = ""  #: the intake's own reference, unique within the receiving desk
    receiving_desk: str
    resolving_agency: str = ""
    returning_desk: str = ""
    procedure_code: str
    service_form: str
    applicant: Party
    return_to: Party | None = None
    papers: tuple[Paper, ...] = ()
    due_on: date | None = None
    fee_dong: int = 0
    consent_at: datetime | None = None
    note: str = ""
    arrived_by: str = ""  #: another postal company that brought it; then no `send` of ours
    arrived_no: str = ""  #: that company's number
    language: str = "vi"  #: in which the citizen is told

    @property
    def key(self) -> str:
        """Name this dossier among all: its number, or the desk and its own reference while there is none."""
        return self.dossier_no or f"{self.receiving_desk}/{self.intake_ref}"


def checked_dossier(dossier: Dossier, *, at: datetime) -> Dossier:
    """Return the dossier with tidy texts and its desks filled in.

    Raises Invalid at the first wrong part, `field` pointing at it as in the JSON of the API.
    """
    if dossier.language not in LANGUAGES:
        raise Invalid("Ngôn ngữ nhắn tin phải là vi hoặc en.", code="language", field="/language")
    if dossier.service_form not in SERVICE_FORMS:
        raise Invalid(
            "Hình thức phải là send (gửi hồ sơ), return (nhận kết quả) hoặc both (cả hai).",
            code="service_form", field="/service_form",
        )  # fmt: skip
    return replace(
        dossier,
        dossier_no=_checked_number(dossier, at),
        intake_ref=checked_text(
            dossier.intake_ref,
            what="mã tiếp nhận nội bộ",
            field="/intake_ref",
            most=100,
            required=not dossier.dossier_no,
        ),
        returning_desk=dossier.returning_desk or dossier.receiving_desk,
        applicant=_checked_applicant(dossier),
        return_to=_checked_return_to(dossier),
        papers=_checked_papers(dossier.papers),
        fee_dong=_checked_fee(dossier.fee_dong),
        note=checked_text(dossier.note, what="ghi chú", field="/note", most=1000, required=False),
        arrived_by=checked_text(
            dossier.arrived_by,
            what="tên doanh nghiệp bưu chính",
            field="/arrived_by",
            most=150,
            required=bool(dossier.arrived_no),
        ),
        arrived_no=checked_text(dossier.arrived_no, what="số bưu gửi", field="/arrived_no", most=60, required=False),
    )


def _checked_number(dossier: Dossier, at: datetime) -> str:
    if not dossier.dossier_no.strip():
        if dossier.service_form == "return":
            raise Invalid(
                "Chưa có mã hồ sơ. Trả kết quả thì hồ sơ phải có mã.", code="dossier_no.missing", field="/dossier_no"
            )
        return ""
    number = dossier_number.parse(dossier.dossier_no)
    if number.received_on > at.date() + timedelta(days=1):
        raise Invalid(
            "Mã hồ sơ mang ngày {on}, là ngày chưa đến.", on=number.received_on.strftime("%d/%m/%Y"),
            code="dossier_no.future", field="/dossier_no",
        )  # fmt: skip
    return number.text


def _checked_applicant(dossier: Dossier) -> Party:
    sends = dossier.service_form != "return"
    need = PartyLimits(phone=sends, address=sends, what="người nộp")
    return checked_party(dossier.applicant, field="/applicant", need=need)


def _checked_return_to(dossier: Dossier) -> Party | None:
    if dossier.service_form == "send":
        return None
    party = dossier.return_to or dossier.applicant
    return checked_party(party, field="/return_to" if dossier.return_to else "/applicant")


def _checked_papers(papers: tuple[Paper, ...]) -> tuple[Paper, ...]:
    if len(papers) > _PAPERS_MOST:
        raise Invalid("Nhiều nhất {most} dòng giấy tờ.", most=_PAPERS_MOST, code="papers.many", field="/papers")
    return tuple(checked_paper(paper, field=f"/papers/{n}") for n, paper in enumerate(papers))


def _checked_fee(fee_dong: int) -> int:
    if not 0 <= fee_dong <= FEE_MOST:
        raise Invalid("Phí, lệ phí phải từ 0 đến {most} đồng.", most=FEE_MOST, code="fee.range", field="/fee_dong")
    return fee_dong


def digest(dossier: Dossier) -> str:
    """Return what makes two dossiers equal: the hash of their content."""
    content = asdict(dossier)
    for name, unsaid in (("arrived_by", ""), ("arrived_no", ""), ("language", "vi")):
        if content[name] == unsaid:  # these came later: a dossier that does not say them is what it was before
            del content[name]
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
