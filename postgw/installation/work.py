"""The recurring work: does any process do it, and does it go well.

Used by: check_command.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from postgw.domain.legal_day import shown
from postgw.services.timekeeping import JobStanding

from .finding import Finding, doubtful, wrong

_STALE = timedelta(minutes=15)
_FAILED_OFTEN = 3
_NAMED = 4


def looked_at(jobs: Sequence[JobStanding], *, enabled: bool, at: datetime) -> Iterator[Finding]:
    """Yield what is wrong; `enabled` says whether `serve` does the work itself."""
    last = max((job.last_slot for job in jobs if job.last_slot), default=None)
    if last is None:
        if not enabled:
            yield wrong("work", f"[scheduler] enabled = false mà chưa tiến trình nào làm việc định kỳ. {_START}")
    elif at - last > _STALE:
        yield (doubtful if enabled else wrong)(
            "work",
            f"Không tiến trình nào làm việc định kỳ từ {shown(last)}: không gửi, không đọc tin Bưu điện. {_START}",
        )
    else:
        yield from _overdue(jobs)
    if failing := [job.job for job in jobs if job.failures >= _FAILED_OFTEN]:
        yield wrong("jobs", f"Việc định kỳ hỏng nhiều lần liền: {', '.join(failing)}. Xem nhật ký, tìm mức error.")


_START = "Chạy postgw serve với enabled = true, hoặc: systemctl start postgw-work"


def _overdue(jobs: Sequence[JobStanding]) -> Iterator[Finding]:
    if late := [job.job for job in jobs if job.is_overdue]:
        yield doubtful(
            "jobs", f"Việc định kỳ chậm lịch: {', '.join(late[:_NAMED])}. Xem nhật ký của tiến trình làm việc."
        )
