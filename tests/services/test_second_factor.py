"""The second factor: turned on, asked for, guessed at, taken off."""

from __future__ import annotations

import pytest

from postgw.domain.errors import Conflict, Forbidden, Invalid, Unknown
from postgw.domain.totp import code_at, step_of
from postgw.storage import people as kept_people

from .conftest import AT, GOOD


async def test_with_a_second_factor_the_password_alone_opens_half_a_sitting(house) -> None:
    await house.account()
    secret = await house.phone(await house.enter())
    house.later(minutes=1)

    half = await house.enter()
    await house.sittings.bring_second_factor(half, code_at(secret, step_of(house.at)), at=house.at)

    assert (half.sitting.is_whole, (await house.holder()).sitting.is_whole) == (False, True)


async def test_a_code_serves_once_the_one_that_turned_it_on_as_well(house) -> None:
    await house.account()
    secret = await house.phone(await house.enter())
    shown = code_at(secret, step_of(house.at))

    with pytest.raises(Forbidden) as used:
        await house.sittings.bring_second_factor(await house.enter(), shown, at=house.at)

    assert used.value.code == "second_factor.wrong"


async def test_wrong_codes_lock_though_the_right_password_is_typed_in_between(house) -> None:
    await house.account()
    secret = await house.phone(await house.enter())
    house.later(minutes=1)
    said = []
    for _ in range(3):
        half = await house.enter()
        with pytest.raises(Forbidden) as refused:
            await house.sittings.bring_second_factor(half, "abcdef", at=house.at)
        said.append(refused.value.code)

    with pytest.raises(Forbidden) as right:
        await house.sittings.bring_second_factor(half, code_at(secret, step_of(house.at)), at=house.at)

    assert said == ["second_factor.wrong", "second_factor.wrong", "signin.locked"]
    assert right.value.code == "signin.locked"
    assert not (await house.holder()).sitting.is_whole


async def test_a_proposal_that_somebody_saw_is_worth_nothing_after_the_next_one(house) -> None:
    await house.account()
    holder = await house.enter()
    await house.people.propose_second_factor(holder.account)
    seen, _, _ = await kept_people.second_factor(house.database.reading, holder.account.account_no)
    await house.people.propose_second_factor(holder.account)

    with pytest.raises(Invalid):
        await house.people.confirm_second_factor(
            holder.account, code_at(seen, step_of(AT)), actor=holder.actor, at=AT
        )  # fmt: skip
    assert (await house.holder()).account.has_second_factor is False


async def test_what_counts_already_is_shown_and_proposed_no_more(house) -> None:
    await house.account()
    await house.phone(await house.enter())
    holder = await house.holder()

    assert await house.people.proposed_second_factor(holder.account) is None
    with pytest.raises(Unknown):
        await house.people.second_factor_picture(holder.account)
    with pytest.raises(Conflict):
        await house.people.propose_second_factor(holder.account)


async def test_a_second_factor_is_taken_off_with_the_password_and_never_by_guessing_it(house) -> None:
    await house.account()
    holder = await house.enter()
    await house.phone(holder)
    said = []
    for _ in range(4):
        with pytest.raises(Forbidden) as refused:
            await house.people.drop_second_factor(holder.account, "đoán mò", actor=holder.actor, at=house.at)
        said.append(refused.value.code)
    kept = (await house.holder()).account.has_second_factor
    house.later(minutes=16)
    await house.people.drop_second_factor(holder.account, GOOD, actor=holder.actor, at=house.at)

    assert said == ["password.wrong", "password.wrong", "signin.locked", "signin.locked"]
    assert (kept, (await house.holder()).account.has_second_factor) == (True, False)
