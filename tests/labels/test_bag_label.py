from __future__ import annotations

from collections.abc import Callable

import pytest

from labels.bag_label import BagLabel, bag_label_pdf, bag_label_png, bag_label_zpl
from labels.paper import LABEL_STOCKS, THERMAL_100X75, Stock

STOCKS = pytest.mark.parametrize("stock", LABEL_STOCKS.values(), ids=LABEL_STOCKS)


def bag(*, rehearsal: bool = False) -> BagLabel:
    return BagLabel(
        bag_no="7TK2M9B4HCD",
        post_name="Bưu điện tỉnh Hà Tĩnh",
        from_office="Bưu cục Khai thác Hà Tĩnh",
        to_office="Trung tâm Phục vụ hành chính công",
        to_commune="Phường Thành Sen, tỉnh Hà Tĩnh",
        items=200,
        weight="18,4 kg",
        seal_no="NP 003912",
        closed_at="16:20 23/11/2026",
        closed_by="ca chiều",
        rehearsal=rehearsal,
    )


@STOCKS
@pytest.mark.parametrize("dpi", [203, 600])
def test_both_symbols_of_a_bag_read_back(symbols: Callable[..., list[tuple[str, str]]], stock: Stock, dpi: int) -> None:
    read = symbols(bag_label_pdf(bag(rehearsal=True), stock.at(dpi)), dpi)
    assert read == [("Code128", "7TK2M9B4HCD"), ("QRCode", "7TK2M9B4HCD")]


@STOCKS
@pytest.mark.parametrize("rehearsal", [True, False])
def test_the_words_of_a_bag_stand_there(words: Callable[[bytes], str], stock: Stock, rehearsal: bool) -> None:
    text = words(bag_label_pdf(bag(rehearsal=rehearsal), stock))
    put = ("200 bưu gửi · 18,4 kg", "Niêm phong số NP 003912", "Phường Thành Sen, tỉnh Hà Tĩnh", "7TK2-M9B4-HCD")
    assert [each for each in put if each not in text] == []
    assert ("DIỄN TẬP" in text) is rehearsal


def test_a_bag_label_comes_as_png_and_zpl_too() -> None:
    assert bag_label_png(bag(), THERMAL_100X75, 203).startswith(b"\x89PNG")
    assert "^FX 7TK2M9B4HCD" in bag_label_zpl(bag(), THERMAL_100X75, 203)
