"""What helps while a dossier is typed: procedures by code or words, communes by what they are or were called, postage.

The script of the page asks for each as it goes; without a script the form itself is sent. No question bears a person's
name, telephone or house.

Used by: intake, routes.
Source: Circular 22/2017/TT-BTTTT (postage); Circular 17/2017/TT-BTTTT art. 7.2 (time limits); Decision 45 art. 12.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from aiohttp import web

from postgw.domain.dossier import LEGS_OF_FORM
from postgw.domain.errors import Invalid, Mistake
from postgw.domain.folding import fold
from postgw.domain.legal_day import legal_day
from postgw.domain.procedure import Procedure, procedure_code
from postgw.domain.tariff import ZONES, Tariff
from postgw.domain.time_limit import Clock
from postgw.rules import place_search, places
from postgw.rules.place_search import Choice
from postgw.services.catalogue import Sieve
from postgw.services.pricing import Asked, Quote
from postgw.web.answers import answered
from postgw.web.language import Language, said, sentence

from .visit import Visit

#: Weighed as little as this when nobody has weighed: a thin envelope. Design choice.
GRAMS = 50
_PROCEDURES_MOST = 12
_NOW, _MAY_BE = sentence("{was}, nay là {now}"), sentence("{was}, nay có thể là {now}")
_BEFORE = sentence("{commune}, trước thuộc {district}")
_WAYS = {"send": sentence("Gửi hồ sơ"), "return": sentence("Trả kết quả")}
_NO_COMMUNE = sentence("Chưa chọn xã nên chưa tính được cước và hạn.")
_UP_TO, _BEYOND = sentence("đến {grams} g"), sentence("trên {grams} g")
_WHY_LIST, _WHY_CEILING = sentence("giá Bưu điện từ {on}"), sentence("mức tối đa theo {title}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """What a written commune leaves open: words, and the communes to choose among. One choice: it is settled."""

    words: str
    options: tuple[tuple[str, str], ...]  #: code, words
    chosen: str = ""

    @property
    def is_open(self) -> bool:
        """Say whether a person still has to choose."""
        return not self.chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way as priced on the screen, or why it is not."""

    title: str
    why_not: str = ""
    zone: str = ""
    band: str = ""
    dong: int = 0
    basis: str = ""
    limit: tuple[str, ...] = ()
    clock: Clock | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """What the carriage costs, way by way, and who pays."""

    ways: tuple[Way, ...]
    grams: int
    reduced_dong: int = 0
    due_dong: int = 0
    reduction: str = ""
    percent: int = 0
    is_whole: bool = False


async def procedure_named(visit: Visit, text: str) -> tuple[Procedure | None, Sequence[Procedure]]:
    """Return the procedure that a code or some words mean, and those to choose among when words mean several."""
    if not text:
        return None, ()
    on = legal_day(visit.at)
    try:
        return await visit.services.catalogue.procedure(procedure_code(text), on=on), ()
    except Mistake:
        found = await visit.services.catalogue.procedures(Sieve(words=text[:200]), on=on)
    return (found[0], ()) if len(found) == 1 else (None, found[:_PROCEDURES_MOST])


async def procedures(visit: Visit) -> web.Response:
    """Answer the script with the procedures that some letters can mean."""
    found = await found_procedures(visit, visit.query("q")[:200])
    rows = [
        {"value": each.code, "title": each.name, "note": f"{each.code} · {each.sector}", "off": not each.served}
        for each in found
    ]
    return answered({"rows": rows})


async def found_procedures(visit: Visit, words: str) -> Sequence[Procedure]:
    """Return the procedures whose code or name holds each word."""
    if len(words) < 2:
        return ()
    return (await visit.services.catalogue.procedures(Sieve(words=words), on=legal_day(visit.at)))[:_PROCEDURES_MOST]


async def communes(visit: Visit) -> web.Response:
    """Answer the script with the communes that some letters can mean, those of the desk's province first."""
    found = place_search.search(visit.query("q")[:200], province_code=await _province(visit))
    return answered({"rows": [_row(each, visit.language) for each in found]})


def _row(choice: Choice, language: Language) -> dict[str, Any]:
    written = choice.was or choice.unit
    return {
        "value": choice.unit.code, "text": _lowered(written.name), "title": _title(choice, language),
        "district": _lowered(choice.was.district) if choice.was else "", "province": _lowered(choice.province),
        "note": _note(choice, language), "off": False,
    }  # fmt: skip


def _title(choice: Choice, language: Language) -> str:
    now = choice.unit.name
    if choice.was is None:
        return now
    values = {"was": choice.was.name, "now": _lowered(now)}
    return said(_MAY_BE if choice.doubt else _NOW, values, language)


def _note(choice: Choice, language: Language) -> str:
    if not choice.district:
        return choice.province
    return f"{said(_BEFORE, {'commune': choice.province, 'district': _lowered(choice.district)}, language)}"


def _lowered(name: str) -> str:
    return name[:1].lower() + name[1:]


async def _province(visit: Visit) -> str:
    """Return the code of the province in which the counter stands."""
    for desk in await visit.services.importing.desks(actor=visit.actor):
        if desk.commune_code and desk.code == (visit.actor.unit or desk.code):
            return places.commune(desk.commune_code).province_code
    return ""


