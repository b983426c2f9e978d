"""Keeping what is told of items as far as their journeys have room; what finds none waits among the strays.

Stands on: scans, strays. Used by: tracking, feeds, strays (the acts).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from postgw.domain.scan import Scan
from postgw.domain.states import ScanTable

from . import scans
from .database import Session
from .scans import Kept, Locked
from .strays import Stray

logger = logging.getLogger(__name__)


async def keep(
    tx: Session,
    statements: Sequence[tuple[Locked, Scan]],
    *,
    table_of: Callable[[str], ScanTable],
    at: datetime,
    most: int,
    requests: Mapping[str, str] = MappingProxyType({}),
) -> Kept:
    """Keep statements for which the journeys have room of `most`, as `scans.keep` does; the log names full items."""
    kept = await scans.keep(tx, statements, table_of=table_of, at=at, requests=requests, most=most)
    for number in sorted({its.consignment_no for its, scan in statements if scan.key in kept.outside}):
        logger.warning("an item has no room for more scans", extra={"consignment_no": number})
    return kept


def left_outside(told: Iterable[tuple[Locked, Scan]], kept: Kept) -> list[Stray]:
    """Return what found no room, as statements to be kept aside."""
    return [Stray(number=locked.consignment_no, scan=scan) for locked, scan in told if scan.key in kept.outside]
