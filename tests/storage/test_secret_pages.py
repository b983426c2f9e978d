"""Links that open a dossier's page, and codes that prove a telephone: when they serve, and when not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from postgw.domain.one_time_code import reckoned
from postgw.rules.book import rule_book
from postgw.storage import consignments, dossiers, one_time_codes, province, secret_pages

NO = "4K7M29TB6HC"
RULE = replace(rule_book().page_rule(date(2026, 11, 23)), code_tries=2, codes_a_day=2)


async def kept_of(house) -> dossiers.KeptDossier:
    await house.posted(NO)
    consignment = await consignments.find(house.database.reading, NO)
    assert consignment
    return await dossiers.by_id(house.database.reading, consignment.dossier_id)


async def token_of(house, kept, *, days: int = 30) -> str:
    async with house.database.writing() as tx:
        await province.begin(tx, rehearsal=True, at=house.at)
        path = await secret_pages.link_of(tx, kept, days=days, at=house.at)
    return path.removeprefix("/m/")


async def opens(house, token: str, *, days: int = 0) -> bool:
    return await secret_pages.opened(house.database.reading, token, at=house.at + timedelta(days=days)) is not None


async def code(house, dossier_id: int, purpose: str = "proxy") -> str:
    async with house.database.writing() as tx:
        code_id = await one_time_codes.make(tx, dossier_id, purpose, RULE, at=house.at)
        return reckoned(await province.link_secret(tx), code_id) if code_id else ""


async def spend(house, dossier_id: int, typed: str, *, minutes: int = 0, purpose: str = "proxy") -> str:
    async with house.database.writing() as tx:
        at = house.at + timedelta(minutes=minutes)
        return await one_time_codes.spend(tx, dossier_id, purpose, typed, RULE, at=at)


async def test_a_link_opens_the_page_to_the_end_of_its_last_day_however_it_is_typed(house) -> None:
    token = await token_of(house, await kept_of(house))

    assert [await opens(house, text, days=30) for text in (token, token.lower())] == [True, True]
    assert not await opens(house, token, days=31)


async def test_a_link_with_one_sign_changed_opens_nothing(house) -> None:
    token = await token_of(house, await kept_of(house))
    changed = [token[:at] + ("B" if token[at] != "B" else "C") + token[at + 1 :] for at in range(len(token) - 1)]

    assert not any([await opens(house, each) for each in changed])


async def test_shutting_the_links_of_a_dossier_shuts_those_made_before_and_no_other(house) -> None:
    kept = await kept_of(house)
    before = await token_of(house, kept)
    async with house.database.writing() as tx:
        await secret_pages.shut(tx, kept.dossier_id)
    after = await token_of(house, await dossiers.by_id(house.database.reading, kept.dossier_id))

    assert [await opens(house, token) for token in (before, after)] == [False, True]


async def test_a_code_serves_once_for_its_own_purpose_and_for_some_minutes(house) -> None:
    kept = await kept_of(house)
    await token_of(house, kept)
    sent = await code(house, kept.dossier_id)

    assert await spend(house, kept.dossier_id, sent, purpose="readdress") == "over"
    assert await spend(house, kept.dossier_id, sent, minutes=RULE.code_minutes) == "over"
    assert await spend(house, kept.dossier_id, f" {sent[:3]} {sent[3:]}") == "right"
    assert await spend(house, kept.dossier_id, sent) == "over"


async def test_a_code_is_over_after_its_tries_and_a_new_one_voids_the_old(house) -> None:
    kept = await kept_of(house)
    await token_of(house, kept)
    first, second = await code(house, kept.dossier_id), await code(house, kept.dossier_id)
    wrong = "000000" if second != "000000" else "111111"

    assert await spend(house, kept.dossier_id, first) == "wrong"
    assert await spend(house, kept.dossier_id, wrong) == "wrong"
    assert await spend(house, kept.dossier_id, second) == "over"
    assert await code(house, kept.dossier_id) == ""
