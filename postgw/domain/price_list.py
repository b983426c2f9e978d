"""The post's own price list: what it asks for a carriage, at the ministry's ceiling or below.

A list begins on a day and replaces the one before as a whole; what it does not name costs the ceiling. A row holds for
a service, a zone and up to a weight; one without a weight holds for every weight, which is how a province publishes
flat prices. A row may nowhere stand above the ceiling, so it is held against the ceiling of the lightest item that it
prices.

Stands on: tariff, errors. Used by: services.pricing, services.money.
Source: TT22/2017/TT-BTTTT (ceilings; the post may charge less); QĐ45/2016/QĐ-TTg Đ.12.2-3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from .errors import Invalid
from .tariff import GRAMS_MOST, SERVICES, ZONES, Carriage, Tariff

ROWS_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """One row: what one way costs."""

    service: str
    zone: str
    price_dong: int
    grams_to: int | None = None  #: up to this weight; None: whatever it weighs


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceList:
    """The whole list from a day on."""

    valid_from: date
    prices: tuple[Price, ...]

    def price(self, carriage: Carriage) -> int | None:
        """Return what one way costs by this list, if it names that.

        >>> flat = Price(service="send", zone="in_district", price_dong=20_000)
        >>> light = Price(service="send", zone="in_district", price_dong=18_000, grams_to=100)
        >>> prices = PriceList(valid_from=date(2026, 12, 1), prices=(flat, light))
        >>> [prices.price(Carriage(service="send", zone="in_district", grams=grams)) for grams in (80, 900)]
        [18000, 20000]
        """
        fitting = [
            row
            for row in self.prices
            if (row.service, row.zone) == (carriage.service, carriage.zone) and carriage.grams <= _upper(row)
        ]
        return min(fitting, key=_upper).price_dong if fitting else None

    def total(self, ways: Sequence[Carriage], tariff: Tariff) -> int:
        """Return what several ways cost together, each by this list or else at the ceiling, and never above it."""
        return sum(min(_or(self.price(way), ceiling), ceiling) for way in ways for ceiling in (_ceiling(tariff, way),))


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedPrices:
    """A price list as it was published."""

    prices: PriceList
    author: str
    reason: str
    published_at: datetime


def checked_prices(prices: Sequence[Price], tariff: Tariff) -> tuple[Price, ...]:
    """Return the rows in the order of the tariff. Raises Invalid at a row that cannot be, or is above the ceiling."""
    if len(prices) > ROWS_MOST:
        raise Invalid("Bảng giá dài nhất {most} dòng.", most=ROWS_MOST, code="price.rows", field="/prices")
    for n, row in enumerate(prices):
        _must_be_a_row(row, f"/prices/{n}")
    for n, row in enumerate(prices):
        _must_not_repeat(row, prices[:n], f"/prices/{n}")
        _must_not_exceed(row, _lightest(row, prices), tariff, f"/prices/{n}/price_dong")
    ranks = {zone: rank for rank, zone in enumerate(ZONES)}
    return tuple(sorted(prices, key=lambda row: (SERVICES.index(row.service), ranks[row.zone], _upper(row))))


def _must_be_a_row(row: Price, field: str) -> None:
    if row.service not in SERVICES or row.zone not in ZONES:
        raise Invalid("Dịch vụ hoặc vùng tính cước không đúng.", code="price.row", field=field)
    if row.grams_to is not None and not 0 < row.grams_to <= GRAMS_MOST:
        raise Invalid(
            "Khối lượng phải từ 1 đến {most} gam.", most=GRAMS_MOST, code="tariff.grams", field=f"{field}/grams_to"
        )
    if row.price_dong < 0:
        raise Invalid("Giá cước không được âm.", code="tariff.price", field=f"{field}/price_dong")


def _must_not_repeat(row: Price, before: Sequence[Price], field: str) -> None:
    same = [one for one in before if (one.service, one.zone, one.grams_to) == (row.service, row.zone, row.grams_to)]
    if same:
        raise Invalid("Dòng giá này đã có ở trên.", code="price.twice", field=field)


def _must_not_exceed(row: Price, grams: int, tariff: Tariff, field: str) -> None:
    ceiling = tariff.ceiling(row.service, row.zone, grams)
    if row.price_dong > ceiling:
        raise Invalid(
            "Giá {price} đồng vượt mức tối đa {ceiling} đồng theo {title}.", price=row.price_dong, ceiling=ceiling,
            title=tariff.title, code="tariff.above_ceiling", field=field,
        )  # fmt: skip


def _lightest(row: Price, prices: Sequence[Price]) -> int:
    """Return the weight of the lightest item that this row prices."""
    below = [
        _upper(one)
        for one in prices
        if (one.service, one.zone) == (row.service, row.zone) and _upper(one) < _upper(row)
    ]
    return max(below, default=0) + 1


def _upper(row: Price) -> int:
    return GRAMS_MOST + 1 if row.grams_to is None else row.grams_to


def _ceiling(tariff: Tariff, way: Carriage) -> int:
    return tariff.ceiling(way.service, way.zone, way.grams)


def _or(price: int | None, ceiling: int) -> int:
    return ceiling if price is None else price
