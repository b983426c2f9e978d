"""The ceilings of Circular 22/2017/TT-BTTTT, cell by cell, and what is made of them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.errors import Invalid
from postgw.domain.tariff import GRAMS_MOST, PAYERS, SERVICES, ZONES, carriages, split
from postgw.rules.book import rule_book

TARIFF = rule_book().tariff_on(date(2026, 11, 23))

#: grams → in district, between districts, same region, regions 1 or 3 and 2, regions 1 and 3; as printed.
SEND = {
    1: (26_000, 30_000, 30_500, 31_000, 31_500),
    100: (26_000, 30_000, 30_500, 31_000, 31_500),
    101: (26_000, 30_000, 31_000, 34_000, 38_000),
    250: (26_000, 30_000, 31_000, 34_000, 38_000),
    251: (26_500, 30_500, 32_500, 38_000, 51_000),
    500: (26_500, 30_500, 32_500, 38_000, 51_000),
    501: (28_700, 33_400, 36_100, 44_300, 60_700),
    1000: (28_700, 33_400, 36_100, 44_300, 60_700),
    1001: (30_900, 36_300, 39_700, 50_600, 70_400),
}
RETURN = {
    1: (26_000, 30_000, 30_500, 31_000, 31_500),
    100: (26_000, 30_000, 30_500, 31_000, 31_500),
    101: (27_000, 31_000, 32_000, 35_000, 39_000),
    250: (27_000, 31_000, 32_000, 35_000, 39_000),
    251: (28_500, 32_500, 34_500, 40_000, 53_000),
    500: (28_500, 32_500, 34_500, 40_000, 53_000),
    501: (30_700, 35_400, 38_100, 46_300, 62_700),
    1000: (30_700, 35_400, 38_100, 46_300, 62_700),
    1001: (32_900, 38_300, 41_700, 52_600, 72_400),
}
CELLS = [
    (service, zone, grams, dong)
    for service, table in (("send", SEND), ("return", RETURN))
    for grams, row in table.items()
    for zone, dong in zip(ZONES, row, strict=True)
]
grams = st.integers(1, GRAMS_MOST)
amounts = st.integers(0, 10**9)


@st.composite
def shares(draw: st.DrawFn) -> dict[str, int]:
    first = draw(st.integers(0, 100))
    second = draw(st.integers(0, 100 - first))
    return {payer: share for payer, share in zip(PAYERS, (first, second, 100 - first - second), strict=True) if share}


@pytest.mark.parametrize(("service", "zone", "grams", "dong"), CELLS)
def test_each_ceiling_is_that_of_the_circular(service: str, zone: str, grams: int, dong: int) -> None:
    assert TARIFF.ceiling(service, zone, grams) == dong


@pytest.mark.parametrize("on", [date(2018, 1, 1), date(2020, 2, 29), date(2026, 11, 23)])
def test_the_circular_is_in_force_from_2018(on: date) -> None:
    assert rule_book().tariff_on(on).version == "2018-01-01"


@given(st.sampled_from(SERVICES), st.sampled_from(list(ZONES)), grams)
def test_more_weight_never_costs_less(service: str, zone: str, weight: int) -> None:
    lighter = max(1, weight - 1)

    assert TARIFF.ceiling(service, zone, lighter) <= TARIFF.ceiling(service, zone, weight)


@given(st.sampled_from(SERVICES), grams)
def test_a_farther_zone_never_costs_less(service: str, weight: int) -> None:
    ceilings = [TARIFF.ceiling(service, zone, weight) for zone in ZONES]

    assert ceilings == sorted(ceilings)


@given(st.sampled_from(list(ZONES)), grams, grams)
def test_both_ways_cost_the_sum(zone: str, there: int, back: int) -> None:
    both = TARIFF.postage(carriages("both", zone, there, back))

    assert both.due_dong == TARIFF.ceiling("send", zone, there) + TARIFF.ceiling("return", zone, back)


def test_a_price_above_its_ceiling_is_refused_with_the_ceiling_named() -> None:
    with pytest.raises(Invalid, match="26001 đồng vượt mức tối đa 26000 đồng theo Thông tư 22/2017") as refused:
        TARIFF.postage(carriages("send", "in_district", 80), price=26_001)

    assert refused.value.code == "tariff.above_ceiling"


def test_a_price_below_its_ceiling_stands() -> None:
    assert TARIFF.postage(carriages("send", "in_district", 80), price=20_000).due_dong == 20_000


@pytest.mark.parametrize("group", ["revolutionary", "heroic_mother"])
def test_who_is_carried_free_pays_nothing(group: str) -> None:
    assert TARIFF.postage(carriages("both", "far_region", 700), reduction=group).due_dong == 0


@pytest.mark.parametrize(
    "group", [code for code in TARIFF.reductions if code not in {"revolutionary", "heroic_mother"}]
)
def test_the_other_groups_pay_half(group: str) -> None:
    assert TARIFF.postage(carriages("send", "in_district", 80), reduction=group).due_dong == 13_000


def test_the_groups_are_the_ten_of_the_circular() -> None:
    assert len(TARIFF.reductions) == 10


def test_half_of_an_odd_price_is_rounded_for_the_citizen() -> None:
    half = TARIFF.postage(carriages("send", "in_district", 80), price=20_001, reduction="poor_household")

    assert (half.reduced_dong, half.due_dong) == (10_001, 10_000)


@given(amounts, shares())
def test_shares_always_make_the_whole(dong: int, per_cent: dict[str, int]) -> None:
    parts = split(dong, per_cent)

    assert sum(parts.values()) == dong
    assert all(abs(part * 100 - dong * per_cent[payer]) < 100 for payer, part in parts.items())


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"citizen": 99}, "tariff.shares"),
        ({"citizen": 100, "post": 50}, "tariff.shares"),
        ({"citizen": 100, "post": 0}, "tariff.share"),
        ({"desk": 100}, "tariff.shares"),
    ],
)
def test_shares_that_are_none_are_refused(wrong: dict[str, int], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        split(1000, wrong)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("service", "zone", "weight"),
    [("both", "in_district", 80), ("send", "moon", 80), ("send", "in_district", 0),
     ("send", "in_district", GRAMS_MOST + 1)],
)  # fmt: skip
def test_what_has_no_ceiling_is_refused(service: str, zone: str, weight: int) -> None:
    with pytest.raises(Invalid):
        TARIFF.ceiling(service, zone, weight)
