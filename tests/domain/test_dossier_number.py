"""Dossier codes of each generation, kept verbatim."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain import dossier_number as dossier
from postgw.domain.errors import Invalid


@pytest.mark.parametrize(
    ("text", "generation", "level_one", "received_on", "serial"),
    [
        ("000.17.22.H56-210531-0001", "old", "H56", date(2021, 5, 31), "0001"),
        ("000.00.14.H56-200203-0118", "old", "H56", date(2020, 2, 3), "0118"),
        ("000.00.12.H62-201105-0004", "old", "H62", date(2020, 11, 5), "0004"),
        ("H15.50.05.13-261008-0975", "new", "H15", date(2026, 10, 8), "0975"),
        ("H27-261123-0001", "new", "H27", date(2026, 11, 23), "0001"),
        ("G22.99.08-260921-896048", "ministry", "G22", date(2026, 9, 21), "896048"),
        ("G22.99-251225-020175", "ministry", "G22", date(2025, 12, 25), "020175"),
    ],
)
def test_each_generation_is_read(text: str, generation: str, level_one: str, received_on: date, serial: str) -> None:
    number = dossier.parse(text)
    assert (number.generation, number.level_one, number.received_on, number.serial) == (
        generation, level_one, received_on, serial,
    )  # fmt: skip
    assert number.text == text


groups = st.lists(st.integers(0, 999).map(str), max_size=4)


@given(
    st.sampled_from("ABGHKTY"),
    st.integers(0, 99),
    groups,
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.integers(0, 9999999),
)
def test_a_code_is_kept_verbatim_and_found_however_it_is_typed(
    letter: str, number: int, inner: list[str], on: date, serial: int
) -> None:
    text = f"{'.'.join([f'{letter}{number:02}', *inner])}-{on:%y%m%d}-{serial:04}"
    assert dossier.validate(f"  {text}\n") == text
    assert dossier.parse(text).received_on == on
    typed = text.lower().replace(".", " ").replace("-", "")
    assert dossier.lookup_key(typed) == dossier.lookup_key(text)
    assert dossier.may_be_key(typed)


@pytest.mark.parametrize("text", ["H15.50-260230-0001", "000.00.14.H56-201331-0001", "G22.99-250001-020175"])
def test_a_day_that_no_calendar_has_is_refused_and_named(text: str) -> None:
    with pytest.raises(Invalid, match="không có trong lịch") as refusal:
        dossier.parse(text)
    assert refusal.value.code == "dossier_no.date"


@pytest.mark.parametrize("text", ["1.010708.000.00.00.H56", "2.000635"])
def test_a_procedure_code_is_told_apart(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        dossier.parse(text)
    assert refusal.value.code == "dossier_no.procedure"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0975",
        "h15.50.05.13-261008-0975",
        "Z15.50-261008-0975",
        "H15.50-261008-097",
        "H15-50-261008-0975",
        "RR473124829VN",
    ],
)
def test_another_shape_is_refused_with_an_example_of_each(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        dossier.parse(text, field="/dossiers/2/dossier_no")
    assert (refusal.value.code, refusal.value.field) == ("dossier_no.shape", "/dossiers/2/dossier_no")
    examples = [word.strip(".,") for word in str(refusal.value).split() if word[-2:].strip(".,").isdigit()]
    assert [dossier.parse(example).generation for example in examples] == ["new", "old", "ministry"]
