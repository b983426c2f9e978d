"""The queues of this machine, spoken to through `lp` as CUPS has it; or a folder that somebody else's driver watches.

ZPL goes raw, past every filter: a driver that rasters it once more would print its letters. A PDF goes with its medium
named, so that the queue takes the right tray, and is never scaled to fit.

Source: CUPS, lp(1) (`-d`, `-o raw`, `-o media=`, `-o print-scaling=none`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from postgw.domain.errors import Refused

from .gateway import Paper

#: How long `lp` may take to queue a file. It hands over and returns; it does not wait for the printer.
_SECONDS = 60.0
_SIZES = {"a4": "A4", "a5": "A5", "a6": "A6", "a4-4": "A4", "a4-8": "A4"}
_ENDINGS = {"application/zpl": "zpl", "application/pdf": "pdf"}


class Outlet(Protocol):
    """Where papers go."""

    async def send(self, job_no: str, paper: Paper, content: bytes) -> None:
        """Send one paper. Raises Refused with a sentence for the counter when it cannot be."""


class Queues:
    """The print queues of this machine."""

    async def send(self, job_no: str, paper: Paper, content: bytes) -> None:
        """Send one paper to its queue. Raises Refused when there is none, or when it takes nothing."""
        if not paper.queue:
            raise Refused(
                "Chưa đặt hàng in cho {kind}. Đặt ở trang Máy in rồi in lại.", kind=paper.kind, code="print.no_queue"
            )
        status, said = await _run(_command(job_no, paper), content)
        if status:
            raise Refused(
                "Hàng in {queue} không nhận: {said}", queue=paper.queue, said=said or f"lp trả mã {status}",
                code="print.queue",
            )  # fmt: skip


def _command(job_no: str, paper: Paper) -> list[str]:
    """Return the command that queues a paper.

    >>> paper = Paper(n=1, kind="notes", count=2, media="application/pdf", stock="a5", queue="laser", tray="tray-2")
    >>> " ".join(_command("IN-7", paper))
    'lp -d laser -t IN-7/1 -o media=A5,tray-2 -o print-scaling=none'
    """
    begun = ["lp", "-d", paper.queue, "-t", f"{job_no}/{paper.n}"]
    if paper.media == "application/zpl":
        return [*begun, "-o", "raw"]
    medium = ",".join(part for part in (_SIZES.get(paper.stock) or f"Custom.{paper.stock}mm", paper.tray) if part)
    return [*begun, "-o", f"media={medium}", "-o", "print-scaling=none"]


async def _run(command: Sequence[str], content: bytes) -> tuple[int, str]:
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
        )
    except FileNotFoundError:
        raise Refused("Máy này không có lệnh lp. Cài CUPS, hoặc chạy với --folder.", code="print.no_lp") from None
    try:
        _, said = await asyncio.wait_for(process.communicate(content), _SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
        return 1, "hàng in không trả lời"
    lines = said.decode(errors="replace").strip().splitlines()
    return process.returncode or 0, lines[-1][:200] if lines else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder into which papers are written whole, each under a name of its own."""

    path: Path

    async def send(self, job_no: str, paper: Paper, content: bytes) -> None:
        """Write one paper; whoever watches the folder never sees half of it."""
        name = f"{job_no}-{paper.n}-{paper.kind}-{paper.stock}.{_ENDINGS[paper.media]}"
        half = self.path / f".{name}.part"
        half.write_bytes(content)
        half.replace(self.path / name)
