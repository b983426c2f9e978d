"""Warnings that were given, late cases that were opened, and how far each walk has come.

A walk looks at many rows a page at a time, by their id, and notes where it stopped in the transaction of what it wrote;
an empty page ends it, and the next one begins anew. A case is never rewritten: a reckoning that changed is a step.

Used by: watch, clocks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from postgw.domain.consignment import Consignment
from postgw.domain.lateness import News, Warned, WarningGiven

from . import cases, consignments, records
from .database import Session, moment

_STEP = "clock_moved"
#: The public post carries it, or has.
_CARRIED = "e.public_service AND e.state NOT IN ('registered', 'booked', 'cancelled')"


@dataclass(frozen=True, slots=True, kw_only=True)
class LateCase:
    """A late case that is not closed, and its newest reckoning."""

    id: int
    case_no: str
    consignment: Consignment
    facts: Mapping[str, Any]


async def walked(session: Session, name: str) -> int:
    """Return how far a walk has come."""
    row = await session.row("SELECT after FROM walk WHERE name = $1", name)
    return row["after"] if row else 0


async def walk_on(tx: Session, name: str, after: int) -> None:
    """Note how far a walk has come."""
    await tx.run(
        "INSERT INTO walk (name, after) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET after = $2", name, after
    )


async def under_watch(session: Session, *, after: int, limit: int, since: datetime) -> list[tuple[int, Consignment]]:
    """Return what the public post has in hand, or was done with after a moment, by row number."""
    # What lives and what ended lately, each by an index of its own: all that ever ended is never walked. What ended is
    # looked up before anything is put in order, or the planner walks every number there is for the first of them.
    ended = f"WHERE NOT e.live AND e.since_at >= $2 AND e.id > $1 AND {_CARRIED} AND e.state"
    delivered = f"SELECT e.id FROM consignment e {consignments.by_delivery(session)}{ended} = 'delivered'"
    page = f"ORDER BY id LIMIT {int(limit)}"
    found = (
        f"WITH ended AS MATERIALIZED ({delivered} UNION ALL SELECT e.id FROM consignment e {ended} <> 'delivered')"
        f" SELECT id FROM (SELECT * FROM (SELECT e.id FROM consignment e WHERE e.live AND e.id > $1 AND {_CARRIED} AND"
        f" (e.since_at >= $2 OR NOT (e.leg = 'return' AND (e.attempts > 0 OR e.state = 'held'))) {page}) AS lives"
        f" UNION ALL SELECT id FROM ended) AS next {page}"
    )
    return await consignments.where(session, f"c.id IN ({found})", since, after=after, limit=limit)


async def warned(session: Session, numbers: Sequence[str]) -> dict[str, tuple[Warned, ...]]:
    """Return the warnings that were given of consignments."""
    rows = await session.rows(
        "SELECT c.consignment_no, w.due_on, w.moved_to FROM warning w JOIN consignment c ON c.id = w.consignment_id"
        f" WHERE c.consignment_no {session.among(1)} ORDER BY w.id",
        list(numbers),
    )  # fmt: skip
    found: dict[str, tuple[Warned, ...]] = {}
    for row in rows:
        warning = Warned(due_on=_day(row["due_on"]), moved_to=_day(row["moved_to"]) if row["moved_to"] else None)
        found[row["consignment_no"]] = (*found.get(row["consignment_no"], ()), warning)
    return found


async def with_case(session: Session, numbers: Sequence[str]) -> frozenset[str]:
    """Return those consignments of which a late case was opened."""
    rows = await session.rows(
        f"SELECT once FROM case_file WHERE once {session.among(1)}", [late_key(number) for number in numbers]
    )
    return frozenset(row["once"].partition(":")[2] for row in rows)


def late_key(consignment_no: str) -> str:
    """Return what a late case is opened under, once for ever."""
    return f"late:{consignment_no}"


async def tell(tx: Session, consignment: Consignment, news: News, *, office: str, at: datetime) -> None:
    """Keep what is told of a due date; the consignment is locked by the caller."""
    own = "(SELECT id FROM consignment WHERE consignment_no = $1)"
    if news.kind == "due_soon":
        await tx.run(
            f"INSERT INTO warning (consignment_id, due_on, desk, office, given_at) VALUES ({own}, $2, $3, $4, $5)"
            " ON CONFLICT (consignment_id, due_on) DO NOTHING",
            consignment.consignment_no, news.due_on, consignment.desk, office, at,
        )  # fmt: skip
        return
    await tx.run(
        "UPDATE warning SET moved_to = CASE WHEN due_on = $2 THEN NULL ELSE $2 END, moved_at = $3"
        f" WHERE consignment_id = {own}",
        consignment.consignment_no, news.due_on, at,
    )  # fmt: skip


async def warnings(session: Session, *, unit: str, before: int, limit: int) -> list[WarningGiven]:
    """Return warnings, newest first, of one desk or post office or of all."""
    where, values = (" AND (w.desk = $2 OR w.office = $2)", [unit]) if unit else ("", [])
    rows = await session.rows(
        "SELECT w.*, c.consignment_no FROM warning w JOIN consignment c ON c.id = w.consignment_id"
        f" WHERE w.id < $1{where} ORDER BY w.id DESC LIMIT {int(limit)}",
        before or 2**62, *values,
    )  # fmt: skip
    return [
        WarningGiven(
            warning_no=row["id"], consignment_no=row["consignment_no"], desk=row["desk"], office=row["office"],
            due_on=_day(row["due_on"]), given_at=moment(row["given_at"]),  # type: ignore[arg-type]
            moved_to=_day(row["moved_to"]) if row["moved_to"] else None, moved_at=moment(row["moved_at"]),
        )
        for row in rows
    ]  # fmt: skip


async def lock_cases(tx: Session, ids: Sequence[int]) -> None:
    """Lock cases, so that one reckoning at a time is put beside them; what is read of them is read after this."""
    await tx.rows(f"SELECT id FROM case_file WHERE id {tx.among(1, 'bigint')} ORDER BY id{tx.for_update}", list(ids))


async def late_cases(session: Session, *, after: int, limit: int, only: Sequence[int] = ()) -> list[LateCase]:
    """Return late cases that are not closed, by id, each with its newest reckoning."""
    among, values = (f" AND f.id {session.among(2, 'bigint')}", [list(only)]) if only else ("", [])
    rows = await session.rows(
        "SELECT f.id, f.case_no, f.consignment_id, COALESCE((SELECT s.content FROM case_step s WHERE s.case_id = f.id"
        f" AND s.kind = '{_STEP}' ORDER BY s.seq DESC LIMIT 1), f.content) AS facts FROM case_file f"
        f" WHERE f.id > $1 AND f.kind = 'late' AND f.opened_by = 'gateway' AND f.closed_at IS NULL{among}"
        f" ORDER BY f.id LIMIT {int(limit)}",
        after, *values,
    )  # fmt: skip
    carried = await consignments.by_ids(session, [row["consignment_id"] for row in rows])
    return [
        LateCase(
            id=row["id"], case_no=row["case_no"], consignment=carried[row["consignment_id"]],
            facts=records.from_json(row["facts"]),
        )
        for row in rows
    ]  # fmt: skip


async def clock_moved(tx: Session, case_no: str, facts: Mapping[str, Any], *, at: datetime) -> None:
    """Put a new reckoning beside a case; the case is locked by the caller."""
    await cases.add_step(tx, case_no, _STEP, facts, at=at, actor="gateway")


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
