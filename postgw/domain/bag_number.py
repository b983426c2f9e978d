"""The bag number: `T4K7M29B9`, shown `T-4K7M-29B9`; T for túi.

Several consignments sealed together (a school's two hundred diplomas, the dispatch of a day) travel under one number,
and a scan of the bag is one on each inside. It is read by the same scanners as the consignment number, so it has the
same alphabet and check rule; nine characters beginning with T, where a consignment has eleven and an item thirteen:
one character lost or doubled never makes one kind of another.

Stands on: errors, folding, consignment_number. Used by: recognise, handover, labels.
Source: the scheme is ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from .consignment_number import ALPHABET, check_character, compact
from .errors import Invalid, passes

PREFIX = "T"
LENGTH = 9

_SHAPE = re.compile(rf"{PREFIX}[{ALPHABET}]{{8}}")


def validate(number: str, *, field: str = "/bag_no") -> str:
    """Return a bag number in its compact form.

    Raises Invalid when its shape or its check character is wrong.

    >>> validate("t-4k7m-29b9")
    'T4K7M29B9'
    >>> validate("4K7M29B9")
    Traceback (most recent call last):
    postgw.domain.errors.Invalid: Số túi gồm chữ T và 8 chữ, số, ví dụ T-4K7M-29B9. Soát lại hoặc quét mã trên nhãn túi.
    >>> validate("T-4K7M-29B1")
    Traceback (most recent call last):
    postgw.domain.errors.Invalid: Số túi T-4K7M-29B1 có ký tự gõ sai hoặc đảo chỗ. Soát lại hoặc quét mã trên nhãn túi.
    """
    number = compact(number)
    if not _SHAPE.fullmatch(number):
        raise Invalid(
            "Số túi gồm chữ T và 8 chữ, số, ví dụ T-4K7M-29B9. Soát lại hoặc quét mã trên nhãn túi.",
            code="bag_no.shape", field=field,
        )  # fmt: skip
    if check_character(number[:-1]) != number[-1]:
        raise Invalid(
            "Số túi {number} có ký tự gõ sai hoặc đảo chỗ. Soát lại hoặc quét mã trên nhãn túi.",
            number=_grouped(number), code="bag_no.check", field=field,
        )  # fmt: skip
    return number


def is_valid(number: str) -> bool:
    """Say whether this is a bag number.

    >>> is_valid("T-4K7M-29B9"), is_valid("4K7M-29TB-6HC")
    (True, False)
    """
    return passes(validate, number)


def shown(number: str) -> str:
    """Return a bag number grouped for the eye.

    Raises Invalid when it is no bag number.

    >>> shown("T4K7M29B9")
    'T-4K7M-29B9'
    """
    return _grouped(validate(number))


def mint(pick: Callable[[int], int]) -> str:
    """Return a new bag number; `pick(n)` draws one of 0 to n-1.

    >>> draws = iter([4, 15, 7, 16, 2, 9, 10])
    >>> mint(lambda n: next(draws))
    'T4K7M29B9'
    """
    body = PREFIX + "".join(ALPHABET[pick(len(ALPHABET))] for _ in range(LENGTH - 2))
    return body + check_character(body)


def _grouped(number: str) -> str:
    return f"{number[0]}-{number[1:5]}-{number[5:]}"
