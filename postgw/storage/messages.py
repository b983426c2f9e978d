"""Messages that channels took for citizens, and what the channels said became of them. Neither text nor address.

One that was not sent, because its reader wants none, knows it already, or it is true no more, is written down as well.

A channel may speak of a message before we have written down that it took it. Such a word is laid aside under the
number of the receipt, and is joined to the message when that is known.

Used by: services.messaging, services.message_wishes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from postgw.domain.ports import MessageReceipt, Notice

from . import told as words
from .database import Session, moment

#: In place of a notice: a word about a receipt that is not ours yet.
_ASIDE = "receipt:"
_TO_CITIZEN = "o.subject = $1 AND o.channel = 'citizen'"
#: In one of these states a channel has the message, or had it.
_TOLD = frozenset({"sent", "arrived"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMessage:
    """One message on one channel."""

    notice_id: str
    channel: str
    consignment_no: str
    state: str  #: sent, arrived, failed, unsent
    reason: str
    coding: str
    parts: int
    dong: int
    sent_at: datetime
    told_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """One message that is owed, on one channel, and what became of it; neither text nor address."""

    errand_no: int
    kind: str  #: of the notice: the matter
    happened_at: datetime
    consignment_no: str
    channel: str
    state: str  #: waiting, parked, dropped; else as in `SentMessage`; empty: there was nobody to tell
    reason: str
    due_at: datetime
    sent_at: datetime | None
    told_at: datetime | None

    @property
    def stands_still(self) -> bool:
        """Say whether no channel took it, and nobody tries again by himself."""
        return self.state == "parked"


async def was_taken(session: Session, notice_id: str, channel: str) -> bool:
    """Say whether a channel took a message already."""
    row = await session.row(
        "SELECT state, receipt_no, told_at FROM message WHERE notice_id = $1 AND channel = $2", notice_id, channel
    )
    return row is not None and not (row["state"] == "failed" and row["told_at"] is None)


async def sent(
    tx: Session, notice_id: str, channel: str, receipt: MessageReceipt, *, consignment_no: str, at: datetime
) -> None:
    """Keep that a channel took a message; taken again, the first word stands. What it refused before is forgotten."""
    price, receipt_no = receipt.price, _tidy(receipt.receipt_no, 120)
    await _one_at_a_time(tx, receipt_no)
    await tx.run(
        "INSERT INTO message (notice_id, channel, consignment_no, receipt_no, coding, parts, dong, sent_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (notice_id, channel) DO UPDATE"
        " SET state = 'sent', reason = '', receipt_no = $4, coding = $5, parts = $6, dong = $7, sent_at = $8"
        " WHERE message.state = 'failed' AND message.told_at IS NULL",
        notice_id, channel, consignment_no, receipt_no, price.coding if price else "",
        price.parts if price else 1, price.dong if price else 0, at,
    )  # fmt: skip
    await _join(tx, channel, receipt_no)


async def refused(tx: Session, notice_id: str, channel: str, *, reason: str, consignment_no: str, at: datetime) -> None:
    """Keep that a channel did not take a message, and why; what it took stays taken."""
    await tx.run(
        "INSERT INTO message (notice_id, channel, consignment_no, state, reason, parts, sent_at)"
        " VALUES ($1, $2, $3, 'failed', $4, 0, $5) ON CONFLICT (notice_id, channel) DO NOTHING",
        notice_id, channel, consignment_no, reason[:200], at,
    )  # fmt: skip


async def unsent(tx: Session, notice_id: str, channel: str, *, reason: str, consignment_no: str, at: datetime) -> None:
    """Keep that a message was not sent, and why; what a channel took or refused stays as it is."""
    await tx.run(
        "INSERT INTO message (notice_id, channel, consignment_no, state, reason, parts, sent_at)"
        " VALUES ($1, $2, $3, 'unsent', $4, 0, $5) ON CONFLICT (notice_id, channel) DO NOTHING",
        notice_id, channel, consignment_no, reason, at,
    )  # fmt: skip


async def refused_by(session: Session, notice_id: str) -> frozenset[str]:
    """Return the channels that did not take a message."""
    rows = await session.rows("SELECT channel FROM message WHERE notice_id = $1 AND state = 'failed'", notice_id)
    return frozenset(row["channel"] for row in rows)


async def around(session: Session, notice: Notice) -> tuple[list[Notice], list[Notice]]:
    """Return of one item what the citizen was told before a notice, the oldest first, and what is owed since it.

    What was before what is told by the change feed: errands that were made in one go stand in no order.
    """
    if not notice.consignment_no:
        return [], []
    rows = await session.rows(
        f"SELECT o.*, m.state AS became FROM {words.errands(_TO_CITIZEN)} o"
        " LEFT JOIN message m ON m.channel = o.target AND m.notice_id = o.notice_id",
        notice.consignment_no,
    )  # fmt: skip
    owed = [(said, row["became"]) for row in rows if (said := words.words_of(row))]
    told = [each for each, state in owed if each.event_no < notice.event_no and state in _TOLD]
    since = {each.notice_id: each for each, _ in owed if each.event_no > notice.event_no}
    return sorted(told, key=lambda each: each.event_no), list(since.values())


async def told(tx: Session, channel: str, receipt_no: str, *, state: str, reason: str, at: datetime) -> None:
    """Keep what a channel says became of a message: what arrived stays so, a word about an unknown one waits."""
    receipt_no = _tidy(receipt_no, 120)
    if not receipt_no:
        return
    await _one_at_a_time(tx, receipt_no)
    known = await tx.row("SELECT id FROM message WHERE channel = $1 AND receipt_no = $2", channel, receipt_no)
    if known is None:
        await tx.run(
            "INSERT INTO message (notice_id, channel, receipt_no, parts, sent_at) VALUES ($1, $2, $3, 0, $4)"
            " ON CONFLICT (notice_id, channel) DO NOTHING",
            _aside(receipt_no), channel, receipt_no, at,
        )  # fmt: skip
    await tx.run(
        "UPDATE message SET state = $3, reason = $4, told_at = $5"
        " WHERE channel = $1 AND receipt_no = $2 AND state <> 'arrived'",
        channel, receipt_no, state, _tidy(reason, 200), at,
    )  # fmt: skip


async def _join(tx: Session, channel: str, receipt_no: str) -> None:
    """Give a message what was said of it before we knew its receipt."""
    if not receipt_no:
        return
    early = await tx.row(
        "DELETE FROM message WHERE notice_id = $1 AND channel = $2 RETURNING state, reason, told_at",
        _aside(receipt_no), channel,
    )  # fmt: skip
    if early is not None:
        await told(
            tx, channel, receipt_no, state=early["state"], reason=early["reason"],
            at=moment(early["told_at"]),  # type: ignore[arg-type]
        )  # fmt: skip


async def _one_at_a_time(tx: Session, receipt_no: str) -> None:
    """Let whoever writes a message down and whoever hears of it not pass each other unseen."""
    if receipt_no and not tx.sqlite:
        await tx.run("SELECT pg_advisory_xact_lock(hashtext($1))", receipt_no)


def _tidy(text: str, most: int) -> str:
    """Return what an outsider wrote without what no database takes."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")[:most]


