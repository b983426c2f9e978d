"""The tariff and what is laid beside it: the post's own prices, post areas, regions, a quote.

Used by: api.pricing.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from postgw.domain.price_list import PublishedPrices
from postgw.domain.tariff import GRAMS_MOST, ZONES, Tariff
from postgw.domain.tariff_zone import KnownZone
from postgw.services.pricing import Quote

from .money import Dong, Grams, Payer, Zone
from .shapes import Code, Cursor, Day, In, Line, Out

Service = Literal["send", "return"]
CityClass = Literal["", "first"]


class QuoteQuery(BaseModel):
    """What is to be carried."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    service: Literal["send", "return", "both"]
    zone: Zone | None = Field(None, description="Vùng tính cước; bỏ trống khi cho hai mã xã.")
    from_commune: Code = Field("", description="Mã xã nơi gửi.")
    to_commune: Code = Field("", description="Mã xã nơi nhận.")
    grams: Grams
    return_grams: Annotated[int, Field(ge=0, le=GRAMS_MOST)] = 0
    price_dong: Dong | None = None
    reduction: Code = ""
    post_share: int = Field(0, ge=0, le=100, description="Phần trăm Bưu điện chịu.")
    budget_share: int = Field(0, ge=0, le=100, description="Phần trăm ngân sách chịu.")

    def shares(self) -> dict[str, int]:
        """Return who bears how many per cent; the citizen bears what is left."""
        citizen = 100 - self.post_share - self.budget_share
        told = {"citizen": citizen, "post": self.post_share, "budget": self.budget_share}
        return {payer: share for payer, share in told.items() if share}


class QuoteOut(Out):
    """What it costs, at most and by the post's own list, and who pays."""

    tariff: str
    zone: Zone
    price_list: date | None = Field(description="Ngày bắt đầu của bảng giá đã áp; trống: mức tối đa.")
    ceiling_dong: int
    price_dong: int
    reduction: str
    reduced_dong: int
    due_dong: int
    shares: dict[Payer, int]


class CeilingOut(Out):
    """What one service may cost in one zone."""

    service: Literal["send", "return"]
    zone: Zone
    title: str
    ceilings_dong: list[int]
    next_dong: int


class ReductionOut(Out):
    """A group that pays less."""

    code: str
    title: str
    title_en: str
    percent: int


class TariffOut(Out):
    """The ceilings in force, and who pays less."""

    version: str
    title: str
    bands_grams: list[int]
    step_grams: int
    ceilings: list[CeilingOut]
    reductions: list[ReductionOut]


class PriceIn(In):
    """One row of the post's own price list."""

    service: Service
    zone: Zone
    grams_to: Grams | None = Field(None, description="Đến khối lượng này; để trống là mọi khối lượng.")
    price_dong: Dong


class PricesIn(In):
    """The post's own price list from a day on; it replaces the one before as a whole."""

    valid_from: Day
    prices: tuple[PriceIn, ...] = Field(max_length=200, description="Trống: từ ngày này lại theo mức tối đa.")
    reason: Line


class PriceOut(Out):
    """One row of the post's own price list."""

    service: Service
    zone: Zone
    grams_to: int | None
    price_dong: int


class PricesOut(Out):
    """A price list as it was published."""

    valid_from: date
    prices: list[PriceOut]
    reason: str
    published_at: datetime


class PricesList(Out):
    """Every price list of the post."""

    data: list[PricesOut]


class ZoneIn(In):
    """The post area of a commune."""

    commune_code: Annotated[str, Field(min_length=1, max_length=10)]
    area: Annotated[str, Field(min_length=1, max_length=60)]
    city_class: CityClass = Field("", description="`first`: đô thị đặc biệt hoặc loại I.")


class ZonesIn(In):
    """Post areas from a day on."""

    valid_from: Day
    zones: tuple[ZoneIn, ...] = Field(min_length=1, max_length=500)
    reason: Line


class ZoneOut(Out):
    """The post area of a commune, since when, by whom and why."""

    commune_code: str
    area: str
    province: str
    city_class: CityClass
    valid_from: date
    author: str
    reason: str


class ZonesSet(Out):
    """The post areas that now begin on that day."""

    data: list[ZoneOut]


class ZonePage(Out):
    """A page of post areas."""

    data: list[ZoneOut]
    next_cursor: str


class ZoneQuery(Cursor):
    """Which areas, as they stand on which day; today when none is named."""

    on: Day | None = None
    province: Code = Field("", description="Mã tỉnh; để trống là tất cả.")


class MissingQuery(BaseModel):
    """Of which province, on which day; of every province with a desk, today, when none is named."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    on: Day | None = None
    province: Code = ""


class CommuneOut(Out):
    """A commune without a post area."""

    code: str
    name: str
    province_code: str


class CommuneList(Out):
    """Communes without a post area: their clocks and quotes cannot be reckoned."""

    data: list[CommuneOut]


class RegionIn(In):
    """In which region of the tariff a province lies, from a day on."""

    province_code: Annotated[str, Field(min_length=1, max_length=10)]
    region: Literal[1, 2, 3]
    valid_from: Day
    reason: Line


class RegionOut(Out):
    """The region of a province, since when, by whom and why."""

    province_code: str
    region: int
    valid_from: date
    author: str
    reason: str


class RegionList(Out):
    """Every row of every province, newest first within one."""

    data: list[RegionOut]


def tariff_out(tariff: Tariff) -> dict[str, Any]:
    """Return the tariff as it is published."""
    return {
        "version": tariff.version,
        "title": tariff.title,
        "bands_grams": tariff.bands,
        "step_grams": tariff.step,
        "ceilings": [
            {
                "service": service,
                "zone": zone,
                "title": ZONES[zone],
                "ceilings_dong": row.ceilings,
                "next_dong": row.next,
            }
            for service, rows in tariff.services.items()
            for zone, row in rows.items()
        ],
        "reductions": [
            {name: getattr(each, name) for name in ReductionOut.model_fields} for each in tariff.reductions.values()
        ],
    }


def quote_out(quote: Quote) -> dict[str, Any]:
    """Return what it costs as it is shown."""
    told = {"tariff": quote.tariff.version, "zone": quote.zone, "price_list": quote.price_list}
    return told | {name: getattr(quote.postage, name) for name in QuoteOut.model_fields if name not in told}


def prices_out(published: PublishedPrices) -> dict[str, Any]:
    """Return a price list as it is shown."""
    return {
        "valid_from": published.prices.valid_from, "prices": [asdict(row) for row in published.prices.prices],
        "reason": published.reason, "published_at": published.published_at,
    }  # fmt: skip


def zone_out(row: KnownZone) -> dict[str, Any]:
    """Return a post area as it is shown."""
    return {**asdict(row.zone), "valid_from": row.valid_from, "author": row.author, "reason": row.reason}
