"""Printing at a counter: which printer burns which paper, what waits for it, and the test page that is read back.

A counter has a printer for each kind of paper, so that nobody chooses a stock when printing. Whether a printer is set
right is not believed but scanned: a test page bears a code that only we know, and the counter's own scanner reads it
back. A page that comes out scaled, shifted or pale does not read, and then the sentence says what to turn.

Stands on: errors. Used by: services.printing, storage.printing.
Source: GS1 General Specifications §5.5 (a symbol is printed at its size, never scaled to fit).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .address import checked_text
from .errors import Conflict, Invalid

#: What may be printed at a counter; each kind has its printer.
PRINTS = {"labels": "nhãn dán", "notes": "phiếu gửi hồ sơ", "manifest": "biên bản giao nhận"}
STATES = ("waiting", "taken", "printed", "failed")
MEDIA = {"zpl": "application/zpl", "pdf": "application/pdf"}
DPI = (203, 300, 600)
#: How long a job that was taken belongs to whoever took it. Design choice: a pile of 200 labels prints in four minutes.
LEASE = timedelta(minutes=10)
#: How many labels or slips one job may hold.
NUMBERS_MOST = 1_000
_SHIFT_MOST = 150
#: What may be wrong with a test page.
FAULTS = ("unreadable", "scaled", "cut", "wrong_paper")


@dataclass(frozen=True, slots=True, kw_only=True)
class Printer:
    """What prints one kind of paper at a counter."""

    prints: str  #: of PRINTS
    media: str = "pdf"
    stock: str
    dpi: int = 203
    queue: str = ""  #: its name on the counter's own machine
    tray: str = ""
    first_place: int = 1  #: the first free place of a sheet of labels
    right_tenths: int = 0  #: everything is moved by so many tenths of a millimetre
    down_tenths: int = 0
    test_code: str = ""
    test_outcome: str = ""  #: asked, right, or one of FAULTS; empty: never tried since it was set
    tested_at: datetime | None = None
    tested_by: str = ""

    @property
    def is_set(self) -> bool:
        """Say whether a program may print on it without asking anybody."""
        return bool(self.queue)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """A counter and its printers."""

    counter_no: str
    unit: str
    name: str
    printers: tuple[Printer, ...] = ()
    token_no: str = ""  #: of its printing program; empty: none has one
    heard_at: datetime | None = None  #: when that program last asked for work
    version: int = 1
    changed_at: datetime | None = None
    changed_by: str = ""

    def printer(self, prints: str) -> Printer | None:
        """Return what prints one kind of paper here."""
        return next((one for one in self.printers if one.prints == prints), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintPaper:
    """One paper of a job: its kind, what it is of, and in how many copies."""

    kind: str  #: of PRINTS, or `test` with the code and the kind of paper whose printer is tried
    numbers: tuple[str, ...]
    copies: int = 1
    printer: str = ""  #: of PRINTS; empty: the one of its kind
    first_place: int = 1  #: of the sheet of labels, as it was when the job was made

    @property
    def prints_on(self) -> str:
        """Return which printer it goes to."""
        return self.printer or self.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintJob:
    """Papers to be printed at one counter."""

    job_no: str
    counter_no: str
    papers: tuple[PrintPaper, ...] = field(default=())
    state: str = "waiting"
    reason: str = ""
    made_at: datetime
    made_by: str
    taken_at: datetime | None = None
    ended_at: datetime | None = None

    def paper(self, n: int) -> PrintPaper | None:
        """Return the n-th paper, counted from 1."""
        return self.papers[n - 1] if 1 <= n <= len(self.papers) else None


def checked_printer(printer: Printer, *, stocks: Sequence[str]) -> None:
    """Raise Invalid at the first wrong part; `stocks` are those that this kind of paper may be printed on."""
    where = f"/printers/{printer.prints}"
    if printer.stock not in stocks:
        raise Invalid(
            "Chọn khổ giấy trong danh sách: {stocks}.", stocks=", ".join(stocks), code="printer.stock",
            field=f"{where}/stock",
        )  # fmt: skip
    if printer.media not in MEDIA or (printer.media == "zpl" and printer.prints != "labels"):
        raise Invalid("Chỉ máy in nhãn nhận ZPL.", code="printer.media", field=f"{where}/media")
    if printer.media == "zpl" and printer.stock.startswith("a4-"):
        raise Invalid("Tờ A4 nhiều nhãn in bằng PDF, không bằng ZPL.", code="printer.media", field=f"{where}/media")
    _must_fit(printer, where)
    for field_name, text, most in (("queue", printer.queue, 80), ("tray", printer.tray, 40)):
        _must_be_a_name(text, field=f"{where}/{field_name}", most=most)


def _must_fit(printer: Printer, where: str) -> None:
    if printer.dpi not in DPI:
        raise Invalid("Độ phân giải phải là 203, 300 hoặc 600.", code="printer.dpi", field=f"{where}/dpi")
    for field_name, tenths in (("right", printer.right_tenths), ("down", printer.down_tenths)):
        if abs(tenths) > _SHIFT_MOST:
            raise Invalid("Dịch nhiều nhất 15 mm mỗi chiều.", code="printer.shift", field=f"{where}/{field_name}")
    places = int(printer.stock[3:]) if printer.stock.startswith("a4-") else 1
    if not 1 <= printer.first_place <= places:
        raise Invalid(
            "Chỗ đầu tiên còn trống phải từ 1 đến {places}.", places=places, code="printer.first_place",
            field=f"{where}/first_place",
        )  # fmt: skip


def _must_be_a_name(text: str, *, field: str, most: int) -> None:
    """Raise Invalid for what is no name of a queue: it is handed to a program as one word, and never to a shell."""
    checked_text(text, what="tên hàng in", field=field, most=most, required=False)
    if text.startswith("-") or any(sign.isspace() or sign in ",;|&$`\"'\\" for sign in text):
        raise Invalid(
            "Tên hàng in, khay viết liền, không dấu cách, không bắt đầu bằng dấu trừ.", code="printer.name",
            field=field,
        )  # fmt: skip


def must_be_open(job: PrintJob, word: str) -> None:
    """Raise Conflict when a job has found another end than `word` already."""
    if job.state in {"printed", "failed"} and job.state != word:
        raise Conflict(
            "Việc in {job_no} đã kết thúc ({state}).", job_no=job.job_no, state=job.state, code="print_job.ended"
        )
