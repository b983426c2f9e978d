"""Cases and their steps.

A case that the gateway opens by itself is opened once, whatever asks again. `add_step` is the only writer of a case's
state: it folds the steps anew (`domain.case`), refuses what may not follow, and stores the result. What names a person
goes into `case_words`, apart from the steps.

Used by: services.cases, services.damage, services.loss, services.compensating, services.lateness.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from postgw.domain.actor import Actor
from postgw.domain.case import ANSWERS, CaseFile, Standing, Step, after, standing_of
from postgw.domain.consignment import Consignment
from postgw.domain.errors import Unknown
from postgw.domain.legal_day import legal_day
from postgw.domain.ports import Notice

from . import consignments, day_serials, outbox, records
from .database import Session, moment

_CASE = (
    "f.id, f.case_no, f.kind, f.desk, f.office, f.state, f.due_on, f.content, f.opened_at, f.opened_by, f.closed_at,"
    " c.consignment_no, c.to_desk"
)
_FROM = "FROM case_file f JOIN consignment c ON c.id = f.consignment_id"
_OWN = "(SELECT id FROM case_file WHERE case_no = $1)"
#: Open cases first, then answered ones, then closed ones.
_RANK = "CASE f.state WHEN 'open' THEN 0 WHEN 'answered' THEN 1 ELSE 2 END"


async def open_once(
    tx: Session, once: str, *, kind: str, consignment_no: str, due_on: date, facts: dict[str, object], at: datetime
) -> str:
    """Open a case in the gateway's own name and return its number; the same `once` again returns the same case.

    `once` names the matter for ever (`late:4K7M29TB6HC`); `facts` name no person.
    """
    await tx.queue_for("case")
    if known := await of_once(tx, once):
        return known
    return await _open(
        tx, once, kind=kind, consignment_no=consignment_no, office=None, due_on=due_on, facts=facts, at=at,
        actor="gateway",
    )  # fmt: skip


async def of_once(session: Session, once: str) -> str:
    """Return the number of the case that was opened for a matter; empty when none was."""
    row = await session.row("SELECT case_no FROM case_file WHERE once = $1", once)
    return str(row["case_no"]) if row else ""


async def of_dossier(session: Session, dossier_id: int, kinds: Sequence[str]) -> tuple[CaseFile, ...]:
    """Return the cases of these kinds about what was carried for a dossier, the newest first."""
    rows = await session.rows(
        f"SELECT {_CASE} {_FROM} WHERE c.dossier_id = $1 AND f.kind {session.among(2)} ORDER BY f.id DESC LIMIT 20",
        dossier_id, list(kinds),
    )  # fmt: skip
    return tuple(_case(row) for row in rows)


async def opened_by(session: Session, dossier_id: int, actor: str, *, since: datetime) -> int:
    """Return how many cases somebody opened about a dossier since a moment."""
    row = await session.row(
        f"SELECT count(*) AS n {_FROM} WHERE c.dossier_id = $1 AND f.opened_by = $2 AND f.opened_at > $3",
        dossier_id, actor, since,
    )  # fmt: skip
    return int(row["n"]) if row else 0


async def open_case(
    tx: Session, once: str | None, *, kind: str, consignment_no: str, office: str, due_on: date,
    facts: Mapping[str, object], words: Mapping[str, object], at: datetime, actor: str,
) -> str:  # fmt: skip
    """Open a case in somebody's name, with its first step; the caller has queued for `case`."""
    case_no = await _open(
        tx, once, kind=kind, consignment_no=consignment_no, office=office, due_on=due_on, facts=facts, at=at,
        actor=actor,
    )  # fmt: skip
    await add_step(tx, case_no, "received", {}, words=words, at=at, actor=actor)
    return case_no


async def _open(
    tx: Session, once: str | None, *, kind: str, consignment_no: str, office: str | None, due_on: date,
    facts: Mapping[str, object], at: datetime, actor: str,
) -> str:  # fmt: skip
    case_no = await next_number(tx, at)
    await tx.run(
        "INSERT INTO case_file (case_no, kind, once, consignment_id, desk, office, due_on, content, opened_at,"
        " opened_by) SELECT $1, $2, $3, id, desk, COALESCE($4, office), $5, $6, $7, $8 FROM consignment"
        " WHERE consignment_no = $9",
        case_no, kind, once, office, due_on, records.to_json(facts), at, actor, consignment_no,
    )  # fmt: skip
    return case_no


async def next_number(tx: Session, at: datetime) -> str:
    """Return the next number of a case; the caller has queued for `case`."""
    prefix = f"KN-{legal_day(at):%y%m%d}-"
    return f"{prefix}{await day_serials.next_serial(tx, 'case_file', 'case_no', prefix):03d}"


