"""Failed deliveries, invitations, returns, recalls and new addresses.

Used by: api.returns.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from postgw.domain.redirection import Redirection
from postgw.domain.refusal import Refusal

from .consignments import ConsignmentOut, consignment_out
from .dossiers import PartyIn, PartyOut
from .scans import Picture, ScanId
from .shapes import Code, IdKind, In, Moment, Note, Out

if TYPE_CHECKING:
    from postgw.services.returns import Standing

Way = Literal["paper", "phone", "message"]
Fault = Literal["post", "agency", "citizen"]


class RefusalIn(In):
    """The signed record: the refuser's name, paper and signature; or the worker's name, reason and signature."""

    refuser_name: str = Field("", max_length=150)
    organisation: str = Field("", max_length=150, description="Người từ chối thay mặt tổ chức này.")
    id_kind: IdKind | Literal[""] = ""
    id_tail: str = Field("", max_length=4, description="2 đến 4 ký tự cuối; không bao giờ gửi cả số.")
    worker_name: str = Field("", max_length=150)
    statement: Note = Field("", description="Vì sao không phát được, lời bưu tá.")
    signature_png: Picture = Field(min_length=1, description="PNG, base64.")

    def refusal(self) -> Refusal:
        """Return the evidence in the words of the house."""
        return Refusal(**self.__dict__)


class AttemptIn(In):
    """A delivery that failed, from one device."""

    scan_id: ScanId
    device: str = Field(min_length=1, max_length=60)
    device_at: Moment
    sent_at: Moment
    reason: str = Field(min_length=1, max_length=60, description="Mã trong danh sách `attempt` ở /api/v1/states.")
    office: Code = ""
    note: Note = ""
    evidence: RefusalIn | None = None


class InvitationIn(In):
    """How the recipient is called."""

    way: Way = "paper"


class ReturnIn(In):
    """Why the item goes back."""

    reason: str = Field(min_length=1, max_length=60, description="Mã trong danh sách `return` ở /api/v1/states.")
    note: Note = ""
    evidence: RefusalIn | None = None


class RecallIn(In):
    """Why the sender's side wants the item back, and who pays."""

    reason: str = Field(min_length=1, max_length=60, description="Mã trong danh sách `recall` ở /api/v1/states.")
    fault: Fault = Field(description="Bên có lỗi, trả cước phát sinh.")
    cost_dong: int = Field(ge=0, le=10_000_000)


class AddressIn(In):
    """Where the item is to go instead, and who pays."""

    party: PartyIn
    fault: Fault = Field(description="Bên có lỗi, trả cước phát sinh.")
    cost_dong: int = Field(ge=0, le=10_000_000)


class InvitationOut(Out):
    """One call to the recipient."""

    ordinal: int
    invited_on: date
    way: Way
    by: str


class StandingOut(Out):
    """How far the calling has come, and from which days the next steps are lawful."""

    consignment: ConsignmentOut
    invitations: list[InvitationOut]
    wanted: int = Field(description="Số lần mời cần có trước khi chuyển hoàn vì không ai đến nhận.")
    next_invitation_on: date = Field(description="Ngày sớm nhất của lần mời sau.")
    return_from: date = Field(description="Ngày sớm nhất được chuyển hoàn vì không ai đến nhận.")


class RedirectionOut(Out):
    """A recall or a change of address."""

    kind: Literal["recall", "address"]
    reason: str
    old: PartyOut
    new: PartyOut | None
    fault: Fault
    paid_by: Fault
    cost_dong: int
    asked_by: str
    at: datetime


class RedirectionList(Out):
    """Every recall and change of address of one item."""

    data: list[RedirectionOut]


def standing_out(standing: Standing) -> dict[str, Any]:
    """Return a standing as it is shown."""
    return {
        "consignment": consignment_out(standing.consignment),
        "invitations": [asdict(invitation) for invitation in standing.invitations],
        "wanted": standing.wanted,
        "next_invitation_on": standing.next_invitation_on,
        "return_from": standing.return_from,
    }


def redirection_out(asked: Redirection) -> dict[str, Any]:
    """Return a redirection as it is shown."""
    return {**asdict(asked), "paid_by": asked.paid_by}
