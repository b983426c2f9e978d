"""Consignments in and out, as domain objects.

`create` leans on the database itself for the rule of one live consignment per dossier and leg: whoever comes second,
from whatever process, meets the index and gets the first one back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from postgw.domain.consignment import Consignment
from postgw.domain.custody import Custody
from postgw.domain.post_account import PostAccount

from . import item_lists, records, search_words
from .database import IntegrityError, Session, moment

COLUMNS = (
    "c.id, c.consignment_no, c.dossier_id, d.dossier_no, c.leg, c.issue, c.desk, c.to_desk, c.parties,"
    " c.item_no, c.bag_no,"
    " c.collect_dong, c.without_result, c.account, c.public_service,"
    " c.rules_version, c.version, c.created_at, c.state, c.holder, c.office,"
    " c.since_at, c.attempts, c.heard_at, c.proved, c.live"
)
FROM = "FROM consignment c JOIN dossier d ON d.id = c.dossier_id"
_NEXT = "(SELECT COALESCE(max(issue), 0) + 1 FROM consignment WHERE dossier_id = $2 AND leg = CAST($3 AS VARCHAR))"


def from_row(row: dict[str, Any]) -> Consignment:
    """Return a stored consignment."""
    parties = records.from_json(row["parties"])
    return Consignment(
        consignment_no=row["consignment_no"],
        dossier_id=row["dossier_id"],
        dossier_no=row["dossier_no"] or "",
        leg=row["leg"],
        issue=row["issue"],
        desk=row["desk"],
        to_desk=row["to_desk"],
        consignor=records.party(parties["consignor"]),
        consignee=records.party(parties["consignee"]),
        item_no=row["item_no"] or "",
        collect_dong=row["collect_dong"],
        without_result=bool(row["without_result"]),
        account=row["account"],
        public_service=bool(row["public_service"]),
        rules_version=row["rules_version"],
        version=row["version"],
        custody=custody_from_row(row),
    )


def custody_from_row(row: Mapping[str, Any]) -> Custody:
    """Return the stored result of the fold."""
    return Custody(
        state=row["state"],
        holder=row["holder"],
        office=row["office"],
        since=moment(row["since_at"]),
        attempts=row["attempts"],
        heard_at=moment(row["heard_at"]),
        proved=bool(row["proved"]),
        ended=not row["live"],
    )


async def create(tx: Session, consignment: Consignment, *, actor: str, at: datetime) -> bool:
    """Keep a new consignment; return false when the dossier has a live one on this leg."""
    return await _insert(tx, consignment, consignment.issue, actor, at) is not None


async def create_next(tx: Session, consignment: Consignment, *, actor: str, at: datetime) -> Consignment | None:
    """Keep a new consignment as the next issue on its leg and return it; nothing when one is live or a number taken."""
    issue = await _insert(tx, consignment, 0, actor, at)
    return None if issue is None else replace(consignment, issue=issue)


async def _insert(tx: Session, consignment: Consignment, issue: int, actor: str, at: datetime) -> int | None:
    """Keep a consignment; an issue of 0 is the next one."""
    parties = records.parties(consignor=consignment.consignor, consignee=consignment.consignee)
    row = await tx.row(
        "INSERT INTO consignment (consignment_no, dossier_id, leg, issue, desk, to_desk, parties, collect_dong,"
        " rules_version, created_at, created_by, holder, without_result, account, public_service)"
        f" VALUES ($1, $2, $3, {_NEXT if issue == 0 else int(issue)}, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
        " ON CONFLICT DO NOTHING RETURNING issue",
        consignment.consignment_no, consignment.dossier_id, consignment.leg, consignment.desk, consignment.to_desk,
        parties, consignment.collect_dong, consignment.rules_version, at, actor, consignment.custody.holder,
        consignment.without_result, consignment.account, consignment.public_service,
    )  # fmt: skip
    return row["issue"] if row else None


async def issues(session: Session, dossier_id: int, leg: str) -> tuple[int, str]:
    """Return how many consignments a dossier had on a leg, and the number of the live one, if any."""
    rows = await session.rows(
        "SELECT consignment_no, issue, live FROM consignment WHERE dossier_id = $1 AND leg = $2", dossier_id, leg
    )
    live = next((row["consignment_no"] for row in rows if row["live"]), "")
    return max((row["issue"] for row in rows), default=0), live


async def of_leg(session: Session, dossier_id: int, leg: str) -> str:
    """Return the number of the newest consignment that a dossier ever had on a leg; empty when it had none."""
    row = await session.row(
        "SELECT consignment_no FROM consignment WHERE dossier_id = $1 AND leg = $2 ORDER BY issue DESC LIMIT 1",
        dossier_id, leg,
    )  # fmt: skip
    return row["consignment_no"] if row else ""


async def find(session: Session, number: str, *, lock: bool = False) -> Consignment | None:
    """Return the consignment that a consignment number or an item number names."""
    suffix = session.for_update.replace("UPDATE", "UPDATE OF c") if lock else ""
    row = await session.row(f"SELECT {COLUMNS} {FROM} WHERE c.consignment_no = $1 OR c.item_no = $1{suffix}", number)
    return from_row(row) if row else None


async def by_id(session: Session, consignment_id: int) -> Consignment:
    """Return a consignment that is known to be there, by its row."""
    row = await session.row(f"SELECT {COLUMNS} {FROM} WHERE c.id = $1", consignment_id)
    assert row is not None
    return from_row(row)


async def several(session: Session, numbers: Sequence[str]) -> dict[str, Consignment]:
    """Return consignments by their consignment numbers."""
    rows = await session.rows(f"SELECT {COLUMNS} {FROM} WHERE c.consignment_no {session.among(1)}", list(numbers))
    return {row["consignment_no"]: from_row(row) for row in rows}


async def named(session: Session, names: Sequence[str]) -> dict[str, Consignment]:
    """Return consignments by the names they were asked for under: consignment or item numbers."""
    among = session.among(1)
    rows = await session.rows(
        f"SELECT {COLUMNS} {FROM} WHERE c.consignment_no {among} OR c.item_no {among}", list(names)
    )
    found = {
        name: consignment
        for consignment in map(from_row, rows)
        for name in (consignment.consignment_no, consignment.item_no)
    }
    return {name: found[name] for name in names if name in found}


async def of_dossier(session: Session, dossier_id: int, *, lock: bool = False) -> tuple[Consignment, ...]:
    """Return every consignment of a dossier, oldest first; locked where one of them is to be changed."""
    suffix = session.for_update.replace("UPDATE", "UPDATE OF c") if lock else ""
    rows = await session.rows(f"SELECT {COLUMNS} {FROM} WHERE c.dossier_id = $1 ORDER BY c.id{suffix}", dossier_id)
    return tuple(from_row(row) for row in rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which consignments a list is to hold; an empty field sets no condition.

    A desk sees what begins or ends at it, a post office what was seen at it.
    """

    desk: str = ""
    office: str = ""
    state: str = ""
    leg: str = ""
    dossier_key: str = ""  #: the dossier's number without dots and dashes

    def conditions(self) -> tuple[str, list[str]]:
        """Return the conditions, each beginning with AND, for values bound from `$2` on."""
        text, values = "", []
        for condition, value in (
            ("(c.desk = {n} OR c.to_desk = {n})", self.desk),
            ("EXISTS (SELECT 1 FROM scan s WHERE s.consignment_id = c.id AND s.office = {n})", self.office),
            ("c.state = {n}", self.state),
            ("c.leg = {n}", self.leg),
            ("d.number_key = {n}", self.dossier_key),
        ):
            if value:
                values.append(value)
                text += " AND " + condition.format(n=f"${len(values) + 1}")
        return text, values


