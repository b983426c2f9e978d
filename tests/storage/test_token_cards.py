"""A good token's card is remembered for a moment, and never beyond its revocation here."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from postgw.storage import accounts, token_cards
from postgw.storage.accounts import Token
from postgw.storage.token_cards import TokenCards

DIGEST = "d" * 64
FOR_GOOD = 3600.0


async def _issued(house) -> None:
    token = Token(token_no="T1", name="Máy quét 1", scopes=("scans",), unit="KA", issued_at=house.at)
    async with house.database.writing() as tx:
        await accounts.add_token(tx, token, DIGEST, actor="test")


async def _revoked_elsewhere(house) -> None:
    async with house.database.writing() as tx:
        assert await accounts.revoke_token(tx, "T1", actor="test", at=house.at)


def _is_good(card: Token | None) -> bool:
    return card is not None and card.revoked_at is None


async def test_a_good_card_is_asked_for_once_in_its_time(house):
    cards = TokenCards(house.database, seconds=FOR_GOOD)
    await _issued(house)
    assert _is_good(await cards.of(DIGEST))

    await _revoked_elsewhere(house)

    assert _is_good(await cards.of(DIGEST))


async def test_a_token_revoked_elsewhere_serves_no_longer_than_its_card_is_remembered(house):
    cards = TokenCards(house.database, seconds=0.0)
    await _issued(house)
    assert _is_good(await cards.of(DIGEST))

    await _revoked_elsewhere(house)

    assert not _is_good(await cards.of(DIGEST))


async def test_a_card_is_remembered_for_a_second(house, monkeypatch: pytest.MonkeyPatch):
    now = [1000.0]
    monkeypatch.setattr(token_cards, "time", SimpleNamespace(monotonic=lambda: now[0]))
    cards = TokenCards(house.database)
    await _issued(house)
    assert _is_good(await cards.of(DIGEST))
    await _revoked_elsewhere(house)

    now[0] += 0.9
    assert _is_good(await cards.of(DIGEST))
    now[0] += 0.1
    assert not _is_good(await cards.of(DIGEST))


async def test_what_is_forgotten_is_asked_anew(house):
    cards = TokenCards(house.database, seconds=FOR_GOOD)
    await _issued(house)
    assert _is_good(await cards.of(DIGEST))
    await _revoked_elsewhere(house)

    cards.forget()

    assert not _is_good(await cards.of(DIGEST))


async def test_a_card_that_was_on_its_way_while_it_was_revoked_is_not_remembered(house):
    cards = TokenCards(house.database, seconds=FOR_GOOD)
    await _issued(house)
    asked = asyncio.create_task(cards.of(DIGEST))
    await asyncio.sleep(0)

    cards.forget()
    await asked
    await _revoked_elsewhere(house)

    assert not _is_good(await cards.of(DIGEST))


async def test_a_token_that_was_unknown_a_moment_ago_opens_as_soon_as_it_is_issued(house):
    cards = TokenCards(house.database, seconds=FOR_GOOD)
    assert await cards.of(DIGEST) is None

    await _issued(house)

    assert _is_good(await cards.of(DIGEST))
