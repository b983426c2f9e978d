"""People: accounts are made, changed, blocked and opened; passwords and second factors are set.

Whoever makes an account, or resets one, sets a password that serves once: at the first sign-in another one is chosen.
Every change is written down with what stood there before. Whoever is asked for the password once more, at a screen
that is open already, has no more tries there than at the sign-in.

Source: NIST SP 800-63B sections 3.1.1, 3.2.2 and 4.2 (passwords, throttling, recovery).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from postgw.domain.account import Account, Terms, checked_login, locked, must_be_good_password
from postgw.domain.actor import Actor
from postgw.domain.address import NAME_MOST, checked_text
from postgw.domain.change import Change, differing
from postgw.domain.errors import Conflict, Forbidden, Invalid, Unknown
from postgw.domain.page import Page
from postgw.domain.role import Role, rights_of
from postgw.domain.totp import as_text, key_uri, step_used
from postgw.storage import changes, passwords, people, province, sittings
from postgw.storage.database import Database, Session

#: Without signs that look alike, for a password that is read aloud once.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
#: As an authenticator app lists it.
_ISSUER = "postgw"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A second factor that was proposed and does not count yet: shown to its owner, once, and to nobody else."""

    text: str = field(repr=False)  #: as it is typed into an app
    uri: str = field(repr=False)  #: as an app reads it from a QR code


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The acts of keeping accounts."""

    database: Database
    roles: Mapping[str, Role]
    terms: Terms = Terms()

    async def make(
        self, *, login: str, name: str, unit: str, roles: tuple[str, ...], password: str = "", must_change: bool = True,
        actor: Actor, at: datetime,
    ) -> tuple[Account, str]:  # fmt: skip
        """Make an account; return it with the password that serves once.

        Raises Conflict when the login is taken, Invalid when unit, role or password is wrong.
        """
        actor.must("admin")
        password = password or _one_time()
        account = Account(
            account_no=f"ac-{secrets.token_hex(6)}", login=checked_login(login), must_change=must_change,
            name=_checked_name(name), unit=unit.strip(), roles=roles,
        )  # fmt: skip
        must_be_good_password(password, login=account.login, least=self.terms.password_least)
        await self._must_fit(account)
        hashed = await passwords.hashed(password)
        async with self.database.writing() as tx:
            if not await people.add(tx, account, password_hash=hashed, actor=actor.name, at=at):
                raise Conflict(
                    "Tên đăng nhập {login} đã có người dùng.", login=account.login, code="account.taken", field="/login"
                )
            await _note(tx, account, "made", {}, _told(account), actor, at)
        return replace(account, made_at=at), password

    async def _must_fit(self, account: Account) -> None:
        if not account.roles:
            raise Invalid("Chọn ít nhất một vai trò.", code="account.role", field="/roles")
        for code in account.roles:
            if code not in self.roles or not self.roles[code].for_people:
                raise Invalid("Không có vai trò {role}.", role=code, code="account.role", field="/roles")
        await self._must_work_there(account)

    async def _must_work_there(self, account: Account) -> None:
        wanted = {self.roles[code].works_at for code in account.roles} - {""}
        if not account.unit:
            if wanted:
                raise Invalid("Vai trò này cần một đơn vị. Chọn đơn vị.", code="account.unit", field="/unit")
            return
        unit = await province.unit(self.database.reading, account.unit)
        if unit is None:
            raise Invalid("Không có đơn vị mang mã {number}.", number=account.unit, code="unit.unknown", field="/unit")
        if wanted - {unit.kind}:
            raise Invalid("Vai trò này không thuộc đơn vị {unit}.", unit=unit.name, code="account.unit", field="/unit")

    async def change(
        self, account_no: str, *, name: str, unit: str, roles: tuple[str, ...], version: int, actor: Actor, at: datetime
    ) -> Account:
        """Change who an account is for. Raises Conflict when somebody else changed it meanwhile."""
        actor.must("admin")
        known = await self.account(account_no, actor=actor)
        asked = replace(known, name=_checked_name(name), unit=unit.strip(), roles=roles, version=version)
        await self._must_fit(asked)
        if known.login == actor.name and "admin" not in rights_of(self.roles[code] for code in roles):
            raise Conflict(
                "Không tự bỏ vai trò quản trị của mình. Nhờ quản trị khác.", code="account.own", field="/roles"
            )
        return await self._changed(known, asked, "changed", actor, at)

    async def set_state(self, account_no: str, state: str, *, version: int, actor: Actor, at: datetime) -> Account:
        """Block an account, which ends its sittings at once, or open it again, which ends its lock as well."""
        actor.must("admin")
        if state not in ("open", "blocked"):
            raise Invalid("Trạng thái chỉ là open hoặc blocked.", code="account.state", field="/state")
        known = await self.account(account_no, actor=actor)
        if known.login == actor.name and state == "blocked":
            raise Conflict("Không tự khoá tài khoản đang dùng.", code="account.own")
        return await self._changed(known, replace(known, state=state, version=version), state, actor, at)

    async def _changed(self, known: Account, asked: Account, act: str, actor: Actor, at: datetime) -> Account:
        async with self.database.writing() as tx:
            if not await people.change(tx, asked):
                raise _stale()
            if asked.state == "blocked":
                await sittings.end_all(tx, at, account_no=asked.account_no)
            elif act == "open":
                await people.unlock(tx, asked.account_no)
            await _note(tx, asked, act, *differing(_told(known), _told(asked)), actor, at)
        return replace(asked, version=asked.version + 1)

    async def reset(self, account_no: str, *, version: int, actor: Actor, at: datetime) -> str:
        """Set a password that serves once and take the second factor away; return the password.

        Raises Conflict when somebody else changed the account meanwhile: a reset that comes twice is one.
        """
        actor.must("admin")
        account = await self.account(account_no, actor=actor)
        password = _one_time()
        hashed = await passwords.hashed(password)
        async with self.database.writing() as tx:
            if not await people.change(tx, replace(account, version=version)):
                raise _stale()
            await people.set_password(tx, account_no, hashed, must_change=True)
            await people.set_second_factor(tx, account_no, b"", since=None)
            await sittings.end_all(tx, at, account_no=account_no)
            await _note(tx, account, "reset", {}, {}, actor, at)
        return password

    async def choose_password(
        self, account: Account, *, old: str, new: str, sitting_no: int, actor: Actor, at: datetime
    ) -> None:
        """Change one's own password; every other sitting of the account ends.

        Raises Forbidden when the old one is wrong, Invalid when the new one is poor or the same.
        """
        await self._must_know(account, old, field="/old", at=at)
        must_be_good_password(new, login=account.login, least=self.terms.password_least)
        if old == new:
            raise Invalid("Mật khẩu mới phải khác mật khẩu đang dùng.", code="password.same", field="/password")
        hashed = await passwords.hashed(new)
        async with self.database.writing() as tx:
            await people.set_password(tx, account.account_no, hashed, must_change=False)
            await sittings.end_all(tx, at, account_no=account.account_no, but=sitting_no)
            await _note(tx, account, "password", {}, {}, actor, at)

    async def _must_know(self, account: Account, typed: str, *, field: str, at: datetime) -> None:
        now = await people.find(self.database.reading, account.account_no)
        if now is not None:
            now.must_not_be_locked(at)
        kept = await people.password_of(self.database.reading, account.account_no)
        if await passwords.is_right(typed, kept):
            return
        until = at + self.terms.lock_for
        async with self.database.writing() as tx:
            shut = await people.count_failure(tx, account.account_no, lock_after=self.terms.lock_after, until=until)
        if shut:
            raise locked(until, at)
        raise Forbidden("Mật khẩu đang dùng chưa đúng.", code="password.wrong", field=field)

    async def propose_second_factor(self, account: Account) -> None:
        """Make a new secret for an authenticator app; it counts once a code of it was typed.

        Whoever saw an earlier proposal on a screen knows nothing of this one.
        """
        _, since, _ = await people.second_factor(self.database.reading, account.account_no)
        if since:
            raise Conflict("Tài khoản đã có lớp bảo vệ thứ hai.", code="second_factor.known")
        async with self.database.writing() as tx:
            await people.set_second_factor(tx, account.account_no, secrets.token_bytes(20), since=None)

    async def proposed_second_factor(self, account: Account) -> Proposal | None:
        """Return what was proposed and does not count yet."""
        secret, since, _ = await people.second_factor(self.database.reading, account.account_no)
        if since or not secret:
            return None
        return Proposal(text=as_text(secret), uri=key_uri(secret, login=account.login, issuer=_ISSUER))

    async def second_factor_picture(self, account: Account) -> bytes:
        """Return the QR code of what was proposed, as a PNG. Raises Unknown when nothing was."""
        from labels.screen_code import screen_code

        proposal = await self.proposed_second_factor(account)
        if proposal is None:
            raise Unknown("Chưa bắt đầu bật lớp bảo vệ thứ hai.", code="second_factor.unknown")
        return screen_code(proposal.uri)

    async def confirm_second_factor(self, account: Account, code: str, *, actor: Actor, at: datetime) -> None:
        """Let the proposed second factor count from now on. Raises Invalid when the code is not of it."""
        secret, since, _ = await people.second_factor(self.database.reading, account.account_no)
        step = step_used(secret, code, at, after=0) if secret and not since else None
        if step is None:
            raise Invalid("Mã sáu số chưa đúng. Xem lại giờ của điện thoại rồi nhập mã mới.",
                          code="second_factor.wrong", field="/code")  # fmt: skip
        async with self.database.writing() as tx:
            await people.set_second_factor(tx, account.account_no, secret, since=at)
            await people.use_step(tx, account.account_no, step)
            await _note(tx, account, "second_factor", {}, {"second_factor": True}, actor, at)

    async def drop_second_factor(self, account: Account, password: str, *, actor: Actor, at: datetime) -> None:
        """Take one's own second factor away. Raises Forbidden when the password is wrong."""
        await self._must_know(account, password, field="/password", at=at)
        async with self.database.writing() as tx:
            await people.set_second_factor(tx, account.account_no, b"", since=None)
            await _note(tx, account, "second_factor", {"second_factor": True}, {}, actor, at)

    async def account(self, account_no: str, *, actor: Actor) -> Account:
        """Return an account. Raises Unknown when there is none of this number."""
        actor.must("admin")
        found = await people.find(self.database.reading, account_no)
        if found is None:
            raise Unknown("Không có tài khoản {number}.", number=account_no[:40], code="account.unknown")
        return found

    async def account_of(self, login: str, *, actor: Actor) -> Account:
        """Return the account with this login. Raises Unknown when there is none."""
        actor.must("admin")
        found = await people.find_by_login(self.database.reading, login.strip().lower())
        if found is None:
            raise Unknown("Không có tài khoản {number}.", number=login[:40], code="account.unknown")
        return found

    async def listed(
        self, *, unit: str = "", state: str = "", login: str = "", cursor: str = "", actor: Actor, limit: int = 50
    ) -> Page[Account]:
        """Return accounts in the order of their logins: of a unit, in a state, with a part of a login."""
        actor.must("admin")
        part = "".join(sign for sign in login.lower() if sign.isalnum() or sign in ".-")[:60]
        if login and not part:
            return Page(items=(), next_cursor="")
        found = await people.listed(
            self.database.reading, unit=unit, state=state, login=part, after=cursor, limit=limit + 1
        )
        return Page(items=found[:limit], next_cursor=found[limit - 1].login if len(found) > limit else "")


def _stale() -> Conflict:
    return Conflict("Tài khoản này vừa được sửa. Xem bản mới rồi ghi lại.", code="account.stale")


def _one_time() -> str:
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


def _checked_name(name: str) -> str:
    return checked_text(name, what="họ tên", field="/name", most=min(NAME_MOST, 120))


def _told(account: Account) -> dict[str, object]:
    return {
        "login": account.login, "name": account.name, "unit": account.unit, "roles": list(account.roles),
        "state": account.state,
    }  # fmt: skip


async def _note(
    tx: Session, account: Account, act: str, before: Mapping[str, object], after: Mapping[str, object], actor: Actor,
    at: datetime,
) -> None:  # fmt: skip
    await changes.note(tx, Change(
        kind="account", subject=account.login, act=act, before=before, after=after, unit=account.unit, changed_at=at,
        changed_by=actor.name,
    ))  # fmt: skip
