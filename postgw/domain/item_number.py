"""The item number under the post's bars: UPU S10, `RR473124829VN`.

Thirteen characters: two letters for the service (RR registered, EA express, ...), an eight-digit serial, a check
digit, two letters for the country whose post issued it. Only that post issues numbers: we draw them from a range it
has lent us, read them off its sticker (`bind`), or hear them from its feed. We never invent one, and no number is
used again for a long while.

No list of service letters is kept here: a sticker with letters that a table does not know is still the post's sticker.

Stands on: errors, folding. Used by: recognise, labelling, booking, handover, the lent ranges of storage.
Source: UPU standard S10 (structure; weights 8 6 4 2 3 5 9 7; 11 less the remainder by 11, where 10 → 0 and 11 → 5).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .errors import Invalid, passes
from .folding import bare

WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
HOME = "VN"
LAST_SERIAL = 99_999_999

_SHAPE = re.compile(r"[A-Z]{2}[0-9]{9}[A-Z]{2}")
_INDICATOR = re.compile(r"[A-Z]{2}")
_SERIAL = re.compile(r"[0-9]{8}")


def compact(text: str) -> str:
    """Return what was typed or scanned without blanks and dashes, in capitals.

    >>> compact("rr 473 124 829 vn")
    'RR473124829VN'
    """
    return bare(text)


def check_digit(serial: str) -> str:
    """Return the check digit of an eight-digit serial.

    Raises Invalid when the serial is not eight digits.

    >>> [check_digit(serial) for serial in ("47312482", "00000000", "00000008", "12345678")]
    ['9', '5', '0', '5']
    >>> check_digit("4731248")
    Traceback (most recent call last):
    postgw.domain.errors.Invalid: Số thứ tự của số hiệu bưu gửi phải gồm đúng 8 chữ số.
    """
    if not _SERIAL.fullmatch(serial):
        raise Invalid("Số thứ tự của số hiệu bưu gửi phải gồm đúng 8 chữ số.", code="item_no.serial", field="/serial")
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, serial, strict=True))
    return str({10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11))


def validate(number: str, *, field: str = "/item_no") -> str:
    """Return an item number of any country in its compact form.

    Raises Invalid when its shape or its check digit is wrong.

    >>> validate("rr 473 124 829 vn")
    'RR473124829VN'
    >>> validate("RR473124829")
    Traceback (most recent call last):
    postgw.domain.errors.Invalid: Số hiệu bưu gửi gồm 2 chữ cái, 9 chữ số và 2 chữ cái, ví dụ RR473124829VN. Soát lại hoặc quét lại nhãn.
    >>> validate("RR473124820VN")
    Traceback (most recent call last):
    postgw.domain.errors.Invalid: Số hiệu RR473124820VN sai chữ số kiểm tra. Soát lại từng chữ số hoặc quét lại nhãn.
    """  # noqa: E501
    number = compact(number)
    if not _SHAPE.fullmatch(number):
        raise Invalid(
            "Số hiệu bưu gửi gồm 2 chữ cái, 9 chữ số và 2 chữ cái, ví dụ RR473124829VN. Soát lại hoặc quét lại nhãn.",
            code="item_no.shape", field=field,
        )  # fmt: skip
    if check_digit(number[2:10]) != number[10]:
        raise Invalid(
            "Số hiệu {number} sai chữ số kiểm tra. Soát lại từng chữ số hoặc quét lại nhãn.",
            number=number, code="item_no.check_digit", field=field,
        )  # fmt: skip
    return number


def validate_domestic(number: str, *, field: str = "/item_no") -> str:
    """Return an item number that Vietnam's post issued, in its compact form.

    Raises Invalid when it is no item number or another country's.

    >>> validate_domestic("RR473124829VN")
    'RR473124829VN'
    >>> validate_domestic("RR473124829LA")
    Traceback (most recent call last):
    postgw.domain.errors.Invalid: Số hiệu RR473124829LA không do bưu chính Việt Nam cấp (hai chữ cuối phải là VN).
    """
    number = validate(number, field=field)
    if number[11:] != HOME:
        raise Invalid(
            "Số hiệu {number} không do bưu chính Việt Nam cấp (hai chữ cuối phải là VN).",
            number=number, code="item_no.country", field=field,
        )  # fmt: skip
    return number


def is_valid(number: str) -> bool:
    """Say whether this is an item number of any country.

    >>> is_valid("RR 473124829 VN"), is_valid("RR473124839VN"), is_valid("4K7M29TB6HC")
    (True, False, False)
    """
    return passes(validate, number)


def spaced(number: str) -> str:
    """Return an item number grouped for the eye, as stickers print it.

    Raises Invalid when it is no item number.

    >>> spaced("RR473124829VN")
    'RR 473 124 829 VN'
    """
    number = validate(number)
    return " ".join((number[:2], number[2:5], number[5:8], number[8:11], number[11:]))


def from_serial(indicator: str, serial: int) -> str:
    """Return the item number of one serial of a range that Vietnam's post has lent.

    Raises Invalid when the service letters or the serial are out of bounds.

    >>> from_serial("RR", 47312482), from_serial("EA", 1)
    ('RR473124829VN', 'EA000000014VN')
    >>> from_serial("R", 1)
    Traceback (most recent call last):
    postgw.domain.errors.Invalid: Ký hiệu dịch vụ phải là 2 chữ cái in hoa, ví dụ RR.
    >>> from_serial("RR", 100_000_000)
    Traceback (most recent call last):
    postgw.domain.errors.Invalid: Số thứ tự phải từ 0 đến 99999999.
    """
    if not _INDICATOR.fullmatch(indicator):
        raise Invalid(
            "Ký hiệu dịch vụ phải là 2 chữ cái in hoa, ví dụ RR.", code="item_no.indicator", field="/indicator"
        )
    if not 0 <= serial <= LAST_SERIAL:
        raise Invalid("Số thứ tự phải từ 0 đến {last}.", last=LAST_SERIAL, code="item_no.serial", field="/serial")
    digits = f"{serial:08d}"
    return f"{indicator}{digits}{check_digit(digits)}{HOME}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRange:
    """A run of serials lent by the post, both ends included; check digits do not count.

    >>> lent = NumberRange(indicator="RR", first=47312482, last=47312581)
    >>> lent.count, lent.contains("RR473124829VN"), lent.contains("RA473124829VN")
    (100, True, False)
    >>> lent.overlaps(NumberRange(indicator="RR", first=47312581, last=47312600))
    True
    >>> NumberRange(indicator="RR", first=2, last=1)
    Traceback (most recent call last):
    postgw.domain.errors.Invalid: Số cuối của dải (1) nhỏ hơn số đầu (2).
    """

    indicator: str
    first: int
    last: int

    def __post_init__(self) -> None:
        from_serial(self.indicator, self.first)
        from_serial(self.indicator, self.last)
        if self.last < self.first:
            raise Invalid(
                "Số cuối của dải ({last}) nhỏ hơn số đầu ({first}).",
                first=self.first, last=self.last, code="number_range.order", field="/last",
            )  # fmt: skip

    @property
    def count(self) -> int:
        """Return how many numbers were lent."""
        return self.last - self.first + 1

    def contains(self, number: str) -> bool:
        """Say whether an item number was drawn from this range."""
        number = compact(number)
        if not is_valid(number) or number[:2] != self.indicator or number[11:] != HOME:
            return False
        return self.first <= int(number[2:10]) <= self.last

    def overlaps(self, other: NumberRange) -> bool:
        """Say whether some number stands in both ranges."""
        return self.indicator == other.indicator and self.first <= other.last and other.first <= self.last
