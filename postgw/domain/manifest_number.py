"""The handover manifest's number: `BB-TS-261123-02`, the second biên bản giao nhận of desk TS on 23 November 2026.

People read this number aloud, write it on paper and file by it, so it says what it is: `BB`, the desk's short code,
the day, the serial of that day. It opens nothing (a manifest is fetched by signed-in hands only), so it may be
guessable. It has no check character; a wrong one names another day or desk, which the screen shows.

Stands on: errors, folding. Used by: recognise, handover, labels.
Source: QĐ 45/2016/QĐ-TTg Đ.7 (the biên bản lists the slips of one handover); the scheme is ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from .errors import Invalid, passes
from .folding import bare, capitals

PREFIX = "BB"
LAST_SERIAL = 9999

_DESK = re.compile(r"[A-Z0-9]{2,6}")
_SHAPE = re.compile(r"BB-([A-Z0-9]{2,6})-([0-9]{6})-([0-9]{2,4})")


def make(desk_code: str, on: date, serial: int) -> str:
    """Return the number of a desk's n-th manifest of a day.

    Raises Invalid when the desk's short code or the serial is out of bounds.

    >>> make("TS", date(2026, 11, 23), 2), make("TS", date(2026, 11, 23), 104)
    ('BB-TS-261123-02', 'BB-TS-261123-104')
    >>> make("thạch sơn", date(2026, 11, 23), 2)
    Traceback (most recent call last):
    postgw.domain.errors.Invalid: Mã ngắn của bộ phận Một cửa phải gồm 2 đến 6 chữ in hoa không dấu hoặc chữ số, ví dụ TS.
    >>> make("TS", date(2026, 11, 23), 0)
    Traceback (most recent call last):
    postgw.domain.errors.Invalid: Số thứ tự biên bản trong ngày phải từ 1 đến 9999.
    """  # noqa: E501
    if not _DESK.fullmatch(desk_code):
        raise Invalid(
            "Mã ngắn của bộ phận Một cửa phải gồm 2 đến 6 chữ in hoa không dấu hoặc chữ số, ví dụ TS.",
            code="manifest_no.desk", field="/desk_code",
        )  # fmt: skip
    if not 1 <= serial <= LAST_SERIAL:
        raise Invalid(
            "Số thứ tự biên bản trong ngày phải từ 1 đến {last}.",
            last=LAST_SERIAL, code="manifest_no.serial", field="/serial",
        )  # fmt: skip
    return f"{PREFIX}-{desk_code}-{on:%y%m%d}-{serial:02d}"


def validate(number: str, *, field: str = "/manifest_no") -> str:
    """Return a manifest number as it is printed; blanks and small letters are mended, and missing dashes where they can be.

    Raises Invalid when the shape is wrong, the day is not in the calendar, or missing dashes leave more than one reading.

    >>> validate("bb-ts-261123-02"), validate("BB KYA 261123 02")
    ('BB-TS-261123-02', 'BB-KYA-261123-02')
    >>> validate("BB-TS-02")
    Traceback (most recent call last):
    postgw.domain.errors.Invalid: Số biên bản giao nhận có dạng BB-TS-261123-02 (mã Một cửa, ngày, số thứ tự). Ghi đủ cả dấu gạch.
    >>> validate("BB-TS-261131-02")
    Traceback (most recent call last):
    postgw.domain.errors.Invalid: Số biên bản BB-TS-261131-02 ghi ngày 31/11/2026 không có trong lịch.
    """  # noqa: E501
    found = list(readings(number))
    if len(found) == 1:
        return found[0]
    if shape := _SHAPE.fullmatch(_dashed(number)):
        day = shape[2]
        raise Invalid(
            "Số biên bản {number} ghi ngày {day} không có trong lịch.",
            number=shape[0], day=f"{day[4:]}/{day[2:4]}/20{day[:2]}", code="manifest_no.date", field=field,
        )  # fmt: skip
    raise Invalid(
        "Số biên bản giao nhận có dạng BB-TS-261123-02 (mã Một cửa, ngày, số thứ tự). Ghi đủ cả dấu gạch.",
        code="manifest_no.shape",
        field=field,
    )


def is_valid(number: str) -> bool:
    """Say whether this is a manifest number.

    >>> is_valid("BB-TS-261123-02"), is_valid("BB-TS-261131-02"), is_valid("4K7M29TB6HC")
    (True, False, False)
    """
    return passes(validate, number)


def readings(text: str) -> Iterator[str]:
    """Yield each manifest number that `text` can mean; several when its dashes are missing.

    >>> list(readings("BB-TS-261123-02")), list(readings("bbts26112302"))
    (['BB-TS-261123-02'], ['BB-TS-261123-02'])
    >>> list(readings("BB12261111111"))
    ['BB-12-261111-111', 'BB-122-611111-11']
    """
    if shape := _SHAPE.fullmatch(_dashed(text)):
        yield from _reading(*shape.groups())
        return
    tail = bare(text)
    if not tail.startswith(PREFIX):
        return
    tail = tail.removeprefix(PREFIX)
    for desk_length in range(2, 7):
        split = (tail[:desk_length], tail[desk_length : desk_length + 6], tail[desk_length + 6 :])
        if _SHAPE.fullmatch("-".join((PREFIX, *split))):
            yield from _reading(*split)


def _dashed(text: str) -> str:
    return "-".join(capitals(text).replace("-", " ").split())


def _reading(desk_code: str, day: str, serial: str) -> Iterator[str]:
    try:
        on = date(2000 + int(day[:2]), int(day[2:4]), int(day[4:]))
    except ValueError:
        return
    number = f"{PREFIX}-{desk_code}-{day}-{serial}"
    if int(serial) and make(desk_code, on, int(serial)) == number:
        yield number
