"""Registering a consignment: its parties, its number, and the next item number that the post lent.

Several acts register one: intake when the desk asks for a leg, the result that is ready, the rejection that sends
papers home. Each drafts it; what follows is the same for all.

Used by: intake, results, supplements.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from postgw.domain import consignment_number
from postgw.domain.address import Party
from postgw.domain.consignment import Consignment
from postgw.domain.custody import starting_custody
from postgw.domain.dossier import Dossier
from postgw.domain.errors import Conflict, Invalid
from postgw.domain.states import ScanTable

from . import consignments, item_numbers, labels, province, scans
from .database import Session
from .dossiers import KeptDossier
from .province import Unit

#: How often a new number may collide with one that exists before something is wrong with the dice.
_THROWS = 8


async def register(
    tx: Session,
    draft: Consignment,
    *,
    key: str,
    pick: Callable[[int], int],
    lent_to: str,
    table_of: Callable[[str], ScanTable],
    actor: str,
    at: datetime,
) -> Consignment:
    """Register a drafted consignment under a new number; `lent_to` is the post account whose item numbers it takes.

    Raises Conflict, with a link to it, while the dossier of `key` has a live consignment on this leg.
    """
    issues, live = await consignments.issues(tx, draft.dossier_id, draft.leg)
    for _ in range(_THROWS):
        if live:
            raise _already_live(key, live)
        drawn = replace(draft, consignment_no=consignment_number.mint(pick), issue=issues + 1)
        if await consignments.create(tx, drawn, actor=actor, at=at):
            return await _with_item_number(tx, drawn, lent_to, table_of, actor, at)
        issues, live = await consignments.issues(tx, draft.dossier_id, draft.leg)
    raise RuntimeError("no free consignment number after many throws")


def _already_live(key: str, number: str) -> Conflict:
    return Conflict(
        "Hồ sơ {key} đã có bưu gửi {number} trên chiều này.", key=key, number=number,
        code="consignment.live", link=f"/api/v1/consignments/{number}",
    )  # fmt: skip


async def _with_item_number(
    tx: Session, made: Consignment, lent_to: str, table_of: Callable[[str], ScanTable], actor: str, at: datetime
) -> Consignment:
    """Give a new consignment the next lent number; one that somebody bound by hand already is passed over."""
    locked = (await scans.lock(tx, [made.consignment_no]))[made.consignment_no]
    while item_no := await labels.take(tx, lent_to) if lent_to else "":
        held = await item_numbers.give(tx, locked, item_no, source="range", actor=actor, at=at, table_of=table_of)
        if held is None:
            return replace(made, item_no=item_no, custody=locked.custody)
    return made


async def homeward(
    session: Session, kept: KeptDossier, *, desk: str, rules_version: str, without_result: bool = False
) -> Consignment:
    """Return the draft of what goes from a desk to the citizen."""
    dossier = kept.dossier
    return Consignment(
        consignment_no="", dossier_id=kept.dossier_id, dossier_no=dossier.dossier_no, leg="return", desk=desk,
        consignor=as_party(await found_desk(session, desk, "/returning_desk")),
        consignee=dossier.return_to or dossier.applicant, without_result=without_result, rules_version=rules_version,
        custody=starting_custody("return"),
    )  # fmt: skip


async def parties(session: Session, dossier: Dossier, leg: str, to_desk: str) -> tuple[Party, Party]:
    """Return who sends and who receives on a leg. Raises Invalid when a desk is not known."""
    receiving = as_party(await found_desk(session, dossier.receiving_desk, "/receiving_desk"))
    returning = as_party(await found_desk(session, dossier.returning_desk, "/returning_desk"))
    citizen = dossier.return_to or dossier.applicant
    if leg == "send":
        return dossier.applicant, receiving
    if leg == "return":
        return returning, citizen
    if leg == "withdrawal":
        return citizen, returning
    return receiving, as_party(await found_desk(session, to_desk, "/to_desk"))


def as_party(unit: Unit) -> Party:
    """Return a unit as one end of a consignment."""
    return Party(
        name=unit.name, phone=unit.phone, address=unit.address, commune=unit.commune, province=unit.province,
        commune_code=unit.commune_code,
    )  # fmt: skip


async def found_desk(session: Session, code: str, field: str) -> Unit:
    """Return a desk. Raises Invalid, pointing at `field`, when there is none of that code."""
    unit = await province.unit(session, code)
    if unit is None or unit.kind != "desk":
        raise Invalid("Không có bộ phận Một cửa mang mã {number}.", number=code, code="desk.unknown", field=field)
    return unit
