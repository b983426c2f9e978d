"""Choosing the commune that an old or unclear address means today, so that the row can be priced and booked.

The text of the address stays as the citizen gave it; the code of the commune is what an officer says it to be.

Used by: routes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from aiohttp import web

from postgw.domain.address import Party
from postgw.domain.dossier import Dossier
from postgw.domain.errors import Invalid, Mistake
from postgw.domain.legal_day import legal_day
from postgw.rules import places

from .visit import Visit, go_to


async def choose(visit: Visit) -> web.Response:
    """Show the communes that an address may mean, the likely ones first."""
    return await _page(visit)


async def _page(visit: Visit, *, why: str = "", chosen: str = "") -> web.Response:
    kept = await visit.services.enquiry.dossier(visit.path("key"), actor=visit.actor.as_reader())
    citizen = _citizen(kept.dossier)
    found = places.find(", ".join(part for part in (citizen.commune, citizen.district, citizen.province) if part))
    likely = found.candidates[:8]
    return visit.show(
        "desk_book_place.html", status=422 if why else 200, d=kept.dossier, citizen=citizen, likely=likely,
        named=await visit.names_shown(kept.dossier.key), why=why, chosen=chosen, version=kept.version,
        communes=await _communes(visit, citizen, likely), here="/desk/book",
    )  # fmt: skip


async def _communes(visit: Visit, citizen: Party, likely: Sequence[places.Unit]) -> tuple[places.Unit, ...]:
    """Return the communes of the province that the address or, failing that, the desk lies in."""
    if likely:
        province_code = likely[0].province_code
    else:
        found = places.find(citizen.province) if citizen.province else None
        province_code = next((unit.code for unit in found.candidates if not unit.province_code), "") if found else ""
    if not province_code:
        units = await visit.services.enquiry.units(kind="desk", actor=visit.actor.as_reader())
        own = next((unit for unit in units if unit.commune_code), None)
        province_code = places.commune(own.commune_code).province_code if own else ""
    return places.communes(province_code, on=legal_day(visit.at)) if province_code else ()


def _citizen(dossier: Dossier) -> Party:
    return dossier.return_to or dossier.applicant


async def keep(visit: Visit) -> web.Response:
    """Keep which commune it is, and go back to the list."""
    typed = await visit.typed()
    code = typed.get("commune", "") or typed.get("other", "")
    kept = await visit.services.enquiry.dossier(visit.path("key"), actor=visit.actor.as_reader())
    try:
        if not code:
            raise Invalid("Chọn xã, phường rồi ghi.", code="place.none", field="/commune")
        if typed.get("version") != str(kept.version):
            raise Invalid("Hồ sơ này vừa được sửa. Xem lại địa chỉ rồi chọn.", code="dossier.changed")
        unit = places.commune(code)
        await visit.services.intake.take(_placed(kept.dossier, unit.code), actor=visit.actor, at=visit.at)
    except Mistake as mistake:
        return await _page(visit, why=visit.say(mistake.template, **mistake.values), chosen=code)
    return go_to("/desk/book")


def _placed(dossier: Dossier, code: str) -> Dossier:
    """Return the dossier with the commune named wherever this address stands in it."""
    citizen = _citizen(dossier)
    placed = replace(citizen, commune_code=code)
    applicant = placed if dossier.applicant == citizen else dossier.applicant
    return replace(dossier, applicant=applicant, return_to=placed if dossier.return_to else None)
