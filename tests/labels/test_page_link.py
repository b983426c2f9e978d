"""A citizen scans the paper they were given and reads where their dossier is; a label never gives that away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pypdfium2
import pytest

from labels.consignment_note import consignment_note_pdf, consignment_notes_pdf
from labels.desk_forms import appointment_pdf
from labels.page_link import LINK_MOST, SAYS
from labels.paper import DOCUMENT_STOCKS
from labels.receipt import receipt_pdf
from postgw.domain.wording import sample_link

from . import test_consignment_note, test_desk_forms, test_receipt

LINK = sample_link("https://hoso.hatinh.example")
LONG = "https://hoso.example/" + "a" * LINK_MOST
DRAWN: dict[str, Callable[[str], bytes]] = {
    **{
        f"note-{name}": partial(consignment_note_pdf, test_consignment_note.NOTE, stock)
        for name, stock in DOCUMENT_STOCKS.items()
    },
    "fee": lambda link: receipt_pdf(replace(test_receipt.FEE, page_link=link)),
    "postage": lambda link: receipt_pdf(replace(test_receipt.POSTAGE, page_link=link)),
    "appointment": lambda link: appointment_pdf(replace(test_desk_forms.SLIP, page_link=link)),
}  # fmt: skip


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("name", DRAWN)
def test_a_telephone_reads_the_link_off_the_paper(
    symbols: Callable[..., list[tuple[str, str]]], words: Callable[[bytes], str], name: str, dpi: int
) -> None:
    document = DRAWN[name](LINK)

    assert ("QRCode", LINK) in symbols(document, dpi)
    assert SAYS in words(document)


@pytest.mark.parametrize("name", DRAWN)
def test_with_its_link_the_paper_is_still_one_page(name: str) -> None:
    with pypdfium2.PdfDocument(DRAWN[name](LINK)) as document:
        assert len(document) == 1


@pytest.mark.parametrize("link", ["", LONG])
@pytest.mark.parametrize("name", DRAWN)
def test_where_there_is_no_link_that_can_be_read_no_word_of_it_stands_there(
    words: Callable[[bytes], str], name: str, link: str
) -> None:
    assert SAYS not in words(DRAWN[name](link))


def test_a_cancelled_receipt_leads_nowhere(words: Callable[[bytes], str]) -> None:
    assert SAYS not in words(receipt_pdf(replace(test_receipt.FEE, page_link=LINK, cancelled=True)))


def test_of_many_notes_each_bears_its_own_link(symbols: Callable[..., list[tuple[str, str]]]) -> None:
    stock = next(iter(DOCUMENT_STOCKS.values()))
    notes = [(test_consignment_note.NOTE, LINK), (test_consignment_note.NOTE, "")]
    document = b"".join(consignment_notes_pdf(notes, stock, 2))

    read = [("QRCode", LINK) in symbols(document, page=page) for page in range(4)]
    assert read == [True, True, False, False]
