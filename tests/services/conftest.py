"""The acts of accounts at a clock that a test moves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from postgw.domain.account import Account, Terms
from postgw.domain.actor import GATEWAY, Actor
from postgw.domain.errors import Forbidden
from postgw.domain.totp import code_at, step_of
from postgw.rules.roles import load_roles
from postgw.services.accounts import Accounts
from postgw.services.changes import Changes
from postgw.services.people import People
from postgw.services.sittings import Holder, Sittings
from postgw.storage import people as kept_people
from postgw.storage import province
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
