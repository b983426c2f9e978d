"""A pile worked through: each chosen row registered where it must be, booked, put on the list of the next trip; then
one print job. Every step may be done twice, so that whoever comes back after a crash goes on where it stopped.

Stands on: the acts of several services, in their order; they do not know each other. Used by: book.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from postgw.domain.bookable import Batch, BatchLine, told
from postgw.domain.errors import Conflict, Mistake, PostgwError
from postgw.domain.printing import PrintPaper
from postgw.web.language import sentence

from .moments import when
from .visit import Visit

#: Two of each slip and of the list: one for each side.
COPIES = {"labels": 1, "notes": 2, "manifest": 2}
KNOWN = sentence("{who} đã ghi hồ sơ này lúc {moment}. Không ghi thêm lần nữa.")


async def work_through(visit: Visit, batch: Batch) -> Batch:
    """Book what is left of a pile, put it on the list and have it printed; return the pile as it is then."""
    batches = visit.services.batches
    numbers = await batches.live(batch)
    for line in batch.lines:
        if not line.outcome:
            await batches.note(batch, await _booked(visit, batch, line, numbers.get(line.dossier_key, "")))
    batch = await batches.batch(batch.batch_no, actor=visit.actor)
    manifest_no, obstacle = await _listed(visit, batch)
    job_no = await _printing(visit, batch, papers_of(batch, manifest_no))
    await batches.finish(batch, manifest_no=manifest_no, obstacle=obstacle, job_no=job_no, at=visit.at)
    return await batches.batch(batch.batch_no, actor=visit.actor)


async def _booked(visit: Visit, batch: Batch, line: BatchLine, number: str) -> BatchLine:
    """Book one row and return what became of it; what a person must mend is told, not raised."""
    try:
        number = number or await _registered(visit, batch, line)
        return await _asked(visit, batch, replace(line, consignment_no=number))
    except Mistake as mistake:
        template, values = told(mistake)
        return replace(line, consignment_no=number, outcome="refused", template=template, values=values)


async def _registered(visit: Visit, batch: Batch, line: BatchLine) -> str:
    try:
        made = await visit.services.intake.register(line.dossier_key, leg=batch.leg, actor=visit.actor, at=visit.at)
    except Conflict as known:
        if known.code != "consignment.live":
            raise
        return str(known.values["number"])
    return made.consignment_no


async def _asked(visit: Visit, batch: Batch, line: BatchLine) -> BatchLine:
    """Ask the post, unless somebody has: who and when is then told."""
    booking, number = visit.services.booking, line.consignment_no
    before = await booking.order(number, actor=replace(visit.actor, scopes=visit.actor.scopes | {"enquiry"}))
    order = await booking.book(number, actor=visit.actor, at=visit.at)
    is_new = before is None or before.state == "refused"
    ours = order.asked_by == batch.made_by and (is_new or order.asked_at >= batch.made_at)
    if ours and order.state not in {"cancelling", "cancelled"}:
        return replace(line, outcome="booked")
    who = await visit.services.batches.who(order.asked_by)
    moment = when(order.asked_at, now=visit.at, language="vi")
    return replace(line, outcome="known", template=KNOWN, values={"who": who, "moment": moment})


async def _listed(visit: Visit, batch: Batch) -> tuple[str, str]:
    """Put what was booked on the list of the next trip; return its number, or why there is none."""
    if batch.leg != "return" or not batch.numbers() or "handover" not in visit.may:
        return "", ""
    try:
        desk = await _desk_of(visit, batch)
        manifest = await visit.services.handover.for_next_trip(
            batch.numbers(), desk=desk, actor=visit.actor, at=visit.at
        )
    except Mistake as mistake:
        return "", str(mistake)
    return (manifest.manifest_no if manifest else ""), ""


async def _desk_of(visit: Visit, batch: Batch) -> str:
    if batch.desk:
        return batch.desk
    reader = replace(visit.actor, scopes=visit.actor.scopes | {"enquiry"})
    return (await visit.services.enquiry.consignment(batch.numbers()[0], actor=reader)).desk


def papers_of(batch: Batch, manifest_no: str) -> tuple[PrintPaper, ...]:
    """Return the papers that a pile is to be printed with."""
    numbers = batch.numbers()
    wanted = {"labels": numbers, "notes": numbers, "manifest": (manifest_no,) if manifest_no else ()}
    return tuple(
        PrintPaper(kind=kind, numbers=wanted[kind], copies=COPIES[kind]) for kind in batch.prints if wanted.get(kind)
    )


async def _printing(visit: Visit, batch: Batch, papers: Sequence[PrintPaper]) -> str:
    """Hand the papers to the counter's program, where the counter has one; return the number of the job."""
    if not papers or not batch.counter_no or "labels" not in visit.may:
        return ""
    try:
        counter = await visit.services.printing.counter(batch.counter_no, actor=visit.actor)
        if not counter.token_no:
            return ""
        job = await visit.services.printing.ask(
            f"batch:{batch.batch_key}", counter.counter_no, papers, actor=visit.actor, at=visit.at
        )
    except PostgwError:  # the counter was closed meanwhile: the papers are opened from the page instead
        return ""
    return job.job_no
