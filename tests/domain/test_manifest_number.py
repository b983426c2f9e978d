"""Manifest numbers, with and without their dashes."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain import manifest_number as manifest
from postgw.domain.errors import Invalid

desks = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=2, max_size=6)
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
serials = st.integers(1, manifest.LAST_SERIAL)


@given(desks, days, serials)
def test_a_number_made_reads_back_however_it_is_typed(desk: str, on: date, serial: int) -> None:
    number = manifest.make(desk, on, serial)
    assert manifest.validate(number) == number
    assert manifest.validate(f"  {number.lower().replace('-', ' ')} ") == number


@given(desks, days, serials)
def test_without_dashes_the_right_reading_is_among_the_readings(desk: str, on: date, serial: int) -> None:
    number = manifest.make(desk, on, serial)
    assert number in list(manifest.readings(number.replace("-", "")))


def test_missing_dashes_are_not_guessed_when_two_readings_are_left() -> None:
    with pytest.raises(Invalid, match="Ghi đủ cả dấu gạch"):
        manifest.validate("BB12261111111")


@pytest.mark.parametrize(
    "text", ["", "BB-TS-261123-2", "BB-TS-261123-00", "BB-TS-261123-012", "BB-T-261123-02", "BB-Tß-261123-02"]
)
def test_what_no_desk_could_have_written_is_refused(text: str) -> None:
    assert not manifest.is_valid(text)


def test_an_impossible_day_is_named() -> None:
    with pytest.raises(Invalid, match="31/11/2026") as refusal:
        manifest.validate("BB-TS-261131-02")
    assert refusal.value.code == "manifest_no.date"
