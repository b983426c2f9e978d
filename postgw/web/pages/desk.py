"""The desk's pages: what waits today, the lists behind the numbers, one consignment with its journey.

Names are masked until somebody asks for them: a counter's screen is seen from the queue. What a number counts, its list
shows.

Stands on: standing, wires. Used by: routes.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from aiohttp import web

from postgw.domain.legal_day import legal_day
from postgw.domain.manifest import Manifest
from postgw.domain.recognise import recognise
from postgw.domain.states import ScanTable, StateRule
from postgw.web.language import Language, sentence

from .standing import first_rows, lanes_of
from .visit import Visit, go_to
from .wires import health_of

_MANIFESTS_SHOWN = 5
LEGS = {
    "send": sentence("Gửi hồ sơ"), "return": sentence("Trả kết quả"), "transfer": sentence("Chuyển giữa các cơ quan"),
    "withdrawal": sentence("Thu hồi giấy tờ"),
}  # fmt: skip
_DIRECTIONS = {"to_post": sentence("Giao cho bưu điện"), "to_desk": sentence("Giao cho bộ phận Một cửa")}


def titles(table: ScanTable, language: Language) -> dict[str, str]:
    """Return the title of each state."""

    def title(rule: StateRule) -> str:
        return rule.title if language == "vi" else rule.title_en

    return {state: title(rule) for state, rule in table.states.items()}


async def units_of(visit: Visit) -> dict[str, str]:
    """Return the names of desks and post offices by their codes."""
    return {unit.code: unit.name for unit in await visit.services.enquiry.units(actor=visit.actor)}


async def today(visit: Visit) -> web.Response:
    """Show what the unit has before it."""
    enquiry, actor = visit.services.enquiry, visit.actor
    found = await enquiry.today(desk="", actor=actor, at=visit.at)
    watched = await visit.services.wires.watch(actor=actor, at=visit.at)
    return visit.show(
        "desk_today.html", lanes=lanes_of(found.counts, found.lists), rows=first_rows(found.lists),
        wires=health_of(watched, at=visit.at), manifests=await _manifests(visit),
        directions=_DIRECTIONS, today=legal_day(visit.at), **await _desk_words(visit),
    )  # fmt: skip


async def _manifests(visit: Visit) -> tuple[Manifest, ...]:
    if "handover" not in visit.actor.scopes:
        return ()
    return (await visit.services.handover.manifests(actor=visit.actor, limit=_MANIFESTS_SHOWN)).items


async def _desk_words(visit: Visit) -> dict[str, Any]:
    units = await units_of(visit)
    table = visit.services.enquiry.table(on=legal_day(visit.at))
    return {
        "states": titles(table, visit.language), "legs": LEGS, "units": units,
        "unit_name": units.get(visit.actor.unit, visit.actor.unit),
    }  # fmt: skip


async def consignments(visit: Visit) -> web.Response:
    """Show a list: of one state, one leg or one dossier, newest first."""
    asked = {name: visit.query(name) for name in ("state", "leg", "dossier_no")}
    page = await visit.services.enquiry.consignments(
        actor=visit.actor, cursor=visit.query("cursor")[:18], state=asked["state"], leg=asked["leg"],
        dossier_no=asked["dossier_no"],
    )  # fmt: skip
    following = ""
    if page.next_cursor:
        following = "?" + urlencode({name: text for name, text in asked.items() if text} | {"cursor": page.next_cursor})
    return visit.show(
        "desk_list.html",
        rows=page.items,
        following=following,
        chosen=asked["state"],
        leg=asked["leg"],
        dossier_no=asked["dossier_no"],
        **await _desk_words(visit),
    )


async def find(visit: Visit) -> web.Response:
    """Go to what a typed number names."""
    typed = (await visit.typed()).get("q", "")
    read = recognise(typed)
    if read.kind in {"consignment", "item"}:
        return go_to(f"/desk/consignments/{read.number}")
    if read.kind == "dossier":
        return go_to(f"/desk/dossiers/{quote(read.number, safe='/')}")
    if read.kind == "manifest" and "labels" in visit.actor.scopes:
        return go_to(f"/desk/manifests/{quote(read.number, safe='')}/manifest.pdf")
    return visit.show("desk_not_found.html", status=404, typed=typed[:60], **await _desk_words(visit))
