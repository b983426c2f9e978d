"""Trips as lists show them: each manifest of a unit with how many lines it has and what was found of them.

Counted in one statement for all that are shown. A unit is a desk or a post office, never both.

Stands on: manifests, consignments. Used by: services.trips.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from postgw.domain.consignment import Consignment
from postgw.domain.trip import TripCard, UnitKind

from . import consignments
from .database import Session, moment
from .manifests import Pickup, pickup_from_row


async def of_day(
    session: Session, unit: str, kind: UnitKind, *, begins: datetime, ends: datetime, limit: int
) -> tuple[TripCard, ...]:
    """Return what was opened on a day, the earliest first."""
    where, values = (f" AND {kind} = $3", [unit]) if unit else ("", [])
    rows = await session.rows(
        f"SELECT * FROM manifest WHERE opened_at >= $1 AND opened_at < $2{where}"
        f" ORDER BY opened_at, id LIMIT {int(limit)}",
        begins, ends, *values,
    )  # fmt: skip
    return await _cards(session, rows)


async def unfinished(session: Session, unit: str, kind: UnitKind, *, limit: int) -> tuple[TripCard, ...]:
    """Return what is open or not signed by both sides, the longest standing first."""
    where, values = (f" AND {kind} = $1", [unit]) if unit else ("", [])
    rows = await session.rows(
        f"SELECT * FROM manifest WHERE state IN ('open', 'closed'){where} ORDER BY id LIMIT {int(limit)}", *values
    )
    return await _cards(session, rows)


async def card(session: Session, manifest_no: str) -> TripCard:
    """Return one that is known to be there."""
    (found,) = await _cards(session, await session.rows("SELECT * FROM manifest WHERE manifest_no = $1", manifest_no))
    return found


async def _cards(session: Session, rows: Sequence[dict[str, Any]]) -> tuple[TripCard, ...]:
    ids = [row["id"] for row in rows]
    if not ids:
        return ()
    counted = await session.rows(
        "SELECT manifest_id, outcome, count(*) AS n FROM manifest_line"
        f" WHERE manifest_id {session.among(1, 'bigint')} GROUP BY manifest_id, outcome",
        ids,
    )
    signed = await session.rows(
        f"SELECT manifest_id, side FROM signature WHERE manifest_id {session.among(1, 'bigint')} ORDER BY id", ids
    )
    return tuple(
        _card(
            row, {each["outcome"]: int(each["n"]) for each in counted if each["manifest_id"] == row["id"]},
            tuple(each["side"] for each in signed if each["manifest_id"] == row["id"]),
        )
        for row in rows
    )  # fmt: skip


def _card(row: dict[str, Any], found: Mapping[str, int], sides: tuple[str, ...]) -> TripCard:
    opened_at = moment(row["opened_at"])
    assert opened_at is not None
    names = ("manifest_no", "desk", "office", "direction", "state", "pickup_no", "opened_by")
    return TripCard(
        **{name: row[name] for name in names}, opened_at=opened_at, closed_at=moment(row["closed_at"]),
        signed_at=moment(row["signed_at"]), found=found, signed_sides=sides,
    )  # fmt: skip


async def comings(session: Session, unit: str, kind: UnitKind, *, since: date, until: date) -> tuple[Pickup, ...]:
    """Return the comings of the post to a desk, or of a post office to all its desks, between two days."""
    where, values = (f" AND p.{kind} = $3", [unit]) if unit else ("", [])
    rows = await session.rows(
        "SELECT p.*, (SELECT max(m.manifest_no) FROM manifest m WHERE m.desk = p.desk AND m.pickup_no = p.pickup_no"
        " AND m.opened_at >= p.booked_at) AS manifest_no"
        f" FROM pickup p WHERE p.on_date >= $1 AND p.on_date <= $2 AND p.state = 'booked'{where}"
        " ORDER BY p.on_date, p.from_time, p.id LIMIT 200",
        since, until, *values,
    )  # fmt: skip
    return tuple(pickup_from_row(row) for row in rows)


#: What waits at a desk for the post, and what the post has brought near enough to hand in.
_WAITING = {
    "to_post": ("c.leg <> 'send' AND c.public_service", ("booked",)),
    "to_desk": ("c.leg IN ('send', 'withdrawal')", ("at_office", "out_for_delivery")),
}


async def waiting(session: Session, direction: str, desk: str, *, limit: int) -> tuple[Consignment, ...]:
    """Return what may pass between a desk and the post and stands on no unsigned list yet, the oldest first."""
    condition, states = _WAITING[direction]
    rows = await session.rows(
        f"SELECT c.* FROM consignment c WHERE c.desk = $1 AND c.state {session.among(2)} AND {condition}"
        " AND NOT EXISTS (SELECT 1 FROM manifest_line l JOIN manifest m ON m.id = l.manifest_id"
        " WHERE l.consignment_no = c.consignment_no AND m.state <> 'signed')"
        f" ORDER BY c.id LIMIT {int(limit)}",
        desk, list(states),
    )  # fmt: skip
    numbers = [row["consignment_no"] for row in rows]
    found = await consignments.several(session, numbers)
    return tuple(found[number] for number in numbers)