async def add_step(
    tx: Session, case_no: str, kind: str, content: Mapping[str, object], *, words: Mapping[str, object] | None = None,
    at: datetime, actor: str,
) -> Standing:  # fmt: skip
    """Write the next step of a locked case and return where it stands then. Raises Conflict when it may not follow."""
    before = await steps(tx, case_no)
    standing = after(standing_of(before), kind, content)
    seq = len(before) + 1
    await tx.run(
        f"INSERT INTO case_step (case_id, seq, kind, content, taken_at, taken_by) VALUES ({_OWN}, $2, $3, $4, $5, $6)",
        case_no, seq, kind, records.to_json(content), at, actor,
    )  # fmt: skip
    if words:
        await tx.run(
            f"INSERT INTO case_words (case_id, seq, content) VALUES ({_OWN}, $2, $3)",
            case_no, seq, records.to_json(words),
        )  # fmt: skip
    closed_at = at if standing.state == "closed" else None
    await tx.run(
        "UPDATE case_file SET state = $2, closed_at = $3 WHERE case_no = $1", case_no, standing.state, closed_at
    )
    return standing


async def steps(session: Session, case_no: str) -> tuple[Step, ...]:
    """Return the steps of a case, the first one first."""
    rows = await session.rows(f"SELECT * FROM case_step WHERE case_id = {_OWN} ORDER BY seq", case_no)
    return tuple(
        Step(
            seq=row["seq"], kind=row["kind"], content=records.from_json(row["content"]), taken_by=row["taken_by"],
            taken_at=moment(row["taken_at"]),  # type: ignore[arg-type]
        )
        for row in rows
    )  # fmt: skip


async def answered(session: Session, case_nos: Sequence[str]) -> dict[str, date]:
    """Return the legal day on which each of several cases was last answered."""
    rows = await session.rows(
        "SELECT f.case_no, max(s.taken_at) AS taken_at FROM case_step s JOIN case_file f ON f.id = s.case_id"
        f" WHERE f.case_no {session.among(1)} AND s.kind {session.among(2)} GROUP BY f.case_no",
        list(case_nos), list(ANSWERS),
    )  # fmt: skip
    return {row["case_no"]: legal_day(moment(row["taken_at"])) for row in rows}  # type: ignore[arg-type]


async def words(session: Session, case_no: str) -> dict[int, dict[str, Any]]:
    """Return what people said in the steps of a case, by step."""
    rows = await session.rows(f"SELECT seq, content FROM case_words WHERE case_id = {_OWN}", case_no)
    return {row["seq"]: records.from_json(row["content"]) for row in rows}


async def set_due(tx: Session, case_no: str, due_on: date, facts: Mapping[str, object]) -> None:
    """Give a case that was reopened its new day, and the facts from which it was reckoned."""
    await tx.run(
        "UPDATE case_file SET due_on = $2, content = $3 WHERE case_no = $1", case_no, due_on, records.to_json(facts)
    )


async def announce(tx: Session, kind: str, case_no: str, item: Consignment, *, at: datetime, **data: object) -> None:
    """Owe the word of something that happened in a case; it names no person."""
    notice = Notice(
        notice_id=f"{case_no}.{kind}.{at:%Y%m%d%H%M%S%f}", kind=f"case.{kind}", at=at, desk=item.desk,
        consignment_no=item.consignment_no, dossier_no=item.dossier_no, item_no=item.item_no, leg=item.leg,
        state=item.custody.state, office=item.custody.office, data={"case_no": case_no, **data},
    )  # fmt: skip
    await outbox.announce(tx, [notice], at=at)


async def find(session: Session, case_no: str, *, lock: bool = False) -> CaseFile | None:
    """Return a case."""
    suffix = session.for_update.replace("UPDATE", "UPDATE OF f") if lock else ""
    row = await session.row(f"SELECT {_CASE} {_FROM} WHERE f.case_no = $1{suffix}", case_no)
    return _case(row) if row else None


async def shown(session: Session, case_no: str, unit: str, *, lock: bool = False) -> CaseFile | None:
    """Return a case that a unit may see: its desks, its office, an office at which the item was; no unit sees all."""
    suffix = session.for_update.replace("UPDATE", "UPDATE OF f") if lock else ""
    row = await session.row(f"SELECT {_CASE} {_FROM} WHERE f.case_no = $1{suffix}", case_no)
    if row is None:
        return None
    if not unit or unit in {row["desk"], row["office"], row["to_desk"]}:
        return _case(row)
    return _case(row) if await consignments.was_at(session, row["consignment_no"], unit) else None


