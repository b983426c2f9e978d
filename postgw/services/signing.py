"""Signing: two appointed hands sign the manifest, and with the second one custody passes.

One signed scan is kept for each item that passes, and the later of the two signing moments is the filing time of the
dossiers that arrive by it; their desk is told. Originals that arrive are owed from then on; what the agency gives away
has its notes signed by the same two hands. A wrong moment is never edited. What is carried from desk to desk was filed
before and keeps its filing time.

Source: Decision 45/2016/QĐ-TTg art. 7.1, 7.3, 7.4; Circular 17/2017/TT-BTTTT art. 5.1.g.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from postgw.domain.actor import Actor
from postgw.domain.address import NAME_MOST, checked_text
from postgw.domain.change import changed, made
from postgw.domain.errors import Forbidden, Invalid, Unknown
from postgw.domain.filing import Filing
from postgw.domain.legal_day import legal_day
from postgw.domain.manifest import (
    Manifest,
    Signatory,
    Signature,
    must_be_counted,
    must_be_own_hand,
    must_be_signable,
)
from postgw.domain.note import NoteSignature
from postgw.domain.packing import FROM_AGENCY
from postgw.domain.page import Page
from postgw.domain.ports import Notice
from postgw.domain.scan import Scan, Witness
from postgw.domain.seen import Look, any_version
from postgw.domain.signed_picture import SignedPicture, checked_picture
from postgw.domain.time_limit import agency_start
from postgw.domain.working_calendar import WorkingCalendar
from postgw.rules.book import RuleBook
from postgw.rules.public_holidays import calendar_of
from postgw.storage import (
    changes,
    consignments,
    dossiers,
    filings,
    manifests,
    notes,
    outbox,
    paper_duties,
    province,
    results,
    scans,
    signature_pictures,
)
from postgw.storage.database import Database, Session
from postgw.storage.manifests import Appointment
from postgw.storage.scans import Locked


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """The act of signing."""

    database: Database
    book: RuleBook
    post_name: str
    rehearsal: bool
    pick: Callable[[int], int] = secrets.randbelow

    async def sign(
        self,
        manifest_no: str,
        *,
        side: str,
        signatory_no: str,
        signed_at: datetime | None,
        way: str,
        picture: bytes = b"",
        seen: Look[Manifest] = any_version,
        actor: Actor,
        at: datetime,
    ) -> Manifest:
        """Keep one side's signature, and what it looks like; with the second one custody passes.

        `signed_at` is the moment written on paper; on screen it is now. Raises Conflict while a line is uncounted,
        Forbidden when the person is not appointed for that side on that day, or signs both.
        """
        actor.must("handover")
        must_be_signable(side, way, signed_at, at)
        drawn = checked_picture(picture, way=way)
        moment = signed_at or at
        async with self.database.writing() as tx:
            manifest = await manifests.shown(tx, manifest_no, actor, lock=True)
            seen(manifest)
            signatory = await _appointed(tx, manifest, side, signatory_no, moment)
            given = manifest.signature(side)
            if given and given.signatory == signatory_no:
                return manifest
            manifest.must_be("closed")
            must_be_counted(manifest)
            must_be_own_hand(manifest, side, signatory, way=way, account=actor.name)
            signature = Signature(side=side, signatory=signatory_no, name=signatory.name, signed_at=moment, way=way)
            await manifests.sign(tx, manifest_no, signature, actor=actor.name, at=at)
            if drawn:
                await signature_pictures.keep(tx, manifest_no, side, drawn)
            whole = replace(manifest, signatures=(*manifest.signatures, signature))
            if whole.signed_at():
                await self._pass_custody(tx, whole, actor, at)
            return await manifests.shown(tx, manifest_no, actor)

    async def picture(self, manifest_no: str, side: str, *, actor: Actor) -> SignedPicture:
        """Return what the signature of one side looks like. Raises Unknown when nothing was drawn or scanned."""
        actor.must("handover")
        manifest = await manifests.shown(self.database.reading, manifest_no, actor)
        found = await signature_pictures.find(self.database.reading, manifest.manifest_no, side)
        if found is None:
            raise Unknown("Chữ ký này không có ảnh.", code="sign.no_picture")
        return found

    async def _pass_custody(self, tx: Session, manifest: Manifest, actor: Actor, at: datetime) -> None:
        signed_at = manifest.signed_at()
        assert signed_at is not None
        numbers = [line.consignment_no for line in manifest.passing()]
        if manifest.direction == "to_desk":
            await filings.hold(tx, numbers)
        found = await scans.lock(tx, numbers)
        statements = [(found[number], _signed(manifest, found[number], signed_at, actor, at)) for number in numbers]
        await scans.keep(tx, statements, table_of=self.book.scan_table_of, at=at)
        await manifests.set_state(tx, manifest.manifest_no, "signed", closed_at=None, signed_at=signed_at)
        await paper_duties.handed_over(tx, numbers, to_desk=manifest.direction == "to_desk", at=signed_at)
        if manifest.direction == "to_post":
            await self._keep_notes(tx, manifest, numbers, actor, at)
        else:
            await self._arrive(tx, manifest, [found[number] for number in numbers], signed_at, actor, at)

    async def _keep_notes(
        self, tx: Session, manifest: Manifest, numbers: Sequence[str], actor: Actor, at: datetime
    ) -> None:
        found = await consignments.several(tx, numbers)
        given = [
            NoteSignature(
                side="consignor" if signature.side == "giver" else "post", name=signature.name, digest="",
                signed_at=signature.signed_at, way=manifest.manifest_no,
            )
            for signature in manifest.signatures
        ]  # fmt: skip
        await notes.freeze_signed(
            tx, self.book, [found[number] for number in numbers if found[number].leg in FROM_AGENCY], given,
            post_name=self.post_name, rehearsal=self.rehearsal, actor=actor.name, at=at,
        )  # fmt: skip

    async def _arrive(
        self,
        tx: Session,
        manifest: Manifest,
        arrived: Sequence[Locked],
        signed_at: datetime,
        actor: Actor,
        at: datetime,
    ) -> None:
        """File what was sent, note what came from another desk, and tell the desk."""
        calendar = calendar_of(self.book.holidays_on(legal_day(signed_at)))
        starts_on = agency_start(signed_at, calendar, closes=self.book.agency_closes_on(legal_day(signed_at)))
        notices: list[Notice] = []
        for locked in sorted(arrived, key=lambda each: each.id):
            if locked.leg == "transfer":
                data = {"received_at": signed_at, "manifest_no": manifest.manifest_no, "agency_starts_on": starts_on}
                notices.append(_told(locked, "dossier.transferred", f"moved.{manifest.manifest_no}", signed_at, data))
            if locked.leg != "send":
                continue
            filing = await filings.arrived(
                tx, locked, manifest_no=manifest.manifest_no, signed_at=signed_at, agency_starts_on=starts_on,
                actor=actor.name, at=at,
            )  # fmt: skip
            if filing:
                notices += await self._filed(tx, locked, filing, calendar, actor, at)
        await outbox.announce(tx, notices, at=at)

    async def _filed(
        self, tx: Session, locked: Locked, filing: Filing, calendar: WorkingCalendar, actor: Actor, at: datetime
    ) -> list[Notice]:
        """Return what is told of a filing; a same-day procedure wants the post back at once."""
        dossier = (await dossiers.by_id(tx, locked.dossier_id)).dossier
        told = [_told(locked, "dossier.filed", f"filed.{filing.source}", filing.filed_at, filing.told(dossier.due_on))]
        procedure = await province.procedure(tx, dossier.procedure_code, on=legal_day(filing.filed_at))
        if procedure and procedure.same_day and dossier.service_form != "send":
            pickup = await results.ask_pickup(
                tx, locked.dossier_id, kind="same_day", desk=dossier.returning_desk, calendar=calendar,
                actor=actor.name, at=at,
            )  # fmt: skip
            data = {"pickup_no": pickup.pickup_no if pickup else "", "office": pickup.office if pickup else ""}
            told.append(_told(locked, "same_day.pickup", f"same_day.{filing.source}", filing.filed_at, data))
        return told

    async def appoint(
        self,
        *,
        unit_kind: str,
        unit: str,
        name: str,
        subject: str,
        account: str,
        valid_from: date,
        valid_to: date | None,
        actor: Actor,
        at: datetime,
    ) -> Signatory:
        """Appoint a person to sign for a unit."""
        actor.must("admin")
        if unit_kind not in {"desk", "office"} or subject not in {"dossiers", "fees"}:
            raise Invalid("Đơn vị phải là desk hoặc office; việc phải là dossiers hoặc fees.", code="signatory.kind")
        signatory = Signatory(
            signatory_no=f"NK-{unit}-{self.pick(10**8):08d}",
            unit_kind=unit_kind,
            unit=unit,
            name=checked_text(name, what="tên người ký", field="/name", most=NAME_MOST),
            subject=subject,
            account=account,
        )
        async with self.database.writing() as tx:
            await province.must_be_unit(tx, unit, unit_kind, field="/unit")
            await manifests.appoint(tx, signatory, valid_from=valid_from, valid_to=valid_to, actor=actor.name, at=at)
            told = {"name": signatory.name, "subject": subject, "valid_from": valid_from, "valid_to": valid_to}
            await changes.note(tx, made("signatory", signatory.signatory_no, told, actor=actor, at=at, unit=unit))
        return signatory

    async def dismiss(self, signatory_no: str, *, on: date, actor: Actor, at: datetime) -> None:
        """Let a person sign no more after a day; what was signed stays signed.

        Raises Invalid when that day is past, Unknown when nobody of this number may sign then.
        """
        actor.must("admin")
        if on < legal_day(at):
            raise Invalid("Ngày cuối đã qua. Chọn từ hôm nay trở đi.", code="signatory.past", field="/on")
        async with self.database.writing() as tx:
            known = await manifests.dismiss(tx, signatory_no, on=on)
            if known is None:
                raise Unknown("Không có người ký {number} đang được cử.", number=signatory_no[:40],
                              code="signatory.unknown")  # fmt: skip
            was = {"name": known.name, "valid_to": None}
            change = changed("signatory", signatory_no, was, {**was, "valid_to": on}, actor=actor, at=at,
                             unit=known.unit, act="ended")  # fmt: skip
            await changes.note(tx, change)

    async def appointments(
        self, *, unit: str = "", cursor: str = "", actor: Actor, limit: int = 50
    ) -> Page[Appointment]:
        """Return who was ever appointed, newest first."""
        actor.must("admin")
        before = int(cursor) if cursor.isdecimal() else 0
        rows = await manifests.appointments(self.database.reading, unit=unit, before=before, limit=limit + 1)
        more = str(rows[limit - 1][0]) if len(rows) > limit else ""
        return Page(items=tuple(one for _, one in rows[:limit]), next_cursor=more)

    async def signatories(self, *, unit: str, on: date, actor: Actor) -> tuple[Signatory, ...]:
        """Return who may sign for a unit on a day."""
        actor.must("handover")
        return await manifests.appointed(self.database.reading, on=on, unit=unit)


async def _appointed(session: Session, manifest: Manifest, side: str, signatory_no: str, moment: datetime) -> Signatory:
    people = await manifests.appointed(session, on=legal_day(moment), signatory_no=signatory_no)
    desk_signs = (side == "giver") == (manifest.direction == "to_post")
    unit = manifest.desk if desk_signs else manifest.office
    person = next((p for p in people if p.unit == unit and p.subject == "dossiers"), None)
    if person is None:
        raise Forbidden(
            "Người ký {number} không được cử ký giao nhận hồ sơ cho {unit} vào ngày đó.",
            number=signatory_no,
            unit=unit,
            code="sign.not_appointed",
            field="/signatory_no",
        )
    return person


def _told(locked: Locked, kind: str, tail: str, moment: datetime, data: dict[str, Any]) -> Notice:
    return Notice(
        notice_id=f"{locked.consignment_no}.{tail}", kind=kind, at=moment, desk=locked.to_desk or locked.desk,
        consignment_no=locked.consignment_no, dossier_no=locked.dossier_no, item_no=locked.item_no, leg=locked.leg,
        state=locked.custody.state, data=data,
    )  # fmt: skip


def _signed(manifest: Manifest, locked: Locked, signed_at: datetime, actor: Actor, at: datetime) -> Scan:
    arrives = "returned" if locked.leg == "return" else "delivered"
    return Scan(
        source=f"manifest:{manifest.manifest_no}",
        source_id=locked.consignment_no,
        witness=Witness.SIGNED,
        code="collected" if manifest.direction == "to_post" else arrives,
        occurred_at=signed_at,
        received_at=at,
        office=manifest.office,
        actor=actor.name,
        manifest_no=manifest.manifest_no,
        proved=True,
    )
