"""Packings with their seals, bulk agreements, signatures under notes, and the original register.

Used by: api.packing, api.noting.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from postgw.domain.note import NoteStanding
from postgw.domain.original_register import Authorisation, RegisterSigning
from postgw.domain.packing import BulkAgreement, Packing

from .scans import Picture, decoded
from .shapes import BASE64, Code, Day, In, Line, Moment, Note, Out

Side = Literal["consignor", "post"]
PersonName = Annotated[str, StringConstraints(min_length=1, max_length=150)]
#: Two megabytes, as base64.
Document = Annotated[
    str, StringConstraints(min_length=1, max_length=2_900_000), AfterValidator(decoded),
    Field(json_schema_extra={**BASE64}),
]  # fmt: skip


class PackingIn(In):
    """The closing of an envelope under a seal."""

    seal_no: str = Field(min_length=1, max_length=40)
    sealed_by: Literal["post", "agency"] = "post"
    packed_by: PersonName
    witness: str = Field("", max_length=150, description="Người nộp, hoặc đại diện cơ quan; bưu điện đóng thì phải có.")
    agreement_no: str = Field("", max_length=40, description="Thoả thuận giao hàng loạt, khi cơ quan niêm phong.")
    reason: Line = Field("", description="Vì sao đóng gói lại.")
    inventory: Note = Field("", description="Bản kê khi mở gói để đóng lại.")
    office: Code = ""


class PackingOut(Out):
    """One closing of an envelope."""

    ordinal: int
    seal_no: str
    sealed_by: Literal["post", "agency"]
    packed_by: str
    witness: str
    witness_of: Literal["citizen", "agency"]
    agreement_no: str
    reason: str
    inventory: str
    office: str
    packed_at: datetime
    recorded_by: str


class PackingList(Out):
    """Every closing of one envelope, the first one first."""

    data: list[PackingOut]


class AgreementIn(In):
    """What agency and post agreed on."""

    desk: str = Field(min_length=1, max_length=60)
    covers: str = Field(min_length=1, max_length=500, description="Loại kết quả, đơn vị nhận.")
    valid_from: Day
    valid_to: Day | None = Field(None, description="Ngày đầu tiên không còn hiệu lực.")
    reason: str = Field(min_length=1, max_length=300)


class AgreementEndIn(In):
    """From which day an agreement is no longer in force, and why."""

    on: Day
    reason: str = Field(min_length=1, max_length=300)


class AgreementOut(Out):
    """A bulk agreement."""

    agreement_no: str
    desk: str
    covers: str
    valid_from: date
    valid_to: date | None
    in_force: bool
    author: str
    reason: str
    end_reason: str


class AgreementList(Out):
    """The bulk agreements, newest first."""

    data: list[AgreementOut]


class NoteSignatureIn(In):
    """One side's signature under a consignment note."""

    side: Side
    name: PersonName
    signature_png: Picture = Field(min_length=1, description="PNG, base64.")


class NoteSignatureOut(Out):
    """One side's signature."""

    side: Side
    name: str
    signed_at: datetime
    way: str = Field(description="`screen`, hoặc số biên bản mà chữ ký thuộc về.")


class NoteStandingOut(Out):
    """How far the signing of a note has come."""

    consignment_no: str
    digest: str = Field(description="SHA-256 của nội dung được ký.")
    frozen_at: datetime | None = Field(description="Từ lúc này nội dung phiếu không đổi nữa.")
    signatures: list[NoteSignatureOut]


class AuthorisationIn(In):
    """The citizen's written word that a postal worker may sign the original register."""

    reference: str = Field(min_length=1, max_length=100, description="Số, ngày trên giấy uỷ quyền.")
    worker: PersonName
    seen_by: PersonName
    document: Document = Field(description="PDF, PNG hoặc JPEG, nhiều nhất 2 MB, base64.")


class AuthorisationOut(Out):
    """An authorisation without its document."""

    authorisation_no: str
    reference: str
    worker: str
    seen_by: str
    media: str
    recorded_at: datetime
    recorded_by: str


class AuthorisationList(Out):
    """The authorisations for one result."""

    data: list[AuthorisationOut]


class RegisterSigningIn(In):
    """A signature in the original register."""

    authorisation_no: str = Field(min_length=1, max_length=40)
    register_name: str = Field(min_length=1, max_length=200)
    entry: str = Field(min_length=1, max_length=100, description="Quyển, trang, số thứ tự.")
    worker: PersonName
    signed_at: Moment | None = Field(None, description="Để trống là bây giờ.")


class RegisterSigningOut(Out):
    """A signature in the original register."""

    authorisation_no: str
    register_name: str
    entry: str
    worker: str
    signed_at: datetime
    recorded_by: str


class RegisterSigningList(Out):
    """The signatures in registers for one result."""

    data: list[RegisterSigningOut]


def packing_out(packing: Packing) -> dict[str, Any]:
    """Return a packing as it is shown."""
    return asdict(packing)


def agreement_out(agreement: BulkAgreement, on: date) -> dict[str, Any]:
    """Return an agreement as it is shown on a day."""
    return {**asdict(agreement), "in_force": agreement.is_in_force(on)}


def note_standing_out(standing: NoteStanding) -> dict[str, Any]:
    """Return how far a note is signed, without the pictures."""
    return {
        "consignment_no": standing.consignment_no, "digest": standing.digest, "frozen_at": standing.frozen_at,
        "signatures": [
            {name: getattr(each, name) for name in NoteSignatureOut.model_fields} for each in standing.signatures
        ],
    }  # fmt: skip


def authorisation_out(given: Authorisation) -> dict[str, Any]:
    """Return an authorisation without its document."""
    return {name: getattr(given, name) for name in AuthorisationOut.model_fields}


def signing_out(signing: RegisterSigning) -> dict[str, Any]:
    """Return a signature in a register as it is shown."""
    return asdict(signing)
