"""Wires: how each outsider fares, what waits for it, and what stands still until a person has looked.

Health is what those who called it found: when it last answered, a no included, and since when it is silent. Nothing is
called here.

Source: Circular 17/2017/TT-BTTTT art. 15.1 (the system runs without a break and tells the truth).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from postgw.domain.actor import Actor
from postgw.domain.change import made
from postgw.domain.errors import Unknown
from postgw.storage import accounts, changes, outbox, wires
from postgw.storage.database import Database
from postgw.storage.wires import Backlog, Trouble, WireHealth

#: Rows that nobody could read are shown for so long.
_UNREAD_FOR = timedelta(days=7)
_SHOWN_MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """One outsider as the settings name it."""

    kind: str  #: post, desk, message, hook
    name: str
    title: str  #: of its adapter, for people; of a subscriber, where it listens
    is_read: bool = False  #: whether it has a feed or offers dossiers, and is asked all the time
    rehearsal: bool = False

    @property
    def wire(self) -> str:
        """Name its wire."""
        return f"{self.kind}:{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """How one outsider fares."""

    outside: Outside
    heard_at: datetime | None
    failing_since: datetime | None
    last_error: str
    backlog: Backlog


@dataclass(frozen=True, slots=True, kw_only=True)
class Wires:
    """The act of watching the wires."""

    database: Database
    outsiders: Sequence[Outside]

    async def watch(self, *, actor: Actor, at: datetime) -> tuple[Wire, ...]:
        """Return how every outsider in use fares, subscribers included."""
        actor.must("enquiry")
        session = self.database.reading
        called = {one.name: one for one in await wires.health(session)}
        read = await wires.read_at(session)
        backlogs = await wires.backlogs(session, unread_since=at - _UNREAD_FOR)
        return tuple(
            _wire(one, called.get(one.wire), read.get(one.wire), backlogs.get(one.wire, Backlog()))
            for one in (*self.outsiders, *await self._subscribers())
        )

    async def _subscribers(self) -> list[Outside]:
        hooks = await accounts.hooks(self.database.reading, state="on")
        return [Outside(kind="hook", name=hook.hook_no, title=_host_of(hook.url)) for hook in hooks]

    async def troubles(self, name: str, *, actor: Actor, at: datetime) -> tuple[Trouble, ...]:
        """Return what stands still on one wire. Raises Unknown when there is none of that name."""
        actor.must("admin")
        if name not in {one.wire for one in (*self.outsiders, *await self._subscribers())}:
            raise Unknown("Không có đường truyền {name}.", name=name[:60], code="wire.unknown")
        return await wires.troubles(self.database.reading, name, unread_since=at - _UNREAD_FOR, limit=_SHOWN_MOST)

    async def again(self, name: str, *, actor: Actor, at: datetime) -> int:
        """Try everything again that stands still on one wire, orders excepted: those are mended one by one.

        Returns how many errands. Raises Unknown when there is no wire of that name.
        """
        await self.troubles(name, actor=actor, at=at)
        kind, _, target = name.partition(":")
        channels = [channel for channel, of in wires.WIRE_OF_CHANNEL.items() if of == kind and channel != "post"]
        async with self.database.writing() as tx:
            count = await outbox.replay_all(tx, channels, target, at=at)
            if count:
                await changes.note(tx, made("errand", name, {"count": count}, actor=actor, at=at, act="again"))
        return count


def _wire(
    one: Outside,
    called: WireHealth | None,
    read: tuple[datetime | None, datetime | None, str] | None,
    backlog: Backlog,
) -> Wire:
    heards = [moment for moment in (called.heard_at if called else None, read[0] if read else None) if moment]
    silences = [moment for moment in (called.failing_since if called else None, read[1] if read else None) if moment]
    errors = [error for error in (called.last_error if called else "", read[2] if read else "") if error]
    return Wire(
        outside=one, heard_at=max(heards, default=None), failing_since=min(silences, default=None),
        last_error=errors[0] if errors else "", backlog=backlog,
    )  # fmt: skip


def _host_of(url: str) -> str:
    """Return where a subscriber listens, without what may open a door."""
    return url.split("://")[-1].split("/")[0].split("@")[-1]
