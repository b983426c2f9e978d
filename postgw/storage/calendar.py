"""What moves the transit clocks of this province: degraded days, and the post area of each commune.

A degraded day is declared with author and reason, and undone the same way; its row stays. A zone is a dated row, and
the one in force on the day of acceptance counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from postgw.domain.tariff_zone import KnownZone
from postgw.domain.time_limit import Zone
from postgw.domain.working_calendar import DegradedEntry, DegradedSpan

from . import day_serials, records
from .database import Session, moment


async def declare(tx: Session, entry: DegradedEntry) -> None:
    """Keep a new entry."""
    span = entry.span
    await tx.run(
        "INSERT INTO calendar_entry (entry_no, kind, title, first_on, last_on, communes, reason, declared_at,"
        " declared_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        span.entry_no, span.kind, span.title, span.first_on, span.last_on, records.to_json(sorted(span.communes)),
        entry.reason, entry.declared_at, entry.declared_by,
    )  # fmt: skip


async def next_serial(session: Session, prefix: str) -> int:
    """Return the next serial of the entries whose numbers begin with `prefix`."""
    return await day_serials.next_serial(session, "calendar_entry", "entry_no", prefix)


async def undo(tx: Session, entry_no: str, *, reason: str, actor: str, at: datetime) -> None:
    """Take an entry back; one that was taken back before stays as it is."""
    await tx.run(
        "UPDATE calendar_entry SET undone_at = $2, undone_by = $3, undone_reason = $4"
        " WHERE entry_no = $1 AND undone_at IS NULL",
        entry_no, at, actor, reason,
    )  # fmt: skip


async def entry(session: Session, entry_no: str) -> DegradedEntry | None:
    """Return one entry."""
    row = await session.row("SELECT * FROM calendar_entry WHERE entry_no = $1", entry_no)
    return _entry(row) if row else None


async def entries(session: Session, *, before: int, limit: int) -> list[tuple[int, DegradedEntry]]:
    """Return entries, newest first, with the row number from which the next page goes on."""
    rows = await session.rows(
        f"SELECT * FROM calendar_entry WHERE id < $1 ORDER BY id DESC LIMIT {int(limit)}", before or 2**62
    )
    return [(row["id"], _entry(row)) for row in rows]


async def degraded(session: Session, *, since: date) -> tuple[DegradedSpan, ...]:
    """Return the spans that hold and have not ended before a day."""
    rows = await session.rows(
        "SELECT * FROM calendar_entry WHERE last_on >= $1 AND undone_at IS NULL ORDER BY first_on, id", since
    )
    return tuple(_entry(row).span for row in rows)


async def put_zones(tx: Session, zones: Sequence[Zone], *, valid_from: date, author: str, reason: str) -> None:
    """Keep the areas of communes from a day on; what began before stays as it was."""
    columns = (
        ("commune_code", "text"), ("area", "text"), ("province", "text"), ("city_class", "text"),
        ("valid_from", "date"), ("author", "text"), ("reason", "text"),
    )  # fmt: skip
    rows = [(z.commune_code, z.area, z.province, z.city_class, valid_from, author, reason) for z in zones]
    await tx.insert_many("zone", columns, rows, tail="ON CONFLICT (commune_code, valid_from) DO NOTHING")


async def zones(session: Session, commune_codes: Sequence[str]) -> dict[str, tuple[tuple[date, Zone], ...]]:
    """Return the zones of communes with the days from which they hold, newest first."""
    rows = await session.rows(
        "SELECT commune_code, area, province, city_class, valid_from FROM zone"
        f" WHERE commune_code {session.among(1)} ORDER BY commune_code, valid_from DESC",
        list(commune_codes),
    )  # fmt: skip
    found: dict[str, tuple[tuple[date, Zone], ...]] = {}
    for row in rows:
        begun = _day(row.pop("valid_from"))
        found[row["commune_code"]] = (*found.get(row["commune_code"], ()), (begun, Zone(**row)))
    return found


_ZONE = "z.commune_code, z.area, z.province, z.city_class, z.valid_from, z.author, z.reason"


async def zones_on(session: Session, *, on: date, province: str = "", after: str = "", limit: int) -> list[KnownZone]:
    """Return the zone of each commune as it stands on a day, in the order of commune codes, beyond `after`."""
    rows = await session.rows(
        f"SELECT {_ZONE} FROM zone z WHERE z.valid_from = (SELECT max(q.valid_from) FROM zone q"
        " WHERE q.commune_code = z.commune_code AND q.valid_from <= $1) AND z.commune_code > $2"
        f" AND ($3 = '' OR z.province = $3) ORDER BY z.commune_code LIMIT {int(limit)}",
        on, after, province,
    )  # fmt: skip
    return [_known_zone(row) for row in rows]


async def zone_history(session: Session, commune_codes: Sequence[str]) -> list[KnownZone]:
    """Return every zone that these communes had or will have, newest first."""
    rows = await session.rows(
        f"SELECT {_ZONE} FROM zone z WHERE z.commune_code {session.among(1)} ORDER BY z.valid_from DESC",
        list(commune_codes),
    )
    return [_known_zone(row) for row in rows]


def _known_zone(row: dict[str, Any]) -> KnownZone:
    begun = {"valid_from": _day(row.pop("valid_from")), "author": row.pop("author"), "reason": row.pop("reason")}
    return KnownZone(zone=Zone(**row), **begun)


def _entry(row: dict[str, Any]) -> DegradedEntry:
    span = DegradedSpan(
        entry_no=row["entry_no"], kind=row["kind"], title=row["title"], first_on=_day(row["first_on"]),
        last_on=_day(row["last_on"]), communes=frozenset(records.from_json(row["communes"])),
    )  # fmt: skip
    declared_at = moment(row["declared_at"])
    assert declared_at is not None  # the column may not be empty
    return DegradedEntry(
        span=span, reason=row["reason"], declared_at=declared_at, declared_by=row["declared_by"],
        undone_at=moment(row["undone_at"]), undone_by=row["undone_by"], undone_reason=row["undone_reason"],
    )  # fmt: skip


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
