"""The facts of a report, read from what is kept.

Which items concern a period is one statement over a small index; their journeys are then read and folded some
hundreds at a time, in a thread, so that scanners at the door are not kept waiting. Everything else is one statement
for each matter. On a 2-core machine a quarter of 100,000 items takes about as long as `docs/reports.md` says. What
travelled with another carrier than the provider of the public postal service stands in no line.

Used by: services.reports.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from postgw.domain.custody import Happening, journey_of
from postgw.domain.legal_day import legal_day
from postgw.domain.report import Fact
from postgw.domain.report_period import Period
from postgw.domain.scan import Scan
from postgw.rules.book import RuleBook

from . import province, records, scan_rows
from .clocks import Ground, ground
from .database import Session, moment

_HARM = {"lost": "lost", "damaged": "damaged", "found_here": "misrouted"}
_IDS = (
    "SELECT s.consignment_id AS id FROM scan s JOIN consignment c ON c.id = s.consignment_id"
    " WHERE s.code IN ('collected', 'damaged', 'found_here', 'lost') AND s.occurred_at >= $1 AND s.occurred_at < $2"
    " AND c.public_service"
    " AND s.consignment_id > $3 AND ($4 = '' OR c.desk = $4 OR c.to_desk = $4 OR s.office = $4)"
    " UNION SELECT f.consignment_id FROM case_file f JOIN consignment c ON c.id = f.consignment_id"
    " WHERE f.kind IN ('damage', 'loss') AND f.opened_at >= $1 AND f.opened_at < $2 AND f.consignment_id > $3"
    " AND c.public_service"
    " AND ($4 = '' OR c.desk = $4 OR c.to_desk = $4 OR f.office = $4) ORDER BY 1"
)
#: Of a case: that its item was one of the public service.
_PUBLIC = "EXISTS (SELECT 1 FROM consignment c WHERE c.id = f.consignment_id AND c.public_service)"
_ITEMS = (
    "SELECT c.id, c.consignment_no, c.leg, c.desk, c.parties, c.rules_version, d.service_form, d.procedure_code"
    " FROM consignment c JOIN dossier d ON d.id = c.dossier_id WHERE c.id "
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What a batch of items stands on."""

    period: Period
    ground: Ground
    levels: Mapping[str, str]
    told: Mapping[str, Sequence[Scan]]
    cases: Mapping[int, Sequence[tuple[str, datetime]]]


async def items(
    session: Session, book: RuleBook, period: Period, *, unit: str, at: datetime, after: int = 0
) -> AsyncIterator[list[tuple[int, Fact]]]:
    """Yield the items that concern a period with their row numbers, some hundreds at a time, in the order of these."""
    ids = [row["id"] for row in await session.rows(_IDS, period.since, period.before, after, unit)]
    stands_on = await ground(session, book, today=legal_day(at))
    levels = {each.code: each.level for each in await province.procedures(session, on=legal_day(at))}
    for batch in _batches(ids):
        rows = await session.rows(f"{_ITEMS}{session.among(1, 'bigint')} ORDER BY c.id", batch)
        read = _Read(
            period=period, ground=stands_on, levels=levels, cases=await _cases(session, batch),
            told=await scan_rows.histories(session, [row["consignment_no"] for row in rows]),
        )  # fmt: skip
        yield await asyncio.to_thread(_folded, rows, read)


async def _cases(session: Session, ids: list[int]) -> dict[int, list[tuple[str, datetime]]]:
    found: dict[int, list[tuple[str, datetime]]] = defaultdict(list)
    rows = await session.rows(
        "SELECT consignment_id, kind, opened_at FROM case_file WHERE kind IN ('damage', 'loss')"
        f" AND consignment_id {session.among(1, 'bigint')} ORDER BY id",
        ids,
    )
    for row in rows:
        opened_at = moment(row["opened_at"])
        assert opened_at is not None
        found[row["consignment_id"]].append((row["kind"], opened_at))
    return found


def _folded(rows: Sequence[Mapping[str, Any]], read: _Read) -> list[tuple[int, Fact]]:
    return [(row["id"], fact) for row in rows if (fact := _item(row, read)) is not None]


