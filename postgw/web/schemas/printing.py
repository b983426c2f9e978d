"""Shapes of print jobs as a counter's program reads them.

Used by: api.printing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from postgw.domain.printing import MEDIA, Counter, Printer, PrintJob, PrintPaper

from .shapes import In, Out


class PrintFailureIn(In):
    """Why a job could not be printed."""

    reason: str = Field(min_length=1, max_length=300, description="Một câu để người ở quầy biết phải làm gì.")


class PrintPaperOut(Out):
    """One paper of a job, and how the counter's printer takes it."""

    n: int
    kind: Literal["labels", "notes", "manifest", "test"]
    count: int = Field(description="Số nhãn, số phiếu hoặc số biên bản trong tệp.")
    media: Literal["application/zpl", "application/pdf"]
    stock: str
    queue: str = Field(description="Hàng in trên máy của quầy; trống thì chưa đặt.")
    tray: str
    url: str


class PrintJobOut(Out):
    """One print job."""

    job_no: str
    counter_no: str
    state: Literal["waiting", "taken", "printed", "failed"]
    reason: str
    made_at: datetime
    papers: tuple[PrintPaperOut, ...]


class PrintJobList(Out):
    """Jobs to be printed now, the oldest first."""

    data: tuple[PrintJobOut, ...]


def print_job_out(job: PrintJob, counter: Counter) -> dict[str, Any]:
    """Return a job as the counter's program reads it."""
    papers = [_paper_out(job, n, paper, counter.printer(paper.prints_on)) for n, paper in enumerate(job.papers, 1)]
    return {
        "job_no": job.job_no, "counter_no": job.counter_no, "state": job.state, "reason": job.reason,
        "made_at": job.made_at, "papers": papers,
    }  # fmt: skip


def _paper_out(job: PrintJob, n: int, paper: PrintPaper, printer: Printer | None) -> dict[str, Any]:
    return {
        "n": n, "kind": paper.kind, "count": len(paper.numbers) * paper.copies,
        "media": MEDIA[printer.media if printer else "pdf"], "stock": printer.stock if printer else "a4",
        "queue": printer.queue if printer else "", "tray": printer.tray if printer else "",
        "url": f"/api/v1/print-jobs/{job.job_no}/papers/{n}",
    }  # fmt: skip
