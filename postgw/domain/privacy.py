"""Masking: what may be shown of a person to somebody who need not know the person.

Whoever holds the number of a consignment may learn where it is; whose it is, only those who carry it or answer for it
may. A mask keeps what the owner needs to know his own again, and does not tell how long the hidden part is.

Stands on: address. Used by: enquiry, reports, exports, the citizen's pages.
Source: Law on personal data protection 2025 (only what the purpose needs); Law on post 2010 (secrecy of mail).
"""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from .address import Party

_HIDDEN = "•••"
#: Shown of a telephone or identity number, and how long it must be before that is shown.
_TAIL = 3
_SHORTEST = 7


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


def mask_id(number: str) -> str:
    """Return the last three characters of an identity paper's number, none of a very short one.

    >>> mask_id("042000000123"), mask_id("")
    ('••• 123', '')
    """
    tail = _tail(number)
    return f"{_HIDDEN} {tail}" if tail else ""


def mask_address(party: Party) -> str:
    """Return commune and province only; house, street and hamlet go.

    >>> mask_address(Party(name="A", address="Thôn Đoài", commune="xã Kỳ Lạc", province="tỉnh Hà Tĩnh"))
    'xã Kỳ Lạc, tỉnh Hà Tĩnh'
    """
    return ", ".join(unit for unit in (party.commune, party.province) if unit)


def mask_party(party: Party) -> Party:
    """Return a party fit for a stranger's eyes.

    >>> mask_party(Party(name="Lê An", phone="0912000003", email="a@b.vn", address="Số 1", commune="xã Kỳ Lạc")).lines()
    ('xã Kỳ Lạc',)
    """
    return replace(party, name=mask_name(party.name), phone=mask_phone(party.phone), email="", address="", district="")


def _tail(text: str) -> str:
    kept = "".join(character for character in text if character.isalnum())
    if not kept:
        return ""
    return kept[-_TAIL:] if len(kept) >= _SHORTEST else _HIDDEN
