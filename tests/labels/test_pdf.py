from __future__ import annotations

import re
import tracemalloc
from collections.abc import Callable, Iterator

import pypdfium2
import pytest

from labels.item_label import ItemLabel, item_label_pdf, item_labels_pdf
from labels.paper import THERMAL_100X75, THERMAL_100X150

Make = Callable[..., ItemLabel]


def many(label: Make, count: int) -> Iterator[ItemLabel]:
    return (label(consignment_no=f"4K{number:09d}") for number in range(count))


def peak(label: Make, count: int) -> int:
    tracemalloc.start()
    for _ in item_labels_pdf(many(label, count), THERMAL_100X75):
        pass
    highest = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return highest


def test_a_label_is_asked_for_only_when_its_page_is_drawn(label: Make) -> None:
    asked: list[int] = []

    def endless() -> Iterator[ItemLabel]:
        for _ in range(500):
            asked.append(1)
            yield label()

    pieces = item_labels_pdf(endless(), THERMAL_100X150)
    for _ in range(4):
        next(pieces)
    assert len(asked) <= 5


@pytest.mark.slow
def test_memory_does_not_grow_with_the_labels(label: Make) -> None:
    for _ in item_labels_pdf(many(label, 1), THERMAL_100X75):
        pass
    assert peak(label, 500) - peak(label, 100) < 32 * 1024


@pytest.mark.slow
def test_a_thousand_labels_are_a_thousand_pages_in_order(label: Make, words: Callable[[bytes], str]) -> None:
    document = b"".join(item_labels_pdf(many(label, 1000), THERMAL_100X75))
    with pypdfium2.PdfDocument(document) as opened:
        texts = [page.get_textpage().get_text_bounded() for page in opened]
    assert [number for number, text in enumerate(texts) if f"4K{number:09d}"[:4] not in text] == []
    assert len(texts) == 1000
    assert f"4K00-0000-{999:03d}" in texts[999]


def test_every_object_is_where_the_cross_reference_says(label: Make) -> None:
    document = b"".join(item_labels_pdf(many(label, 250), THERMAL_100X75))
    table = document[int(document.rsplit(b"startxref\n", 1)[1].split()[0]) :]
    positions = [int(line[:10]) for line in re.findall(rb"\d{10} 00000 n \n", table)]
    wrong = [n for n, at in enumerate(positions, 1) if not document.startswith(b"%d 0 obj" % n, at)]
    assert wrong == []
    assert len(positions) == document.count(b"\nendobj\n")


def test_no_date_and_no_random_identifier_is_inside(label: Make) -> None:
    document = item_label_pdf(label(), THERMAL_100X150)
    assert not re.search(rb"/(CreationDate|ModDate|ID)\b", document)


def test_the_printer_is_told_not_to_scale(label: Make) -> None:
    assert b"/PrintScaling/None" in item_label_pdf(label(), THERMAL_100X150)
