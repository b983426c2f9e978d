"""Whose hands a consignment may pass through: who may act on it, and who may read what is inside.

A postal worker at a citizen's door acts on an item that no office has scanned yet; reading is for the two sides, and
for an office that has had to do with it.

Used by: the services that act on one consignment or read it.
"""

from __future__ import annotations

from postgw.domain.actor import Actor
from postgw.domain.consignment import Consignment
from postgw.domain.errors import Unknown
from postgw.domain.recognise import item_named

from . import consignments, province
from .database import Session

_TOUCHED = (
    "SELECT 1 AS yes FROM consignment c WHERE c.consignment_no = $1 AND ("
    " EXISTS (SELECT 1 FROM paper_check p WHERE p.consignment_id = c.id AND p.office = $2)"
    " OR EXISTS (SELECT 1 FROM packing p WHERE p.consignment_id = c.id AND p.office = $2))"
)


async def at_hand(session: Session, number: str, actor: Actor, *, lock: bool = False) -> Consignment:
    """Return a consignment to whoever may act on it: its desks, and any post office. Raises Unknown to others."""
    consignment = await consignments.find(session, item_named(number), lock=lock)
    if consignment is None:
        raise _unknown(number)
    if actor.may_see(consignment.desk, consignment.to_desk):
        return consignment
    unit = await province.unit(session, actor.unit)
    if unit is None or unit.kind != "office":
        raise _unknown(number)
    return consignment


async def seen(session: Session, number: str, actor: Actor, *, lock: bool = False, field: str = "") -> Consignment:
    """Return a consignment to its desks and to an office that has it or had it. Raises Unknown to others."""
    consignment = await consignments.find(session, item_named(number), lock=lock)
    if consignment is None or not await is_seen(session, consignment, actor):
        raise _unknown(number, field)
    return consignment


async def is_seen(session: Session, consignment: Consignment, actor: Actor) -> bool:
    """Say whether a unit is shown it: a desk what begins or ends there, an office what is or was there."""
    if actor.may_see(consignment.desk, consignment.to_desk, consignment.custody.office):
        return True
    return await consignments.was_at(session, consignment.consignment_no, actor.unit)


async def shown(session: Session, number: str, actor: Actor) -> Consignment:
    """Return a consignment to whoever may read what is inside. Raises Unknown to others."""
    consignment = await consignments.find(session, item_named(number))
    if consignment is None:
        raise _unknown(number)
    if await is_seen(session, consignment, actor):
        return consignment
    if await session.row(_TOUCHED, consignment.consignment_no, actor.unit):
        return consignment
    raise _unknown(number)


def _unknown(number: str, field: str = "") -> Unknown:
    return Unknown("Chưa có bưu gửi mang số {number}.", number=number[:40], code="consignment.unknown", field=field)
