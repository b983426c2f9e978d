"""Versions of labels, void or in force, and the ranges of item numbers that the post lent us."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from postgw.domain import item_number
from postgw.domain.consignment import Consignment

from . import consignments
from .database import Session, moment


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelVersion:
    """What one version of a label says, as a digest, and since when it is void."""

    version: int
    digest: str
    content: str
    drawn_at: datetime
    void_at: datetime | None
    void_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLabel:
    """A version of a label about to be drawn."""

    consignment_id: int
    version: int
    digest: str
    content: str


async def draw(tx: Session, drawn: Sequence[NewLabel], *, actor: str, at: datetime) -> None:
    """Note that versions were drawn; what is noted already stays as it was."""
    columns = (
        ("consignment_id", "bigint"), ("version", "int"), ("digest", "text"), ("content", "text"),
        ("drawn_at", "timestamptz"), ("drawn_by", "text"),
    )  # fmt: skip
    rows = [(label.consignment_id, label.version, label.digest, label.content, at, actor) for label in drawn]
    await tx.insert_many("label", columns, rows, tail="ON CONFLICT (consignment_id, version) DO NOTHING")


async def in_force(session: Session, numbers: Sequence[str]) -> dict[str, tuple[int, str | None]]:
    """Return, by consignment number, its row and what the version in force says, if it was drawn."""
    rows = await session.rows(
        "SELECT c.id, c.consignment_no, l.content FROM consignment c LEFT JOIN label l ON l.consignment_id = c.id"
        f" AND l.version = c.version AND l.void_at IS NULL WHERE c.consignment_no {session.among(1)}",
        list(numbers),
    )
    return {row["consignment_no"]: (row["id"], row["content"]) for row in rows}


async def to_draw(session: Session, names: Sequence[str]) -> dict[str, tuple[Consignment, int, str | None]]:
    """Return, by the names asked for, consignments with their row and what the version in force says."""
    among = session.among(1)
    rows = await session.rows(
        f"SELECT {consignments.COLUMNS}, l.content {consignments.FROM} LEFT JOIN label l ON l.consignment_id = c.id"
        f" AND l.version = c.version AND l.void_at IS NULL WHERE c.consignment_no {among} OR c.item_no {among}",
        list(names),
    )
    found = {
        name: (consignments.from_row(row), row["id"], row["content"])
        for row in rows
        for name in (row["consignment_no"], row["item_no"])
    }
    return {name: found[name] for name in names if name in found}


async def versions(session: Session, consignment_no: str) -> tuple[LabelVersion, ...]:
    """Return every version of a consignment's label that was drawn."""
    rows = await session.rows(
        "SELECT * FROM label WHERE consignment_id = (SELECT id FROM consignment WHERE consignment_no = $1)"
        " ORDER BY version",
        consignment_no,
    )
    return tuple(_from_row(row) for row in rows)


def _from_row(row: dict[str, Any]) -> LabelVersion:
    return LabelVersion(
        version=row["version"], digest=row["digest"], content=row["content"], drawn_at=moment(row["drawn_at"]),  # type: ignore[arg-type]
        void_at=moment(row["void_at"]), void_reason=row["void_reason"] or "",
    )  # fmt: skip


async def void(tx: Session, consignment_no: str, *, reason: str, at: datetime) -> None:
    """Make every version drawn so far void."""
    await tx.run(
        "UPDATE label SET void_at = $2, void_reason = $3 WHERE void_at IS NULL"
        " AND consignment_id = (SELECT id FROM consignment WHERE consignment_no = $1)",
        consignment_no, at, reason,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class LentRange:
    """Item numbers from `first` to `last` (serials), of which `taken` are given away."""

    indicator: str
    first: int
    last: int
    taken: int
    account: str


async def lend(
    tx: Session, indicator: str, first: int, last: int, account: str, *, actor: str, at: datetime
) -> LentRange | None:
    """Keep a lent range; return the range that overlaps it instead, if one does."""
    await tx.queue_for("lent_range")
    rows = await tx.rows(
        "SELECT * FROM lent_range WHERE indicator = $1 AND first_serial <= $3 AND last_serial >= $2",
        indicator,
        first,
        last,
    )
    if rows:
        return _range(rows[0])
    await tx.run(
        "INSERT INTO lent_range (indicator, first_serial, last_serial, next_serial, account, lent_at, lent_by)"
        " VALUES ($1, $2, $3, $2, $4, $5, $6)",
        indicator, first, last, account, at, actor,
    )  # fmt: skip
    return None


async def take(tx: Session, account: str) -> str:
    """Take the next unused item number lent to an account; empty when there is none left. Never the same one twice."""
    row = await tx.row(
        "UPDATE lent_range SET next_serial = next_serial + 1 WHERE id = (SELECT id FROM lent_range"
        f" WHERE account = $1 AND next_serial <= last_serial ORDER BY id LIMIT 1{tx.for_update})"
        " RETURNING indicator, next_serial - 1 AS serial",
        account,
    )
    return item_number.from_serial(row["indicator"], row["serial"]) if row else ""


async def ranges(session: Session) -> tuple[LentRange, ...]:
    """Return every lent range."""
    return tuple(_range(row) for row in await session.rows("SELECT * FROM lent_range ORDER BY id"))


async def pace(session: Session, *, since: datetime, limit: int) -> tuple[dict[str, int], datetime | None]:
    """Return how many lent numbers each account used lately, and since when that is.

    Only the newest `limit` numbers are looked at, so that five years of them cost nothing.
    """
    rows = await session.rows(
        "SELECT b.bound_at, b.source, c.account FROM (SELECT consignment_no, bound_at, source FROM binding"
        f" ORDER BY id DESC LIMIT {int(limit)}) b LEFT JOIN consignment c ON c.consignment_no = b.consignment_no"
    )
    moments = [(moment(row["bound_at"]), row) for row in rows]
    recent = [(at, row) for at, row in moments if at and at >= since]
    counts = Counter(row["account"] for _, row in recent if row["source"] == "range")
    is_whole = len(recent) < limit
    return dict(counts), since if is_whole and recent else min((at for at, _ in recent), default=None)


def _range(row: dict[str, Any]) -> LentRange:
    return LentRange(
        indicator=row["indicator"], first=row["first_serial"], last=row["last_serial"],
        taken=row["next_serial"] - row["first_serial"], account=row["account"],
    )  # fmt: skip
