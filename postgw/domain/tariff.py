"""The tariff: the most the post may ask for one carriage, who pays less, and who bears what is left.

The ministry sets ceilings by service, zone and weight; the post may charge less, never more. Sending and receiving have
tables of their own, and both ways cost the sum. The price of a `send` includes delivering the appointment slip; that of
a `return` includes carrying withdrawn papers back.

Zones speak of districts that are no more, so a zone is looked up in the province's own table and handed in here.

**Rounding.** Money is whole đồng. A reduction is rounded up, so that nobody pays half a đồng more than the law asks. Of
shares in per cent the odd đồng go, one each, to those whose shares lost most by rounding down; among equals in the
order citizen, post, budget. So shares always add up to the whole.

Stands on: errors. Used by: rules.book (which reads it), services.money.
Source: Circular 22/2017/TT-BTTTT (ceilings, groups); Decision 45/2016/QĐ-TTg art. 12.2 to 12.4 (who pays, and that
repeated carriage is paid by the party at fault).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from .errors import Invalid

SERVICES = ("send", "return")
ZONES = {
    "in_district": "nội quận, huyện (cũ)",
    "inter_district": "liên quận, huyện (cũ) trong tỉnh",
    "same_region": "liên tỉnh, nội vùng",
    "neighbour_region": "liên tỉnh, giữa vùng 1 hoặc 3 và vùng 2",
    "far_region": "liên tỉnh, giữa vùng 1 và vùng 3",
}
PAYERS = ("citizen", "post", "budget")
#: A dossier heavier than this is no letter any more; the post weighs nothing above it.
GRAMS_MOST = 30_000

#: Who pays for carrying an item again, by whose fault it must be carried again.
PAYER_AT_FAULT = {"citizen": "citizen", "post": "post", "agency": "agency"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduction:
    """A group of people who pay less."""

    code: str
    title: str
    title_en: str
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneCeilings:
    """What one service may cost in one zone: by weight band, and for each begun step beyond."""

    ceilings: tuple[int, ...]
    next: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Carriage:
    """One way that is to be paid: `send` or `return`, between which zones, how heavy."""

    service: str
    zone: str
    grams: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Postage:
    """What is to be paid for one carriage or for both ways, and by whom."""

    ceiling_dong: int
    price_dong: int
    reduction: str
    reduced_dong: int
    due_dong: int
    shares: Mapping[str, int]  #: payer → whole đồng; together `due_dong`


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """One version of the ceilings."""

    version: str
    title: str
    bands: tuple[int, ...]
    step: int
    services: Mapping[str, Mapping[str, ZoneCeilings]]
    reductions: Mapping[str, Reduction]

    def ceiling(self, service: str, zone: str, grams: int) -> int:
        """Return the most that one carriage may cost.

        Raises Invalid when the service, the zone or the weight is none.
        """
        _must_be_one_of(service, SERVICES, "service")
        _must_be_one_of(zone, tuple(ZONES), "zone")
        if not 0 < grams <= GRAMS_MOST:
            raise Invalid("Khối lượng phải từ 1 đến {most} gam.", most=GRAMS_MOST, code="tariff.grams", field="/grams")
        row = self.services[service][zone]
        for upper, dong in zip(self.bands, row.ceilings, strict=True):
            if grams <= upper:
                return dong
        return row.ceilings[-1] + row.next * -(-(grams - self.bands[-1]) // self.step)

    def postage(
        self,
        carriages: Sequence[Carriage],
        *,
        price: int | None = None,
        reduction: str = "",
        shares: Mapping[str, int] | None = None,
    ) -> Postage:
        """Return what these carriages cost together; without a price of the post, the ceiling is the price.

        Raises Invalid when the price is above the ceiling, the group unknown, or the shares do not make 100 per cent.
        """
        ceiling = sum(self.ceiling(one.service, one.zone, one.grams) for one in carriages)
        price = ceiling if price is None else price
        _must_not_exceed(price, ceiling, self.title)
        reduced = self._reduced(price, reduction)
        return Postage(
            ceiling_dong=ceiling,
            price_dong=price,
            reduction=reduction,
            reduced_dong=reduced,
            due_dong=price - reduced,
            shares=split(price - reduced, shares or {"citizen": 100}),
        )

    def _reduced(self, price: int, reduction: str) -> int:
        if not reduction:
            return 0
        if reduction not in self.reductions:
            raise Invalid(
                "Không có nhóm miễn, giảm cước {reduction}. Chọn trong danh sách: {known}.", reduction=reduction,
                known=", ".join(self.reductions), code="tariff.reduction", field="/reduction",
            )  # fmt: skip
        return -(-price * self.reductions[reduction].percent // 100)


def split(dong: int, shares: Mapping[str, int]) -> dict[str, int]:
    """Return who bears how much of an amount, from shares in per cent.

    Raises Invalid when a payer is unknown, a share is not positive, or they do not add up to 100.

    >>> split(26_501, {"post": 50, "budget": 50})
    {'post': 13251, 'budget': 13250}
    >>> split(100, {"citizen": 40, "budget": 50})
    Traceback (most recent call last):
    postgw.domain.errors.Invalid: Các phần chịu cước phải cộng đủ 100 %, đang là 90 %.
    """
    for payer, share in shares.items():
        _must_be_one_of(payer, PAYERS, "shares")
        if share <= 0:
            raise Invalid("Phần chịu cước phải lớn hơn 0 %.", code="tariff.share", field=f"/shares/{payer}")
    if (total := sum(shares.values())) != 100:
        raise Invalid(
            "Các phần chịu cước phải cộng đủ 100 %, đang là {total} %.", total=total, code="tariff.shares",
            field="/shares",
        )  # fmt: skip
    ordered = [payer for payer in PAYERS if payer in shares]
    parts = {payer: dong * shares[payer] // 100 for payer in ordered}
    by_loss = sorted(ordered, key=lambda payer: -(dong * shares[payer] % 100))
    for payer in by_loss[: dong - sum(parts.values())]:
        parts[payer] += 1
    return parts


def carriages(
    service: Literal["send", "return", "both"], zone: str, grams: int, return_grams: int = 0
) -> tuple[Carriage, ...]:
    """Return the ways of a service form; the way back weighs as much unless told otherwise.

    >>> [one.service for one in carriages("both", "in_district", 80)]
    ['send', 'return']
    """
    there = Carriage(service="send", zone=zone, grams=grams)
    back = Carriage(service="return", zone=zone, grams=return_grams or grams)
    return {"send": (there,), "return": (back,), "both": (there, back)}[service]


def _must_not_exceed(price: int, ceiling: int, title: str) -> None:
    if price < 0:
        raise Invalid("Giá cước không được âm.", code="tariff.price", field="/price_dong")
    if price > ceiling:
        raise Invalid(
            "Giá {price} đồng vượt mức tối đa {ceiling} đồng theo {title}.", price=price, ceiling=ceiling, title=title,
            code="tariff.above_ceiling", field="/price_dong",
        )  # fmt: skip


def _must_be_one_of(word: str, known: Sequence[str], field: str) -> None:
    if word not in known:
        raise Invalid(
            "Giá trị “{value}” không đúng. Chọn trong danh sách: {known}.", value=word, known=", ".join(known),
            code=f"tariff.{field}", field=f"/{field}",
        )  # fmt: skip
