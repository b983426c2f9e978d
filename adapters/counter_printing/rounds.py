"""Round after round: take the counter's jobs, send each paper once, tell the gateway, say one line of each job.

A lost network ends no round for good: the next one asks again. A job of which every paper was sent before is only told.

Stands on: gateway, queues, memory. Used by: cli.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from postgw.domain.errors import Refused, Unreachable

from .gateway import Gateway, Job, Paper
from .memory import Memory
from .queues import Outlet

#: How often a counter asks for work, and how often while nobody answers.
EVERY_SECONDS = 3.0
SILENT_SECONDS = 15.0
_WORDS = {"labels": "nhãn", "notes": "phiếu gửi", "manifest": "biên bản", "test": "tờ thử"}


@dataclass(slots=True, kw_only=True)
class Rounds:
    """The work of one counter's program."""

    gateway: Gateway
    outlet: Outlet
    memory: Memory
    say: Callable[[str], None]
    failures: int = 0
    _silent: bool = False

    async def for_ever(self, stopped: asyncio.Event) -> None:
        """Do round after round until told to stop. Raises Refused when this token is no counter's."""
        while not stopped.is_set():
            try:
                await self.once()
                pause = EVERY_SECONDS
            except Unreachable as silence:
                self._heard(str(silence))
                pause = SILENT_SECONDS
            await _until(stopped, pause)

    def _heard(self, silence: str) -> None:
        if not self._silent:
            self.say(f"Mất mạng: {silence} Chương trình tự gọi lại.")
        self._silent = True

    async def once(self) -> int:
        """Print what waits; return how many jobs there were. Raises Unreachable when the gateway is silent."""
        await self._tell_of_before()
        done = 0
        while jobs := await self._taken():
            for job in jobs:
                await self._job(job)
            done += len(jobs)
        return done

    async def _taken(self) -> tuple[Job, ...]:
        jobs = await self.gateway.jobs()
        if self._silent:
            self.say("Có mạng lại.")
        self._silent = False
        return jobs

    async def _tell_of_before(self) -> None:
        """Tell of what was sent whole before this program was stopped, or the network lost."""
        for job_no in self.memory.sent_whole():
            await self._tell(job_no, "đã gửi lần trước, nay báo cổng")

    async def _tell(self, job_no: str, words: str) -> None:
        try:
            await self.gateway.printed(job_no)
        except Refused as no:
            words = f"{words}; cổng không ghi lời báo: {no}"
        self.memory.forget(job_no)
        self.say(f"{job_no}: {words}.")

    async def _job(self, job: Job) -> None:
        self.memory.begin(job.job_no, len(job.papers))
        try:
            for paper in job.papers:
                await self._paper(job, paper)
        except Refused as no:
            await self._give_up(job, no)
        else:
            await self._tell(job.job_no, _told(job))

    async def _give_up(self, job: Job, no: Refused) -> None:
        """Tell why a job cannot be printed; what of it was sent is remembered, so that a second try prints the rest."""
        self.failures += 1
        self.say(f"{job.job_no}: KHÔNG IN ĐƯỢC. {no}")
        await self.gateway.failed(job.job_no, str(no))

    async def _paper(self, job: Job, paper: Paper) -> None:
        known = self.memory.state(job.job_no, paper.n)
        if known == "sent":
            return
        if known == "sending":
            self.memory.note(job.job_no, paper.n, "")
            raise Refused(
                "Chương trình in dừng giữa chừng, không rõ tờ {n} đã ra giấy chưa. Xem máy in; thiếu thì bấm In lại.",
                n=paper.n, code="print.half_way",
            )  # fmt: skip
        content = await self.gateway.paper(job.job_no, paper.n)
        self.memory.note(job.job_no, paper.n, "sending")
        try:
            await self.outlet.send(job.job_no, paper, content)
        except Refused:
            self.memory.note(job.job_no, paper.n, "")
            raise
        self.memory.note(job.job_no, paper.n, "sent")


def _told(job: Job) -> str:
    """Return what a job printed, and where.

    >>> from .gateway import Paper
    >>> _told(Job(job_no="IN-7", papers=(Paper(n=1, kind="labels", count=7, media="application/zpl", stock="100x75",
    ...     queue="zebra", tray=""),)))
    'đã gửi 7 nhãn tới zebra'
    """
    parts = (
        f"{paper.count} {_WORDS.get(paper.kind, paper.kind)}" + (f" tới {paper.queue}" if paper.queue else "")
        for paper in job.papers
    )
    return "đã gửi " + ", ".join(parts)


async def _until(stopped: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stopped.wait(), seconds)
    except TimeoutError:
        return
