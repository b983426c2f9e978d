"""Statements of theirs line by line, claims of ours gathered from receipts and remittances, and what was settled.

A line is kept once whatever files it comes in. Which claim it means is found again each time it is asked, by the names
it bears, so a receipt that is written late finds the line that was there before it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from postgw.domain.folding import bare
from postgw.domain.legal_day import VIETNAM, legal_day
from postgw.domain.reconciliation import Claim, Line, StatementRow, keys_of, names_in

from . import day_serials, records
from .database import Session, moment
from .lengths import NUMBER

#: Which ledgers the post's statement of a desk's items speaks of.
Carries = Callable[[str, str], tuple[str, ...]]
_FILE = "file_no, source, account, unit, digest, lines_count, new_count, amount_dong, taken_at, taken_by"
_LINE = (
    "l.id, l.line_key, l.on_date, l.amount_dong, l.number, l.reference, l.content, l.row_number, l.unit, f.file_no,"
    " f.account"
)
_LINE_COLUMNS = (
    ("file_id", "bigint"), ("source", "text"), ("unit", "text"), ("line_key", "text"), ("row_number", "int"),
    ("on_date", "date"), ("amount_dong", "bigint"), ("number", "text"), ("reference", "text"), ("content", "text"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file of theirs that was taken in."""

    file_no: str
    source: str
    account: str
    unit: str
    digest: str
    lines_count: int
    new_count: int
    amount_dong: int
    taken_at: datetime
    taken_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLine:
    """A line of theirs as it is kept."""

    line: Line
    file_no: str
    account: str
    unit: str
    row: int
    number: str
    reference: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What an officer said of a line or a claim by hand."""

    subject: str
    reason: str
    settled_at: datetime
    settled_by: str


async def file_of(session: Session, *, source: str, account: str, digest: str) -> KeptFile | None:
    """Return the file with this content, if it was taken in before."""
    row = await session.row(
        f"SELECT {_FILE} FROM statement_file WHERE source = $1 AND account = $2 AND digest = $3",
        source, account, digest,
    )  # fmt: skip
    return _file(row) if row else None


async def files(session: Session, *, unit: str, before: int, limit: int) -> list[tuple[int, KeptFile]]:
    """Return files, newest first, with their row numbers; of one unit, or of all."""
    rows = await session.rows(
        f"SELECT id, {_FILE} FROM statement_file WHERE id < $1 AND ($2 = '' OR unit = $2)"
        f" ORDER BY id DESC LIMIT {int(limit)}",
        before or 2**62, unit,
    )  # fmt: skip
    return [(row["id"], _file(row)) for row in rows]


def _file(row: Mapping[str, Any]) -> KeptFile:
    plain = {name: row[name] for name in _FILE.split(", ")}
    return KeptFile(**{**plain, "taken_at": moment(row["taken_at"])})


async def keep_file(tx: Session, file: KeptFile, rows: Sequence[StatementRow]) -> KeptFile:
    """Keep a file and those of its lines that no other file brought; return it with its number and their count."""
    on = legal_day(file.taken_at)
    file_no = f"BK-{on:%y%m%d}-{await day_serials.next_of_all(tx, 'statement_file', on):04d}"
    made = await tx.row(
        "INSERT INTO statement_file (file_no, source, account, unit, digest, lines_count, new_count, amount_dong,"
        " taken_at, taken_by) VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9) RETURNING id",
        file_no, file.source, file.account, file.unit, file.digest, file.lines_count, file.amount_dong, file.taken_at,
        file.taken_by,
    )  # fmt: skip
    assert made is not None
    by_key = dict(zip(keys_of(rows, file.source, file.account), rows, strict=True))
    new = await tx.insert_many(
        "statement_line", _LINE_COLUMNS,
        [
            (made["id"], file.source, file.unit, key, row.row, row.on, row.amount_dong, row.number, row.reference,
             row.text)
            for key, row in sorted(by_key.items())
        ],
        tail="ON CONFLICT (line_key) DO NOTHING RETURNING id, line_key",
    )  # fmt: skip
    names = [(row["id"], name) for row in new for name in names_in(by_key[row["line_key"]], file.source)]
    kept = [(id_, name) for id_, name in names if len(name) <= NUMBER]
    await tx.insert_many("statement_name", (("line_id", "bigint"), ("name", "text")), kept)
    await tx.run("UPDATE statement_file SET new_count = $2 WHERE id = $1", made["id"], len(new))
    found = await file_of(tx, source=file.source, account=file.account, digest=file.digest)
    assert found is not None
    return found


async def lines_between(session: Session, source: str, *, since: date, until: date) -> list[KeptLine]:
    """Return the lines of some days."""
    rows = await session.rows(
        f"SELECT {_LINE} FROM statement_line l JOIN statement_file f ON f.id = l.file_id"
        " WHERE l.source = $1 AND l.on_date >= $2 AND l.on_date <= $3 ORDER BY l.id",
        source, since, until,
    )  # fmt: skip
    return await _whole(session, rows)


async def lines_named(session: Session, source: str, names: Collection[str]) -> list[KeptLine]:
    """Return the lines that bear any of these names."""
    rows = await session.rows(
        f"SELECT {_LINE} FROM statement_line l JOIN statement_file f ON f.id = l.file_id WHERE l.source = $2"
        f" AND l.id IN (SELECT line_id FROM statement_name WHERE name {session.among(1)}) ORDER BY l.id",
        sorted(names), source,
    )  # fmt: skip
    return await _whole(session, rows)


async def line(session: Session, line_no: str) -> KeptLine | None:
    """Return one line."""
    row = await session.row(
        f"SELECT {_LINE} FROM statement_line l JOIN statement_file f ON f.id = l.file_id WHERE l.id = $1",
        int(line_no) if line_no.isascii() and line_no.isdecimal() and len(line_no) < 18 else 0,
    )
    return (await _whole(session, [row]))[0] if row else None


async def _whole(session: Session, rows: Sequence[Mapping[str, Any]]) -> list[KeptLine]:
    named: dict[int, list[str]] = defaultdict(list)
    for row in await session.rows(
        f"SELECT line_id, name FROM statement_name WHERE line_id {session.among(1, 'bigint')} ORDER BY id",
        [row["id"] for row in rows],
    ):
        named[row["line_id"]].append(row["name"])
    return [
        KeptLine(
            line=Line(
                line_no=str(row["id"]), key=row["line_key"], on=_day(row["on_date"]), amount_dong=row["amount_dong"],
                names=tuple(named[row["id"]]),
            ),
            file_no=row["file_no"], account=row["account"], unit=row["unit"], row=row["row_number"],
            number=row["number"], reference=row["reference"], text=row["content"],
        )
        for row in rows
    ]  # fmt: skip


async def claims_between(session: Session, source: str, *, since: date, until: date, carries: Carries) -> list[Claim]:
    """Return the claims that may belong to some days; a few of other days come along."""
    begins, ends = _start(since), _start(until + timedelta(days=1))
    if source == "bank":
        rows = await session.rows(
            "SELECT id FROM remittance WHERE remitted_at >= $1 AND remitted_at < $2", begins, ends
        )
        waiting = await _waiting(session, "collected_at >= $1 AND collected_at < $2", begins, ends)
        return [*await _remittances(session, [row["id"] for row in rows]), *waiting]
    rows = await session.rows(
        "SELECT dossier_id FROM consignment WHERE created_at >= $1 AND created_at < $2"
        " UNION SELECT dossier_id FROM receipt WHERE collected_at >= $1 AND collected_at < $2",
        begins, ends,
    )  # fmt: skip
    return await _carried(session, [row["dossier_id"] for row in rows], carries)


async def claims_named(session: Session, source: str, names: Collection[str], *, carries: Carries) -> list[Claim]:
    """Return the claims that are known under any of these names."""
    if source == "bank":
        rows = await session.rows(
            f"SELECT id FROM remittance WHERE replace(remittance_no, '-', '') {session.among(1)} UNION"
            " SELECT remittance_id FROM receipt WHERE remittance_id IS NOT NULL"
            f" AND replace(receipt_no, '-', '') {session.among(1)}",
            sorted(names),
        )
        waiting = await _waiting(session, f"replace(receipt_no, '-', '') {session.among(1)}", sorted(names))
        return [*await _remittances(session, [row["id"] for row in rows]), *waiting]
    rows = await session.rows(
        f"SELECT dossier_id FROM consignment WHERE consignment_no {session.among(1)} OR item_no {session.among(1)}",
        sorted(names),
    )
    return await _carried(session, [row["dossier_id"] for row in rows], carries)


async def _remittances(session: Session, ids: Sequence[int]) -> list[Claim]:
    receipts: dict[int, list[str]] = defaultdict(list)
    among = session.among(1, "bigint")
    for row in await session.rows(
        f"SELECT remittance_id, receipt_no FROM receipt WHERE remittance_id {among} ORDER BY id", list(ids)
    ):
        receipts[row["remittance_id"]].append(row["receipt_no"])
    rows = await session.rows(f"SELECT * FROM remittance WHERE id {among} ORDER BY id", list(ids))
    return [
        Claim(
            key=row["remittance_no"], names=frozenset(map(bare, (row["remittance_no"], *receipts[row["id"]]))),
            on=legal_day(_moment(row["remitted_at"])), unit=row["unit"], desk=row["desk"],
            due_dong=row["amount_dong"], collected_dong=row["amount_dong"], receipt_nos=tuple(receipts[row["id"]]),
            counted_dong=row["received_dong"],
        )
        for row in rows
    ]  # fmt: skip


async def _waiting(session: Session, where: str, *values: Any) -> list[Claim]:
    """Return fees that nobody has handed on yet, each a claim of its own."""
    rows = await session.rows(
        "SELECT receipt_no, unit, desk, amount_dong, collected_at FROM receipt WHERE ledger = 'fee'"
        f" AND remittance_id IS NULL AND cancelled_at IS NULL AND {where} ORDER BY id",
        *values,
    )
    return [
        Claim(
            key=row["receipt_no"], names=frozenset({bare(row["receipt_no"])}), unit=row["unit"], desk=row["desk"],
            on=legal_day(_moment(row["collected_at"])), due_dong=row["amount_dong"], receipt_nos=(row["receipt_no"],),
        )
        for row in rows
    ]  # fmt: skip


async def _carried(session: Session, dossier_ids: Iterable[int], carries: Carries) -> list[Claim]:
    """Return a claim for each consignment of some dossiers: what the post is to have collected on it."""
    ids, among = sorted(set(dossier_ids)), session.among(1, "bigint")
    rows = await session.rows(
        "SELECT c.dossier_id, c.consignment_no, c.item_no, c.leg, c.desk, c.account, c.created_at, c.state, d.content,"
        " p.reference AS paid_elsewhere FROM consignment c JOIN dossier d ON d.id = c.dossier_id"
        f" LEFT JOIN prepayment p ON p.dossier_id = d.id WHERE c.dossier_id {among} ORDER BY c.id",
        ids,
    )
    taken: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in await session.rows(
        "SELECT r.dossier_id, r.consignment_no, r.receipt_no, r.ledger, r.unit, r.amount_dong, r.collected_at, u.kind"
        " FROM receipt r LEFT JOIN unit u ON u.code = r.unit"
        f" WHERE r.cancelled_at IS NULL AND r.dossier_id {among} ORDER BY r.id",
        ids,
    ):
        taken[row["dossier_id"]].append(row)
    of_dossier: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        of_dossier[row["dossier_id"]].append(row)
    return [
        claim for id_, items in of_dossier.items() for claim in _claims_of_dossier(items, taken[id_], carries)
    ]  # fmt: skip


def _claims_of_dossier(
    items: Sequence[Mapping[str, Any]], taken: Sequence[Mapping[str, Any]], carries: Carries
) -> Iterable[Claim]:
    owed_on, owed = _fee_owed(items, taken)
    for item in items:
        ledgers, number = carries(item["account"], item["desk"]), item["consignment_no"]
        mine = [r for r in taken if r["consignment_no"] == number and r["ledger"] in ledgers and r["kind"] == "office"]
        postage = sum(row["amount_dong"] for row in mine if row["ledger"] == "postage")
        yield Claim(
            key=number, names=frozenset(name for name in (number, item["item_no"]) if name),
            on=legal_day(_moment(mine[0]["collected_at"] if mine else item["created_at"])),
            unit=mine[0]["unit"] if mine else "", desk=item["desk"],
            due_dong=postage + (owed if number == owed_on and "fee" in ledgers else 0),
            collected_dong=sum(row["amount_dong"] for row in mine),
            receipt_nos=tuple(row["receipt_no"] for row in mine),
        )  # fmt: skip


def _fee_owed(items: Sequence[Mapping[str, Any]], taken: Sequence[Mapping[str, Any]]) -> tuple[str, int]:
    """Return on which consignment the post collects the dossier's fee, and how much of it.

    That is where it did; else the newest of the leg on which it is to be paid. What a desk took itself, or what the
    citizen paid elsewhere, the post need not collect.
    """
    dossier = records.dossier(items[0]["content"])
    fees = [row for row in taken if row["ledger"] == "fee"]
    owed = dossier.fee_dong - sum(row["amount_dong"] for row in fees if row["kind"] != "office")
    if items[0]["paid_elsewhere"] or owed <= 0:
        return "", 0
    if by_post := next((row["consignment_no"] for row in fees if row["kind"] == "office"), ""):
        return by_post, owed
    leg = "return" if dossier.service_form == "return" else "send"
    going = [item["consignment_no"] for item in items if item["leg"] == leg and item["state"] != "cancelled"]
    return (going[-1], owed) if going else ("", 0)


async def settlements(session: Session, subjects: Sequence[str]) -> dict[str, Settlement]:
    """Return what stands settled of these: the last word on each, if it was not taken back."""
    rows = await session.rows(
        f"SELECT subject, kind, reason, settled_at, settled_by FROM settlement WHERE subject {session.among(1)}"
        " ORDER BY id",
        list(subjects),
    )
    last = {row["subject"]: row for row in rows}
    return {
        subject: Settlement(
            subject=subject, reason=row["reason"], settled_at=_moment(row["settled_at"]), settled_by=row["settled_by"]
        )
        for subject, row in last.items()
        if row["kind"] == "settled"
    }


async def settle(tx: Session, subject: str, *, kind: str, reason: str, actor: str, at: datetime) -> None:
    """Write down that something is settled, or is not after all."""
    await tx.run(
        "INSERT INTO settlement (subject, kind, reason, settled_at, settled_by) VALUES ($1, $2, $3, $4, $5)",
        subject, kind, reason, at, actor,
    )  # fmt: skip


def _start(on: date) -> datetime:
    return datetime.combine(on, time(), VIETNAM).astimezone(UTC)


def _moment(value: Any) -> datetime:
    found = moment(value)
    assert found is not None
    return found


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
