"""What the clock's door asks of whoever keeps the leases: may this process run this job for this slot?

A slot is the wall-clock moment at which a job was due, the same in every process. The keeper answers yes to one process
for one slot, and to none while another process still holds the job. Who "this process" is, and which database the
answer stands in, the keeper knows; a door reaches no further than its question.

Used by: turn, runner. `bootstrap` hands in a keeper that stands on storage.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Leases(Protocol):
    """Keeps one lease for each job, across all processes."""

    async def take(self, job: str, *, slot: datetime, at: datetime, seconds: float) -> bool:
        """Take a job for one slot; false when the slot was run or somebody holds the job."""
        ...

    async def renew(self, job: str, *, seconds: float, at: datetime) -> bool:
        """Hold on to a job for `seconds` from `at`; false when it was lost meanwhile."""
        ...

    async def release(self, job: str, *, at: datetime, failed: bool = False) -> None:
        """Give a job back; nothing happens when it is no longer held."""
        ...
