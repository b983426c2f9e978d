"""Invitations, the signed records behind returns, recalls and changes of address.

`verdict` lays what is kept of an item before the rule of returns (`domain.invitation`), for the act that starts a
return and for the scan that tells of one.

Used by: returns, redirecting, tracking.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from postgw.domain.consignment import Consignment
from postgw.domain.invitation import Invitation, Verdict, kept_for, may_return
from postgw.domain.redirection import Redirection
from postgw.domain.refusal import Refusal
from postgw.domain.witnesses import uncancelled
from postgw.domain.working_calendar import WorkingCalendar
from postgw.rules.book import RuleBook
from postgw.rules.public_holidays import calendar_of

from . import calendar as province_calendar
from . import choices, records, scan_rows
from .database import Session, moment

_OWN = "(SELECT id FROM consignment WHERE consignment_no = $1)"
#: A degraded day further back lies before any invitation that still matters.
_LOOK_BACK = timedelta(days=400)
_PLAIN = ("refuser_name", "organisation", "id_kind", "id_tail", "worker_name", "statement")


async def add(tx: Session, consignment_no: str, made: Invitation, *, office: str, at: datetime) -> None:
    """Keep an invitation; its consignment is locked by the caller."""
    await tx.run(
        f"INSERT INTO invitation (consignment_id, ordinal, invited_on, way, office, made_at, made_by)"
        f" VALUES ({_OWN}, $2, $3, $4, $5, $6, $7)",
        consignment_no, made.ordinal, made.invited_on, made.way, office, at, made.by,
    )  # fmt: skip


async def of(session: Session, consignment_no: str) -> tuple[Invitation, ...]:
    """Return the invitations of a consignment, the first one first."""
    rows = await session.rows(
        f"SELECT * FROM invitation WHERE consignment_id = {_OWN} ORDER BY ordinal", consignment_no
    )
    return tuple(_invitation(row) for row in rows)


async def days_of(session: Session, ids: Sequence[int]) -> dict[int, list[date]]:
    """Return the days on which the recipients of consignments were invited, by rows, the first one first."""
    found: dict[int, list[date]] = defaultdict(list)
    for row in await session.rows(
        "SELECT consignment_id, invited_on FROM invitation"
        f" WHERE consignment_id {session.among(1, 'bigint')} ORDER BY ordinal",
        list(ids),
    ):
        found[row["consignment_id"]].append(_day(row["invited_on"]))
    return found


def _invitation(row: dict[str, Any]) -> Invitation:
    return Invitation(ordinal=row["ordinal"], invited_on=_day(row["invited_on"]), way=row["way"], by=row["made_by"])


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


async def calendar_for(session: Session, book: RuleBook, consignment: Consignment, on: date) -> WorkingCalendar:
    """Return the days that count where the recipient lives, as they are known on a day."""
    communes = [consignment.consignee.commune_code]
    spans = await province_calendar.degraded(session, since=on - _LOOK_BACK)
    return calendar_of(book.holidays_on(on)).with_degraded(
        day for span in spans if span.concerns(communes) for day in span.days()
    )


async def verdict(
    session: Session, book: RuleBook, consignment: Consignment, reason: str, on: date, *, also: Iterable[str] = ()
) -> Verdict:
    """Say whether an item may go back on a day; `also` are reasons of failed attempts that are not kept yet."""
    no = consignment.consignment_no
    told = uncancelled(await scan_rows.history(session, no))
    lawful = may_return(
        reason,
        [*(scan.reason for scan in told if scan.code == "attempted"), *also],
        [made.invited_on for made in await of(session, no)],
        on,
        await calendar_for(session, book, consignment, on),
        book.invitation_rule(on),
        evidenced=await refusal(session, no, reason) is not None,
    )
    if not lawful.allowed or reason != "two_invitations":
        return lawful
    promised = await choices.promised_until(session, consignment, on)
    return kept_for(promised) if promised else lawful


async def keep_refusal(
    tx: Session, consignment_no: str, reason: str, evidence: Refusal, *, actor: str, at: datetime
) -> None:
    """Keep the signed record behind a return; the first for a reason stands."""
    content = {name: getattr(evidence, name) for name in _PLAIN}
    await tx.run(
        f"INSERT INTO refusal (consignment_id, reason, content, signature_png, taken_at, taken_by)"
        f" VALUES ({_OWN}, $2, $3, $4, $5, $6) ON CONFLICT (consignment_id, reason) DO NOTHING",
        consignment_no, reason, records.to_json(content), evidence.signature_png, at, actor,
    )  # fmt: skip


async def refusal(session: Session, consignment_no: str, reason: str) -> Refusal | None:
    """Return the signed record for a reason."""
    row = await session.row(
        f"SELECT content, signature_png FROM refusal WHERE consignment_id = {_OWN} AND reason = $2",
        consignment_no, reason,
    )  # fmt: skip
    return Refusal(**records.from_json(row["content"]), signature_png=row["signature_png"]) if row else None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRefusal:
    """A signed record, why it was made and when."""

    reason: str
    evidence: Refusal
    taken_at: datetime


async def refusals(session: Session, consignment_no: str) -> tuple[KeptRefusal, ...]:
    """Return every signed record about an item, the oldest first."""
    rows = await session.rows(f"SELECT * FROM refusal WHERE consignment_id = {_OWN} ORDER BY id", consignment_no)
    return tuple(
        KeptRefusal(
            reason=row["reason"], taken_at=moment(row["taken_at"]),  # type: ignore[arg-type]
            evidence=Refusal(**records.from_json(row["content"]), signature_png=row["signature_png"]),
        )
        for row in rows
    )  # fmt: skip


async def keep_redirection(tx: Session, consignment_no: str, asked: Redirection) -> None:
    """Keep a recall or a change of address."""
    await tx.run(
        f"INSERT INTO redirection (consignment_id, kind, reason, old_party, new_party, fault, cost_dong, asked_by,"
        f" asked_at) VALUES ({_OWN}, $2, $3, $4, $5, $6, $7, $8, $9)",
        consignment_no, asked.kind, asked.reason, records.to_json(asked.old),
        records.to_json(asked.new) if asked.new else None, asked.fault, asked.cost_dong, asked.asked_by, asked.at,
    )  # fmt: skip


async def redirections(session: Session, consignment_no: str) -> tuple[Redirection, ...]:
    """Return the recalls and changes of address of a consignment, oldest first."""
    rows = await session.rows(f"SELECT * FROM redirection WHERE consignment_id = {_OWN} ORDER BY id", consignment_no)
    return tuple(_redirection(row) for row in rows)


def _redirection(row: dict[str, Any]) -> Redirection:
    at = moment(row["asked_at"])
    assert at is not None
    new = records.from_json(row["new_party"]) if row["new_party"] else None
    return Redirection(
        kind=row["kind"], reason=row["reason"], old=records.party(records.from_json(row["old_party"])),
        new=records.party(new) if new else None, fault=row["fault"], cost_dong=row["cost_dong"],
        asked_by=row["asked_by"], at=at,
    )  # fmt: skip
