"""What recipients chose, before the first delivery or after a failed one: every version kept, the newest
first asked for.

Used by: choosing, invitations, snapshots.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from postgw.domain.choice import CHOOSABLE, COMING, Choice, KeptChoice, current
from postgw.domain.consignment import Consignment
from postgw.domain.legal_day import VIETNAM
from postgw.domain.stop import tried_on

from . import consignments, scan_rows
from .database import Session, moment

_OWN = "(SELECT id FROM consignment WHERE consignment_no = $1)"
#: Where a choice is still to be acted upon: also on the way to the office or service point and in the postman's hands.
_OPEN = sorted(CHOOSABLE | COMING | {"out_for_delivery"})

#: A delivery of today ($4 on) that has not failed since it was asked for.
_UNTRIED = (
    "(h.attempts >= c.attempts OR NOT EXISTS (SELECT 1 FROM scan s WHERE s.consignment_id = c.id"
    " AND s.code = 'attempted' AND s.occurred_at >= $4))"
)


async def add(tx: Session, consignment_no: str, kept: KeptChoice) -> None:
    """Keep a version; its consignment is locked by the caller."""
    choice = kept.choice
    await tx.run(
        "INSERT INTO choice (consignment_id, ordinal, way, deliver_on, day_window, place, attempts, office, paid_by,"
        f" cost_dong, made_at, made_by) VALUES ({_OWN}, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        consignment_no, kept.ordinal, choice.way, choice.on, choice.window, choice.place, kept.attempts, kept.office,
        kept.paid_by, kept.cost_dong, kept.at, kept.by,
    )  # fmt: skip


async def of(session: Session, consignment_no: str) -> tuple[KeptChoice, ...]:
    """Return every version for a consignment, the first one first."""
    rows = await session.rows(f"SELECT * FROM choice WHERE consignment_id = {_OWN} ORDER BY ordinal", consignment_no)
    return tuple(_kept(row) for row in rows)


async def of_several(session: Session, ids: Sequence[int]) -> dict[int, list[KeptChoice]]:
    """Return every version for consignments, by their rows, the first one first."""
    found: dict[int, list[KeptChoice]] = defaultdict(list)
    for row in await session.rows(
        f"SELECT * FROM choice WHERE consignment_id {session.among(1, 'bigint')} ORDER BY ordinal", list(ids)
    ):
        found[row["consignment_id"]].append(_kept(row))
    return found


async def to_do(
    session: Session, *, office: str, on: date | None, today: date, after: int, limit: int
) -> list[tuple[int, Consignment, KeptChoice]]:
    """Return the choices that an office (none named: any) is to act upon, with the row from which the list goes on.

    `on` narrows it to the deliveries of a day. An office finds what it has, and what comes to
    it for its first delivery.
    """
    values: list[Any] = [after, today, _OPEN, datetime.combine(today, time.min, VIETNAM)]
    narrower = ""
    of_office = "(c.office = {n} OR (h.attempts = 0 AND h.office = {n}))"
    for condition, value in ((of_office, office), ("h.deliver_on = {n}", on)):
        if value:
            values.append(value)
            narrower += " AND " + condition.format(n=f"${len(values)}")
    rows = await session.rows(
        "SELECT h.*, c.consignment_no FROM choice h JOIN consignment c ON c.id = h.consignment_id"
        f" WHERE h.id > $1 AND c.live AND c.state {session.among(3)}"
        f" AND (h.deliver_on IS NULL OR h.deliver_on > $2 OR (h.deliver_on = $2 AND {_UNTRIED}))"
        " AND h.ordinal = (SELECT max(o.ordinal) FROM choice o WHERE o.consignment_id = h.consignment_id)"
        f"{narrower} ORDER BY h.id LIMIT {int(limit)}",
        *values,
    )  # fmt: skip
    found = await consignments.several(session, [row["consignment_no"] for row in rows])
    return [(row["id"], found[row["consignment_no"]], _kept(row)) for row in rows]


def _kept(row: dict[str, Any]) -> KeptChoice:
    on, at = row["deliver_on"], moment(row["made_at"])
    assert at is not None  # the column may not be empty
    choice = Choice(
        way=row["way"], on=date.fromisoformat(on) if isinstance(on, str) else on, window=row["day_window"],
        place=row["place"],
    )  # fmt: skip
    return KeptChoice(
        ordinal=row["ordinal"], choice=choice, attempts=row["attempts"], office=row["office"],
        paid_by=row["paid_by"], cost_dong=row["cost_dong"], by=row["made_by"], at=at,
    )  # fmt: skip


async def promised_until(session: Session, consignment: Consignment, on: date) -> date | None:
    """Return the day of a delivery that the recipient asked for and that has not passed."""
    told = await scan_rows.history(session, consignment.consignment_no)
    made = await of(session, consignment.consignment_no)
    standing = current(made, consignment.custody.attempts, on, tried_on=tried_on(told, "attempted"))
    return standing.choice.on if standing else None
