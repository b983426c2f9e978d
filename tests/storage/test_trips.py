"""Trips in storage: what stands unsigned, what was found on each, what a signature looks like; on both databases."""

from __future__ import annotations

from datetime import date, time, timedelta

from postgw.domain.manifest import Manifest, Signature
from postgw.domain.paper import Paper
from postgw.domain.signed_picture import SignedPicture
from postgw.storage import counts, manifests, paper_duties, signature_pictures, trips
from postgw.storage.manifests import Pickup

from .conftest import AT, House

NUMBERS = ("4K7M29TB6HC", "6HC4K7M29TB", "9TB6HC4K7M2")
MANIFEST = "BB-TS-261123-01"
PICTURE = SignedPicture(media="image/png", content=b"\x89PNG\r\n\x1a\n\x00\xff")


async def listed(house: House, number: str = MANIFEST, *, desk: str = "TS", office: str = "480000") -> Manifest:
    """Keep a list with three items, one missing, one counted, and the giver's drawn signature."""
    manifest = Manifest(manifest_no=number, desk=desk, office=office, direction="to_post")
    async with house.database.writing() as tx:
        await manifests.add(tx, manifest, pickup_no="", actor="test", at=AT)
        await manifests.add_lines(tx, number, NUMBERS)
        await counts_of(tx, number, NUMBERS[0], "missing")
        await counts_of(tx, number, NUMBERS[1], "ticked")
        given = Signature(side="giver", signatory="NK-1", name="A", signed_at=AT)
        await manifests.sign(tx, number, given, actor="test", at=AT)
        await signature_pictures.keep(tx, number, "giver", PICTURE)
    found = await manifests.find(house.database.reading, number)
    assert found is not None
    return found


async def counts_of(tx, number: str, line: str, outcome: str, note: str = "") -> None:
    manifest = await manifests.find(tx, number)
    assert manifest is not None
    await counts.keep(tx, manifest, [line], outcome=outcome, note=note, actor="test", at=AT)


async def test_a_day_and_what_is_unsigned_tell_what_was_found_on_each_list(house: House) -> None:
    await listed(house)
    await listed(house, "BB-KA-261123-01", desk="KA")
    session = house.database.reading
    day = {"begins": AT - timedelta(hours=1), "ends": AT + timedelta(hours=1), "limit": 50}

    (card,) = await trips.of_day(session, "TS", "desk", **day)  # type: ignore[arg-type]
    of_office = await trips.of_day(session, "480000", "office", **day)  # type: ignore[arg-type]
    unfinished = await trips.unfinished(session, "KA", "desk", limit=50)

    assert (card.lines, card.counted, card.differences, card.signed_sides) == (3, 2, 1, ("giver",))
    assert [each.manifest_no for each in of_office] == [MANIFEST, "BB-KA-261123-01"]
    assert [each.manifest_no for each in unfinished] == ["BB-KA-261123-01"]


async def test_a_count_that_says_nothing_new_leaves_the_signature_and_one_that_does_takes_it_back(house: House) -> None:
    await listed(house)
    async with house.database.writing() as tx:
        await counts_of(tx, MANIFEST, NUMBERS[1], "ticked")
    kept = await signature_pictures.find(house.database.reading, MANIFEST, "giver")
    async with house.database.writing() as tx:
        await counts_of(tx, MANIFEST, NUMBERS[1], "damaged", "rách góc")
    after = await manifests.find(house.database.reading, MANIFEST)

    assert kept == PICTURE
    assert after is not None
    assert after.signatures == ()
    assert await signature_pictures.kinds(house.database.reading, MANIFEST) == {}


async def test_what_came_beyond_the_list_stays_beyond_it_with_its_reason(house: House) -> None:
    await listed(house)
    async with house.database.writing() as tx:
        await manifests.add_lines(tx, MANIFEST, ["7M29TB6HC4K"], outcome="extra")
        await counts_of(tx, MANIFEST, "7M29TB6HC4K", "extra", "nộp thêm")
        await counts_of(tx, MANIFEST, "7M29TB6HC4K", "ticked")
    found = await manifests.find(house.database.reading, MANIFEST)

    assert found is not None
    assert [(line.outcome, line.note) for line in found.lines][-1] == ("extra", "nộp thêm")


async def test_a_post_office_sees_its_comings_to_every_desk(house: House) -> None:
    async with house.database.writing() as tx:
        for desk, on in (("TS", date(2026, 11, 23)), ("KA", date(2026, 11, 24)), ("TS", date(2026, 12, 24))):
            number = manifests.pickup_no(desk, on, time(10))
            pickup = Pickup(pickup_no=number, desk=desk, office="480000", on=on, from_time=time(10), to_time=time(11))
            await manifests.book_pickup(tx, pickup, actor="test", at=AT)
    span = {"since": date(2026, 11, 23), "until": date(2026, 11, 30)}

    of_office = await trips.comings(house.database.reading, "480000", "office", **span)
    of_desk = await trips.comings(house.database.reading, "TS", "desk", **span)

    assert [each.desk for each in of_office] == ["TS", "KA"]
    assert [each.on for each in of_desk] == [date(2026, 11, 23)]


async def test_what_waits_for_the_post_is_what_is_booked_and_on_no_list(house: House) -> None:
    await house.posted(*NUMBERS)
    async with house.database.writing() as tx:
        await tx.run("UPDATE consignment SET state = 'booked', leg = 'return'")
        manifest = Manifest(manifest_no=MANIFEST, desk="TS", office="480000", direction="to_post")
        await manifests.add(tx, manifest, pickup_no="", actor="test", at=AT)
        await manifests.add_lines(tx, MANIFEST, NUMBERS[:1])

    waiting = await trips.waiting(house.database.reading, "to_post", "TS", limit=50)

    assert [each.consignment_no for each in waiting] == list(NUMBERS[1:])


async def test_what_was_due_first_is_owed_first_page_by_page(house: House) -> None:
    paper = Paper(name="Giấy khai sinh", kind="original", must_return=True)
    for n, due in enumerate((None, date(2026, 12, 20), date(2026, 11, 20))):
        kept = await house.dossier(str(n), papers=(paper,), due_on=due)
        assert await house.create(house.consignment(kept.dossier_id, NUMBERS[n], leg="send"))
        async with house.database.writing() as tx:
            await paper_duties.handed_over(tx, [NUMBERS[n]], to_desk=True, at=AT)
    order, after = [], ""
    for _ in range(3):
        ((after, duty),) = await paper_duties.owed(house.database.reading, desk="TS", kind="", after=after, limit=1)
        order.append(duty.due_on)

    assert order == [date(2026, 11, 20), date(2026, 12, 20), None]
