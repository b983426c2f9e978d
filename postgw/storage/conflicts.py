"""What a postal lead must settle: found once by its subject, settled by the first word.

`keep` numbers what is new and wakes what had gone by itself and is back; `settle` and `close_gone` are conditional
updates, so of two leads, or a lead and the journey, one is first and the other is told.

Stands on: consignments, delivery_routes. Used by: services.conflicts, services.devices.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from postgw.domain.conflict import GONE, OF_A_JOURNEY, OF_AN_ACT, Found, KeptConflict, Side
from postgw.domain.contradictions import LOOKED_AT, Offices
from postgw.domain.custody import Custody
from postgw.domain.delivery_route import route_for
from postgw.domain.legal_day import legal_day

from . import day_serials, delivery_routes, records
from .consignments import custody_from_row
from .database import Session, moment

_COLUMNS = (
    ("conflict_no", "text"), ("subject", "text"), ("kind", "text"), ("unit", "text"), ("consignment_no", "text"),
    ("device_no", "text"), ("counter", "bigint"), ("sides", "text"), ("found_at", "timestamptz"),
)  # fmt: skip
_LEFT_OPEN = (*OF_A_JOURNEY, "not_heard")
_MOMENTS = ("at", "device_at", "received_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A consignment as the look for conflicts sees it."""

    id: int
    consignment_no: str
    leg: str
    rules_version: str
    custody: Custody


async def worth_a_look(session: Session, numbers: Sequence[str]) -> dict[int, Looked]:
    """Return those consignments whose journey bears a word that may contradict another, or that have one open."""
    rows = await session.rows(
        "SELECT c.id, c.consignment_no, c.leg, c.rules_version, c.state, c.holder, c.office, c.since_at, c.attempts,"
        f" c.heard_at, c.proved, c.live FROM consignment c"
        f" WHERE (c.consignment_no {session.among_keys(1)} OR c.item_no {session.among_keys(1)})"
        f" AND EXISTS (SELECT 1 FROM scan s WHERE s.consignment_id = c.id AND s.code {session.among_keys(2)})",
        list(numbers), sorted(LOOKED_AT),
    )  # fmt: skip
    return {
        row["id"]: Looked(
            id=row["id"], consignment_no=row["consignment_no"], leg=row["leg"], rules_version=row["rules_version"],
            custody=custody_from_row(row),
        )
        for row in rows
    }  # fmt: skip


async def told_after(session: Session, after: int, *, until: datetime, limit: int) -> list[tuple[int, str]]:
    """Return what was told next, in the order in which it was kept: the row and its consignment.

    It ends before what came after `until`: a transaction that began earlier may still keep a row with a smaller number.
    """
    rows = await session.rows(
        "SELECT s.id, s.received_at, c.consignment_no FROM scan s JOIN consignment c ON c.id = s.consignment_id"
        f" WHERE s.id > $1 ORDER BY s.id LIMIT {int(limit)}",
        after,
    )  # fmt: skip
    told = []
    for row in rows:
        received_at = moment(row["received_at"])
        if received_at is None or received_at > until:
            break
        told.append((row["id"], row["consignment_no"]))
    return told


async def before_all_since(session: Session, since: datetime) -> int:
    """Return the row before the first that was told since a moment."""
    row = await session.row(
        "SELECT COALESCE((SELECT min(id) - 1 FROM scan WHERE received_at >= $1), (SELECT max(id) FROM scan), 0) AS id",
        since,
    )
    return int(row["id"]) if row else 0


async def offices_of(session: Session, ids: Sequence[int]) -> dict[int, Offices]:
    """Return for consignments which post offices serve their recipients; none where no round is known.

    Who chose to fetch it elsewhere is served there too.
    """
    delivering = frozenset(
        row["office"]
        for row in await session.rows("SELECT DISTINCT office FROM delivery_route WHERE closed_at IS NULL")
    )
    if not delivering or not ids:
        return {}
    rows = await session.rows(f"SELECT id, parties FROM consignment WHERE id {session.among(1, 'bigint')}", list(ids))
    homes = {row["id"]: records.from_json(row["parties"])["consignee"] for row in rows}
    routes = await delivery_routes.serving(session, sorted({home.get("commune_code", "") for home in homes.values()}))
    chosen = await _chosen(session, ids)
    return {
        id_: Offices(right=frozenset({route.office}) | chosen.get(id_, frozenset()), delivering=delivering)
        for id_, home in homes.items()
        if (route := route_for(home.get("commune_code", ""), home.get("address", ""), routes))
    }