async def own_province(visit: Visit) -> str:
    """Return the province in which the counter stands, as addresses write it: most who come live in it."""
    code = await _province(visit)
    return _lowered(places.province(code).name) if code else ""


def doubts_of(typed: dict[str, str], who: str, language: Language) -> Doubt | None:
    """Return what the commune of a person leaves open, and settle its code in `typed` where only one can be meant.

    Nothing when no commune was typed.
    """
    commune, code = typed.get(f"{who}_commune", ""), typed.get(f"{who}_commune_code", "")
    if not commune:
        return None
    written = ", ".join(
        text for name in ("commune", "district", "province") if (text := typed.get(f"{who}_{name}", ""))
    )
    choices = place_search.choices_of(written) or place_search.search(commune)
    if code and code not in {choice.unit.code for choice in choices}:
        choices = (*_known(code), *choices)
    sure = places.find(written)
    if not code and sure.certainty in {"exact", "one"} and len(sure.candidates) == 1:
        code = typed[f"{who}_commune_code"] = sure.candidates[0].code
        typed[f"{who}_coded"] = commune
    options = {choice.unit.code: f"{_title(choice, language)}, {_lowered(choice.province)}" for choice in choices}
    return Doubt(words=written, options=tuple(options.items()), chosen=code)


def _known(code: str) -> tuple[Choice, ...]:
    try:
        unit = places.commune(code)
    except Mistake:
        return ()
    return (Choice(unit=unit, province=places.province(unit.province_code).name),)


async def quote(visit: Visit) -> web.Response:
    """Answer the script with what the carriage costs, as a piece of the page."""
    typed = await visit.typed()
    return visit.show("desk_intake_quote.html", q=await quoted(visit, typed))


async def quoted(visit: Visit, typed: Mapping[str, str]) -> Quoted | None:
    """Return what the ways that the citizen chose cost and how long they take; nothing while no form is chosen."""
    legs = sorted(LEGS_OF_FORM.get(typed.get("service_form", ""), ()), reverse=True)
    desk = next((each for each in await visit.services.importing.desks(actor=visit.actor)
                 if each.code == typed.get("receiving_desk", "")), None)  # fmt: skip
    if not legs or desk is None:
        return None
    grams, group = _grams(typed), typed.get("reduction", "")
    priced = [await _way(visit, leg, desk.commune_code, typed, grams, group) for leg in legs]
    quotes = [each for _, each in priced if each]
    reduction = visit.services.pricing.tariff(on=legal_day(visit.at)).reductions.get(group)
    return Quoted(
        ways=tuple(way for way, _ in priced), grams=grams, is_whole=len(quotes) == len(legs),
        reduced_dong=sum(each.postage.reduced_dong for each in quotes),
        due_dong=sum(each.postage.due_dong for each in quotes),
        reduction=_group(reduction, visit.language), percent=reduction.percent if reduction else 0,
    )  # fmt: skip


def _group(reduction: Any, language: Language) -> str:
    if reduction is None:
        return ""
    return str(reduction.title if language == "vi" else reduction.title_en)


async def _way(
    visit: Visit, leg: str, desk_commune: str, typed: Mapping[str, str], grams: int, group: str
) -> tuple[Way, Quote | None]:
    person = "return_to" if leg == "return" and typed.get("receiver") == "other" else "applicant"
    commune, on = typed.get(f"{person}_commune_code", ""), legal_day(visit.at)
    if not commune or not desk_commune:
        return Way(title=_WAYS[leg], why_not=visit.say(_NO_COMMUNE)), None
    near, far = (commune, desk_commune) if leg == "send" else (desk_commune, commune)
    clock = await visit.services.clocks.forecast(near, far, leg=leg, service_form=typed["service_form"], at=visit.at)
    limit = tuple(visit.say(each.sentence, **each.values) for each in clock.words[1 if clock.due else 0 :])
    known = visit.services.pricing.tariff(on=on).reductions
    service: Literal["send", "return"] = "send" if leg == "send" else "return"
    group = group if group in known else ""
    asked = Asked(service=service, grams=grams, from_commune=near, to_commune=far, reduction=group)
    try:
        found = await visit.services.pricing.quote(asked, on=on)
    except Invalid as why:
        return Way(title=_WAYS[leg], why_not=visit.say(why.template, **why.values), limit=limit, clock=clock), None
    return Way(
        title=_WAYS[leg], zone=visit.say(ZONES[found.zone]), band=_band(visit, found.tariff, grams),
        dong=found.postage.price_dong, basis=_basis(visit, found), limit=limit, clock=clock,
    ), found  # fmt: skip


def _band(visit: Visit, tariff: Tariff, grams: int) -> str:
    upper = next((band for band in tariff.bands if grams <= band), None)
    return visit.say(_UP_TO, grams=upper) if upper else visit.say(_BEYOND, grams=tariff.bands[-1])


def _basis(visit: Visit, found: Quote) -> str:
    if found.price_list:
        return visit.say(_WHY_LIST, on=f"{found.price_list:%d/%m/%Y}")
    return visit.say(_WHY_CEILING, title=found.tariff.title)


def _grams(typed: Mapping[str, str]) -> int:
    text = fold(typed.get("grams", "")).removesuffix("g").replace(".", "").strip()
    return int(text) if text.isascii() and text.isdecimal() and 0 < int(text[:9]) <= 30_000 else GRAMS
