"""What we asked of the post for each consignment, how far each feed was read, and feed rows nobody could read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from postgw.domain.ports import FeedReject

from . import outbox
from .database import Session, moment
from .outbox import NewErrand


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """One order. `unknown` means: asked, and no answer that says yes or no yet; it is asked again under the same
    number.
    """

    consignment_no: str
    account: str
    state: str  #: waiting, unknown, accepted, refused, cancelling, cancelled
    message: str
    post_ref: str  #: the post's own id of it, where its receipt named one
    cancel_reason: str
    asked_at: datetime
    answered_at: datetime | None
    asked_by: str = ""

    @property
    def order_no(self) -> str:
        """Return the number under which the post knows it: ours, the same at every retry."""
        return self.consignment_no


def _from_row(row: dict[str, Any]) -> Booked:
    return Booked(
        consignment_no=row["consignment_no"], account=row["account"], state=row["state"], message=row["message"],
        post_ref=row["post_ref"],
        cancel_reason=row["cancel_reason"], asked_at=moment(row["asked_at"]), answered_at=moment(row["answered_at"]),  # type: ignore[arg-type]
        asked_by=row["asked_by"],
    )  # fmt: skip


async def ask(tx: Session, consignment_no: str, account: str, *, actor: str, at: datetime) -> Booked:
    """Keep an order, waiting to be sent; one that was refused waits again, any other is left as it is.

    Asked of the same account again, it keeps the moment of the first asking: a try before the refusal may have got
    through, and whoever looks for it looks from there.
    """
    await tx.run(
        "INSERT INTO post_order (consignment_no, account, state, asked_at, asked_by) VALUES ($1, $2, 'waiting', $3, $4)"
        " ON CONFLICT (consignment_no) DO UPDATE SET state = 'waiting', account = $2, asked_by = $4, message = '',"
        " asked_at = CASE WHEN post_order.account = $2 THEN post_order.asked_at ELSE $3 END,"
        " answered_at = CASE WHEN post_order.account = $2 THEN post_order.answered_at END"
        " WHERE post_order.state = 'refused'",
        consignment_no, account, at, actor,
    )  # fmt: skip
    found = await find(tx, consignment_no)
    assert found is not None
    return found


async def find(session: Session, consignment_no: str, *, lock: bool = False) -> Booked | None:
    """Return the order of a consignment."""
    suffix = session.for_update if lock else ""
    row = await session.row(f"SELECT * FROM post_order WHERE consignment_no = $1{suffix}", consignment_no)
    return _from_row(row) if row else None


async def set_state(
    tx: Session,
    consignment_no: str,
    state: str,
    *,
    message: str = "",
    reason: str = "",
    post_ref: str = "",
    at: datetime | None = None,
) -> None:
    """Note what became of an order. `at` is when the post answered."""
    await tx.run(
        "UPDATE post_order SET state = $2, message = $3, answered_at = COALESCE($4, answered_at),"
        " cancel_reason = CASE WHEN $5 = '' THEN cancel_reason ELSE $5 END,"
        " post_ref = CASE WHEN $6 = '' THEN post_ref ELSE $6 END WHERE consignment_no = $1",
        consignment_no, state, message[:500], at, reason, post_ref[:60],
    )  # fmt: skip


async def call_off(tx: Session, consignment_no: str, *, reason: str, at: datetime) -> bool:
    """Call an order off; return whether it is over at once because the post never heard of it.

    Else the post is asked, and the consignment ends with its yes.
    """
    order = await find(tx, consignment_no, lock=True)
    if order is None or order.state in {"waiting", "refused"}:
        if order:
            await set_state(tx, consignment_no, "cancelled", reason=reason)
        return True
    if order.state not in {"cancelling", "cancelled"}:
        await set_state(tx, consignment_no, "cancelling", reason=reason)
        key = f"cancel:{order.order_no}:{at:%Y%m%d%H%M%S%f}"
        await outbox.put(
            tx, [NewErrand(channel="cancel", target=order.account, key=key, subject=consignment_no)], at=at
        )
    return False


async def several(session: Session, numbers: Sequence[str]) -> dict[str, Booked]:
    """Return the orders of several consignments by their numbers."""
    rows = await session.rows(f"SELECT * FROM post_order WHERE consignment_no {session.among(1)}", list(numbers))
    return {row["consignment_no"]: _from_row(row) for row in rows}


async def counts(session: Session) -> dict[str, int]:
    """Return how many orders stand in each state."""
    rows = await session.rows("SELECT state, count(*) AS n FROM post_order GROUP BY state")
    return {row["state"]: row["n"] for row in rows}


async def cursor(session: Session, account: str) -> str:
    """Return how far an account's feed was read; empty before the first time."""
    row = await session.row("SELECT cursor FROM feed WHERE account = $1", account)
    return row["cursor"] if row else ""


async def advance(tx: Session, account: str, *, was: str, now: str, at: datetime) -> bool:
    """Move a feed's cursor, unless somebody else moved it meanwhile."""
    row = await tx.row(
        "INSERT INTO feed (account, cursor, read_at, last_error) VALUES ($1, $3, $4, '') ON CONFLICT (account)"
        " DO UPDATE SET cursor = $3, read_at = $4, failing_since = NULL, last_error = '' WHERE feed.cursor = $2"
        " RETURNING id",
        account, was, now, at,
    )  # fmt: skip
    return row is not None


async def failing(tx: Session, account: str, *, error: str, at: datetime) -> None:
    """Note that a feed could not be read."""
    await tx.run(
        "INSERT INTO feed (account, cursor, failing_since, last_error) VALUES ($1, '', $2, $3)"
        " ON CONFLICT (account) DO UPDATE SET failing_since = COALESCE(feed.failing_since, $2), last_error = $3",
        account, at, error[:300],
    )  # fmt: skip


async def feeds(session: Session) -> list[dict[str, Any]]:
    """Return how each feed fares: account, read_at, failing_since, last_error."""
    rows = await session.rows("SELECT account, read_at, failing_since, last_error FROM feed ORDER BY account")
    return [{**row, "read_at": moment(row["read_at"]), "failing_since": moment(row["failing_since"])} for row in rows]


async def keep_rejects(tx: Session, account: str, rejects: Sequence[FeedReject], *, at: datetime) -> None:
    """Keep feed rows that could not be read, as they came."""
    columns = (
        ("account", "text"), ("record_id", "text"), ("reason", "text"), ("raw_row", "text"),
        ("received_at", "timestamptz"),
    )  # fmt: skip
    rows = [(account, reject.record_id[:64], reject.reason[:300], reject.raw, at) for reject in rejects]
    await tx.insert_many("feed_reject", columns, rows, tail="ON CONFLICT (account, record_id) DO NOTHING")
