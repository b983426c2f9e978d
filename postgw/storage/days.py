"""What waits for a unit, counted in one statement, and the lists behind the numbers: the same condition makes both.

Each `Source` (`day_sources`) names the rows of one kind of work. `counted` asks for all of them together, so that the
page of the day costs one round trip however many kinds there are; `listed` asks for one of them, a page at a time. What
is live is a small part of what is kept, and every condition reaches it by an index:

- items by (desk, state, id), and by (office, state, id) of what lives
- lists of two hands by those not signed, receipts by those still open, remittances by those not yet counted
- cases and apologies by their state, what desks' systems sent by its state, old papers by those still asked for

Stands on: day_sources. Used by: services.day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from .consignments import by_delivery
from .database import Session, moment
from .day_sources import DONE, ITEM, OF_ITEM, SOURCES, Source

Kind = Literal["desk", "office", "all"]

#: An OFFSET keeps PostgreSQL from turning this round and beginning with all that was ever seen at the office.
_SEEN = "EXISTS (SELECT 1 FROM scan s WHERE s.consignment_id = c.id AND s.office = $1 LIMIT 1 OFFSET 0)"
#: Not by the index of the office, which holds all its years: those of the day are few.
_THERE = " AND s.office || '' = $1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """Whose work, and at which moment."""

    unit: str
    kind: Kind
    today: date
    silent_before: Mapping[str, datetime]  #: by state: heard of earlier than this, it stands still
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many there are of one kind of work, what is due first, and how much money it is."""

    count: int
    due_on: date | None
    due_at: datetime | None
    first: str
    note: str
    dong: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of a list of work."""

    number: str
    item: str
    dossier: str
    state: str
    note: str
    due_on: date | None
    due_at: datetime | None
    dong: int


def _silent(whose: Whose, values: list[Any]) -> str:
    told = []
    for state, before in whose.silent_before.items():
        values.append(before)
        told.append(f"(c.state = '{state}' AND COALESCE(c.heard_at, c.created_at) < ${len(values)})")
    states = ", ".join(f"'{state}'" for state in whose.silent_before)
    return f"(c.state IN ({states}) AND ({' OR '.join(told)}))"


def wanted(whose: Whose) -> tuple[str, ...]:
    """Return the kinds of work that such a unit has, and whoever looks may see."""
    return tuple(name for name, source in SOURCES.items() if whose.kind in source.mine and source.scope in whose.scopes)


async def counted(session: Session, whose: Whose) -> dict[str, Counted]:
    """Return every kind of work of which there is any, in one statement."""
    values: list[Any] = [whose.unit, whose.today]
    silent = _silent(whose, values)
    parts = []
    for name in wanted(whose):
        source = SOURCES[name]
        where = source.where.replace("{silent}", silent)
        first = f"COALESCE(CAST({source.due} AS text), '~') || '|' || {source.number} || '|' || {source.note}"
        parts.append(
            f"SELECT '{name}' AS job, count(*) AS n, CAST(min({source.due}) AS text) AS due, min({first}) AS first,"
            f" CAST(COALESCE(sum({source.dong}), 0) AS bigint) AS dong FROM {source.tables}"
            f" WHERE {where} AND {source.mine[whose.kind]}"
        )
    rows = await session.rows(f"{' UNION ALL '.join(parts)}{_spent(values, session)}", *values) if parts else []
    return {row["job"]: _counted(row) for row in rows if row["n"]}


def _spent(values: Sequence[Any], session: Session) -> str:
    """Return a branch without a row that names every value: PostgreSQL wants the type of each that it is handed."""
    types = ["text", "date", *["timestamptz"] * (len(values) - 2)]
    if session.sqlite:
        return ""
    named = " AND ".join(f"CAST(${n} AS {kind}) IS NULL" for n, kind in enumerate(types, 1))
    return f" UNION ALL SELECT '', 0, NULL, NULL, CAST(0 AS bigint) WHERE {named}"


def _counted(row: Mapping[str, Any]) -> Counted:
    _, _, tail = (row["first"] or "~||").partition("|")
    number, _, note = tail.partition("|")
    due_on, due_at = _due(row["due"])
    return Counted(count=row["n"], due_on=due_on, due_at=due_at, first=number, note=note, dong=int(row["dong"]))


def _due(text: str | None) -> tuple[date | None, datetime | None]:
    """Return a day, or a moment, from what a database writes of it."""
    if not text:
        return None, None
    return (date.fromisoformat(text), None) if len(text) == len("2026-11-23") else (None, moment(text))


async def listed(session: Session, name: str, whose: Whose, *, skip: int, limit: int) -> list[Line]:
    """Return a page of one kind of work, what is due first on top."""
    values: list[Any] = [whose.unit, whose.today]
    source = SOURCES[name]
    where = source.where.replace("{silent}", _silent(whose, values) if "{silent}" in source.where else "")
    return await _lines(session, source, where, source.mine[whose.kind], values, skip=skip, limit=limit)


async def _lines(
    session: Session, source: Source, where: str, mine: str, values: list[Any], *, skip: int, limit: int
) -> list[Line]:
    spent = " AND (CAST($2 AS date) IS NOT NULL OR true)"  # each value must stand in the statement that it is handed to
    rows = await session.rows(
        f"SELECT {source.number} AS number, {source.item} AS item, {source.dossier} AS dossier,"
        f" {source.state} AS state,"
        f" {source.note} AS note, CAST({source.due} AS text) AS due, {source.dong} AS dong FROM {source.tables}"
        f" WHERE {where} AND {mine}{spent} ORDER BY COALESCE(CAST({source.due} AS text), '~'), {source.order}"
        f" LIMIT {int(limit)} OFFSET {int(skip)}",
        *values,
    )
    return [_line(row) for row in rows]


def _line(row: Mapping[str, Any]) -> Line:
    due_on, due_at = _due(row["due"])
    return Line(
        number=row["number"] or "", item=row["item"] or "", dossier=row["dossier"] or "", state=row["state"] or "",
        note=row["note"] or "", due_on=due_on, due_at=due_at, dong=row["dong"],
    )  # fmt: skip


def _happened(session: Session, source: Source, whose: Whose, since: str, until: str) -> Source:
    """Return the rows of what happened to a unit's items between two values."""
    said = {
        "{since}": since, "{until}": until, "{seen}": _SEEN, "{there}": _THERE if whose.kind == "office" else "",
        "{by}": by_delivery(session),
    }  # fmt: skip

    def filled(text: str) -> str:
        for name, value in said.items():
            text = text.replace(name, value)
        return text

    return replace(
        source, tables=filled(source.tables), where=filled(source.where), due=filled(source.due),
        mine={whose.kind: filled(source.mine[whose.kind])},
    )  # fmt: skip


