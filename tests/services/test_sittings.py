"""How a sitting ends, and for how long names are uncovered in it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from postgw.domain.errors import Forbidden, Unknown

from .conftest import ADMIN, AT, GOOD, OTHER


async def test_a_sitting_ends_with_the_shift(house) -> None:
    await house.account()
    await house.enter()
    for _ in range(23):
        house.later(minutes=30)
        await house.holder()
    house.later(minutes=30)

    with pytest.raises(Forbidden) as over:
        await house.holder()
    assert over.value.code == "sitting.over"


async def test_a_sitting_ends_after_a_while_without_a_request(house) -> None:
    await house.account()
    await house.enter()
    house.later(minutes=60)
    await house.holder()
    house.later(minutes=61)

    with pytest.raises(Forbidden):
        await house.holder()


async def test_blocking_an_account_and_signing_out_end_its_sittings_at_once(house) -> None:
    account = await house.account()
    await house.enter()
    left = house.text
    await house.sittings.leave(left, at=AT)
    await house.enter()
    await house.people.set_state(account.account_no, "blocked", version=1, actor=ADMIN, at=AT)

    for text in (left, house.text, "never was"):
        with pytest.raises(Forbidden):
            await house.holder(text)


async def test_a_role_that_was_taken_away_is_gone_with_the_next_request(house) -> None:
    account = await house.account(roles=("officer", "desk_lead"))
    await house.enter()

    await house.people.change(
        account.account_no, name="Dương", unit="TS", roles=("officer",), version=1, actor=ADMIN, at=AT
    )

    assert "lead" not in (await house.holder()).actor.scopes


async def test_another_password_ends_every_other_sitting(house) -> None:
    await house.account()
    await house.enter()
    elsewhere = house.text
    holder = await house.enter()

    await house.people.choose_password(
        holder.account, old=GOOD, new=OTHER, sitting_no=holder.sitting.sitting_no, actor=holder.actor, at=AT
    )

    assert [each.sitting_no for each in await house.sittings.own(holder, at=AT)] == [holder.sitting.sitting_no]
    await house.holder()
    with pytest.raises(Forbidden):
        await house.holder(elsewhere)


async def test_one_ends_the_own_sittings_and_nobody_elses(house) -> None:
    await house.account()
    await house.account("hanh.lt")
    theirs = await house.enter(login="hanh.lt")
    first = await house.enter()
    here = await house.enter()

    await house.sittings.end_own(here, first.sitting.sitting_no, at=AT)
    with pytest.raises(Unknown):
        await house.sittings.end_own(here, theirs.sitting.sitting_no, at=AT)
    await house.enter()
    ended = await house.sittings.end_others(here, at=AT)

    live = await house.sittings.live(actor=ADMIN, at=AT)
    assert ended == 1
    assert {each.sitting_no for each in live} == {theirs.sitting.sitting_no, here.sitting.sitting_no}


async def test_everybodys_sittings_end_on_the_day_on_which_something_leaked(house) -> None:
    await house.account()
    await house.enter()

    assert await house.sittings.end_everybodys(actor=ADMIN, at=AT) == 1

    with pytest.raises(Forbidden):
        await house.holder()
    last = (await house.log())[-1]
    assert (last.kind, last.subject, last.act, last.after) == ("sitting", "all", "ended", {"count": 1})


async def test_names_are_uncovered_for_a_quarter_of_an_hour(house) -> None:
    await house.account()
    await house.sittings.uncover_names(await house.enter(), at=AT)

    shown = (await house.holder()).names_uncovered(AT + timedelta(minutes=14))
    hidden = (await house.holder()).names_uncovered(AT + timedelta(minutes=15))
    await house.sittings.cover_names(await house.holder())

    assert (shown, hidden, (await house.holder()).names_uncovered(AT)) == (True, False, False)
