"""A paper of a print job, drawn for the printer that is to print it.

Which stock, which language and how far it is moved is the printer's matter; what stands on it is the labelling act's.

Used by: api.printing, pages.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import TYPE_CHECKING

from postgw.domain.actor import Actor
from postgw.domain.printing import MEDIA, Printer, PrintPaper

if TYPE_CHECKING:
    from postgw.services.bundle import Services


async def paper_drawn(
    services: Services, paper: PrintPaper, printer: Printer, *, counter: str = "", actor: Actor, at: datetime
) -> tuple[bytes, str]:
    """Return the bytes of a paper and their media type."""
    if paper.kind == "test":
        return await services.printing.test_page(paper, printer, counter), MEDIA[printer.media]
    if paper.kind == "labels" and printer.media == "zpl":
        text = await services.labelling.zpl(
            paper.numbers, stock=printer.stock, dpi=printer.dpi, shift=_shift(printer), actor=actor, at=at
        )
        return text.encode(), MEDIA["zpl"]
    return await _pdf(services, paper, printer, actor=actor, at=at), MEDIA["pdf"]


async def _pdf(services: Services, paper: PrintPaper, printer: Printer, *, actor: Actor, at: datetime) -> bytes:
    acts = services.labelling
    if paper.kind == "manifest":
        return await acts.manifest_pdf(paper.numbers[0], copies=paper.copies, actor=actor, at=at)
    if paper.kind == "notes":
        return await _whole(
            await acts.notes_pdf(paper.numbers, stock=printer.stock, copies=paper.copies, actor=actor, at=at)
        )
    return await _whole(
        await acts.pdf(
            paper.numbers, stock=printer.stock, first_place=paper.first_place, shift=_shift(printer), actor=actor, at=at
        )
    )


def _shift(printer: Printer) -> tuple[float, float]:
    return printer.right_tenths / 10, printer.down_tenths / 10


async def _whole(pieces: AsyncIterator[bytes]) -> bytes:
    return b"".join([piece async for piece in pieces])
