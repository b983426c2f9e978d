"""What the law wants published, for anybody to read and print: procedures, the tariff, the quality owed, whom to ask.

No account and no script. The names of procedures and units stay as they are published; all around them is said in the
reader's language.

Used by: routes.
Source: Decision 45/2016/QĐ-TTg art. 12.2, 13.1-2, 13.7, 18.1; Circular 17/2017/TT-BTTTT art. 6, 10.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from postgw.domain.legal_day import legal_day
from postgw.domain.price_list import Price, PriceList
from postgw.domain.procedure import Procedure
from postgw.domain.tariff import SERVICES, Reduction
from postgw.services.catalogue import Sieve
from postgw.web.language import sentence
from postgw.web.serve import PUBLIC, address_of

from . import session
from .visit import Visit

_SHELF = (
    ("/procedures", sentence("Thủ tục")), ("/tariff", sentence("Cước")), ("/quality", sentence("Chất lượng")),
    ("/contacts", sentence("Liên hệ")),
)  # fmt: skip
_LEVELS = {
    "commune": sentence("Cấp xã"), "province": sentence("Cấp tỉnh"), "department": sentence("Sở, ngành của tỉnh"),
}  # fmt: skip
_FORMS = {
    "send": sentence("gửi hồ sơ"), "return": sentence("nhận kết quả"), "both": sentence("gửi hồ sơ và nhận kết quả"),
}  # fmt: skip
_KINDS = {
    "original": sentence("Bản chính"), "certified": sentence("Bản chứng thực"), "copy": sentence("Bản sao"),
}  # fmt: skip
_SERVICES = {"send": sentence("Gửi hồ sơ"), "return": sentence("Trả kết quả")}
_ZONES = {
    "in_district": sentence("Trong một huyện cũ"), "inter_district": sentence("Khác huyện cũ, trong tỉnh"),
    "same_region": sentence("Liên tỉnh, trong vùng"),
    "neighbour_region": sentence("Liên tỉnh, giữa vùng 2 và vùng 1 hoặc 3"),
    "far_region": sentence("Liên tỉnh, giữa vùng 1 và vùng 3"),
}  # fmt: skip
_SPANS = {
    "same_district": sentence("Trong một huyện cũ"), "same_province": sentence("Khác huyện cũ, trong tỉnh"),
    "between_cities": sentence("Liên tỉnh, giữa hai đô thị đặc biệt hoặc loại I"),
    "other_provinces": sentence("Liên tỉnh, nơi khác"),
}  # fmt: skip
_LONGEST = 60
_ON_A_PAGE = 60


def _show(visit: Visit, name: str, /, *, shown: str, **values: Any) -> web.Response:
    return visit.show(name, shelf=_SHELF, shown=shown, **values)


async def procedures(visit: Visit) -> web.Response:
    """Show the procedures served and those excluded, with why."""
    session.count(visit.request, PUBLIC, address_of(visit.request))
    catalogue, today = visit.services.catalogue, legal_day(visit.at)
    sieve = Sieve(words=visit.query("q")[:_LONGEST], sector=visit.query("sector"), level=visit.query("level"))
    known = await catalogue.procedures(Sieve(), on=today)
    found = [each for each in known if sieve.lets(each)]
    excluded = visit.query("list") == "excluded"
    chosen = [each for each in found if each.served is not excluded]
    served_count = sum(each.served for each in found)
    start = _start(visit.query("from"))
    return _show(
        visit, "procedures.html", shown="/procedures", sieve=sieve, sectors=_sectors(known),
        levels=_LEVELS, forms=_FORMS, excluded=excluded, rows=chosen[start : start + _ON_A_PAGE],
        served_count=served_count, excluded_count=len(found) - served_count, to_served=_way(sieve),
        to_excluded=_way(sieve, list="excluded"), to_next=_following(sieve, excluded, start, chosen),
    )  # fmt: skip


def _sectors(known: Iterable[Procedure]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.sector for each in known))


def _start(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0


def _way(sieve: Sieve, **more: str) -> str:
    asked = {"q": sieve.words, "sector": sieve.sector, "level": sieve.level, **more}
    query = urlencode({name: text for name, text in asked.items() if text})
    return "/procedures" + (f"?{query}" if query else "")


def _following(sieve: Sieve, excluded: bool, start: int, chosen: list[Procedure]) -> str:
    if start + _ON_A_PAGE >= len(chosen):
        return ""
    return _way(sieve, **{"list": "excluded" if excluded else "", "from": str(start + _ON_A_PAGE)})


async def procedure(visit: Visit) -> web.Response:
    """Show one procedure: what goes in, what comes back, what it costs."""
    session.count(visit.request, PUBLIC, address_of(visit.request))
    code, on = visit.path("code"), _day(visit.query("on")) or legal_day(visit.at)
    found = await visit.services.catalogue.procedure(code, on=on)
    return _show(
        visit, "procedure.html", shown="/procedures", it=found, levels=_LEVELS, forms=_FORMS, kinds=_KINDS,
        versions=await visit.services.catalogue.history(code),
    )  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


async def tariff(visit: Visit) -> web.Response:
    """Show the ceilings, the post's own prices, and who pays less."""
    session.count(visit.request, PUBLIC, address_of(visit.request))
    pricing, today = visit.services.pricing, legal_day(visit.at)
    own, in_force = await pricing.prices_on(today), pricing.tariff(on=today)
    return _show(
        visit, "tariff.html", shown="/tariff", tariff=in_force, services=_SERVICES, zones=_ZONES, own=_by_service(own),
        own_from=own.valid_from if own else None, groups=_by_percent(in_force.reductions.values()),
    )  # fmt: skip


def _by_service(own: PriceList | None) -> Mapping[str, list[Price]]:
    rows = own.prices if own else ()
    return {service: [row for row in rows if row.service == service] for service in SERVICES}


def _by_percent(reductions: Iterable[Reduction]) -> list[tuple[int, list[Reduction]]]:
    ordered = sorted(reductions, key=lambda each: -each.percent)
    return [(percent, list(group)) for percent, group in groupby(ordered, key=lambda each: each.percent)]


async def quality(visit: Visit) -> web.Response:
    """Show the quality that the post owes, and what it achieved in the last full quarter."""
    session.count(visit.request, PUBLIC, address_of(visit.request))
    targets, limits = visit.services.catalogue.quality(on=legal_day(visit.at))
    achieved = await visit.services.reports.quality("", at=visit.at)
    return _show(
        visit, "quality.html", shown="/quality", targets=targets, limits=limits, spans=_SPANS, achieved=achieved
    )


async def contacts(visit: Visit) -> web.Response:
    """Show desks and post offices by commune."""
    session.count(visit.request, PUBLIC, address_of(visit.request))
    typed = visit.query("q")[:_LONGEST]
    found = await visit.services.catalogue.contacts(typed, on=legal_day(visit.at))
    places = [(commune, list(units)) for commune, units in groupby(found, key=lambda unit: unit.commune)]
    return _show(visit, "contacts.html", shown="/contacts", typed=typed, places=places)
