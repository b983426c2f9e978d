"""The search box: a number goes straight to what bears it, a name to a page of those that may be meant.

It is asked for by POST, so that no name stands in an address, a log or a browser's memory of addresses.

Stands on: services.searching. Used by: routes.
"""

from __future__ import annotations

from urllib.parse import quote

from aiohttp import web

from postgw.services.searching import Named
from postgw.web.language import sentence

from .desk import desk_words
from .visit import Visit, go_to

_KINDS = {
    "consignment": sentence("Bưu gửi"), "dossier": sentence("Hồ sơ"), "receipt": sentence("Biên lai"),
    "case": sentence("Vụ việc"), "manifest": sentence("Biên bản"), "bag": sentence("Túi"),
}  # fmt: skip


async def find(visit: Visit) -> web.Response:
    """Go to what a number names, or show what may be meant."""
    form = await visit.typed()
    typed = form.get("q", "")[:200]
    if not typed:
        return go_to("/desk/consignments")
    answer = await visit.services.searching.find(typed, actor=visit.actor.as_reader())
    if answer.exact:
        return go_to(address_of(visit, answer.exact))
    named = bool(answer.hits) and await _named(visit, asked=form.get("show") == "1")
    procedures = await visit.services.searching.procedures({hit.procedure_code for hit in answer.hits}, at=visit.at)
    return visit.show(
        "desk_found.html", status=200 if answer.hits or answer.suggested else 404, answer=answer, typed=typed[:60],
        kinds=_KINDS, place_of=lambda each: address_of(visit, each), named=named, procedures=procedures,
        **await desk_words(visit),
    )  # fmt: skip


async def _named(visit: Visit, *, asked: bool) -> bool:
    """Say whether names are uncovered, after uncovering them where that was asked for together with the search."""
    if asked and visit.holder:
        await visit.services.sittings.uncover_names(visit.holder, at=visit.at)
        await visit.services.disclosure.uncovered("list:/desk/find", actor=visit.actor, at=visit.at)
        return True
    return await visit.names_shown("list:/desk/find")


def address_of(visit: Visit, named: Named) -> str:
    """Return the page of what was found."""
    number = quote(named.number, safe="")
    if named.kind == "manifest" and "handover" not in visit.actor.scopes:
        return f"/desk/manifests/{number}/manifest.pdf"
    return {
        "manifest": f"/desk/handover/{number}",
        "consignment": f"/desk/consignments/{number}", "dossier": f"/desk/dossiers/{number}",
        "bag": f"/desk/consignments?bag_no={number}", "receipt": f"/desk/consignments/{quote(named.item, safe='')}",
        "case": f"/desk/cases/{number}",
    }[named.kind]  # fmt: skip
