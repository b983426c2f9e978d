"""Bag numbers: every slip of a finger is found."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain import bag_number
from postgw.domain.consignment_number import ALPHABET
from postgw.domain.errors import Invalid

numbers = st.randoms(use_true_random=False).map(lambda source: bag_number.mint(source.randrange))


@given(numbers)
def test_every_minted_number_is_valid_and_reads_back_as_shown(number: str) -> None:
    assert bag_number.validate(bag_number.shown(number).lower()) == number


@given(numbers)
def test_every_single_wrong_character_is_found(number: str) -> None:
    for place, character in product(range(len(number)), ALPHABET):
        wrong = number[:place] + character + number[place + 1 :]
        assert bag_number.is_valid(wrong) == (wrong == number)


@given(numbers)
def test_every_swapped_pair_of_neighbours_is_found(number: str) -> None:
    for place in range(len(number) - 1):
        wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        assert bag_number.is_valid(wrong) == (wrong == number)


@pytest.mark.parametrize("text", ["", "4K7M29B9", "K4K7M29B9", "T4K7M29B99", "TUI-0418"])
def test_what_has_another_shape_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        bag_number.validate(text)
    assert refusal.value.code == "bag_no.shape"
