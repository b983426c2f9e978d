"""Consignor and consignee: a name, a telephone and an address, kept as they were given.

Since 1 July 2025 an address has two levels (commune, province); older papers still write three (with the district).
Both are taken. Units change and tables lag behind, so an address is never refused because a table does not know it, and
the text is never rewritten: `commune_code` is what we believe it to be, beside it.

Stands on: errors. Used by: dossier, consignment, labels, every adapter.
Source: Law on the organisation of local government 2025 (two levels); UPU S42 for the idea of keeping the given form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .errors import Invalid

#: The longest name and address line we take. A longer one is refused with this limit named, never cut.
NAME_MOST = 150
TEXT_MOST = 300

_PHONE = re.compile(r"^\+?[0-9]{8,15}$")
_LOST_LETTERS = re.compile(r"[A-Za-zÀ-ỹ]\?|\?[A-Za-zÀ-ỹ]|�|\?{2,}")


def lost_letters(text: str) -> bool:
    """Say whether a text bears the marks of letters lost on the way (`Nguy?n V?n A`).

    >>> lost_letters("Nguy?n V?n A"), lost_letters("Nguyễn Văn A"), lost_letters("Có nhà không ?")
    (True, False, False)
    """
    return bool(_LOST_LETTERS.search(text))


def checked_text(text: str, *, what: str, field: str, most: int, required: bool = True) -> str:
    """Return `text` without outer or doubled blanks.

    Raises Invalid when it is missing, longer than `most` characters, or bears the marks of lost letters.
    """
    text = re.sub(r"\s+", " ", text).strip()
    if not text and required:
        raise Invalid("Chưa có {what}.", what=what, code="text.missing", field=field)
    if len(text) > most:
        raise Invalid(
            "{what} dài {length} ký tự, nhiều nhất {most}. Rút gọn rồi gửi lại.",
            what=what.capitalize(), length=len(text), most=most, code="text.too_long", field=field,
        )  # fmt: skip
    if lost_letters(text):
        raise Invalid(
            "{what} bị mất dấu (có dấu ? giữa chữ). Sửa bảng mã UTF-8 ở nơi gửi rồi gửi lại.",
            what=what.capitalize(), code="text.lost_letters", field=field,
        )  # fmt: skip
    return text


def compact_phone(text: str, *, field: str = "/phone") -> str:
    """Return a telephone number as digits, the national form for Vietnam.

    Raises Invalid when it is no telephone number.

    >>> compact_phone("0912 000 003"), compact_phone("+84 912.000.003"), compact_phone("")
    ('0912000003', '0912000003', '')
    """
    digits = re.sub(r"[\s.\-()]", "", text)
    if not digits:
        return ""
    if digits.startswith("+84"):
        digits = "0" + digits[3:]
    if not _PHONE.match(digits):
        raise Invalid("Số điện thoại phải gồm 8 đến 15 chữ số.", code="phone.shape", field=field)
    return digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A person or body that sends or receives.

    `address` is one line as given, without commune and province when those stand in their own fields.
    """

    name: str
    phone: str = ""
    email: str = ""
    address: str = ""
    commune: str = ""  #: name as given, `xã Kỳ Lạc`
    district: str = ""  #: only in three-level addresses
    province: str = ""  #: name as given, `tỉnh Hà Tĩnh`
    commune_code: str = ""  #: Statistics Office code, when known; never the post's own code

    def lines(self) -> tuple[str, ...]:
        """Return the address as the post writes it, most local part first.

        >>> Party(name="A", address="Thôn Đoài", commune="xã Kỳ Lạc", province="tỉnh Hà Tĩnh").lines()
        ('Thôn Đoài', 'xã Kỳ Lạc, tỉnh Hà Tĩnh')
        """
        units = ", ".join(unit for unit in (self.commune, self.district, self.province) if unit)
        return tuple(line for line in (self.address, units) if line)

    def one_line(self) -> str:
        """Return the address in one line."""
        return ", ".join(self.lines())


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyLimits:
    """Which parts of a party one use cannot do without."""

    phone: bool = True
    address: bool = True
    what: str = field(default="người nhận")


def checked_party(party: Party, *, field: str, need: PartyLimits | None = None) -> Party:
    """Return the party with tidy texts.

    Raises Invalid at the first wrong part, `field` leading to it.
    """
    need = need or PartyLimits()
    return Party(
        name=checked_text(party.name, what=f"tên {need.what}", field=f"{field}/name", most=NAME_MOST),
        phone=_checked_phone(party.phone, need, field),
        email=checked_text(party.email, what="thư điện tử", field=f"{field}/email", most=NAME_MOST, required=False),
        address=checked_text(
            party.address,
            what=f"địa chỉ {need.what}",
            field=f"{field}/address",
            most=TEXT_MOST,
            required=need.address and not party.commune,
        ),  # fmt: skip
        commune=checked_text(
            party.commune, what="xã, phường", field=f"{field}/commune", most=NAME_MOST, required=False
        ),
        district=checked_text(
            party.district, what="huyện, quận", field=f"{field}/district", most=NAME_MOST, required=False
        ),
        province=checked_text(
            party.province, what="tỉnh, thành phố", field=f"{field}/province", most=NAME_MOST, required=need.address
        ),
        commune_code=party.commune_code.strip(),
    )


def _checked_phone(phone: str, need: PartyLimits, field: str) -> str:
    digits = compact_phone(phone, field=f"{field}/phone")
    if need.phone and not digits:
        raise Invalid(
            "Ghi số điện thoại {what} để bưu tá gọi trước khi đến.", what=need.what, code="phone.missing",
            field=f"{field}/phone",
        )  # fmt: skip
    return digits
