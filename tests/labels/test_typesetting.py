from __future__ import annotations

import doctest

import pytest

from labels import typesetting
from labels.typeface import held, width_of
from labels.typesetting import MM, SMALLEST, Words, block, fit, wrap
from postgw.domain.errors import Invalid

_ADDRESS = "Số 17 ngõ 4 đường Nguyễn Công Trứ, tổ dân phố 3, phường Trần Phú, tỉnh Hà Tĩnh"


def test_the_doctests_hold() -> None:
    assert doctest.testmod(typesetting).failed == 0


def test_no_line_is_wider_than_its_place_and_no_word_is_lost() -> None:
    lines = wrap(_ADDRESS, 32, 11)
    assert " ".join(lines) == _ADDRESS
    assert max(width_of(line, 11, False) for line in lines) <= 32 * MM


def test_a_word_wider_than_its_place_is_broken_without_loss() -> None:
    lines = wrap("Xã " + "W" * 60, 30, 12)
    assert len(lines) > 2
    assert "".join(lines).replace(" ", "") == "Xã" + "W" * 60


def test_a_telephone_number_is_not_torn() -> None:
    assert any("0912\xa0345\xa0678" in line for line in wrap("Nguyễn Văn A, ĐT " + held("0912 345 678"), 40, 10))


def test_lines_are_far_enough_apart_for_stacked_marks() -> None:
    first, second = block([Words(text="ỄẬỮ ỄẬỮ", size=10)], 8).lines
    assert (second.baseline - first.baseline) * MM >= 1.4 * 10 - 1e-9


def test_text_that_fits_keeps_its_size() -> None:
    assert fit([Words(text="Hà Tĩnh", size=14)], 90, 20, what="thử").lines[0].size == 14


def test_text_that_does_not_fit_is_made_smaller_and_kept_whole() -> None:
    set_smaller = fit([Words(text=_ADDRESS, size=18)], 60, 14, what="thử")
    assert " ".join(line.text for line in set_smaller.lines) == _ADDRESS
    assert SMALLEST <= set_smaller.lines[0].size < 18
    assert set_smaller.height <= 14


def test_text_that_fits_at_no_readable_size_is_refused() -> None:
    with pytest.raises(Invalid, match="Không đủ chỗ in người nhận"):
        fit([Words(text=_ADDRESS, size=18)], 20, 5, what="người nhận")
