"""Damage: an item found torn or wet is counted, recorded before a witness, and wrapped again.

The record opens a case of damage, or joins the open one, and is told by a scan of `damaged`, which moves nothing. Once
it is signed nothing in it changes; what was wrong is said in another record.

Source: Law on Post 2010 art. 13.2; Circular 17/2017/TT-BTTTT art. 11.2.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from postgw.domain.actor import Actor
from postgw.domain.consignment import Consignment
from postgw.domain.damage import CAUSES, CONDITIONS, WRAPPINGS, DamageRecord, KeptDamageRecord, checked_damage
from postgw.domain.errors import Conflict, Unknown
from postgw.domain.legal_day import legal_day, shown
from postgw.domain.scan import Scan, Witness
from postgw.rules.book import RuleBook
from postgw.rules.public_holidays import calendar_of
from postgw.storage import case_records, cases, consignments, province, reach, scans
from postgw.storage.database import Database, Session
from postgw.storage.transit import is_in_one_province, transit

if TYPE_CHECKING:
    from labels.damage_record import DamagePaper


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """The act of recording damage."""

    database: Database
    book: RuleBook
    post_name: str
    rehearsal: bool

    async def record(self, number: str, record: DamageRecord, *, actor: Actor, at: datetime) -> KeptDamageRecord:
        """Keep a damage record; told again under the same id, it is the same record.

        Raises Unknown when the actor may not see the item, Conflict when the id names another record.
        """
        actor.must("cases")
        record = checked_damage(record)
        once = f"damage:{actor.unit}:{record.record_id}"
        async with self.database.writing() as tx:
            found = await reach.seen(tx, number, actor, lock=True, field="/number")
            found.must_be_public(what="biên bản hư hại của Bưu điện")
            await tx.queue_for("case")
            if known := await case_records.damage_once(tx, once):
                return _same(known, record, found)
            moved = await transit(tx, self.book, found, at=at)
            record = replace(record, office=record.office or actor.unit or moved.last_office)
            if record.office:
                await province.must_be_unit(tx, record.office, "office", field="/office")
            case_no = await self._case(tx, found, record.office, actor, at)
            kept = KeptDamageRecord(
                record_no=await case_records.next_damage_no(tx, f"BB-{legal_day(at):%y%m%d}-"), case_no=case_no,
                consignment_no=found.consignment_no, record=record, has_photo=bool(record.photo_jpeg), made_at=at,
                made_by=actor.name,
            )  # fmt: skip
            await case_records.add_damage(tx, kept, once=once)
            content = {"record_no": kept.record_no, "new_seal_no": record.new_seal_no}
            await cases.add_step(tx, case_no, "damage_recorded", content, at=at, actor=actor.name)
            await self._say_damaged(tx, kept, at)
            await cases.announce(tx, "damage_recorded", case_no, found, at=at, record_no=kept.record_no)
        return kept

    async def _case(self, tx: Session, found: Consignment, office: str, actor: Actor, at: datetime) -> str:
        known = await cases.unfinished(tx, found.consignment_no, "damage", ("open",))
        joined = await cases.find(tx, known, lock=True) if known else None
        if joined and joined.state == "open":  # nobody answered it while we waited for the lock
            return known
        today, near = legal_day(at), is_in_one_province(found)
        days = self.book.case_rule(today).working_days(same_province=near)
        facts = {"about": "damage", "received_on": today.isoformat(), "same_province": near, "working_days": days}
        return await cases.open_case(
            tx, None, kind="damage", consignment_no=found.consignment_no, office=office,
            due_on=calendar_of(self.book.holidays_on(today)).after(today, days), facts=facts, words={}, at=at,
            actor=actor.name,
        )  # fmt: skip

    async def _say_damaged(self, tx: Session, kept: KeptDamageRecord, at: datetime) -> None:
        scan = Scan(
            source="gateway", source_id=f"damaged:{kept.record_no}", witness=Witness.SCANNED, code="damaged",
            occurred_at=at, received_at=at, office=kept.record.office, actor=kept.made_by,
        )  # fmt: skip
        locked = (await scans.lock(tx, [kept.consignment_no]))[kept.consignment_no]
        await scans.keep(tx, [(locked, scan)], table_of=self.book.scan_table_of, at=at)

    async def sign(self, record_no: str, *, actor: Actor, at: datetime) -> KeptDamageRecord:
        """Mark a record as signed by worker and witness; again, the first signing stands."""
        actor.must("cases")
        async with self.database.writing() as tx:
            await self._seen(tx, record_no, actor)
            await case_records.sign_damage(tx, record_no, actor=actor.name, at=at)
            return await self._seen(tx, record_no, actor)

    async def get(self, record_no: str, *, actor: Actor) -> KeptDamageRecord:
        """Return a damage record. Raises Unknown when the actor may not see it."""
        actor.must("cases")
        return await self._seen(self.database.reading, record_no, actor)

    async def photo(self, record_no: str, *, actor: Actor) -> bytes:
        """Return the photo of a record. Raises Unknown when there is none."""
        await self.get(record_no, actor=actor)
        photo = await case_records.photo(self.database.reading, record_no)
        if not photo:
            raise Unknown("Biên bản {number} không có ảnh.", number=record_no[:40], code="damage.no_photo")
        return photo

    async def paper(self, record_no: str, *, actor: Actor) -> bytes:
        """Return a damage record on paper."""
        from labels.damage_record import damage_record_pdf

        kept = await self.get(record_no, actor=actor)
        found = await consignments.find(self.database.reading, kept.consignment_no)
        assert found is not None
        office = await province.unit(self.database.reading, kept.record.office)
        paper = self._paper(kept, found, office.name if office else kept.record.office)
        return await asyncio.to_thread(damage_record_pdf, paper)

    def _paper(self, kept: KeptDamageRecord, found: Consignment, office: str) -> DamagePaper:
        from labels.damage_record import DamagePaper

        record = kept.record
        return DamagePaper(
            record_no=kept.record_no, case_no=kept.case_no, consignment_no=kept.consignment_no, item_no=found.item_no,
            post_name=self.post_name, office=office, made_at=shown(kept.made_at), wrapping=WRAPPINGS[record.wrapping],
            cause=CAUSES[record.cause], statement=record.statement, old_seal_no=record.old_seal_no,
            new_seal_no=record.new_seal_no, worker=record.worker_name, witness=record.witness_name,
            lines=tuple(
                (line.name, str(line.quantity), CONDITIONS[line.condition], line.note) for line in record.lines
            ),
            has_photo=kept.has_photo, signed_at=shown(kept.signed_at) if kept.signed_at else "",
            rehearsal=self.rehearsal,
        )  # fmt: skip

    async def _seen(self, session: Session, record_no: str, actor: Actor) -> KeptDamageRecord:
        kept = await case_records.damage(session, record_no)
        if kept is None or await cases.shown(session, kept.case_no, actor.unit) is None:
            raise Unknown("Không có biên bản số {number}.", number=record_no[:40], code="damage.unknown")
        return kept


def _same(known: KeptDamageRecord, record: DamageRecord, found: Consignment) -> KeptDamageRecord:
    told = replace(record, office=known.record.office, photo_jpeg=b"")
    if known.consignment_no != found.consignment_no or told != known.record:
        raise Conflict(
            "Mã {record_id} đã có biên bản {number} với nội dung khác. Biên bản mới phải mang mã mới.",
            record_id=record.record_id, number=known.record_no, code="damage.told", field="/record_id",
        )  # fmt: skip
    return known
