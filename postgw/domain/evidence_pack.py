"""The evidence pack of one dossier: who held it when, who says so, what was proved, told, promised and paid.

For a complaint, an inspection or a court. The pack has a `content`, which depends on nothing but what is kept, and the
circumstances of its issue around it: issued again, only those differ. The digest of the content stands on the paper.

**Form 06** is the sheet that travels with a dossier and on which each hand signs for taking it over. For dossiers that
travel by post the signed handover records take its place: `handovers` are its rows.

Stands on: evidence, dossier, consignment, manifest, filing, apology, case, time_limit. Used by: services.evidence.
Source: Circular 17/2017/TT-BTTTT art. 14; Circular 01/2018/TT-VPCP, form 06 (control of the handling of a dossier).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from .apology import Apology
from .case import CaseFile
from .consignment import Consignment
from .dossier import Dossier
from .evidence import FORM, Link, Statement, canonical, stamp
from .filing import Filing
from .invitation import Invitation
from .legal_day import legal_day
from .manifest import Manifest
from .promise import KeptPromise
from .retention import kept_until
from .time_limit import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One notice: to whom, of what, and whether it was heard."""

    consignment_no: str
    kind: str
    channel: str
    target: str
    state: str
    happened_at: datetime
    owed_at: datetime
    heard_at: datetime | None
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """One receipt: what was taken, in which ledger, and how it was handed on."""

    receipt_no: str
    ledger: str
    consignment_no: str
    payer: str
    amount_dong: int
    collected_at: datetime
    collected_by: str
    remittance_no: str
    cancelled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """One consignment with its chain, and what was asked of the post."""

    consignment: Consignment
    links: tuple[Link, ...]
    statements: Mapping[int, Statement]
    order: Mapping[str, Any] | None
    clock: Clock
    cases: Sequence[CaseFile] = ()
    invitations: Sequence[Invitation] = ()
    promises: Sequence[KeptPromise] = ()  #: what the citizen's page promised


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Everything kept of one dossier, gathered for a pack."""

    dossier: Dossier
    carried: Sequence[Carried]
    manifests: Sequence[Manifest]
    filings: Sequence[Filing]
    apologies: Sequence[Apology]  #: those that stand issued
    told: Sequence[Told]
    paid: Sequence[Paid]
    unit_names: Mapping[str, str]
    rehearsal: bool
    accepted_on: date
    paper_years: int
    electronic_years: int


def content_of(kept: Kept) -> dict[str, Any]:
    """Return the content of a pack, as plain JSON."""
    numbers = {carried.consignment.consignment_no for carried in kept.carried}
    return {
        "form": FORM,
        "rehearsal": kept.rehearsal,
        "dossier": _dossier(kept.dossier),
        "consignments": [_carried(carried) for carried in kept.carried],
        "handovers": [row for manifest in kept.manifests for row in _handovers(manifest, numbers, kept.unit_names)],
        "proofs": [proof for carried in kept.carried for proof in _proofs(carried)],
        "invitations": [row for carried in kept.carried for row in _invitations(carried)],
        "promises": [row for carried in kept.carried for row in _promises(carried)],
        "notices": [_told(told) for told in kept.told],
        "dates": list(_dates(kept)),
        "cases": [_case(case) for carried in kept.carried for case in carried.cases],
        "money": _money(kept),
        "units": {code: name for code, name in kept.unit_names.items() if code},
    }


def digest_of(content: Mapping[str, Any]) -> str:
    """Return the digest that stands on the paper."""
    return sha256(canonical(content)).hexdigest()


def _dossier(dossier: Dossier) -> dict[str, Any]:
    return {
        "key": dossier.key, "dossier_no": dossier.dossier_no, "intake_ref": dossier.intake_ref,
        "procedure_code": dossier.procedure_code, "service_form": dossier.service_form,
        "receiving_desk": dossier.receiving_desk, "returning_desk": dossier.returning_desk,
        "resolving_agency": dossier.resolving_agency, "applicant_name": dossier.applicant.name,
        "papers": [
            {"name": paper.name, "kind": paper.kind, "quantity": paper.quantity} for paper in dossier.papers
        ],
    }  # fmt: skip


def _carried(carried: Carried) -> dict[str, Any]:
    consignment, held = carried.consignment, {link.scan_id for link in carried.links}
    return {
        "consignment_no": consignment.consignment_no, "item_no": consignment.item_no, "leg": consignment.leg,
        "issue": consignment.issue, "desk": consignment.desk, "to_desk": consignment.to_desk,
        "state": consignment.custody.state, "holder": consignment.custody.holder, "order": carried.order,
        "chain": [_link(link, carried.statements.get(link.scan_id)) for link in carried.links],
        "not_linked": len(set(carried.statements) - held),
    }  # fmt: skip


def _link(link: Link, statement: Statement | None) -> dict[str, Any]:
    shown = statement.personal if statement and not link.is_erased else None
    return {
        "seq": link.seq, "previous_hash": link.previous_hash, "hash": link.hash,
        "scan": dict(statement.plain) if statement else None, "personal_digest": link.personal_digest,
        "salt": link.salt, "personal": dict(shown) if shown else None,
    }  # fmt: skip


def _handovers(manifest: Manifest, numbers: set[str], names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    units = {"to_post": (manifest.desk, manifest.office), "to_desk": (manifest.office, manifest.desk)}
    sides = dict(zip(("giver", "taker"), units[manifest.direction], strict=True))
    signed = manifest.signed_at()
    for line in manifest.lines:
        if line.consignment_no in numbers:
            yield {
                "consignment_no": line.consignment_no, "manifest_no": manifest.manifest_no,
                "direction": manifest.direction, "outcome": line.outcome, "note": line.note,
                "signed_at": stamp(signed) if signed else None,
                **{side: _side(manifest, side, unit, names.get(unit, "")) for side, unit in sides.items()},
            }  # fmt: skip


def _side(manifest: Manifest, side: str, unit: str, name: str) -> dict[str, Any]:
    signature = manifest.signature(side)
    signed = (
        {"person": signature.name, "way": signature.way, "signed_at": stamp(signature.signed_at)} if signature else {}
    )
    return {"unit": unit, "unit_name": name, "person": "", "way": "", "signed_at": None, **signed}


def _proofs(carried: Carried) -> Iterator[dict[str, Any]]:
    for link in carried.links:
        statement = carried.statements.get(link.scan_id)
        if statement and (proof := statement.personal["proof"]):
            at = statement.plain["occurred_at"]
            yield {"consignment_no": link.consignment_no, "seq": link.seq, "delivered_at": at, **proof}


def _invitations(carried: Carried) -> Iterator[dict[str, Any]]:
    for invitation in carried.invitations:
        yield {
            "consignment_no": carried.consignment.consignment_no, "ordinal": invitation.ordinal,
            "invited_on": invitation.invited_on.isoformat(), "way": invitation.way, "by": invitation.by,
        }  # fmt: skip


def _promises(carried: Carried) -> Iterator[dict[str, Any]]:
    for kept in carried.promises:
        promise = kept.promise
        yield {
            "consignment_no": carried.consignment.consignment_no, "ordinal": kept.ordinal,
            "shown_at": stamp(kept.shown_at), "state": promise.state, "office": promise.office,
            "due_at": stamp(promise.due_at) if promise.due_at else None,
            "lawful_until": promise.lawful_until.isoformat() if promise.lawful_until else None,
            "ground": promise.ground,
        }  # fmt: skip


def _told(told: Told) -> dict[str, Any]:
    return {
        "consignment_no": told.consignment_no, "kind": told.kind, "channel": told.channel, "target": told.target,
        "state": told.state, "happened_at": stamp(told.happened_at), "owed_at": stamp(told.owed_at),
        "heard_at": stamp(told.heard_at) if told.heard_at else None, "attempts": told.attempts,
    }  # fmt: skip


def _dates(kept: Kept) -> Iterator[dict[str, Any]]:
    """Yield each date with what it rests on."""
    if kept.dossier.due_on:
        yield {"date": "due_on", "at": kept.dossier.due_on.isoformat(), "of": kept.dossier.key, "from": "dossier"}
    for apology in kept.apologies:
        if apology.new_due_on:
            yield {"date": "new_due_on", "at": apology.new_due_on.isoformat(), "of": kept.dossier.key,
                   "from": f"apology {apology.apology_no}"}  # fmt: skip
    for filing in kept.filings:
        rests_on, of = f"{filing.ground} {filing.source}", filing.consignment_no or kept.dossier.key
        yield _date("filed_at", filing.filed_at, of, rests_on)
        yield {"date": "agency_starts_on", "at": filing.agency_starts_on.isoformat(), "of": of, "from": rests_on}
    for carried in kept.carried:
        custody = carried.consignment.custody
        if carried.clock.due:
            yield {"date": "carried_by", "at": carried.clock.due.isoformat(), "of": carried.consignment.consignment_no,
                   "from": "clock", "reckoning": [str(words) for words in carried.clock.words[1:]]}  # fmt: skip
        if custody.ended and custody.since:
            yield _date("ended_at", custody.since, carried.consignment.consignment_no, f"scan {custody.state}")
    yield from _keeping(kept)


def _keeping(kept: Kept) -> Iterator[dict[str, Any]]:
    """Yield until when records are kept: paper from acceptance, electronic ones from the last word, which is later."""
    told = [each.consignment.custody.heard_at for each in kept.carried]
    last = max([kept.accepted_on, *(legal_day(at) for at in told if at)])
    for name, on, years in (
        ("paper_until", kept.accepted_on, kept.paper_years), ("electronic_until", last, kept.electronic_years)
    ):  # fmt: skip
        yield {"date": name, "at": kept_until(on, years).isoformat(), "of": kept.dossier.key, "from": "rule TT17/2017"}


def _date(name: str, at: datetime, of: str, rests_on: str) -> dict[str, Any]:
    return {"date": name, "at": stamp(at), "of": of, "from": rests_on}


def _case(case: CaseFile) -> dict[str, Any]:
    return {
        "case_no": case.case_no, "kind": case.kind, "consignment_no": case.consignment_no, "state": case.state,
        "opened_at": stamp(case.opened_at), "due_on": case.due_on.isoformat(),
        "closed_at": stamp(case.closed_at) if case.closed_at else None,
    }  # fmt: skip


def _money(kept: Kept) -> dict[str, Any]:
    collect = {carried.consignment.consignment_no: carried.consignment.collect_dong for carried in kept.carried}
    return {
        "fee_dong": kept.dossier.fee_dong,
        "to_collect": [{"consignment_no": number, "collect_dong": dong} for number, dong in collect.items()],
        "receipts": [_paid(paid) for paid in kept.paid],
    }


def _paid(paid: Paid) -> dict[str, Any]:
    return {
        "receipt_no": paid.receipt_no, "ledger": paid.ledger, "consignment_no": paid.consignment_no,
        "payer": paid.payer, "amount_dong": paid.amount_dong, "collected_at": stamp(paid.collected_at),
        "collected_by": paid.collected_by, "remittance_no": paid.remittance_no,
        "cancelled_at": stamp(paid.cancelled_at) if paid.cancelled_at else None,
    }  # fmt: skip
