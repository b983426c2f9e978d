"""One wrong letter: the words that a slip of a finger may have made of another.

Who types a name at a counter hears it once, and keyboards for Vietnamese lose or double letters. A slip is one letter
too many, one too few, another one, or two neighbours in the wrong order. A slip is looked for backwards: the few
hundred words that one slip away from what was typed are asked for by name, so no list of all words need be kept, and
none has to forget a person.

Used by: searching, and storage's list of words.
Source: F. J. Damerau, "A technique for computer detection and correction of spelling errors", CACM 7 (1964): four
slips explain four of five wrong words.
"""

from __future__ import annotations

import re
import string

from .folding import fold

LETTERS = string.ascii_lowercase
DIGITS = string.digits
#: Words of fewer letters are looked for as they are: one slip makes every such word of every other.
SHORTEST = 3
#: No word is kept longer.
LONGEST = 40
_WORD = re.compile(r"[a-z0-9]+")
_PHONE = re.compile(r"[+0-9][0-9 .()+-]{6,}")


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text as search keeps them; a telephone number is one word.

    >>> words_of("Nguyễn Thị  Đào-Lan"), words_of("0912 000.003")
    (('nguyen', 'thi', 'dao', 'lan'), ('0912000003',))
    """
    if _PHONE.fullmatch(text.strip()):
        return (phone_word(text),)
    return tuple(word[:LONGEST] for word in _WORD.findall(fold(text)))


def phone_word(text: str) -> str:
    """Return a telephone number as one word, the way it is dialled at home.

    >>> phone_word("+84 912 000 003"), phone_word("")
    ('0912000003', '')
    """
    digits = "".join(sign for sign in text if sign in DIGITS)
    return ("0" + digits[2:] if text.strip().startswith("+84") else digits)[:LONGEST]


def neighbours(word: str, alphabet: str) -> frozenset[str]:
    """Return every word that one slip leads to, and the word itself.

    >>> {"an", "na", "a", "ann", "on"} <= neighbours("an", LETTERS)
    True
    """
    cuts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    fewer = {left + right[1:] for left, right in cuts if right}
    swapped = {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    other = {left + letter + right[1:] for left, right in cuts if right for letter in alphabet}
    more = {left + letter + right for left, right in cuts for letter in alphabet}
    return frozenset({word} | fewer | swapped | other | more)


def may_have_meant(word: str) -> frozenset[str]:
    """Return the words that somebody may have meant who typed this one; a short word means itself.

    >>> "nguyen" in may_have_meant("nguyem"), may_have_meant("an")
    (True, frozenset({'an'}))
    """
    if len(word) < SHORTEST:
        return frozenset({word})
    return neighbours(word, DIGITS if word.isdecimal() else LETTERS)
