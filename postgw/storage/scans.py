"""Scans kept, and what follows from them, in one transaction.

`keep` is the only writer of a consignment's state: given consignments that are locked, it adds the statements that are
new, folds the whole journey of each anew (`domain.custody`, nowhere else), stores the result, and leaves a word in the
outbox for every milestone. Everything is done with a fixed number of statements, however many scans there are.

`keep_unless_moved` does the same without a transaction: the items were looked at and not locked, and the one statement
that writes sees whether anybody wrote to them meanwhile. So whoever adds a scan to an item writes the item's row as
well, though nothing in it may change.

Used by: journey_room; tracking, feeds, handover, delivery, booking.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2s
from itertools import chain
from types import MappingProxyType
from typing import Any

from postgw import logs
from postgw.domain.contradictions import worth_a_look
from postgw.domain.custody import Custody, custody_of, milestones
from postgw.domain.journey_room import without_room
from postgw.domain.ports import Notice
from postgw.domain.scan import Scan
from postgw.domain.states import ScanTable

from . import at_once, scan_rows
from .consignments import custody_from_row
from .database import IntegrityError, Session

_LOCKED = (
    "c.id, c.consignment_no, c.item_no, c.leg, c.desk, c.to_desk, c.bag_no, c.dossier_id, d.dossier_no,"
    " c.rules_version, c.version, c.state, c.holder, c.office, c.since_at, c.attempts, c.heard_at, c.proved, c.live,"
    " EXISTS (SELECT 1 FROM conflict t WHERE t.consignment_no = c.consignment_no AND t.state = 'open') AS contested,"
    " EXISTS (SELECT 1 FROM delivery_route r WHERE r.closed_at IS NULL) AS routed"
)
#: Each item's own few rows by their index, whatever the planner thinks of a table that grew since it last counted.
_LOOK = (
    f"SELECT {_LOCKED}, c.xmin::text AS written_by, "
    + ", ".join(f"s.{name} AS s_{name}" for name in scan_rows.COLUMNS.split(", "))
    + " FROM consignment c"
    " CROSS JOIN LATERAL (SELECT dossier_no FROM dossier WHERE id = c.dossier_id OFFSET 0) d"
    f" LEFT JOIN LATERAL (SELECT {scan_rows.COLUMNS} FROM scan WHERE consignment_id = c.id OFFSET 0) s ON true"
    " WHERE c.consignment_no {among} OR c.item_no {among}"
)


@dataclass(slots=True)
class Locked:
    """A consignment held by this transaction, with just what the fold and its notices need."""

    id: int
    consignment_no: str
    item_no: str
    leg: str
    desk: str
    to_desk: str
    bag_no: str
    dossier_id: int
    dossier_no: str
    rules_version: str
    version: int
    custody: Custody
    contested: bool = False  #: a lead has an open conflict of it
    routed: bool = True  #: it is known which office serves whom
    written_by: str = ""  #: the transaction that last wrote its row, where it was looked at only


@dataclass(frozen=True, slots=True)
class Look:
    """Items as they stood at one moment, with their journeys, unlocked."""

    items: Mapping[str, Locked]  #: by every name they go by
    journeys: Mapping[int, list[Scan]]


@dataclass(frozen=True, slots=True)
class Kept:
    """What `keep` did: which statements were new, and what each consignment became."""

    new: frozenset[str]  #: keys of the scans that were not known before
    foreign: frozenset[str]  #: keys that belong to a scan of another item: what was told now is not kept
    custody: Mapping[str, Custody]  #: by consignment number
    doubtful: frozenset[str] = frozenset()  #: consignments whose journey is worth a look for contradictions
    outside: frozenset[str] = frozenset()  #: keys of new scans for which their journeys had no room: they are not kept


async def lock(tx: Session, numbers: Iterable[str]) -> dict[str, Locked]:
    """Lock consignments named by consignment, item or bag number; return them by every name they go by.

    A bag number is not among the names: ask `in_bag` of the result. Rows are locked in one order, so two batches that
    share items wait for each other and never block each other for good.
    """
    wanted = list(dict.fromkeys(numbers))
    among, suffix = tx.among_keys(1), tx.for_update.replace("UPDATE", "UPDATE OF c")
    rows = await tx.rows(
        f"SELECT {_LOCKED} FROM consignment c JOIN dossier d ON d.id = c.dossier_id"
        f" WHERE c.consignment_no {among} OR c.item_no {among} ORDER BY c.id{suffix}",
        wanted,
    )  # fmt: skip
    return _by_name(map(_locked, rows))


async def look(session: Session, numbers: Iterable[str]) -> Look:
    """Return consignments named by consignment or item number as they stand, with their journeys. PostgreSQL only."""
    among = session.among_keys(1)
    rows = await session.plain_rows(_LOOK.format(among=among), list(dict.fromkeys(numbers)))
    items: dict[int, Locked] = {}
    journeys: dict[int, list[Scan]] = defaultdict(list)
    for row in rows:
        if row["id"] not in items:
            items[row["id"]] = _locked(row, written_by=row["written_by"])
        if row["s_source"] is not None:
            journeys[row["id"]].append(scan_rows.scan_from_row(row[-scan_rows.COLUMN_COUNT :]))
    return Look(items=_by_name(items.values()), journeys=journeys)


def _by_name(items: Iterable[Locked]) -> dict[str, Locked]:
    found = {}
    for item in items:
        found[item.consignment_no] = item
        if item.item_no:
            found[item.item_no] = item
    return found


def _locked(row: Mapping[str, Any], *, written_by: str = "") -> Locked:
    return Locked(
        id=row["id"], consignment_no=row["consignment_no"], item_no=row["item_no"] or "", leg=row["leg"],
        desk=row["desk"], to_desk=row["to_desk"], bag_no=row["bag_no"] or "", dossier_id=row["dossier_id"],
        dossier_no=row["dossier_no"] or "", rules_version=row["rules_version"], version=row["version"],
        custody=custody_from_row(row), contested=bool(row["contested"]), routed=bool(row["routed"]),
        written_by=written_by,
    )  # fmt: skip


async def keep(
    tx: Session,
    statements: Sequence[tuple[Locked, Scan]],
    *,
    table_of: Callable[[str], ScanTable],
    at: datetime,
    quiet: bool = False,
    requests: Mapping[str, str] = MappingProxyType({}),
    most: int | None = None,
) -> Kept:
    """Keep statements about locked consignments and everything that follows from them.

    Whoever may be told of one item without end names with `most` for how many its journey has room, and sees to what
    was left outside. With `quiet` nobody is told: what is taken over happened long ago, and whoever had to hear of it
    has. `requests` names by the key of a scan which request brought it; whoever is not named came with the one under
    way.
    """
    if not statements:
        return Kept(new=frozenset(), foreign=frozenset(), custody={})
    touched = {locked.id: locked for locked, _ in statements}
    journeys = await scan_rows.of_items(tx, list(touched))
    outside = _outside(statements, journeys, most)
    told = _Told(statements=_but(statements, outside), table_of=table_of, requests=requests, quiet=quiet)
    new = _not_told(told.statements, journeys)
    changed = await _fold_locked(tx, touched, journeys, new, told)
    written = await _write(tx, touched, new, changed, told, add=True, at=at)
    if len(written) < len(new):
        new = [(locked, scan) for locked, scan in new if (scan.source, scan.source_id) in written]
        changed = await _fold_locked(tx, touched, journeys, new, told)
        await _write(tx, touched, new, changed, told, add=False, at=at)
    return replace(_kept(touched, journeys, new, changed, told), outside=outside)


async def keep_unless_moved(
    session: Session,
    seen: Look,
    statements: Sequence[tuple[Locked, Scan]],
    *,
    table_of: Callable[[str], ScanTable],
    at: datetime,
    requests: Mapping[str, str],
    most: int,
) -> Kept | None:
    """Keep statements about items that were looked at, and everything that follows, in one statement.

    Return nothing, having kept nothing, where that cannot be done without locks: somebody wrote to an item meanwhile,
    an id is taken, an item lives again that may have been replaced, or a journey has no room: what is left outside is
    kept elsewhere.
    """
    if _outside(statements, seen.journeys, most):
        return None
    touched = {locked.id: locked for locked, _ in statements}
    told = _Told(statements=statements, table_of=table_of, requests=requests, quiet=False)
    new = _not_told(statements, seen.journeys)
    changed = _fold(touched, seen.journeys, new, told)
    if any(touched[id_].custody.ended and not after.ended for id_, after in changed.items()):
        return None
    if new:
        scans, custody, notices = _rows(touched, new, changed, told)
        seen_rows = [(*row, touched[row[0]].written_by) for row in custody]
        try:
            if not await at_once.write_unless_moved(session, scans, seen_rows, notices, at=at):
                return None
        except IntegrityError:
            return None
    return _kept(touched, seen.journeys, new, changed, told)


def _kept(
    touched: Mapping[int, Locked],
    journeys: Mapping[int, list[Scan]],
    new: Sequence[tuple[Locked, Scan]],
    changed: Mapping[int, Custody],
    told: _Told,
) -> Kept:
    doubtful = list(_doubtful(touched, journeys, new, changed, told.table_of))
    for locked, scan in new:
        journeys[locked.id].append(scan)
    for id_, after in changed.items():
        touched[id_].custody = after
    return Kept(
        new=frozenset(scan.key for _, scan in new),
        foreign=_foreign(told.statements, new, journeys),
        custody={locked.consignment_no: locked.custody for locked in touched.values()},
        doubtful=frozenset(doubtful),
    )


def _doubtful(
    touched: Mapping[int, Locked],
    journeys: Mapping[int, list[Scan]],
    new: Sequence[tuple[Locked, Scan]],
    changed: Mapping[int, Custody],
    table_of: Callable[[str], ScanTable],
) -> Iterator[str]:
    more = _by_item(new)
    for id_, locked in touched.items():
        before, after, table = locked.custody, changed.get(id_, locked.custody), table_of(locked.rules_version)
        if locked.contested or worth_a_look(
            locked.leg, journeys[id_], more[id_], before, after, table, routed=locked.routed
        ):
            yield locked.consignment_no


def _by_item(new: Iterable[tuple[Locked, Scan]]) -> dict[int, list[Scan]]:
    more: dict[int, list[Scan]] = defaultdict(list)
    for locked, scan in new:
        more[locked.id].append(scan)
    return more


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What was told, and how it is to be taken."""

    statements: Sequence[tuple[Locked, Scan]]
    table_of: Callable[[str], ScanTable]
    requests: Mapping[str, str]
    quiet: bool


