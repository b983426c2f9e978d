"""Noting: both hands sign the consignment note at the citizen's door, and from then on it says the same for ever.

Each signs the wording that was shown. When the wording changes before the other side has signed, the first signature
stands under a wording that is no more, and that side signs again. Where the agency is the sender, the signatures under
the manifest are those of each note (`signing`).

Source: Decision 45/2016/QĐ-TTg art. 6.4; Circular 17/2017/TT-BTTTT art. 9; Circular 02/2012 art. 2-3.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from postgw.domain.actor import Actor
from postgw.domain.consignment import Consignment
from postgw.domain.errors import Conflict
from postgw.domain.legal_day import shown
from postgw.domain.note import (
    SIDES,
    Note,
    NoteSignature,
    NoteStanding,
    checked_signature,
    digest_of,
    must_be_signed_here,
    of_wording,
    worded,
)
from postgw.rules.book import RuleBook
from postgw.storage import notes, province, reach
from postgw.storage.database import Database, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Noting:
    """The act of signing a consignment note."""

    database: Database
    book: RuleBook
    post_name: str
    rehearsal: bool

    async def sign(
        self, number: str, *, side: str, name: str, signature_png: bytes, actor: Actor, at: datetime
    ) -> NoteStanding:
        """Keep one side's signature; with the second one the note is kept word for word.

        Raises Conflict when the side has signed this wording under another name, Forbidden when one person signs both.
        """
        actor.must("handover")
        async with self.database.writing() as tx:
            consignment = await reach.at_hand(tx, number, actor, lock=True)
            consignment.must_be_public(what="phiếu gửi hồ sơ")
            must_be_signed_here(consignment)
            no = consignment.consignment_no
            note = await self._note(tx, consignment, at)
            kept = await notes.frozen(tx, no)
            digest = kept.digest if kept else digest_of(note)
            given = of_wording(await notes.signatures(tx, no), digest)
            if any((each.side, each.name) == (side, name) for each in given):
                return await self._standing(tx, no, digest)
            signature = checked_signature(
                NoteSignature(side=side, name=name, digest=digest, signed_at=at, signature_png=signature_png), given
            )
            if consignment.custody.ended:
                raise Conflict(
                    "Bưu gửi {number} đang ở trạng thái {state}, không ký phiếu gửi nữa.", number=no,
                    state=consignment.custody.state, code="note.ended",
                )  # fmt: skip
            await notes.sign(tx, no, signature, actor=actor.name)
            if len(given) + 1 == len(SIDES):
                note = await self._accepted(tx, note, actor, at)
                await notes.freeze(tx, note, [*given, signature], actor=actor.name, at=at)
            return await self._standing(tx, no, digest)

    async def _note(self, tx: Session, consignment: Consignment, at: datetime) -> Note:
        facts = await notes.gather(tx, self.book, consignment, at=at)
        return worded(facts, post_name=self.post_name, rehearsal=self.rehearsal)

    async def _accepted(self, tx: Session, note: Note, actor: Actor, at: datetime) -> Note:
        """Let the second signature be the acceptance where no scan has told of one yet."""
        if note.accepted_at:
            return note
        office = await province.unit(tx, actor.unit) if actor.unit else None
        return replace(note, accepted_at=shown(at), accepted_office=office.name if office else "")

    async def signatures(self, number: str, *, actor: Actor, at: datetime) -> NoteStanding:
        """Return how far the signing of a note has come: the signatures under what it says now, or was kept."""
        actor.must("handover")
        session = self.database.reading
        consignment = await reach.at_hand(session, number, actor)
        kept = await notes.frozen(session, consignment.consignment_no)
        digest = kept.digest if kept else digest_of(await self._note(session, consignment, at))
        return await self._standing(session, consignment.consignment_no, digest)

    async def _standing(self, session: Session, number: str, digest: str) -> NoteStanding:
        kept = await notes.frozen(session, number)
        return NoteStanding(
            consignment_no=number, digest=digest, frozen_at=kept.frozen_at if kept else None,
            signatures=of_wording(await notes.signatures(session, number), digest),
        )  # fmt: skip
