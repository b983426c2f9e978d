"""What somebody meant by a number, and what is said of one that does not fit."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain import consignment_number, item_number
from postgw.domain.misspelt import likeness, mended

ITEMS = st.integers(0, item_number.LAST_SERIAL).map(lambda serial: item_number.from_serial("RR", serial))
CONSIGNMENTS = st.integers(0, 2**32).map(lambda seed: consignment_number.mint(random.Random(seed).randrange))
DOSSIERS = st.builds(lambda serial: f"H27.15-261120-{serial:04d}", st.integers(0, 9999))
_LOOKALIKES = str.maketrans("0125", "OIZS")


@given(ITEMS | DOSSIERS)
def test_letters_for_digits_lead_to_the_number_that_was_meant(number: str) -> None:
    head, rest = (number[:2], number[2:-2]) if number.endswith("VN") else (number[:1], number[1:])
    typed = head + rest.translate(_LOOKALIKES) + number[len(head) + len(rest) :]

    assert mended(typed).number == number


@given(ITEMS | CONSIGNMENTS | DOSSIERS)
def test_of_a_well_formed_number_nothing_is_said_but_its_kind(number: str) -> None:
    like = likeness(number)

    assert like.looks in {"item", "consignment", "dossier"}
    assert like.slips == ()


@given(CONSIGNMENTS, st.integers(0, 10), st.sampled_from(consignment_number.ALPHABET))
def test_one_wrong_character_keeps_the_kind_and_is_found(number: str, at: int, wrong: str) -> None:
    typed = number[:at] + wrong + number[at + 1 :]
    like = likeness(typed)

    assert (like.slips == ()) == (typed == number)


@given(ITEMS, st.integers(2, 10))
def test_a_digit_that_is_missing_is_counted(number: str, at: int) -> None:
    like = likeness(number[:at] + number[at + 1 :])

    assert like.looks == "item"
    assert [(each.code, each.values) for each in like.slips] == [("item.digits", {"n": 8})]


@given(st.text(max_size=80))
def test_whatever_is_typed_has_an_answer(text: str) -> None:
    assert likeness(text).looks
    assert mended(text).kind


@pytest.mark.parametrize(
    ("typed", "looks", "slips"),
    [
        ("T-4K7M-29B9", "carrier", []), ("BB-TS-261123-02", "carrier", []), ("0912000003", "telephone", []),
        ("+84912000003", "telephone", []), ("042199000123", "identity", []), ("1.001193", "procedure", []),
        ("H27.15-26112-0007", "dossier", ["dossier.day"]),
        ("H27.15-261120", "dossier", ["dossier.short"]), ("H27.15-261120-07", "dossier", ["dossier.serial"]),
        ("Z27.15-261120-0007", "dossier", ["dossier.head"]), ("H27", "dossier", ["dossier.short"]), ("", "unknown", []),
        ("4K7M29TB6WC", "consignment", ["consignment.letters"]),
        ("4K7M29TB66C", "consignment", ["consignment.tenth"]),
    ],
)  # fmt: skip
def test_each_slip_is_named(typed: str, looks: str, slips: list[str]) -> None:
    like = likeness(typed)

    assert (like.looks, [each.code for each in like.slips]) == (looks, slips)
