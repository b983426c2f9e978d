"""Who runs a recurring job: one row a job, taken by a conditional update, the same on both databases.

The lease is renewed while the job runs; one that ran out is taken over. `last_slot` is the wall-clock slot that was
run last, so that of three processes woken by the same slot one runs it and two find it taken.

A clock that ran ahead and was set right leaves slots and leases that lie in the future. They would keep every process
from the job until that moment comes; so what is further ahead than clocks may differ does not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .database import Session, moment

#: By how much the clocks of two machines may differ; `postgw check` complains at a tenth of it.
CLOCKS_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCard:
    """How a job fares."""

    job: str
    holder: str
    lease_until: datetime | None
    last_slot: datetime | None
    last_done_at: datetime | None
    failures: int = 0  #: in a row


async def take(tx: Session, job: str, *, holder: str, slot: datetime, at: datetime, until: datetime) -> bool:
    """Take a job for one slot; false when the slot was run or somebody else holds the job."""
    await tx.run("INSERT INTO job (job) VALUES ($1) ON CONFLICT (job) DO NOTHING", job)
    row = await tx.row(
        "UPDATE job SET holder = $2, lease_until = $5, last_slot = $3 WHERE job = $1"
        " AND (last_slot IS NULL OR last_slot < $3 OR last_slot > $6)"
        " AND (lease_until IS NULL OR lease_until < $4 OR lease_until > $7) RETURNING id",
        job, holder, slot, at, until, at + CLOCKS_DIFFER, until + CLOCKS_DIFFER,
    )  # fmt: skip
    return row is not None


async def renew(tx: Session, job: str, *, holder: str, until: datetime) -> bool:
    """Hold on to a job; false when it was lost meanwhile."""
    row = await tx.row(
        "UPDATE job SET lease_until = $3 WHERE job = $1 AND holder = $2 RETURNING id", job, holder, until
    )
    return row is not None


async def release(tx: Session, job: str, *, holder: str, at: datetime, failed: bool = False) -> None:
    """Give a job back; one that failed is counted until it ends well."""
    await tx.run(
        "UPDATE job SET holder = '', lease_until = NULL, last_done_at = CASE WHEN $4 = 1 THEN last_done_at ELSE $3 END,"
        " failures = CASE WHEN $4 = 1 THEN failures + 1 ELSE 0 END WHERE job = $1 AND holder = $2",
        job, holder, at, int(failed),
    )  # fmt: skip


async def cards(session: Session) -> tuple[JobCard, ...]:
    """Return how each job fares."""
    return tuple(_card(row) for row in await session.rows("SELECT * FROM job ORDER BY job"))


def _card(row: dict[str, Any]) -> JobCard:
    return JobCard(
        job=row["job"], holder=row["holder"], lease_until=moment(row["lease_until"]),
        last_slot=moment(row["last_slot"]), last_done_at=moment(row["last_done_at"]),
        failures=row["failures"],
    )  # fmt: skip
