from __future__ import annotations

import doctest
import unicodedata

import pytest

from labels import typeface
from postgw.domain.errors import Invalid

_BASES = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
_TONES = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
VIETNAMESE = [unicodedata.normalize("NFC", base + tone) for base in _BASES for tone in _TONES] + ["đ", "Đ"]


def test_the_doctests_hold() -> None:
    assert doctest.testmod(typeface).failed == 0


@pytest.mark.parametrize("bold", [False, True])
def test_every_vietnamese_letter_is_in_the_everyday_face(bold: bool) -> None:
    faces = {face for letter in VIETNAMESE for face, _ in typeface.spans(letter, bold)}
    assert faces == {"B" if bold else "R"}


@pytest.mark.parametrize("mark", "–—…·•₫№×°“”‘’")
def test_every_mark_of_the_trade_is_in_the_everyday_face(mark: str) -> None:
    assert [face for face, _ in typeface.spans(mark, True)] == ["B"]


def test_decomposed_letters_are_set_as_their_composed_ones() -> None:
    assert typeface.spans(unicodedata.normalize("NFD", "Ngữ Ễ Ậ"), False) == typeface.spans("Ngữ Ễ Ậ", False)


def test_a_letter_of_a_neighbour_comes_from_the_wide_face() -> None:
    assert [face for face, _ in typeface.spans("Łukasz Иванов", False)] == ["RW", "R", "RW"]


def test_a_letter_no_face_has_is_refused_by_name() -> None:
    with pytest.raises(Invalid, match=r"“老” \(U\+8001\)"):
        typeface.width_of("老挝", 10, False)


def test_a_minus_sign_is_an_en_dash() -> None:
    assert typeface.clean("\u221213.000 ₫") == "–13.000 ₫"
