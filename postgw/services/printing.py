"""Printing: a counter's printers, the jobs that wait for them, the test page that is read back.

A desk asks for papers by their numbers and the counter's own printers decide the stock. A job keeps no paper: each is
drawn anew when it is fetched, so that nothing with a name on it lies about in a queue. The program at the counter takes
jobs under a lease; whoever dies with a job in hand gives it back when the lease runs out.

Stands on: labels (stocks, test page). Used by: web.
Source: docs/printing.md.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from labels import paper as stocks
from labels import test_page
from postgw.domain import consignment_number
from postgw.domain.actor import Actor
from postgw.domain.address import checked_text
from postgw.domain.errors import Conflict, Forbidden, Invalid, TooMuch, Unknown
from postgw.domain.page import Page
from postgw.domain.printing import (
    FAULTS,
    NUMBERS_MOST,
    PRINTS,
    Counter,
    Printer,
    PrintJob,
    PrintPaper,
    checked_printer,
    must_be_open,
)
from postgw.domain.recognise import recognise
from postgw.storage import accounts, printing, province
from postgw.storage.accounts import Token
from postgw.storage.database import Database, Session
from postgw.storage.token_cards import TokenCards

#: The stocks that each kind of paper may be printed on, the first of them where nobody chose.
STOCKS = {"labels": tuple(stocks.LABEL_STOCKS), "notes": ("a5", "a4"), "manifest": ("a4",)}
_AT_ONCE = 5
#: What the test page bears, beside the kind of paper that it is printed for.
_TEST = "TT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Printing:
    """The acts around printing at a counter."""

    database: Database
    cards: TokenCards
    rehearsal: bool

    async def counters(self, *, actor: Actor, unit: str = "") -> tuple[Counter, ...]:
        """Return the counters of the unit, each with its printers."""
        _must_print(actor)
        return await printing.counters(self.database.reading, unit=actor.unit or unit)

    async def counter(self, counter_no: str, *, actor: Actor) -> Counter:
        """Return one counter. Raises Unknown when it is not there or not of this unit."""
        _must_print(actor)
        return await _counter(self.database.reading, counter_no, actor)

    async def open_counter(self, counter_no: str, *, unit: str, name: str, actor: Actor, at: datetime) -> Counter:
        """Open a counter. Raises Conflict when its number is taken."""
        _must_set_up(actor)
        counter_no = checked_text(counter_no.upper(), what="mã quầy", field="/counter_no", most=20)
        if not counter_no.replace("-", "").isalnum() or not counter_no.isascii():
            raise Invalid("Mã quầy gồm chữ không dấu, số và gạch nối.", code="counter.number", field="/counter_no")
        name = checked_text(name, what="tên quầy", field="/name", most=60)
        made = Counter(counter_no=counter_no, unit=actor.unit or unit, name=name)
        async with self.database.writing() as tx:
            await province.must_be_unit(tx, made.unit, "desk", field="/unit")
            if not await printing.add_counter(tx, made, actor=actor.name, at=at):
                raise Conflict(
                    "Đã có quầy mang mã {number}.", number=counter_no, code="counter.taken", field="/counter_no"
                )
            for kind in PRINTS:
                await printing.put_printer(tx, counter_no, standard(kind))
            return await _counter(tx, counter_no, actor)

    async def set_up(
        self, counter_no: str, *, name: str, printers: Sequence[Printer], version: int, actor: Actor, at: datetime
    ) -> Counter:
        """Set the printers of a counter; one that stays as it is keeps the word of its test page.

        Raises Conflict, with who and when, when somebody else changed the counter meanwhile.
        """
        _must_set_up(actor)
        name = checked_text(name, what="tên quầy", field="/name", most=60)
        for printer in printers:
            checked_printer(printer, stocks=STOCKS[printer.prints])
        async with self.database.writing() as tx:
            known = await _counter(tx, counter_no, actor, lock=True)
            if known.version != version:
                raise Conflict(
                    "{who} vừa sửa quầy này. Xem bản mới rồi sửa tiếp.", who=known.changed_by, code="counter.changed",
                )  # fmt: skip
            for printer in printers:
                if _set(known.printer(printer.prints)) != _set(printer):
                    await printing.put_printer(tx, counter_no, printer)
            await printing.change_counter(tx, replace(known, name=name), actor=actor.name, at=at)
            return await _counter(tx, counter_no, actor)

    async def close_counter(self, counter_no: str, *, actor: Actor, at: datetime) -> None:
        """Close a counter for good; its program gets no more work."""
        _must_set_up(actor)
        async with self.database.writing() as tx:
            known = await _counter(tx, counter_no, actor, lock=True)
            if known.token_no:
                await accounts.revoke_token(tx, known.token_no, actor=actor.name, at=at)
            await printing.change_counter(tx, known, actor=actor.name, at=at, closed=True)
        self.cards.forget()

    async def lend_token(self, counter_no: str, *, actor: Actor, at: datetime) -> str:
        """Make the token of a counter's printing program, shown this once; the one before serves no more."""
        _must_set_up(actor)
        text = "pgw_" + secrets.token_urlsafe(32)
        async with self.database.writing() as tx:
            known = await _counter(tx, counter_no, actor, lock=True)
            if known.token_no:
                await accounts.revoke_token(tx, known.token_no, actor=actor.name, at=at)
            card = Token(
                token_no=f"tk-{secrets.token_hex(6)}", name=f"in.{counter_no}", scopes=("labels",), unit=known.unit,
                issued_at=at,
            )  # fmt: skip
            await accounts.add_token(tx, card, hashlib.sha256(text.encode()).hexdigest(), actor=actor.name)
            await printing.lend_token(tx, counter_no, card.token_no)
        self.cards.forget()
        return text

    async def ask(
        self, key: str, counter_no: str, papers: Sequence[PrintPaper], *, actor: Actor, at: datetime
    ) -> PrintJob:
        """Ask for papers at a counter; under the same key it is the same job."""
        actor.must("labels")
        for paper in papers:
            if len(paper.numbers) > NUMBERS_MOST:
                raise TooMuch("Mỗi lần in nhiều nhất {most} nhãn.", most=NUMBERS_MOST, code="labels.many")
        async with self.database.writing() as tx:
            return await _put(tx, key, await _counter(tx, counter_no, actor, lock=True), papers, actor, at)

    async def jobs(self, *, actor: Actor, counter_no: str = "", cursor: str = "", limit: int = 50) -> Page[PrintJob]:
        """Return print jobs, newest first."""
        _must_print(actor)
        before = int(cursor) if cursor.isascii() and cursor.isdecimal() else 0
        rows = await printing.jobs(
            self.database.reading, unit=actor.unit, counter_no=counter_no, before=before, limit=limit + 1
        )
        more = str(rows[limit - 1][0]) if len(rows) > limit else ""
        return Page(items=tuple(job for _, job in rows[:limit]), next_cursor=more)

    async def job(self, job_no: str, *, actor: Actor) -> PrintJob:
        """Return a job. Raises Unknown when it is not there or not of this unit's counters."""
        _must_print(actor)
        return await _job(self.database.reading, job_no, actor)

    async def again(self, job_no: str, key: str, *, counter_no: str = "", actor: Actor, at: datetime) -> PrintJob:
        """Print a job again: one that failed waits anew, one that was printed becomes another job."""
        _must_print(actor)
        async with self.database.writing() as tx:
            job = await _job(tx, job_no, actor, lock=True)
            if job.state == "failed":
                await printing.offer_again(tx, job_no)
                return replace(job, state="waiting", reason="")
            if job.state != "printed":
                return job
            counter = await _counter(tx, counter_no or job.counter_no, actor, lock=True)
            return await _put(tx, key, counter, job.papers, actor, at)

    async def test(self, counter_no: str, prints: str, *, actor: Actor, at: datetime) -> str:
        """Make the test page of a printer; return the code that its scan must bring back."""
        _must_print(actor)
        async with self.database.writing() as tx:
            known = await _counter(tx, counter_no, actor, lock=True)
            if known.printer(prints) is None:
                raise Unknown("Quầy này không có máy in đó.", code="printer.unknown")
            code = _TEST + consignment_number.mint(secrets.randbelow)[:8]
            await printing.note_test(tx, counter_no, prints, code=code, outcome="asked", actor=actor.name, at=at)
            paper = PrintPaper(kind="test", numbers=(code,), printer=prints)
            await printing.put_job(tx, f"test:{code}", counter_no, [paper], actor=actor.name, at=at)
        return code

    async def scanned(self, counter_no: str, prints: str, typed: str, *, actor: Actor, at: datetime) -> str:
        """Take what the counter's scanner read, or one of FAULTS; return what became of the test page.

        Raises Invalid when something else was scanned, Conflict when no test page was printed.
        """
        _must_print(actor)
        async with self.database.writing() as tx:
            known = await _counter(tx, counter_no, actor, lock=True)
            printer = known.printer(prints)
            if printer is None or not printer.test_code:
                raise Conflict("In tờ thử trước rồi quét.", code="test.none", field="/scanned")
            outcome = typed if typed in FAULTS else "right"
            if outcome == "right":
                _must_be_the_code(typed, printer.test_code)
            await printing.note_test(
                tx, counter_no, prints, code=printer.test_code, outcome=outcome, actor=actor.name, at=at
            )
        return outcome

    async def test_page(self, paper: PrintPaper, printer: Printer, counter: str) -> bytes:
        """Draw a test page for a printer: its code, the frame of its stock, a rule of five centimetres."""
        sheet = stocks.shifted(_stock(printer), printer.right_tenths / 10, printer.down_tenths / 10)
        page = test_page.TestPage(
            code=paper.numbers[0], counter=counter, printer=PRINTS[printer.prints], rehearsal=self.rehearsal
        )
        if printer.media == "zpl":
            text = await asyncio.to_thread(test_page.test_page_zpl, page, sheet, printer.dpi)
            return text.encode()
        return await asyncio.to_thread(test_page.test_page_pdf, page, sheet)

    async def own_counter(self, *, actor: Actor) -> Counter:
        """Return the counter whose printing program holds this token. Raises Forbidden when none does."""
        actor.must("labels")
        found = await printing.counter_of_token(self.database.reading, actor.token_no) if actor.token_no else None
        if found is None:
            raise Forbidden(
                "Mã truy cập này không phải của chương trình in ở quầy nào. Cấp mã ở trang Máy in.",
                code="counter.none",
            )  # fmt: skip
        return found

    async def take(self, *, actor: Actor, at: datetime) -> tuple[Counter, tuple[PrintJob, ...]]:
        """Take the next jobs of the caller's counter under a lease."""
        counter = await self.own_counter(actor=actor)
        async with self.database.writing() as tx:
            await printing.heard(tx, counter.counter_no, at=at)
            return counter, await printing.claim(tx, counter.counter_no, at=at, limit=_AT_ONCE)

    async def own_job(self, job_no: str, *, actor: Actor) -> tuple[Counter, PrintJob]:
        """Return a job of the caller's counter. Raises Unknown when it is another's."""
        counter = await self.own_counter(actor=actor)
        job = await _job(self.database.reading, job_no, actor)
        if job.counter_no != counter.counter_no:
            raise _no_such_job(job_no)
        return counter, job

    async def printed(self, job_no: str, *, actor: Actor, at: datetime) -> PrintJob:
        """Take the word that a job was printed; said twice it is one."""
        return await self._ended(job_no, "printed", "", actor, at)

    async def failed(self, job_no: str, *, reason: str, actor: Actor, at: datetime) -> PrintJob:
        """Take the word that a job could not be printed, and why."""
        reason = checked_text(reason, what="lý do", field="/reason", most=300)
        return await self._ended(job_no, "failed", reason, actor, at)

    async def _ended(self, job_no: str, state: str, reason: str, actor: Actor, at: datetime) -> PrintJob:
        await self.own_job(job_no, actor=actor)
        async with self.database.writing() as tx:
            job = await _job(tx, job_no, actor, lock=True)
            must_be_open(job, state)
            if job.state != state:
                await printing.end(tx, job_no, state, reason=reason, at=at)
            return await _job(tx, job_no, actor)


