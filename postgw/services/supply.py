"""Supply: how many item numbers are left of what the post lent us, and for how many days they will last.

Source: the contract with the post, which lends ranges; a consignment without a number is not posted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from postgw.domain.actor import Actor
from postgw.domain.number_supply import LowWater, Supply
from postgw.storage import labels
from postgw.storage.database import Database

#: The pace is measured over so long, and from no more than so many of the newest numbers.
_WINDOW = timedelta(days=14)
_LOOKED_AT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberSupply:
    """The act of looking at what is left."""

    database: Database
    low: LowWater

    async def standing(self, *, actor: Actor, at: datetime) -> tuple[Supply, ...]:
        """Return what each account of the post has left, the scarcest first."""
        actor.must("admin")
        session = self.database.reading
        lent: dict[str, int] = {}
        left: dict[str, int] = {}
        for one in await labels.ranges(session):
            size = one.last - one.first + 1
            lent[one.account] = lent.get(one.account, 0) + size
            left[one.account] = left.get(one.account, 0) + size - one.taken
        taken, since = await labels.pace(session, since=at - _WINDOW, limit=_LOOKED_AT)
        days = max(1.0, (at - since) / timedelta(days=1)) if since else 1.0
        found = [
            Supply(account=name, lent=lent[name], left=left[name], a_day=taken.get(name, 0) / days, low=self.low)
            for name in lent
        ]
        return tuple(sorted(found, key=lambda one: (one.state == "ok", one.percent, one.account)))
