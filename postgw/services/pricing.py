"""What a carriage costs and how far it goes: post areas, regions, the post's own price list, a quote.

All of it is set from outside as dated rows with author and reason. The nation's ceilings come from the rule book.

Source: Circular 22/2017/TT-BTTTT (ceilings); Decision 45/2016/QĐ-TTg art. 12.2-3; Circular 17/2017/TT-BTTTT art. 7.2
(former districts).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from postgw.domain.actor import Actor
from postgw.domain.address import checked_text
from postgw.domain.change import made
from postgw.domain.dated import must_not_reach_back
from postgw.domain.errors import Conflict, Invalid, Unknown
from postgw.domain.legal_day import legal_day
from postgw.domain.page import Page
from postgw.domain.price_list import Price, PriceList, PublishedPrices, checked_prices
from postgw.domain.tariff import Postage, Tariff, carriages
from postgw.domain.tariff_zone import REGIONS, KnownZone, Region, zone_across, zone_within
from postgw.domain.time_limit import Zone
from postgw.rules import places
from postgw.rules.book import RuleBook
from postgw.storage import calendar, changes, prices, province
from postgw.storage.database import Database, Session

_CITY_CLASSES = ("", "first")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody wants priced: a zone, or two communes between which one lies."""

    service: Literal["send", "return", "both"]
    grams: int
    return_grams: int = 0
    zone: str = ""
    from_commune: str = ""
    to_commune: str = ""
    price_dong: int | None = None
    reduction: str = ""
    shares: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What it costs, and what that stands on."""

    tariff: Tariff
    zone: str
    price_list: date | None  #: the day of the post's own list, where that set the price
    postage: Postage


@dataclass(frozen=True, slots=True, kw_only=True)
class Pricing:
    """The acts of setting prices and zones, and of reading them."""

    database: Database
    book: RuleBook

    async def quote(self, asked: Asked, *, on: date) -> Quote:
        """Return what a carriage costs on a day: at the price told, else by the post's list, else at the ceiling.

        Raises Invalid when the zone cannot be known or a value is wrong.
        """
        _must_name_one_way(asked)
        zone = asked.zone or await self.zone_between(asked.from_commune, asked.to_commune, on=on)
        tariff, ways = self.book.tariff_on(on), carriages(asked.service, zone, asked.grams, asked.return_grams)
        own = await prices.list_on(self.database.reading, on) if asked.price_dong is None else None
        price = own.prices.total(ways, tariff) if own else asked.price_dong
        postage = tariff.postage(ways, price=price, reduction=asked.reduction, shares=asked.shares)
        is_listed = own is not None and any(own.prices.price(way) is not None for way in ways)
        return Quote(
            tariff=tariff, zone=zone, price_list=own.prices.valid_from if own and is_listed else None, postage=postage
        )

    async def zone_between(self, one: str, other: str, *, on: date) -> str:
        """Return the tariff's zone between two communes on a day. Raises Invalid when a table does not tell."""
        near, far = (
            _commune(code, field) for code, field in ((one, "/from_commune"), (other, "/to_commune"))
        )  # fmt: skip
        session = self.database.reading
        if near.province_code != far.province_code:
            names = {code: places.province(code).name for code in (near.province_code, far.province_code)}
            regions = await prices.regions_on(session, on)
            return zone_across(near.province_code, far.province_code, regions, names=names)
        known = await calendar.zones(session, [near.code, far.code])
        return zone_within(_zone(known, near, on, "/from_commune"), _zone(known, far, on, "/to_commune"))

    async def zones(
        self, *, actor: Actor, on: date, province: str = "", cursor: str = "", limit: int = 50
    ) -> Page[KnownZone]:
        """Return the post area of each commune on a day, in the order of commune codes."""
        actor.must("enquiry")
        rows = await calendar.zones_on(self.database.reading, on=on, province=province, after=cursor, limit=limit + 1)
        more = rows[limit - 1].zone.commune_code if len(rows) > limit else ""
        return Page(items=tuple(rows[:limit]), next_cursor=more)

    async def without_zone(self, *, actor: Actor, on: date, province_code: str = "") -> tuple[places.Unit, ...]:
        """Return the communes of a province, or of every province with a desk, that have no post area on a day."""
        actor.must("enquiry")
        session = self.database.reading
        provinces = [province_code] if province_code else await _provinces_with_desks(session)
        communes = [commune for code in provinces for commune in places.communes(code, on=on)]
        known = await calendar.zones(session, [commune.code for commune in communes])
        has_one = {code for code, rows in known.items() if any(begun <= on for begun, _ in rows)}
        return tuple(commune for commune in communes if commune.code not in has_one)

    def must_be_zone(self, zone: Zone) -> None:
        """Let the area of a commune pass as it would be kept. Raises Invalid."""
        _checked_zone(zone, "")

    async def put_zones(
        self, zones: Sequence[Zone], *, valid_from: date, reason: str, actor: Actor, at: datetime
    ) -> tuple[KnownZone, ...]:
        """Begin new post areas on a day, all or none; the same again is the same answer.

        Raises Conflict when a commune has another area from that very day, Invalid when one would begin in the past.
        """
        actor.must("admin")
        reason = checked_text(reason, what="lý do", field="/reason", most=300)
        checked = [_checked_zone(zone, f"/zones/{n}") for n, zone in enumerate(zones)]
        _must_name_once([zone.commune_code for zone in checked])
        async with self.database.writing() as tx:
            await tx.queue_for("zones")
            known = await calendar.zone_history(tx, [zone.commune_code for zone in checked])
            new = [zone for n, zone in enumerate(checked) if _is_new(zone, n, known, valid_from, legal_day(at))]
            await calendar.put_zones(tx, new, valid_from=valid_from, author=actor.name, reason=reason)
            if new:
                told = {
                    "valid_from": valid_from,
                    "reason": reason,
                    "areas": {one.commune_code: one.area for one in new},
                }
                await changes.note(tx, made("zone", f"{valid_from:%d/%m/%Y}", told, actor=actor, at=at))
            rows = await calendar.zone_history(tx, [zone.commune_code for zone in checked])
        return tuple(row for row in rows if row.valid_from == valid_from)

    async def regions(self, *, actor: Actor) -> tuple[Region, ...]:
        """Return which province lies in which region of the tariff, by province, newest first."""
        actor.must("enquiry")
        return await prices.regions(self.database.reading)

    async def set_region(
        self, province_code: str, region: int, *, valid_from: date, reason: str, actor: Actor, at: datetime
    ) -> Region:
        """Set the region of a province from a day on; the same again is the same answer.

        Raises Conflict when that day has another region already.
        """
        actor.must("admin")
        reason = checked_text(reason, what="lý do", field="/reason", most=300)
        _must_be_province(province_code)
        if region not in REGIONS:
            raise Invalid("Vùng cước phải là 1, 2 hoặc 3.", code="region.number", field="/region")
        row = Region(
            province_code=province_code, region=region, valid_from=valid_from, author=actor.name, reason=reason
        )
        async with self.database.writing() as tx:
            await tx.queue_for("regions")
            known = [each for each in await prices.regions(tx) if each.province_code == province_code]
            if same_day := next((each for each in known if each.valid_from == valid_from), None):
                return _same_region(same_day, row)
            must_not_reach_back(valid_from, today=legal_day(at), is_first=not known)
            await prices.add_region(tx, row)
            told = {"region": region, "valid_from": valid_from, "reason": reason}
            await changes.note(tx, made("region", province_code, told, actor=actor, at=at))
        return row

    async def publish_prices(
        self, rows: Sequence[Price], *, valid_from: date, reason: str, actor: Actor, at: datetime
    ) -> PublishedPrices:
        """Begin a price list of the post's own; the same again is the same answer.

        Raises Invalid when a price is above the ceiling in force on its first day, Conflict when that day has another.
        """
        actor.must("admin")
        reason = checked_text(reason, what="lý do", field="/reason", most=300)
        checked = checked_prices(rows, self.book.tariff_on(valid_from))
        async with self.database.writing() as tx:
            await tx.queue_for("price_list")
            known = await prices.lists(tx)
            if same_day := next((each for each in known if each.prices.valid_from == valid_from), None):
                return _same_prices(same_day, checked)
            must_not_reach_back(valid_from, today=legal_day(at), is_first=not known)
            published = PublishedPrices(
                prices=PriceList(valid_from=valid_from, prices=checked), author=actor.name, reason=reason,
                published_at=at,
            )  # fmt: skip
            await prices.add_list(tx, published)
            told = {"valid_from": valid_from, "reason": reason, "prices": [_price_told(row) for row in checked]}
            await changes.note(tx, made("price_list", f"{valid_from:%d/%m/%Y}", told, actor=actor, at=at))
        return published

    async def price_lists(self) -> tuple[PublishedPrices, ...]:
        """Return every price list of the post, newest first."""
        return await prices.lists(self.database.reading)

    async def prices_on(self, on: date) -> PriceList | None:
        """Return the price list that holds on a day, if the post has one."""
        found = await prices.list_on(self.database.reading, on)
        return found.prices if found else None

    def tariff(self, *, on: date) -> Tariff:
        """Return the ceilings in force on a day, and who pays less."""
        return self.book.tariff_on(on)


