"""Accounts as they are kept: one login for ever, versions, counting, one use of each code; and sittings that end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from postgw.domain.account import Account
from postgw.domain.change import Change
from postgw.storage import changes, passwords, people, sittings

LOCK = timedelta(minutes=15)


async def _do(house, act, *words, **more):
    async with house.database.writing() as tx:
        return await act(tx, *words, **more)


def account(login: str = "duong.ntt", **other) -> Account:
    told = {"name": "Nguyễn Thị Thuỳ Dương", "unit": "TS", "roles": ("officer", "desk_lead"), **other}
    return Account(account_no=f"ac-{login}", login=login, **told)


async def keep(house, *accounts: Account) -> None:
    for each in accounts:
        assert await _do(house, people.add, each, password_hash="h", actor="test", at=house.at)


async def found(house, login: str = "duong.ntt") -> Account:
    kept = await people.find_by_login(house.database.reading, login)
    assert kept is not None
    return kept


async def test_an_account_comes_back_as_it_was_kept_by_number_and_by_login(house):
    await keep(house, account(must_change=True))
    expected = replace(account(must_change=True), made_at=house.at)

    assert await people.find(house.database.reading, "ac-duong.ntt") == expected
    assert await found(house) == expected
    assert await people.find_by_login(house.database.reading, "hanh.lt") is None


async def test_a_login_is_given_once(house):
    await keep(house, account())
    other = replace(account(), account_no="ac-2", name="Lê Thị Hạnh")

    assert not await _do(house, people.add, other, password_hash="h", actor="test", at=house.at)
    assert (await found(house)).name == "Nguyễn Thị Thuỳ Dương"


async def test_of_two_changes_of_one_version_the_second_is_none(house):
    await keep(house, account())
    known = await found(house)

    first = await _do(house, people.change, replace(known, name="A", state="blocked", roles=("officer",)))
    second = await _do(house, people.change, replace(known, name="B"))

    kept = await found(house)
    assert (first, second) == (True, False)
    assert (kept.name, kept.state, kept.roles, kept.version) == ("A", "blocked", ("officer",), 2)


async def test_lists_go_by_login_and_are_sifted(house):
    await keep(
        house, account("hanh.lt", unit="KA"), account("duong.ntt"), account("an.nv"), account("duong.b", unit="KA")
    )
    await _do(house, people.change, replace(await found(house, "an.nv"), state="blocked"))

    async def logins(**sieve) -> list[str]:
        return [each.login for each in await people.listed(house.database.reading, **sieve)]

    assert await logins(limit=2) == ["an.nv", "duong.b"]
    assert await logins(after="duong.b") == ["duong.ntt", "hanh.lt"]
    assert await logins(unit="KA") == ["duong.b", "hanh.lt"]
    assert await logins(state="blocked") == ["an.nv"]
    assert await logins(login="duong", unit="TS") == ["duong.ntt"]


async def test_the_fifth_failure_in_a_row_locks_and_the_count_begins_anew(house):
    await keep(house, account())
    until = house.at + LOCK

    said = [await _do(house, people.count_failure, "ac-duong.ntt", lock_after=5, until=until) for _ in range(6)]

    assert said == [False, False, False, False, True, False]
    assert (await found(house)).locked_until == until


async def test_whoever_signs_in_is_forgiven_and_was_seen(house):
    await keep(house, account())
    for _ in range(4):
        await _do(house, people.count_failure, "ac-duong.ntt", lock_after=5, until=house.at + LOCK)

    await _do(house, people.forgive, "ac-duong.ntt", at=house.at)

    assert not await _do(house, people.count_failure, "ac-duong.ntt", lock_after=5, until=house.at + LOCK)
    assert (await found(house)).seen_at == house.at


async def test_an_account_opened_by_hand_is_unlocked_without_having_been_seen(house):
    await keep(house, account())
    await _do(house, people.count_failure, "ac-duong.ntt", lock_after=1, until=house.at + LOCK)

    await _do(house, people.unlock, "ac-duong.ntt")

    kept = await found(house)
    assert (kept.locked_until, kept.seen_at) == (None, None)


async def test_failures_at_once_are_all_counted(house, gather):
    await keep(house, account())

    said = await gather(*(
        _do(house, people.count_failure, "ac-duong.ntt", lock_after=5, until=house.at + LOCK) for _ in range(10)
    ))  # fmt: skip

    assert said.count(True) == 2


async def test_a_new_password_ends_the_lock_and_the_wish_for_another(house):
    await keep(house, account(must_change=True))
    await _do(house, people.count_failure, "ac-duong.ntt", lock_after=1, until=house.at + LOCK)

    await _do(house, people.set_password, "ac-duong.ntt", "other", must_change=False)

    kept = await found(house)
    assert await people.password_of(house.database.reading, "ac-duong.ntt") == "other"
    assert (kept.must_change, kept.locked_until) == (False, None)


async def test_a_second_factor_counts_from_its_confirmation_on(house):
    await keep(house, account())
    await _do(house, people.set_second_factor, "ac-duong.ntt", b"\x00secret", since=None)
    proposed = (await found(house)).has_second_factor
    await _do(house, people.set_second_factor, "ac-duong.ntt", b"\x00secret", since=house.at)

    assert await people.second_factor(house.database.reading, "ac-duong.ntt") == (b"\x00secret", house.at, 0)
    assert (proposed, (await found(house)).has_second_factor) == (False, True)


async def test_the_half_minute_of_a_code_is_used_once_even_by_many_at_once(house, gather):
    await keep(house, account())

    used = await gather(*(_do(house, people.use_step, "ac-duong.ntt", 7) for _ in range(5)))

    assert used.count(True) == 1
    assert not await _do(house, people.use_step, "ac-duong.ntt", 6)
    assert await _do(house, people.use_step, "ac-duong.ntt", 8)


async def test_another_house_knows_an_account_by_one_name(house):
    await keep(house, account(), account("hanh.lt"))
    await _do(house, people.know_as, "ac-hanh.lt", "https://sso.example", "h-1")

    known = await people.find_by_subject(house.database.reading, "https://sso.example", "h-1")

    assert known is not None
    assert known.login == "hanh.lt"
    assert await people.find_by_subject(house.database.reading, "https://other.example", "h-1") is None


async def test_a_password_is_the_same_however_its_marks_were_typed():
    kept = await passwords.hashed("nước về làng")

    assert "nước" not in kept
    assert await passwords.is_right("nu\u031bo\u031b\u0301c ve\u0302\u0300 la\u0300ng", kept)
    assert [await passwords.is_right(word, kept) for word in ("nuoc ve lang", "")] == [False, False]
    assert not await passwords.is_right("there is no such account", "")


async def sit(house, digest: str, account_no: str = "ac-duong.ntt", **other) -> None:
    told = {"is_whole": True, "browser": "Firefox", "at": house.at, "ends_at": house.at + timedelta(hours=12)}
    await _do(house, sittings.begin, digest, account_no=account_no, **{**told, **other})


async def test_a_sitting_comes_back_as_it_began_and_ends_once(house):
    await sit(house, "d", is_whole=False)
    kept = await sittings.find(house.database.reading, "d")
    assert kept is not None

    ended = [await _do(house, sittings.end, kept.sitting_no, house.at) for _ in range(2)]

    assert (kept.account_no, kept.is_whole, kept.begun_at, kept.ended_at) == ("ac-duong.ntt", False, house.at, None)
    assert ended == [True, False]


async def test_all_sittings_of_an_account_end_but_the_one_at_hand(house):
    for digest in ("a", "b", "c"):
        await sit(house, digest)
    await sit(house, "other", "ac-hanh.lt")
    here = await sittings.find(house.database.reading, "b")
    assert here is not None

    count = await _do(house, sittings.end_all, house.at, account_no="ac-duong.ntt", but=here.sitting_no)

    seen = {"at": house.at, "seen_after": house.at}
    assert count == 2
    assert await sittings.of_account(house.database.reading, "ac-duong.ntt", **seen) == (here,)
    assert await _do(house, sittings.end_all, house.at) == 2


async def test_who_is_signed_in_now_is_told_by_name_and_who_went_away_is_not(house):
    await keep(house, account())
    await sit(house, "here")
    await sit(house, "over", ends_at=house.at)
    await sit(house, "idle", at=house.at - timedelta(hours=2))

    live = await sittings.live(house.database.reading, at=house.at, seen_after=house.at - timedelta(hours=1))

    assert [(each.who, each.unit) for each in live] == [("Nguyễn Thị Thuỳ Dương", "TS")]


async def test_old_sittings_are_forgotten(house):
    await sit(house, "old", ends_at=house.at - timedelta(days=91))
    await sit(house, "new")

    await _do(house, sittings.forget, before=house.at - timedelta(days=90))

    assert await house.count("sitting") == 1


async def test_changes_are_told_newest_first_with_what_stood_there_before(house):
    for n in range(3):
        change = Change(
            kind="account", subject=f"s{n % 2}", act="changed", before={"name": "Ệ"}, after={"name": str(n)}, unit="TS",
            changed_at=house.at, changed_by="quan-tri",
        )  # fmt: skip
        await _do(house, changes.note, change)

    newest = await changes.changes(house.database.reading, limit=2)
    older = await changes.changes(house.database.reading, before=newest[-1][0])
    of_one = await changes.changes(house.database.reading, kind="account", subject="s0")

    assert [change.after["name"] for _, change in [*newest, *older]] == ["2", "1", "0"]
    assert [change.after["name"] for _, change in of_one] == ["2", "0"]
    assert newest[0][1].before == {"name": "Ệ"}
    assert newest[0][1].changed_at == house.at


async def test_a_password_is_kept_as_slowly_as_the_standard_recommends_and_never_alike():
    """RFC 9106 section 4, the second choice: argon2id, 64 MiB, three passes, four lanes."""
    kept = [await passwords.hashed("tân-tây-người-dân") for _ in range(2)]

    assert all(each.startswith("$argon2id$v=19$m=65536,t=3,p=4$") for each in kept)
    assert [len(part) for part in kept[0].split("$")[-2:]] == [22, 43]
    assert kept[0] != kept[1]
