"""Pickups, manifests, bags and those who may sign.

Used by: api.handover, api.bags, api.signatories.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, time
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints

from postgw.domain.manifest import Manifest, Signatory

from .shapes import Code, Cursor, Day, In, Line, Moment, Number, Out, TimeOfDay

Direction = Literal["to_post", "to_desk"]
Outcome = Literal["expected", "ticked", "missing", "extra", "damaged"]
Side = Literal["giver", "taker"]
Way = Literal["screen", "paper"]
ManifestState = Literal["open", "closed", "signed"]
Unit = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Numbers = tuple[Number, ...]
MOST_LINES = 1000


class PickupIn(In):
    """When the post is asked to come."""

    desk: Unit
    office: Unit
    on: Day
    from_time: TimeOfDay
    to_time: TimeOfDay


class PickupQuery(In):
    """Which pickups are listed: a desk's, from a day on (today when none is named)."""

    model_config = ConfigDict(strict=False, extra="forbid", frozen=True, defer_build=True)

    desk: Unit
    since: Day | None = None


class PickupOut(Out):
    """The post's promise to come."""

    pickup_no: str
    desk: str
    office: str
    on: date
    from_time: time
    to_time: time
    state: str
    manifest_no: str


class PickupList(Out):
    """The pickups of a desk."""

    data: list[PickupOut]


class ManifestIn(In):
    """The list that is to be signed."""

    desk: Unit
    office: Unit
    direction: Direction
    numbers: Numbers = Field((), max_length=MOST_LINES)
    pickup_no: Code = ""


class NumbersIn(In):
    """Items by their numbers, ours or the post's."""

    numbers: Numbers = Field(min_length=1, max_length=MOST_LINES)


class TickIn(In):
    """One item counted; the manifest's own code counts all."""

    number: Number
    outcome: Literal["ticked", "missing", "damaged"] = "ticked"
    note: Line = ""


class SignatureIn(In):
    """One side's signature. On paper, the written time is typed in."""

    side: Side
    signatory_no: Number
    signed_at: Moment | None = None
    way: Way = "screen"


class ManifestQuery(Cursor):
    """Which manifests are listed."""

    state: ManifestState | Literal[""] = ""


class ManifestLineOut(Out):
    """One item on the list."""

    consignment_no: str
    outcome: Outcome
    note: str
    ticked_at: datetime | None
    ticked_by: str
    seal_no: str
    warnings: list[Literal["unsealed", "originals_owed"]] = Field(
        description="Còn thiếu gì trước khi giao bưu điện: chưa ghi niêm phong; còn nợ bản chính chưa xác nhận."
    )


class SignatureOut(Out):
    """One side's signature."""

    side: Side
    signatory: str
    name: str
    signed_at: datetime
    way: Way


class ManifestSummary(Out):
    """A manifest in a list."""

    manifest_no: str
    desk: str
    office: str
    direction: Direction
    state: ManifestState
    lines_count: int
    signed_at: datetime | None = Field(description="Thời điểm ký sau của hai bên; là thời điểm nộp hồ sơ theo luật.")


class ManifestOut(ManifestSummary):
    """A manifest with its lines and signatures."""

    lines: list[ManifestLineOut]
    signatures: list[SignatureOut]


class ManifestPage(Out):
    """A page of manifests."""

    data: list[ManifestSummary]
    next_cursor: str


class BagIn(In):
    """What is sealed together."""

    desk: Unit
    numbers: Numbers = Field(min_length=1, max_length=MOST_LINES)


class BagOut(Out):
    """Several consignments sealed together."""

    bag_no: str
    desk: str
    consignment_nos: list[str]
    sealed_at: datetime


class SignatoryIn(In):
    """Who is to sign for a unit, from a day on."""

    unit_kind: Literal["desk", "office"]
    unit: Unit
    name: str = Field(min_length=1, max_length=150)
    subject: Literal["dossiers", "fees"] = "dossiers"
    account: Code = ""
    valid_from: Day
    valid_to: Day | None = None


class SignatoryQuery(In):
    """Whose signatories are listed."""

    unit: Unit


class SignatoryOut(Out):
    """A person appointed to sign."""

    signatory_no: str
    unit_kind: Literal["desk", "office"]
    unit: str
    name: str
    subject: Literal["dossiers", "fees"]
    account: str


class SignatoryList(Out):
    """Those who may sign for a unit today."""

    data: list[SignatoryOut]


def pickup_out(pickup: object) -> dict[str, Any]:
    """Return a pickup as it is shown."""
    return {name: getattr(pickup, name) for name in PickupOut.model_fields}


def manifest_summary(manifest: Manifest) -> dict[str, Any]:
    """Return a manifest as lists show it."""
    return {
        "manifest_no": manifest.manifest_no,
        "desk": manifest.desk,
        "office": manifest.office,
        "direction": manifest.direction,
        "state": manifest.state,
        "lines_count": len(manifest.lines),
        "signed_at": manifest.signed_at(),
    }


def manifest_out(manifest: Manifest) -> dict[str, Any]:
    """Return a manifest with its lines and signatures."""
    return {
        **manifest_summary(manifest),
        "lines": [asdict(line) for line in manifest.lines],
        "signatures": [asdict(signature) for signature in manifest.signatures],
    }


def bag_out(bag: object) -> dict[str, Any]:
    """Return a bag as it is shown."""
    return {name: getattr(bag, name) for name in BagOut.model_fields}


def signatory_out(signatory: Signatory) -> dict[str, Any]:
    """Return a signatory as they are shown."""
    return {name: getattr(signatory, name) for name in SignatoryOut.model_fields}