async def done(session: Session, whose: Whose, spans: Sequence[tuple[datetime, datetime]]) -> dict[str, list[int]]:
    """Return how often each thing happened in each of some spans of time, in one statement."""
    values: list[Any] = [whose.unit]
    parts = []
    for n, span in enumerate(spans):
        values += span
        since, until = f"${len(values) - 1}", f"${len(values)}"
        for name, source in DONE.items():
            rows = _happened(session, source, whose, since, until)
            parts.append(
                f"SELECT '{name}' AS job, {n} AS span, count(*) AS n FROM {rows.tables}"
                f" WHERE {rows.where} AND {rows.mine[whose.kind]}"
            )
    found = {name: [0] * len(spans) for name in DONE}
    for row in await session.rows(" UNION ALL ".join(parts), *values):
        found[row["job"]][row["span"]] = row["n"]
    return found


async def happened(
    session: Session, name: str, whose: Whose, span: tuple[datetime, datetime], *, skip: int, limit: int
) -> list[Line]:
    """Return a page of what happened in a span of time, the first on top."""
    source = _happened(session, DONE[name], whose, "$3", "$4")
    return await _lines(
        session, source, source.where, source.mine[whose.kind], [whose.unit, whose.today, *span], skip=skip, limit=limit
    )


async def invitations(session: Session, whose: Whose) -> list[tuple[int, date | None, int]]:
    """Return, of what was tried in vain, how many were invited so often and last on this day."""
    rows = await session.rows(
        "SELECT called.times, called.last_on, count(*) AS n FROM (SELECT (SELECT count(*) FROM invitation i"
        " WHERE i.consignment_id = c.id) AS times, (SELECT max(i.invited_on) FROM invitation i"
        f" WHERE i.consignment_id = c.id) AS last_on FROM {ITEM} WHERE {SOURCES['attempted'].where}"
        f" AND {OF_ITEM[whose.kind]}) AS called"
        " GROUP BY called.times, called.last_on",
        whose.unit,
    )  # fmt: skip
    return [(row["times"], _day(row["last_on"]), row["n"]) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """One coming of the post today, or a list of two hands that belongs to none, and how far it is."""

    pickup_no: str
    desk: str
    office: str
    from_time: str
    to_time: str
    manifest_no: str
    direction: str
    state: str  #: of the list: open, closed, signed; empty where there is none
    lines: int
    counted: int


async def trips(session: Session, whose: Whose, *, limit: int) -> list[Trip]:
    """Return the comings of the post today with their lists, the first on top."""
    mine = {"desk": "p.desk = $1", "office": "p.office = $1", "all": "$1 = ''"}[whose.kind]
    rows = await session.rows(
        "SELECT p.pickup_no, p.desk, p.office, p.from_time, p.to_time, COALESCE(m.manifest_no, '') AS manifest_no,"
        " COALESCE(m.direction, '') AS direction, COALESCE(m.state, '') AS state, count(l.id) AS lines,"
        " count(CASE WHEN l.outcome <> 'expected' THEN 1 END) AS counted FROM pickup p"
        " LEFT JOIN manifest m ON m.pickup_no = p.pickup_no LEFT JOIN manifest_line l ON l.manifest_id = m.id"
        f" WHERE p.on_date = $2 AND p.state = 'booked' AND {mine}"
        " GROUP BY p.id, p.pickup_no, p.desk, p.office, p.from_time, p.to_time, m.id, m.manifest_no, m.direction,"
        f" m.state ORDER BY p.from_time, p.id, m.id LIMIT {int(limit)}",
        whose.unit, whose.today,
    )  # fmt: skip
    return [Trip(**row) for row in rows]


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