async def listed(session: Session, wanted: Wanted, *, before: int, limit: int) -> list[tuple[int, Consignment]]:
    """Return consignments, newest first, with the row number from which the next page goes on."""
    sieve = item_lists.Sieve(state=wanted.state, leg=wanted.leg, dossier_no=wanted.dossier_key)
    kind = "desk" if wanted.desk else "office" if wanted.office else "all"
    ids = await item_lists.ids(session, sieve, unit=wanted.desk or wanted.office, kind=kind, before=before, limit=limit)
    found = await by_ids(session, ids)
    return [(id_, found[id_]) for id_ in ids]


async def oldest(session: Session, wanted: Wanted, *, limit: int) -> tuple[Consignment, ...]:
    """Return the consignments that have stood longest in their state."""
    conditions, values = wanted.conditions()
    rows = await session.rows(
        f"SELECT {COLUMNS} {FROM} WHERE c.id > $1{conditions}"
        f" ORDER BY COALESCE(c.since_at, c.created_at), c.id LIMIT {int(limit)}",
        0, *values,
    )  # fmt: skip
    return tuple(from_row(row) for row in rows)


async def on_the_way(session: Session, wanted: Wanted, *, after: int, limit: int) -> list[tuple[int, Consignment]]:
    """Return what the public post has and has not yet tried to deliver, longest known first, with its row number."""
    conditions, values = wanted.conditions()
    rows = await session.rows(
        f"SELECT {COLUMNS} {FROM} WHERE c.id > $1{conditions} AND c.live AND c.public_service"
        " AND c.state NOT IN ('registered', 'booked')"
        " AND NOT (c.leg = 'return' AND (c.attempts > 0 OR c.state = 'held'))"
        f" ORDER BY c.id LIMIT {int(limit)}",
        after, *values,
    )  # fmt: skip
    return [(row["id"], from_row(row)) for row in rows]


async def where(
    session: Session, condition: str, *values: object, after: int, limit: int
) -> list[tuple[int, Consignment]]:
    """Return consignments that meet a condition of another file of this room, whose values are bound from `$2` on."""
    rows = await session.rows(
        f"SELECT {COLUMNS} {FROM} WHERE c.id > $1 AND {condition} ORDER BY c.id LIMIT {int(limit)}", after, *values
    )
    return [(row["id"], from_row(row)) for row in rows]


