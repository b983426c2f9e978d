"""Results that are ready, the comings of the post that they need, and the windows of a desk.

Used by: results, signing, handover.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from postgw.domain.legal_day import legal_day
from postgw.domain.paper import Paper
from postgw.domain.pickup_window import Coming, PickupWindow, WindowSet, is_still_to_come, next_coming
from postgw.domain.result import PickupTask, Result
from postgw.domain.working_calendar import WorkingCalendar

from . import manifests, records
from .database import Session, moment
from .manifests import Pickup

_KEY = "COALESCE(d.dossier_no, d.receiving_desk || '/' || d.intake_ref) AS key"
_RESULT = (
    f"SELECT r.*, {_KEY}, d.dossier_no, COALESCE(c.state, '') AS state, COALESCE(t.pickup_no, '') AS pickup_no"
    " FROM result r JOIN dossier d ON d.id = r.dossier_id"
    " LEFT JOIN consignment c ON c.consignment_no = r.consignment_no"
    " LEFT JOIN pickup_task t ON t.dossier_id = r.dossier_id AND t.kind = 'result'"
)
#: Ready, to go by post, and not taken by it.
_WAITING = "r.consignment_no <> '' AND c.state IN ('registered', 'booked')"
_LISTS = {
    "waiting": _WAITING,
    "to_book": f"{_WAITING} AND t.pickup_no = ''",
    "fetched": "r.consignment_no <> '' AND c.state NOT IN ('registered', 'booked', 'cancelled')",
    "counter": "(r.consignment_no = '' OR c.state = 'cancelled')",
}
LISTS = tuple(_LISTS)


async def add(tx: Session, dossier_id: int, made: Result, *, at: datetime) -> None:
    """Keep a result that is ready; the dossier is locked by the caller."""
    await tx.run(
        "INSERT INTO result (dossier_id, desk, ready_at, content, consignment_no, entered_at, entered_by)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        dossier_id, made.desk, made.ready_at, records.to_json(made.papers), made.consignment_no, at, made.entered_by,
    )  # fmt: skip


async def of(session: Session, dossier_id: int) -> Result | None:
    """Return the result of a dossier."""
    row = await session.row(f"{_RESULT} WHERE r.dossier_id = $1", dossier_id)
    return _result(row) if row else None


async def papers_of(session: Session, numbers: Sequence[str]) -> dict[str, tuple[Paper, ...]]:
    """Return the papers of the results that these consignments carry."""
    rows = await session.rows(
        f"SELECT consignment_no, content FROM result WHERE dossier_id IN (SELECT dossier_id FROM consignment"
        f" WHERE consignment_no {session.among(1)})",
        list(numbers),
    )  # fmt: skip
    return {row["consignment_no"]: tuple(Paper(**paper) for paper in records.from_json(row["content"])) for row in rows}


def _result(row: dict[str, Any]) -> Result:
    return Result(
        key=row["key"], dossier_no=row["dossier_no"] or "", desk=row["desk"],
        ready_at=moment(row["ready_at"]),  # type: ignore[arg-type]
        papers=tuple(Paper(**paper) for paper in records.from_json(row["content"])),
        consignment_no=row["consignment_no"], state=row["state"], pickup_no=row["pickup_no"],
        entered_by=row["entered_by"],
    )  # fmt: skip


async def listed(session: Session, which: str, *, desk: str, after: int, limit: int) -> list[tuple[int, Result]]:
    """Return results of one of LISTS, the longest ready first, with the row number from which the next page goes on."""
    wheres, values = [_LISTS[which]], []
    for condition, value in (
        ("r.desk = {n}", desk),
        ("(r.ready_at, r.id) > (SELECT q.ready_at, q.id FROM result q WHERE q.id = {n})", after),
    ):
        if value:
            values.append(value)
            wheres.append(condition.format(n=f"${len(values)}"))
    rows = await session.rows(
        f"{_RESULT} WHERE {' AND '.join(wheres)} ORDER BY r.ready_at, r.id LIMIT {int(limit)}", *values
    )
    return [(row["id"], _result(row)) for row in rows]


async def ask_pickup(
    tx: Session, dossier_id: int, *, kind: str, desk: str, calendar: WorkingCalendar, actor: str, at: datetime
) -> Pickup | None:
    """Ask for a coming of the post once: a booked one is joined, else one is booked by the desk's windows.

    Returns nothing when there is none to be had; the task then waits in the list of those to book.
    """
    row = await tx.row(
        "INSERT INTO pickup_task (dossier_id, kind, desk, asked_at) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (dossier_id, kind) DO UPDATE SET desk = excluded.desk RETURNING pickup_no",
        dossier_id, kind, desk, at,
    )  # fmt: skip
    assert row is not None
    if row["pickup_no"]:
        return await manifests.pickup(tx, row["pickup_no"])
    found = await _coming(tx, desk, calendar, actor, at, today_only=kind == "same_day")
    if found:
        await tx.run(
            "UPDATE pickup_task SET pickup_no = $3 WHERE dossier_id = $1 AND kind = $2", dossier_id, kind,
            found.pickup_no,
        )  # fmt: skip
    return found


async def _coming(
    tx: Session, desk: str, calendar: WorkingCalendar, actor: str, at: datetime, *, today_only: bool
) -> Pickup | None:
    today = legal_day(at)
    latest = today if today_only else calendar.next_working(today)
    for pickup in await manifests.pickups(tx, desk=desk, since=today):
        coming = Coming(on=pickup.on, from_time=pickup.from_time, to_time=pickup.to_time)
        if pickup.on <= latest and pickup.state == "booked" and is_still_to_come(coming, at):
            return pickup
    found = await windows(tx, desk, on=today)
    coming_next = next_coming(found.windows, calendar, at, today_only=today_only) if found else None
    if found is None or coming_next is None:
        return None
    pickup = Pickup(
        pickup_no=manifests.pickup_no(desk, coming_next.on, coming_next.from_time), desk=desk, office=found.office,
        on=coming_next.on, from_time=coming_next.from_time, to_time=coming_next.to_time,
    )  # fmt: skip
    await manifests.book_pickup(tx, pickup, actor=actor, at=at)
    return pickup


async def next_trip(session: Session, desk: str, at: datetime) -> Pickup | None:
    """Return the next coming of the post to a desk that is booked and still to come."""
    for pickup in await manifests.pickups(session, desk=desk, since=legal_day(at)):
        coming = Coming(on=pickup.on, from_time=pickup.from_time, to_time=pickup.to_time)
        if pickup.state == "booked" and is_still_to_come(coming, at):
            return pickup
    return None


async def office_of(session: Session, desk: str, at: datetime) -> str:
    """Return the post office that comes to a desk: by its windows, else by its last manifest; empty when unknown."""
    if found := await windows(session, desk, on=legal_day(at)):
        return found.office
    row = await session.row("SELECT office FROM manifest WHERE desk = $1 ORDER BY id DESC LIMIT 1", desk)
    return row["office"] if row else ""


async def join(tx: Session, pickup: Pickup) -> None:
    """Let what waits for a coming of the post at a desk take this one."""
    await tx.run(
        "UPDATE pickup_task SET pickup_no = $2 WHERE desk = $1 AND pickup_no = ''", pickup.desk, pickup.pickup_no
    )


async def tasks(session: Session, *, desk: str, to_book: bool, after: int, limit: int) -> list[tuple[int, PickupTask]]:
    """Return comings that somebody needs, the longest asked for first, with row numbers."""
    wheres, values = ["t.id > $1"], [after]
    if desk:
        values.append(desk)  # type: ignore[arg-type]
        wheres.append("t.desk = $2")
    wheres += ["t.pickup_no = ''"] if to_book else []
    rows = await session.rows(
        f"SELECT t.*, {_KEY} FROM pickup_task t JOIN dossier d ON d.id = t.dossier_id"
        f" WHERE {' AND '.join(wheres)} ORDER BY t.id LIMIT {int(limit)}",
        *values,
    )
    return [
        (
            row["id"],
            PickupTask(
                key=row["key"], kind=row["kind"], desk=row["desk"], pickup_no=row["pickup_no"],
                asked_at=moment(row["asked_at"]),  # type: ignore[arg-type]
            ),
        )
        for row in rows
    ]  # fmt: skip


async def put_windows(tx: Session, made: WindowSet) -> None:
    """Keep the windows of a desk from a day on; what was said before stays."""
    content = [
        {"weekday": each.weekday, "from_time": f"{each.from_time:%H:%M}", "to_time": f"{each.to_time:%H:%M}"}
        for each in made.windows
    ]
    await tx.run(
        "INSERT INTO pickup_window (desk, office, valid_from, content, reason, author, entered_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        made.desk, made.office, made.valid_from, records.to_json(content), made.reason, made.author, made.entered_at,
    )  # fmt: skip


async def windows(session: Session, desk: str, *, on: date) -> WindowSet | None:
    """Return the windows of a desk in force on a day."""
    row = await session.row(
        "SELECT * FROM pickup_window WHERE desk = $1 AND valid_from <= $2 ORDER BY valid_from DESC, id DESC LIMIT 1",
        desk, on,
    )  # fmt: skip
    return _windows(row) if row else None


async def window_sets(session: Session, *, desk: str) -> tuple[WindowSet, ...]:
    """Return all that was ever said of the windows of a desk (or of all), newest first."""
    where, values = (" WHERE desk = $1", [desk]) if desk else ("", [])
    rows: Sequence[dict[str, Any]] = await session.rows(
        f"SELECT * FROM pickup_window{where} ORDER BY valid_from DESC, id DESC LIMIT 200", *values
    )
    return tuple(_windows(row) for row in rows)


def _windows(row: dict[str, Any]) -> WindowSet:
    made = [
        PickupWindow(
            weekday=each["weekday"], from_time=time.fromisoformat(each["from_time"]),
            to_time=time.fromisoformat(each["to_time"]),
        )
        for each in records.from_json(row["content"])
    ]  # fmt: skip
    return WindowSet(
        desk=row["desk"], office=row["office"], valid_from=records.day(row["valid_from"]), windows=tuple(made),
        reason=row["reason"], author=row["author"], entered_at=moment(row["entered_at"]),  # type: ignore[arg-type]
    )  # fmt: skip
