"""Giving an item number to a consignment: from a lent range, from the post's answer or feed, or by the station's scan.

What was scanned under the number before it had a consignment finds its item in the same transaction; where that is
much, the rest comes with the job that matches strays, which knows how much one journey has room for.

Stands on: consignments, strays, scans. Used by: intake, booking, labelling, feeds.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from postgw.domain.states import ScanTable

from . import consignments, scans, strays
from .database import Session
from .scans import Locked

#: So many waiting scans are taken at once. No item is scanned as often before it is known.
_AT_ONCE = 50


async def give(
    tx: Session,
    locked: Locked,
    item_no: str,
    *,
    source: str,
    office: str = "",
    actor: str,
    at: datetime,
    table_of: Callable[[str], ScanTable],
) -> dict[str, Any] | None:
    """Bind a number to a locked consignment; return the binding that stands in the way, if one does."""
    held = await consignments.bind(tx, locked.consignment_no, item_no, source=source, office=office, actor=actor, at=at)
    if held is not None:
        return held
    locked.item_no = item_no
    waited = await strays.take(tx, [item_no], at=at, limit=_AT_ONCE)
    await scans.keep(tx, [(locked, stray.scan) for stray in waited], table_of=table_of, at=at)
    return None
