"""The consignment number, ours: `4K7M29TB6HC`, shown `4K7M-29TB-6HC`.

One posting of one dossier in one direction carries it: under our own bars, in the QR, in the look-up link, on the
slip. It is drawn at random and never made from the dossier code, so that nobody learns of one dossier from the number
of another.

**The alphabet** is 23 characters, `0123456789BCFHJKMNPRTVX`. It is what remains after three rules:

* no A E I O U Y D W. Counter PCs type Vietnamese, and a handheld scanner is a keyboard too. Telex makes accents of s
  f r x j z and of doubled letters, VNI of 1 to 8, but only upon a vowel; without vowels they stay what they are. What
  needs no vowel is Telex `w` → ư, Telex `dd` → đ and VNI `d9` → đ: so D and W go with the vowels;
* none of the letters that a reader takes for a digit: G L Q S Z (6 1 0 5 2), as O and I above. When somebody types
  one all the same, there is but one thing it can mean, and `compact` puts the digit;
* a prime number of characters, 23, which makes the check character sound (below).

**The number** is nine characters, one letter, one check character. The letter in tenth place keeps a number from
being all digits: a telephone number is never taken for one, and no spreadsheet rounds it or eats its leading zeros.

**The check character**: each character counts as its place in the alphabet, from 0; the first is taken once, the
second twice, ... the tenth ten times; the check character is the one that brings the sum to a multiple of 23. As 23
is prime and neighbours never weigh the same, each wrong character and each swapped pair of neighbours is found.

The short forms that some keyboards offer (`cc` → ch) are off as shipped; they change one character, and the check
finds it.

Stands on: errors, folding. Used by: recognise, bag_number (its alphabet), intake (which mints), labels, tracking.
Source: input rules of Telex and VNI as Vietnamese keyboards document them; the check scheme is ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count
from operator import mul

from .errors import Invalid, passes
from .folding import bare

ALPHABET = "0123456789BCFHJKMNPRTVX"
LETTERS = ALPHABET[10:]
LENGTH = 11

_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_LOOKALIKES = str.maketrans("OQILZSG", "0011256")
_SHAPE = re.compile(rf"[{ALPHABET}]{{9}}[{LETTERS}][{ALPHABET}]")


def check_character(body: str) -> str:
    """Return the character that brings the weighted sum of `body` to a multiple of 23.

    >>> check_character("4K7M29TB6H")
    'C'
    """
    total = sum(map(mul, count(1), map(_VALUE.__getitem__, body)))
    return ALPHABET[-total % len(ALPHABET)]


def compact(text: str) -> str:
    """Return what was typed in capitals, without blanks and dashes, look-alike letters read as the digits they mean.

    >>> compact(" 4k7m-29tb-6hc "), compact("O1lSZ")
    ('4K7M29TB6HC', '01152')
    """
    return bare(text).translate(_LOOKALIKES)


def validate(number: str, *, field: str = "/consignment_no") -> str:
    """Return a consignment number in its compact form.

    Raises Invalid when its shape or its check character is wrong.

    >>> validate("4K7M-29TB-6HC")
    '4K7M29TB6HC'
    >>> validate("4K7M-29TB")
    Traceback (most recent call last):
    postgw.domain.errors.Invalid: Số phiếu gửi gồm 11 chữ và số, ví dụ 4K7M-29TB-6HC. Soát lại hoặc quét mã trên nhãn.
    >>> validate("4K7M-29TB-6HX")
    Traceback (most recent call last):
    postgw.domain.errors.Invalid: Số phiếu gửi 4K7M-29TB-6HX có ký tự gõ sai hoặc đảo chỗ. Soát lại hoặc quét mã trên nhãn.
    """  # noqa: E501
    number = compact(number)
    if not _SHAPE.fullmatch(number):
        raise Invalid(
            "Số phiếu gửi gồm 11 chữ và số, ví dụ 4K7M-29TB-6HC. Soát lại hoặc quét mã trên nhãn.",
            code="consignment_no.shape", field=field,
        )  # fmt: skip
    if check_character(number[:-1]) != number[-1]:
        raise Invalid(
            "Số phiếu gửi {number} có ký tự gõ sai hoặc đảo chỗ. Soát lại hoặc quét mã trên nhãn.",
            number=_grouped(number), code="consignment_no.check", field=field,
        )  # fmt: skip
    return number


def is_compact(text: str) -> bool:
    """Say whether this is a consignment number just as it stands under the bars, which is how scanners read it.

    >>> is_compact("4K7M29TB6HC"), is_compact("4K7M-29TB-6HC"), is_compact("4K7M29TB6HX")
    (True, False, False)
    """
    return _SHAPE.fullmatch(text) is not None and check_character(text[:-1]) == text[-1]


def is_valid(number: str) -> bool:
    """Say whether this is a consignment number.

    >>> is_valid("4k7m 29tb 6hc"), is_valid("4K7M29TB6CH"), is_valid("84912000003")
    (True, False, False)
    """
    return passes(validate, number)


def shown(number: str) -> str:
    """Return a consignment number grouped for the eye.

    Raises Invalid when it is no consignment number.

    >>> shown("4K7M29TB6HC")
    '4K7M-29TB-6HC'
    """
    return _grouped(validate(number))


def mint(pick: Callable[[int], int]) -> str:
    """Return a new number; `pick(n)` draws one of 0 to n-1, in service from the operating system's secret source.

    That no other consignment has it is for storage to say; two in 23 million million are seldom equal.

    >>> draws = iter([4, 15, 7, 16, 2, 9, 20, 10, 6, 3])
    >>> mint(lambda n: next(draws))
    '4K7M29TB6HC'
    """
    body = "".join(ALPHABET[pick(len(ALPHABET))] for _ in range(LENGTH - 2)) + LETTERS[pick(len(LETTERS))]
    return body + check_character(body)


def _grouped(number: str) -> str:
    return f"{number[:4]}-{number[4:8]}-{number[8:]}"
