"""Messages that channels took for citizens, and what the channels said became of them. Neither text nor address.

Used by: services.notices.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from postgw.domain.ports import MessageReceipt

from .database import Session, moment


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMessage:
    """One message on one channel."""

    notice_id: str
    channel: str
    consignment_no: str
    state: str  #: sent, arrived, failed
    reason: str
    parts: int
    dong: int
    sent_at: datetime
    told_at: datetime | None


async def sent(
    tx: Session, notice_id: str, channel: str, receipt: MessageReceipt, *, consignment_no: str, at: datetime
) -> None:
    """Keep that a channel took a message; taken again, the first word stands."""
    price = receipt.price
    await tx.run(
        "INSERT INTO message (notice_id, channel, consignment_no, receipt_no, coding, parts, dong, sent_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (notice_id, channel) DO NOTHING",
        notice_id, channel, consignment_no, receipt.receipt_no[:120], price.coding if price else "",
        price.parts if price else 1, price.dong if price else 0, at,
    )  # fmt: skip


async def told(tx: Session, channel: str, receipt_no: str, *, state: str, reason: str, at: datetime) -> None:
    """Keep what a channel says became of a message; what has arrived stays so."""
    await tx.run(
        "UPDATE message SET state = $3, reason = $4, told_at = $5"
        " WHERE channel = $1 AND receipt_no = $2 AND receipt_no <> '' AND state <> 'arrived'",
        channel, receipt_no, state, reason[:200], at,
    )  # fmt: skip


async def of_consignment(session: Session, consignment_no: str) -> tuple[SentMessage, ...]:
    """Return the messages about a consignment, oldest first."""
    rows = await session.rows("SELECT * FROM message WHERE consignment_no = $1 ORDER BY id", consignment_no)
    return tuple(
        SentMessage(
            notice_id=row["notice_id"], channel=row["channel"], consignment_no=row["consignment_no"],
            state=row["state"], reason=row["reason"], parts=row["parts"], dong=row["dong"],
            sent_at=moment(row["sent_at"]), told_at=moment(row["told_at"]),  # type: ignore[arg-type]
        )
        for row in rows
    )  # fmt: skip