async def _chosen(session: Session, ids: Sequence[int]) -> dict[int, frozenset[str]]:
    rows = await session.rows(
        "SELECT consignment_id, office, place FROM choice"
        f" WHERE consignment_id {session.among(1, 'bigint')} AND way IN ('office', 'service_point')",
        list(ids),
    )  # fmt: skip
    return _grouped((row["consignment_id"], row[name]) for row in rows for name in ("office", "place") if row[name])


def _grouped(pairs: Iterable[tuple[Any, str]]) -> dict[Any, frozenset[str]]:
    grouped: dict[Any, frozenset[str]] = {}
    for key, office in pairs:
        grouped[key] = grouped.get(key, frozenset()) | {office}
    return grouped


async def out_with(session: Session, *, unit: str, device_no: str, workers: Collection[str]) -> list[str]:
    """Return what a device, or a worker who carried it, took out or collected and has not brought back."""
    rows = await session.rows(
        "SELECT c.consignment_no FROM consignment c WHERE c.live AND c.office = $1"
        " AND c.state IN ('collected', 'out_for_delivery')"
        " AND EXISTS (SELECT 1 FROM scan s WHERE s.consignment_id = c.id AND s.occurred_at = c.since_at"
        f" AND s.code = c.state AND (s.source = $2 OR s.actor {session.among(3)})) ORDER BY c.id",
        unit, f"device:{device_no}", sorted(workers),
    )  # fmt: skip
    return [row["consignment_no"] for row in rows]


async def open_of(session: Session, numbers: Sequence[str]) -> list[KeptConflict]:
    """Return what is open of consignments and may go by itself."""
    rows = await session.rows(
        f"SELECT * FROM conflict WHERE consignment_no {session.among_keys(1)} AND state = 'open'"
        f" AND kind {session.among(2)} ORDER BY id",
        list(numbers), sorted(_LEFT_OPEN),
    )  # fmt: skip
    return [_conflict(row) for row in rows]


async def new_among(session: Session, found: Sequence[Found]) -> list[Found]:
    """Return those that nobody has found before, or that had gone and are back."""
    rows = await session.rows(
        f"SELECT subject FROM conflict WHERE subject {session.among(1)} AND settled_as <> $2",
        [each.subject for each in found], GONE,
    )  # fmt: skip
    known = {row["subject"] for row in rows}
    return [each for each in found if each.subject not in known]


async def keep(tx: Session, found: Sequence[Found], *, at: datetime) -> int:
    """Keep conflicts, each once by its subject; one that had gone by itself is open again. Return how many are new."""
    first = {each.subject: each for each in found}
    if not first:
        return 0
    await tx.queue_for("conflicts")
    rows = await tx.rows(f"SELECT subject, settled_as FROM conflict WHERE subject {tx.among(1)}", sorted(first))
    known = {row["subject"]: row["settled_as"] for row in rows}
    back = [subject for subject, settled_as in known.items() if settled_as == GONE]
    await _wake(tx, [first[subject] for subject in back], at=at)
    new = [each for subject, each in sorted(first.items()) if subject not in known]
    await _add(tx, new, at=at)
    return len(new) + len(back)


async def _add(tx: Session, new: Sequence[Found], *, at: datetime) -> None:
    if not new:
        return
    prefix = f"MT-{legal_day(at):%y%m%d}-"
    begin = await day_serials.next_serial(tx, "conflict", "conflict_no", prefix)
    await tx.insert_many("conflict", _COLUMNS, [
        (
            f"{prefix}{serial:04d}", each.subject, each.kind, each.unit, each.consignment_no or None, each.device_no,
            each.counter, records.to_json(each.sides), at,
        )
        for serial, each in enumerate(new, begin)
    ])  # fmt: skip


async def _wake(tx: Session, back: Sequence[Found], *, at: datetime) -> None:
    for each in back:
        await tx.run(
            "UPDATE conflict SET state = 'open', settled_as = '', settled_at = NULL, settled_by = '', reason = '',"
            " unit = $2, sides = $3, found_at = $4 WHERE subject = $1 AND settled_as = $5",
            each.subject, each.unit, records.to_json(each.sides), at, GONE,
        )  # fmt: skip


