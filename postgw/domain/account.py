"""An account: a person who signs in, where he or she works, in which roles.

The login stands in every row that the person writes, so it never changes and is never given to another. A wrong
password counts; too many in a row lock the account for a while, however right the next one is.

Stands on: errors, address. Used by: people, sittings, storage.
Source: NIST SP 800-63B section 3.1.1 (length before composition, no known bad password); OWASP on lock-out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from .errors import Invalid

_LOGIN = re.compile(r"[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*")
_LOGIN_MOST = 60
PASSWORD_MOST = 200
#: What everybody tries first; parts of these are refused as well.
_KNOWN_BAD = ("matkhau", "password", "123456", "qwerty", "abcdef", "111111", "postgw", "buudien", "motcua")


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
    plain = "".join(text.lower().split())
    if login in plain or any(bad in plain for bad in _KNOWN_BAD) or len(set(plain)) <= len(plain) // 3:
        raise Invalid("Mật khẩu này dễ đoán. Chọn mật khẩu khác.", code="password.guessable", field="/password")
