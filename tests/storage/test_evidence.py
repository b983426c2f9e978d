"""Chains and seals on both databases: what is made holds, what is done to it by SQL shows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from postgw.domain.evidence import broken_links
from postgw.domain.proof import Proof
from postgw.storage import evidence, proofs, retention, scan_rows
from postgw.storage.evidence import STRAGGLERS, STRAGGLERS_OF_A_NIGHT

NO, OTHER = "4K7M29TB6HC", "BBBBBBBBBBX"
PROOF = Proof(
    receiver_name="Nguyễn Văn Đức", id_kind="citizen_id", id_tail="1234", remarks="none", signature_png=b"\x89PNG"
)
#: 01:00 UTC is 08:00 in Vietnam; the night is due at 16:55 UTC.
TONIGHT = timedelta(hours=15)


async def link(house, after: timedelta = timedelta()):
    async with house.database.writing() as tx:
        return await evidence.link(tx, since=STRAGGLERS, at=house.at + after)


async def seal(house, after: timedelta):
    async with house.database.writing() as tx:
        return await evidence.seal(tx, at=house.at + after)


async def faults(house):
    chains = await evidence.chains(house.database.reading, after=0, limit=100)
    return [(broken.fault, broken.seq) for chain in chains for broken in broken_links(chain.links, chain.statements)]


async def do(house, sql, *values):
    async with house.database.writing() as tx:
        await tx.run(sql, *values)


@pytest.fixture
async def told(house):
    """Give a house with three linked scans of one item, the last with a note and a proof, and one of another."""
    await house.posted(NO, OTHER)
    await house.keep((NO, house.scan("1", "collected")), (OTHER, house.scan("o1", "collected")))
    await house.keep((NO, house.scan("2", "arrived", 5, device_at=house.at, flags=("clock_skew",), reason="absent")))
    async with house.database.writing() as tx:
        await proofs.keep(tx, NO, PROOF, source="device:7f3a", source_id="3", actor="vt01", at=house.at)
        await house.keep_in(tx, (NO, house.scan("3", "delivered", 9, note="Cổng khoá", proved=True)))
    assert await link(house) == 4
    return house


async def test_what_was_linked_holds_and_is_linked_once(told):
    assert await link(told) == 0
    assert await faults(told) == []


async def test_each_item_has_a_chain_of_its_own_that_goes_on(told):
    await told.keep((OTHER, told.scan("o2", "arrived", 20)))

    await link(told)

    chains = await evidence.chains(told.database.reading, after=0, limit=100)
    assert [[each.seq for each in chain.links] for chain in chains] == [[1, 2, 3], [1, 2]]
    assert chains[1].links[1].previous_hash == chains[1].links[0].hash


async def test_a_scan_told_late_is_linked_where_it_was_received(told):
    await told.keep((NO, told.scan("0", "departed", -60)))

    await link(told)

    chain, _ = await evidence.chains(told.database.reading, after=0, limit=100)
    assert chain.statements[chain.links[-1].scan_id].plain["source_id"] == "0"
    assert await faults(told) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [("code", "departed"), ("office", "XX"), ("actor", "ai khác"), ("source", "device:0"), ("source_id", "9"),
     ("witness", 1), ("detail", "{}")],
)  # fmt: skip
async def test_a_row_changed_by_sql_shows(told, column, value):
    await do(told, f"UPDATE scan SET {column} = $1 WHERE source_id = '2'", value)

    assert ("changed", 2) in await faults(told)


@pytest.mark.parametrize("column", ["occurred_at", "received_at", "device_at"])
async def test_a_moment_changed_by_sql_shows(told, column):
    await do(told, f"UPDATE scan SET {column} = $1 WHERE source_id = '2'", told.at + timedelta(seconds=61))

    assert await faults(told) == [("changed", 2)]


async def test_a_row_deleted_by_sql_shows(told):
    await do(told, "DELETE FROM scan WHERE source_id = '2'")

    assert await faults(told) == [("missing", 2)]


async def test_a_row_moved_to_another_item_shows(told):
    await do(told, "UPDATE scan SET consignment_id = (SELECT max(id) FROM consignment) WHERE source_id = '2'")

    assert ("missing", 2) in await faults(told)


async def test_two_links_that_changed_places_show(told):
    for seq, other in ((1, 9), (2, 1), (9, 2)):
        await do(told, "UPDATE chain SET seq = $1 WHERE seq = $2 AND consignment_id = 1", other, seq)

    assert [fault for fault, _ in await faults(told)][:2] == ["changed", "changed"]


@pytest.mark.parametrize(
    "sql",
    ["UPDATE proof SET content = replace(content, '1234', '4321')", "UPDATE proof SET signature_png = NULL",
     "DELETE FROM proof", "UPDATE scan SET detail = replace(detail, 'Cổng', 'Cửa') WHERE source_id = '3'"],
)  # fmt: skip
async def test_a_note_or_a_proof_changed_by_sql_shows(told, sql):
    await do(told, sql)

    assert await faults(told) == [("personal", 3)]


async def test_a_note_put_beside_a_scan_that_had_none_shows(told):
    await do(told, """UPDATE scan SET detail = '{"note":"Thêm về sau"}' WHERE source_id = '1'""")

    assert await faults(told) == [("personal", 1)]


async def test_a_link_does_not_say_again_what_the_link_before_it_says(told):
    await told.keep((NO, told.scan("4", "arrived", 20)))

    await link(told)

    assert await told.count("chain", "length(hash) <> 32 OR length(personal) <> 48") == 0
    assert await faults(told) == []


async def test_a_proof_that_comes_after_its_scan_was_linked_breaks_nothing(told):
    async with told.database.writing() as tx:
        await proofs.keep(tx, NO, PROOF, source="device:7f3a", source_id="2", actor="vt01", at=told.at)

    assert await faults(told) == []


async def test_the_personal_part_goes_after_its_term_and_the_chain_holds(told):
    assert await told.count("chain", "length(personal) > 32") == 1  # what had nothing personal never had a salt
    async with told.database.writing() as tx:
        rows = await tx.rows("SELECT id FROM consignment WHERE consignment_no = $1", NO)
        await evidence.erase(tx, [row["id"] for row in rows], at=told.at)

    proof = await proofs.latest(told.database.reading, NO)
    assert proof is not None
    assert (proof.receiver_name, proof.id_tail, proof.id_kind, proof.signature_png) == ("", "", "citizen_id", b"")
    assert {scan.note for scan in await scan_rows.history(told.database.reading, NO)} == {""}
    assert await told.count("chain", "length(personal) > 32") == 0
    assert await faults(told) == []


@pytest.mark.parametrize(("before", "state"), [(-1, "ended, not old enough"), (1, "ended and old")])
async def test_only_what_has_ended_and_is_old_may_be_erased(told, before, state):
    async with told.database.writing() as tx:
        due = await retention.due(tx, before=told.at + timedelta(minutes=9, days=before), limit=10)
        rows = await tx.rows("SELECT dossier_id FROM consignment WHERE consignment_no = $1", NO)

    assert due == ([row["dossier_id"] for row in rows] if state == "ended and old" else [])


async def test_a_night_is_sealed_when_its_hour_has_come_and_once(told):
    early = await seal(told, timedelta(hours=14))

    first, again = await seal(told, TONIGHT), await seal(told, TONIGHT)

    assert (early, again) == (None, None)
    assert (first.sealed_on.isoformat(), first.heads) == ("2026-11-23", 2)
    assert await evidence.unsealed(told.database.reading, first.through_link) == 0


async def test_nights_that_were_missed_are_made_good_one_by_one(told):
    await told.keep((OTHER, told.scan("o2", "arrived", 20)))
    await link(told, timedelta(days=2))

    made = [await seal(told, timedelta(days=5)) for _ in range(3)]

    assert [each and each.sealed_on.isoformat() for each in made] == ["2026-11-23", "2026-11-25", None]
    assert await evidence.seals(told.database.reading) == made[:2]


async def test_what_is_linked_after_the_seal_of_its_night_stands_in_the_next(told):
    await seal(told, TONIGHT)
    await told.keep((OTHER, told.scan("o2", "arrived", 20)))
    await link(told, TONIGHT + timedelta(minutes=2))

    tonight, tomorrow = await seal(told, TONIGHT + timedelta(hours=1)), await seal(told, TONIGHT + timedelta(days=1))

    assert tonight is None
    assert tomorrow.sealed_on.isoformat() == "2026-11-24"


async def test_the_seal_over_a_dossier_stays_the_same_when_others_follow(told):
    before = await evidence.seal_over(told.database.reading, [NO])
    first = await seal(told, TONIGHT)
    await told.keep((OTHER, told.scan("o2", "arrived", 20)))
    await link(told, timedelta(days=1))
    await seal(told, TONIGHT + timedelta(days=1))

    assert before is None
    assert await evidence.seal_over(told.database.reading, [NO]) == first


async def test_processes_that_link_at_once_make_one_chain(house, gather):
    await house.posted(NO)
    for n in range(6):
        await house.keep((NO, house.scan(str(n), "arrived", n)))

    counts = await gather(*(link(house) for _ in range(4)))

    assert sorted(counts) == [0, 0, 0, 6]
    assert await faults(house) == []


async def test_a_scan_that_became_visible_late_is_linked_at_the_next_minute_or_at_night(told):
    await told.keep((NO, told.scan("4", "departed", 10)))
    await link(told, timedelta(minutes=30))
    unlink = "DELETE FROM chain WHERE consignment_id = (SELECT max(id) FROM consignment)"
    await do(told, unlink)
    soon = await link(told, timedelta(minutes=31))
    for n in range(2):
        await told.keep((NO, told.scan(f"5{n}", "departed", 20)))
        await link(told, timedelta(hours=3 + 3 * n))
    await do(told, unlink)

    by_day = await link(told, timedelta(hours=7))
    async with told.database.writing() as tx:
        at_night = await evidence.link(tx, since=STRAGGLERS_OF_A_NIGHT, at=told.at + timedelta(hours=8))

    assert (soon, by_day, at_night) == (1, 0, 1)
