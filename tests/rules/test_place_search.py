"""Searching for a commune: what clerks type finds what is meant, and never more certainty than there is."""

from __future__ import annotations

import pytest

from postgw.rules import places
from postgw.rules.place_search import MOST, choices_of, search

HA_TINH = "42"


def named(text: str) -> list[str]:
    return [choice.unit.name for choice in search(text, province_code=HA_TINH)]


@pytest.mark.parametrize(
    "typed", ["Kỳ Văn", "ky van", "KY VAN", "x. ky van", "Xã Kỳ Văn, tỉnh Hà Tĩnh", "ky va", "  kỳ  văn "]
)
def test_a_commune_is_found_however_it_is_typed(typed: str) -> None:
    assert named(typed)[0] == "Xã Kỳ Văn"


@pytest.mark.parametrize(("typed", "first"), [
    ("p. thanh sen, tp ha tinh", "Phường Thành Sen"), ("P.Thành Sen", "Phường Thành Sen"),
    ("song tri, tx ky anh", "Phường Sông Trí"),
])  # fmt: skip
def test_abbreviations_are_understood(typed: str, first: str) -> None:
    assert named(typed)[0] == first


def test_the_district_of_before_leads_to_its_communes() -> None:
    districts = places.old_districts(HA_TINH)
    found = search("huyện cẩm xuyên", province_code=HA_TINH)

    assert found
    assert {districts[choice.unit.code] for choice in found if choice.was is None} == {"Huyện Cẩm Xuyên"}


def test_a_commune_of_before_leads_to_what_it_became() -> None:
    [choice] = search("kỳ tây", province_code=HA_TINH)

    assert choice.was is not None
    assert (choice.was.name, choice.unit.name, choice.doubt) == ("Xã Kỳ Tây", "Xã Kỳ Văn", False)


def test_a_divided_commune_is_as_many_choices_each_in_doubt() -> None:
    found = search("kỳ lợi", province_code=HA_TINH)

    assert {choice.unit.code for choice in found} == {"18754", "18823", "18832"}
    assert all(choice.doubt for choice in found)
    assert {choice.unit.code for choice in choices_of("xã Kỳ Lợi, tỉnh Hà Tĩnh")} == {"18754", "18823", "18832"}


def test_the_own_province_comes_first_and_the_whole_country_is_searched() -> None:
    assert search("ba dinh", province_code="01")[0].province == "Thành phố Hà Nội"
    assert {choice.unit.province_code for choice in search("ba dinh", province_code=HA_TINH)} > {"01"}


@pytest.mark.parametrize("typed", ["", " ", "x", "?", "%", "không có nơi nào như thế", "a" * 500])
def test_what_means_nothing_finds_nothing(typed: str) -> None:
    assert search(typed, province_code=HA_TINH) == ()


def test_every_commune_of_the_province_is_found_under_its_own_name() -> None:
    for unit in places.communes(HA_TINH):
        assert unit.code in {choice.unit.code for choice in search(unit.name, province_code=HA_TINH)}, unit.name
    assert len(search("xã", province_code=HA_TINH)) <= MOST