def _not_told(
    statements: Sequence[tuple[Locked, Scan]], journeys: Mapping[int, list[Scan]]
) -> list[tuple[Locked, Scan]]:
    """Return the statements that their journeys do not hold yet, in one order; of two with one key the first counts."""
    known = {(id_, scan.source, scan.source_id) for id_ in journeys for scan in journeys[id_]}
    first: dict[tuple[str, str], tuple[Locked, Scan]] = {}
    for locked, scan in statements:
        if (locked.id, scan.source, scan.source_id) not in known:
            first.setdefault((scan.source, scan.source_id), (locked, scan))
    return [first[key] for key in sorted(first)]


def _outside(
    statements: Sequence[tuple[Locked, Scan]], journeys: Mapping[int, list[Scan]], most: int | None
) -> frozenset[str]:
    """Return the keys of the statements that are new and find no room."""
    told = _by_item(statements)
    if most is None or all(len(journeys.get(id_, ())) + len(scans) <= most for id_, scans in told.items()):
        return frozenset()
    outside = set[str]()
    for id_, scans in told.items():
        known = {scan.key for scan in journeys[id_]}
        new = {scan.key: scan for scan in reversed(scans) if scan.key not in known}
        outside |= without_room(journeys[id_], list(reversed(new.values())), most)
    return frozenset(outside)


