"""Signing in and out, locks, the second factor, and what an administrator does with accounts, all written down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from postgw.domain.account import Account, Terms
from postgw.domain.actor import GATEWAY, Actor
from postgw.domain.errors import Conflict, Forbidden, Invalid, Unknown
from postgw.domain.totp import code_at, step_of
from postgw.rules.roles import load_roles
from postgw.services.accounts import Accounts
from postgw.services.changes import Changes
from postgw.services.people import People
from postgw.services.sittings import Holder, Sittings
from postgw.storage import passwords, province
from postgw.storage import people as kept_people
from postgw.storage.database import Database, opened
from postgw.storage.province import Unit
from postgw.storage.token_cards import TokenCards

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ADMIN = Actor(name="quan-tri", scopes=frozenset({"admin"}))
TERMS = Terms(lock_after=3)
GOOD, OTHER = "con đường về làng", "gió thổi qua đồng"


@dataclass
class House:
    """The acts of accounts at a clock that a test moves."""

    database: Database
    people: People
    sittings: Sittings
    accounts: Accounts
    changes: Changes
    at: datetime = AT
    text: str = field(default="")

    def later(self, **span: int) -> None:
        """Let time pass."""
        self.at += timedelta(**span)

    async def account(self, login: str = "duong.ntt", **other: Any) -> Account:
        """Make an account with a password of its own."""
        told = {"name": "Dương", "unit": "TS", "roles": ("officer",), "password": GOOD, "must_change": False, **other}
        made, _ = await self.people.make(login=login, **told, actor=GATEWAY, at=self.at)
        return made

    async def enter(self, password: str = GOOD, login: str = "duong.ntt") -> Holder:
        """Sign in; return who then sits there."""
        self.text = await self.sittings.enter(login, password, browser="Firefox", at=self.at)
        return await self.holder()

    async def holder(self, text: str = "") -> Holder:
        """Return who sits at the screen."""
        return await self.sittings.holder(text or self.text, at=self.at)

    async def refused(self, password: str, login: str = "duong.ntt") -> Forbidden:
        """Fail to sign in; return what was answered."""
        with pytest.raises(Forbidden) as refused:
            await self.enter(password, login)
        return refused.value

    async def phone(self, holder: Holder) -> bytes:
        """Turn the second factor on; return its secret."""
        assert holder.account
        await self.people.propose_second_factor(holder.account)
        secret, _, _ = await kept_people.second_factor(self.database.reading, holder.account.account_no)
        shown = code_at(secret, step_of(self.at))
        await self.people.confirm_second_factor(holder.account, shown, actor=holder.actor, at=self.at)
        return secret

    async def log(self) -> list[Any]:
        """Return what was changed, oldest first."""
        return list(reversed((await self.changes.listed(actor=ADMIN)).items))


@pytest.fixture
async def house(sqlite_url: str) -> AsyncIterator[House]:
    """Give the acts of accounts over a fresh database with a desk and an office."""
    units = [
        Unit(code=code, kind=kind, name=code, address="Số 1", phone="02390000001")
        for code, kind in (("TS", "desk"), ("KA", "desk"), ("480000", "office"))
    ]
    async with opened(sqlite_url) as database:
        async with database.writing() as tx:
            await province.put_units(tx, units)
        roles = load_roles()
        yield House(
            database=database, people=People(database=database, roles=roles, terms=TERMS),
            sittings=Sittings(database=database, roles=roles, terms=TERMS),
            accounts=Accounts(database=database, cards=TokenCards(database), roles=roles),
            changes=Changes(database=database),
        )  # fmt: skip


# signing in


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


# how a sitting ends


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


# the second factor


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


# what an administrator does


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