def _must_name_one_way(asked: Asked) -> None:
    if bool(asked.zone) is bool(asked.from_commune or asked.to_commune):
        raise Invalid(
            "Ghi vùng tính cước, hoặc mã xã nơi gửi và nơi nhận, một trong hai.", code="tariff.zone", field="/zone"
        )


def _commune(code: str, field: str) -> places.Unit:
    try:
        return places.commune(code)
    except Unknown as error:
        raise Invalid(
            "Không có {what} mã {number}.", what="xã, phường", number=code[:10], code=error.code, field=field
        ) from None


def _zone(known: Mapping[str, tuple[tuple[date, Zone], ...]], commune: places.Unit, on: date, field: str) -> Zone:
    for begun, zone in known.get(commune.code, ()):
        if begun <= on:
            return zone
    raise Invalid(
        "{commune} (mã {number}) chưa có trong bảng khu vực bưu chính nên chưa tính được. Báo quản trị khai, hoặc chọn "
        "vùng tính cước.",
        commune=commune.name, number=commune.code, code="zone.unknown", field=field,
    )  # fmt: skip


def _checked_zone(zone: Zone, field: str) -> Zone:
    commune = _commune(zone.commune_code, f"{field}/commune_code")
    if zone.city_class not in _CITY_CLASSES:
        raise Invalid(
            "Loại đô thị để trống, hoặc first (đặc biệt, loại I).", code="zone.city_class", field=f"{field}/city_class"
        )
    area = checked_text(zone.area, what="khu vực bưu chính", field=f"{field}/area", most=60)
    return Zone(
        commune_code=commune.code, area=area, province=commune.province_code, city_class=zone.city_class
    )  # fmt: skip


