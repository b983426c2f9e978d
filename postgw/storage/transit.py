"""How one consignment stood against its transit time, for whoever must judge a case: from scans, zones and calendar.

Used by: services.cases, services.damage, services.loss, services.compensating.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from postgw.domain.consignment import Consignment
from postgw.domain.custody import Happening, journey_of
from postgw.domain.errors import Unknown
from postgw.domain.folding import fold
from postgw.domain.legal_day import legal_day
from postgw.domain.time_limit import Clock
from postgw.rules import places
from postgw.rules.book import RuleBook

from . import clocks
from .database import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Transit:
    """What happened to a consignment between its acceptance and its delivery."""

    clock: Clock
    accepted_at: datetime | None
    accepted_office: str
    delivered_on: date | None
    last_office: str

    @property
    def accepted_on(self) -> date | None:
        """Return J: the legal day of acceptance."""
        return legal_day(self.accepted_at) if self.accepted_at else None

    @property
    def ends_on(self) -> date | None:
        """Return the last day of the transit time; where none can be reckoned, the day of acceptance counts."""
        return self.clock.due or self.accepted_on


async def transit(session: Session, book: RuleBook, found: Consignment, *, at: datetime) -> Transit:
    """Return how a consignment stood against its transit time, as it is known now."""
    grounds = await clocks.gather(session, book, [found], at=at)
    told = grounds.told.get(found.consignment_no, ())
    _, happenings = journey_of(found.leg, told, book.scan_table_of(found.rules_version))
    return _transit(grounds.clock(found), happenings)


def _transit(clock: Clock, happenings: Sequence[Happening]) -> Transit:
    moved = [each for each in happenings if each.moved]
    accepted = next((each.lead for each in moved if each.lead.code == "collected"), None)
    delivered = [each.lead.occurred_at for each in moved if each.state.startswith("delivered")]
    offices = [each.lead.office for each in happenings if each.lead.office]
    return Transit(
        clock=clock, accepted_at=accepted.occurred_at if accepted else None,
        accepted_office=accepted.office if accepted else "",
        delivered_on=legal_day(delivered[0]) if delivered else None, last_office=offices[-1] if offices else "",
    )  # fmt: skip


def is_in_one_province(found: Consignment) -> bool:
    """Say whether a consignment stays in its province: by its communes, else by the names that were written.

    Where neither tells, it counts as staying, for the shorter term of an answer harms nobody.
    """
    codes = [_province(each.commune_code) for each in (found.consignor, found.consignee)]
    if all(codes):
        return codes[0] == codes[1]
    names = [_bare(each.province) for each in (found.consignor, found.consignee)]
    return not all(names) or names[0] == names[1]


def _province(commune_code: str) -> str:
    try:
        return places.commune(commune_code).province_code
    except Unknown:
        return ""


def _bare(name: str) -> str:
    return fold(name).removeprefix("tinh ").removeprefix("thanh pho ")
