"""The tariff, the post's own prices and a quote; the post areas of communes and the regions of provinces.

Used by: routes.
"""

from __future__ import annotations

from dataclasses import asdict

from aiohttp import web

from postgw.domain.price_list import Price
from postgw.domain.time_limit import Zone
from postgw.services.pricing import Asked
from postgw.web.answers import answered, etag_of, page_answer, tagged_bytes, to_json
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.schemas.pricing import (
    CommuneList,
    CommuneOut,
    MissingQuery,
    PricesIn,
    PricesList,
    PricesOut,
    QuoteOut,
    QuoteQuery,
    RegionIn,
    RegionList,
    RegionOut,
    TariffOut,
    ZonePage,
    ZoneQuery,
    ZonesIn,
    ZonesSet,
    prices_out,
    quote_out,
    tariff_out,
    zone_out,
)
from postgw.web.serve import Call

_TABLE_CACHE = "public, max-age=300"


@operation("getTariff", "Mức cước tối đa, miễn và giảm", Answer(status=200, text="Đang có hiệu lực.", model=TariffOut))
async def tariff(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the tariff in force today."""
    body = to_json(tariff_out(call.services.pricing.tariff(on=call.today)))
    return tagged_bytes(call.request, body, etag_of(body), media="application/json", Cache_Control=_TABLE_CACHE)


@operation(
    "quote", "Tính cước", Answer(status=200, text="Cước và ai chịu.", model=QuoteOut), query=QuoteQuery,
    text="Cho vùng tính cước, hoặc mã xã nơi gửi và nơi nhận. Không ghi giá thì theo bảng giá của Bưu điện, chưa có "
    "thì mức tối đa. Phần không ai chịu là của công dân.",
)  # fmt: skip
async def quote(call: Call[None, QuoteQuery]) -> web.Response:
    """Answer with what a carriage costs."""
    asked = call.query
    found = await call.services.pricing.quote(
        Asked(
            service=asked.service, zone=asked.zone or "", from_commune=asked.from_commune, to_commune=asked.to_commune,
            grams=asked.grams, return_grams=asked.return_grams, price_dong=asked.price_dong, reduction=asked.reduction,
            shares=asked.shares(),
        ),
        on=call.today,
    )  # fmt: skip
    return answered(quote_out(found))


@operation(
    "publishPrices", "Công bố bảng giá của Bưu điện", Answer(status=201, text="Bảng giá.", model=PricesOut),
    body=PricesIn, creates=True, problems=(409,),
    text="Không giá nào được vượt mức tối đa. Bảng đã công bố không sửa; bảng mới bắt đầu từ một ngày khác.",
    example={
        "valid_from": "2026-12-01", "reason": "Công văn giá cước của Bưu điện tỉnh",
        "prices": [{"service": "return", "zone": "in_district", "grams_to": 100, "price_dong": 20000}],
    },
)  # fmt: skip
async def publish_prices(call: Call[PricesIn, NoQuery]) -> web.Response:
    """Begin a price list."""
    asked = call.body
    published = await call.services.pricing.publish_prices(
        [Price(**row.__dict__) for row in asked.prices], valid_from=asked.valid_from, reason=asked.reason,
        actor=call.actor, at=call.at,
    )  # fmt: skip
    return answered(prices_out(published), status=201)


@operation(
    "listPrices", "Các bảng giá của Bưu điện", Answer(status=200, text="Mới nhất trước.", model=PricesList)
)  # fmt: skip
async def price_lists(call: Call[None, NoQuery]) -> web.Response:
    """Answer with every price list."""
    return answered({"data": [prices_out(each) for each in await call.services.pricing.price_lists()]})


@operation(
    "listZones", "Khu vực bưu chính của các xã", Answer(status=200, text="Theo mã xã.", model=ZonePage), query=ZoneQuery
)
async def zones(call: Call[None, ZoneQuery]) -> web.Response:
    """Answer with the post areas on a day."""
    asked = call.query
    page = await call.services.pricing.zones(
        actor=call.actor, on=asked.on or call.today, province=asked.province, cursor=asked.cursor, limit=asked.limit
    )
    return page_answer(call.request, page, zone_out)


@operation(
    "listCommunesWithoutZone", "Xã chưa có khu vực bưu chính",
    Answer(status=200, text="Cần khai thêm.", model=CommuneList), query=MissingQuery,
)  # fmt: skip
async def without_zone(call: Call[None, MissingQuery]) -> web.Response:
    """Answer with communes for which nothing can be reckoned."""
    found = await call.services.pricing.without_zone(
        actor=call.actor, on=call.query.on or call.today, province_code=call.query.province
    )
    return answered({"data": [{name: getattr(each, name) for name in CommuneOut.model_fields} for each in found]})


@operation(
    "setZones", "Khai khu vực bưu chính của các xã", Answer(status=201, text="Đã khai.", model=ZonesSet), body=ZonesIn,
    creates=True, problems=(409,),
    example={
        "valid_from": "2026-12-01", "reason": "Theo huyện trước 01/7/2025",
        "zones": [{"commune_code": "18754", "area": "Thị xã Kỳ Anh"}],
    },
)  # fmt: skip
async def put_zones(call: Call[ZonesIn, NoQuery]) -> web.Response:
    """Begin new post areas."""
    asked = call.body
    rows = await call.services.pricing.put_zones(
        [Zone(province="", **zone.__dict__) for zone in asked.zones], valid_from=asked.valid_from, reason=asked.reason,
        actor=call.actor, at=call.at,
    )  # fmt: skip
    return answered({"data": [zone_out(row) for row in rows]}, status=201)


@operation(
    "setRegion", "Khai vùng cước của một tỉnh", Answer(status=201, text="Đã khai.", model=RegionOut), body=RegionIn,
    creates=True, problems=(409,),
    example={"province_code": "42", "region": 2, "valid_from": "2026-12-01", "reason": "Công văn của Bưu điện"},
)  # fmt: skip
async def set_region(call: Call[RegionIn, NoQuery]) -> web.Response:
    """Set the region of a province from a day on."""
    row = await call.services.pricing.set_region(**call.body.__dict__, actor=call.actor, at=call.at)
    return answered(asdict(row), status=201)


@operation("listRegions", "Vùng cước của các tỉnh", Answer(status=200, text="Theo mã tỉnh.", model=RegionList))
async def regions(call: Call[None, NoQuery]) -> web.Response:
    """Answer with every row of every province."""
    return answered({"data": [asdict(row) for row in await call.services.pricing.regions(actor=call.actor)]})
