"""The post's own numbers: the check digit, the shape, lent ranges."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain import item_number
from postgw.domain.errors import Invalid
from postgw.domain.item_number import NumberRange

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
indicators = st.text(LETTERS, min_size=2, max_size=2)
serials = st.integers(0, item_number.LAST_SERIAL)


@pytest.mark.parametrize(
    ("serial", "digit"),
    [
        ("47312482", "9"),
        ("00000000", "5"),
        ("00000001", "4"),
        ("00000008", "0"),
        ("12345678", "5"),
        ("99999999", "5"),
    ],
)
def test_the_check_digit_agrees_with_the_published_vectors(serial: str, digit: str) -> None:
    assert item_number.check_digit(serial) == digit


@given(indicators, serials)
def test_a_number_made_from_a_serial_is_valid_and_domestic(indicator: str, serial: int) -> None:
    number = item_number.from_serial(indicator, serial)
    assert item_number.validate_domestic(number) == number


@given(indicators, serials)
def test_a_number_spaced_for_the_eye_reads_back(indicator: str, serial: int) -> None:
    number = item_number.from_serial(indicator, serial)
    assert item_number.validate(item_number.spaced(number).lower()) == number


@given(serials, st.integers(0, 7), st.integers(1, 9))
def test_a_wrong_digit_in_the_serial_is_found_unless_both_remainders_give_five(
    serial: int, place: int, shift: int
) -> None:
    """S10 gives 5 for the remainders 0 and 6 alike: those twins alone slip through."""
    number = item_number.from_serial("RR", serial)
    digit = str((int(number[2 + place]) + shift) % 10)
    wrong = number[: 2 + place] + digit + number[3 + place :]
    assert item_number.is_valid(wrong) == (number[10] == item_number.check_digit(wrong[2:10]))
    if number[10] != "5":
        assert not item_number.is_valid(wrong)


@pytest.mark.parametrize(
    "number", ["", "RR47312482VN", "RR473124829V", "1R473124829VN", "RR4731२4829VN", "RR473124829VNX"]
)
def test_what_has_another_shape_is_refused_without_repeating_it(number: str) -> None:
    with pytest.raises(Invalid) as refusal:
        item_number.validate(number, field="/items/0")
    assert (refusal.value.code, refusal.value.field, refusal.value.values) == ("item_no.shape", "/items/0", {})


def test_a_foreign_number_is_a_number_but_not_domestic() -> None:
    assert item_number.is_valid("EA473124829LA")
    with pytest.raises(Invalid, match="không do bưu chính Việt Nam cấp"):
        item_number.validate_domestic("EA473124829LA")


@given(serials, serials, st.data())
def test_a_lent_range_contains_exactly_what_it_yields(one: int, other: int, data: st.DataObject) -> None:
    lent = NumberRange(indicator="RR", first=min(one, other), last=max(one, other))
    i = data.draw(st.integers(0, lent.count - 1))
    assert lent.contains(item_number.from_serial("RR", lent.first + i))
    assert not lent.contains(item_number.from_serial("RA", lent.first + i))


def test_a_lent_range_ends_where_it_ends() -> None:
    lent = NumberRange(indicator="RR", first=10, last=12)
    assert [n for n in range(9, 14) if lent.contains(item_number.from_serial("RR", n))] == [10, 11, 12]
    assert lent.count == 3


@given(st.tuples(*[st.integers(0, 30)] * 4))
def test_two_ranges_overlap_when_a_number_stands_in_both(ends: tuple[int, int, int, int]) -> None:
    a, b, c, d = ends
    one = NumberRange(indicator="RR", first=min(a, b), last=max(a, b))
    other = NumberRange(indicator="RR", first=min(c, d), last=max(c, d))
    shared = any(other.contains(item_number.from_serial("RR", n)) for n in range(one.first, one.last + 1))
    assert one.overlaps(other) == other.overlaps(one) == shared


def test_ranges_of_different_services_never_overlap() -> None:
    one, other = (NumberRange(indicator=indicator, first=0, last=9) for indicator in ("RR", "EA"))
    assert not one.overlaps(other)
