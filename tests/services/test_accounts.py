"""What an administrator does with accounts, all written down."""

from __future__ import annotations

from typing import Any

import pytest

from postgw.domain.actor import Actor
from postgw.domain.errors import Conflict, Forbidden, Invalid
from postgw.rules.roles import load_roles

from .conftest import ADMIN, AT, GOOD


@pytest.mark.parametrize(("other", "field"), [
    ({"roles": ()}, "/roles"), ({"roles": ("system",)}, "/roles"), ({"roles": ("vua",)}, "/roles"),
    ({"unit": ""}, "/unit"), ({"unit": "480000"}, "/unit"), ({"unit": "XX"}, "/unit"),
    ({"roles": ("officer", "postal_worker")}, "/unit"), ({"login": "Ô"}, "/login"), ({"name": " "}, "/name"),
    ({"password": "duong.ntt.duong.ntt"}, "/password"),
])  # fmt: skip
async def test_what_does_not_fit_is_refused_at_its_field(house, other: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        await house.account(**other)

    assert refused.value.field == field


async def test_a_login_is_never_given_to_another(house) -> None:
    account = await house.account()
    await house.people.set_state(account.account_no, "blocked", version=1, actor=ADMIN, at=AT)

    with pytest.raises(Conflict) as taken:
        await house.account()
    assert taken.value.field == "/login"


async def test_the_second_of_two_administrators_overwrites_nothing(house) -> None:
    number = (await house.account()).account_no
    told = {"name": "Hạnh", "unit": "KA", "roles": ("officer",)}
    await house.people.change(number, **told, version=1, actor=ADMIN, at=AT)

    for late in (
        house.people.change(number, **{**told, "name": "Nga"}, version=1, actor=ADMIN, at=AT),
        house.people.set_state(number, "blocked", version=1, actor=ADMIN, at=AT),
        house.people.reset(number, version=1, actor=ADMIN, at=AT),
    ):
        with pytest.raises(Conflict) as stale:
            await late
        assert stale.value.code == "account.stale"

    kept = await house.people.account(number, actor=ADMIN)
    assert (kept.name, kept.unit, kept.state, kept.version) == ("Hạnh", "KA", "open", 2)
    assert (await house.enter()).account.name == "Hạnh"


async def test_a_reset_takes_password_second_factor_and_sittings_away(house) -> None:
    account = await house.account()
    await house.phone(await house.enter())

    once = await house.people.reset(account.account_no, version=1, actor=ADMIN, at=AT)

    with pytest.raises(Forbidden):
        await house.holder()
    assert (await house.refused(GOOD)).code == "signin.wrong"
    holder = await house.enter(once)
    assert (holder.sitting.is_whole, holder.account.must_change, holder.account.has_second_factor) == (
        True, True, False,
    )  # fmt: skip


async def test_opening_ends_a_lock_and_does_not_pretend_that_somebody_was_there(house) -> None:
    account = await house.account()
    for _ in range(3):
        await house.refused("sai mật khẩu")

    await house.people.set_state(account.account_no, "open", version=1, actor=ADMIN, at=AT)

    assert (await house.people.account(account.account_no, actor=ADMIN)).seen_at is None
    await house.enter()


async def test_an_administrator_cannot_lock_the_own_door(house) -> None:
    account = await house.account("quan-tri", unit="", roles=("administrator",))

    for own in (
        house.people.set_state(account.account_no, "blocked", version=1, actor=ADMIN, at=AT),
        house.people.change(account.account_no, name="Q", unit="", roles=("auditor",), version=1, actor=ADMIN, at=AT),
    ):
        with pytest.raises(Conflict) as refused:
            await own
        assert refused.value.code == "account.own"


async def test_nobody_else_keeps_accounts(house) -> None:
    number = (await house.account()).account_no
    lead = Actor(name="hanh.lt", scopes=load_roles()["desk_lead"].scopes)
    told = {"name": "A", "unit": "TS", "roles": ("officer",), "actor": lead, "at": AT}

    for act in (
        house.people.make(login="a", **told), house.people.change(number, version=1, **told),
        house.people.set_state(number, "open", version=1, actor=lead, at=AT),
        house.people.reset(number, version=1, actor=lead, at=AT), house.people.listed(actor=lead),
        house.people.account(number, actor=lead), house.people.account_of("duong.ntt", actor=lead),
        house.sittings.live(actor=lead, at=AT), house.sittings.end_one(1, actor=lead, at=AT),
        house.sittings.end_everybodys(actor=lead, at=AT), house.changes.listed(actor=lead),
    ):  # fmt: skip
        with pytest.raises(Forbidden):
            await act


async def test_every_change_is_written_down_with_before_and_after_and_no_secret(house) -> None:
    account, once = await house.people.make(
        login="moi", name="Mới", unit="TS", roles=("officer",), actor=ADMIN, at=AT
    )  # fmt: skip
    await house.people.change(
        account.account_no, name="Mới", unit="KA", roles=("officer",), version=1, actor=ADMIN, at=AT
    )
    again = await house.people.reset(account.account_no, version=2, actor=ADMIN, at=AT)
    holder = await house.enter(again, "moi")
    await house.people.choose_password(
        holder.account, old=again, new=GOOD, sitting_no=holder.sitting.sitting_no, actor=holder.actor, at=AT
    )
    secret = await house.phone(holder)
    await house.people.drop_second_factor(holder.account, GOOD, actor=holder.actor, at=AT)
    await house.people.set_state(account.account_no, "blocked", version=3, actor=ADMIN, at=AT)

    log = await house.log()
    assert [(each.act, each.changed_by) for each in log] == [
        ("made", "quan-tri"), ("changed", "quan-tri"), ("reset", "quan-tri"), ("password", "moi"),
        ("second_factor", "moi"), ("second_factor", "moi"), ("blocked", "quan-tri"),
    ]  # fmt: skip
    assert (log[1].before, log[1].after) == ({"unit": "TS"}, {"unit": "KA"})
    assert (log[-1].before, log[-1].after) == ({"state": "open"}, {"state": "blocked"})
    rows = await house.database.reading.rows("SELECT * FROM change")
    for hidden in (once, again, GOOD, secret.hex(), "argon2"):
        assert hidden not in str(rows)


async def test_no_secret_is_kept_as_it_was_typed_nor_shown_by_what_is_printed(house) -> None:
    await house.account()
    holder = await house.enter()
    await house.people.propose_second_factor(holder.account)
    proposal = await house.people.proposed_second_factor(holder.account)

    rows = [await house.database.reading.rows(f"SELECT * FROM {table}") for table in ("account", "sitting")]
    assert GOOD not in str(rows)
    assert house.text not in str(rows)
    assert proposal.text not in repr(proposal)
