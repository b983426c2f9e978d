"""What was written of a dossier's filing, the days that were promised, and what the citizen chose.

A filing is added and never changed. `arrived` decides, in the transaction of the signatures, what a signed manifest
means for the dossiers on it. Dossiers are locked before their consignments, here as everywhere.

Used by: signing, filing, supplements, results, forms.
Source: Decision 45/2016/QĐ-TTg art. 7.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from postgw.domain.filing import Appointment, Filing, FilingStanding, FormChoice, Hand

from . import records, supplements
from .database import Session, moment
from .dossiers import KeptDossier
from .scans import Locked


async def hold(tx: Session, consignment_nos: Sequence[str]) -> None:
    """Lock the dossiers of consignments, so that nobody else writes of their filing meanwhile."""
    await tx.rows(
        "SELECT d.id FROM dossier d WHERE d.id IN (SELECT c.dossier_id FROM consignment c"
        f" WHERE c.consignment_no {tx.among(1)}) ORDER BY d.id{tx.for_update}",
        list(consignment_nos),
    )


async def arrived(
    tx: Session,
    locked: Locked,
    *,
    manifest_no: str,
    signed_at: datetime,
    agency_starts_on: date,
    actor: str,
    at: datetime,
) -> Filing | None:
    """Write what a signed manifest means for the filing of one dossier; nothing when it moves nothing.

    The first arrival files it, or the first one after it was sent back. What arrives for a supplement that waits
    completes it, and filing moves there.
    """
    filings = await of(tx, locked.dossier_id)
    waiting = await supplements.waiting_for(tx, locked.dossier_id, consignment_id=locked.id)
    standing = bool(filings) and not await supplements.is_void(tx, locked.dossier_id, filings[-1].seq)
    if standing and waiting is None:
        return None
    if waiting:
        await supplements.complete(
            tx, waiting.supplement_no, completed_at=signed_at, consignment_no=locked.consignment_no, actor=actor
        )
    filing = Filing(
        seq=len(filings) + 1, ground="supplement" if waiting else "manifest", filed_at=signed_at,
        agency_starts_on=agency_starts_on, source=manifest_no, consignment_no=locked.consignment_no,
        notice_id=f"{locked.consignment_no}.filed.{manifest_no}", corrects=filings[-1].notice_id if standing else "",
        entered_at=at, entered_by=actor,
    )  # fmt: skip
    return filing if await add(tx, locked.dossier_id, locked.to_desk or locked.desk, filing) else None


async def add(tx: Session, dossier_id: int, desk: str, filing: Filing) -> bool:
    """Keep one more word on a dossier's filing; return false when it is kept already."""
    content = {"corrects": filing.corrects, "reason": filing.reason, "hands": filing.hands}
    row = await tx.row(
        "INSERT INTO filing (dossier_id, seq, desk, ground, filed_at, agency_starts_on, source, consignment_no,"
        " notice_id, content, entered_at, entered_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        " ON CONFLICT DO NOTHING RETURNING id",
        dossier_id, filing.seq, desk, filing.ground, filing.filed_at, filing.agency_starts_on, filing.source,
        filing.consignment_no, filing.notice_id, records.to_json(content), filing.entered_at, filing.entered_by,
    )  # fmt: skip
    return row is not None


async def of(session: Session, dossier_id: int) -> tuple[Filing, ...]:
    """Return every word on a dossier's filing, the last one in force."""
    rows = await session.rows("SELECT * FROM filing WHERE dossier_id = $1 ORDER BY seq", dossier_id)
    return tuple(_filing(row) for row in rows)


def _filing(row: dict[str, Any]) -> Filing:
    content = records.from_json(row["content"])
    hands = tuple(Hand(**{**hand, "signed_at": moment(hand["signed_at"])}) for hand in content["hands"])
    return Filing(
        seq=row["seq"], ground=row["ground"], filed_at=moment(row["filed_at"]),  # type: ignore[arg-type]
        agency_starts_on=records.day(row["agency_starts_on"]), source=row["source"],
        consignment_no=row["consignment_no"], notice_id=row["notice_id"], corrects=content["corrects"],
        reason=content["reason"], hands=hands,
        entered_at=moment(row["entered_at"]), entered_by=row["entered_by"],  # type: ignore[arg-type]
    )  # fmt: skip


