"""Delivery routes, each with its places. A closed one stays for those who ask who walked it.

Used by: delivery_routes, snapshots.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from postgw.domain.delivery_route import Route, RoutePlace

from .database import Session, moment

_ROUTE = "r.id, r.office, r.route_no, r.name, r.worker, r.version, r.closed_at, r.changed_at, r.changed_by"


async def of_office(session: Session, office: str, *, closed: bool = False) -> tuple[Route, ...]:
    """Return the routes of an office in the order of their numbers; with `closed`, those too that are no more."""
    open_only = "" if closed else " AND r.closed_at IS NULL"
    return await _routes(
        session, f"SELECT {_ROUTE} FROM delivery_route r WHERE r.office = $1{open_only} ORDER BY r.route_no", office
    )


async def serving(session: Session, communes: Sequence[str]) -> tuple[Route, ...]:
    """Return the open routes, of whatever office, that have a part of one of these communes."""
    return await _routes(
        session,
        f"SELECT {_ROUTE} FROM delivery_route r WHERE r.closed_at IS NULL AND r.id IN"
        f" (SELECT p.route_id FROM delivery_route_place p WHERE p.commune_code {session.among(1)})"
        " ORDER BY r.office, r.route_no",
        list(communes),
    )


async def near(session: Session, office: str) -> tuple[Route, ...]:
    """Return the open routes of an office, and those of others that share a commune with them."""
    return await _routes(
        session,
        f"SELECT {_ROUTE} FROM delivery_route r WHERE r.closed_at IS NULL AND (r.office = $1 OR r.id IN"
        " (SELECT p.route_id FROM delivery_route_place p WHERE p.commune_code IN (SELECT o.commune_code"
        " FROM delivery_route_place o JOIN delivery_route w ON w.id = o.route_id WHERE w.office = $1"
        " AND w.closed_at IS NULL))) ORDER BY r.office, r.route_no",
        office,
    )


async def find(session: Session, office: str, route_no: str, *, lock: bool = False) -> Route | None:
    """Return one route, closed or not."""
    suffix = session.for_update if lock else ""
    found = await _routes(
        session, f"SELECT {_ROUTE} FROM delivery_route r WHERE r.office = $1 AND r.route_no = $2{suffix}",
        office, route_no,
    )  # fmt: skip
    return found[0] if found else None


async def _routes(session: Session, sql: str, *values: object) -> tuple[Route, ...]:
    rows = await session.rows(sql, *values)
    places: dict[int, list[RoutePlace]] = defaultdict(list)
    for each in await _places(session, [row["id"] for row in rows]):
        places[each["route_id"]].append(
            RoutePlace(commune_code=each["commune_code"], words=tuple(each["words"].splitlines()))
        )
    return tuple(_route(row, places[row["id"]]) for row in rows)


async def _places(session: Session, ids: Sequence[int]) -> list[dict[str, Any]]:
    return await session.rows(
        "SELECT route_id, commune_code, words FROM delivery_route_place"
        f" WHERE route_id {session.among(1, 'bigint')} ORDER BY id",
        list(ids),
    )


def _route(row: dict[str, Any], places: Sequence[RoutePlace]) -> Route:
    return Route(
        office=row["office"], route_no=row["route_no"], name=row["name"], worker=row["worker"],
        version=row["version"], places=tuple(places), is_closed=row["closed_at"] is not None,
        changed_by=row["changed_by"], changed_at=moment(row["changed_at"]),
    )  # fmt: skip


async def add(tx: Session, route: Route, *, actor: str, at: datetime) -> bool:
    """Keep a new route; return false when its number is taken at that office."""
    row = await tx.row(
        "INSERT INTO delivery_route (office, route_no, name, worker, changed_at, changed_by)"
        " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (office, route_no) DO NOTHING RETURNING id",
        route.office, route.route_no, route.name, route.worker, at, actor,
    )  # fmt: skip
    if row is None:
        return False
    await _put_places(tx, row["id"], route.places)
    return True


async def change(tx: Session, route: Route, *, actor: str, at: datetime) -> bool:
    """Keep what a route is now; return false when somebody else changed it since `route.version`."""
    row = await tx.row(
        "UPDATE delivery_route SET name = $3, worker = $4, version = version + 1, changed_at = $5, changed_by = $6,"
        " closed_at = CASE WHEN $7 THEN COALESCE(closed_at, $5) ELSE NULL END"
        " WHERE office = $1 AND route_no = $2 AND version = $8 RETURNING id",
        route.office, route.route_no, route.name, route.worker, at, actor, route.is_closed, route.version,
    )  # fmt: skip
    if row is None:
        return False
    await tx.run("DELETE FROM delivery_route_place WHERE route_id = $1", row["id"])
    await _put_places(tx, row["id"], route.places)
    return True


async def _put_places(tx: Session, route_id: int, places: Sequence[RoutePlace]) -> None:
    await tx.insert_many(
        "delivery_route_place", (("route_id", "bigint"), ("commune_code", "text"), ("words", "text")),
        [(route_id, place.commune_code, "\n".join(place.words)) for place in places],
    )  # fmt: skip
