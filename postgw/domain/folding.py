"""Folding: what two ways of typing the same thing have in common.

People search without accents, in capitals or not, and their keyboards write Đ in more than one way (the Icelandic Ð
of old VNI fonts looks the same on paper). Numbers are typed with blanks, dots and dashes, or without. What is folded
is compared and searched for; it is never stored in place of what was given, nor shown. What a short message loses is
less: its accents alone.

Used by: every number of this room, recognise, the search columns of storage.
Source: Unicode Standard 15, §3.13 (compatibility caseless matching).
"""

from __future__ import annotations

import re
import string
import unicodedata

#: Letters that no decomposition takes apart, though readers see a plain letter with a stroke.
_STROKED = str.maketrans({"đ": "d", "ð": "d", "Đ": "d", "Ð": "d"})
#: The same with their case, and the signs of print for which a plain keyboard has another.
_PLAIN = str.maketrans({
    "đ": "d", "ð": "d", "Đ": "D", "Ð": "D", "“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "\u00a0": " ",
    "–": "-", "—": "-", "−": "-", "·": "-",
})  # fmt: skip
_SEPARATORS = re.compile(r"[\s.\-_\u2010-\u2015\u2212]")
_CAPITALS = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)


def fold(text: str) -> str:
    """Return `text` as search sees it: no accents, no case, single blanks.

    >>> fold("  Nguyễn  Thị ĐÀO "), fold("Ðức Thọ"), fold("XÃ KỲ LẠC") == fold("xa ky lac")
    ('nguyen thi dao', 'duc tho', True)
    """
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_STROKED)
    plain = unicodedata.normalize("NFKD", plain).casefold()
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())


def unaccented(text: str) -> str:
    """Return `text` as it is written without accents, for a channel that carries none; its case stays.

    >>> unaccented("Hồ sơ ĐÃ có kết quả – mã “4K7M”…")
    'Ho so DA co ket qua - ma "4K7M"...'
    """
    plain = unicodedata.normalize("NFD", text).translate(_PLAIN)
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def capitals(text: str) -> str:
    """Return `text` with a to z raised and nothing else: `str.upper` makes SS of ß, and so another number of a slip.

    >>> capitals("rr"), capitals("ß")
    ('RR', 'ß')
    """
    return text.translate(_CAPITALS)


def bare(text: str) -> str:
    """Return a typed number in capitals without blanks, dots and dashes.

    >>> bare(" rr 473-124.829 vn ")
    'RR473124829VN'
    """
    return capitals(_SEPARATORS.sub("", text))
