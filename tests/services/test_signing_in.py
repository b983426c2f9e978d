"""Signing in: by password, lock and token, and what an answer tells nobody."""

from __future__ import annotations

import asyncio

import pytest

from postgw.domain.errors import Forbidden, Invalid
from postgw.rules.roles import load_roles
from postgw.storage import passwords
from postgw.storage import people as kept_people

from .conftest import ADMIN, AT, GOOD, TERMS


async def test_whoever_signs_in_acts_in_the_own_name_with_the_rights_of_all_roles(house) -> None:
    await house.account(roles=("officer", "desk_lead"))

    holder = await house.enter(login=" Duong.NTT ")

    assert (holder.actor.name, holder.actor.unit, holder.title) == ("duong.ntt", "TS", "Dương")
    assert {"lead", "intake", "delivery.read"} <= holder.actor.scopes
    assert "admin" not in holder.actor.scopes


async def test_unknown_wrong_and_blocked_are_answered_alike(house) -> None:
    blocked = await house.account("hanh.lt")
    await house.account()
    await house.people.set_state(blocked.account_no, "blocked", version=1, actor=ADMIN, at=AT)

    answers = [
        await house.refused(*who) for who in ((GOOD, "khong.co"), ("sai mật khẩu", "duong.ntt"), (GOOD, "hanh.lt"))
    ]

    assert len({(str(answer), answer.code) for answer in answers}) == 1


async def test_too_many_wrong_ones_lock_and_then_the_right_one_is_refused_too_until_the_lock_ends(house) -> None:
    await house.account()

    codes = [(await house.refused("sai mật khẩu")).code for _ in range(3)]
    right = await house.refused(GOOD)
    house.later(minutes=15)
    holder = await house.enter()

    assert codes == ["signin.wrong", "signin.wrong", "signin.locked"]
    assert (right.code, right.values) == ("signin.locked", {"minutes": 15})
    assert holder.actor.name == "duong.ntt"


async def test_a_right_one_in_between_begins_the_count_anew(house) -> None:
    await house.account()
    for _ in range(2):
        await house.refused("sai mật khẩu")
        await house.refused("sai mật khẩu")
        await house.enter()


async def test_a_blocked_account_counts_like_any_other_so_that_nobody_learns_its_password(house) -> None:
    account = await house.account()
    await house.people.set_state(account.account_no, "blocked", version=1, actor=ADMIN, at=AT)

    assert [(await house.refused(GOOD)).code for _ in range(3)][-1] == "signin.locked"


async def test_a_lock_that_falls_while_a_password_is_being_looked_at_holds(house) -> None:
    account = await house.account()
    async with house.database.writing() as tx:
        entering = asyncio.create_task(house.sittings.enter("duong.ntt", GOOD, at=AT))
        await passwords.hashed("meanwhile the account was read and its password is looked at")
        await kept_people.count_failure(tx, account.account_no, lock_after=1, until=AT + TERMS.lock_for)

    with pytest.raises(Forbidden) as refused:
        await entering
    assert refused.value.code == "signin.locked"


async def test_whom_another_house_vouches_for_is_let_in_unless_blocked(house) -> None:
    account = await house.account()
    for _ in range(3):
        await house.refused("sai mật khẩu")

    holder = await house.holder(await house.sittings.enter_as(account, at=AT))
    await house.people.set_state(account.account_no, "blocked", version=1, actor=ADMIN, at=AT)

    assert holder.sitting.is_whole
    with pytest.raises(Forbidden):
        await house.sittings.enter_as(account, at=AT)


async def test_a_password_that_was_given_must_be_changed_first(house) -> None:
    _, once = await house.people.make(login="moi", name="Mới", unit="TS", roles=("officer",), actor=ADMIN, at=AT)

    before = await house.enter(once, "moi")
    await house.people.choose_password(
        before.account, old=once, new=GOOD, sitting_no=before.sitting.sitting_no, actor=before.actor, at=AT
    )
    after = await house.holder()

    assert (before.account.must_change, after.account.must_change) == (True, False)
    assert (await house.refused(once, "moi")).code == "signin.wrong"


async def test_a_token_signs_in_with_its_scopes_until_it_is_revoked(house) -> None:
    token, card = await house.accounts.issue(name="Máy quét", role="system", unit="TS", actor=ADMIN, at=AT)
    text = await house.sittings.enter_with_token(token, at=AT)
    holder = await house.holder(text)

    await house.accounts.revoke(card.token_no, actor=ADMIN, at=AT)

    assert holder.account is None
    assert holder.actor.scopes == load_roles()["system"].scopes
    for again in (house.holder(text), house.sittings.enter_with_token(token, at=AT)):
        with pytest.raises(Forbidden):
            await again


@pytest.mark.parametrize(("role", "scopes"), [("system", ("intake",)), ("khong-co", ()), ("", ())])
async def test_a_token_takes_a_role_or_scopes(house, role: str, scopes: tuple[str, ...]) -> None:
    with pytest.raises(Invalid):
        await house.accounts.issue(name="Máy", role=role, scopes=scopes, unit="", actor=ADMIN, at=AT)
