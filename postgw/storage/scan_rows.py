"""The journeys of consignments: every statement that was kept about them, as rows and as scans.

What is kept there is written by `scans` alone.

Used by: scans; whoever shows, proves or reckons a journey.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson

from postgw.domain.scan import Scan, Witness

from .database import Session, moment

#: What is read of a statement, in this order.
COLUMNS = "consignment_id, source, source_id, witness, code, occurred_at, received_at, device_at, office, actor, detail"
COLUMN_COUNT = COLUMNS.count(",") + 1
_WITNESSES = {int(witness): witness for witness in Witness}
_DETAILS = ("reason", "note", "cancels", "bag_no", "manifest_no", "raw_code")


def row_of_scan(consignment_id: int, scan: Scan) -> tuple[Any, ...]:
    """Return a statement about a consignment as a row of `COLUMNS`."""
    detail: dict[str, Any] = {name: value for name in _DETAILS if (value := getattr(scan, name))}
    if scan.proved:
        detail["proved"] = True
    if scan.flags:
        detail["flags"] = scan.flags
    return (
        consignment_id, scan.source, scan.source_id, int(scan.witness), scan.code, scan.occurred_at, scan.received_at,
        scan.device_at, scan.office, scan.actor, orjson.dumps(detail).decode() if detail else None,
    )  # fmt: skip


async def of_items(session: Session, ids: Sequence[int]) -> dict[int, list[Scan]]:
    """Return every statement about each of several consignments, by its id."""
    rows = await session.plain_rows(
        f"SELECT {COLUMNS} FROM scan WHERE consignment_id {session.among_keys(1, 'bigint')}", list(ids)
    )
    histories: dict[int, list[Scan]] = defaultdict(list)
    for row in rows:
        histories[row[0]].append(scan_from_row(row))
    return histories


async def history(session: Session, consignment_no: str) -> tuple[Scan, ...]:
    """Return every statement about a consignment, in no particular order."""
    rows = await session.plain_rows(
        f"SELECT {COLUMNS} FROM scan WHERE consignment_id = (SELECT id FROM consignment WHERE consignment_no = $1)",
        consignment_no,
    )
    return tuple(scan_from_row(row) for row in rows)


async def histories(session: Session, numbers: Sequence[str]) -> dict[str, tuple[Scan, ...]]:
    """Return every statement about each of several consignments, by consignment number."""
    rows = await session.rows(
        f"SELECT id, consignment_no FROM consignment WHERE consignment_no {session.among_keys(1)}", list(numbers)
    )
    told = await of_items(session, [row["id"] for row in rows])
    return {row["consignment_no"]: tuple(told.get(row["id"], ())) for row in rows}


async def numbered(session: Session, ids: Sequence[int]) -> dict[int, dict[int, Scan]]:
    """Return every statement about consignments by consignment and by its place in the order of receipt."""
    rows = await session.plain_rows(
        f"SELECT {COLUMNS}, id FROM scan WHERE consignment_id {session.among_keys(1, 'bigint')} ORDER BY id", list(ids)
    )
    told: dict[int, dict[int, Scan]] = defaultdict(dict)
    for row in rows:
        told[row[0]][row[11]] = scan_from_row(row[:11])
    return told


async def unlinked(session: Session, *, after: int, limit: int) -> list[tuple[int, int, Scan]]:
    """Return statements with a larger id than `after` that no chain holds, oldest first, with id and consignment."""
    rows = await session.plain_rows(
        f"SELECT {COLUMNS}, id FROM scan WHERE id > $1"
        " AND NOT EXISTS (SELECT 1 FROM chain l WHERE l.scan_id = scan.id AND l.scan_id > $1)"
        f" ORDER BY id LIMIT {int(limit)}",
        after,
    )  # fmt: skip
    return [(row[11], row[0], scan_from_row(row[:11])) for row in rows]


def without_notes(rows: Sequence[Mapping[str, Any]]) -> list[tuple[int, str]]:
    """Return the details of scans, by id, without what was written there by hand."""
    details = [(row["id"], orjson.loads(row["detail"])) for row in rows]
    return [
        (id_, orjson.dumps({name: value for name, value in detail.items() if name != "note"}).decode())
        for id_, detail in details
    ]


def scan_from_row(row: Sequence[Any]) -> Scan:
    """Return the statement of a row of `COLUMNS`."""
    _, source, source_id, witness, code, occurred_at, received_at, device_at, office, actor, detail = row
    scan = Scan(
        source=source, source_id=source_id, witness=_WITNESSES[witness], code=code,
        occurred_at=moment(occurred_at), received_at=moment(received_at),  # type: ignore[arg-type]
        device_at=moment(device_at), office=office, actor=actor,
    )  # fmt: skip
    return replace(scan, **_details(detail)) if detail else scan


def _details(text: str) -> dict[str, Any]:
    details: dict[str, Any] = orjson.loads(text)
    if "flags" in details:
        details["flags"] = tuple(details["flags"])
    return details
