"""Both sides in full, whatever was said and in whatever order."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.reconciliation import (
    CLAIM_BUCKETS,
    LINE_BUCKETS,
    Claim,
    Line,
    StatementRow,
    keys_of,
    names_in,
    reconcile,
    totals,
)

ON = date(2026, 11, 23)
TODAY = date(2026, 12, 24)


def claim(key: str, collected: int = 8000, due: int = 8000, **other: object) -> Claim:
    told = {"key": key, "names": frozenset({key}), "on": ON, "due_dong": due, "collected_dong": collected}
    return Claim(**{**told, **other})  # type: ignore[arg-type]


def line(no: str, amount: int, *names: str, on: date = ON) -> Line:
    return Line(line_no=no, key=f"key-{no}", on=on, amount_dong=amount, names=names)


def buckets(claims: list[Claim], lines: list[Line]) -> tuple[dict[str, str], dict[str, str]]:
    found = reconcile(claims, lines)
    return (
        {each.claim.key: each.bucket for each in found.claims},
        {each.line.line_no: each.bucket for each in found.lines},
    )


def test_one_of_each_bucket_on_both_sides():
    claims = [claim("A"), claim("B"), claim("C"), claim("D", collected=0), claim("E", collected=0, due=0)]
    lines = [
        line("1", 8000, "A"), line("2", 8000, "A"), line("3", 7000, "B"), line("4", 500, "E"), line("5", 37, "XX"),
    ]  # fmt: skip

    ours, theirs = buckets(claims, lines)

    assert ours == {"A": "matched", "B": "differs", "C": "missing", "D": "owed"}
    assert theirs == {"1": "matched", "2": "duplicate", "3": "differs", "4": "unrecorded", "5": "unknown"}


def test_two_transfers_that_make_up_one_amount_are_both_matched():
    assert buckets([claim("A")], [line("1", 5000, "A"), line("2", 3000, "A")])[1] == {"1": "matched", "2": "matched"}


def test_what_comes_after_the_amount_was_made_up_is_a_duplicate():
    later = ON + timedelta(days=1)
    _, theirs = buckets([claim("A")], [line("1", 5000, "A"), line("2", 3000, "A"), line("3", 1000, "A", on=later)])

    assert theirs == {"1": "matched", "2": "matched", "3": "duplicate"}


def test_one_transfer_may_pay_several_remittances():
    ours, theirs = buckets([claim("A"), claim("B", collected=2000)], [line("1", 10_000, "A", "B")])

    assert (ours, theirs) == ({"A": "matched", "B": "matched"}, {"1": "matched"})


def test_what_is_missing_is_counted_by_its_age():
    claims = [claim("A", on=TODAY), claim("B", on=TODAY - timedelta(days=8)), claim("C")]

    assert totals(reconcile(claims, []), today=TODAY).missing_by_age == {"1": 8000, "30": 8000, "older": 8000}


_KEYS = ("A", "B", "C", "D")
_CLAIMS = st.lists(
    st.builds(
        lambda key, collected, due, day: claim(key, collected, due, on=ON + timedelta(days=day)),
        st.sampled_from(_KEYS), st.sampled_from([0, 1000, 3000, 8000]), st.sampled_from([0, 3000, 8000]),
        st.integers(0, 40),
    ),
    unique_by=lambda each: each.key,
)  # fmt: skip
_LINES = st.lists(
    st.tuples(st.sampled_from([1000, 2000, 3000, 8000, 11_000]), st.lists(st.sampled_from([*_KEYS, "Z"]), max_size=3),
              st.integers(0, 40)),
    max_size=9,
).map(lambda rows: [line(str(n), amount, *names, on=ON + timedelta(days=day))
                    for n, (amount, names, day) in enumerate(rows)])  # fmt: skip


@given(_CLAIMS, _LINES, st.randoms())
def test_everything_stands_in_one_bucket_and_the_sums_balance_in_any_order(claims, lines, dice):
    found = reconcile(claims, lines)
    sums = totals(found, today=TODAY)
    dice.shuffle(claims)
    dice.shuffle(lines)

    assert reconcile(claims, lines) == found
    assert sorted(each.line.line_no for each in found.lines) == sorted(each.line_no for each in lines)
    assert {each.claim.key for each in found.claims} == {c.key for c in claims if c.due_dong or c.collected_dong}
    assert {each.bucket for each in found.claims} <= set(CLAIM_BUCKETS)
    assert {each.bucket for each in found.lines} <= set(LINE_BUCKETS)
    assert sums.is_explained
    assert sums.received_dong == sum(each.amount_dong for each in lines)
    assert sum(sums.claims.values()) == len(found.claims)
    assert sum(sums.lines.values()) == len(lines)
    tied = sum(each.line.amount_dong for each in found.lines if each.bucket in {"matched", "differs"})
    assert sum(each.received_dong for each in found.claims) == tied
    assert sum(sums.missing_by_age.values()) == sums.missing_dong


_ROWS = st.lists(
    st.builds(
        StatementRow, row=st.integers(2, 99), on=st.just(ON), amount_dong=st.sampled_from([1000, 8000]),
        number=st.sampled_from(["4K7M29TB6HC", "khác"]), reference=st.sampled_from(["", "FT1", "FT2"]),
    ),
    max_size=8,
)  # fmt: skip


@given(_ROWS, st.randoms())
def test_a_row_is_known_by_what_it_says_and_not_by_its_place(rows, dice):
    keys = keys_of(rows, "bank", "a")
    dice.shuffle(rows)

    assert len(set(keys)) == len(keys)
    assert sorted(keys_of(rows, "bank", "a")) == sorted(keys)
    assert set(keys_of(rows[:-1], "bank", "a")) <= set(keys)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("NOP PHI NP-480000-261123-01 VA NP-480000-261123-02", ("NP48000026112301", "NP48000026112302")),
        ("np 480000 261123 01", ("NP48000026112301",)),
        ("IBFT NP48000026112301 tu Buu dien", ("NP48000026112301",)),
        ("Bien lai PHT26-000042", ("PHT26000042",)),
        ("NGUYEN VAN A 0912000003 TK 3500205123456", ()),
        ("", ()),
    ],
)
def test_numbers_are_found_in_what_a_bank_wrote(text, names):
    assert names_in(StatementRow(row=2, on=ON, amount_dong=1, text=text), "bank") == names


@pytest.mark.parametrize("number", ["0912000003", "Nguyễn Văn A", "4K7M-29TB-6HD", "042000000123"])
def test_what_is_no_number_of_an_item_is_no_name(number):
    assert names_in(StatementRow(row=2, on=ON, amount_dong=1, number=number), "post") == ()