def _item(row: Mapping[str, Any], read: _Read) -> Fact | None:
    """Return an item as a fact; nothing when what was said of it was taken back."""
    table = read.ground.book.scan_table_of(row["rules_version"])
    custody, happenings = journey_of(row["leg"], read.told.get(row["consignment_no"], ()), table)
    taken = next((each for each in happenings if each.moved and each.lead.code == "collected"), None)
    harm = _harm(happenings, read.cases.get(row["id"], ()))
    clock = read.ground.clock_of_journey(
        row["leg"], row["service_form"], _communes(row["parties"]), happenings, custody
    )
    marks = {mark for mark, on in harm if _within(on, read.period)}
    if "lost" in marks and custody.state != "lost":
        marks.add("found_again")
    on = legal_day(taken.lead.occurred_at) if taken else None
    if on and _within(on, read.period):
        unsafe = any(mark in {"lost", "damaged"} for mark, _ in harm)
        marks |= {"accepted", clock.verdict, "unsafe" if unsafe else "safe"}
    if not marks:
        return None
    return Fact(
        matter="item", ref=row["consignment_no"], on=str(on or next(day for _, day in harm)), desk=row["desk"],
        office=taken.lead.office if taken else "", leg=row["leg"], form=row["service_form"],
        level=read.levels.get(row["procedure_code"], ""), span=clock.span or "", marks=frozenset(marks),
    )  # fmt: skip


def _harm(happenings: Sequence[Happening], cases: Sequence[tuple[str, datetime]]) -> list[tuple[str, date]]:
    """Return what befell an item, and when it was stated."""
    told = [(_HARM[each.lead.code], each.lead.occurred_at) for each in happenings if each.lead.code in _HARM]
    told += [("lost" if kind == "loss" else "damaged", opened_at) for kind, opened_at in cases]
    return [(mark, legal_day(at)) for mark, at in told]


def _communes(parties: str) -> tuple[str, str]:
    read = records.from_json(parties)
    return read["consignor"]["commune_code"], read["consignee"]["commune_code"]


def _within(on: date, period: Period) -> bool:
    return period.first_on <= on < period.after_on


async def others(session: Session, period: Period, *, unit: str, at: datetime) -> list[Fact]:
    """Return the facts of a period that are not items: postage, complaints, compensations, apologies, supplements."""
    return [
        *await postage(session, period, unit=unit),
        *await complaints(session, period, unit=unit, at=at),
        *await compensations(session, period, unit=unit),
        *await apologies(session, period, unit=unit),
        *await supplements(session, period, unit=unit),
    ]


async def postage(session: Session, period: Period, *, unit: str) -> list[Fact]:
    """Return what went into the cash of postage, and out again where a receipt was cancelled."""
    rows = await session.rows(
        "SELECT e.act, e.unit, e.taker, e.amount_dong, e.entered_at,"
        " COALESCE(r.receipt_no, k.receipt_no) AS receipt_no, COALESCE(r.desk, k.desk) AS desk"
        " FROM ledger_entry e LEFT JOIN receipt r ON r.act = e.act"
        " LEFT JOIN receipt k ON e.taker <> 'cash' AND k.receipt_no = substr(e.act, length('cancel:') + 1)"
        " WHERE e.ledger = 'postage' AND e.entered_at >= $1 AND e.entered_at < $2"
        " AND ($3 = '' OR e.unit = $3 OR r.desk = $3 OR k.desk = $3) ORDER BY e.id",
        period.since, period.before, unit,
    )  # fmt: skip
    return [
        Fact(
            matter="postage", ref=row["receipt_no"] or row["act"], on=_day(row["entered_at"]), desk=row["desk"] or "",
            office=row["unit"], dong=row["amount_dong"] if row["taker"] == "cash" else -row["amount_dong"],
        )
        for row in rows
    ]  # fmt: skip


