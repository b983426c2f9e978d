"""The post's own price lists, and the regions of the tariff: dated rows with author and reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from postgw.domain.price_list import Price, PriceList, PublishedPrices
from postgw.domain.tariff_zone import Region

from . import records
from .database import Session, moment

_LIST = "valid_from, content, author, reason, published_at"
_REGION = "province_code, region, valid_from, author, reason"


async def add_list(tx: Session, published: PublishedPrices) -> None:
    """Keep a list from its day on."""
    await tx.run(
        f"INSERT INTO price_list ({_LIST}) VALUES ($1, $2, $3, $4, $5)",
        published.prices.valid_from, records.to_json(published.prices.prices), published.author, published.reason,
        published.published_at,
    )  # fmt: skip


async def lists(session: Session) -> tuple[PublishedPrices, ...]:
    """Return every list, newest first."""
    rows = await session.rows(f"SELECT {_LIST} FROM price_list ORDER BY valid_from DESC")
    return tuple(_published(row) for row in rows)


async def list_on(session: Session, on: date) -> PublishedPrices | None:
    """Return the list that holds on a day, if there is one."""
    row = await session.row(
        f"SELECT {_LIST} FROM price_list WHERE valid_from <= $1 ORDER BY valid_from DESC LIMIT 1", on
    )
    return _published(row) if row else None


async def add_region(tx: Session, region: Region) -> None:
    """Keep the region of a province from a day on."""
    await tx.run(
        f"INSERT INTO region ({_REGION}) VALUES ($1, $2, $3, $4, $5)",
        region.province_code, region.region, region.valid_from, region.author, region.reason,
    )  # fmt: skip


async def regions(session: Session) -> tuple[Region, ...]:
    """Return every row of every province, by province, newest first."""
    rows = await session.rows(f"SELECT {_REGION} FROM region ORDER BY province_code, valid_from DESC")
    return tuple(Region(**{**row, "valid_from": _day(row["valid_from"])}) for row in rows)


async def regions_on(session: Session, on: date) -> Mapping[str, int]:
    """Return the region of each province as it stands on a day."""
    found: dict[str, int] = {}
    for row in await regions(session):
        if row.valid_from <= on:
            found.setdefault(row.province_code, row.region)
    return found


def _published(row: dict[str, Any]) -> PublishedPrices:
    prices = tuple(Price(**each) for each in records.from_json(row["content"]))
    published_at = moment(row["published_at"])
    assert published_at is not None  # the column may not be empty
    return PublishedPrices(
        prices=PriceList(valid_from=_day(row["valid_from"]), prices=prices), author=row["author"],
        reason=row["reason"], published_at=published_at,
    )  # fmt: skip


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
