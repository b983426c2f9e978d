"""Delivery: an item is handed to its receiver, and the proof is taken on the spot.

At a door or counter `delivered` exists only with a proof captured by us. A final code of the post's own feed makes
`delivered by the post's statement`; such items stand in the list of proofs owed until the slip arrives.

Old papers that the agency takes back are asked for at the same moment: none is left without an outcome, and what was
collected goes to the desk as a withdrawal of its own.

Source: Circular 17/2017/TT-BTTTT art. 5.2.d-g; Decision 45/2016/QĐ-TTg art. 10; Law on Post 2010 art. 41.4.c.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from postgw.domain.actor import Actor
from postgw.domain.consignment import Consignment
from postgw.domain.errors import Conflict, Unknown
from postgw.domain.journey_room import no_room
from postgw.domain.paper_duty import PaperDuty, Withdrawn, matched
from postgw.domain.post_account import PostAccount
from postgw.domain.proof import Proof, checked_proof
from postgw.domain.recognise import item_named, recognise
from postgw.domain.scan import Scan, Witness, place_in_time
from postgw.rules.book import RuleBook
from postgw.storage import consignments, paper_duties, proofs, province, scans, withdrawals
from postgw.storage.database import Database, Session
from postgw.storage.scans import Locked

_OWED_MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The act of delivering."""

    database: Database
    book: RuleBook
    account_of: Callable[[str], PostAccount | None]  #: by desk
    account_named: Callable[[str], PostAccount | None]
    most_scans_per_item: int
    pick: Callable[[int], int] = secrets.randbelow

    async def deliver(
        self,
        number: str,
        proof: Proof,
        *,
        scan_id: str,
        device: str,
        device_at: datetime,
        sent_at: datetime,
        office: str,
        withdrawn: Sequence[Withdrawn] = (),
        actor: Actor,
        at: datetime,
    ) -> Consignment:
        """Keep a delivery with its proof; told again under the same id, nothing changes.

        `withdrawn` tells what became of each old paper that is to be withdrawn. Raises Conflict while one of them has
        no outcome, when the item has come to another end already, or when its journey has no room for another proof.
        """
        actor.must("delivery")
        proof = checked_proof(proof)
        placed = place_in_time(device_at=device_at, sent_at=sent_at, received_at=at)
        source = f"device:{device}"
        name = item_named(number)
        async with self.database.writing() as tx:
            found = await scans.lock(tx, [name, *(await withdrawals.beside(tx, name) if withdrawn else ())])
            if name not in found:
                raise Unknown(
                    "Chưa có bưu gửi mang số {number}.", number=name, code="consignment.unknown", field="/number"
                )
            locked = found[name]
            duties = await self._settled(tx, locked, withdrawn, actor, placed.occurred_at)
            await proofs.keep(
                tx, locked.consignment_no, proof, source=source, source_id=scan_id, actor=actor.name, at=at
            )
            scan = Scan(
                source=source,
                source_id=scan_id,
                witness=Witness.SIGNED,
                code="delivered",
                occurred_at=placed.occurred_at,
                received_at=at,
                device_at=device_at,
                office=office or actor.unit,
                actor=actor.name,
                proved=True,
                flags=placed.flags,
            )
            kept = await scans.keep(
                tx, [(locked, scan)], table_of=self.book.scan_table_of, at=at, most=self.most_scans_per_item
            )
            if kept.outside:
                raise no_room(locked.consignment_no, self.most_scans_per_item)
            consignment = await consignments.find(tx, locked.consignment_no)
            if duties and consignment:
                account = self.account_named(consignment.account) or self.account_of(consignment.desk)
                await withdrawals.send_home(tx, self.book, consignment, duties, scan, account=account, pick=self.pick)
        assert consignment is not None
        if consignment.custody.state != "delivered":
            raise Conflict(
                "Đã ghi lần phát, nhưng bưu gửi {number} đang ở trạng thái {state}. Trưởng bưu cục cần xem lại.",
                number=consignment.consignment_no, state=consignment.custody.state, code="delivery.out_of_turn",
                link=f"/api/v1/consignments/{consignment.consignment_no}/journey",
            )  # fmt: skip
        return consignment

    async def _settled(
        self, tx: Session, locked: Locked, withdrawn: Sequence[Withdrawn], actor: Actor, moment: datetime
    ) -> tuple[PaperDuty, ...]:
        """Return the old papers whose outcome is told now."""
        if locked.leg != "return":
            matched(withdrawn, ())
            return ()
        consignment = await consignments.find(tx, locked.consignment_no)
        assert consignment is not None
        return await paper_duties.settle(tx, consignment, withdrawn, actor=actor.name, at=moment)

    async def proof(self, number: str, *, actor: Actor) -> Proof | None:
        """Return the proof of a delivery."""
        actor.must("delivery")
        consignment = await consignments.find(self.database.reading, recognise(number).number)
        if consignment is None:
            return None
        mine = actor.may_see(consignment.desk, consignment.to_desk)
        if not mine and not await consignments.was_at(self.database.reading, consignment.consignment_no, actor.unit):
            return None
        return await proofs.latest(self.database.reading, consignment.consignment_no)

    async def owed(self, *, actor: Actor) -> tuple[Consignment, ...]:
        """Return what the post says it delivered and has shown no proof of."""
        actor.must("delivery")
        known = await province.unit(self.database.reading, actor.unit) if actor.unit else None
        of_office = known is not None and known.kind == "office"
        wanted = consignments.Wanted(
            desk="" if of_office else actor.unit,
            office=actor.unit if of_office else "",
            state="delivered_by_post_statement",
        )
        rows = await consignments.listed(self.database.reading, wanted, before=0, limit=_OWED_MOST)
        return tuple(consignment for _, consignment in rows)
