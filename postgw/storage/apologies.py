"""Apologies in and out, and the dossiers that will want one.

The watch asks which dossiers fall due without a result; what counts as a result stands in one place here, `_READY`.

Used by: lateness, watch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from postgw.domain.apology import Apology, Figures, Letter
from postgw.domain.legal_day import legal_day

from . import day_serials, records
from .database import Session, moment

_COLUMNS = "a.*, d.dossier_no, d.returning_desk"
_FROM = "FROM apology a JOIN dossier d ON d.id = a.dossier_id"
#: The result of dossier `d` is there: nobody makes a consignment for its way home before.
_READY = (
    "(EXISTS (SELECT 1 FROM consignment r WHERE r.dossier_id = d.id AND r.leg = 'return' AND r.state <> 'cancelled')"
    " OR EXISTS (SELECT 1 FROM result x WHERE x.dossier_id = d.id))"
)
#: Dossier `d` was filed: at the counter, or by the record that both hands signed.
_FILED = (
    "(d.service_form = 'return' OR EXISTS (SELECT 1 FROM consignment s WHERE s.dossier_id = d.id AND s.leg = 'send'"
    " AND s.state = 'delivered'))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FallingDue:
    """A dossier that falls due without a result."""

    dossier_id: int
    dossier_no: str
    receiving_desk: str
    due_on: date


async def falling_due(session: Session, *, since: date, until: date, limit: int) -> tuple[FallingDue, ...]:
    """Return the filed dossiers that fall due in a period and have neither result nor apology, first due first.

    Only those whose result comes back by post: of the others nobody tells the gateway when it is ready.
    """
    rows = await session.rows(
        "SELECT d.id, d.dossier_no, d.receiving_desk, d.due_on FROM dossier d WHERE d.due_on >= $1 AND d.due_on <= $2"
        f" AND d.dossier_no IS NOT NULL AND d.service_form IN ('return', 'both') AND {_FILED} AND NOT {_READY}"
        " AND NOT EXISTS (SELECT 1 FROM apology a WHERE a.dossier_id = d.id"
        " AND (a.due_on = d.due_on OR a.state <> 'withdrawn'))"
        f" ORDER BY d.due_on, d.id LIMIT {int(limit)}",
        since, until,
    )  # fmt: skip
    return tuple(
        FallingDue(
            dossier_id=row["id"], dossier_no=row["dossier_no"], receiving_desk=row["receiving_desk"],
            due_on=_day(row["due_on"]),
        )
        for row in rows
    )  # fmt: skip


async def groundless(session: Session, *, limit: int) -> tuple[tuple[str, bool], ...]:
    """Return drafts that nobody needs any more, each with whether the result is there (else the due date changed)."""
    rows = await session.rows(
        f"SELECT a.apology_no, {_READY} AS ready {_FROM} WHERE a.state = 'draft'"
        f" AND ({_READY} OR d.due_on IS NULL OR d.due_on <> a.due_on) ORDER BY a.id LIMIT {int(limit)}"
    )
    return tuple((row["apology_no"], bool(row["ready"])) for row in rows)


async def others_due(session: Session, *, desk: str, on: date, but: int) -> bool:
    """Tell whether a desk has other results to hand over on a day."""
    row = await session.row(
        "SELECT 1 AS yes FROM dossier d WHERE d.due_on = $1 AND d.returning_desk = $2 AND d.id <> $3"
        " AND d.service_form IN ('return', 'both')"
        " AND NOT EXISTS (SELECT 1 FROM apology a WHERE a.dossier_id = d.id AND a.state = 'issued') LIMIT 1",
        on, desk, but,
    )  # fmt: skip
    return row is not None


async def is_ready(session: Session, dossier_id: int) -> bool:
    """Tell whether the result of a dossier is there."""
    row = await session.row(f"SELECT {_READY} AS ready FROM dossier d WHERE d.id = $1", dossier_id)
    return bool(row and row["ready"])


async def draft(tx: Session, dossier_id: int, *, desk: str, due_on: date, actor: str, at: datetime) -> str | None:
    """Keep a draft and return its number; nothing when the dossier has one."""
    await tx.queue_for("apology")
    prefix = f"XL-{legal_day(at):%y%m%d}-"
    serial = await day_serials.next_serial(tx, "apology", "apology_no", prefix)
    made = await tx.row(
        "INSERT INTO apology (apology_no, dossier_id, desk, due_on, drafted_at, drafted_by)"
        " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING apology_no",
        f"{prefix}{serial:03d}", dossier_id, desk, due_on, at, actor,
    )  # fmt: skip
    return made["apology_no"] if made else None


async def issue(tx: Session, apology: Apology, letter: Letter) -> None:
    """Keep what was issued."""
    await tx.run(
        "UPDATE apology SET state = 'issued', new_due_on = $2, reason = $3, in_time = $4, letter = $5, issued_at = $6,"
        " issued_by = $7, pickup_no = $8, old_pickup_no = $9 WHERE apology_no = $1 AND state = 'draft'",
        apology.apology_no, apology.new_due_on, apology.reason, apology.in_time, records.to_json(letter),
        apology.issued_at, apology.issued_by, apology.pickup_no, apology.old_pickup_no,
    )  # fmt: skip


async def withdraw(tx: Session, apology_no: str, *, reason: str, actor: str, at: datetime) -> None:
    """Withdraw a draft; one that is withdrawn or issued stays as it is."""
    await tx.run(
        "UPDATE apology SET state = 'withdrawn', withdrawn_at = $2, withdrawn_by = $3, withdrawn_reason = $4"
        " WHERE apology_no = $1 AND state = 'draft'",
        apology_no, at, actor, reason,
    )  # fmt: skip


async def find(session: Session, apology_no: str, *, lock: bool = False) -> tuple[int, Apology, Letter | None] | None:
    """Return one apology with the row of its dossier and, once issued, its letter."""
    if lock:  # the dossier first, here as everywhere
        await session.run(
            "SELECT id FROM dossier WHERE id = (SELECT dossier_id FROM apology WHERE apology_no = $1)"
            f"{session.for_update}",
            apology_no,
        )
    suffix = session.for_update.replace("UPDATE", "UPDATE OF a") if lock else ""
    row = await session.row(f"SELECT {_COLUMNS} {_FROM} WHERE a.apology_no = $1{suffix}", apology_no)
    return (row["dossier_id"], _apology(row), _letter(row["letter"])) if row else None


async def of_dossier(session: Session, dossier_id: int, *, state: str) -> tuple[Apology, ...]:
    """Return the apologies of a dossier in a state, first drafted first."""
    rows = await session.rows(
        f"SELECT {_COLUMNS} {_FROM} WHERE a.dossier_id = $1 AND a.state = $2 ORDER BY a.id", dossier_id, state
    )
    return tuple(_apology(row) for row in rows)


async def listed(session: Session, *, state: str, desk: str, before: int, limit: int) -> list[tuple[int, Apology]]:
    """Return apologies, newest first, with the row number from which the next page goes on."""
    wheres, values = ["a.id < $1"], [before or 2**62]
    for condition, value in (("a.state = {n}", state), ("(a.desk = {n} OR d.returning_desk = {n})", desk)):
        if value:
            values.append(value)  # type: ignore[arg-type]
            wheres.append(condition.format(n=f"${len(values)}"))
    rows = await session.rows(
        f"SELECT {_COLUMNS} {_FROM} WHERE {' AND '.join(wheres)} ORDER BY a.id DESC LIMIT {int(limit)}", *values
    )
    return [(row["id"], _apology(row)) for row in rows]


async def figures(session: Session, *, since: datetime, until: datetime, desk: str) -> tuple[Figures, ...]:
    """Return how many apologies each desk issued from one moment up to another."""
    where, values = (" AND desk = $3", [desk]) if desk else ("", [])
    rows = await session.rows(
        "SELECT desk, SUM(CASE WHEN in_time THEN 1 ELSE 0 END) AS early, count(*) AS n FROM apology"
        f" WHERE state = 'issued' AND issued_at >= $1 AND issued_at < $2{where} GROUP BY desk ORDER BY desk",
        since, until, *values,
    )  # fmt: skip
    return tuple(
        Figures(desk=row["desk"], in_time=int(row["early"]), late=int(row["n"]) - int(row["early"])) for row in rows
    )


async def consignments_of(session: Session, dossier_id: int) -> Sequence[str]:
    """Return the numbers of the consignments of a dossier."""
    rows = await session.rows("SELECT consignment_no FROM consignment WHERE dossier_id = $1 ORDER BY id", dossier_id)
    return [row["consignment_no"] for row in rows]


def _apology(row: dict[str, Any]) -> Apology:
    plain = (
        "apology_no", "desk", "returning_desk", "state", "reason", "drafted_by", "issued_by", "withdrawn_by",
        "withdrawn_reason", "pickup_no", "old_pickup_no",
    )  # fmt: skip
    return Apology(
        **{name: row[name] for name in plain}, dossier_no=row["dossier_no"] or "", due_on=_day(row["due_on"]),
        new_due_on=_day(row["new_due_on"]) if row["new_due_on"] else None,
        in_time=None if row["in_time"] is None else bool(row["in_time"]),
        drafted_at=moment(row["drafted_at"]),  # type: ignore[arg-type]
        issued_at=moment(row["issued_at"]), withdrawn_at=moment(row["withdrawn_at"]),
    )  # fmt: skip


def _letter(text: str | None) -> Letter | None:
    if text is None:
        return None
    data = records.from_json(text)
    return Letter(**{**data, "received_on": date.fromisoformat(data["received_on"])})


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