async def complaints(session: Session, period: Period, *, unit: str, at: datetime) -> list[Fact]:
    """Return the complaints of a period, each with its outcome so far and whether it was answered in time."""
    rows = await session.rows(
        "SELECT f.case_no, f.desk, f.office, f.due_on, f.opened_at,"
        " (SELECT s.content FROM case_step s WHERE s.case_id = f.id AND s.kind = 'answered' ORDER BY s.seq DESC"
        " LIMIT 1) AS answer, (SELECT min(s.taken_at) FROM case_step s WHERE s.case_id = f.id AND s.kind = 'answered')"
        " AS answered_at FROM case_file f WHERE f.kind = 'complaint'"
        f" AND {_PUBLIC} AND f.opened_at >= $1 AND f.opened_at < $2"
        " AND ($3 = '' OR f.desk = $3 OR f.office = $3) ORDER BY f.id",
        period.since, period.before, unit,
    )  # fmt: skip
    return [_complaint(row, legal_day(at)) for row in rows]


def _complaint(row: Mapping[str, Any], today: date) -> Fact:
    due_on, answered_at = date.fromisoformat(str(row["due_on"])), moment(row["answered_at"])
    fact = Fact(
        matter="complaint", ref=row["case_no"], on=_day(row["opened_at"]), desk=row["desk"], office=row["office"]
    )
    if answered_at is None:
        return replace(fact, marks=frozenset({"open", *(("late",) if today > due_on else ())}))
    in_time = "in_time" if legal_day(answered_at) <= due_on else "late"
    outcome = str(records.from_json(row["answer"]).get("outcome", ""))
    return replace(fact, outcome=outcome, marks=frozenset({"answered", in_time}))


async def compensations(session: Session, period: Period, *, unit: str) -> list[Fact]:
    """Return what was paid as compensation in a period, with the postage given back and the interest."""
    rows = await session.rows(
        "SELECT f.case_no, f.desk, f.office, p.paid_at, p.refund_dong + p.rest_dong + p.interest_dong AS dong"
        " FROM compensation p JOIN case_file f ON f.id = p.case_id WHERE p.direction = 'out' AND p.paid_at >= $1"
        f" AND {_PUBLIC}"
        " AND p.paid_at < $2 AND ($3 = '' OR f.desk = $3 OR f.office = $3) ORDER BY p.id",
        period.since, period.before, unit,
    )  # fmt: skip
    return [
        Fact(
            matter="compensation", ref=row["case_no"], on=_day(row["paid_at"]), desk=row["desk"], office=row["office"],
            dong=int(row["dong"]),
        )
        for row in rows
    ]  # fmt: skip


async def supplements(session: Session, period: Period, *, unit: str) -> list[Fact]:
    """Return the requests of a period to complete a dossier that count as late: all but the first of a dossier."""
    rows = await session.rows(
        "SELECT supplement_no, desk, asked_at FROM supplement WHERE asked_at >= $1 AND asked_at < $2"
        " AND counts_late AND ($3 = '' OR desk = $3) ORDER BY id",
        period.since, period.before, unit,
    )  # fmt: skip
    return [
        Fact(matter="supplement", ref=row["supplement_no"], on=_day(row["asked_at"]), desk=row["desk"]) for row in rows
    ]


async def apologies(session: Session, period: Period, *, unit: str) -> list[Fact]:
    """Return the apologies of a period that stand issued."""
    rows = await session.rows(
        "SELECT apology_no, desk, issued_at FROM apology WHERE issued_at >= $1 AND issued_at < $2"
        " AND state = 'issued' AND ($3 = '' OR desk = $3) ORDER BY id",
        period.since, period.before, unit,
    )  # fmt: skip
    return [Fact(matter="apology", ref=row["apology_no"], on=_day(row["issued_at"]), desk=row["desk"]) for row in rows]


def _day(at: Any) -> str:
    read = moment(at)
    assert read is not None
    return legal_day(read).isoformat()


def _batches(ids: Sequence[int], size: int = 500) -> Iterable[list[int]]:
    """Cut row numbers into what one statement asks for."""
    for start in range(0, len(ids), size):
        yield list(ids[start : start + size])
