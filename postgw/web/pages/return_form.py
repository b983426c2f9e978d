"""What a citizen fills in to have a result brought: the commune by any name, the wish, the price before it is sent.

Used by: return_requests.
Source: Resolution 202/2025/QH15 (communes of today); Circular 22/2017/TT-BTTTT (ceilings); Decision 45/2016/QĐ-TTg
art. 12.4 (carried again: whoever is at fault pays).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from postgw.domain.address import Party
from postgw.domain.consignment import BEFORE_COLLECTION
from postgw.domain.errors import Invalid, Mistake
from postgw.domain.legal_day import legal_day
from postgw.domain.return_request import Agreed, Wish
from postgw.domain.tariff import Tariff
from postgw.rules import place_search, places
from postgw.rules.place_search import Choice
from postgw.services.pricing import Asked, Quote
from postgw.services.return_requests import Standing
from postgw.web.language import sentence

from .visit import Visit

#: While in one of these the post has not taken the item away yet.
CARRIED = BEFORE_COLLECTION
_CHOICES_MOST = 8
_NOW, _MAY_BE = sentence("{was}, nay là {now}"), sentence("{was}, nay có thể là {now}")
_LIST, _CEILING = sentence("giá Bưu điện từ {on}"), sentence("mức tối đa theo {title}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a typed commune comes to: nothing more to ask, or communes to choose among, or none."""

    options: tuple[tuple[str, str], ...] = ()
    is_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What it costs, as it is told before anything is sent."""

    price_dong: int = 0
    reduced_dong: int = 0
    due_dong: int = 0
    basis: str = ""
    grams: int = 0
    most_dong: int = 0  #: where the price is not known: what it cannot exceed
    halves_dong: int = 0  #: what a reduction of one half would leave
    is_known: bool = False


def settled(visit: Visit, typed: dict[str, str], standing: Standing) -> Place:
    """Return what the typed commune leaves open; where nothing, its code and names of today go into `typed`."""
    text, code = typed.get("commune", "")[:200], typed.get("commune_code", "")
    if not text and not code:
        return Place()  # the service says that a commune is wanting
    if code and typed.get("coded", "") == text:
        return _kept(typed, code)
    found = _found(text, standing)
    if code and code in {each.unit.code for each in found}:
        chosen = next(each for each in found if each.unit.code == code)
        return _taken(typed, chosen)
    typed["commune_code"] = ""
    if len(found) == 1 and not found[0].doubt:
        return _taken(typed, found[0])
    options = tuple((each.unit.code, _title(visit, each)) for each in found)
    return Place(options=tuple(dict(options).items())[:_CHOICES_MOST], is_open=True)


def _found(text: str, standing: Standing) -> tuple[Choice, ...]:
    own = standing.desk.commune_code if standing.desk else ""
    province = places.commune(own).province_code if own else ""
    sure = place_search.choices_of(text, province_code=province)
    if sure:
        return sure
    found = place_search.search(text, province_code=province)
    return tuple(each for each in found if each.unit.province_code == province) or found


def _taken(typed: dict[str, str], chosen: Choice) -> Place:
    typed |= {
        "commune_code": chosen.unit.code, "commune": _lowered(chosen.unit.name), "province": _lowered(chosen.province),
        "former": _lowered(chosen.was.name) if chosen.was else "", "coded": _lowered(chosen.unit.name),
    }  # fmt: skip
    return Place()


def _kept(typed: dict[str, str], code: str) -> Place:
    """Let a commune pass that was settled at an earlier step, by its code alone: the names are of the table."""
    try:
        unit = places.commune(code)
    except Mistake:
        return Place(is_open=True)
    typed |= {"commune": _lowered(unit.name), "province": _lowered(places.province(unit.province_code).name)}
    return Place()


def _title(visit: Visit, choice: Choice) -> str:
    now = f"{choice.unit.name}, {_lowered(choice.province)}"
    if choice.was is None:
        return now
    return visit.say(_MAY_BE if choice.doubt else _NOW, was=choice.was.name, now=now)


def _lowered(name: str) -> str:
    return name[:1].lower() + name[1:]


def wish_of(kind: str, typed: Mapping[str, str]) -> Wish:
    """Return what was filled in as a wish, not yet checked."""
    said = typed.get
    other = said("who") == "other"
    party = Party(
        name=said("name", "") if other else "", phone=said("phone", ""), address=said("address", ""),
        commune=said("commune", ""), province=said("province", ""), commune_code=said("commune_code", ""),
    )  # fmt: skip
    claims = bool(said("reduction", ""))
    return Wish(
        kind=kind, party=party, former=said("former", "")[:150], reduction=said("reduction", ""),
        proof=said("proof", "") if claims else "", note=said("note", "") if claims else "",
    )  # fmt: skip


async def quote_of(visit: Visit, standing: Standing, wish: Wish) -> Agreed | None:
    """Return the postage to be agreed on; nothing where no table tells the zone."""
    found = await _quoted(visit, standing, wish.party.commune_code, wish.reduction)
    if found is None:
        return None
    told = found.postage
    return Agreed(
        tariff=found.tariff.version, zone=found.zone, grams=found.tariff.bands[0], price_dong=told.price_dong,
        reduced_dong=told.reduced_dong, due_dong=told.due_dong,
    )  # fmt: skip


async def _quoted(visit: Visit, standing: Standing, commune: str, reduction: str) -> Quote | None:
    on = legal_day(visit.at)
    tariff = visit.services.pricing.tariff(on=on)
    begins = standing.desk.commune_code if standing.desk else ""
    if standing.carried and standing.carried.custody.state not in CARRIED:
        begins = standing.carried.consignee.commune_code  # it is carried on from where it would have gone
    if not begins or not commune:
        return None
    asked = Asked(
        service="return", grams=tariff.bands[0], from_commune=begins, to_commune=commune,
        reduction=reduction if reduction in tariff.reductions else "",
    )  # fmt: skip
    try:
        return await visit.services.pricing.quote(asked, on=on)
    except Invalid:  # no table tells the zone yet: the page then says what it cannot exceed
        return None


async def told_price(visit: Visit, standing: Standing, typed: Mapping[str, str]) -> Told:
    """Return what is told of the price."""
    found = await _quoted(visit, standing, typed.get("commune_code", ""), typed.get("reduction", ""))
    tariff = visit.services.pricing.tariff(on=legal_day(visit.at))
    if found is None:
        return Told(most_dong=_most(tariff), basis=visit.say(_CEILING, title=tariff.title), grams=tariff.bands[0])
    day = found.price_list
    basis = visit.say(_LIST, on=f"{day:%d/%m/%Y}") if day else visit.say(_CEILING, title=found.tariff.title)
    price = found.postage.price_dong
    return Told(
        price_dong=price, reduced_dong=found.postage.reduced_dong, due_dong=found.postage.due_dong, basis=basis,
        grams=tariff.bands[0], halves_dong=price - -(-price * 50 // 100), is_known=True,
    )  # fmt: skip


def _most(tariff: Tariff) -> int:
    return max(row.ceilings[0] for row in tariff.services["return"].values())
