"""Settling: the desk's software and the post's delivery must tell the same.

A result that was delivered while the dossier is still open, and a dossier that was closed while its result is not
known to be delivered, each stand in a list until the two agree. A desk's system says by itself when it closed a
dossier, or is asked, some two thousand dossiers a round, the longest not asked about first. Only the end of the dossier
(10, returned) is spoken of here; the moment at which the agency had done its work (9) is the agency's and never
touched.

Source: order 7349/UBND-KSTT of Hà Tĩnh, 22/11/2018 (no dossier returned on paper and left open in the software);
status codes 9 and 10 of the national portal.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from postgw.domain.actor import Actor
from postgw.domain.closing import Closing, Unsettled
from postgw.domain.dossier_system import DossierSystem
from postgw.domain.errors import Conflict, Invalid, Refused, Unknown, Unreachable
from postgw.domain.legal_day import shown
from postgw.domain.page import Page
from postgw.domain.ports import DeskStanding
from postgw.storage import closings, dossiers, standings, wires
from postgw.storage.abreast import abreast
from postgw.storage.database import Database
from postgw.storage.standings import Doubtful, Rhythm

log = logging.getLogger(__name__)

KINDS = ("delivered_open", "closed_undelivered")

#: Design choice: a closing is known the same half-day; what stands open after a month is a person's work.
_RHYTHM = Rhythm(every=timedelta(hours=4), days=30, later=timedelta(days=1))
_ASKED_A_ROUND = 2000
#: So many questions to one system are out at once, and so long, in seconds, it is asked: less than the job's lease.
#: As many refusals in a row say that it does not answer us at all.
_AT_ONCE, _ASKING_SECONDS = 5, 100.0
#: Marks a page's cursor that stands among what systems said, and not among the words that wait.
_SAID_OPEN = "s"


@dataclass(slots=True)
class _Asking:
    """How the asking of one system goes: it begins with one question, and ends with a silence or many refusals."""

    count: int = 0
    refused: int = 0  #: in a row
    silent: bool = False

    def allowed(self, room: int) -> int:
        """Return how many more questions may go: never so many that more refusals than bearable could come back."""
        if self.silent:
            return 0
        return max(room - self.refused, 0) if self.count else 1

    def answered(self, is_answer: bool) -> None:
        """Count what came back, an answer or a refusal."""
        self.count += 1
        self.refused = 0 if is_answer else self.refused + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """The acts of laying both tellings side by side."""

    database: Database
    statement_closes: bool
    wired: bool  #: whether desks are told by wire
    answering: tuple[DossierSystem, ...] = ()  #: those that can be asked

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

    async def ask_standings(self, *, at: datetime) -> int:
        """Ask every system how the unsettled dossiers stand, all at once; return how many were asked about."""
        return sum(await asyncio.gather(*(self._ask(one, at) for one in self.answering)))

    async def _ask(self, system: DossierSystem, at: datetime) -> int:
        """Ask one system, some questions at once; it is left in peace when it is silent or refuses time and again."""
        async with self.database.writing() as tx:
            await standings.enrol(tx, system.name, desks=sorted(system.desks), rhythm=_RHYTHM, at=at)
        session = self.database.reading
        due = iter(await standings.due(session, system.name, rhythm=_RHYTHM, at=at, limit=_ASKED_A_ROUND))
        asking = _Asking()

        async def take_up(room: int) -> Sequence[Doubtful]:
            return tuple(islice(due, asking.allowed(room)))

        async def ask(doubtful: Doubtful) -> None:
            try:
                asking.answered(await self._answered(system, doubtful, at))
            except Unreachable as silence:
                asking.silent = True
                async with self.database.writing() as tx:
                    await wires.fell_silent(tx, f"desk:{system.name}", error=str(silence), at=at)

        await abreast(take_up, ask, most=_AT_ONCE, seconds=_ASKING_SECONDS)
        return asking.count

    async def _answered(self, system: DossierSystem, doubtful: Doubtful, at: datetime) -> bool:
        """Ask about one dossier and keep the answer; say whether it was one."""
        try:
            said = await system.desk.standing(doubtful.dossier)
        except Refused as no:
            await self._put_off(system, doubtful, no, at)
            return False
        await self._keep(system, doubtful, said, at)
        return True

    async def _keep(self, system: DossierSystem, of: Doubtful, said: DeskStanding | None, at: datetime) -> None:
        async with self.database.writing() as tx:
            await standings.keep(tx, system.name, of.dossier_id, status=said.status if said else "", at=at)
            if said and said.closed_at:
                await closings.close(tx, of.dossier_id, closed_at=said.closed_at, actor=system.name, at=at)
            await wires.heard(tx, (f"desk:{system.name}",), at=at)

    async def _put_off(self, system: DossierSystem, of: Doubtful, no: Refused, at: datetime) -> None:
        log.warning("%s does not say how a dossier stands: %s", system.name, no.code, extra={"outsider": system.name})
        async with self.database.writing() as tx:
            await standings.put_off(tx, system.name, of.dossier_id, at=at)

    async def unsettled(self, kind: str, *, actor: Actor, cursor: str = "", limit: int = 50) -> Page[Unsettled]:
        """Return one of the two lists, the longest known first.

        Delivered and open: first those whose word still waits, then those that are said to be open all the same.
        """
        actor.must("enquiry")
        listed = self._open if kind == "delivered_open" else self._closed
        rows = await listed(actor, cursor, limit + 1)
        more = rows[limit - 1][0] if len(rows) > limit else ""
        return Page(items=tuple(each for _, each in rows[:limit]), next_cursor=more)

    async def _open(self, actor: Actor, cursor: str, most: int) -> list[tuple[str, Unsettled]]:
        session, said_open = self.database.reading, cursor.startswith(_SAID_OPEN)
        rows: list[tuple[str, Unsettled]] = []
        if not said_open:
            waiting = await closings.delivered_but_open(
                session, unit=actor.unit, statement_closes=self.statement_closes, wired=self.wired,
                after=_after(cursor), limit=most,
            )  # fmt: skip
            rows = [(str(number), each) for number, each in waiting]
        systems = [one.name for one in self.answering]
        if systems and len(rows) < most:
            after = _after(cursor.removeprefix(_SAID_OPEN)) if said_open else 0
            open_still = await closings.delivered_but_said_open(
                session, unit=actor.unit, statement_closes=self.statement_closes, systems=systems, after=after,
                limit=most - len(rows),
            )  # fmt: skip
            rows += [(f"{_SAID_OPEN}{number}", each) for number, each in open_still]
        return rows

    async def _closed(self, actor: Actor, cursor: str, most: int) -> list[tuple[str, Unsettled]]:
        rows = await closings.closed_but_not_delivered(
            self.database.reading, unit=actor.unit, statement_closes=self.statement_closes, after=_after(cursor),
            limit=most,
        )  # fmt: skip
        return [(str(number), each) for number, each in rows]


def _after(cursor: str) -> int:
    return int(cursor) if cursor.isdecimal() else 0