def standard(prints: str) -> Printer:
    """Return the printer of a kind as a counter begins with it."""
    stock = STOCKS[prints][0]
    return Printer(prints=prints, stock=stock, media="zpl" if prints == "labels" else "pdf",
                   dpi=203 if prints == "labels" else 600)  # fmt: skip


def _stock(printer: Printer) -> stocks.Stock:
    if printer.prints == "labels":
        return stocks.label_stock(printer.stock)
    return stocks.document_stock(printer.stock)


def _set(printer: Printer | None) -> Printer | None:
    """Return how a printer is set, without the word of its test page."""
    return replace(printer, test_code="", test_outcome="", tested_at=None, tested_by="") if printer else None


async def _put(
    tx: Session, key: str, counter: Counter, papers: Sequence[PrintPaper], actor: Actor, at: datetime
) -> PrintJob:
    """Keep a job, its labels from the first free place of the sheet on; the next job begins where this one ends."""
    printer = counter.printer("labels")
    first, places = (printer.first_place, stocks.label_stock(printer.stock).per_page) if printer else (1, 1)
    placed = [replace(paper, first_place=first) if paper.kind == "labels" else paper for paper in papers]
    made, is_new = await printing.put_job(tx, key, counter.counter_no, placed, actor=actor.name, at=at)
    used = sum(len(paper.numbers) for paper in papers if paper.kind == "labels")
    if is_new and places > 1 and used:
        await printing.use_places(tx, counter.counter_no, first_place=(first - 1 + used) % places + 1)
    return made


