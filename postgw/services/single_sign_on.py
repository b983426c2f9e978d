"""Single sign-on: the province's own sign-in vouches for a person, and an account of ours says what he may do.

Accounts are made here beforehand. The first time, an account is found by its login; from then on by the name under
which the other house knows the person, so that a login given to somebody else there opens nothing here. The second
factor is the other house's affair.

Source: OpenID Connect Core 1.0; RFC 9700 section 2.1.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from postgw.domain.account import Account
from postgw.domain.change import Change
from postgw.domain.errors import Forbidden, Unknown
from postgw.domain.identity import Identity, IdentityProvider, challenge_of
from postgw.storage import changes, people, sittings
from postgw.storage.database import Database

_TRIP = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleSignOn:
    """The acts of sending somebody to the other house, and of knowing him when he comes back."""

    database: Database
    provider: IdentityProvider | None = None
    title: str = ""  #: what the button says

    @property
    def is_there(self) -> bool:
        """Say whether people may sign in this way."""
        return self.provider is not None

    async def begin(self, *, next_page: str, back: str, at: datetime) -> tuple[str, str]:
        """Return the address to go to, and the state that this browser must bring back."""
        state, verifier, nonce = (secrets.token_urlsafe(32) for _ in range(3))
        where = await self._provider().begin(state=state, nonce=nonce, challenge=challenge_of(verifier), back=back)
        async with self.database.writing() as tx:
            await sittings.begin_trip(
                tx, _digest(state), verifier=verifier, nonce=nonce, next_page=next_page[:300], at=at
            )
        return where, state

    async def finish(self, *, state: str, code: str, back: str, at: datetime) -> tuple[Account, str]:
        """Return the account of whoever came back, and the page asked for.

        Raises Forbidden when the trip is not one of ours, is over, or the person has no account here; Refused when the
        other house does not vouch.
        """
        async with self.database.writing() as tx:
            trip = await sittings.end_trip(tx, _digest(state), after=at - _TRIP)
        if trip is None:
            raise Forbidden("Lần đăng nhập này đã quá hạn hoặc đã dùng. Đăng nhập lại.", code="signin.trip")
        verifier, nonce, next_page = trip
        vouched = await self._provider().identity(code=code, verifier=verifier, nonce=nonce, back=back, at=at)
        return await self._account(vouched, at), next_page

    async def _account(self, vouched: Identity, at: datetime) -> Account:
        known = await people.find_by_subject(self.database.reading, vouched.issuer, vouched.subject)
        if known is None:
            known = await self._first_time(vouched, at)
        if known is None or known.state != "open":
            raise Forbidden(
                "Tài khoản công vụ này chưa được lập hoặc đã khoá ở đây. Nhờ quản trị của đơn vị.",
                code="signin.no_account",
            )
        return known

    async def _first_time(self, vouched: Identity, at: datetime) -> Account | None:
        """Return the account of this login, from now on known by the other house's name for its holder."""
        async with self.database.writing() as tx:
            account = await people.find_by_login(tx, vouched.login) if vouched.login else None
            if account is None or not await people.know_as(tx, account.account_no, vouched.issuer, vouched.subject):
                return None
            await changes.note(tx, Change(
                kind="account", subject=account.login, act="linked", after={"issuer": vouched.issuer},
                unit=account.unit, changed_at=at, changed_by=account.login,
            ))  # fmt: skip
        return account

    def _provider(self) -> IdentityProvider:
        if self.provider is None:
            raise Unknown("Cổng này không dùng tài khoản công vụ của tỉnh.", code="signin.no_provider")
        return self.provider


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
