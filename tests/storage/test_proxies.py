"""Who receives instead: every version kept, one that counts, and nobody once the name was taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from postgw.domain.proxy import Proxy
from postgw.storage import cases, dossiers, proxies
from postgw.storage.database import IntegrityError

BINH = Proxy(name="Trần Thị Bình", relation="vợ", phone="0912000004", id_tail="4567")
CUONG = Proxy(name="Lê Văn Cường", relation="em")
NO = "4K7M29TB6HC"


async def name(house, dossier_id: int, proxy: Proxy, minutes: int = 0) -> int:
    async with house.database.writing() as tx:
        at = house.at + timedelta(minutes=minutes)
        return await proxies.add(tx, dossier_id, proxy, by="citizen.link", at=at)


async def take_back(house, dossier_id: int, ordinal: int, minutes: int = 0) -> None:
    async with house.database.writing() as tx:
        at = house.at + timedelta(minutes=minutes)
        await proxies.withdraw(tx, dossier_id, ordinal, by="citizen.link", at=at)


async def test_the_newest_counts_and_the_ones_before_it_stay_on_record(house) -> None:
    kept = await house.dossier()
    await name(house, kept.dossier_id, BINH)
    await name(house, kept.dossier_id, CUONG, 5)

    made = await proxies.of(house.database.reading, kept.dossier_id)
    assert [(each.ordinal, each.proxy) for each in made] == [(1, BINH), (2, CUONG)]
    assert made[1].named_at == house.at + timedelta(minutes=5)
    now = await proxies.current(house.database.reading, kept.dossier_id)
    assert now
    assert now.proxy == CUONG


async def test_taking_the_newest_back_brings_nobody_before_it_back(house) -> None:
    kept = await house.dossier()
    for proxy in (BINH, CUONG):
        await name(house, kept.dossier_id, proxy)
    await take_back(house, kept.dossier_id, 2, 7)
    await take_back(house, kept.dossier_id, 2, 9)

    assert await proxies.current(house.database.reading, kept.dossier_id) is None
    last = (await proxies.of(house.database.reading, kept.dossier_id))[-1]
    assert last.withdrawn_at == house.at + timedelta(minutes=7)


async def test_of_several_dossiers_each_has_its_own(house) -> None:
    one, two, three = [await house.dossier(str(n)) for n in range(3)]
    await name(house, one.dossier_id, BINH)
    await name(house, two.dossier_id, CUONG)
    await take_back(house, two.dossier_id, 1)

    ids = [each.dossier_id for each in (one, two, three)]
    found = await proxies.current_of_several(house.database.reading, ids)
    assert {id_: each.proxy for id_, each in found.items()} == {one.dossier_id: BINH}


async def test_two_who_name_at_once_never_make_one_version_twice(house) -> None:
    kept = await house.dossier()

    async def locked(tx) -> int:
        await dossiers.by_row(tx, kept.dossier_id, lock=True)
        return await proxies.add(tx, kept.dossier_id, BINH, by="citizen.link", at=house.at)

    assert sorted(await house.meanwhile(locked, locked)) == [1, 2]
    with pytest.raises(IntegrityError):
        async with house.database.writing() as tx:
            await tx.run(
                "INSERT INTO proxy (dossier_id, ordinal, content, named_at, named_by) VALUES ($1, 1, '{}', $2, 'x')",
                kept.dossier_id, house.at,
            )  # fmt: skip


async def test_complaints_of_a_dossier_are_found_by_it_and_counted_by_who_made_them(house) -> None:
    await house.posted(NO, "5K7M29TB6H6")
    row = await house.database.reading.row("SELECT dossier_id FROM consignment WHERE consignment_no = $1", NO)
    facts: dict[str, object] = {"about": "late"}
    for n, (number, by) in enumerate([(NO, "citizen.link"), (NO, "lan"), ("5K7M29TB6H6", "citizen.link")]):
        async with house.database.writing() as tx:
            await tx.queue_for("case")
            await cases.open_case(
                tx, f"m{n}", kind="complaint", consignment_no=number, office="KA", due_on=house.at.date(), facts=facts,
                words={"statement": "x"}, at=house.at + timedelta(minutes=n), actor=by,
            )  # fmt: skip
    session, day_before = house.database.reading, house.at - timedelta(days=1)

    found = await cases.of_dossier(session, row["dossier_id"], ["complaint"])
    assert [case.opened_by for case in found] == ["lan", "citizen.link"]
    assert await cases.of_dossier(session, row["dossier_id"], ["loss"]) == ()
    assert await cases.opened_by(session, row["dossier_id"], "citizen.link", since=day_before) == 1
    assert await cases.opened_by(session, row["dossier_id"], "citizen.link", since=house.at) == 0
