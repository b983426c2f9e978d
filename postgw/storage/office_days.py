"""A post office's day: what each worker has in hand, what was delivered and what failed, and what is still on devices.

Each is one statement and reaches an index: items by (office, state) of what lives, deliveries by their day, shifts by
(unit, begun). So a day costs the same however much was ever carried.

Stands on: taken_back. Used by: services.office_day.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .consignments import by_delivery
from .database import Session, moment
from .taken_back import TAKEN_BACK

#: What is in somebody's hands between two offices or doors.
IN_HAND = ("collected", "out_for_delivery", "attempted")
#: A device is in one worker's hand; who signed a list or spoke in a feed is not who carries.
_BY_WHOM = "CASE WHEN s.source LIKE 'device:%' THEN s.actor ELSE '' END"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many items of one kind one worker of one office has or did, and when the oldest and the last of it was."""

    office: str
    worker: str  #: empty where nobody knows who carries it
    what: str
    count: int
    first_at: datetime | None
    last_at: datetime | None
    at_first: int = 0  #: of deliveries: at the first attempt
    attempts: int = 0  #: of deliveries: failed ones before


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDuty:
    """A shift of the day, and how its device was heard of last."""

    worker: str
    worker_name: str
    unit: str
    device_no: str
    device_name: str
    waiting: int
    seen_at: datetime
    begun_at: datetime
    is_on: bool
    is_revoked: bool


async def in_hand(session: Session, unit: str) -> list[Share]:
    """Return what workers of one office, or of all, carry now."""
    mine = "c.office = $2" if unit else "c.office <> $2"
    rows = await session.rows(
        f"SELECT c.office, {_BY_WHOM} AS worker, c.state AS what, count(DISTINCT c.id) AS n,"
        " min(c.since_at) AS first_at, max(c.since_at) AS last_at FROM consignment c"
        " JOIN scan s ON s.consignment_id = c.id AND s.code = c.state AND s.occurred_at = c.since_at"
        f" WHERE c.live AND {mine} AND c.state {session.among(1)} AND s.source NOT LIKE 'feed:%'"
        f" GROUP BY c.office, {_BY_WHOM}, c.state",
        list(IN_HAND), unit,
    )  # fmt: skip
    return [_share(row) for row in rows]


async def delivered(session: Session, unit: str, *, since: datetime, before: datetime) -> list[Share]:
    """Return what was delivered to citizens between two moments, by office and worker."""
    rows = await session.rows(
        f"SELECT s.office, {_BY_WHOM} AS worker, 'delivered' AS what, count(DISTINCT c.id) AS n,"
        " min(c.since_at) AS first_at, max(c.since_at) AS last_at,"
        " sum(CASE WHEN c.attempts = 0 THEN 1 ELSE 0 END) AS at_first, sum(c.attempts) AS attempts"
        f" FROM {_delivered(session, unit)} GROUP BY s.office, {_BY_WHOM}",
        since, before, *([unit] if unit else []),
    )  # fmt: skip
    return [_share(row) for row in rows]


async def delivered_numbers(
    session: Session, unit: str, *, since: datetime, before: datetime, limit: int
) -> list[tuple[str, str]]:
    """Return the numbers of what was delivered to citizens, the newest first, each with its office."""
    rows = await session.rows(
        f"SELECT DISTINCT c.consignment_no, s.office, c.since_at FROM {_delivered(session, unit)}"
        f" ORDER BY c.since_at DESC, c.consignment_no LIMIT {int(limit)}",
        since, before, *([unit] if unit else []),
    )  # fmt: skip
    return [(row["consignment_no"], row["office"]) for row in rows]


def _delivered(session: Session, unit: str) -> str:
    return (
        f"consignment c {by_delivery(session)}JOIN scan s ON s.consignment_id = c.id AND s.code = 'delivered'"
        " AND s.occurred_at = c.since_at"
        " WHERE c.state = 'delivered' AND c.since_at >= $1 AND c.since_at < $2 AND c.leg = 'return'"
        f"{' AND s.office = $3' if unit else ''}"
    )


async def failed(session: Session, unit: str, *, since: datetime, before: datetime) -> list[Share]:
    """Return which deliveries failed between two moments, by office and worker; one that was taken back is none."""
    mine, said = ("c.office = $3", " AND s.office = $3") if unit else ("c.office <> ''", "")
    rows = await session.rows(
        f"SELECT s.office, {_BY_WHOM} AS worker, 'failed' AS what, count(*) AS n, min(s.occurred_at) AS first_at,"
        f" max(s.occurred_at) AS last_at FROM scan s WHERE s.consignment_id IN (SELECT c.id FROM consignment c"
        f" WHERE c.live AND {mine} AND c.attempts > 0 UNION ALL SELECT c.id FROM consignment c"
        " WHERE c.state = 'delivered' AND c.since_at >= $1 AND c.since_at < $2 AND c.attempts > 0)"
        f" AND s.code = 'attempted' AND s.occurred_at >= $1 AND s.occurred_at < $2{said} AND NOT {TAKEN_BACK}"
        f" GROUP BY s.office, {_BY_WHOM}",
        since, before, *([unit] if unit else []),
    )  # fmt: skip
    return [_share(row) for row in rows]


async def on_duty(session: Session, unit: str, *, since: datetime, at: datetime) -> list[OnDuty]:
    """Return the shifts that began since a moment, the newest first, each with its device."""
    mine = " AND h.unit = $2" if unit else ""
    rows = await session.rows(
        "SELECT h.worker, h.worker_name, h.unit, h.device_no, h.begun_at, h.ended_at, h.ends_at,"
        " d.name AS device_name, d.waiting, d.seen_at, d.revoked_at FROM shift h"
        f" JOIN device d ON d.device_no = h.device_no WHERE h.begun_at >= $1{mine} ORDER BY h.begun_at DESC, h.id DESC"
        " LIMIT 500",
        since, *([unit] if unit else []),
    )  # fmt: skip
    return [_on_duty(row, at) for row in rows]


async def names_of(session: Session, logins: Collection[str]) -> dict[str, str]:
    """Return the names of those of these who have an account."""
    rows = await session.rows(f"SELECT login, name FROM account WHERE login {session.among(1)}", sorted(logins))
    return {row["login"]: row["name"] for row in rows}


def _share(row: Mapping[str, Any]) -> Share:
    return Share(
        office=row["office"], worker=row["worker"], what=row["what"], count=int(row["n"]),
        first_at=moment(row["first_at"]), last_at=moment(row["last_at"]), at_first=int(row.get("at_first") or 0),
        attempts=int(row.get("attempts") or 0),
    )  # fmt: skip


def _on_duty(row: Mapping[str, Any], at: datetime) -> OnDuty:
    seen_at, begun_at, ends_at = moment(row["seen_at"]), moment(row["begun_at"]), moment(row["ends_at"])
    assert seen_at is not None
    assert begun_at is not None
    assert ends_at is not None
    return OnDuty(
        worker=row["worker"], worker_name=row["worker_name"], unit=row["unit"], device_no=row["device_no"],
        device_name=row["device_name"], waiting=row["waiting"], seen_at=seen_at, begun_at=begun_at,
        is_on=row["ended_at"] is None and ends_at > at, is_revoked=row["revoked_at"] is not None,
    )  # fmt: skip
