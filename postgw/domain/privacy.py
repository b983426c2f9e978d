"""Masking: what may be shown of a person to somebody who need not know the person.

Whoever holds the number of a consignment may learn where it is; whose it is, only those who carry it or answer for it
may. A mask keeps what the owner needs to know his own again, and does not tell how long the hidden part is.

Stands on: address. Used by: enquiry, reports, exports, the citizen's pages; adapters, of what outsiders answer.
Source: Law on personal data protection 2025 (only what the purpose needs); Law on post 2010 (secrecy of mail).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from .address import Party

_HIDDEN = "•••"
#: Shown of a telephone or identity number, and how long it must be before that is shown.
_TAIL = 3
_SHORTEST = 7
#: A telephone, identity or account number, however it is grouped.
_LONG_NUMBER = re.compile(r"\d(?:[ .-]?\d){6,}")


def mask_name(name: str) -> str:
    """Return each word's first letter.

    >>> mask_name("Nguyễn Văn Ánh"), mask_name("")
    ('N••• V••• Á•••', '')
    """
    return " ".join(word[0] + _HIDDEN for word in unicodedata.normalize("NFC", name).split())


def mask_phone(phone: str) -> str:
    """Return the last three digits of a telephone number, none of a very short one.

    >>> mask_phone("0912000003"), mask_phone("113"), mask_phone("")
    ('••• ••• 003', '••• ••• •••', '')
    """
    tail = _tail(phone)
    return f"{_HIDDEN} {_HIDDEN} {tail}" if tail else ""


def mask_address(party: Party) -> str:
    """Return commune and province only; house, street and hamlet go.

    >>> mask_address(Party(name="A", address="Thôn Đoài", commune="xã Kỳ Lạc", province="tỉnh Hà Tĩnh"))
    'xã Kỳ Lạc, tỉnh Hà Tĩnh'
    """
    return ", ".join(unit for unit in (party.commune, party.province) if unit)


def without_long_numbers(text: str) -> str:
    """Return a text without numbers that may be somebody's.

    >>> without_long_numbers("gọi 0912 345 678 lúc 14 giờ")
    'gọi … lúc 14 giờ'
    """
    return _LONG_NUMBER.sub("…", text)


def without_persons(message: str, parties: Iterable[Party], *, own: str) -> str:
    """Return an outsider's words without what it was told of persons, and without any long number but our own.

    >>> without_persons("LE THI AN khong nghe 0912345678, phieu 4K7M29TB6HC", [Party(name="Le Thi An")], own="")
    '… khong nghe …, phieu 4K7M29TB6HC'
    """
    for party in parties:
        for text in sorted((party.name, party.email, party.address, party.one_line(), party.phone), key=len)[::-1]:
            if len(text) > 1:
                message = re.sub(re.escape(text), "…", message, flags=re.IGNORECASE)
    parts = message.split(own) if own else [message]
    return own.join(map(without_long_numbers, parts))


def _tail(text: str) -> str:
    kept = "".join(character for character in text if character.isalnum())
    if not kept:
        return ""
    return kept[-_TAIL:] if len(kept) >= _SHORTEST else _HIDDEN
