"""Consignment notes: what is true of them now, the signatures, and what was kept when both had signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from postgw.domain.consignment import Consignment
from postgw.domain.custody import journey_of
from postgw.domain.legal_day import legal_day
from postgw.domain.note import FrozenNote, Note, NoteEnd, NoteFacts, NoteLine, NoteSignature, digest_of, signed, worded
from postgw.domain.time_limit import span_between
from postgw.rules.book import RuleBook

from . import (
    calendar,
    dossiers,
    packings,
    paper_checks,
    paper_duties,
    prepayments,
    province,
    receipts,
    records,
    scan_rows,
    supplements,
)
from .database import Session, moment

_OWN = "(SELECT id FROM consignment WHERE consignment_no = $1)"
_ZONES = {"same_district": "in_district", "same_province": "inter_district"}
_SERVICES = {"send": "send", "transfer": "send", "return": "return"}


async def gather(session: Session, book: RuleBook, consignment: Consignment, *, at: datetime) -> NoteFacts:
    """Return what is true of a consignment now, as far as its note tells it."""
    kept = await dossiers.by_id(session, consignment.dossier_id)
    procedure = await province.procedure(session, kept.dossier.procedure_code, on=legal_day(kept.created_at))
    no = consignment.consignment_no
    accepted_at, office = await _accepted(session, book, consignment)
    dong, grams = await _ceiling(session, book, consignment, at=accepted_at or at)
    return NoteFacts(
        consignment=consignment, subject=procedure.name if procedure else kept.dossier.procedure_code,
        paid_elsewhere=paid.words if (paid := await prepayments.find(session, consignment.dossier_id)) else "",
        receipts=await receipts.of_consignment(session, no), ceiling_dong=dong, ceiling_grams=grams,
        accepted_at=accepted_at, accepted_office=office, seal_no=(await packings.seals(session, [no])).get(no, ""),
        **await _contents(session, consignment, kept),
    )  # fmt: skip


async def _contents(session: Session, consignment: Consignment, kept: dossiers.KeptDossier) -> dict[str, Any]:
    if consignment.without_result:
        return {"papers": kept.dossier.papers}
    if consignment.leg == "send" and (extra := await supplements.of_consignment(session, consignment.consignment_no)):
        return {"papers": extra.papers, "supplements": True}
    if consignment.leg in {"send", "transfer"}:
        return {"papers": await paper_checks.inside(session, consignment)}
    duties = await paper_duties.of_dossier(session, consignment.dossier_id)
    number = consignment.consignment_no
    if consignment.leg == "withdrawal":
        mine = [duty for duty in duties if duty.kind == "withdraw" and duty.carried_by == number]
        return {"papers": paper_duties.papers_of(mine)}
    owed = [duty for duty in duties if duty.kind == "owed"]
    goes = [duty for duty in owed if duty.decision == "goes" and duty.carried_by == number]
    waits = [duty for duty in owed if duty.is_open and duty.stage == "at_agency" and duty not in goes]
    asked = await paper_checks.to_withdraw(session, kept.dossier_id, kept.dossier)
    settled = {duty.name for duty in duties if duty.kind == "withdraw" and duty.outcome}
    return {
        "originals": paper_duties.papers_of(goes), "unconfirmed": paper_duties.papers_of(waits),
        "to_collect": tuple(paper.name for paper in asked if paper.name not in settled),
    }  # fmt: skip


async def _accepted(session: Session, book: RuleBook, consignment: Consignment) -> tuple[datetime | None, str]:
    """Return when and where the post took the item over, by the leading statement."""
    told = await scan_rows.history(session, consignment.consignment_no)
    _, happenings = journey_of(consignment.leg, told, book.scan_table_of(consignment.rules_version))
    taken = next((each.lead for each in happenings if each.lead.code == "collected"), None)
    if taken is None:
        return None, ""
    office = await province.unit(session, taken.office) if taken.office else None
    return taken.occurred_at, office.name if office else taken.office


async def _ceiling(
    session: Session, book: RuleBook, consignment: Consignment, *, at: datetime
) -> tuple[int | None, int]:
    """Return the most the postage of the lightest band may be; nothing where a zone is not known or lies beyond."""
    ends = (consignment.consignor.commune_code, consignment.consignee.commune_code)
    known, on = await calendar.zones(session, ends), legal_day(at)
    near, far = (next((zone for begun, zone in known.get(code, ()) if begun <= on), None) for code in ends)
    zone = _ZONES.get(span_between(near, far), "") if near and far else ""
    tariff = book.tariff_on(on)
    if not zone or consignment.leg not in _SERVICES:
        return None, 0
    return tariff.ceiling(_SERVICES[consignment.leg], zone, tariff.bands[0]), tariff.bands[0]


async def sign(tx: Session, consignment_no: str, signature: NoteSignature, *, actor: str) -> None:
    """Keep a signature; the same side under the same wording is kept once."""
    await tx.run(
        "INSERT INTO note_signature (consignment_id, side, digest, name, way, signature_png, signed_at, recorded_by)"
        f" VALUES ({_OWN}, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (consignment_id, side, digest) DO NOTHING",
        consignment_no, signature.side, signature.digest, signature.name, signature.way,
        signature.signature_png or None, signature.signed_at, actor,
    )  # fmt: skip


async def signatures(session: Session, consignment_no: str) -> tuple[NoteSignature, ...]:
    """Return every signature under every wording, oldest first."""
    rows = await session.rows(f"SELECT * FROM note_signature WHERE consignment_id = {_OWN} ORDER BY id", consignment_no)
    return tuple(_signature(row) for row in rows)


def _signature(row: Mapping[str, Any]) -> NoteSignature:
    at = moment(row["signed_at"])
    assert at is not None
    return NoteSignature(
        side=row["side"], name=row["name"], digest=row["digest"], signed_at=at, way=row["way"],
        signature_png=row["signature_png"] or b"",
    )  # fmt: skip


async def frozen(session: Session, consignment_no: str) -> FrozenNote | None:
    """Return the note as both have signed it."""
    row = await session.row(f"SELECT * FROM consignment_note WHERE consignment_id = {_OWN}", consignment_no)
    if row is None:
        return None
    frozen_at = moment(row["frozen_at"])
    assert frozen_at is not None
    return FrozenNote(note=_note(records.from_json(row["content"])), digest=row["digest"], frozen_at=frozen_at)


def _note(data: dict[str, Any]) -> Note:
    data["consignor"], data["consignee"] = NoteEnd(**data["consignor"]), NoteEnd(**data["consignee"])
    data["papers"] = tuple(NoteLine(**line) for line in data["papers"])
    data["prices"] = tuple((title, amount) for title, amount in data["prices"])
    return Note(**data)


async def freeze(tx: Session, note: Note, given: Sequence[NoteSignature], *, actor: str, at: datetime) -> FrozenNote:
    """Keep a note word for word, with both signatures; one that is kept already stays as it is."""
    whole, digest = signed(note, given), digest_of(note)
    for signature in given:
        await sign(tx, note.consignment_no, replace(signature, digest=digest), actor=actor)
    await tx.run(
        "INSERT INTO consignment_note (consignment_id, content, digest, frozen_at)"
        f" VALUES ({_OWN}, $2, $3, $4) ON CONFLICT (consignment_id) DO NOTHING",
        note.consignment_no, records.to_json(whole), digest, at,
    )  # fmt: skip
    kept = await frozen(tx, note.consignment_no)
    assert kept is not None
    return kept


async def freeze_signed(
    tx: Session, book: RuleBook, found: Sequence[Consignment], given: Sequence[NoteSignature], *, post_name: str,
    rehearsal: bool, actor: str, at: datetime,
) -> None:  # fmt: skip
    """Keep the notes of what the agency handed over under one manifest: its two hands sign for each of them.

    An original that nobody confirmed is not on the note, for nobody said that it is inside.
    """
    for consignment in found:
        if await frozen(tx, consignment.consignment_no):
            continue
        facts = replace(await gather(tx, book, consignment, at=at), unconfirmed=())
        note = worded(facts, post_name=post_name, rehearsal=rehearsal)
        await freeze(tx, note, given, actor=actor, at=at)
