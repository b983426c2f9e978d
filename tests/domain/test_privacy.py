"""What a stranger may see of a person."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain import privacy
from postgw.domain.address import Party

PARTY = Party(
    name="Nguyễn Văn Ánh", phone="0912000003", email="anh@example.vn", address="Thôn Đoài", commune="xã Kỳ Lạc",
    district="huyện Kỳ Anh", province="tỉnh Hà Tĩnh", commune_code="18886",
)  # fmt: skip


def test_a_decomposed_name_keeps_its_accents() -> None:
    assert privacy.mask_name(unicodedata.normalize("NFD", "Ánh Đào")) == "Á••• Đ•••"


@given(st.lists(st.text("aăâbcdđeê", min_size=2), min_size=1))
def test_a_masked_name_shows_one_letter_of_each_word(words: list[str]) -> None:
    assert privacy.mask_name(" ".join(words)) == " ".join(f"{word[0]}•••" for word in words)


@given(st.text("0123456789", min_size=7, max_size=15))
def test_a_masked_number_shows_three_digits_and_not_its_length(digits: str) -> None:
    assert privacy.mask_phone(digits) == f"••• ••• {digits[-3:]}"


@pytest.mark.parametrize("short", ["1", "113", "123456"])
def test_a_short_number_shows_nothing(short: str) -> None:
    assert not set(privacy.mask_phone(short)) & set(short)


def test_of_an_address_commune_and_province_remain() -> None:
    assert privacy.mask_address(PARTY) == "xã Kỳ Lạc, tỉnh Hà Tĩnh"
