"""How dossiers stand by the word of desks' systems: whom to ask about, what was said.

A row is kept only as long as a dossier is unsettled: its result goes by post and nobody has said yet that the dossier
is closed. So the table stays as small as the work in hand, however many years lie behind.

Used by: services.settling.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from postgw.domain.dossier import Dossier

from . import records
from .database import Session

#: A result that is not yet at its end, on which side of the counter it may be.
UNDER_WAY = (
    "registered", "booked", "collected", "in_transit", "at_office", "out_for_delivery", "attempted", "held",
    "returning", "unclaimed",
)  # fmt: skip
DELIVERED = ("delivered", "delivered_by_post_statement")

#: When a dossier was last asked about that was never asked about.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
#: Results that were delivered before anybody saw them under way are looked for among the newest ones only.
_NEWEST = 2000
_ENROLLED_A_ROUND = 2000


def _among(states: Sequence[str]) -> str:
    return "(" + ", ".join(f"'{state}'" for state in states) + ")"


_LATEST = (
    "c.issue = (SELECT max(l.issue) FROM consignment l WHERE l.dossier_id = c.dossier_id AND l.leg = 'return')"
    " AND c.leg = 'return' AND NOT c.without_result"
)
_CLOSED = "EXISTS (SELECT 1 FROM desk_closing k WHERE k.dossier_id = {of}.dossier_id)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How often one dossier is asked about."""

    every: timedelta  #: while its result is under way, and for some days after its delivery
    days: int  #: so many
    later: timedelta  #: after those, as long as it stands open

    def bounds(self, at: datetime) -> tuple[datetime, datetime, datetime]:
        """Return: asked before this is due; delivered before this is late; late and asked before this is due."""
        return at - self.every, at - timedelta(days=self.days), at - self.later


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubtful:
    """A dossier to ask about."""

    dossier_id: int
    dossier: Dossier


async def enrol(tx: Session, system: str, *, desks: Sequence[str], rhythm: Rhythm, at: datetime) -> None:
    """Take up the dossiers whose results are under way or were delivered lately, and drop those that are settled."""
    late = rhythm.bounds(at)[1]
    await tx.run(
        f"DELETE FROM desk_standing WHERE system = $1 AND ({_CLOSED.format(of='desk_standing')} OR NOT EXISTS"
        f" (SELECT 1 FROM consignment c WHERE c.dossier_id = desk_standing.dossier_id AND {_LATEST}"
        f" AND (c.state IN {_among(UNDER_WAY)} OR (c.state IN {_among(DELIVERED)}"
        " AND (desk_standing.status <> '' OR c.since_at >= $2)))))",
        system, late,
    )  # fmt: skip
    scope: tuple[object, ...] = (system, int(not desks), list(desks))
    found = await tx.rows(_unasked(f"c.state IN {_among(UNDER_WAY)}", tx, "consignment"), *scope)
    for state in DELIVERED:
        newest = f"(SELECT * FROM consignment WHERE state = '{state}' ORDER BY id DESC LIMIT {_NEWEST})"
        found += await tx.rows(_unasked("c.since_at >= $4", tx, newest), *scope, late)
    columns = (("system", "text"), ("dossier_id", "bigint"), ("asked_at", "timestamptz"))
    rows = [(system, dossier_id, _NEVER) for dossier_id in sorted({row["dossier_id"] for row in found})]
    await tx.insert_many("desk_standing", columns, rows, tail="ON CONFLICT (system, dossier_id) DO NOTHING")


def _unasked(which: str, tx: Session, source: str) -> str:
    return (
        f"SELECT c.dossier_id FROM {source} c JOIN dossier d ON d.id = c.dossier_id WHERE {which}"
        f" AND ($2 = 1 OR c.desk {tx.among(3)}) AND {_LATEST} AND d.dossier_no IS NOT NULL"
        f" AND NOT {_CLOSED.format(of='c')} AND NOT EXISTS (SELECT 1 FROM desk_standing s WHERE s.system = $1"
        f" AND s.dossier_id = c.dossier_id) LIMIT {_ENROLLED_A_ROUND}"
    )


async def due(session: Session, system: str, *, rhythm: Rhythm, at: datetime, limit: int) -> tuple[Doubtful, ...]:
    """Return the dossiers to ask a system about, the longest not asked about first."""
    rows = await session.rows(
        "SELECT d.id, d.content FROM desk_standing s JOIN dossier d ON d.id = s.dossier_id"
        f" JOIN consignment c ON c.dossier_id = d.id AND {_LATEST} WHERE s.system = $1 AND s.asked_at < $2"
        f" AND (c.state IN {_among(UNDER_WAY)} OR (c.state IN {_among(DELIVERED)}"
        f" AND (c.since_at >= $3 OR s.asked_at < $4))) ORDER BY s.asked_at, s.id LIMIT {int(limit)}",
        system, *rhythm.bounds(at),
    )  # fmt: skip
    return tuple(Doubtful(dossier_id=row["id"], dossier=records.dossier(row["content"])) for row in rows)


async def keep(tx: Session, system: str, dossier_id: int, *, status: str, at: datetime) -> None:
    """Keep what a system said; empty when it does not know the dossier."""
    await tx.run(
        "INSERT INTO desk_standing (system, dossier_id, status, asked_at) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (system, dossier_id) DO UPDATE SET status = $3, asked_at = $4",
        system, dossier_id, status[:40], at,
    )  # fmt: skip


async def put_off(tx: Session, system: str, dossier_id: int, *, at: datetime) -> None:
    """Keep that a dossier was asked about in vain: it goes to the end of the row, what was said before stands."""
    await tx.run("UPDATE desk_standing SET asked_at = $3 WHERE system = $1 AND dossier_id = $2", system, dossier_id, at)
