"""What a worker takes along: what is an item, what is a stop, whose names are in it, and what it costs the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from postgw.domain.actor import Actor
from postgw.domain.address import Party
from postgw.domain.choice import Choice, KeptChoice
from postgw.domain.delivery_route import Route, RoutePlace
from postgw.domain.errors import Forbidden, Invalid, Unknown
from postgw.domain.invitation import Invitation
from postgw.domain.manifest import Manifest
from postgw.domain.paper import Paper
from postgw.domain.time_limit import Zone
from postgw.rules.book import rule_book
from postgw.rules.procedures import load_procedures
from postgw.services import snapshots as acts_of
from postgw.services.snapshots import Snapshots, etag_of
from postgw.storage import calendar, choices, consignments, delivery_routes, invitations, manifests, province
from postgw.storage.database import Session
from postgw.storage.manifests import Pickup
from postgw.storage.province import Unit

from .conftest import AT, House

OFFICE, OTHER = "45010", "45110"
LAC, KHE, FAR = "18628", "18604", "18754"
SCOPES = frozenset({"scans", "delivery"})
HOANG = Actor(name="hoang.td", scopes=SCOPES, unit=OFFICE)
MAI = Actor(name="mai.nt", scopes=SCOPES, unit=OFFICE)
NAME, PHONE = "NGUYỄN VĂN ĐỨC", "0912000003"
DOSSIER = {"procedure_code": "2.000635", "fee_dong": 8000, "service_form": "return"}
A, B, C, D, E = "4K7M29TB6HC", "5K7M29TB6H6", "6K7M29TB6HA", "7K7M29TB6HB", "8K7M29TB6HD"
FOREIGN = "3745433PTXK"


class Counting(Session):
    """A session that counts what it asks."""

    asked = 0

    async def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        self.asked += 1
        return await super().rows(sql, *values)

    async def plain_rows(self, sql: str, *values: Any) -> Any:
        self.asked += 1
        return await super().plain_rows(sql, *values)


@pytest.fixture
async def acts(house) -> Snapshots:
    """Give the acts at a house with two offices, a desk on route 3, and two workers on two routes."""
    async with house.database.writing() as tx:
        await province.put_units(
            tx,
            [Unit(code=OFFICE, kind="office", name="Bưu điện tỉnh"), Unit(code=OTHER, kind="office", name="Thạch Hà"),
             Unit(code="TS", kind="desk", name="Trung tâm Thạch Lạc", commune_code=LAC, address="Số 1 đường Lớn")],
        )  # fmt: skip
        await province.put_procedures(tx, load_procedures(), author="test", reason="test")
        for number, office, commune, worker in (
            ("3", OFFICE, LAC, "hoang.td"), ("4", OFFICE, KHE, "mai.nt"), ("1", OTHER, FAR, ""),
        ):  # fmt: skip
            route = Route(
                office=office, route_no=number, name=number, worker=worker,
                places=(RoutePlace(commune_code=commune),),
            )  # fmt: skip
            await delivery_routes.add(tx, route, actor="test", at=house.at)
    return Snapshots(database=house.database, book=rule_book())


def citizen(commune: str, address: str = "Số 7, Thôn Đông") -> Party:
    return Party(
        name=NAME, phone=PHONE, address=address, commune="xã Nào Đó", province="tỉnh Hà Tĩnh", commune_code=commune
    )


DESK = Party(name="Trung tâm Thạch Lạc", commune_code=LAC, address="Số 1 đường Lớn")


async def posted(house: House, number: str, *codes: str, leg: str = "return", commune: str = LAC, **other: Any) -> None:
    """Keep a consignment between a citizen of a commune and the desk, seen at our office unless said otherwise."""
    office, actor = other.pop("office", OFFICE), other.pop("actor", "hoang.td")
    person = citizen(commune)
    ends: dict[str, Any] = (
        {"consignor": DESK, "consignee": person} if leg == "return" else {"consignor": person, "consignee": DESK}
    )
    kept = await house.dossier(f"for {number}", **{**DOSSIER, **other.pop("dossier", {})})
    made = replace(house.consignment(kept.dossier_id, number, leg=leg), **ends, **other)
    if leg != "return":
        made = replace(made, to_desk="TS")
    assert await house.create(made)
    told = {"office": office, "actor": actor}
    for n, code in enumerate(codes):
        reason = {"reason": "absent"} if code in {"attempted", "collection_failed"} else {}
        await house.keep((number, house.scan(f"{n}-{number}", code, n, **told, **reason)))


async def taken(acts: Snapshots, actor: Actor = HOANG, **other: Any) -> dict[str, Any]:
    told = {"actor": actor, "name": "Hoàng", "since": AT - timedelta(hours=1), "at": AT + timedelta(hours=1), **other}
    return await acts.for_shift(**told)


def stops(snapshot: dict[str, Any], name: str = "stops") -> dict[str, str]:
    return {each["number"]: each["kind"] for each in snapshot[name]}


async def test_a_result_at_the_office_is_a_stop_of_the_worker_on_whose_route_it_lies(house, acts) -> None:
    await posted(house, A, "collected", "arrived")
    await posted(house, B, "collected", "arrived", commune=KHE)

    hoang, mai = await taken(acts), await taken(acts, MAI)
    assert (stops(hoang), stops(mai)) == ({A: "delivery"}, {B: "delivery"})
    stop = hoang["stops"][0]
    assert (stop["name"], stop["phone"], stop["place"], stop["route"]) == (NAME, PHONE, "Thôn Đông", "3")
    assert (hoang["my_routes"], {each["number"] for each in hoang["items"]}) == (["3"], {A, B})


async def test_names_stand_nowhere_but_in_the_workers_own_stops_and_at_the_counter(house, acts) -> None:
    await posted(house, A, "collected", "arrived")
    await posted(house, B, "collected", "arrived", commune=KHE)
    await posted(house, C, "collected", "arrived", "held", commune=KHE)
    await posted(house, D, "booked", leg="send", commune=KHE)
    await posted(house, E, "collected", office=OTHER)

    snapshot = await taken(acts)
    assert (stops(snapshot), stops(snapshot, "held")) == ({A: "delivery"}, {C: "delivery"})
    assert len(snapshot["items"]) == 5
    bare = {name: value for name, value in snapshot.items() if name not in {"stops", "held"}}
    for secret in (NAME, PHONE, "Số 7"):
        assert secret not in repr(bare)
    assert {each["street"] for each in bare["items"]} == {"Thôn Đông"}


async def test_what_another_worker_took_out_is_theirs_even_on_my_route(house, acts) -> None:
    await posted(house, A, "collected", "arrived", "out_for_delivery", actor="mai.nt")
    await posted(house, B, "collected", "arrived", "out_for_delivery", commune=FAR)
    await posted(house, C, "collected", "arrived", "out_for_delivery", actor="lead.at.the.counter")

    assert (stops(await taken(acts)), stops(await taken(acts, MAI))) == (
        {B: "delivery", C: "delivery"}, {A: "delivery"}
    )  # fmt: skip


async def test_a_second_attempt_is_a_stop_when_the_next_invitation_counts(house, acts) -> None:
    await posted(house, A, "collected", "arrived", "out_for_delivery", "attempted")
    async with house.database.writing() as tx:
        made = Invitation(ordinal=1, invited_on=date(2026, 11, 23), way="paper", by="hoang.td")
        await invitations.add(tx, A, made, office=OFFICE, at=house.at)

    assert stops(await taken(acts, at=AT + timedelta(days=1))) == {}
    stop = (await taken(acts, at=AT + timedelta(days=2)))["stops"][0]
    assert (stop["attempts"], stop["next_attempt"], stop["invited"]) == (1, "2026-11-25", ["2026-11-23"])
    assert (stop["invite_from"], stop["invite_next"]) == ("2026-11-25", "2026-11-27")


async def test_the_choice_of_a_recipient_rules_day_half_and_place(house, acts) -> None:
    wishes = {A: ("deliver", date(2026, 11, 24), "afternoon"), B: ("office", None, ""), C: ("service_point", None, "")}
    for number, (way, on, window) in wishes.items():
        await posted(house, number, "collected", "arrived", "out_for_delivery", "attempted", "arrived")
        kept = KeptChoice(
            ordinal=1, choice=Choice(way=way, on=on, window=window), attempts=1, office=OFFICE, paid_by="citizen",
            cost_dong=13000, by="citizen.link", at=house.at,
        )  # fmt: skip
        async with house.database.writing() as tx:
            await choices.add(tx, number, kept)

    today, tomorrow = await taken(acts), await taken(acts, at=AT + timedelta(days=1))
    assert (stops(today), stops(today, "held")) == ({}, {B: "delivery"})
    (stop,) = tomorrow["stops"]
    assert (stop["number"], stop["window"], stop["money"]["postage"]) == (A, "afternoon", 13000)


async def test_a_booked_dossier_on_the_route_is_a_pickup_with_the_published_list_and_the_fee(house, acts) -> None:
    await posted(house, A, "booked", leg="send", dossier={"service_form": "both"})
    await posted(house, B, leg="send", dossier={"service_form": "both"})

    (stop,) = (await taken(acts))["stops"]
    listed = next(each for each in load_procedures() if each.code == "2.000635")
    assert (stop["kind"], stop["number"], stop["money"]["fee"]) == ("pickup", A, 8000)
    assert [(each["name"], each["required"]) for each in stop["papers"]] == [
        (line.name, line.required) for line in listed.papers
    ]


async def test_a_pickup_knows_its_zone_of_postage_and_what_stands_on_its_note(house, acts) -> None:
    async with house.database.writing() as tx:
        area = Zone(commune_code=LAC, area="Kỳ Anh", province="42")
        await calendar.put_zones(tx, [area], valid_from=date(2025, 7, 1), author="t", reason="t")
    await posted(house, D, "booked", leg="send")

    snapshot = await taken(acts)
    stop, table = snapshot["stops"][0], snapshot["doors"]["postage"]["send"]
    assert (stop["money"]["zone"], stop["to"]) == ("in_district", DESK.name)
    assert stop["procedure"] == next(each.name for each in load_procedures() if each.code == DOSSIER["procedure_code"])
    assert table["in_district"][0] == [100, 26000]


async def test_a_pickup_that_failed_today_comes_again_tomorrow(house, acts) -> None:
    await posted(house, A, "booked", "collection_failed", leg="send")

    assert stops(await taken(acts)) == {}
    (stop,) = (await taken(acts, at=AT + timedelta(days=1)))["stops"]
    assert (stop["number"], stop["attempts"]) == (A, 1)


async def test_old_papers_are_asked_for_and_the_fee_is_what_the_order_says(house, acts) -> None:
    papers = (Paper(name="Giấy phép cũ", kind="original", must_withdraw=True), Paper(name="Đơn", kind="original"))
    await posted(house, A, "collected", "arrived", collect_dong=8000, dossier={"papers": papers})

    (stop,) = (await taken(acts))["stops"]
    assert (stop["withdraw"], stop["money"]["fee"]) == (["Giấy phép cũ"], 8000)


async def test_desks_of_today_are_stops_of_whoever_walks_there(house, acts) -> None:
    pickup = Pickup(pickup_no="TG-1", desk="TS", office=OFFICE, on=date(2026, 11, 23), from_time=time(15, 30),
                    to_time=time(16, 30))  # fmt: skip
    await posted(house, A, "booked")
    async with house.database.writing() as tx:
        await manifests.book_pickup(tx, pickup, actor="test", at=house.at)
        opened = Manifest(manifest_no="BB-TS-261123-01", desk="TS", office=OFFICE, direction="to_post", lines=())
        await manifests.add(tx, opened, pickup_no="TG-1", actor="test", at=house.at)
        await manifests.add_lines(tx, "BB-TS-261123-01", [A])

    hoang, mai = await taken(acts), await taken(acts, MAI)
    (stop,) = hoang["stops"]
    assert (stop["kind"], stop["number"], stop["window"]) == ("desk", "BB-TS-261123-01", "15:30-16:30")
    assert mai["stops"] == []
    assert hoang["groups"]["manifests"]["BB-TS-261123-01"]["numbers"] == [A]
    assert [each["number"] for each in hoang["items"]] == [A]


async def test_stock_is_what_lies_on_the_shelves_and_not_what_is_out_or_still_coming(house, acts) -> None:
    await posted(house, A, "collected", "arrived")
    await posted(house, B, "collected", "arrived", "held", commune=FAR)
    await posted(house, C, "collected", "arrived", "out_for_delivery")
    await posted(house, D, "collected", "departed", office=OTHER)
    await posted(house, E, "collected", "departed", office=OTHER, commune=FAR)

    snapshot = await taken(acts)
    assert snapshot["stock"] == [A, B]
    assert {each["number"]: each["expected"] for each in snapshot["items"]} == {A: False, B: False, C: False, D: True}


async def test_dossiers_for_a_desk_on_our_rounds_are_expected_and_what_left_us_is_not(house, acts) -> None:
    await posted(house, A, "collected", "departed", leg="send", commune=FAR, office=OTHER)
    await posted(house, B, "collected", "departed", commune=FAR)

    assert [each["number"] for each in (await taken(acts))["items"]] == [A]


async def test_a_bag_lists_all_that_is_in_it(house, acts) -> None:
    await posted(house, A, "collected", "arrived")
    await posted(house, B, "collected", office=OTHER, commune=FAR)
    async with house.database.writing() as tx:
        await consignments.put_in_bag(tx, [A, B], "T-4K7M-29B9")

    snapshot = await taken(acts)
    assert snapshot["groups"]["bags"] == {"T-4K7M-29B9": [A, B]}
    assert {each["number"] for each in snapshot["items"]} == {A, B}


async def test_each_name_that_is_handed_out_is_written_down_once_a_shift(house, acts) -> None:
    await posted(house, A, "collected", "arrived")
    await posted(house, B, "collected", "arrived", "held", commune=KHE)
    for minutes in (0, 5):
        await taken(acts, at=AT + timedelta(hours=1, minutes=minutes))

    seen = await house.database.reading.rows("SELECT subject, unit, purpose, seen_by FROM access_log ORDER BY subject")
    assert [row["subject"] for row in seen] == [A, B]
    assert {(row["unit"], row["purpose"], row["seen_by"]) for row in seen} == {(OFFICE, "shift", "hoang.td")}
    await taken(acts, since=AT + timedelta(hours=2), at=AT + timedelta(hours=3))
    assert await house.count("access_log") == 4


async def test_the_mark_of_a_snapshot_changes_with_its_content_and_not_with_the_clock(house, acts) -> None:
    await posted(house, A, "collected", "arrived")
    first, later = await taken(acts), await taken(acts, at=AT + timedelta(hours=2))
    await posted(house, B, "collected", "arrived", commune=FAR)

    assert etag_of(first) == etag_of(later) != etag_of(await taken(acts))


async def test_a_hundred_items_cost_no_more_questions_than_one(house, acts) -> None:
    counting = Counting(house.database.reading._client, sqlite=house.database.sqlite)
    house.database.reading = counting
    await posted(house, A, "collected", "arrived")
    await taken(acts)
    one, counting.asked = counting.asked, 0
    for n in range(40):
        codes = ("collected", "arrived", *(("out_for_delivery",) if n % 2 else ()))
        await posted(house, f"N{n:010d}", *codes, commune=(LAC, KHE)[n % 3 == 0])
    counting.asked = 0
    await taken(acts)

    assert counting.asked == one <= 32


async def test_a_snapshot_that_is_not_whole_says_so_and_keeps_what_the_office_holds(house, acts, monkeypatch) -> None:
    monkeypatch.setattr(acts_of, "ITEMS_MOST", 2)
    await posted(house, A, "collected", office=OTHER)
    for number in (B, C):
        await posted(house, number, "collected", "arrived")

    snapshot = await taken(acts)
    assert (snapshot["is_whole"], [each["number"] for each in snapshot["items"]]) == (False, [B, C])


async def test_who_may_not_deliver_gets_no_names_and_who_is_of_no_office_nothing(house, acts) -> None:
    await posted(house, A, "collected", "arrived")
    snapshot = await taken(acts, replace(HOANG, scopes=frozenset({"scans"})))

    assert (snapshot["stops"], snapshot["held"], len(snapshot["items"])) == ([], [], 1)
    assert await house.count("access_log") == 0
    for actor, error in ((replace(HOANG, unit="TS"), Invalid), (replace(HOANG, scopes=frozenset()), Forbidden)):
        with pytest.raises(error):
            await taken(acts, actor)


async def test_a_look_up_tells_of_a_foreign_item_only_whose_it_is(house, acts) -> None:
    await posted(house, A, "collected", "arrived")
    await posted(house, FOREIGN, "collected", "arrived", office=OTHER, commune=FAR)

    own, foreign = [await acts.lookup(number, actor=HOANG) for number in (A, FOREIGN)]
    assert (own["route"], own["state"], own["street"], NAME in repr(own)) == ("3", "at_office", "Thôn Đông", False)
    assert foreign == {"kind": "consignment", "number": FOREIGN, "owner": "Thạch Hà"}
    with pytest.raises(Unknown):
        await acts.lookup("9K7M29TB6HC", actor=HOANG)


async def test_what_passes_on_to_another_office_names_it(house, acts) -> None:
    await posted(house, A, "collected", "arrived")
    await posted(house, B, "collected", "arrived", commune=FAR)

    owners = {each["number"]: each["owner"] for each in (await taken(acts))["items"]}
    assert owners == {A: "", B: "Thạch Hà"}
