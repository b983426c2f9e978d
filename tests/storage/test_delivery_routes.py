"""Routes kept at a post office: two leads at one, places that are taken, who walks, and what was changed by whom."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from postgw.domain.account import Account
from postgw.domain.actor import Actor
from postgw.domain.delivery_route import Route, RoutePlace, route_for
from postgw.domain.errors import Conflict, Forbidden, Invalid, Unknown
from postgw.rules.roles import load_roles
from postgw.services.delivery_routes import DeliveryRoutes
from postgw.storage import changes, delivery_routes, people, province
from postgw.storage.province import Unit

OFFICE, OTHER = "45010", "45110"
LACS, KHE, SEN = "18628", "18604", "18073"
LEAD = Actor(name="nghia.vt", scopes=frozenset({"lead", "scans"}), unit=OFFICE)
WORKER = Actor(name="hoang.td", scopes=frozenset({"scans"}), unit=OFFICE)
ADMIN = Actor(name="quan-tri", scopes=frozenset({"admin"}))


@pytest.fixture
async def acts(house) -> DeliveryRoutes:
    """Give the acts, with two offices, a postal worker of each and an officer of a desk."""
    async with house.database.writing() as tx:
        await province.put_units(
            tx,
            [Unit(code=OFFICE, kind="office", name="Bưu điện tỉnh"), Unit(code=OTHER, kind="office", name="Thạch Hà"),
             Unit(code="TS", kind="desk", name="Thành Sen")],
        )  # fmt: skip
        for n, (login, unit, role) in enumerate(
            [("hoang.td", OFFICE, "postal_worker"), ("mai.nt", OTHER, "postal_worker"),
             ("kiem.kt", OFFICE, "auditor")]
        ):  # fmt: skip
            account = Account(account_no=f"TK-{n}", login=login, name=login, unit=unit, roles=(role,))
            await people.add(tx, account, password_hash="", actor="test", at=house.at)
    return DeliveryRoutes(database=house.database, roles=load_roles())


def route(number: str = "3", *places: RoutePlace, **other: Any) -> Route:
    told = {"office": OFFICE, "name": "Thạch Lạc", "places": places or (RoutePlace(commune_code=LACS),), **other}
    return Route(route_no=number, **told)


async def office_of(house: Any, address: str) -> str:
    """Return the office on whose open routes an address of the commune lies."""
    found = route_for(LACS, address, await delivery_routes.serving(house.database.reading, [LACS]))
    return found.office if found else ""


async def test_a_route_comes_back_as_it_was_made(house, acts) -> None:
    words = RoutePlace(commune_code=SEN, words=("đường Lý Tự Trọng", "Tổ dân phố 3"))
    made = await acts.make(route("3a", words, worker="hoang.td"), actor=LEAD, at=house.at)

    assert made.route_no == "3A"
    assert await acts.listed(OFFICE, actor=WORKER) == (made,)
    assert (await acts.route(OFFICE, "3A", actor=WORKER)).changed_by == "nghia.vt"


async def test_a_number_is_given_once_even_after_its_route_is_closed(house, acts) -> None:
    await acts.make(route(), actor=LEAD, at=house.at)
    await acts.close(OFFICE, "3", version=1, actor=LEAD, at=house.at)

    with pytest.raises(Conflict) as no:
        await acts.make(route("3", RoutePlace(commune_code=KHE)), actor=LEAD, at=house.at)
    assert (no.value.code, no.value.field) == ("route.number_taken", "/route_no")


async def test_of_two_leads_at_one_route_the_second_is_told_who_and_when_and_overwrites_nothing(house, acts) -> None:
    made = await acts.make(route(), actor=LEAD, at=house.at)
    first = await acts.change(replace(made, name="Bãi Ngang"), actor=LEAD, at=house.at)

    with pytest.raises(Conflict, match=r"nghia\.vt vừa sửa tuyến này lúc") as no:
        await acts.change(replace(made, name="Ven biển"), actor=ADMIN, at=house.at)
    assert no.value.code == "route.stale"
    assert await acts.listed(OFFICE, actor=LEAD) == (first,)


async def test_a_place_of_another_offices_route_is_refused_with_the_name_of_that_route(house, acts) -> None:
    await acts.make(route(), actor=LEAD, at=house.at)

    with pytest.raises(Conflict, match="Cả xã Thạch Lạc đang thuộc tuyến 3 Thạch Lạc của Bưu điện tỉnh"):
        await acts.make(route("1", office=OTHER), actor=ADMIN, at=house.at)
    hamlet = RoutePlace(commune_code=LACS, words=("thôn Đông",))
    await acts.make(route("1", hamlet, office=OTHER), actor=ADMIN, at=house.at)
    assert [await office_of(house, address) for address in ("Thôn Đông", "Thôn Tây")] == [OTHER, OFFICE]


async def test_what_a_closed_route_had_is_free_and_comes_back_only_while_it_is(house, acts) -> None:
    await acts.make(route(), actor=LEAD, at=house.at)
    closed = await acts.close(OFFICE, "3", version=1, actor=LEAD, at=house.at)
    assert await office_of(house, "Thôn Đông") == ""
    await acts.make(route("4"), actor=LEAD, at=house.at)

    with pytest.raises(Conflict, match="tuyến 4"):
        await acts.reopen(OFFICE, "3", version=closed.version, actor=LEAD, at=house.at)


async def test_two_leads_cannot_give_one_commune_to_two_routes_at_once(house, acts, gather) -> None:
    with pytest.raises(Conflict) as no:
        await gather(
            acts.make(route("1"), actor=LEAD, at=house.at),
            acts.make(route("2", office=OTHER), actor=ADMIN, at=house.at),
        )
    assert no.value.code == "route.taken"
    assert await house.count("delivery_route") == await house.count("delivery_route_place") == 1


@pytest.mark.parametrize("login", ["mai.nt", "kiem.kt", "nobody"])
async def test_only_somebody_of_the_office_who_may_scan_is_put_on_a_route(house, acts, login: str) -> None:
    await acts.make(route(), actor=LEAD, at=house.at)

    with pytest.raises(Invalid) as no:
        await acts.assign(OFFICE, "3", login, version=1, actor=LEAD, at=house.at)
    assert no.value.field == "/worker"


async def test_a_lead_keeps_the_own_office_and_a_worker_only_looks(house, acts) -> None:
    for actor, office in ((LEAD, OTHER), (WORKER, OFFICE)):
        with pytest.raises(Forbidden):
            await acts.make(route(office=office), actor=actor, at=house.at)
    with pytest.raises(Forbidden):
        await acts.listed(OTHER, actor=WORKER)
    with pytest.raises(Unknown):
        await acts.change(route("9"), actor=LEAD, at=house.at)
    with pytest.raises(Invalid):
        await acts.make(route(office="TS"), actor=ADMIN, at=house.at)


async def test_every_act_is_written_down_and_what_changes_nothing_is_not(house, acts) -> None:
    made = await acts.make(route(), actor=LEAD, at=house.at)
    assert await acts.change(made, actor=LEAD, at=house.at) == made
    walked = await acts.assign(OFFICE, "3", "hoang.td", version=1, actor=LEAD, at=house.at)
    await acts.close(OFFICE, "3", version=walked.version, actor=ADMIN, at=house.at)

    told = [each for _, each in await changes.changes(house.database.reading, kind="delivery_route")]
    assert [(each.act, each.subject, each.changed_by) for each in told] == [
        ("ended", "45010/3", "quan-tri"), ("changed", "45010/3", "nghia.vt"), ("made", "45010/3", "nghia.vt"),
    ]  # fmt: skip
    assert (told[1].before, told[1].after) == ({"worker": ""}, {"worker": "hoang.td"})


async def test_the_routes_near_an_office_are_its_own_and_those_that_share_its_communes(house, acts) -> None:
    await acts.make(route("1", RoutePlace(commune_code=SEN)), actor=LEAD, at=house.at)
    shared = RoutePlace(commune_code=SEN, words=("đường Nguyễn Du",))
    await acts.make(route("1", shared, office=OTHER), actor=ADMIN, at=house.at)
    await acts.make(route("2", RoutePlace(commune_code=KHE), office=OTHER), actor=ADMIN, at=house.at)

    near = await delivery_routes.near(house.database.reading, OFFICE)
    assert [(each.office, each.route_no) for each in near] == [(OFFICE, "1"), (OTHER, "1")]
