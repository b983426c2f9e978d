"""How many parts a text takes: the borders of the standard, and that no sign is cut between two parts."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.folding import unaccented
from postgw.domain.sms_length import GSM, GSM_EXTENSION, ROOM, sms_length

PLAIN = st.text(st.sampled_from(sorted(GSM)))
EITHER = st.text(st.sampled_from(sorted(GSM | GSM_EXTENSION)), max_size=800)
VIETNAMESE = "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"


@pytest.mark.parametrize(("text", "coding", "characters", "parts"), [
    ("", "gsm7", 0, 1), ("a" * 160, "gsm7", 160, 1), ("a" * 161, "gsm7", 161, 2), ("a" * 306, "gsm7", 306, 2),
    ("a" * 307, "gsm7", 307, 3), ("€" * 80, "gsm7", 160, 1), ("€" * 81, "gsm7", 162, 2),
    ("ạ" * 70, "ucs2", 70, 1), ("ạ" * 71, "ucs2", 71, 2), ("ạ" * 134, "ucs2", 134, 2), ("ạ" * 135, "ucs2", 135, 3),
    ("a" * 152 + "€" + "a" * 152, "gsm7", 306, 3),  # 306 places would fill two parts, had the sign not to stay whole
    ("😀" * 35, "ucs2", 70, 1), ("😀" * 67, "ucs2", 134, 3), ("ê", "ucs2", 1, 1), ("à", "gsm7", 1, 1),
])  # fmt: skip
def test_the_borders_are_those_of_the_standard(text: str, coding: str, characters: int, parts: int) -> None:
    length = sms_length(text)

    assert (length.coding, length.characters, length.parts) == (coding, characters, parts)


def test_the_alphabet_has_its_128_places_with_the_escape() -> None:
    assert (len(GSM), len(GSM_EXTENSION)) == (127, 10)
    assert not GSM & GSM_EXTENSION


@given(PLAIN)
def test_without_signs_of_two_places_the_parts_are_a_division(text: str) -> None:
    alone, each = ROOM["gsm7"]

    assert sms_length(text).parts == (1 if len(text) <= alone else math.ceil(len(text) / each))


@given(EITHER)
def test_a_text_takes_its_places_and_at_most_one_lost_place_a_part(text: str) -> None:
    length, (alone, each) = sms_length(text), ROOM["gsm7"]

    assert length.characters == sum(2 if letter in GSM_EXTENSION else 1 for letter in text)
    if length.characters > alone:
        assert math.ceil(length.characters / each) <= length.parts <= math.ceil(length.characters / (each - 1))


@given(st.text(max_size=400))
def test_any_text_has_a_length_that_its_octets_confirm(text: str) -> None:
    length = sms_length(text)

    if length.coding == "ucs2":
        assert length.characters == len(text.encode("utf-16-be", "surrogatepass")) // 2
    assert length.parts >= 1


@given(EITHER, EITHER)
def test_a_longer_text_never_takes_fewer_parts(text: str, more: str) -> None:
    assert sms_length(text + more).parts >= sms_length(text).parts


@given(st.text(st.sampled_from(VIETNAMESE + VIETNAMESE.upper() + " .,:/-0123456789")))
def test_vietnamese_without_accents_is_plain_and_as_long(text: str) -> None:
    plain = unaccented(text)

    assert plain.isascii()
    assert (len(plain), plain.isupper()) == (len(text), text.isupper())
    assert sms_length(plain).coding == "gsm7"
