from __future__ import annotations

from datetime import timedelta

from postgw.storage import accounts
from postgw.storage.accounts import Hook, Replay, Token

ANSWER = Replay(status=201, headers={"Location": "/api/v1/dossiers/1"}, body=b'{"a": "\xe1\xbb\x85"}\x00')


async def _do(house, act, *words, **more):
    async with house.database.writing() as tx:
        return await act(tx, *words, **more)


def _token(house, number="T1"):
    return Token(token_no=number, name="Máy quét 1", scopes=("scans", "enquiry"), unit="KA", issued_at=house.at)


async def test_a_token_is_known_by_its_hash_alone(house):
    await _do(house, accounts.add_token, _token(house), "d" * 64, actor="test")

    assert await accounts.token_by_digest(house.database.reading, "d" * 64) == _token(house)
    assert await accounts.token_by_digest(house.database.reading, "e" * 64) is None
    assert await accounts.tokens(house.database.reading) == (_token(house),)


async def test_a_token_is_revoked_for_good_at_the_first_word(house):
    await _do(house, accounts.add_token, _token(house), "d" * 64, actor="test")
    for hour in range(2):
        assert await _do(house, accounts.revoke_token, "T1", actor="test", at=house.at + timedelta(hours=hour))

    token = await accounts.token_by_digest(house.database.reading, "d" * 64)

    assert token is not None
    assert token.revoked_at == house.at


async def test_a_token_that_never_was_is_not_revoked(house):
    assert not await _do(house, accounts.revoke_token, "T1", actor="test", at=house.at)


async def _begin(house, key="k", digest="d", later=timedelta()):
    at = house.at + later
    while not await _do(house, accounts.claim, key, digest, at=at, stale_before=at - timedelta(minutes=1)):
        if begun := await accounts.begun(house.database.reading, key):
            return begun
    return None


async def test_a_key_is_claimed_once(house):
    first = await _begin(house)

    second = await _begin(house, digest="other")

    assert first is None
    assert second is not None
    assert (second.body_digest, second.replay) == ("d", None)


async def test_an_answer_is_given_again_byte_for_byte(house):
    await _begin(house)
    await _do(house, accounts.finish, "k", ANSWER, at=house.at)

    begun = await _begin(house, later=timedelta(hours=1))

    assert begun is not None
    assert begun.replay == ANSWER


async def test_a_claim_whose_process_died_is_free_again_when_it_is_stale(house):
    await _begin(house)

    early, late = await _begin(house, later=timedelta(seconds=59)), await _begin(house, later=timedelta(seconds=61))

    assert early is not None
    assert late is None


async def test_an_abandoned_key_is_free_again(house):
    await _begin(house)

    await _do(house, accounts.abandon, "k")

    assert await _begin(house) is None


async def test_an_answer_is_not_abandoned(house):
    await _begin(house)
    await _do(house, accounts.finish, "k", ANSWER, at=house.at)

    await _do(house, accounts.abandon, "k")

    assert await _begin(house) is not None


async def test_of_many_who_claim_a_key_at_once_one_gets_it(house, gather):
    begun = await gather(*(_begin(house) for _ in range(10)))

    assert begun.count(None) == 1


async def test_a_word_of_another_clock_makes_no_claim_older_than_it_is(house):
    await _begin(house)

    await _do(house, accounts.hold, "k", at=house.at - timedelta(minutes=1))

    begun = await accounts.begun(house.database.reading, "k")
    assert begun is not None
    assert begun.heard_at == house.at


async def test_what_was_answered_is_not_held_any_more(house):
    await _begin(house)
    await _do(house, accounts.finish, "k", ANSWER, at=house.at)

    await _do(house, accounts.hold, "k", at=house.at + timedelta(minutes=1))

    begun = await accounts.begun(house.database.reading, "k")
    assert begun is not None
    assert begun.heard_at == house.at


async def test_claims_and_abandons_at_once_never_fail(house, gather):
    async def come_and_go() -> None:
        for _ in range(10):
            if await _begin(house) is None:
                await _do(house, accounts.abandon, "k")

    await gather(*(come_and_go() for _ in range(6)))

    assert await house.count("replay") == 0


async def test_old_answers_are_forgotten(house):
    await _begin(house, "old")
    await _begin(house, "new", later=timedelta(hours=2))

    await _do(house, accounts.forget_replays, before=house.at + timedelta(hours=1))

    rows = await house.database.reading.rows("SELECT key FROM replay")
    assert rows == [{"key": "new"}]


def _hook(number, state="on"):
    return Hook(
        hook_no=number,
        url="https://hook.example/",
        kinds=("consignment.delivered",),
        desk="TS",
        state=state,
        secrets=("b", "a"),
    )


async def test_a_subscriber_comes_back_as_it_was_kept(house):
    await _do(house, accounts.add_hook, _hook("H1"), actor="test", at=house.at)

    assert await accounts.hooks(house.database.reading) == (_hook("H1"),)


async def test_a_subscriber_that_is_switched_off_is_not_among_those_that_are_on(house):
    for number in ("H1", "H2"):
        await _do(house, accounts.add_hook, _hook(number), actor="test", at=house.at)

    switched = [await _do(house, accounts.set_hook_state, number, "off") for number in ("H1", "H9")]

    assert switched == [True, False]
    assert await accounts.hooks(house.database.reading, state="on") == (_hook("H2"),)
    assert await accounts.hooks(house.database.reading, state="off") == (_hook("H1", "off"),)
