"""The dossier code (mã hồ sơ): the one-stop shop's number, kept exactly as it was given.

It is another system's key: we store it verbatim and compare by `lookup_key`. It names the agency, the day of receipt
and the serial of that day. Three shapes are in use at one counter:

* old, level 1 last: `000.17.22.H56-210531-0001` (Circular 01/2018);
* new, level 1 first: `H15.50.05.13-261008-0975` (since Decision 20/2020 turned the order of the groups);
* a ministry's, from the national portal: `G22.99-251225-020175`, its serial six or seven digits.

A procedure code (`1.010708.000.00.00.H56`) looks alike and is often typed in its place; the error says so.

Stands on: errors, folding. Used by: recognise, dossier, intake, every desk adapter.
Source: TT 01/2018/TT-VPCP Đ.19 (code); QĐ 20/2020/QĐ-TTg Đ.4 (groups, level-1 letters A to Y and two digits).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from .errors import Invalid, passes
from .folding import bare

Generation = Literal["old", "new", "ministry"]

_OLD = re.compile(r"(?P<agency>[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Y][0-9]{2})-(?P<day>[0-9]{6})-(?P<serial>[0-9]{4,7})")
_MINISTRY = re.compile(r"(?P<agency>G22(?:\.[0-9]{1,3}){0,4})-(?P<day>[0-9]{6})-(?P<serial>[0-9]{6,7})")
_NEW = re.compile(r"(?P<agency>[A-Y][0-9]{2}(?:\.[0-9]{1,3}){0,4})-(?P<day>[0-9]{6})-(?P<serial>[0-9]{4,7})")
_SHAPES: tuple[tuple[Generation, re.Pattern[str]], ...] = (("old", _OLD), ("ministry", _MINISTRY), ("new", _NEW))
_KEY_HEAD = re.compile(r"[0-9]{7}[A-Y][0-9]{2}|[A-Y][0-9]{2,14}")
_DIGITS = re.compile(r"[0-9]+")
_PROCEDURE = re.compile(r"[0-9]\.[0-9]{6}(?:\..*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierNumber:
    """A dossier code, taken apart. `text` is the code itself; the rest is only read off it."""

    text: str
    generation: Generation
    agency: str
    received_on: date
    serial: str

    @property
    def level_one(self) -> str:
        """Return the code of the province or ministry (H27 is Hà Tĩnh).

        >>> parse("000.17.22.H56-210531-0001").level_one, parse("H15.50.05.13-261008-0975").level_one
        ('H56', 'H15')
        """
        return self.agency[-3:] if self.generation == "old" else self.agency[:3]


def parse(text: str, *, field: str = "/dossier_no") -> DossierNumber:
    """Return a dossier code taken apart.

    Raises Invalid when it has none of the three shapes, is a procedure's code, or its day is not in the calendar.

    >>> parse("H15.50.05.13-261008-0975").received_on, parse("G22.99.08-260921-896048").generation
    (datetime.date(2026, 10, 8), 'ministry')
    >>> parse("H15.50-261038-0975")
    Traceback (most recent call last):
    postgw.domain.errors.Invalid: Mã hồ sơ ghi ngày tiếp nhận 38/10/2026 không có trong lịch. Soát lại 6 chữ số giữa hai dấu gạch.
    >>> parse("1.010708.000.00.00.H56")
    Traceback (most recent call last):
    postgw.domain.errors.Invalid: Đây là mã thủ tục hành chính, không phải mã hồ sơ. Ghi mã in trên giấy tiếp nhận và hẹn trả.
    >>> parse("0001")
    Traceback (most recent call last):
    postgw.domain.errors.Invalid: Mã hồ sơ không đúng dạng. Ví dụ: H27.10.20-261123-0001, mã cũ 000.00.00.H27-210531-0001, mã của bộ G22.99-251225-020175.
    """  # noqa: E501
    text = text.strip()
    for generation, shape in _SHAPES:
        if found := shape.fullmatch(text):
            return DossierNumber(
                text=text, generation=generation, agency=found["agency"],
                received_on=_received_on(found["day"], field), serial=found["serial"],
            )  # fmt: skip
    if _PROCEDURE.fullmatch(text):
        raise Invalid(
            "Đây là mã thủ tục hành chính, không phải mã hồ sơ. Ghi mã in trên giấy tiếp nhận và hẹn trả.",
            code="dossier_no.procedure", field=field,
        )  # fmt: skip
    raise Invalid(
        "Mã hồ sơ không đúng dạng. Ví dụ: H27.10.20-261123-0001, mã cũ 000.00.00.H27-210531-0001, "
        "mã của bộ G22.99-251225-020175.",
        code="dossier_no.shape", field=field,
    )  # fmt: skip


def validate(text: str, *, field: str = "/dossier_no") -> str:
    """Return a dossier code verbatim, without outer blanks.

    Raises Invalid as `parse` does.

    >>> validate(" H15.50.05.13-261008-0975 ")
    'H15.50.05.13-261008-0975'
    """
    return parse(text, field=field).text


def is_valid(text: str) -> bool:
    """Say whether this is a dossier code of one of the three shapes.

    >>> is_valid("000.00.14.H56-200203-0118"), is_valid("000.00.14.H56-200230-0118")
    (True, False)
    """
    return passes(parse, text)


def lookup_key(text: str) -> str:
    """Return what a stored code and a typed one are compared by: letters and digits, in capitals.

    >>> lookup_key("h15.50.05.13 - 261008 - 0975") == lookup_key("H15500513-2610080975")
    True
    """
    return "".join(character for character in bare(text) if character.isalnum())


def may_be_key(text: str) -> bool:
    """Say whether this can be a dossier code whose dots and dashes were left out.

    >>> may_be_key("H155005132610080975"), may_be_key("H15999999999999"), may_be_key("RR473124829VN")
    (True, False, False)
    >>> may_be_key("H27.15-261120-OOO7")
    False
    """
    key = lookup_key(text)
    return any(
        _KEY_HEAD.fullmatch(key[: -serial - 6])
        and _DIGITS.fullmatch(key[-serial:])
        and _is_day(key[-serial - 6 : -serial])
        for serial in range(4, 8)
    )


def _is_day(digits: str) -> bool:
    try:
        _received_on(digits, "")
    except Invalid:
        return False
    return True


def _received_on(day: str, field: str) -> date:
    try:
        return date(2000 + int(day[:2]), int(day[2:4]), int(day[4:]))
    except ValueError:
        raise Invalid(
            "Mã hồ sơ ghi ngày tiếp nhận {day} không có trong lịch. Soát lại 6 chữ số giữa hai dấu gạch.",
            day=f"{day[4:]}/{day[2:4]}/20{day[:2]}", code="dossier_no.date", field=field,
        ) from None  # fmt: skip
