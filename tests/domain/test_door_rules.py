"""What a device knows at a door is what the rule book and the published prices say."""

from __future__ import annotations

from datetime import date

import pytest

from postgw.domain.door_rules import GRAMS_KNOWN, door_rules
from postgw.domain.price_list import Price, PriceList
from postgw.domain.tariff import SERVICES, ZONES, Carriage
from postgw.rules.book import rule_book

TODAY = date(2026, 11, 26)
BOOK = rule_book()
OWN = PriceList(
    valid_from=TODAY,
    prices=(
        Price(service="send", zone="in_district", price_dong=20_000),
        Price(service="send", zone="in_district", price_dong=18_000, grams_to=100),
    ),
)


def rules_with(own: PriceList | None):
    return door_rules(BOOK.invitation_rule(TODAY), BOOK.reasons_on(TODAY)["attempt"], BOOK.tariff_on(TODAY), own)


def price(table, service: str, zone: str, grams: int) -> int:
    found: int = next(dong for upper, dong in table["postage"][service][zone] if grams <= upper)
    return found


def test_an_attempt_is_recorded_and_signed_where_a_return_may_stand_on_it() -> None:
    assert rules_with(None)["recorded"] == ["address_incomplete", "address_wrong", "moved", "not_found", "refused"]


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("zone", list(ZONES))
def test_postage_without_a_list_of_the_post_is_the_ceiling_at_every_weight(service: str, zone: str) -> None:
    table, tariff = rules_with(None), BOOK.tariff_on(TODAY)

    assert [price(table, service, zone, grams) for grams in range(1, GRAMS_KNOWN + 1, 37)] == [
        tariff.ceiling(service, zone, grams) for grams in range(1, GRAMS_KNOWN + 1, 37)
    ]


def test_postage_is_what_the_posts_own_list_says_where_it_says_something() -> None:
    table, tariff = rules_with(OWN), BOOK.tariff_on(TODAY)
    asked = [Carriage(service="send", zone="in_district", grams=grams) for grams in (80, 100, 101, 1999)]

    assert [price(table, "send", "in_district", one.grams) for one in asked] == [
        OWN.total([one], tariff) for one in asked
    ]
    assert price(table, "return", "in_district", 80) == tariff.ceiling("return", "in_district", 80)
