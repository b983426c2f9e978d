"""How long a text is as a short message: its coding, what it takes, and how many parts a telephone puts together.

A short message holds 140 octets: 160 characters of the GSM alphabet at seven bits, or 70 units of UCS-2 once a single
letter stands outside that alphabet; accented Vietnamese does. A longer text travels in parts, each with a header of
six octets that says where it belongs: 153 or 67 remain. A sign of the extension table takes two places and a letter
outside the basic plane two units, and neither is cut between two parts, so a division alone would count too few.

Used by: adapters that send short messages, wording, and whoever shows what a text costs.
Source: 3GPP TS 23.038 §6.2.1 (GSM 7 bit default alphabet and its extension table), TS 23.040 §9.2.3.24.1
(concatenation).

>>> sms_length("Ho so da co ket qua.")
SmsLength(coding='gsm7', characters=20, parts=1)
>>> sms_length("Hồ sơ đã có kết quả.").coding, sms_length("a" * 161).parts, sms_length("€" * 80).parts
('ucs2', 2, 1)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: Each of these stands behind an escape.
GSM_EXTENSION = frozenset("\f^{}\\[~]|€")

#: Coding → places in a message alone, and in each part of several.
ROOM = {"gsm7": (160, 153), "ucs2": (70, 67)}


@dataclass(frozen=True, slots=True)
class SmsLength:
    """How a text travels. `characters` are the places it takes: an extension sign takes two."""

    coding: str
    characters: int
    parts: int


def sms_length(text: str) -> SmsLength:
    """Return how a text travels as a short message."""
    coding = "gsm7" if all(letter in GSM or letter in GSM_EXTENSION for letter in text) else "ucs2"
    widths = [_width(letter, coding) for letter in text]
    alone, each = ROOM[coding]
    taken = sum(widths)
    return SmsLength(coding, taken, 1 if taken <= alone else _parts(widths, each))


def _width(letter: str, coding: str) -> int:
    if coding == "gsm7":
        return 2 if letter in GSM_EXTENSION else 1
    return 2 if ord(letter) > 0xFFFF else 1


def _parts(widths: Iterable[int], room: int) -> int:
    parts, taken = 1, 0
    for width in widths:
        if taken + width > room:
            parts, taken = parts + 1, 0
        taken += width
    return parts
