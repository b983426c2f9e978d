"""A wrong signing time, mended by a record that both sides signed.

The line that stands is never edited: one more is written, for each dossier that the trip filed, with both hands and the
reason, and the desk's system is told anew.

Stands on: handover, visit. Used by: routes.
Source: Decision 45/2016/QĐ-TTg art. 7.4 (the later of the two moments is the time of filing).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from postgw.domain.errors import Invalid, Mistake
from postgw.domain.filing import CorrectionDraft
from postgw.services.trips import Arrival
from postgw.web.errors import kind_of

from .handover import Typed, faults_of, moment_typed, words
from .visit import Visit, go_to


async def show(visit: Visit) -> web.Response:
    """Show what the trip filed, and the form of the correction."""
    return await _page(visit)


async def _filed(visit: Visit) -> tuple[Any, list[Arrival]]:
    """Return the list and the dossiers that it filed."""
    number, trips = visit.path("manifest_no"), visit.services.trips
    trip = await trips.trip(number, actor=visit.actor)
    found = []
    for line in trip.manifest.passing():
        if trip.manifest.direction == "to_desk" and trip.items[line.consignment_no].leg == "send":
            found.append(await trips.arrival(number, line.consignment_no, actor=visit.actor, at=visit.at))
    return trip, [each for each in found if each.standing.filings]


async def _page(visit: Visit, mistake: Mistake | None = None, typed: Mapping[str, str] | None = None) -> web.Response:
    trip, filed = await _filed(visit)
    hands = await visit.services.trips.hands(trip.manifest, actor=visit.actor, at=visit.at)
    desk_side = "taker" if trip.manifest.direction == "to_desk" else "giver"
    office_side = "giver" if desk_side == "taker" else "taker"
    return visit.show(
        "desk_correct.html", here=f"/desk/handover/{trip.manifest.manifest_no}/correct", 
        status=kind_of(mistake).status if mistake else 200, m=trip.manifest, filed=filed,
        desk_hands=hands[desk_side], office_hands=hands[office_side], typed=Typed(typed or {}),
        faults=faults_of(visit, mistake), **await words(visit),
    )  # fmt: skip


async def correct(visit: Visit) -> web.Response:
    """Keep the correction for each dossier that was chosen."""
    typed, chosen, number = await visit.typed(), await visit.chosen("dossier"), visit.path("manifest_no")
    try:
        draft = CorrectionDraft(
            record_no=typed.get("record_no", ""), filed_at=moment_typed(typed, "filed_at"),
            reason=typed.get("reason", ""), desk_signatory=typed.get("desk_signatory", ""),
            desk_signed_at=moment_typed(typed, "desk_signed_at"), office_signatory=typed.get("office_signatory", ""),
            office_signed_at=moment_typed(typed, "office_signed_at"),
        )  # fmt: skip
        if not chosen:
            raise Invalid("Chọn hồ sơ cần đính chính.", code="correction.none", field="/dossier")
        for key in chosen:
            await visit.services.filing.correct(key, draft, actor=visit.actor, at=visit.at)
    except Mistake as mistake:
        return await _page(visit, mistake, {**typed, "chosen": "\n".join(chosen)})
    return go_to(f"/desk/handover/{number}#sign")
