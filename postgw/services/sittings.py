"""Sittings: a person signs in, is known by each request, and signs out or is signed out.

The browser keeps a random text, we its hash. A sitting ends with the shift, after a while without a request, when its
account is blocked or its token revoked, and when somebody ends it. Wrong passwords and codes lock the account for a
while. Right or wrong, known or not, an answer takes as long and says the same.

Source: NIST SP 800-63B sections 2.2.3 and 5.2 (sessions), 3.2.2 (throttling); OWASP on session management.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from postgw.domain.account import PASSWORD_MOST, Account, Terms, locked
from postgw.domain.actor import Actor
from postgw.domain.change import Change
from postgw.domain.errors import Forbidden, Unknown
from postgw.domain.role import Role, rights_of
from postgw.domain.totp import step_used
from postgw.storage import accounts, changes, passwords, people, sittings
from postgw.storage.database import Database
from postgw.storage.sittings import Sitting

_SEEN_EVERY = timedelta(minutes=1)
_NAMES_FOR = timedelta(minutes=15)
_KEPT_FOR = timedelta(days=90)
_BROWSER_MOST = 120
#: One letter may be typed as three signs; a text beyond this is no password and is not hashed.
_TYPED_MOST = 3 * PASSWORD_MOST


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whoever sits at the screen of a request."""

    sitting: Sitting
    actor: Actor
    account: Account | None = None  #: nothing where a token signed in

    @property
    def title(self) -> str:
        """Return the name on the screen: the person's, or the token's."""
        return self.account.name if self.account else self.actor.name

    def names_uncovered(self, at: datetime) -> bool:
        """Say whether names are uncovered on this screen now."""
        return self.sitting.names_until is not None and at < self.sitting.names_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Sittings:
    """The acts of signing in, being known, and signing out."""

    database: Database
    roles: Mapping[str, Role]
    terms: Terms = Terms()

    async def enter(self, login: str, password: str, *, browser: str = "", at: datetime) -> str:
        """Sign somebody in by password; return the text for the cookie.

        Raises Forbidden when login or password is wrong, or the account is blocked or locked.
        """
        account = await people.find_by_login(self.database.reading, login.strip().lower()[:100])
        kept = await people.password_of(self.database.reading, account.account_no) if account else ""
        right = await passwords.is_right(password[:_TYPED_MOST], kept)
        if account is None:
            raise _wrong()
        account.must_not_be_locked(at)
        if not right or account.state != "open":
            await self._count_failure(account, at)
            raise _wrong()
        return await self._sit_down(account, browser, at, is_whole=not account.has_second_factor, may_be_locked=False)

    async def _count_failure(self, account: Account, at: datetime) -> None:
        until = at + self.terms.lock_for
        async with self.database.writing() as tx:
            shut = await people.count_failure(tx, account.account_no, lock_after=self.terms.lock_after, until=until)
        if shut:
            raise locked(until, at)

    async def enter_as(self, account: Account, *, browser: str = "", at: datetime) -> str:
        """Sign in somebody whom another house vouches for; return the text for the cookie.

        Raises Forbidden when the account is blocked. Whoever guesses at its password here shuts nobody out there.
        """
        return await self._sit_down(account, browser, at, is_whole=True, may_be_locked=True)

    async def _sit_down(
        self, account: Account, browser: str, at: datetime, *, is_whole: bool, may_be_locked: bool
    ) -> str:  # fmt: skip
        """Begin a sitting. Wrong codes still count while the second factor is to come: the password forgives none."""
        text = secrets.token_urlsafe(32)
        async with self.database.writing() as tx:
            now = await people.hold(tx, account.account_no)
            if now is None or now.state != "open":
                raise _wrong()
            if not may_be_locked:
                now.must_not_be_locked(at)  # a hundred guesses at once are not more than one after the other
            if is_whole:
                await people.forgive(tx, account.account_no, at=at)
            await sittings.begin(
                tx, _digest(text), account_no=account.account_no, is_whole=is_whole, browser=browser[:_BROWSER_MOST],
                at=at, ends_at=at + self.terms.shift,
            )  # fmt: skip
        return text

    async def enter_with_token(self, token: str, *, browser: str = "", at: datetime) -> str:
        """Sign in the holder of a token; return the text for the cookie. Raises Forbidden when it is not good."""
        card = await accounts.token_by_digest(self.database.reading, _digest(token))
        if card is None or card.is_revoked(at):
            raise Forbidden("Mã truy cập không đúng hoặc đã thu hồi.", code="token.invalid")
        text = secrets.token_urlsafe(32)
        async with self.database.writing() as tx:
            await sittings.begin(
                tx, _digest(text), token_no=card.token_no, is_whole=True, browser=browser[:_BROWSER_MOST], at=at,
                ends_at=at + self.terms.shift,
            )  # fmt: skip
        return text

    async def holder(self, text: str, *, at: datetime) -> Holder:
        """Return who sits at a screen. Raises Forbidden when the sitting is over."""
        sitting = await sittings.find(self.database.reading, _digest(text))
        if sitting is None or sitting.ended_at or at >= sitting.ends_at or at - sitting.seen_at > self.terms.idle:
            raise _over()
        holder = await self._known(sitting, at)
        if at - sitting.seen_at >= _SEEN_EVERY:
            async with self.database.writing() as tx:
                await sittings.see(tx, sitting.sitting_no, at)
        return holder

    async def watcher(self, text: str, *, at: datetime) -> Holder:
        """Return who sits at a screen that only shows; looking at it so does not count as being there.

        Raises Forbidden when the sitting is over.
        """
        sitting = await sittings.find(self.database.reading, _digest(text))
        if sitting is None or sitting.ended_at or at >= sitting.ends_at or at - sitting.seen_at > self.terms.idle:
            raise _over()
        return await self._known(sitting, at)

    async def _known(self, sitting: Sitting, at: datetime) -> Holder:
        if sitting.token_no:
            card = await accounts.token(self.database.reading, sitting.token_no)
            if card is None or card.is_revoked(at):
                raise _over()
            scopes = frozenset(card.scopes)
            return Holder(
                sitting=sitting, actor=Actor(name=card.name, scopes=scopes, unit=card.unit, token_no=card.token_no)
            )
        account = await people.find(self.database.reading, sitting.account_no)
        if account is None or account.state != "open":
            raise _over()
        return Holder(sitting=sitting, actor=self.actor_of(account), account=account)

    def actor_of(self, account: Account) -> Actor:
        """Return an account as the one who acts."""
        known = [self.roles[code] for code in account.roles if code in self.roles]
        return Actor(name=account.login, scopes=rights_of(known), unit=account.unit)

    async def bring_second_factor(self, holder: Holder, code: str, *, at: datetime) -> None:
        """Complete a sitting with the code of the phone. Raises Forbidden when it is wrong or was used."""
        account = holder.account
        if account is None or holder.sitting.is_whole:
            return
        async with self.database.writing() as tx:
            now = await people.hold(tx, account.account_no)
            if now is None:
                raise _over()
            now.must_not_be_locked(at)
            secret, since, used = await people.second_factor(tx, account.account_no)
            step = step_used(secret, code, at, after=used) if since else None
            good = step is not None and await people.use_step(tx, account.account_no, step)
            if good:
                await sittings.make_whole(tx, holder.sitting.sitting_no)
                await people.forgive(tx, account.account_no, at=at)
        if not good:
            await self._count_failure(account, at)
            raise Forbidden("Mã sáu số chưa đúng hoặc đã dùng. Đợi mã mới rồi nhập lại.", code="second_factor.wrong")

    async def uncover_names(self, holder: Holder, *, at: datetime) -> None:
        """Uncover names on this screen for a quarter of an hour; what is then looked at is written down."""
        async with self.database.writing() as tx:
            await sittings.uncover_names(tx, holder.sitting.sitting_no, at + _NAMES_FOR)

    async def cover_names(self, holder: Holder) -> None:
        """Cover names on this screen again."""
        async with self.database.writing() as tx:
            await sittings.uncover_names(tx, holder.sitting.sitting_no, None)

    async def leave(self, text: str, *, at: datetime) -> None:
        """Sign out."""
        sitting = await sittings.find(self.database.reading, _digest(text))
        if sitting:
            async with self.database.writing() as tx:
                await sittings.end(tx, sitting.sitting_no, at)

    async def own(self, holder: Holder, *, at: datetime) -> tuple[Sitting, ...]:
        """Return where this person is signed in now, newest first."""
        if holder.account is None:
            return (holder.sitting,)
        return await sittings.of_account(
            self.database.reading, holder.account.account_no, at=at, seen_after=at - self.terms.idle
        )

    async def end_own(self, holder: Holder, sitting_no: int, *, at: datetime) -> None:
        """End one sitting of this person. Raises Unknown when it is none of his or hers."""
        if sitting_no not in {each.sitting_no for each in await self.own(holder, at=at)}:
            raise Unknown("Phiên này không còn hoặc không phải của bạn.", code="sitting.unknown")
        async with self.database.writing() as tx:
            await sittings.end(tx, sitting_no, at)

    async def end_others(self, holder: Holder, *, at: datetime) -> int:
        """End every other sitting of this person."""
        if holder.account is None:
            return 0
        async with self.database.writing() as tx:
            return await sittings.end_all(tx, at, account_no=holder.account.account_no, but=holder.sitting.sitting_no)

    async def live(self, *, actor: Actor, at: datetime) -> tuple[Sitting, ...]:
        """Return everybody who is signed in now."""
        actor.must("admin")
        return await sittings.live(self.database.reading, at=at, seen_after=at - self.terms.idle)

    async def end_one(self, sitting_no: int, *, actor: Actor, at: datetime) -> None:
        """End somebody's sitting. Raises Unknown when it is over already."""
        actor.must("admin")
        async with self.database.writing() as tx:
            if not await sittings.end(tx, sitting_no, at):
                raise Unknown("Phiên này đã đóng.", code="sitting.unknown")
            await changes.note(tx, _ended(str(sitting_no), actor, at))

    async def end_everybodys(self, *, actor: Actor, at: datetime) -> int:
        """End every sitting of everybody; for the day on which something leaked."""
        actor.must("admin")
        async with self.database.writing() as tx:
            count = await sittings.end_all(tx, at)
            await changes.note(tx, _ended("all", actor, at, count=count))
        return count

    async def forget(self, *, at: datetime) -> int:
        """Drop what ended long ago."""
        async with self.database.writing() as tx:
            await sittings.forget(tx, before=at - _KEPT_FOR)
        return 0


def form_proof(text: str) -> str:
    """Return what every form of this sitting bears, so that no other page can send one in its name."""
    return hmac.new(text.encode(), b"form", hashlib.sha256).hexdigest()[:32]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _wrong() -> Forbidden:
    return Forbidden("Tên đăng nhập hoặc mật khẩu chưa đúng.", code="signin.wrong")


def _ended(subject: str, actor: Actor, at: datetime, **told: object) -> Change:
    return Change(kind="sitting", subject=subject, act="ended", after=told, changed_at=at, changed_by=actor.name)


def _over() -> Forbidden:
    return Forbidden("Phiên làm việc đã hết. Đăng nhập lại.", code="sitting.over")