def _but(statements: Sequence[tuple[Locked, Scan]], outside: frozenset[str]) -> Sequence[tuple[Locked, Scan]]:
    return [(locked, scan) for locked, scan in statements if scan.key not in outside] if outside else statements


def _fold(
    touched: Mapping[int, Locked],
    journeys: Mapping[int, list[Scan]],
    new: Sequence[tuple[Locked, Scan]],
    told: _Told,
) -> dict[int, Custody]:
    """Fold the journeys with what is new; return where those stand that moved."""
    more, changed = _by_item(new), {}
    for id_, locked in touched.items():
        after = custody_of(locked.leg, [*journeys[id_], *more[id_]], told.table_of(locked.rules_version))
        if after != locked.custody:
            changed[id_] = after
    return changed


async def _fold_locked(
    tx: Session,
    touched: Mapping[int, Locked],
    journeys: Mapping[int, list[Scan]],
    new: Sequence[tuple[Locked, Scan]],
    told: _Told,
) -> dict[int, Custody]:
    changed = _fold(touched, journeys, new, told)
    for id_ in await _replaced(tx, touched, changed):
        changed[id_] = replace(changed[id_], ended=True)
    return changed


async def _write(
    tx: Session,
    touched: Mapping[int, Locked],
    new: Sequence[tuple[Locked, Scan]],
    changed: Mapping[int, Custody],
    told: _Told,
    *,
    add: bool,
    at: datetime,
) -> set[tuple[str, str]]:
    """Write what follows, with the new scans where they are to be added; return which of those were written.

    When those are fewer than were new, nothing else was.
    """
    scans, custody, notices = _rows(touched, new, changed, told)
    return await at_once.write(tx, scans if add else [], custody, notices, at=at)