def _must_name_once(codes: Sequence[str]) -> None:
    for n, code in enumerate(codes):
        if code in codes[:n]:
            raise Invalid("Xã này đã có ở dòng trên.", code="zone.twice", field=f"/zones/{n}/commune_code")


def _is_new(zone: Zone, n: int, known: Iterable[KnownZone], valid_from: date, today: date) -> bool:
    """Say whether a zone is to be kept, or is there already. Raises when it may not begin."""
    of_commune = [row for row in known if row.zone.commune_code == zone.commune_code]
    same_day = next((row for row in of_commune if row.valid_from == valid_from), None)
    if same_day is None:
        must_not_reach_back(valid_from, today=today, is_first=not of_commune)
        return True
    if same_day.zone != zone:
        raise Conflict(
            "Xã mã {number} đã có khu vực khác từ ngày đó. Chọn ngày bắt đầu khác.", number=zone.commune_code,
            code="zone.taken", field=f"/zones/{n}/commune_code",
        )  # fmt: skip
    return False


def _must_be_province(code: str) -> None:
    try:
        places.province(code)
    except Unknown as error:
        raise Invalid(
            "Không có {what} mã {number}.", what="tỉnh, thành phố", number=code[:10], code=error.code,
            field="/province_code",
        ) from None  # fmt: skip


def _same_region(known: Region, asked: Region) -> Region:
    if known.region != asked.region:
        raise Conflict(
            "Tỉnh mã {number} đã có vùng cước khác từ ngày đó. Chọn ngày bắt đầu khác.", number=asked.province_code,
            code="region.taken", field="/valid_from",
        )  # fmt: skip
    return known


def _same_prices(known: PublishedPrices, asked: tuple[Price, ...]) -> PublishedPrices:
    if known.prices.prices != asked:
        raise Conflict(
            "Đã có bảng giá khác bắt đầu từ ngày đó. Bảng đã công bố không sửa; chọn ngày bắt đầu khác.",
            code="price.taken", field="/valid_from", link="/api/v1/prices",
        )  # fmt: skip
    return known


async def _provinces_with_desks(session: Session) -> list[str]:
    desks = await province.units(session, kind="desk")
    codes = {desk.commune_code for desk in desks if desk.commune_code}
    return sorted({_commune(code, "/province").province_code for code in codes})


def _price_told(row: Price) -> str:
    weight = f" ≤ {row.grams_to} g" if row.grams_to is not None else ""
    return f"{row.service} {row.zone}{weight}: {row.price_dong}"