async def seen(session: Session, case_no: str, actor: Actor, *, lock: bool = False) -> CaseFile:
    """Return a case to a unit that may see it. Raises Unknown to others."""
    case = await shown(session, case_no, actor.unit, lock=lock)
    if case is None:
        raise Unknown("Không có vụ việc số {number}.", number=case_no[:40], code="case.unknown")
    return case


async def consignment_of(session: Session, case: CaseFile) -> Consignment:
    """Return the consignment that a case is about."""
    found = await consignments.find(session, case.consignment_no)
    assert found is not None
    return found


async def unfinished(session: Session, consignment_no: str, kind: str, states: Sequence[str]) -> str:
    """Return the newest case of a kind about a consignment that is in one of these states; empty when none is."""
    row = await session.row(
        f"SELECT f.case_no {_FROM} WHERE c.consignment_no = $1 AND f.kind = $2 AND f.state {session.among(3)}"
        " ORDER BY f.id DESC LIMIT 1",
        consignment_no, kind, list(states),
    )  # fmt: skip
    return str(row["case_no"]) if row else ""


#: Where a list goes on: rank, due date and row of the last one seen.
Place = tuple[int, date, int]


def place_of(cursor: str) -> Place | None:
    """Return the place that a cursor names; one that names none is the beginning.

    >>> place_of(cursor_of((1, date(2026, 11, 23), 42))), place_of("x")
    ((1, datetime.date(2026, 11, 23), 42), None)
    """
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) > 8):
        return None
    try:
        return int(cursor[0]), date.fromordinal(int(cursor[1:8])), int(cursor[8:])
    except (ValueError, OverflowError):
        return None


def cursor_of(place: Place) -> str:
    """Return the cursor of a place in a list."""
    rank, due, row = place
    return f"{rank}{due.toordinal():07d}{row}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which cases a list is to hold; an empty field sets no condition."""

    unit: str = ""
    state: str = ""
    kind: str = ""
    consignment_no: str = ""
    overdue_on: date | None = None  #: open and due before this day
    after: Place | None = None  #: of the last one seen

    def conditions(self) -> tuple[str, list[object]]:
        """Return the conditions, each beginning with AND, for values bound from `$1` on."""
        text, values = "", list[object]()
        rank, due, row = self.after or (0, None, 0)
        for condition, value in (
            ("(f.desk = {n} OR f.office = {n} OR c.to_desk = {n})", self.unit),
            ("f.state = {n}", self.state),
            ("f.kind = {n}", self.kind),
            ("c.consignment_no = {n}", self.consignment_no),
            ("f.state = 'open' AND f.due_on < {n}", self.overdue_on),
            (f"({_RANK}, f.due_on, f.id) > ({int(rank)}, {{n}}, {int(row)})", due),
        ):
            if value:
                values.append(value)
                text += " AND " + condition.format(n=f"${len(values)}")
        return text, values


async def listed(session: Session, wanted: Wanted, *, limit: int) -> list[tuple[Place, CaseFile]]:
    """Return cases with the place from which the next page goes on: open ones first, whichever is due first."""
    conditions, values = wanted.conditions()
    rows = await session.rows(
        f"SELECT {_CASE}, {_RANK} AS place {_FROM} WHERE 1 = 1{conditions} ORDER BY {_RANK}, f.due_on, f.id"
        f" LIMIT {int(limit)}",
        *values,
    )
    return [((row["place"], _day(row["due_on"]), row["id"]), _case(row)) for row in rows]


async def erase_words(tx: Session, consignment_ids: Sequence[int]) -> None:
    """Erase what people said in the cases of consignments, who they are and what was photographed, for good."""
    of_them = f"IN (SELECT id FROM case_file WHERE consignment_id {tx.among(1, 'bigint')})"
    ids = list(consignment_ids)
    await tx.run(f"DELETE FROM case_words WHERE case_id {of_them}", ids)
    await tx.run(f"UPDATE damage_record SET people = '{{}}', photo_jpeg = NULL WHERE case_id {of_them}", ids)
    await tx.run(f"UPDATE liability_record SET people = '{{}}' WHERE case_id {of_them}", ids)


def _case(row: Mapping[str, Any]) -> CaseFile:
    opened_at = moment(row["opened_at"])
    assert opened_at is not None
    return CaseFile(
        case_no=row["case_no"], kind=row["kind"], consignment_no=row["consignment_no"], desk=row["desk"],
        office=row["office"], state=row["state"], due_on=_day(row["due_on"]), facts=records.from_json(row["content"]),
        opened_at=opened_at, opened_by=row["opened_by"], closed_at=moment(row["closed_at"]),
    )  # fmt: skip


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