async def standing(session: Session, kept: KeptDossier) -> FilingStanding:
    """Return how a dossier's filing stands."""
    filings = await of(session, kept.dossier_id)
    rejection = await supplements.rejection(session, kept.dossier_id)
    is_void = bool(rejection and filings and rejection.filing_seq == filings[-1].seq)
    last = await appointment(session, kept.dossier_id)
    return FilingStanding(
        key=kept.dossier.key, filings=filings, due_on=kept.dossier.due_on, slip_no=last.slip_no if last else "",
        void_since=rejection.rejected_at if rejection and is_void else None,
    )  # fmt: skip


async def appoint(tx: Session, dossier_id: int, made: Appointment) -> None:
    """Keep a promised day."""
    await tx.run(
        "INSERT INTO appointment (dossier_id, due_on, slip_no, sets, statutory_time, filing_seq, made_at, made_by)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        dossier_id, made.due_on, made.slip_no, made.sets, made.statutory_time, made.filing_seq, made.made_at,
        made.made_by,
    )  # fmt: skip


async def appointment(session: Session, dossier_id: int) -> Appointment | None:
    """Return the promise that holds."""
    row = await session.row("SELECT * FROM appointment WHERE dossier_id = $1 ORDER BY id DESC LIMIT 1", dossier_id)
    if row is None:
        return None
    return Appointment(
        due_on=records.day(row["due_on"]), slip_no=row["slip_no"], sets=row["sets"],
        statutory_time=row["statutory_time"], filing_seq=row["filing_seq"],
        made_at=moment(row["made_at"]), made_by=row["made_by"],  # type: ignore[arg-type]
    )  # fmt: skip


async def without_due(session: Session, *, desk: str, after: int, limit: int) -> list[tuple[int, int]]:
    """Return the dossiers that stand filed and have no due date, longest filed first: row number and dossier."""
    due = "json_extract(d.content, '$.due_on')" if session.sqlite else "d.content::json ->> 'due_on'"
    where, values = (" AND f.desk = $2", [desk]) if desk else ("", [])
    rows = await session.rows(
        f"SELECT f.id, f.dossier_id FROM filing f JOIN dossier d ON d.id = f.dossier_id WHERE f.id > $1{where}"
        f" AND {due} IS NULL"
        " AND f.seq = (SELECT max(g.seq) FROM filing g WHERE g.dossier_id = f.dossier_id)"
        " AND NOT EXISTS (SELECT 1 FROM appointment a WHERE a.dossier_id = f.dossier_id)"
        " AND NOT EXISTS (SELECT 1 FROM rejection r WHERE r.dossier_id = f.dossier_id AND r.filing_seq = f.seq)"
        f" ORDER BY f.id LIMIT {int(limit)}",
        after, *values,
    )  # fmt: skip
    return [(row["id"], row["dossier_id"]) for row in rows]


async def keep_choice(tx: Session, dossier_id: int, choice: FormChoice) -> None:
    """Keep another choice of the citizen."""
    await tx.run(
        "INSERT INTO form_choice (dossier_id, old_form, new_form, consent_at, chosen_at, chosen_by)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        dossier_id, choice.old_form, choice.new_form, choice.consent_at, choice.chosen_at, choice.chosen_by,
    )  # fmt: skip


async def choices(session: Session, dossier_id: int) -> tuple[FormChoice, ...]:
    """Return what the citizen chose instead of what, oldest first."""
    rows = await session.rows("SELECT * FROM form_choice WHERE dossier_id = $1 ORDER BY id", dossier_id)
    return tuple(
        FormChoice(
            old_form=row["old_form"], new_form=row["new_form"], consent_at=moment(row["consent_at"]),  # type: ignore[arg-type]
            chosen_at=moment(row["chosen_at"]), chosen_by=row["chosen_by"],  # type: ignore[arg-type]
        )
        for row in rows
    )  # fmt: skip
