"""Live consignments of which nothing was heard for too long.

Used by: ending.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from postgw.domain.consignment import Consignment

from . import consignments
from .consignments import Wanted
from .database import Session, moment


async def silent(
    session: Session, wanted: Wanted, before: Mapping[str, datetime], *, after: int, limit: int
) -> list[tuple[int, Consignment, datetime]]:
    """Return consignments last heard of before their state's moment, the oldest first, and since when."""
    conditions, values = wanted.conditions()
    bound: list[Any] = [after, *values]
    states = []
    for state, moment_of in before.items():
        bound += [state, moment_of]
        place = len(bound)
        states.append(f"(c.state = ${place - 1} AND COALESCE(c.heard_at, c.created_at) < ${place})")
    rows = await session.rows(
        "SELECT c.id, c.consignment_no, COALESCE(c.heard_at, c.created_at) AS silent_since FROM consignment c"
        f" JOIN dossier d ON d.id = c.dossier_id WHERE c.id > $1{conditions} AND c.live AND ({' OR '.join(states)})"
        f" ORDER BY c.id LIMIT {int(limit)}",
        *bound,
    )
    found = await consignments.several(session, [row["consignment_no"] for row in rows])
    return [(row["id"], found[row["consignment_no"]], _since(row["silent_since"])) for row in rows]


def _since(value: Any) -> datetime:
    at = moment(value)
    assert at is not None  # a consignment has the moment at which it was made
    return at
