"""The post's own prices: never above the ceiling, whatever the item weighs."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.errors import Invalid
from postgw.domain.price_list import Price, PriceList, checked_prices
from postgw.domain.tariff import GRAMS_MOST, SERVICES, ZONES, Carriage, carriages
from postgw.rules.book import rule_book

TARIFF = rule_book().tariff_on(date(2026, 11, 23))
FROM = date(2026, 12, 1)


def flat(service: str, zone: str, price: int, grams_to: int | None = None) -> Price:
    return Price(service=service, zone=zone, price_dong=price, grams_to=grams_to)


def test_the_flat_prices_of_khanh_hoa_stand_at_the_ceiling_of_the_lightest_item() -> None:
    rows = [flat(service, zone, TARIFF.ceiling(service, zone, 100)) for service in SERVICES for zone in ZONES]
    prices = PriceList(valid_from=FROM, prices=checked_prices(rows, TARIFF))

    assert prices.price(Carriage(service="return", zone="far_region", grams=2_000)) == 31_500


def test_a_price_one_dong_above_the_ceiling_is_refused_where_it_stands() -> None:
    with pytest.raises(Invalid) as told:
        checked_prices([flat("send", "in_district", 26_000), flat("return", "in_district", 26_001)], TARIFF)

    assert (told.value.code, told.value.field) == ("tariff.above_ceiling", "/prices/1/price_dong")


def test_a_row_is_held_against_the_lightest_item_that_it_prices() -> None:
    light, heavy = flat("return", "in_district", 26_000, 100), flat("return", "in_district", 27_000, 250)
    assert checked_prices([heavy, light], TARIFF) == (light, heavy)

    with pytest.raises(Invalid):
        checked_prices([heavy], TARIFF)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (flat("post", "in_district", 1), "/prices/1"), (flat("send", "moon", 1), "/prices/1"),
        (flat("send", "in_district", -1), "/prices/1/price_dong"),
        (flat("send", "in_district", 1, GRAMS_MOST + 1), "/prices/1/grams_to"),
        (flat("send", "in_district", 10_000), "/prices/1"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_is_refused(row: Price, field: str) -> None:
    with pytest.raises(Invalid) as told:
        checked_prices([flat("send", "in_district", 20_000), row], TARIFF)

    assert told.value.field == field


def test_what_the_list_does_not_name_costs_the_ceiling() -> None:
    prices = PriceList(valid_from=FROM, prices=(flat("return", "in_district", 20_000),))

    assert prices.total(carriages("both", "in_district", 80), TARIFF) == 26_000 + 20_000


@given(
    st.lists(
        st.builds(
            Price, service=st.sampled_from(SERVICES), zone=st.sampled_from(list(ZONES)),
            price_dong=st.integers(0, 60_000), grams_to=st.none() | st.integers(1, GRAMS_MOST),
        ),
        max_size=6,
    ),
    st.sampled_from(SERVICES), st.sampled_from(list(ZONES)), st.integers(1, GRAMS_MOST),
)  # fmt: skip
def test_no_list_that_was_accepted_ever_asks_more_than_the_ceiling(rows, service, zone, grams) -> None:
    try:
        prices = PriceList(valid_from=FROM, prices=checked_prices(rows, TARIFF))
    except Invalid:
        return
    way = Carriage(service=service, zone=zone, grams=grams)
    price = prices.price(way)

    assert price is None or price <= TARIFF.ceiling(service, zone, grams)
    assert prices.total((way,), TARIFF) <= TARIFF.ceiling(service, zone, grams)