def by_delivery(session: Session) -> str:
    """Return what stands behind the table's name where what was delivered of late is looked for.

    It is a small part of what was ever delivered, which SQLite cannot know by itself.
    """
    return "INDEXED BY consignment_delivered " if session.sqlite else ""


async def by_ids(session: Session, ids: Sequence[int]) -> dict[int, Consignment]:
    """Return consignments by their row numbers."""
    rows = await session.rows(f"SELECT {COLUMNS} {FROM} WHERE c.id {session.among(1, 'bigint')}", list(ids))
    return {row["id"]: from_row(row) for row in rows}


async def counts(session: Session, wanted: Wanted) -> dict[str, int]:
    """Return how many consignments stand in each state."""
    conditions, values = wanted.conditions()
    rows = await session.rows(
        f"SELECT c.state, count(*) AS n {FROM} WHERE c.id > $1{conditions} GROUP BY c.state", 0, *values
    )
    return {row["state"]: row["n"] for row in rows}


async def was_at(session: Session, consignment_no: str, office: str) -> bool:
    """Say whether anything was ever told of a consignment at an office."""
    row = await session.row(
        "SELECT 1 AS yes FROM scan s JOIN consignment c ON c.id = s.consignment_id"
        " WHERE c.consignment_no = $1 AND s.office = $2 LIMIT 1",
        consignment_no, office,
    )  # fmt: skip
    return row is not None


async def change(tx: Session, consignment: Consignment) -> None:
    """Keep new parties and amount of a consignment as its next version."""
    parties = records.parties(consignor=consignment.consignor, consignee=consignment.consignee)
    await tx.run(
        "UPDATE consignment SET parties = $2, collect_dong = $3, version = $4 WHERE consignment_no = $1",
        consignment.consignment_no, parties, consignment.collect_dong, consignment.version,
    )  # fmt: skip
    citizens = {"send": consignment.consignor, "withdrawal": consignment.consignor, "return": consignment.consignee}
    if citizen := citizens.get(consignment.leg):
        await search_words.also(tx, consignment.dossier_id, [citizen], [consignment.desk])


async def travels_with(tx: Session, consignment_no: str, account: PostAccount) -> None:
    """Keep under whose contract a consignment travels, and so whether it is one of the public service."""
    await tx.run(
        "UPDATE consignment SET account = $2, public_service = $3 WHERE consignment_no = $1",
        consignment_no, account.name, account.public_post,
    )  # fmt: skip


async def bind(
    tx: Session, consignment_no: str, item_no: str, *, source: str, office: str, actor: str, at: datetime
) -> dict[str, Any] | None:
    """Give an item number to a consignment; return the binding that stands in the way, if one does."""
    await tx.run(f"SELECT id FROM consignment WHERE consignment_no = $1{tx.for_update}", consignment_no)
    if held := await _binding(tx, consignment_no, item_no):
        return held
    bound = await tx.row(
        "INSERT INTO binding (item_no, consignment_no, source, office, bound_at, bound_by)"
        " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (item_no) DO NOTHING RETURNING id",
        item_no, consignment_no, source, office, at, actor,
    )  # fmt: skip
    if bound is None:
        return await _binding(tx, consignment_no, item_no)
    await tx.run("UPDATE consignment SET item_no = $2 WHERE consignment_no = $1", consignment_no, item_no)
    return None


async def _binding(tx: Session, consignment_no: str, item_no: str) -> dict[str, Any] | None:
    row = await tx.row(
        "SELECT item_no, consignment_no, office, bound_at, bound_by FROM binding WHERE item_no = $1 OR"
        " consignment_no = $2",
        item_no, consignment_no,
    )  # fmt: skip
    return {**row, "bound_at": moment(row["bound_at"])} if row else None


async def put_in_bag(tx: Session, numbers: Sequence[str], bag_no: str) -> None:
    """Note the bag on what is inside it."""
    await tx.run(
        "UPDATE consignment SET bag_no = $2 WHERE id IN"
        f" (SELECT id FROM consignment WHERE consignment_no {tx.among(1)} ORDER BY id{tx.for_update})",
        list(numbers), bag_no,
    )  # fmt: skip


async def in_bag(session: Session, bag_no: str) -> tuple[str, ...]:
    """Return the numbers of what is inside a bag."""
    rows = await session.rows("SELECT consignment_no FROM consignment WHERE bag_no = $1 ORDER BY id", bag_no)
    return tuple(row["consignment_no"] for row in rows)


__all__ = [
    "IntegrityError", "Wanted", "bind", "by_ids", "change", "counts", "create", "create_next", "custody_from_row",
    "find", "from_row", "in_bag", "issues", "listed", "named", "of_dossier", "oldest", "on_the_way", "put_in_bag",
    "several", "travels_with", "was_at", "where",
]  # fmt: skip
