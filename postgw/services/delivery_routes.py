"""Delivery routes: which round of which post office an address lies on, and who walks it today.

The postal lead keeps those of the own office, an administrator those of any. A number, once given, stays: a route that
is no more is closed, and can be opened again. Two leads at one route: the second is told and overwrites nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from postgw.domain.account import Account
from postgw.domain.actor import Actor
from postgw.domain.address import checked_text
from postgw.domain.change import Change, changed
from postgw.domain.delivery_route import (
    NAME_MOST,
    Route,
    RoutePlace,
    checked_places,
    checked_route_no,
    must_be_apart,
)
from postgw.domain.errors import Conflict, Forbidden, Invalid, Unknown
from postgw.domain.legal_day import shown
from postgw.domain.role import Role
from postgw.rules import places
from postgw.storage import changes, delivery_routes, people, province
from postgw.storage.database import Database, Session

#: One office has a dozen; all of a province's are some hundreds.
_WORKERS_MOST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRoutes:
    """The acts of keeping routes."""

    database: Database
    roles: Mapping[str, Role]

    async def listed(self, office: str, *, closed: bool = False, actor: Actor) -> tuple[Route, ...]:
        """Return the routes of an office by their numbers; with `closed`, those too that are no more."""
        self._must_see(office, actor)
        return await delivery_routes.of_office(self.database.reading, office, closed=closed)

    async def route(self, office: str, route_no: str, *, actor: Actor) -> Route:
        """Return one route."""
        self._must_see(office, actor)
        return await _known(self.database.reading, office, route_no)

    async def workers(self, office: str, *, actor: Actor) -> tuple[Account, ...]:
        """Return who may be put on a route of an office: its open accounts that may scan."""
        self._must_see(office, actor)
        return await self._workers(self.database.reading, office)

    async def _workers(self, session: Session, office: str) -> tuple[Account, ...]:
        found = await people.listed(session, unit=office, state="open", limit=_WORKERS_MOST)
        return tuple(each for each in found if self._may_scan(each))

    def _may_scan(self, account: Account) -> bool:
        return any("scans" in self.roles[code].does for code in account.roles if code in self.roles)

    async def make(self, route: Route, *, actor: Actor, at: datetime) -> Route:
        """Begin a route. Raises Conflict when its number or one of its places is taken."""
        _must_lead(route.office, actor)
        async with self.database.writing() as tx:
            await province.must_be_unit(tx, route.office, "office", field="/office")
            await tx.queue_for("delivery_route")
            route = await self._checked(tx, replace(route, route_no=checked_route_no(route.route_no), is_closed=False))
            if not await delivery_routes.add(tx, route, actor=actor.name, at=at):
                raise Conflict(
                    "Bưu cục này đã có tuyến {number}, kể cả tuyến đã đóng. Chọn số khác.", number=route.route_no,
                    code="route.number_taken", field="/route_no",
                )  # fmt: skip
            await changes.note(tx, _change("made", None, route, actor, at))
        return replace(route, version=1)

    async def change(self, route: Route, *, actor: Actor, at: datetime) -> Route:
        """Change name, places and worker, or close it, from the version that was seen; without a change, do nothing.

        Raises Conflict when somebody else changed it meanwhile, or one of its places is taken.
        """
        _must_lead(route.office, actor)
        async with self.database.writing() as tx:
            await tx.queue_for("delivery_route")
            known = await _known(tx, route.office, route.route_no, lock=True)
            if route.version != known.version:
                raise Conflict(
                    "{who} vừa sửa tuyến này lúc {moment}. Xem bản mới bên dưới rồi ghi lại.", who=known.changed_by,
                    moment=shown(known.changed_at or at), code="route.stale",
                )  # fmt: skip
            route = await self._checked(tx, route)
            if route == known:
                return known
            await delivery_routes.change(tx, route, actor=actor.name, at=at)
            await changes.note(tx, _change(_act_of(known, route), known, route, actor, at))
        return replace(route, version=route.version + 1)

    async def assign(
        self, office: str, route_no: str, worker: str, *, version: int, actor: Actor, at: datetime
    ) -> Route:
        """Put a worker on a route for today, or nobody; the rest of it stays."""
        known = await self.route(office, route_no, actor=actor)
        return await self.change(replace(known, worker=worker, version=version), actor=actor, at=at)

    async def close(self, office: str, route_no: str, *, version: int, actor: Actor, at: datetime) -> Route:
        """Let a route be no more; nobody walks it, and its places are free for others."""
        known = await self.route(office, route_no, actor=actor)
        return await self.change(replace(known, worker="", is_closed=True, version=version), actor=actor, at=at)

    async def reopen(self, office: str, route_no: str, *, version: int, actor: Actor, at: datetime) -> Route:
        """Open a closed route again. Raises Conflict when others have its places by now."""
        known = await self.route(office, route_no, actor=actor)
        return await self.change(replace(known, is_closed=False, version=version), actor=actor, at=at)

    async def _checked(self, tx: Session, route: Route) -> Route:
        route = replace(
            route, name=checked_text(route.name, what="tên tuyến", field="/name", most=NAME_MOST),
            places=tuple(map(_in_force, checked_places(route.places))),
        )  # fmt: skip
        if route.is_closed:
            return route
        if route.worker and route.worker not in {each.login for each in await self._workers(tx, route.office)}:
            raise Invalid(
                "{login} không phải nhân viên được quét ở bưu cục này. Chọn trong danh sách.",
                login=route.worker[:60], code="route.worker", field="/worker",
            )  # fmt: skip
        others = await delivery_routes.serving(tx, [each.commune_code for each in route.places])
        names = {unit.code: unit.name for unit in await province.units(tx, kind="office")}
        must_be_apart(route, others, commune=_spoken, office=lambda code: names.get(code, code))
        return route

    def _must_see(self, office: str, actor: Actor) -> None:
        actor.must("scans", "lead", "admin")
        if not actor.may_see(office):
            raise Forbidden("Tài khoản của {unit} không xem tuyến của đơn vị khác.", unit=actor.unit,
                            code="unit.foreign")  # fmt: skip


def _must_lead(office: str, actor: Actor) -> None:
    actor.must("lead", "admin")
    actor.must_belong_to(office)


def _spoken(commune_code: str) -> str:
    """Return the name of a commune as it stands within a sentence."""
    name = places.commune(commune_code).name
    return name[0].lower() + name[1:]


def _in_force(place: RoutePlace) -> RoutePlace:
    """Return a place as it is. Raises Invalid when no commune has that code."""
    try:
        places.commune(place.commune_code)
    except Unknown as no:
        raise Invalid(
            "Không có {what} mã {number}.", what="xã, phường", number=place.commune_code[:10], code=no.code,
            field="/places",
        ) from None  # fmt: skip
    return place


async def _known(session: Session, office: str, route_no: str, *, lock: bool = False) -> Route:
    found = await delivery_routes.find(session, office, route_no, lock=lock)
    if found is None:
        raise Unknown("Bưu cục này không có tuyến {number}.", number=route_no[:20], code="route.unknown")
    return found


def _act_of(known: Route, now: Route) -> str:
    if known.is_closed != now.is_closed:
        return "ended" if now.is_closed else "opened"
    return "changed"


def _change(act: str, before: Route | None, after: Route, actor: Actor, at: datetime) -> Change:
    return changed(
        "delivery_route", f"{after.office}/{after.route_no}", _told(before) if before else {}, _told(after),
        actor=actor, at=at, unit=after.office, act=act,
    )  # fmt: skip


def _told(route: Route) -> dict[str, object]:
    lines = [f"{each.commune_code}: {', '.join(each.words)}" if each.words else each.commune_code
             for each in route.places]  # fmt: skip
    return {"name": route.name, "worker": route.worker, "places": lines, "closed": route.is_closed}
