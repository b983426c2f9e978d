"""Counters, their printers, and the jobs that wait for them.

A job is claimed under a lease by one conditional statement, so that two programs at one counter print nothing twice;
one whose lease ran out is offered again.

Used by: printing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from postgw.domain.printing import LEASE, Counter, Printer, PrintJob, PrintPaper

from . import records
from .database import Session, moment

_PRINTER = (
    "prints", "media", "stock", "dpi", "queue", "tray", "first_place", "right_tenths", "down_tenths",
)  # fmt: skip
_TEST = ("test_code", "test_outcome", "tested_at", "tested_by")
_JOB = "SELECT j.*, c.counter_no, c.unit FROM print_job j JOIN counter c ON c.id = j.counter_id"
_FREE = "(j.state = 'waiting' OR (j.state = 'taken' AND j.lease_until < $2))"


async def add_counter(tx: Session, counter: Counter, *, actor: str, at: datetime) -> bool:
    """Keep a new counter; return false when its number is taken."""
    row = await tx.row(
        "INSERT INTO counter (counter_no, unit, name, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (counter_no) DO NOTHING RETURNING id",
        counter.counter_no, counter.unit, counter.name, at, actor,
    )  # fmt: skip
    return row is not None


async def change_counter(tx: Session, counter: Counter, *, actor: str, at: datetime, closed: bool = False) -> None:
    """Keep a new name of a counter as its next version, or that it is closed."""
    await tx.run(
        "UPDATE counter SET name = $2, version = version + 1, changed_at = $3, changed_by = $4, closed_at = $5"
        " WHERE counter_no = $1",
        counter.counter_no, counter.name, at, actor, at if closed else None,
    )  # fmt: skip


async def lend_token(tx: Session, counter_no: str, token_no: str) -> None:
    """Let the holder of a token fetch the jobs of a counter."""
    await tx.run("UPDATE counter SET token_no = $2 WHERE counter_no = $1", counter_no, token_no)


async def put_printer(tx: Session, counter_no: str, printer: Printer) -> None:
    """Keep how a printer is set; whatever was found by an earlier test page no longer holds."""
    sets = ", ".join(f"{name} = excluded.{name}" for name in _PRINTER[1:])
    untried = "test_code = '', test_outcome = '', tested_at = NULL, tested_by = ''"
    places = ", ".join(f"${n}" for n in range(2, len(_PRINTER) + 2))
    await tx.run(
        f"INSERT INTO printer (counter_id, {', '.join(_PRINTER)})"
        f" VALUES ((SELECT id FROM counter WHERE counter_no = $1), {places})"
        f" ON CONFLICT (counter_id, prints) DO UPDATE SET {sets}, {untried}",
        counter_no, *(getattr(printer, name) for name in _PRINTER),
    )  # fmt: skip


async def note_test(
    tx: Session, counter_no: str, prints: str, *, code: str, outcome: str, actor: str, at: datetime
) -> None:
    """Keep what became of a test page."""
    await tx.run(
        "UPDATE printer SET test_code = $3, test_outcome = $4, tested_at = $5, tested_by = $6"
        " WHERE counter_id = (SELECT id FROM counter WHERE counter_no = $1) AND prints = $2",
        counter_no, prints, code, outcome, at, actor,
    )  # fmt: skip


async def use_places(tx: Session, counter_no: str, *, first_place: int) -> None:
    """Keep which place of the sheet of labels is free next."""
    await tx.run(
        "UPDATE printer SET first_place = $2 WHERE prints = 'labels'"
        " AND counter_id = (SELECT id FROM counter WHERE counter_no = $1)",
        counter_no, first_place,
    )  # fmt: skip


async def counters(session: Session, *, unit: str) -> tuple[Counter, ...]:
    """Return the open counters of a unit, or of all, in the order of their numbers."""
    where, values = (" AND unit = $1", [unit]) if unit else ("", [])
    rows = await session.rows(
        f"SELECT * FROM counter WHERE closed_at IS NULL{where} ORDER BY unit, counter_no LIMIT 500", *values
    )
    return await _whole(session, rows)


async def counter(session: Session, counter_no: str, *, lock: bool = False) -> Counter | None:
    """Return one open counter."""
    suffix = session.for_update if lock else ""
    rows = await session.rows(f"SELECT * FROM counter WHERE counter_no = $1 AND closed_at IS NULL{suffix}", counter_no)
    return next(iter(await _whole(session, rows)), None)


async def counter_of_token(session: Session, token_no: str) -> Counter | None:
    """Return the counter whose jobs the holder of a token may fetch."""
    rows = await session.rows("SELECT * FROM counter WHERE token_no = $1 AND closed_at IS NULL", token_no)
    return next(iter(await _whole(session, rows)), None)


async def heard(tx: Session, counter_no: str, *, at: datetime) -> None:
    """Note that the printing program of a counter asked for work."""
    await tx.run("UPDATE counter SET heard_at = $2 WHERE counter_no = $1", counter_no, at)


async def _whole(session: Session, rows: Sequence[dict[str, Any]]) -> tuple[Counter, ...]:
    ids = [row["id"] for row in rows]
    printers = await session.rows(
        f"SELECT * FROM printer WHERE counter_id {session.among(1, 'bigint')} ORDER BY id", ids
    )
    return tuple(_counter(row, [each for each in printers if each["counter_id"] == row["id"]]) for row in rows)


def _counter(row: dict[str, Any], printers: Sequence[dict[str, Any]]) -> Counter:
    return Counter(
        counter_no=row["counter_no"], unit=row["unit"], name=row["name"], token_no=row["token_no"] or "",
        heard_at=moment(row["heard_at"]), version=row["version"], changed_at=moment(row["changed_at"]),
        changed_by=row["changed_by"], printers=tuple(_printer(each) for each in printers),
    )  # fmt: skip


def _printer(row: dict[str, Any]) -> Printer:
    values = {name: row[name] for name in (*_PRINTER, *_TEST)}
    return Printer(**{**values, "tested_at": moment(row["tested_at"])})


async def put_job(
    tx: Session, key: str, counter_no: str, papers: Sequence[PrintPaper], *, actor: str, at: datetime
) -> tuple[PrintJob, bool]:
    """Keep a job and return it, and whether it is new; the same key is the same job."""
    new = await tx.row(
        "INSERT INTO print_job (key, counter_id, content, made_at, made_by)"
        " VALUES ($1, (SELECT id FROM counter WHERE counter_no = $2), $3, $4, $5) ON CONFLICT (key) DO NOTHING"
        " RETURNING id",
        key, counter_no, records.to_json(list(papers)), at, actor,
    )  # fmt: skip
    row = await tx.row(f"{_JOB} WHERE j.key = $1", key)
    assert row is not None
    return _job(row), new is not None


def _job(row: dict[str, Any]) -> PrintJob:
    papers = (PrintPaper(**{**each, "numbers": tuple(each["numbers"])}) for each in records.from_json(row["content"]))
    return PrintJob(
        job_no=f"IN-{row['id']}", counter_no=row["counter_no"], papers=tuple(papers), state=row["state"],
        reason=row["reason"], made_at=moment(row["made_at"]), made_by=row["made_by"],  # type: ignore[arg-type]
        taken_at=moment(row["taken_at"]), ended_at=moment(row["ended_at"]),
    )  # fmt: skip


def _id_of(job_no: str) -> int:
    """Return the row that a job number names; 0, which none has, for what is no such number.

    >>> _id_of("IN-17"), _id_of("17"), _id_of("IN-x")
    (17, 0, 0)
    """
    digits = job_no.removeprefix("IN-")
    return int(digits) if job_no != digits and digits.isascii() and digits.isdecimal() and len(digits) < 18 else 0


async def job(session: Session, job_no: str, *, lock: bool = False) -> tuple[PrintJob, str] | None:
    """Return a job and the unit whose counter it is for."""
    suffix = session.for_update.replace("UPDATE", "UPDATE OF j") if lock else ""
    row = await session.row(f"{_JOB} WHERE j.id = $1{suffix}", _id_of(job_no))
    return (_job(row), row["unit"]) if row else None


async def jobs(session: Session, *, unit: str, counter_no: str, before: int, limit: int) -> list[tuple[int, PrintJob]]:
    """Return jobs, newest first, with the row number from which the next page goes on."""
    wheres, values = ["j.id < $1"], [before or 2**62]
    for condition, value in (("c.unit = {n}", unit), ("c.counter_no = {n}", counter_no)):
        if value:
            values.append(value)  # type: ignore[arg-type]
            wheres.append(condition.format(n=f"${len(values)}"))
    rows = await session.rows(f"{_JOB} WHERE {' AND '.join(wheres)} ORDER BY j.id DESC LIMIT {int(limit)}", *values)
    return [(row["id"], _job(row)) for row in rows]


async def claim(tx: Session, counter_no: str, *, at: datetime, limit: int) -> tuple[PrintJob, ...]:
    """Take the jobs of a counter that nobody prints, the oldest first, for as long as the lease lasts."""
    locking = tx.skip_locked.replace("UPDATE", "UPDATE OF j")
    rows = await tx.rows(
        f"SELECT j.id FROM print_job j JOIN counter c ON c.id = j.counter_id WHERE c.counter_no = $1 AND {_FREE}"
        f" ORDER BY j.id LIMIT {int(limit)}{locking}",
        counter_no, at,
    )  # fmt: skip
    ids = [row["id"] for row in rows]
    await tx.run(
        "UPDATE print_job SET state = 'taken', lease_until = $2, taken_at = $3"
        f" WHERE id {tx.among(1, 'bigint')}",
        ids, at + LEASE, at,
    )  # fmt: skip
    taken = await tx.rows(f"{_JOB} WHERE j.id {tx.among(1, 'bigint')} ORDER BY j.id", ids)
    return tuple(_job(row) for row in taken)


async def end(tx: Session, job_no: str, state: str, *, reason: str = "", at: datetime) -> None:
    """Note that a job was printed, or why not."""
    await tx.run(
        "UPDATE print_job SET state = $2, reason = $3, ended_at = $4, lease_until = NULL WHERE id = $1",
        _id_of(job_no), state, reason, at,
    )  # fmt: skip


async def offer_again(tx: Session, job_no: str) -> None:
    """Let a job wait for its counter again."""
    await tx.run(
        "UPDATE print_job SET state = 'waiting', reason = '', lease_until = NULL, taken_at = NULL, ended_at = NULL"
        " WHERE id = $1",
        _id_of(job_no),
    )  # fmt: skip
