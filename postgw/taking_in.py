"""Taking in what desks' systems offered: one after another, each for itself.

Stands between two services, which do not call each other: fetching knows what was offered, intake takes it in. A
dossier is taken before its consignments are registered and only then is the offer done, so that whoever is stopped in
between does the rest the next time, and nothing twice.

Used by: bootstrap (as a recurring job).
"""

from __future__ import annotations

from datetime import datetime

from postgw.domain.actor import GATEWAY
from postgw.domain.consignment import LEG_TITLES
from postgw.domain.dossier import LEGS_OF_FORM
from postgw.domain.errors import Conflict, Mistake
from postgw.domain.offer import Offer
from postgw.services.bundle import Services
from postgw.services.intake import Taken
from postgw.services.receipt_codes import CHOSEN


async def take_offers(services: Services, *, at: datetime) -> int:
    """Take in every offer that waits; return how many were looked at."""
    waiting = await services.fetching.waiting()
    for offer in waiting:
        try:
            dossier_id = await _taken(services, offer, at)
        except Mistake as mistake:
            await services.fetching.refused(offer, str(mistake), at=at)
        else:
            await services.fetching.taken(offer, dossier_id, at=at)
    return len(waiting)


async def _taken(services: Services, offer: Offer, at: datetime) -> int:
    by_receipt = offer.system.startswith(CHOSEN)
    dossier = await services.receipt_codes.kept_choice(offer)
    taken = await services.intake.take(dossier, by_receipt=by_receipt, actor=GATEWAY, at=at)
    _must_have_legs(offer, taken)
    for leg in sorted(offer.legs):
        try:
            await services.intake.register(taken.dossier.dossier.key, leg=leg, first=True, actor=GATEWAY, at=at)
        except Conflict as known:
            if known.code != "consignment.live":
                raise
    return taken.dossier.dossier_id


def _must_have_legs(offer: Offer, taken: Taken) -> None:
    """Raise Conflict while an officer has yet to accept the choice that a leg rests on."""
    if missing := offer.legs - LEGS_OF_FORM[taken.dossier.dossier.service_form]:
        legs = ", ".join(LEG_TITLES[leg].lower() for leg in sorted(missing))
        raise Conflict(
            "Chưa ra được bưu gửi {legs}: hồ sơ có đề nghị sửa chưa duyệt. Duyệt đề nghị rồi cho nhận lại.",
            legs=legs, code="offer.change_waits",
        )  # fmt: skip
