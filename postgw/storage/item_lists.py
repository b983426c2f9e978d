"""Lists of consignments, newest first, that open as fast out of a hundred thousand as out of a hundred.

A list walks one index backwards from where the last page ended and stops when the page is full: by (desk, id), with a
state by (desk, state, id), at a post office by what was scanned there. What is rare would make a long walk, so it has
an index of its own: the legs between desks, and at a post office every state but that of nearly all, which is walked
by (state, id). What ends at a desk is a second walk, for no index can be walked along two columns at once. A day is
first turned into the row numbers of its first and last consignment.

Used by: consignments, services.enquiry.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from postgw.domain.dossier_number import lookup_key
from postgw.domain.legal_day import VIETNAM

from .database import Session

_RARE_LEGS = ("transfer", "withdrawal")
#: No state, or the one in which nearly all of history stands.
_OF_NEARLY_ALL = ("", "delivered")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sieve:
    """Which consignments a list is to hold; an empty field sets no condition."""

    state: str = ""
    leg: str = ""
    dossier_no: str = ""
    bag_no: str = ""
    on: date | None = None  #: made on this day


async def ids(session: Session, sieve: Sieve, *, unit: str, kind: str, before: int, limit: int) -> list[int]:
    """Return the row numbers of a page."""
    values: list[Any] = [before or 2**62]
    span = " AND c.id < $1"
    if sieve.on:
        made = await _of_day(session, sieve.on)
        if made is None:
            return []
        span += f" AND c.id >= ${len(values) + 1} AND c.id <= ${len(values) + 2}"
        values += made
    conditions = _conditions(sieve, values)
    few = bool(sieve.dossier_no or sieve.bag_no) or (kind == "office" and sieve.state not in _OF_NEARLY_ALL)
    if kind == "office" and not few:
        walks = _seen(span, conditions, place=len(values) + 1)
    else:
        walks = _walks(kind, span + conditions, few=few, place=len(values) + 1, limit=limit)
    if unit:
        values.append(unit)
    rows = await session.rows(f"{walks} ORDER BY id DESC LIMIT {int(limit)}", *values)
    return [row["id"] for row in rows]


def _conditions(sieve: Sieve, values: list[Any]) -> str:
    """Return what is asked of a consignment itself, and add the values that it names."""
    conditions = ""
    for column, value in (("state", sieve.state), ("leg", sieve.leg), ("bag_no", sieve.bag_no)):
        if value:
            values.append(value)
            conditions += f" AND c.{column} = ${len(values)}"
    if sieve.leg in _RARE_LEGS:
        conditions += f" AND c.leg IN {_RARE_LEGS}"
    if sieve.dossier_no:
        values.append(lookup_key(sieve.dossier_no))
        conditions += f" AND c.dossier_id IN (SELECT id FROM dossier WHERE number_key = ${len(values)})"
    return conditions


def _walks(kind: str, conditions: str, *, few: bool, place: int, limit: int) -> str:
    own = f"${place}"
    if kind == "all":
        return f"SELECT c.id FROM consignment c WHERE true{conditions}"
    if kind == "office":
        # An OFFSET keeps PostgreSQL from turning this round and beginning with all that was ever seen at the office.
        seen = f"EXISTS (SELECT 1 FROM scan s WHERE s.consignment_id = c.id AND s.office = {own} LIMIT 1 OFFSET 0)"
        return f"SELECT c.id FROM consignment c WHERE {seen}{conditions}"
    if few:
        return f"SELECT c.id FROM consignment c WHERE (c.desk = {own} OR c.to_desk = {own}){conditions}"
    tail = f"{conditions} ORDER BY c.id DESC LIMIT {int(limit)}"
    begins = f"SELECT c.id FROM consignment c WHERE c.desk = {own}{tail}"
    ends = f"SELECT c.id FROM consignment c WHERE c.to_desk = {own} AND c.to_desk <> '' AND c.desk <> {own}{tail}"
    return f"SELECT id FROM (SELECT * FROM ({begins}) AS one UNION ALL SELECT * FROM ({ends}) AS other) AS both_ends"


def _seen(span: str, conditions: str, *, place: int) -> str:
    """Return the walk along what was scanned at a post office, of which each consignment is looked at by itself.

    Joined, PostgreSQL would walk along all consignments beside it.
    """
    of_it = f" AND EXISTS (SELECT 1 FROM consignment c WHERE c.id = s.consignment_id{conditions} LIMIT 1 OFFSET 0)"
    return (
        f"SELECT DISTINCT s.consignment_id AS id FROM scan s WHERE s.office = ${place} AND s.office <> ''"
        f"{span.replace('c.id', 's.consignment_id')}{of_it if conditions else ''}"
    )


async def _of_day(session: Session, on: date) -> tuple[int, int] | None:
    """Return the first and the last row number of a day; nothing when none was made.

    The day is found first, by its index: asked for the smallest number alone, PostgreSQL begins at the oldest there is.
    """
    begin = datetime.combine(on, time(), tzinfo=VIETNAM)
    row = await session.row(
        "WITH made AS MATERIALIZED (SELECT id FROM consignment WHERE created_at >= $1 AND created_at < $2)"
        " SELECT min(id) AS first, max(id) AS last FROM made",
        begin, begin + timedelta(days=1),
    )  # fmt: skip
    return (row["first"], row["last"]) if row and row["first"] else None
