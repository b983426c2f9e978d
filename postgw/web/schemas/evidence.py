"""The evidence pack of a dossier, as it is shown and as a stranger's program checks it (`docs/evidence.md`).

Moments inside the content are texts with six digits of the second, because they are hashed as they stand.

Used by: api.evidence.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from .shapes import Leg, Out, ServiceForm, State


class ScanPart(Out):
    """One statement, without what may name a person."""

    source: str
    source_id: str
    witness: Literal["stated", "scanned", "signed"]
    code: str
    occurred_at: str
    received_at: str
    device_at: str | None
    office: str
    actor: str
    reason: str
    cancels: str
    bag_no: str
    manifest_no: str
    proved: bool
    raw_code: str
    flags: list[str]


class ChainLinkOut(Out):
    """One link of a chain."""

    seq: int
    previous_hash: str
    hash: str
    scan: ScanPart | None = Field(description="null khi sự kiện không còn trong cơ sở dữ liệu.")
    personal_digest: str
    salt: str = Field(description="Trống khi phần cá nhân đã xoá theo hạn lưu.")
    personal: dict[str, Any] | None


class ChainOut(Out):
    """One consignment and its chain."""

    consignment_no: str
    item_no: str
    leg: Leg
    issue: int
    desk: str
    to_desk: str
    state: State
    holder: str
    order: dict[str, Any] | None
    chain: list[ChainLinkOut]
    not_linked: int


class HandSideOut(Out):
    """One side of a handover."""

    unit: str
    unit_name: str
    person: str
    way: str
    signed_at: str | None


class HandoverRowOut(Out):
    """A row of form 06: who gave, who received, when."""

    consignment_no: str
    manifest_no: str
    direction: str
    outcome: str
    note: str
    signed_at: str | None
    giver: HandSideOut
    taker: HandSideOut


class EvidenceDossierOut(Out):
    """The dossier itself."""

    key: str
    dossier_no: str
    intake_ref: str
    procedure_code: str
    service_form: ServiceForm
    receiving_desk: str
    returning_desk: str
    resolving_agency: str
    applicant_name: str
    papers: list[dict[str, Any]]


class EvidenceContentOut(Out):
    """All that is kept; the digest covers it."""

    form: str
    rehearsal: bool
    dossier: EvidenceDossierOut
    consignments: list[ChainOut]
    handovers: list[HandoverRowOut]
    proofs: list[dict[str, Any]]
    invitations: list[dict[str, Any]]
    promises: list[dict[str, Any]]
    notices: list[dict[str, Any]]
    dates: list[dict[str, Any]]
    cases: list[dict[str, Any]]
    money: dict[str, Any]
    units: dict[str, str]


class SealOut(Out):
    """The seal that covers the newest link of the dossier."""

    sealed_on: str
    digest: str


class IssueOut(Out):
    """Under which circumstances the pack was issued."""

    issued_at: str
    issued_by: str
    seal: SealOut | None


class EvidenceOut(Out):
    """An evidence pack."""

    content: EvidenceContentOut
    content_sha256: str
    issue: IssueOut
