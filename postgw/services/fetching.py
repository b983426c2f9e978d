"""Fetching: desks' systems are asked for the dossiers they offer, and told what became of them.

What a system offers is kept as it came, together with how far it was read; taking it in is intake's act. One record
that cannot be read, or a dossier that is refused, never holds the others up: each stands in a list with its reason.

Next on the path: intake.
Source: Decision 45/2016/QĐ-TTg art. 8.4 (both sides exchange the information on dossiers electronically).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from postgw.domain.actor import Actor
from postgw.domain.address import checked_text
from postgw.domain.change import made
from postgw.domain.errors import Conflict, PostgwError, Refused, Unknown, Unreachable
from postgw.domain.offer import Offer
from postgw.domain.page import Page
from postgw.domain.ports import DossierDesk
from postgw.storage import changes, offers, orders, wires
from postgw.storage.database import Database, Session

_PAGE = 200
_PAGES_A_ROUND = 20
_TAKEN_A_ROUND = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """The acts of asking desks' systems."""

    database: Database
    offering: Mapping[str, DossierDesk]  #: those that offer dossiers, by name
    answered: Mapping[str, DossierDesk]  #: those that want to hear what became of them

    async def fetch_due(self, *, at: datetime) -> int:
        """Read what every system offers, all at once; return how many dossiers were new or had changed."""
        return sum(await asyncio.gather(*(self._fetch(system, at) for system in self.offering)))

    async def _fetch(self, system: str, at: datetime) -> int:
        kept = 0
        for _ in range(_PAGES_A_ROUND):
            cursor = await orders.cursor(self.database.reading, _feed_of(system))
            try:
                page = await self.offering[system].offered(cursor, _PAGE)
            except (Refused, Unreachable) as no:
                await self._failed(system, no, at)
                return kept
            async with self.database.writing() as tx:
                if not await orders.advance(tx, _feed_of(system), was=cursor, now=page.cursor, at=at):
                    return kept
                await wires.heard(tx, (_feed_of(system),), at=at)
                await orders.keep_rejects(tx, _feed_of(system), page.rejects, at=at)
                kept += await offers.keep(tx, system, page.offered, at=at)
            if not page.more:
                return kept
        return kept

    async def _failed(self, system: str, no: PostgwError, at: datetime) -> None:
        async with self.database.writing() as tx:
            await orders.failing(tx, _feed_of(system), error=str(no), at=at)
            await wires.fell_silent(tx, _feed_of(system), error=str(no), at=at)

    async def answer_due(self, *, at: datetime) -> int:
        """Tell the systems that want it what became of their offers, all at once; return how many were told."""
        return sum(await asyncio.gather(*(self._answer(system, at) for system in self.answered)))

    async def _answer(self, system: str, at: datetime) -> int:
        due = await offers.unanswered(self.database.reading, system, limit=_PAGE)
        if not due:
            return 0
        try:
            await self.answered[system].answer([answer for _, answer in due])
        except (Refused, Unreachable) as no:
            await self._failed(system, no, at)
            return 0
        async with self.database.writing() as tx:
            await wires.heard(tx, (_feed_of(system),), at=at)
            await offers.answered(tx, [offer_id for offer_id, _ in due], at=at)
        return len(due)

    async def waiting(self) -> tuple[Offer, ...]:
        """Return the offers that are to be taken in, oldest first."""
        return await offers.waiting(self.database.reading, limit=_TAKEN_A_ROUND)

    async def taken(self, offer: Offer, dossier_id: int, *, at: datetime) -> None:
        """Keep that an offer was taken in."""
        async with self.database.writing() as tx:
            await offers.decided(tx, offer.offer_id, state="taken", dossier_id=dossier_id, at=at)

    async def refused(self, offer: Offer, reason: str, *, at: datetime) -> None:
        """Keep that an offer could not be taken, and why."""
        async with self.database.writing() as tx:
            await offers.decided(tx, offer.offer_id, state="refused", reason=reason, at=at)

    async def offers(self, *, state: str, actor: Actor, cursor: str = "", limit: int = 50) -> Page[Offer]:
        """Return offers in a state, newest first."""
        actor.must("intake", "admin")
        before = int(cursor) if cursor.isdecimal() else 0
        found = await offers.listed(self.database.reading, state=state, desk=actor.unit, before=before, limit=limit + 1)
        more = str(found[limit - 1].offer_id) if len(found) > limit else ""
        return Page(items=tuple(found[:limit]), next_cursor=more)

    async def again(self, offer_id: int, *, actor: Actor, at: datetime) -> Offer:
        """Try a refused offer once more.

        Raises Unknown when there is none such, Conflict when its system has offered a later state of the dossier.
        """
        actor.must("intake", "admin")
        async with self.database.writing() as tx:
            offer = await _refused(tx, offer_id, actor)
            if await offers.has_newer(tx, offer):
                raise Conflict("Hệ thống ấy đã gửi bản mới hơn của hồ sơ này. Xem bản mới.", code="offer.superseded")
            await offers.again(tx, offer_id)
            await changes.note(tx, made("offer", str(offer_id), _told(offer), actor=actor, at=at, act="again"))
        return replace(offer, state="waiting", reason="")

    async def drop(self, offer_id: int, *, reason: str, actor: Actor, at: datetime) -> Offer:
        """Give a refused offer up for good, with the reason; its system was told of the refusal."""
        actor.must("admin")
        reason = checked_text(reason, what="lý do", field="/reason", most=300)
        async with self.database.writing() as tx:
            offer = await _refused(tx, offer_id, actor)
            await offers.drop(tx, offer_id)
            told = {**_told(offer), "reason": reason}
            await changes.note(tx, made("offer", str(offer_id), told, actor=actor, at=at, act="dropped"))
        return replace(offer, state="outdated")


async def _refused(tx: Session, offer_id: int, actor: Actor) -> Offer:
    offer = await offers.by_id(tx, offer_id, lock=True)
    if offer is None or offer.state != "refused" or not actor.may_see(offer.dossier.receiving_desk):
        raise Unknown("Không có hồ sơ {number} bị từ chối.", number=offer_id, code="offer.unknown")
    return offer


def _told(offer: Offer) -> dict[str, object]:
    return {"system": offer.system, "record_id": offer.record_id, "refusal": offer.reason}


def _feed_of(system: str) -> str:
    return f"desk:{system}"
