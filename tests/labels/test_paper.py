from __future__ import annotations

import doctest
from itertools import islice

import pytest

from labels import paper
from labels.paper import A4_8, DOCUMENT_STOCKS, LABEL_STOCKS, document_stock, label_stock
from postgw.domain.errors import Invalid


def test_the_doctests_hold() -> None:
    assert doctest.testmod(paper).failed == 0


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_a_module_is_a_whole_number_of_dots(dpi: int) -> None:
    dot = A4_8.at(dpi).dot
    dots = [
        paper.bar_module(176, 90, dot) / dot,
        paper.bar_module(300, 90, dot) / dot,
        paper.square_module(29, 20, dot) / dot,
    ]
    assert dots == pytest.approx([round(each) for each in dots])


def test_places_never_overlap_and_stay_on_the_page() -> None:
    places = A4_8.places()
    assert len({(place.x, place.y) for place in places}) == 8
    assert max(place.x + place.width for place in places) < 210
    assert max(place.y + place.height for place in places) < 297


def test_labels_go_on_from_the_chosen_place_to_the_next_page() -> None:
    assert [number for number, _ in islice(A4_8.places_from(7), 4)] == [6, 7, 0, 1]


@pytest.mark.parametrize("first_place", [0, 9])
def test_a_place_that_is_not_there_is_refused(first_place: int) -> None:
    with pytest.raises(Invalid, match="chỗ bắt đầu phải từ 1 đến 8"):
        A4_8.places_from(first_place)


def test_a_resolution_no_printer_has_is_refused() -> None:
    with pytest.raises(Invalid, match="72 dpi"):
        A4_8.at(72)


def test_stocks_are_found_by_name() -> None:
    assert [label_stock(name).name for name in LABEL_STOCKS] == ["100x150", "100x75", "a6", "a4-4", "a4-8"]
    assert [document_stock(name).name for name in DOCUMENT_STOCKS] == ["a4", "a5"]


def test_an_unknown_stock_is_refused_with_the_known_ones() -> None:
    with pytest.raises(Invalid, match="100x150, 100x75, a6"):
        label_stock("letter")