def _aside(receipt_no: str) -> str:
    return _ASIDE + hashlib.sha256(receipt_no.encode()).hexdigest()[:40]


async def of_consignment(session: Session, consignment_no: str) -> tuple[SentMessage, ...]:
    """Return the messages about a consignment, oldest first."""
    rows = await session.rows("SELECT * FROM message WHERE consignment_no = $1 ORDER BY id", consignment_no)
    return tuple(
        SentMessage(
            notice_id=row["notice_id"], channel=row["channel"], consignment_no=row["consignment_no"],
            state=row["state"], reason=row["reason"], coding=row["coding"], parts=row["parts"], dong=row["dong"],
            sent_at=moment(row["sent_at"]), told_at=moment(row["told_at"]),  # type: ignore[arg-type]
        )
        for row in rows
    )  # fmt: skip


async def owed(session: Session, subjects: Sequence[str], *, limit: int = 200) -> tuple[Owed, ...]:
    """Return the messages owed about consignments and dossiers and what became of each, the newest first."""
    about = words.errands(f"o.subject {session.among(1)} AND o.channel = 'citizen'")
    rows = await session.rows(
        f"SELECT o.*, m.state AS became, m.reason, m.sent_at, m.told_at FROM {about} o"
        " LEFT JOIN message m ON m.channel = o.target AND m.notice_id = o.notice_id"
        f" ORDER BY o.id DESC LIMIT {int(limit)}",
        list(subjects),
    )  # fmt: skip
    made = [_owed(row, said) for row in rows if (said := words.words_of(row))]
    return tuple(sorted(made, key=lambda each: each.happened_at, reverse=True))


def _owed(row: dict[str, Any], notice: Notice) -> Owed:
    over = row["state"] == "sent"
    return Owed(
        errand_no=row["id"], kind=notice.kind, happened_at=notice.at,
        consignment_no=notice.consignment_no, channel=row["target"],
        state=(row["became"] or "") if over else row["state"],
        reason=row["reason"] or ("" if over else row["last_error"]), due_at=moment(row["due_at"]),  # type: ignore[arg-type]
        sent_at=moment(row["sent_at"]), told_at=moment(row["told_at"]),
    )  # fmt: skip
