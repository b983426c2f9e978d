"""Booking and printing a pile: what stands ready, what it comes to, one press; then what became of each row.

The list shows what cannot be booked too, with the reason and with what mends it. A press is kept under the key of its
form before anything is done: pressed twice it books once.

Stands on: pile, counters. Used by: routes.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from aiohttp import web

from postgw.domain.bookable import Batch, Bookable
from postgw.domain.errors import Invalid, Unknown
from postgw.domain.legal_day import legal_day
from postgw.domain.printing import PRINTS, Counter, Printer
from postgw.domain.privacy import mask_address, mask_name
from postgw.services.batches import ROWS_MOST
from postgw.services.printing import STOCKS, standard
from postgw.web.answers import answered, file_answer
from postgw.web.keys import DOOR
from postgw.web.language import sentence
from postgw.web.paper import paper_drawn

from . import counters
from .pile import COPIES, papers_of, work_through
from .visit import Visit, go_to

LEGS = {"return": sentence("Trả kết quả"), "send": sentence("Thu gom tại nhà")}
#: What is ticked when the page opens: late, due today, due on the next day that counts.
_SOON = timedelta(days=1)
_SUBJECT = "list:/desk/book"
#: The zones of the tariff as a counter says them, in a column that is narrow.
_SHORT_ZONES = {
    "in_district": sentence("Trong vùng"), "inter_district": sentence("Liên vùng"),
    "same_region": sentence("Liên tỉnh, cùng vùng"), "neighbour_region": sentence("Liên tỉnh, vùng kề"),
    "far_region": sentence("Liên tỉnh, vùng xa"),
}  # fmt: skip


_HEADINGS = (
    sentence("Hạn trả"), sentence("Hồ sơ"), sentence("Thủ tục"), sentence("Họ tên"), sentence("Địa chỉ"),
    sentence("Vùng"), sentence("Cước (đ)"), sentence("Lệ phí bưu tá thu hộ"), sentence("Chưa ghi được"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What the chosen rows come to."""

    count: int
    before: int
    reduced: int
    collect: int

    @property
    def due(self) -> int:
        """Return what the receivers pay."""
        return self.before - self.reduced


def sum_of(rows: Sequence[Bookable]) -> Sum:
    """Return what rows come to."""
    priced = [row.postage for row in rows if row.postage]
    return Sum(
        count=len(rows), before=sum(each.price_dong for each in priced),
        reduced=sum(each.reduced_dong for each in priced), collect=sum(row.collect_dong for row in rows),
    )  # fmt: skip


async def ready(visit: Visit) -> web.Response:
    """Show what stands ready to be booked."""
    leg = visit.query("leg") if visit.query("leg") in LEGS else "return"
    return await _list(visit, leg)


async def _list(
    visit: Visit, leg: str, *, key: str = "", picked: Sequence[str] | None = None, why: str = ""
) -> web.Response:
    rows = await visit.services.batches.waiting(leg, actor=visit.actor.as_reader(), at=visit.at)
    shown, today = rows[:ROWS_MOST], legal_day(visit.at)
    free = [row for row in shown if row.obstacle is None]
    if picked is None:
        picked = [row.key for row in free if row.due_on and row.due_on <= today + _SOON]
    here = counters.chosen(visit, known := await counters.counters_of(visit))
    trip, manifest_no = await _trip(visit) if leg == "return" else (None, "")
    return visit.show(
        "desk_book.html", status=422 if why else 200, rows=shown, more=len(rows) > ROWS_MOST, rows_most=ROWS_MOST,
        free=free, leg=leg, legs=LEGS, key=key or secrets.token_hex(12), picked=frozenset(picked), why=why,
        total=sum_of([row for row in free if row.key in picked]), named=await visit.names_shown(_SUBJECT),
        zones=_SHORT_ZONES, today=today, counters=known, counter=here, trip=trip,
        manifest_no=manifest_no, latest=await visit.services.batches.latest(actor=visit.actor.as_reader()),
        copies=COPIES, stocks=_stocks(visit, here), here="/desk/book",
    )  # fmt: skip


async def sheet(visit: Visit) -> web.Response:
    """Give the list as a file, names covered unless they are shown on this screen."""
    leg = visit.query("leg") if visit.query("leg") in LEGS else "return"
    rows = await visit.services.batches.waiting(leg, actor=visit.actor, at=visit.at)
    named = await visit.names_shown(_SUBJECT)
    headings = [visit.say(words) for words in _HEADINGS]
    return await visit.sheet(
        visit.say(LEGS[leg]), headings, [_cells(visit, row, named) for row in rows], visit.path("kind")
    )


def _cells(visit: Visit, row: Bookable, named: bool) -> list[str | int]:
    citizen = row.citizen
    return [
        f"{row.due_on:%d/%m/%Y}" if row.due_on else "", row.key, row.procedure,
        citizen.name if named else mask_name(citizen.name), citizen.one_line() if named else mask_address(citizen),
        visit.say(_SHORT_ZONES[row.zone]) if row.zone else "", row.postage.due_dong if row.postage else "",
        row.collect_dong, visit.say(row.obstacle.sentence, **row.obstacle.values) if row.obstacle else "",
    ]  # fmt: skip


