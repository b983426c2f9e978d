"""Words of people: written with the parties, one slip away, within a unit, gone when names are erased."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from postgw.domain.actor import SCOPES, Actor
from postgw.domain.address import Party
from postgw.services.searching import Searching
from postgw.storage import consignments, dossiers, province, retention
from postgw.storage.database import Database
from postgw.storage.province import Unit

TYPED = ("Nguyễn Văn Đức", "nguyen van duc", "DUC NGUYEN", "nguyem vna duk", "0912 000 003", "0912000030")
OTHER = Party(name="Trần Thị Bích Ngọc", phone="0987654321", commune="xã Kỳ Lạc", province="tỉnh Hà Tĩnh")


def actor(unit: str = "") -> Actor:
    return Actor(name="test", scopes=frozenset(SCOPES), unit=unit)


@pytest.fixture
def searching(database: Database) -> Searching:
    return Searching(database=database)


async def found(searching: Searching, text: str, unit: str = "TS") -> list[str]:
    return [hit.key for hit in (await searching.find(text, actor=actor(unit))).hits]


@pytest.mark.parametrize("typed", TYPED)
async def test_a_person_is_found_without_accents_in_any_order_and_with_a_wrong_letter_a_word(
    house, searching, typed: str
) -> None:
    await house.dossier("1")

    assert await found(searching, typed) == ["TS/1"]


@pytest.mark.parametrize("typed", ["nguyen van nam", "ngu", "duc nguyen le", "0912000", "mguyem van duc", ""])
async def test_what_fits_nobody_finds_nobody(house, searching, typed: str) -> None:
    await house.dossier("1")

    assert await found(searching, typed) == []


async def test_only_the_desks_of_a_dossier_and_those_who_see_all_find_it(house, searching) -> None:
    await house.dossier("1", returning_desk="KA")

    assert [await found(searching, "duc nguyen", unit) for unit in ("TS", "KA", "HK", "")] == [
        ["TS/1"], ["TS/1"], [], ["TS/1"],
    ]  # fmt: skip


async def test_a_post_office_finds_what_was_scanned_there(house, database, searching) -> None:
    async with database.writing() as tx:
        await province.put_units(tx, [Unit(code=code, kind="office", name=code) for code in ("KA", "HK")])
    await house.posted("4K7M29TB6HC")
    await house.keep(("4K7M29TB6HC", house.scan("1")))

    assert await found(searching, "duc", "KA") == ["TS/for 4K7M29TB6HC"]
    assert await found(searching, "duc", "HK") == []


async def test_exactly_typed_stands_before_nearly_typed(house, searching) -> None:
    await house.dossier("1")
    await house.dossier("2", applicant=Party(name="Nguyễn Văn Dúp", commune="xã", province="tỉnh"))

    assert await found(searching, "nguyen van duc") == ["TS/1", "TS/2"]


async def test_another_applicant_is_found_and_the_one_before_is_not(house, database, searching) -> None:
    kept = await house.dossier("1")
    async with database.writing() as tx:
        await dossiers.rewrite(tx, kept, replace(kept.dossier, applicant=OTHER), at=house.at)

    assert await found(searching, "bich ngoc") == ["TS/1"]
    assert await found(searching, "nguyen van duc") == []


async def test_a_dossier_that_goes_back_to_another_desk_is_found_there_and_no_more_here(
    house, database, searching
) -> None:
    kept = await house.dossier("1", returning_desk="KA")
    async with database.writing() as tx:
        await dossiers.rewrite(tx, kept, replace(kept.dossier, returning_desk="HK"), at=house.at)

    assert [await found(searching, "duc", unit) for unit in ("TS", "KA", "HK")] == [["TS/1"], [], ["TS/1"]]


async def test_who_an_item_was_sent_on_to_is_found_too(house, database, searching) -> None:
    await house.posted("4K7M29TB6HC")
    item = (await consignments.several(database.reading, ["4K7M29TB6HC"]))["4K7M29TB6HC"]
    async with database.writing() as tx:
        await consignments.change(tx, replace(item, consignee=OTHER, version=2))

    assert await found(searching, "0987654321") == ["TS/for 4K7M29TB6HC"]


async def test_words_go_when_names_are_erased(house, database, searching) -> None:
    kept = await house.dossier("1")
    async with database.writing() as tx:
        await retention.erase(tx, [kept.dossier_id], at=house.at + timedelta(days=2000))

    assert await house.count("search_word") == 0
    assert await found(searching, "nguyen van duc") == []


async def test_a_number_with_a_wrong_letter_is_answered_with_the_one_that_was_meant(house, searching) -> None:
    await house.posted("4K7M29TB6HC")
    answer = await searching.find("4K7M29TB6HB", actor=actor("TS"))
    foreign = await searching.find("4K7M29TB6HB", actor=actor("HK"))

    assert [each.number for each in answer.suggested] == ["4K7M29TB6HC"]
    assert foreign.suggested == ()


@pytest.mark.parametrize(("typed", "meant"), [
    ("H27.31-261120-0015", "H27.31-261120-0051"), ("H27.31-26120-0051", "H27.31-261120-0051"),
    ("h27 31 261120 0051", ""), ("H27.31-261120-0051", ""),
])  # fmt: skip
async def test_a_dossier_code_is_found_as_it_is_typed_or_suggested(house, searching, typed: str, meant: str) -> None:
    await house.dossier("1", dossier_no="H27.31-261120-0051")
    answer = await searching.find(typed, actor=actor("TS"))

    if meant:
        assert (answer.exact, [each.number for each in answer.suggested]) == (None, [meant])
    else:
        assert answer.exact is not None
        assert answer.exact.number == "H27.31-261120-0051"


async def test_an_unknown_number_of_another_unit_says_nothing(house, searching) -> None:
    await house.posted("4K7M29TB6HC")
    answer = await searching.find("4K7M29TB6HC", actor=actor("HK"))

    assert (answer.exact, answer.suggested, answer.hits, answer.is_number) == (None, (), (), True)
