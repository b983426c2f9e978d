"""Conflicts are kept once, go by themselves when they are none any more, and are settled by the first word."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from postgw.domain.actor import Actor
from postgw.domain.conflict import Side, of_act, of_clock, of_shift
from postgw.domain.errors import Conflict as TurnIsOver
from postgw.domain.errors import Forbidden, Invalid, Unknown
from postgw.domain.proof import Proof
from postgw.domain.scan import CORRECTION, Witness
from postgw.rules.book import rule_book
from postgw.services.conflicts import Conflicts
from postgw.storage import proofs, scan_rows

ITEM, OTHER = "4K7M29TB6HC", "4K7M29TB6HD"
LEAD = Actor(name="nghia.vt", scopes=frozenset({"lead", "scans", "delivery"}), unit="KA")
SECOND = replace(LEAD, name="lan.pt")


@pytest.fixture
def acts(database) -> Conflicts:
    """Give the acts under test."""
    return Conflicts(database=database, book=rule_book())


def delivered(house: Any, device: str, minute: int, **other: Any) -> Any:
    told = {"source": f"device:{device}", "witness": Witness.SIGNED, "proved": True, "actor": f"worker {device}"}
    return house.scan(f"d-{minute}", "delivered", minute, **{**told, **other})


async def told_twice(house: Any, acts: Conflicts) -> str:
    """Let two devices deliver one item; return the number of the conflict."""
    await house.posted(ITEM)
    await house.keep((ITEM, house.scan("1")), (ITEM, delivered(house, "a", 10)), (ITEM, delivered(house, "b", 20)))
    await acts.look([ITEM], at=house.at)
    [one] = (await acts.tray(actor=LEAD)).items
    return one.conflict_no


async def settled(acts: Conflicts, house: Any, number: str, way: str, actor: Actor = LEAD, **other: Any) -> Any:
    return await acts.settle(number, way, **{"reason": "Đã gọi người nhận", "at": house.at, **other}, actor=actor)


async def state_of(house: Any, number: str = ITEM) -> str:
    row = await house.database.reading.row("SELECT state FROM consignment WHERE consignment_no = $1", number)
    return str(row["state"])


async def open_kinds(acts: Conflicts, **other: Any) -> list[str]:
    return [one.found.kind for one in (await acts.tray(actor=LEAD, **other)).items]


# --- found once


async def test_what_two_devices_delivered_is_found_once_however_many_look_at_once(house, acts, gather):
    await house.posted(ITEM)
    await house.keep((ITEM, delivered(house, "a", 10)), (ITEM, delivered(house, "b", 20)))

    new = await gather(*(acts.look([ITEM], at=house.at) for _ in range(5)))

    [one] = (await acts.tray(actor=LEAD)).items
    assert sum(new) == 1
    assert (one.conflict_no, one.found.unit, one.found_at) == ("MT-261123-0001", "KA", house.at)
    assert [(side.device_no, side.actor) for side in one.found.sides] == [("a", "worker a"), ("b", "worker b")]


async def test_nothing_odd_writes_nothing(house, acts):
    await house.posted(ITEM)
    await house.keep((ITEM, house.scan("1")), (ITEM, house.scan("2", "arrived", 5)), (ITEM, delivered(house, "a", 9)))

    assert await acts.look([ITEM, "4K7M29TB6HC", "no number", ""], at=house.at) == 0
    assert await house.count("conflict") == 0


async def test_a_conflict_that_a_worker_undid_leaves_the_tray_and_comes_back_when_that_is_undone(house, acts):
    number = await told_twice(house, acts)
    undo = house.scan("u", CORRECTION, 30, source="device:b", cancels="device:b#d-20")

    await house.keep((ITEM, undo))
    await acts.look([ITEM], at=house.at)
    gone = (await acts.one(number, actor=LEAD)).conflict

    await house.keep((ITEM, house.scan("uu", CORRECTION, 31, source="device:b", cancels="device:b#u")))
    assert await acts.look([ITEM], at=house.at) == 1
    back = (await acts.one(number, actor=LEAD)).conflict

    assert (gone.state, gone.settled_as, gone.settled_by) == ("settled", "gone", "gateway")
    assert (back.state, back.settled_as, back.settled_by) == ("open", "", "")
    assert await house.count("conflict") == 1


async def test_several_conflicts_of_a_day_have_numbers_in_a_row(house, acts):
    number = await told_twice(house, acts)
    day = {"unit": "KA", "worker": "bình", "device_at": house.at, "received_at": house.at}
    clocks = [of_clock(device_no=f"TB-{n}", day="2026-11-23", **day) for n in (1, 2)]

    assert await acts.note(*clocks, clocks[0], at=house.at) == 2
    assert await acts.note(*clocks, at=house.at) == 0
    assert await acts.note(of_clock(device_no="TB-1", day="2026-11-24", **day), at=house.at + timedelta(days=1)) == 1

    numbers = [one.conflict_no for one in (await acts.tray(actor=LEAD)).items]
    assert numbers == [number, "MT-261123-0002", "MT-261123-0003", "MT-261124-0001"]


async def test_acts_outside_a_shift_are_one_conflict_a_shift(house, acts):
    shift = {"device_no": "TB-1", "unit": "KA", "worker": "bình", "ended_at": house.at}
    late = [of_shift(shift_no="CA-1", act_at=house.at + timedelta(minutes=n), **shift) for n in (10, 20)]

    assert await acts.note(*late, at=house.at) == 1
    assert await open_kinds(acts) == ["after_shift"]


# --- where it belongs


async def served_by(house: Any, office: str, number: str = "1") -> None:
    """Let an office have a round through the commune of the recipient."""
    async with house.database.writing() as tx:
        row = await tx.row(
            "INSERT INTO delivery_route (office, route_no, name, changed_at, changed_by)"
            " VALUES ($1, $2, 'x', $3, 'test') RETURNING id", office, number, house.at,
        )  # fmt: skip
        await tx.run(
            "INSERT INTO delivery_route_place (route_id, commune_code) VALUES ($1, $2)", row["id"],
            "18073" if number == "1" else "18000",
        )  # fmt: skip


async def to_commune(house: Any, number: str = ITEM) -> None:
    kept = await house.dossier("elsewhere")
    made = house.consignment(kept.dossier_id, number)
    assert await house.create(replace(made, consignee=replace(made.consignee, commune_code="18073")))


async def test_what_is_held_where_the_recipient_is_not_served_is_sent_on_by_the_leads_word(house, acts):
    await to_commune(house)
    await served_by(house, "45010")
    await house.keep((ITEM, house.scan("1", office="45030")), (ITEM, house.scan("2", "held", 5)))
    await acts.look([ITEM], at=house.at)
    [one] = (await acts.tray(actor=LEAD)).items
    laid = await acts.one(one.conflict_no, actor=LEAD)

    await settled(acts, house, one.conflict_no, "forward", at=house.at + timedelta(hours=1))

    assert (one.found.kind, one.found.sides[1].office, list(laid.ways)) == (
        "wrong_office",
        "45010",
        ["forward", "here"],
    )
    assert await state_of(house) == "in_transit"
    assert await acts.look([ITEM], at=house.at) == 0


async def test_where_no_round_is_known_no_office_is_wrong(house, acts):
    await to_commune(house)
    await served_by(house, "45010", "2")
    await house.keep((ITEM, house.scan("2", "held", 5)))

    assert await acts.look([ITEM], at=house.at) == 0


# --- settled


@pytest.mark.parametrize(("way", "left"), [("first", "a"), ("second", "b"), ("both", "ab")])
async def test_the_leads_word_cancels_by_a_correction_and_changes_no_scan(house, acts, way, left):
    number = await told_twice(house, acts)

    done = await settled(acts, house, number, way, at=house.at + timedelta(hours=1))

    history = await scan_rows.history(house.database.reading, ITEM)
    words = [scan for scan in history if scan.code == CORRECTION]
    assert len([scan for scan in history if scan.code == "delivered"]) == 2
    assert [(scan.source, scan.actor, scan.note) for scan in words] == (
        [] if way == "both" else [(f"conflict:{number}", "nghia.vt", "Đã gọi người nhận")]
    )
    assert {scan.cancels for scan in words} == {key for key in ("device:a#d-10", "device:b#d-20") if key[7] not in left}
    assert (done.settled_as, done.settled_by, await state_of(house)) == (way, "nghia.vt", "delivered")
    assert await acts.look([ITEM], at=house.at) == 0


async def test_the_proof_of_the_delivery_that_stands_is_the_proof(house, acts):
    number = await told_twice(house, acts)
    async with house.database.writing() as tx:
        for device, minute in (("a", 10), ("b", 20)):
            await proofs.keep(
                tx, ITEM, Proof(receiver_name=f"receiver {device}", id_kind="other", id_tail="1234", remarks="none"),
                source=f"device:{device}", source_id=f"d-{minute}", actor="test", at=house.at,
            )  # fmt: skip
    shown = await acts.proofs((await acts.one(number, actor=LEAD)).conflict, actor=LEAD)

    before = await proofs.latest(house.database.reading, ITEM)
    await settled(acts, house, number, "first")
    after = await proofs.latest(house.database.reading, ITEM)

    assert [proof.receiver_name for proof in shown.values()] == ["receiver a", "receiver b"]
    assert before is not None
    assert after is not None
    assert (before.receiver_name, after.receiver_name) == ("receiver b", "receiver a")


async def test_two_leads_at_once_settle_it_once_and_the_second_hears_who_and_when(house, acts, gather):
    number = await told_twice(house, acts)
    heard: list[str] = []

    async def say(actor: Actor, way: str) -> None:
        try:
            await settled(acts, house, number, way, actor)
        except TurnIsOver as late:
            heard.append(str(late))

    await gather(say(LEAD, "first"), say(SECOND, "second"))

    one = (await acts.one(number, actor=LEAD)).conflict
    assert heard == [f"{one.settled_by} đã xử lý việc này lúc 09:00 23/11/2026."]
    assert await house.count("scan", "code = 'correction'") == 1
    assert await house.count("change", "kind = 'conflict'") == 1


async def test_the_same_word_again_is_the_same_word(house, acts):
    number = await told_twice(house, acts)

    first = await settled(acts, house, number, "first")
    again = await settled(acts, house, number, "first", at=house.at + timedelta(hours=1))

    assert again == first
    assert await house.count("scan", "code = 'correction'") == 1


async def test_what_two_hands_signed_is_not_cancelled_by_one(house, acts):
    await house.posted(ITEM)
    given_back = house.scan(ITEM, "returned", 5, source="manifest:BB-1", witness=Witness.SIGNED, proved=True)
    await house.keep((ITEM, house.scan("1")), (ITEM, given_back), (ITEM, delivered(house, "a", 10)))
    await acts.look([ITEM], at=house.at)
    [one] = (await acts.tray(actor=LEAD)).items
    laid = await acts.one(one.conflict_no, actor=LEAD)

    with pytest.raises(TurnIsOver, match="chữ ký của cả hai bên"):
        await settled(acts, house, one.conflict_no, "second")
    await settled(acts, house, one.conflict_no, "first")

    assert list(laid.ways) == ["first", "both"]
    assert await state_of(house) == "returned"


async def test_a_delivery_that_the_lead_lets_stand_after_a_return_is_delivered_and_told(house, acts):
    await house.posted(ITEM)
    back = house.scan("r", "returned", 5, source="device:b")
    await house.keep((ITEM, house.scan("1")), (ITEM, back), (ITEM, delivered(house, "a", 10)))
    await acts.look([ITEM], at=house.at)
    [one] = (await acts.tray(actor=LEAD)).items

    await settled(acts, house, one.conflict_no, "second")

    assert await state_of(house) == "delivered"
    assert await house.count("outbox", "payload LIKE '%consignment.delivered%'") == 1


async def test_settling_wants_a_lead_of_that_office_a_lawful_way_and_a_reason(house, acts):
    number = await told_twice(house, acts)

    with pytest.raises(Forbidden):
        await settled(acts, house, number, "first", replace(LEAD, scopes=frozenset({"scans"})))
    with pytest.raises(Unknown):
        await settled(acts, house, number, "first", replace(LEAD, unit="45020"))
    with pytest.raises(Invalid, match="first, second, both"):
        await settled(acts, house, number, "forward")
    with pytest.raises(Invalid):
        await settled(acts, house, number, "first", reason=" ")
    assert await open_kinds(acts) == ["delivered_twice"]


# --- acts that were not done


async def held_act(house: Any, counter: int = 7) -> None:
    async with house.database.writing() as tx:
        await tx.run(
            "INSERT INTO device_act (device_no, counter, digest, act_id, shift_no, kind, device_at, received_at,"
            " verdict, content) VALUES ('TB-1', $1, 'x', 'a', 'CA-1', 'scan', $2, $2, 'refused', $3)",
            counter, house.at, '{"name": "Bà Lan"}',
        )  # fmt: skip


async def test_the_text_of_an_act_is_kept_until_it_is_settled_and_then_dropped(house, acts):
    await held_act(house)
    side = Side(word="scan", source="device:TB-1", actor="bình", office="KA", at=house.at, reason="scan.unreadable",
        detail={"digest": "x"},
    )  # fmt: skip
    found = of_act("refused", device_no="TB-1", counter=7, digest="x", unit="KA", side=side)
    await acts.note(found, at=house.at)
    [one] = (await acts.tray(actor=LEAD, kind="refused")).items

    before = await acts.text_of_act(one, actor=LEAD)
    await settled(acts, house, one.conflict_no, "aside")

    assert "Bà Lan" in before
    assert "Bà Lan" not in str(one)
    assert await acts.text_of_act(one, actor=LEAD) == ""
    assert await house.count("device_act") == 1


async def test_what_a_lost_device_had_in_hand_is_expected_until_somebody_sees_it(house, acts):
    await house.posted(ITEM, OTHER)
    out = {"source": "device:TB-1", "actor": "bình"}
    await house.keep(
        (ITEM, house.scan("1", "out_for_delivery", 1, **out)), (OTHER, house.scan("2", "out_for_delivery", 1, **out)),
        (OTHER, house.scan("3", "arrived", 9)),
    )  # fmt: skip

    assert await acts.expect("TB-1", unit="KA", workers=["bình"], at=house.at) == 1
    assert await acts.expect("TB-1", unit="KA", workers=["bình"], at=house.at) == 0
    [one] = (await acts.tray(actor=LEAD)).items
    await house.keep((ITEM, house.scan("4", "found_here", 60, source="device:TB-2")))
    await acts.look([ITEM], at=house.at)

    assert (one.found.kind, one.found.consignment_no, one.found.device_no) == ("not_heard", ITEM, "TB-1")
    assert await open_kinds(acts) == []


async def test_the_tray_is_paged_and_told_apart_by_kind_and_office(house, acts):
    day = {"worker": "bình", "device_at": house.at, "received_at": house.at, "day": "d"}
    await acts.note(
        *(of_clock(device_no=f"TB-{n}", unit="KA" if n < 3 else "TS", **day) for n in range(5)), at=house.at
    )

    first = await acts.tray(actor=LEAD, limit=2)
    rest = await acts.tray(actor=LEAD, limit=2, cursor=first.next_cursor)
    everywhere = await acts.tray(actor=replace(LEAD, unit=""))

    assert (len(first.items), len(rest.items), rest.next_cursor, len(everywhere.items)) == (2, 1, "", 5)
    assert await acts.counts(actor=LEAD) == {"device_clock": 3}
    assert await open_kinds(acts, kind="refused") == []


# --- whatever the way it came


async def test_what_came_by_another_way_is_found_by_the_walk_each_statement_looked_at_once(house, acts):
    await house.posted(ITEM)
    await house.keep((ITEM, house.scan("1")), (ITEM, delivered(house, "a", 1)), (ITEM, delivered(house, "b", 2)))

    fresh = await acts.look_on(at=house.at + timedelta(minutes=1))  # what is being kept just now is left for later
    walked = [await acts.look_on(at=house.at + timedelta(minutes=minute)) for minute in (10, 10)]

    assert (fresh, walked) == (0, [3, 0])
    assert await open_kinds(acts) == ["delivered_twice"]


async def test_the_first_walk_leaves_old_history_alone(house, acts):
    await house.posted(ITEM)
    await house.keep((ITEM, delivered(house, "a", 1)), (ITEM, delivered(house, "b", 2)))

    later = house.at + timedelta(days=3)
    assert await acts.look_on(at=later) == 0
    await house.keep((ITEM, house.scan("c", "attempted", 3 * 24 * 60, source="device:c")))
    assert await acts.look_on(at=later + timedelta(minutes=10)) == 1
