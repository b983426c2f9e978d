"""Search finds Vietnamese however it was typed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.folding import bare, fold

VIETNAMESE = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(VIETNAMESE + VIETNAMESE.upper() + " "))
def test_vietnamese_folds_to_plain_small_letters_however_it_is_composed(text: str) -> None:
    folded = fold(text)
    assert folded.isascii()
    assert folded == folded.lower()
    assert fold(unicodedata.normalize("NFD", text)) == fold(text.upper()) == folded


@pytest.mark.parametrize("way", ["Đỗ Thị Hà", "đỗ thị hà", "ĐỖ THỊ HÀ", "Do Thi Ha", "Ðỗ  Thị\u00a0Hà"])
def test_all_ways_of_writing_a_name_meet(way: str) -> None:
    assert fold(way) == "do thi ha"


@given(st.text("abcXYZ019 -.\u2013\u00a0"))
def test_a_bare_number_is_letters_and_digits(text: str) -> None:
    assert bare(text).isalnum() or bare(text) == ""
    assert bare(bare(text)) == bare(text)
