"""Cases and their steps. A case that the gateway opens by itself is opened once, whatever asks again."""

from __future__ import annotations

from datetime import date, datetime

from postgw.domain.legal_day import legal_day

from . import records
from .database import Session


async def open_once(
    tx: Session, once: str, *, kind: str, consignment_no: str, due_on: date, facts: dict[str, object], at: datetime
) -> str:
    """Open a case in the gateway's own name and return its number; the same `once` again returns the same case.

    `once` names the matter for ever (`late:4K7M29TB6HC`); `facts` name no person.
    """
    await tx.queue_for("case")
    if known := await tx.row("SELECT case_no FROM case_file WHERE once = $1", once):
        return str(known["case_no"])
    case_no = await next_number(tx, at)
    await tx.run(
        "INSERT INTO case_file (case_no, kind, once, consignment_id, desk, office, due_on, content, opened_at,"
        " opened_by) SELECT $1, $2, $3, id, desk, office, $4, $5, $6, 'gateway' FROM consignment"
        " WHERE consignment_no = $7",
        case_no, kind, once, due_on, records.to_json(facts), at, consignment_no,
    )  # fmt: skip
    return case_no


async def next_number(tx: Session, at: datetime) -> str:
    """Return the next number of a case; the caller has queued for `case`."""
    prefix = f"KN-{legal_day(at):%y%m%d}-"
    row = await tx.row("SELECT count(*) AS n FROM case_file WHERE substr(case_no, 1, length($1)) = $1", prefix)
    return f"{prefix}{(row['n'] if row else 0) + 1:03d}"
