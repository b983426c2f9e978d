"""Items that can be neither delivered nor returned, and how far the lawful end of each has come.

An item leaves the public list when it leaves the state `unclaimed`, whichever way: nothing is closed by hand.

Used by: ending, tracking.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from postgw.domain.consignment import Consignment
from postgw.domain.undeliverable import Undeliverable

from . import consignments
from .database import Session

_OWN = "(SELECT id FROM consignment WHERE consignment_no = $1)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publicised:
    """One line of the public list: a number and an office, nobody's name."""

    row: int
    number: str
    office: str
    entry: Undeliverable


async def add(tx: Session, consignment_no: str, entry: Undeliverable, *, office: str, actor: str, at: datetime) -> None:
    """Keep a declaration; the first one stands."""
    await tx.run(
        "INSERT INTO undeliverable (consignment_id, ground, office, accepted_on, declared_on, declared_at, declared_by)"
        f" VALUES ({_OWN}, $2, $3, $4, $5, $6, $7) ON CONFLICT (consignment_id) DO NOTHING",
        consignment_no, entry.ground, office, entry.accepted_on, entry.declared_on, at, actor,
    )  # fmt: skip


async def of(session: Session, consignment_no: str) -> Undeliverable | None:
    """Return the record of a consignment."""
    row = await session.row(f"SELECT * FROM undeliverable WHERE consignment_id = {_OWN}", consignment_no)
    return _entry(row) if row else None


async def change(tx: Session, consignment_no: str, entry: Undeliverable) -> None:
    """Keep the request to the issuing agency, and its answer."""
    await tx.run(
        "UPDATE undeliverable SET requested_on = $2, requested_of = $3, request_no = $4, answer = $5,"
        f" answered_on = $6, answer_no = $7 WHERE consignment_id = {_OWN}",
        consignment_no, entry.requested_on, entry.requested_of, entry.request_no, entry.answer, entry.answered_on,
        entry.answer_no,
    )  # fmt: skip


async def publicised(session: Session, *, after: int, limit: int) -> list[Publicised]:
    """Return what stands on the public list, the oldest first."""
    rows = await session.rows(
        "SELECT u.*, c.consignment_no, c.item_no, COALESCE(o.name, u.office) AS office_name FROM undeliverable u"
        " JOIN consignment c ON c.id = u.consignment_id LEFT JOIN unit o ON o.code = u.office"
        f" WHERE u.id > $1 AND c.live AND c.state = 'unclaimed' ORDER BY u.id LIMIT {int(limit)}",
        after,
    )  # fmt: skip
    return [
        Publicised(
            row=row["id"], number=row["item_no"] or row["consignment_no"], office=row["office_name"], entry=_entry(row)
        )
        for row in rows
    ]


async def open_ones(session: Session, *, after: int, limit: int) -> list[tuple[int, Consignment, Undeliverable, str]]:
    """Return the open records with their consignments, and the step that was last told of."""
    rows = await session.rows(
        "SELECT u.*, c.consignment_no FROM undeliverable u JOIN consignment c ON c.id = u.consignment_id"
        f" WHERE u.id > $1 AND c.live AND c.state = 'unclaimed' ORDER BY u.id LIMIT {int(limit)}",
        after,
    )
    found = await consignments.several(session, [row["consignment_no"] for row in rows])
    return [(row["id"], found[row["consignment_no"]], _entry(row), row["told_step"]) for row in rows]


async def told(tx: Session, row: int, step: str) -> bool:
    """Note which step was told of; false when another process told of it meanwhile."""
    noted = await tx.row(
        "UPDATE undeliverable SET told_step = $2 WHERE id = $1 AND told_step <> $2 RETURNING id", row, step
    )
    return noted is not None


def _entry(row: dict[str, Any]) -> Undeliverable:
    accepted, declared = _day(row["accepted_on"]), _day(row["declared_on"])
    assert accepted is not None  # the columns may not be empty
    assert declared is not None
    return Undeliverable(
        ground=row["ground"], accepted_on=accepted, declared_on=declared, requested_on=_day(row["requested_on"]),
        requested_of=row["requested_of"], request_no=row["request_no"], answer=row["answer"],
        answered_on=_day(row["answered_on"]), answer_no=row["answer_no"],
    )  # fmt: skip


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
