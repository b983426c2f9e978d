"""Settling: the desk's software and the post's delivery must tell the same.

A result that was delivered while the dossier is still open, and a dossier that was closed while its result is not
known to be delivered, each stand in a list until the two agree. Only the end of the dossier (10, returned) is spoken
of here; the moment at which the agency had done its work (9) is the agency's and never touched.

Source: order 7349/UBND-KSTT of Hà Tĩnh, 22/11/2018 (no dossier returned on paper and left open in the software);
status codes 9 and 10 of the national portal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from postgw.domain.actor import Actor
from postgw.domain.closing import Closing, Unsettled
from postgw.domain.errors import Conflict, Invalid, Unknown
from postgw.domain.legal_day import shown
from postgw.domain.page import Page
from postgw.storage import closings, dossiers
from postgw.storage.database import Database

KINDS = ("delivered_open", "closed_undelivered")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """The acts of laying both tellings side by side."""

    database: Database
    statement_closes: bool
    wired: bool  #: whether desks are told by wire

    async def close(self, key: str, *, closed_at: datetime, actor: Actor, at: datetime) -> Closing:
        """Keep that a desk's system closed a dossier; told again, it is the same closing.

        Raises Conflict when another moment was told before, Invalid when the moment has not come yet.
        """
        actor.must("intake")
        if closed_at > at:
            raise Invalid("Lúc đóng hồ sơ không thể sau bây giờ.", code="closing.future", field="/at")
        async with self.database.writing() as tx:
            kept = await dossiers.find(tx, key)
            if kept is None or not actor.may_see(kept.dossier.receiving_desk, kept.dossier.returning_desk):
                raise Unknown("Chưa có hồ sơ {number}.", number=key[:60], code="dossier.unknown")
            await closings.close(tx, kept.dossier_id, closed_at=closed_at, actor=actor.name, at=at)
            closing = await closings.find(tx, kept.dossier_id, kept.dossier.key)
        assert closing is not None
        if closing.closed_at != closed_at:
            raise Conflict(
                "Hồ sơ này đã được báo đóng lúc {moment}. Giữ lời báo đầu tiên.", moment=shown(closing.closed_at),
                code="closing.other",
            )  # fmt: skip
        return closing

    async def unsettled(self, kind: str, *, actor: Actor, cursor: str = "", limit: int = 50) -> Page[Unsettled]:
        """Return one of the two lists, the longest known first."""
        actor.must("enquiry")
        session, after = self.database.reading, int(cursor) if cursor.isdecimal() else 0
        if kind == "delivered_open":
            rows = await closings.delivered_but_open(
                session, unit=actor.unit, statement_closes=self.statement_closes, wired=self.wired, after=after,
                limit=limit + 1,
            )  # fmt: skip
        else:
            rows = await closings.closed_but_not_delivered(
                session, unit=actor.unit, statement_closes=self.statement_closes, after=after, limit=limit + 1
            )
        more = str(rows[limit - 1][0]) if len(rows) > limit else ""
        return Page(items=tuple(each for _, each in rows[:limit]), next_cursor=more)
