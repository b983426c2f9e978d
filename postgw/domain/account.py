"""An account: a person who signs in, where he or she works, in which roles.

The login stands in every row that the person writes, so it never changes and is never given to another. A wrong
password counts; too many in a row lock the account for a while, however right the next one is.

Stands on: errors. Used by: people, sittings, storage.
Source: NIST SP 800-63B section 3.1.1 (length before composition, no known bad password); OWASP on lock-out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from .errors import Forbidden, Invalid

_LOGIN = re.compile(r"[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*")
_LOGIN_MOST = 60
PASSWORD_MOST = 200
#: A login shorter than this stands by chance in many a sentence; fewer signs than these are one key held down.
_LOGIN_LEAST_TELLING = 4
_DIFFERENT_SIGNS = 5
#: What everybody tries first; parts of these are refused as well.
_KNOWN_BAD = ("matkhau", "password", "123456", "qwerty", "abcdef", "111111", "postgw", "buudien", "motcua")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How long one may sit, how often one may be wrong, how long a password is at least."""

    shift: timedelta = timedelta(hours=12)
    idle: timedelta = timedelta(minutes=60)
    lock_after: int = 5
    lock_for: timedelta = timedelta(minutes=15)
    password_least: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person's account, without its secrets."""

    account_no: str
    login: str
    name: str
    unit: str
    roles: tuple[str, ...]
    state: str = "open"  #: open or blocked
    must_change: bool = False
    has_password: bool = True
    has_second_factor: bool = False
    locked_until: datetime | None = None
    made_at: datetime | None = None
    seen_at: datetime | None = None
    version: int = 1

    def is_locked(self, at: datetime) -> bool:
        """Say whether too many wrong passwords keep it shut now."""
        return self.locked_until is not None and at < self.locked_until

    def must_not_be_locked(self, at: datetime) -> None:
        """Raise Forbidden while too many wrong passwords keep it shut."""
        if self.locked_until is not None and self.is_locked(at):
            raise locked(self.locked_until, at)


def locked(until: datetime, at: datetime) -> Forbidden:
    """Return what is answered while an account is shut.

    >>> from datetime import UTC
    >>> at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    >>> locked(at + timedelta(seconds=61), at).values
    {'minutes': 2}
    """
    minutes = max(1, -(-int((until - at).total_seconds()) // 60))
    return Forbidden(
        "Tài khoản tạm khoá vì sai nhiều lần. Thử lại sau {minutes} phút, hoặc nhờ quản trị mở.",
        minutes=minutes, code="signin.locked",
    )  # fmt: skip


def checked_login(text: str) -> str:
    """Return a login as it is kept. Raises Invalid when it is none.

    >>> checked_login(" Duong.NTT ")
    'duong.ntt'
    """
    login = text.strip().lower()
    if not _LOGIN.fullmatch(login) or len(login) > _LOGIN_MOST:
        raise Invalid(
            "Tên đăng nhập gồm chữ thường không dấu, chữ số, dấu chấm, gạch nối; bắt đầu bằng chữ, dài nhất {most}.",
            most=_LOGIN_MOST, code="account.login", field="/login",
        )  # fmt: skip
    return login


def must_be_good_password(text: str, *, login: str, least: int) -> None:
    """Raise Invalid when a password is short or is what somebody would try first."""
    if len(text) < least or len(text) > PASSWORD_MOST:
        raise Invalid(
            "Mật khẩu dài từ {least} đến {most} ký tự; một câu ngắn dễ nhớ là tốt.",
            least=least, most=PASSWORD_MOST, code="password.length", field="/password",
        )  # fmt: skip
    if _is_guessable("".join(text.lower().split()), login):
        raise Invalid("Mật khẩu này dễ đoán. Chọn mật khẩu khác.", code="password.guessable", field="/password")


def _is_guessable(plain: str, login: str) -> bool:
    """Say whether somebody would try this first.

    >>> [_is_guessable(text, "an.nv") for text in ("an.nv2026!!", "1212121212", "matkhaumoi", "conduonglangdo")]
    [True, True, True, False]
    """
    tells_login = len(login) >= _LOGIN_LEAST_TELLING and login in plain
    return tells_login or any(bad in plain for bad in _KNOWN_BAD) or len(set(plain)) < _DIFFERENT_SIGNS
