"""A one-time code: six digits sent to the telephone of a dossier, by which whoever holds it proves that they do.

Registering for a return by post, changing an address and naming a proxy move a paper to somebody; a link alone may have
been forwarded, so these acts want a code as well. The code is reckoned from its row and the secret of the house and
stands nowhere. It serves once, for one kind of act, for some minutes and some tries; a new one makes the old ones void.

Used by: storage.one_time_codes, services.
Source: Circular 01/2018/TT-VPCP art. 16.2.d (who is told more must prove himself); RFC 4226 (truncation to digits).

>>> reckoned(b"secret", 7), reckoned(b"secret", 8), reckoned(b"other", 7)
('308579', '153502', '252200')
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from .errors import Conflict, Invalid, PostgwError

#: What a code may be asked for.
PURPOSES = frozenset({"register", "readdress", "proxy"})
DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRule:
    """One version of the rules of a citizen's own page."""

    version: str
    message_link_days: int  #: how long the link in a message opens the page
    receipt_link_days: int  #: how long the one on a receipt does
    code_minutes: int
    code_tries: int
    codes_a_day: int  #: for one dossier
    digit_tries_a_day: int  #: for one number, whoever tries
    complaints_a_day: int  #: on the page of one dossier
    links_a_day: int  #: sent for one dossier because somebody typed the right four digits


def reckoned(secret: bytes, code_id: int) -> str:
    """Return the digits of a code by its row."""
    digest = hmac.digest(secret, f"code:{code_id}".encode(), hashlib.sha256)
    return f"{int.from_bytes(digest[:8], 'big') % 10**DIGITS:0{DIGITS}d}"


def tidy(typed: str) -> str:
    """Return the digits of what was typed.

    >>> tidy(" 08 34-60")
    '083460'
    """
    return "".join(sign for sign in typed if sign.isascii() and sign.isdecimal())


def refusal(verdict: str) -> PostgwError | None:
    """Return the error for what became of a typed code: `right`, `wrong`, `over` (too late, too often, none sent)."""
    if verdict == "right":
        return None
    if verdict == "wrong":
        return Invalid("Mã chưa đúng. Xem lại tin nhắn rồi gõ đủ 6 chữ số.", code="one_time_code.wrong", field="/code")
    return Conflict("Mã này không còn dùng được. Lấy mã mới rồi gõ lại.", code="one_time_code.over")
