"""The term of keeping ends on its day, never before it."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.retention import ERASED, first_kept, kept_until, without_person, without_words, words_of

_DAYS = st.dates(date(2017, 8, 15), date(2060, 12, 31))


@given(_DAYS, st.integers(1, 10))
def test_a_record_may_go_exactly_when_its_last_day_is_over(on, years):
    last = kept_until(on, years)

    assert on >= first_kept(last, years)
    assert on < first_kept(last + timedelta(days=1), years)


@given(_DAYS, _DAYS, st.integers(1, 10))
def test_what_is_whole_today_is_what_the_term_covers(on, today, years):
    assert (on >= first_kept(today, years)) == (today <= kept_until(on, years))


@pytest.mark.parametrize(
    ("on", "last"),
    [
        (date(2024, 2, 29), date(2029, 2, 28)),
        (date(2024, 2, 28), date(2029, 2, 28)),
        (date(2023, 2, 28), date(2028, 2, 28)),
        (date(2023, 3, 1), date(2028, 3, 1)),
        (date(2021, 12, 31), date(2026, 12, 31)),
    ],
)
def test_the_last_day_is_the_same_day_five_years_on_or_the_last_of_february(on, last):
    assert kept_until(on, 5) == last


def test_a_person_goes_at_any_depth_and_the_place_stays():
    party = {"name": "Lê An", "phone": "0912000003", "email": "a@b.vn", "address": "Số 1", "commune": "xã Kỳ Lạc"}
    record = {"parties": [{"to": party}], "none": None, "note": "Gặp ông An", "code": "held", "fee_dong": 8000}

    left = without_person(record, ["note"])

    assert left["parties"][0]["to"] == {
        "name": ERASED, "phone": "", "email": "", "address": "", "commune": "xã Kỳ Lạc"
    }  # fmt: skip
    assert (left["note"], left["code"], left["fee_dong"], left["none"]) == ("", "held", 8000, None)
    assert without_person(left, ["note"]) == left


def test_words_of_a_person_are_found_in_a_sentence_and_short_ones_are_left():
    words = words_of({"name": "Lê An", "phone": "0912000003", "address": "Số 1"})

    assert words == {"Lê An", "0912000003"}
    assert without_words(json.dumps({"text": "Lê An gọi"}, ensure_ascii=False), words) == '{"text": "••• gọi"}'