async def _trip(visit: Visit) -> tuple[Any, str]:
    if "handover" not in visit.actor.as_reader().scopes or not visit.actor.unit:
        return None, ""
    return await visit.services.handover.next_trip(visit.actor.unit, actor=visit.actor.as_reader(), at=visit.at)


def _stocks(visit: Visit, counter: Counter | None) -> dict[str, str]:
    house = visit.request.app[DOOR].stock
    return {prints: counters.stock_of(visit, counter, prints, house) for prints in PRINTS}


async def book(visit: Visit) -> web.Response:
    """Book the chosen rows and have them printed; pressed twice it is done once."""
    typed, picked = await visit.typed(), await visit.chosen("pick")
    leg, key = typed.get("leg", "return"), typed.get("key", "")
    wanted = await visit.chosen("print")
    prints = tuple(one for one in PRINTS if one in wanted)
    try:
        batch, ours = await visit.services.batches.begin(
            key, picked, leg=leg, counter_no=typed.get("counter", "")[:20], prints=prints, actor=visit.actor,
            at=visit.at,
        )  # fmt: skip
    except Invalid as mistake:
        return await _list(
            visit, leg if leg in LEGS else "return", picked=picked, why=visit.say(mistake.template, **mistake.values)
        )
    if ours:
        await work_through(visit, batch)
    return go_to(f"/desk/book/{batch.batch_no}")


async def result(visit: Visit) -> web.Response:
    """Show what became of each row of a pile, and how the post answers."""
    batch = await visit.services.batches.batch(visit.path("number"), actor=visit.actor.as_reader())
    here = counters.chosen(visit, known := await counters.counters_of(visit))
    return visit.show(
        "desk_book_done.html", b=batch, legs=LEGS, progress=await _progress(visit, batch), counter=here,
        counters=known, stocks=_stocks(visit, here), copies=COPIES, who=await visit.services.batches.who(batch.made_by),
        papers=[each.kind for each in papers_of(replace(batch, prints=tuple(PRINTS)), batch.manifest_no)],
        may_go_on=batch.done_at is None and visit.at - batch.tried_at > timedelta(minutes=1),
        label_stocks=STOCKS["labels"], here="/desk/book",
    )  # fmt: skip


async def progress(visit: Visit) -> web.Response:
    """Say how far a pile has come, to the page that asks now and then."""
    batch = await visit.services.batches.batch(visit.path("number"), actor=visit.actor.as_reader())
    return answered(await _progress(visit, batch))


async def _progress(visit: Visit, batch: Batch) -> dict[str, Any]:
    """Return how far a pile has come. `settled` says that nothing will change any more."""
    job = None
    if batch.job_no:
        job = await visit.services.printing.job(batch.job_no, actor=visit.actor.as_reader())
    waits_for_paper = job is not None and job.state in {"waiting", "taken"}
    return {
        "all": len(batch.lines), "tried": sum(bool(line.outcome) for line in batch.lines),
        "booked": batch.count("booked"), "known": batch.count("known"), "refused": batch.count("refused"),
        "answered": batch.answered(), "turned_away": len(batch.turned_away()), "waits": batch.waits,
        "print": job.state if job else "", "print_reason": job.reason if job else "",
        "settled": batch.done_at is not None and not batch.waits and not waits_for_paper,
    }  # fmt: skip


async def paper(visit: Visit) -> web.Response:
    """Draw one kind of paper of a pile as a PDF whose page box is the stock; for a counter without a program."""
    batch = await visit.services.batches.batch(visit.path("number"), actor=visit.actor)
    kind = visit.path("kind")
    papers = papers_of(replace(batch, prints=tuple(PRINTS)), batch.manifest_no)
    wanted = next((one for one in papers if one.kind == kind), None)
    if wanted is None:
        raise Unknown("Lượt ghi này không có giấy đó.", code="batch.paper")
    printer = await _as_asked(visit, kind)
    body, media = await paper_drawn(
        visit.services, replace(wanted, first_place=printer.first_place), printer, actor=visit.actor, at=visit.at
    )
    return file_answer(body, media, f"{kind}-{batch.batch_no}.pdf")


async def _as_asked(visit: Visit, kind: str) -> Printer:
    """Return the counter's printer of a kind for a PDF, on the stock and from the place that the address names."""
    here = counters.chosen(visit, await counters.counters_of(visit))
    printer = (here.printer(kind) if here else None) or standard(kind)
    stock = visit.query("stock")
    if not stock:
        stock = counters.stock_of(visit, here, kind, visit.request.app[DOOR].stock)
    place = visit.query("place")
    first = int(place) if place.isascii() and place.isdecimal() and len(place) < 3 else 0
    return replace(printer, media="pdf", stock=stock, first_place=first or printer.first_place)