async def close_gone(tx: Session, numbers: Sequence[str], *, by: str, at: datetime) -> None:
    """Close what has gone by itself."""
    await tx.run(
        "UPDATE conflict SET state = 'settled', settled_as = $2, settled_at = $3, settled_by = $4"
        f" WHERE conflict_no {tx.among(1)} AND state = 'open'",
        list(numbers), GONE, at, by,
    )  # fmt: skip


async def settle(tx: Session, conflict: KeptConflict, *, way: str, reason: str, actor: str, at: datetime) -> bool:
    """Settle a conflict; false when somebody was first. The kept text of its act is dropped."""
    row = await tx.row(
        "UPDATE conflict SET state = 'settled', settled_as = $2, settled_at = $3, settled_by = $4, reason = $5"
        " WHERE conflict_no = $1 AND state = 'open' RETURNING id",
        conflict.conflict_no, way, at, actor, reason,
    )  # fmt: skip
    if row is None:
        return False
    if conflict.found.kind in OF_AN_ACT:
        await tx.run(
            "UPDATE device_act SET content = '' WHERE device_no = $1 AND counter = $2 AND digest = $3",
            conflict.found.device_no, conflict.found.counter, conflict.act_digest,
        )  # fmt: skip
    return True


async def text_of_act(session: Session, conflict: KeptConflict) -> str:
    """Return the text of an act as its device signed it, while somebody must look at it."""
    row = await session.row(
        "SELECT content FROM device_act WHERE device_no = $1 AND counter = $2 AND digest = $3",
        conflict.found.device_no, conflict.found.counter, conflict.act_digest,
    )  # fmt: skip
    return row["content"] if row else ""


async def find(session: Session, conflict_no: str) -> KeptConflict | None:
    """Return a conflict by its number."""
    row = await session.row("SELECT * FROM conflict WHERE conflict_no = $1", conflict_no)
    return _conflict(row) if row else None


async def listed(
    session: Session, *, unit: str, state: str, kind: str = "", after: int = 0, limit: int
) -> list[tuple[int, KeptConflict]]:
    """Return conflicts of one unit or all: what is open the oldest first, what is settled the newest first."""
    values: list[Any] = [state, after or (0 if state == "open" else 2**62)]
    narrower = ""
    for name, value in (("unit", unit), ("kind", kind)):
        if value:
            values.append(value)
            narrower += f" AND {name} = ${len(values)}"
    further, order = ("id > $2", "id") if state == "open" else ("id < $2", "id DESC")
    rows = await session.rows(
        f"SELECT * FROM conflict WHERE state = $1 AND {further}{narrower} ORDER BY {order} LIMIT {int(limit)}", *values
    )
    return [(row["id"], _conflict(row)) for row in rows]


async def counts(session: Session, *, unit: str) -> dict[str, int]:
    """Return how many conflicts of each kind are open, of one unit or all."""
    narrower = " AND unit = $2" if unit else ""
    rows = await session.rows(
        f"SELECT kind, count(*) AS n FROM conflict WHERE state = $1{narrower} GROUP BY kind",
        "open", *([unit] if unit else []),
    )  # fmt: skip
    return {row["kind"]: row["n"] for row in rows}


async def count_of_device(session: Session, kind: str, device_no: str) -> int:
    """Return how many conflicts of one kind are open of a device."""
    row = await session.row(
        "SELECT count(*) AS n FROM conflict WHERE state = 'open' AND kind = $1 AND device_no = $2", kind, device_no
    )
    return int(row["n"]) if row else 0


def _conflict(row: Mapping[str, Any]) -> KeptConflict:
    found_at = moment(row["found_at"])
    assert found_at is not None  # the column may not be empty
    found = Found(
        kind=row["kind"], subject=row["subject"], unit=row["unit"], consignment_no=row["consignment_no"] or "",
        device_no=row["device_no"], counter=row["counter"],
        sides=tuple(_side(side) for side in records.from_json(row["sides"])),
    )  # fmt: skip
    return KeptConflict(
        conflict_no=row["conflict_no"], found=found, found_at=found_at, state=row["state"],
        settled_as=row["settled_as"], settled_at=moment(row["settled_at"]), settled_by=row["settled_by"],
        reason=row["reason"],
    )  # fmt: skip


def _side(data: dict[str, Any]) -> Side:
    return Side(**{**data, **{name: moment(data[name]) for name in _MOMENTS}})