def _must_print(actor: Actor) -> None:
    """Raise Forbidden unless this actor prints, or sets printers for those who do."""
    if "admin" not in actor.scopes:
        actor.must("labels")


def _must_set_up(actor: Actor) -> None:
    if not actor.scopes & {"lead", "admin"}:
        raise Forbidden("Chỉ phụ trách bộ phận hoặc quản trị được đặt máy in.", code="scope.missing", scope="lead")


def _must_be_the_code(typed: str, code: str) -> None:
    read = typed.strip().upper()
    if read == code:
        return
    if recognise(typed).kind not in {"unknown", ""}:
        raise Invalid(
            "Đây là mã của giấy khác, không phải của tờ thử vừa in. Quét tờ thử.", code="test.other", field="/scanned"
        )
    raise Invalid(
        "Đọc được {count} ký tự nhưng không đúng mã trên tờ thử. Quét lại; vẫn sai thì chọn “Máy quét không đọc được”.",
        count=len(read), code="test.wrong", field="/scanned",
    )  # fmt: skip


async def _counter(session: Session, counter_no: str, actor: Actor, *, lock: bool = False) -> Counter:
    found = await printing.counter(session, counter_no, lock=lock)
    if found is None or not actor.may_see(found.unit):
        raise Unknown("Không có quầy {number}.", number=counter_no[:20], code="counter.unknown")
    return found


async def _job(session: Session, job_no: str, actor: Actor, *, lock: bool = False) -> PrintJob:
    found = await printing.job(session, job_no, lock=lock)
    if found is None or not actor.may_see(found[1]):
        raise _no_such_job(job_no)
    return found[0]


def _no_such_job(job_no: str) -> Unknown:
    return Unknown("Không có việc in {number}.", number=job_no[:20], code="print_job.unknown")
