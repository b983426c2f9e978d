"""What is owed of papers. A duty is opened in the transaction that causes it, and where it stands is read off the
consignment that carries it, so that none is missed and none is closed too soon.

Stands on: paper_checks, dossiers. Used by: signing, delivery, papers, supplements, notes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from postgw.domain.consignment import Consignment
from postgw.domain.paper import Paper
from postgw.domain.paper_duty import PaperDuty, Withdrawn, checked_withdrawn, matched, must_be_settled

from . import consignments, dossiers, paper_checks
from .database import Session, moment

_COLUMNS = (
    ("dossier_id", "bigint"), ("kind", "text"), ("desk", "text"), ("name", "text"), ("paper_kind", "text"),
    ("quantity", "smallint"), ("opened_by", "text"), ("opened_at", "timestamptz"),
)  # fmt: skip
#: What carries an old paper is the newest withdrawal since it was collected: one that was lost or called off may be
#: followed by another.
_FROM = (
    "FROM paper_duty p JOIN dossier d ON d.id = p.dossier_id LEFT JOIN consignment c ON c.id = CASE WHEN p.kind ="
    " 'withdraw' THEN (SELECT max(w.id) FROM consignment w WHERE w.dossier_id = p.dossier_id"
    " AND w.leg = 'withdrawal' AND w.id >= p.carrier_id) ELSE p.carrier_id END"
)
_READ = (
    "p.*, d.dossier_no, d.due_on, c.consignment_no AS carried_by, c.state AS carrier_state, c.holder AS carrier_holder,"
    " c.since_at AS carrier_since"
)
#: The same as `PaperDuty.is_open`; a test holds them together.
_CLOSED = (
    "((p.kind = 'owed' AND p.decision <> 'stays' AND COALESCE(c.state, '') IN ('delivered', 'archived'))"
    " OR (p.kind = 'withdraw' AND (p.outcome = 'lost' OR (p.outcome = 'collected'"
    " AND COALESCE(c.state, '') = 'delivered'))))"
)
_PLAIN = (
    "kind", "desk", "name", "paper_kind", "quantity", "opened_by", "decision", "decision_reason", "decided_by",
    "outcome", "outcome_note", "outcome_by",
)  # fmt: skip


async def open_owed(tx: Session, handed_in: Sequence[Consignment], *, at: datetime) -> None:
    """Let each original of dossiers that the agency now has be owed back; what is owed already stays as it is."""
    for consignment in handed_in:
        originals = [p for p in await paper_checks.inside(tx, consignment) if p.must_return and p.kind == "original"]
        desk = consignment.to_desk or consignment.desk
        await _open(tx, "owed", consignment, desk, originals, at)


async def open_withdrawals(tx: Session, consignment: Consignment, *, at: datetime) -> tuple[Paper, ...]:
    """Let each old paper be asked for at the delivery of a result; return them."""
    kept = await dossiers.by_id(tx, consignment.dossier_id)
    papers = await paper_checks.to_withdraw(tx, consignment.dossier_id, kept.dossier)
    await _open(tx, "withdraw", consignment, consignment.desk, papers, at)
    return papers


async def _open(
    tx: Session, kind: str, consignment: Consignment, desk: str, papers: Sequence[Paper], at: datetime
) -> None:
    together: dict[tuple[str, str], int] = {}
    for paper in papers:
        together[paper.name, paper.kind] = together.get((paper.name, paper.kind), 0) + paper.quantity
    rows = [
        (consignment.dossier_id, kind, desk, name, paper_kind, quantity, consignment.consignment_no, at)
        for (name, paper_kind), quantity in sorted(together.items())
    ]
    await tx.insert_many(
        "paper_duty", _COLUMNS, rows, tail="ON CONFLICT (dossier_id, kind, name, paper_kind) DO NOTHING"
    )


async def settle(
    tx: Session, consignment: Consignment, withdrawn: Sequence[Withdrawn], *, actor: str, at: datetime
) -> tuple[PaperDuty, ...]:
    """Keep what became of the old papers at a delivery; return those that were settled now.

    Raises Conflict while one of them has no outcome, Invalid when another paper is told of. What was settled before
    stays as it was.
    """
    withdrawn = checked_withdrawn(withdrawn)
    await open_withdrawals(tx, consignment, at=at)
    duties = [each for each in await of_dossier(tx, consignment.dossier_id) if each.kind == "withdraw"]
    told = matched(withdrawn, [each.name for each in duties])
    to_come = [each for each in duties if not each.outcome]
    must_be_settled(consignment.consignment_no, [each.name for each in to_come if each.name not in told])
    for duty in to_come:
        outcome = told[duty.name]
        await tx.run(
            "UPDATE paper_duty SET outcome = $2, outcome_note = $3, outcome_at = $4, outcome_by = $5 WHERE id = $1",
            duty.duty_no, outcome.outcome, outcome.note, at, actor,
        )  # fmt: skip
    settled = {duty.duty_no for duty in to_come}
    return tuple(each for each in await of_dossier(tx, consignment.dossier_id) if each.duty_no in settled)


async def carry(tx: Session, duty_nos: Sequence[int], consignment_no: str) -> None:
    """Note which consignment carries papers."""
    await tx.run(
        "UPDATE paper_duty SET carrier_id = (SELECT id FROM consignment WHERE consignment_no = $2)"
        f" WHERE id {tx.among(1, 'bigint')}",
        list(duty_nos), consignment_no,
    )  # fmt: skip


async def decide(
    tx: Session, duty_no: int, *, decision: str, reason: str, consignment_no: str, actor: str, at: datetime
) -> None:
    """Keep that an original goes out with a result, or why it stays."""
    await tx.run(
        "UPDATE paper_duty SET decision = $2, decision_reason = $3, decided_at = $4, decided_by = $5,"
        " carrier_id = (SELECT id FROM consignment WHERE consignment_no = $6) WHERE id = $1",
        duty_no, decision, reason, at, actor, consignment_no,
    )  # fmt: skip


async def all_go(tx: Session, dossier_id: int, consignment_no: str, *, actor: str, at: datetime) -> None:
    """Let every original that the agency still has go out with a consignment, whatever was said of it before."""
    for duty in await of_dossier(tx, dossier_id):
        if duty.kind == "owed" and duty.stage in {"at_agency", "stays", "confirmed"}:
            await decide(
                tx, duty.duty_no, decision="goes", reason="", consignment_no=consignment_no, actor=actor, at=at
            )


async def find(session: Session, duty_no: int, *, lock: bool = False) -> tuple[int, PaperDuty] | None:
    """Return a duty with the row number of its dossier."""
    if lock:
        await session.run(f"SELECT id FROM paper_duty WHERE id = $1{session.for_update}", duty_no)
    row = await session.row(f"SELECT {_READ} {_FROM} WHERE p.id = $1", duty_no)
    return (row["dossier_id"], _duty(row)) if row else None


async def of_dossier(session: Session, dossier_id: int) -> tuple[PaperDuty, ...]:
    """Return the duties of a dossier, oldest first."""
    rows = await session.rows(f"SELECT {_READ} {_FROM} WHERE p.dossier_id = $1 ORDER BY p.id", dossier_id)
    return tuple(_duty(row) for row in rows)


async def of_dossiers(session: Session, ids: Sequence[int]) -> dict[int, list[PaperDuty]]:
    """Return the duties of dossiers, oldest first."""
    found: dict[int, list[PaperDuty]] = defaultdict(list)
    for row in await session.rows(
        f"SELECT {_READ} {_FROM} WHERE p.dossier_id {session.among(1, 'bigint')} ORDER BY p.id", list(ids)
    ):
        found[row["dossier_id"]].append(_duty(row))
    return found


async def listed(
    session: Session, *, desk: str, dossier: str, state: str, before: int, limit: int
) -> tuple[PaperDuty, ...]:
    """Return the duties of a desk (or of all) and of a dossier (or of all), newest first.

    A dossier is named by its number, or as `DESK/reference`.
    """
    standing = {"open": f" AND NOT {_CLOSED}", "closed": f" AND {_CLOSED}"}.get(state, "")
    rows = await session.rows(
        f"SELECT {_READ} {_FROM} WHERE p.id < $1 AND ($2 = '' OR p.desk = $2) AND ($3 = '' OR d.dossier_no = $3"
        " OR d.receiving_desk || '/' || d.intake_ref = $3)"
        f"{standing} ORDER BY p.id DESC LIMIT {int(limit)}",
        before or 2**62, desk, dossier,
    )  # fmt: skip
    return tuple(_duty(row) for row in rows)


async def undecided(session: Session, numbers: Sequence[str]) -> frozenset[str]:
    """Return, of these consignments, the results whose dossier still owes an original that nobody decided on."""
    rows = await session.rows(
        f"SELECT r.consignment_no, p.id FROM consignment r JOIN paper_duty p ON p.dossier_id = r.dossier_id"
        f" AND p.kind = 'owed' AND (p.decision = '' OR (p.decision = 'goes' AND p.carrier_id <> r.id))"
        f" LEFT JOIN consignment c ON c.id = p.carrier_id"
        f" WHERE r.leg = 'return' AND NOT {_CLOSED} AND r.consignment_no {session.among(1)}",
        list(numbers),
    )
    return frozenset(row["consignment_no"] for row in rows)


def papers_of(duties: Sequence[PaperDuty]) -> tuple[Paper, ...]:
    """Return duties as lines of a paper list."""
    return tuple(Paper(name=each.name, kind=each.paper_kind, quantity=each.quantity) for each in duties)


def _duty(row: dict[str, Any]) -> PaperDuty:
    opened_at = moment(row["opened_at"])
    assert opened_at is not None
    return PaperDuty(
        **{name: row[name] for name in _PLAIN}, duty_no=row["id"], dossier_no=row["dossier_no"] or "",
        opened_at=opened_at, decided_at=moment(row["decided_at"]), outcome_at=moment(row["outcome_at"]),
        carried_by=row["carried_by"] or "", carrier_state=row["carrier_state"] or "",
        carrier_holder=row["carrier_holder"] or "", carrier_since=moment(row["carrier_since"]),
        due_on=_day(row["due_on"]),
    )  # fmt: skip


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


_NEVER = "9999-12-31"
#: The order of what is owed: by the day of the result, what has none last.
_BY_DUE = "COALESCE(CAST(d.due_on AS text), '9999-12-31')"


async def owed(session: Session, *, desk: str, kind: str, after: str, limit: int) -> list[tuple[str, PaperDuty]]:
    """Return open duties of a desk (or of all), what was due first first, each with where the next page goes on."""
    due, _, number = after.partition(".")
    rows = await session.rows(
        f"SELECT {_READ} {_FROM} WHERE ($1 = '' OR p.desk = $1) AND ($2 = '' OR p.kind = $2) AND NOT {_CLOSED}"
        f" AND ({_BY_DUE}, p.id) > ($3, $4) ORDER BY {_BY_DUE}, p.id LIMIT {int(limit)}",
        desk, kind, due, int(number) if number.isdecimal() else 0,
    )  # fmt: skip
    found = [_duty(row) for row in rows]
    return [(f"{each.due_on or _NEVER}.{each.duty_no}", each) for each in found]


async def handed_over(tx: Session, numbers: Sequence[str], *, to_desk: bool, at: datetime) -> None:
    """Open what follows from a signed handover: originals the agency now has, old papers the post is to bring."""
    found = await consignments.several(tx, numbers)
    if to_desk:
        await open_owed(tx, [each for each in found.values() if each.leg == "send"], at=at)
        return
    for consignment in found.values():
        if consignment.leg == "return":
            await open_withdrawals(tx, consignment, at=at)
