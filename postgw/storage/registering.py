"""Keeping a new consignment under a number that nobody has, with the next lent item number where there is one.

The database itself holds the rule of one live consignment per dossier and leg: whoever comes second, from whatever
process, is told the number of the first.

Stands on: consignments, labels, item_numbers, scans. Used by: intake, ordering, withdrawals, homeward.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from postgw.domain import consignment_number
from postgw.domain.consignment import Consignment
from postgw.domain.post_account import PostAccount
from postgw.domain.states import ScanTable

from . import consignments, item_numbers, labels, scans
from .database import Session

#: How often a new number may collide with one that exists before something is wrong with the dice.
_THROWS = 8


async def register(
    tx: Session,
    draft: Consignment,
    *,
    account: PostAccount | None,
    pick: Callable[[int], int],
    table_of: Callable[[str], ScanTable],
    actor: str,
    at: datetime,
) -> Consignment | str:
    """Keep a drafted consignment, of the nature of its account, and return it; or the number of the live one that the
    dossier has on this leg.
    """
    if account is not None:
        draft = replace(draft, account=account.name, public_service=account.public_post)
    for _ in range(_THROWS):
        drawn = replace(draft, consignment_no=consignment_number.mint(pick))
        if made := await consignments.create_next(tx, drawn, actor=actor, at=at):
            return await _with_item_number(tx, made, draft.account, table_of=table_of, actor=actor, at=at)
        _, live = await consignments.issues(tx, draft.dossier_id, draft.leg)
        if live:
            return live
    raise RuntimeError("no free consignment number after many throws")


async def _with_item_number(
    tx: Session, made: Consignment, account: str, *, table_of: Callable[[str], ScanTable], actor: str, at: datetime
) -> Consignment:
    """Give a new consignment the next lent number; one that somebody bound by hand already is passed over."""
    while item_no := await labels.take(tx, account) if account else "":
        locked = (await scans.lock(tx, [made.consignment_no]))[made.consignment_no]
        held = await item_numbers.give(tx, locked, item_no, source="range", actor=actor, at=at, table_of=table_of)
        if held is None:
            return replace(made, item_no=item_no, custody=locked.custody)
    return made
