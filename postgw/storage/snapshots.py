"""What a post office has before it at one moment: what it holds, what comes to it, what its open lists and bags hold.

A fixed number of statements, however much there is: whoever asks says how many items are enough. What comes is looked
for among what is under way; which commune it goes to stands in the parties of the consignment.

Stands on: consignments, delivery_routes. Used by: snapshots.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from postgw.domain.consignment import Consignment
from postgw.domain.office_round import OpenList
from postgw.domain.stop import AT_OFFICE, ON_THE_WAY

from . import consignments
from .database import Session, moment

_FROM = "FROM consignment c JOIN dossier d ON d.id = c.dossier_id"
#: A desk's list is one coming of the post; those still unsigned at an office are a handful.
_LISTS_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A consignment with its row and the bag it is in."""

    row: int
    found: Consignment
    bag_no: str


def _carried(rows: Sequence[dict[str, Any]]) -> list[Carried]:
    return [Carried(row=row["id"], found=consignments.from_row(row), bag_no=row["bag_no"] or "") for row in rows]


async def at_office(session: Session, office: str, *, limit: int) -> list[Carried]:
    """Return what an office holds or its workers carry, the longest known first."""
    rows = await session.rows(
        f"SELECT {consignments.COLUMNS} {_FROM} WHERE c.live AND c.office = $1 AND c.state {session.among(2)}"
        f" ORDER BY c.id LIMIT {int(limit)}",
        office, list(AT_OFFICE),
    )  # fmt: skip
    return _carried(rows)


def _commune(session: Session, who: str) -> str:
    if session.sqlite:
        return f"json_extract(c.parties, '$.{who}.commune_code')"
    return f"(c.parties::jsonb -> '{who}' ->> 'commune_code')"


async def coming(
    session: Session, office: str, *, communes: Sequence[str], desks: Sequence[str], limit: int
) -> list[Carried]:
    """Return what is under way to these communes and desks, and what citizens of the communes wait to hand over.

    What is heard of last comes first, for it is the next to arrive.
    """
    to, at = _commune(session, "consignee"), _commune(session, "consignor")
    under_way = "(" + ", ".join(f"'{state}'" for state in ON_THE_WAY) + ")"
    rows = await session.rows(
        f"SELECT {consignments.COLUMNS} {_FROM} WHERE c.live AND c.public_service"
        f" AND c.state IN ('booked', {under_way[1:]} AND ("
        f"(c.state <> 'booked' AND c.leg = 'return' AND {to} {session.among(1)})"
        f" OR (c.state <> 'booked' AND c.leg <> 'return' AND COALESCE(NULLIF(c.to_desk, ''), c.desk)"
        f" {session.among(2)})"
        f" OR (c.state = 'booked' AND c.leg IN ('send', 'withdrawal') AND {at} {session.among(1)}))"
        " AND NOT (c.office = $3 AND c.state <> 'in_transit')"
        f" ORDER BY COALESCE(c.heard_at, c.created_at) DESC, c.id DESC LIMIT {int(limit)}",
        list(communes), list(desks), office,
    )  # fmt: skip
    return _carried(rows)


async def open_lists(session: Session, office: str) -> tuple[OpenList, ...]:
    """Return the lists between an office and its desks that are not signed, with what stands on them."""
    rows = await session.rows(
        "SELECT id, manifest_no, desk, direction, state, pickup_no, opened_at FROM manifest"
        f" WHERE office = $1 AND state <> 'signed' ORDER BY id DESC LIMIT {_LISTS_MOST}",
        office,
    )
    lines = await session.rows(
        "SELECT manifest_id, consignment_no FROM manifest_line"
        f" WHERE manifest_id {session.among(1, 'bigint')} ORDER BY id",
        [row["id"] for row in rows],
    )
    numbers: dict[int, list[str]] = defaultdict(list)
    for line in lines:
        numbers[line["manifest_id"]].append(line["consignment_no"])
    return tuple(
        OpenList(
            **{name: row[name] for name in ("manifest_no", "desk", "direction", "state", "pickup_no")},
            opened_at=moment(row["opened_at"]), numbers=tuple(numbers[row["id"]]),  # type: ignore[arg-type]
        )
        for row in rows
    )  # fmt: skip


async def in_bags(session: Session, bags: Sequence[str]) -> Mapping[str, list[str]]:
    """Return all that is inside bags, by bag."""
    rows = await session.rows(
        f"SELECT bag_no, consignment_no FROM consignment WHERE bag_no {session.among(1)} ORDER BY id", list(bags)
    )
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        found[row["bag_no"]].append(row["consignment_no"])
    return found


async def listed_elsewhere(session: Session, numbers: Sequence[str]) -> list[Carried]:
    """Return what stands on lists or in bags of an office and is neither at it nor known to come."""
    rows = await session.rows(
        f"SELECT {consignments.COLUMNS} {_FROM} WHERE c.consignment_no {session.among(1)} ORDER BY c.id", list(numbers)
    )
    return _carried(rows)
