"""What is kept of one dossier, read for its page: each kind in one question, however many consignments there are.

Used by: services.overview.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, TypeVar

from . import records, told
from .database import Session, moment

_Kind = TypeVar("_Kind")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How the order for one consignment stands with the post."""

    state: str
    account: str
    message: str
    post_ref: str
    asked_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A version of a label that was drawn."""

    version: int
    drawn_at: datetime
    drawn_by: str
    void_at: datetime | None
    void_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message to the citizen, and what became of it."""

    kind: str  #: of the notice: the matter
    channel: str
    state: str
    reason: str
    sent_at: datetime
    told_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A handover record on which a consignment stands."""

    manifest_no: str
    desk: str
    office: str
    direction: str
    state: str
    outcome: str
    opened_at: datetime
    signed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """An invitation to the recipient."""

    ordinal: int
    invited_on: date
    way: str
    made_at: datetime
    made_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """A recall or another address; whose it is stays out."""

    kind: str
    reason: str
    fault: str
    cost_dong: int
    asked_at: datetime
    asked_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A closing of the envelope."""

    ordinal: int
    seal_no: str
    sealed_by: str
    packed_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """A case about one of the consignments."""

    case_no: str
    kind: str
    state: str
    due_on: date
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A receipt, and what became of its money."""

    receipt_no: str
    ledger: str
    consignment_no: str
    payer: str
    amount_dong: int
    collected_at: datetime
    remit_by: datetime | None
    cancelled_at: datetime | None
    remittance_no: str
    remitted_at: datetime | None
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A notice owed to a desk or another system."""

    kind: str
    channel: str
    target: str
    state: str
    owed_at: datetime
    heard_at: datetime | None


def _made(kind: type[_Kind], row: Mapping[str, Any]) -> _Kind:
    """Return a row as one of the kinds above: what ends in `_at` is a moment, in `_on` a day, and no text is none."""
    return kind(**{each.name: _value(each.name, row[each.name]) for each in fields(kind)})  # type: ignore[arg-type]


def _value(name: str, value: Any) -> Any:
    if name.endswith("_at") or name == "remit_by":
        return moment(value)
    if name.endswith("_on"):
        return records.day(value)
    return "" if value is None else value


async def _of_items(
    session: Session, kind: type[_Kind], table: str, ids: Sequence[int], *, order: str = "id"
) -> dict[int, list[_Kind]]:
    found: dict[int, list[_Kind]] = defaultdict(list)
    names = ", ".join(each.name for each in fields(kind))  # type: ignore[arg-type]
    sql = f"SELECT consignment_id, {names} FROM {table} WHERE consignment_id {session.among(1, 'bigint')}"
    for row in await session.rows(f"{sql} ORDER BY {order}", list(ids)):
        found[row["consignment_id"]].append(_made(kind, row))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Born:
    """When, and by whom, a consignment was registered, and its row."""

    id: int
    created_at: datetime
    created_by: str


async def born(session: Session, dossier_id: int) -> dict[str, Born]:
    """Return when each consignment of a dossier was registered."""
    rows = await session.rows(
        "SELECT id, consignment_no, created_at, created_by FROM consignment WHERE dossier_id = $1", dossier_id
    )
    return {row["consignment_no"]: _made(Born, row) for row in rows}


async def orders(session: Session, numbers: Sequence[str]) -> dict[str, Order]:
    """Return the orders for consignments."""
    rows = await session.rows(f"SELECT * FROM post_order WHERE consignment_no {session.among(1)}", list(numbers))
    return {row["consignment_no"]: _made(Order, row) for row in rows}


async def labels(session: Session, ids: Sequence[int]) -> Mapping[int, list[Drawn]]:
    """Return the label versions drawn for consignments, the first one first."""
    return await _of_items(session, Drawn, "label", ids)


async def messages(session: Session, numbers: Sequence[str]) -> Mapping[str, list[Sent]]:
    """Return the messages about consignments, oldest first; neither text nor address."""
    rows = await session.rows(
        "SELECT m.consignment_no, e.kind, m.channel, m.state, m.reason, m.sent_at, m.told_at FROM message m"
        f" LEFT JOIN event e ON e.notice_id = m.notice_id WHERE m.consignment_no {session.among(1)} ORDER BY m.id",
        list(numbers),
    )
    return _grouped(Sent, rows, "consignment_no")


async def manifests(session: Session, numbers: Sequence[str]) -> Mapping[str, list[Listed]]:
    """Return the handover records on which consignments stand, oldest first."""
    rows = await session.rows(
        "SELECT l.consignment_no, l.outcome, m.manifest_no, m.desk, m.office, m.direction, m.state,"
        " m.opened_at, m.signed_at"
        " FROM manifest_line l JOIN manifest m ON m.id = l.manifest_id"
        f" WHERE l.consignment_no {session.among(1)} ORDER BY m.id",
        list(numbers),
    )
    return _grouped(Listed, rows, "consignment_no")


def _grouped(kind: type[_Kind], rows: Sequence[Mapping[str, Any]], by: str) -> dict[str, list[_Kind]]:
    found: dict[str, list[_Kind]] = defaultdict(list)
    for row in rows:
        found[row[by]].append(_made(kind, row))
    return found


async def invitations(session: Session, ids: Sequence[int]) -> Mapping[int, list[Called]]:
    """Return the invitations to the recipients of consignments, the first one first."""
    return await _of_items(session, Called, "invitation", ids)


async def redirections(session: Session, ids: Sequence[int]) -> Mapping[int, list[Turned]]:
    """Return the recalls and changes of address of consignments, oldest first."""
    return await _of_items(session, Turned, "redirection", ids)


async def packings(session: Session, ids: Sequence[int]) -> Mapping[int, list[Sealed]]:
    """Return the closings of envelopes, the first one first; nobody's name."""
    return await _of_items(session, Sealed, "packing", ids)


async def cases(session: Session, ids: Sequence[int]) -> Mapping[int, list[OpenCase]]:
    """Return the cases about consignments, the newest first."""
    return await _of_items(session, OpenCase, "case_file", ids, order="id DESC")


async def failures(session: Session, ids: Sequence[int]) -> frozenset[int]:
    """Return the consignments of which a signed record of a failed delivery is kept."""
    rows = await session.rows(
        f"SELECT consignment_id FROM refusal WHERE consignment_id {session.among(1, 'bigint')}", list(ids)
    )
    return frozenset(row["consignment_id"] for row in rows)


async def receipts(session: Session, dossier_id: int) -> tuple[Taken, ...]:
    """Return the receipts of a dossier, oldest first."""
    rows = await session.rows(
        "SELECT r.*, m.remittance_no, m.remitted_at, m.confirmed_at"
        " FROM receipt r LEFT JOIN remittance m ON m.id = r.remittance_id WHERE r.dossier_id = $1 ORDER BY r.id",
        dossier_id,
    )
    return tuple(_made(Taken, row) for row in rows)


async def notices(session: Session, numbers: Sequence[str]) -> Mapping[str, list[Told]]:
    """Return the notices about consignments that are owed to desks and other systems, oldest first."""
    about = told.errands(f"o.subject {session.among(1)} AND o.channel IN ('desk', 'hook')")
    rows = await session.rows(
        f"SELECT o.*, o.created_at AS owed_at, o.done_at AS heard_at FROM {about} o ORDER BY o.id", list(numbers)
    )
    said = [(row, told.words_of(row)) for row in rows]
    return _grouped(Told, [{**row, "kind": notice.kind} for row, notice in said if notice], "subject")
