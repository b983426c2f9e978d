"""Receipt codes: what the post may do with the code printed on a citizen's receipt.

The code opens its dossier, so every part of it must be right, on reading and on changing alike; of all codes only the
hash is kept. A choice made with it is laid beside what the desk's system offers and is taken in as that is: before the
post is asked it changes the dossier, afterwards it waits for an officer.

Next on the path: intake.
Source: the receipt-barcode look-up and update of one-stop systems (docs/adapters/opencps.md).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from postgw.domain.address import Party
from postgw.domain.dossier import Dossier, checked_dossier, digest
from postgw.domain.offer import Offer
from postgw.domain.ports import OfferedDossier, ReceiptHolder
from postgw.storage import consignments, dossiers, offers
from postgw.storage.database import Database

#: Before the name of a system whose receipt was shown: whence an offer came.
CHOSEN = "receipt:"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptCodes:
    """The acts of whoever holds a receipt."""

    database: Database

    async def look_up(self, system: str, code: str, *, at: datetime) -> ReceiptHolder | None:
        """Return the dossier that a whole code opens; nothing when any part of it is wrong."""
        session = self.database.reading
        dossier_id = await offers.opened_by(session, system, code)
        if dossier_id is None:
            return None
        kept = await dossiers.by_id(session, dossier_id)
        carried = await consignments.of_dossier(session, dossier_id)
        return ReceiptHolder(dossier=kept.dossier, consignment_nos=tuple(one.consignment_no for one in carried))

    async def choose_post(self, system: str, code: str, return_to: Party, *, at: datetime) -> bool:
        """Keep that the citizen wants the result by post, and where; false when the code opens nothing.

        Raises Mistake when the address cannot be taken or the result has left already.
        """
        session = self.database.reading
        dossier_id = await offers.opened_by(session, system, code)
        if dossier_id is None:
            return False
        kept = await dossiers.by_id(session, dossier_id)
        for carried in await consignments.of_dossier(session, dossier_id):
            if carried.leg == "return" and not carried.custody.ended:
                carried.must_not_have_left()
        chosen = checked_dossier(_chosen(kept.dossier, return_to), at=at)
        offered = OfferedDossier(record_id=f"{dossier_id}:{kept.version}:{digest(chosen)[:32]}", dossier=chosen)
        async with self.database.writing() as tx:
            await offers.keep(tx, f"{CHOSEN}{system}"[:40], [offered], at=at)
        return True

    async def kept_choice(self, offer: Offer) -> Dossier:
        """Return what a system offers with the citizen's choice laid over it, as long as the system has not heard it.

        Once it has offered the dossier as one whose result goes by post, its own word counts again.
        """
        session = self.database.reading
        kept = await dossiers.same_as(session, offer.dossier, lock=False)
        if kept is None or offer.system.startswith(CHOSEN) or offer.dossier.service_form != "send":
            return offer.dossier
        for taken in await offers.taken_of(session, kept.dossier_id):
            if taken.system.startswith(CHOSEN):
                return _chosen(offer.dossier, taken.dossier.return_to)
            if taken.dossier.service_form != "send":
                break
        return offer.dossier


def _chosen(dossier: Dossier, return_to: Party | None) -> Dossier:
    form = "return" if dossier.service_form == "return" else "both"
    return replace(dossier, service_form=form, return_to=return_to)
