"""Paper is judged by independent eyes: pdfium renders it, zxing reads its symbols, pdfium gives back its words."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from labels.item_label import ItemLabel, Party

_ALPHABET = "0123456789BCDFGHJKLMNPQRSTVWXYZ"
_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


@pytest.fixture
def label() -> Callable[..., ItemLabel]:
    """A label of invented people; words given replace its own."""

    def make(**given: Any) -> ItemLabel:
        content: dict[str, Any] = {
            "consignment_no": "4K7M29TB6HC",
            "item_no": "RR473124829VN",
            "dossier_no": "H27.12.34-261123-0042",
            "leg": "Trả kết quả",
            "consignor": Party(
                name="Trung tâm Phục vụ hành chính công",
                address=("Số 2 đường Nguyễn Tất Thành", "Phường Thành Sen, tỉnh Hà Tĩnh"),
                phone="0239 3 855 555",
            ),
            "consignee": Party(
                name="Nguyễn Thị Thuỳ Dương",
                address=("Số 17 ngõ 4 đường Nguyễn Công Trứ", "Phường Trần Phú, tỉnh Hà Tĩnh"),
                phone="0912 345 678",
            ),
            "accepted_at": "14:05 23/11/2026",
            "accepted_office": "Bưu cục Hà Tĩnh",
            "service_marks": ("Phát tận tay", "Báo phát"),
            "post_name": "Bưu điện tỉnh Hà Tĩnh",
        }
        return ItemLabel(**(content | given))

    return make


@pytest.fixture
def numbers() -> Callable[[int], list[tuple[str, str]]]:
    """So many random pairs of consignment number and item number, the same in every run."""

    def draw(count: int) -> list[tuple[str, str]]:
        chance = random.Random(45)
        return [("".join(chance.choices(_ALPHABET, k=11)), _s10(chance)) for _ in range(count)]

    return draw


def _s10(chance: random.Random) -> str:
    serial = f"{chance.randrange(10**8):08d}"
    check = 11 - sum(int(digit) * weight for digit, weight in zip(serial, _WEIGHTS, strict=True)) % 11
    return f"{chance.choice(['RR', 'EE', 'CA'])}{serial}{ {10: 0, 11: 5}.get(check, check) }VN"


@pytest.fixture
def symbols() -> Callable[..., list[tuple[str, str]]]:
    """What a scanner reads on a page rendered at some dpi: (kind, text), sorted."""

    def read(document: bytes, dpi: int = 203, page: int = 0) -> list[tuple[str, str]]:
        with pypdfium2.PdfDocument(document) as opened:
            picture = opened[page].render(scale=dpi / 72, grayscale=True)
            return scan(bytes(picture.buffer), picture.stride, picture.height)

    return read


@pytest.fixture
def scanned() -> Callable[[bytes, int, int], list[tuple[str, str]]]:
    """What a scanner reads in grey bytes of some width and height."""
    return scan


def scan(grey: bytes, width: int, height: int) -> list[tuple[str, str]]:
    view = memoryview(grey).cast("B", shape=[height, width])
    return sorted((found.format.name, found.text) for found in zxingcpp.read_barcodes(view))


@pytest.fixture
def words() -> Callable[..., str]:
    """All text of a document, composed, its line breaks as spaces."""

    def extract(document: bytes) -> str:
        with pypdfium2.PdfDocument(document) as opened:
            pages = [page.get_textpage().get_text_bounded() for page in opened]
        return " ".join(unicodedata.normalize("NFC", " ".join(pages)).split())

    return extract
