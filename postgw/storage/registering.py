"""Making a consignment: its number is thrown until one is free, and it gets the next lent item number, if there is one.

Stands on: consignments, item_numbers, labels. Used by: intake, ordering, withdrawals.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from postgw.domain import consignment_number
from postgw.domain.consignment import Consignment
from postgw.domain.states import ScanTable

from . import consignments, item_numbers, labels, scans
from .database import Session

#: How often a new number may collide with one that exists before something is wrong with the dice.
_THROWS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Where a new consignment takes its numbers from."""

    pick: Callable[[int], int]
    account: str  #: the account whose lent range it uses; empty: none
    table_of: Callable[[str], ScanTable]


async def register(
    tx: Session, draft: Consignment, numbers: Numbers, *, actor: str, at: datetime
) -> tuple[Consignment | None, str]:
    """Keep a drafted consignment under a new number; where a live one stands in its way, return that one's number."""
    for _ in range(_THROWS):
        issues, live = await consignments.issues(tx, draft.dossier_id, draft.leg)
        if live:
            return None, live
        made = replace(draft, consignment_no=consignment_number.mint(numbers.pick), issue=issues + 1)
        if await consignments.create(tx, made, actor=actor, at=at):
            return await _with_item_number(tx, made, numbers, actor=actor, at=at), ""
    raise RuntimeError("no free consignment number after many throws")


async def _with_item_number(
    tx: Session, consignment: Consignment, numbers: Numbers, *, actor: str, at: datetime
) -> Consignment:
    """Give a new consignment the next lent number; one that somebody bound by hand already is passed over."""
    found = await scans.lock(tx, [consignment.consignment_no])
    locked = found[consignment.consignment_no]
    while item_no := await labels.take(tx, numbers.account) if numbers.account else "":
        held = await item_numbers.give(
            tx, locked, item_no, source="range", actor=actor, at=at, table_of=numbers.table_of
        )
        if held is None:
            return replace(consignment, item_no=item_no, custody=locked.custody)
    return consignment