def _rows(
    touched: Mapping[int, Locked],
    new: Sequence[tuple[Locked, Scan]],
    changed: Mapping[int, Custody],
    told: _Told,
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]], list[tuple[Notice, str]]]:
    """Return what is to be written: scans, items, and what is told."""
    scans = [scan_rows.row_of_scan(locked.id, scan) for locked, scan in new]
    custody = [_custody_row(id_, changed.get(id_, touched[id_].custody)) for id_ in _written_to(new, changed)]
    return scans, custody, [] if told.quiet else _notices(touched, changed, told)


def _written_to(new: Iterable[tuple[Locked, Scan]], changed: Iterable[int]) -> list[int]:
    """Return the items whose rows are written: those that moved, and those that were only told of something."""
    return list(dict.fromkeys(chain(changed, (locked.id for locked, _ in new))))


def _foreign(
    statements: Sequence[tuple[Locked, Scan]], new: Sequence[tuple[Locked, Scan]], journeys: Mapping[int, list[Scan]]
) -> frozenset[str]:
    if len(new) == len(statements):
        return frozenset()
    own = {(id_, scan.key) for id_, journey in journeys.items() for scan in journey}
    return frozenset(scan.key for locked, scan in statements if (locked.id, scan.key) not in own)


async def _replaced(tx: Session, touched: Mapping[int, Locked], changed: Mapping[int, Custody]) -> list[int]:
    """Return those that left their end although another consignment took their place meanwhile.

    What was lost and is found again, or ended by a scan that is corrected, lives again only while nobody else lives
    in its stead; its journey is followed either way.
    """
    back = [id_ for id_, after in changed.items() if touched[id_].custody.ended and not after.ended]
    if not back:
        return []
    rows = await tx.rows(
        f"SELECT dossier_id, leg FROM consignment WHERE live AND dossier_id {tx.among(1, 'bigint')}",
        [touched[id_].dossier_id for id_ in back],
    )
    living = {(row["dossier_id"], row["leg"]) for row in rows}
    return [id_ for id_ in back if (touched[id_].dossier_id, touched[id_].leg) in living]


def _custody_row(id_: int, custody: Custody) -> tuple[Any, ...]:
    return (
        id_, custody.state, custody.holder, custody.office, custody.since, custody.attempts, custody.heard_at,
        custody.proved, not custody.ended,
    )  # fmt: skip


def _notices(touched: Mapping[int, Locked], changed: Mapping[int, Custody], told: _Told) -> list[tuple[Notice, str]]:
    cause = {locked.id: scan for locked, scan in told.statements}
    return [
        (
            _notice(touched[id_], after, state, cause[id_]),
            told.requests.get(cause[id_].key) or logs.request_id.get(),
        )
        for id_, after in changed.items()
        for state in milestones(touched[id_].custody, after, told.table_of(touched[id_].rules_version))
    ]  # fmt: skip


def _notice(locked: Locked, after: Custody, state: str, cause: Scan) -> Notice:
    data: dict[str, Any] = {"attempts": after.attempts} if after.attempts else {}
    if cause.reason:
        data["reason"] = cause.reason
    return Notice(
        notice_id=f"{locked.consignment_no}.{state}.{blake2s(cause.key.encode(), digest_size=6).hexdigest()}",
        kind=f"consignment.{state}",
        at=after.since or cause.occurred_at,
        desk=locked.desk,
        consignment_no=locked.consignment_no,
        dossier_no=locked.dossier_no,
        item_no=locked.item_no,
        leg=locked.leg,
        state=state,
        office=after.office,
        data=data,
    )
