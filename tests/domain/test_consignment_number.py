"""Our own number: every slip of a finger is found, and no telephone number passes for one."""

from __future__ import annotations

import random
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain import consignment_number as consignment
from postgw.domain.errors import Invalid

numbers = st.randoms(use_true_random=False).map(lambda source: consignment.mint(source.randrange))


def test_the_number_of_the_handbook_is_valid() -> None:
    assert consignment.validate("4K7M-29TB-6HC") == "4K7M29TB6HC"


def test_the_alphabet_is_prime_and_has_no_letter_that_types_vietnamese_or_looks_like_a_digit() -> None:
    assert len(set(consignment.ALPHABET)) == 23
    assert not set(consignment.ALPHABET) & set("AEIOUYDW" + "GILOQSZ")


@given(numbers)
def test_every_minted_number_is_valid_and_has_a_letter_in_tenth_place(number: str) -> None:
    assert consignment.validate(number) == number
    assert number[9] in consignment.LETTERS


@given(numbers)
def test_a_number_as_shown_reads_back_however_it_is_typed(number: str) -> None:
    typed = consignment.shown(number).lower().replace("-", " – ").replace("0", "o").replace("1", "l")
    assert consignment.validate(typed) == number


@given(numbers)
def test_every_single_wrong_character_is_found(number: str) -> None:
    for place, character in product(range(len(number)), consignment.ALPHABET):
        wrong = number[:place] + character + number[place + 1 :]
        assert consignment.is_valid(wrong) == (wrong == number)


@given(numbers)
def test_every_swapped_pair_of_neighbours_is_found(number: str) -> None:
    for place in range(len(number) - 1):
        wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        assert consignment.is_valid(wrong) == (wrong == number)


def test_the_check_rule_finds_each_error_whatever_stands_beside_it() -> None:
    """The rule is a weighted sum, so what a pair of characters adds to it decides alone: all pairs, all places."""
    base = "0" * 10
    for place, (one, other) in product(range(10), product(consignment.ALPHABET, repeat=2)):
        if one == other:
            continue
        right = base[:place] + one + base[place + 1 :]
        assert consignment.check_character(right) != consignment.check_character(
            base[:place] + other + base[place + 1 :]
        )
        if place < 9:
            pair, swapped = (base[:place] + two + base[place + 2 :] for two in (one + other, other + one))
            assert consignment.check_character(pair) != consignment.check_character(swapped)


@given(st.text("0123456789", min_size=11, max_size=11))
def test_a_telephone_number_is_never_a_consignment_number(digits: str) -> None:
    assert not consignment.is_valid(digits)


def test_ten_thousand_numbers_drawn_are_ten_thousand_different_ones() -> None:
    source = random.Random(2026)
    assert len({consignment.mint(source.randrange) for _ in range(10_000)}) == 10_000


@pytest.mark.parametrize("text", ["", "4K7M29TB6H", "4K7M29TB6HCC", "4K7M29TB66C", "4K7M29TB6ĐC", "Nguyễn Thị A"])
def test_what_has_another_shape_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        consignment.validate(text)
    assert (refusal.value.code, refusal.value.values) == ("consignment_no.shape", {})


def test_a_wrong_check_character_is_refused_at_its_field() -> None:
    with pytest.raises(Invalid) as refusal:
        consignment.validate("4K7M29TB6HX", field="/scans/3/number")
    assert (refusal.value.code, refusal.value.field) == ("consignment_no.check", "/scans/3/number")
