"""What the province and the post have published: lists that differ, a procedure left out, prices, regions.

Invented where it is not law: the prices are the rehearsal's, and so are the regions, which nobody has confirmed.

Used by: furnishing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from postgw.bootstrap import House
from postgw.domain.actor import SCOPES, Actor
from postgw.domain.legal_day import legal_day
from postgw.domain.price_list import Price
from postgw.domain.procedure import ChecklistLine, PaperList, Procedure
from postgw.services.catalogue import Sieve

_ADMIN = Actor(name="demo.admin", scopes=frozenset(SCOPES))
_REASON = "Quyết định công bố (diễn tập)"
_DIFFERS = "1.004884"
#: Flat prices at what the lightest item may cost, as Khánh Hòa published them.
_PRICES = (
    Price(service="send", zone="in_district", price_dong=25_000),
    Price(service="send", zone="inter_district", price_dong=28_000),
    Price(service="return", zone="in_district", price_dong=25_000),
    Price(service="return", zone="inter_district", price_dong=28_000),
    Price(service="return", zone="same_region", grams_to=100, price_dong=30_000),
)
_REGIONS = {"01": 1, "42": 2, "79": 3}


async def catalogue(house: House, at: datetime) -> None:
    """Publish a procedure whose two lists differ, one that is left out, the post's prices, and three regions."""
    today, services = legal_day(at), house.services
    found = await services.catalogue.procedures(Sieve(words=_DIFFERS), on=today)
    for known in found[:1]:
        await services.catalogue.publish(_with_two_lists(known, at), reason=_REASON, actor=_ADMIN, at=at)
    await services.catalogue.publish(_left_out(at), reason=_REASON, actor=_ADMIN, at=at)
    await services.pricing.publish_prices(_PRICES, valid_from=today, reason=_REASON, actor=_ADMIN, at=at)
    for province_code, region in _REGIONS.items():
        await services.pricing.set_region(
            province_code, region, valid_from=today, reason="Diễn tập, chưa được Bưu điện xác nhận", actor=_ADMIN, at=at
        )


def _with_two_lists(known: Procedure, at: datetime) -> Procedure:
    portal = PaperList(origin="portal", source="Cổng thông tin của tỉnh (diễn tập)", papers=known.papers)
    first, *rest = known.papers
    more = ChecklistLine(name="Giấy xác nhận thông tin về cư trú", kind="copy")
    national = PaperList(
        origin="national", source="Cơ sở dữ liệu quốc gia về TTHC (diễn tập)",
        papers=(replace(first, quantity=first.quantity + 1), *rest, more),
    )  # fmt: skip
    return replace(known, lists=(portal, national), valid_from=legal_day(at))


def _left_out(at: datetime) -> Procedure:
    return Procedure(
        code="9.450012", name="Thủ tục diễn tập phải có mặt", sector="Diễn tập", level="commune",
        agency="Ủy ban nhân dân cấp xã", forms=(), papers=(), valid_from=legal_day(at),
        excluded_reason="Người làm thủ tục phải có mặt, không được ủy quyền (QĐ 45/2016/QĐ-TTg, Điều 1 khoản 2).",
    )  # fmt: skip
