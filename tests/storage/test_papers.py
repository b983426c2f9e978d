"""Seals, duties and kept notes where they are kept, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from postgw.domain.errors import Conflict
from postgw.domain.note import NoteFacts, NoteSignature, digest_of, worded
from postgw.domain.packing import Packing
from postgw.domain.paper import Paper
from postgw.domain.paper_duty import Withdrawn
from postgw.rules.book import rule_book
from postgw.storage import consignments, notes, packings, paper_checks, paper_duties
from postgw.storage.database import Session

from .conftest import AT, House

SENT, BACK, HOME = "4K7M29TB6HC", "6HC4K7M29TB", "9TB6HC4K7M2"
BIRTH = Paper(name="Giấy khai sinh", kind="original", must_return=True)
OLD = Paper(name="Bằng cũ", kind="original", must_withdraw=True)


async def carried(house: House) -> int:
    """Keep a dossier with an original that is owed and an old paper; return its row number."""
    kept = await house.dossier(papers=(BIRTH, OLD))
    for number, leg in ((SENT, "send"), (BACK, "return"), (HOME, "withdrawal")):
        assert await house.create(house.consignment(kept.dossier_id, number, leg=leg))
    async with house.database.writing() as tx:
        await paper_duties.handed_over(tx, [SENT], to_desk=True, at=AT)
        await paper_duties.handed_over(tx, [BACK], to_desk=False, at=AT)
    return kept.dossier_id


async def states(house: House, state: str) -> list[str]:
    session = house.database.reading
    found = await paper_duties.listed(session, desk="TS", dossier="", state=state, before=0, limit=50)
    assert all(duty.is_open is (state == "open") for duty in found)
    return sorted(duty.name for duty in found)


async def put(house: House, number: str, state: str) -> None:
    """Let a consignment stand in a state, as its scans would have it."""
    async with house.database.writing() as tx:
        await tx.run("UPDATE consignment SET state = $2 WHERE consignment_no = $1", number, state)


async def decided(house: House, dossier_id: int, decision: str, number: str) -> None:
    async with house.database.writing() as tx:
        [duty] = [each for each in await paper_duties.of_dossier(tx, dossier_id) if each.kind == "owed"]
        await paper_duties.decide(
            tx, duty.duty_no, decision=decision, reason="", consignment_no=number, actor="test", at=AT
        )


async def test_a_duty_is_opened_once_whoever_hands_over_again(house: House) -> None:
    dossier_id = await carried(house)
    async with house.database.writing() as tx:
        await paper_duties.handed_over(tx, [SENT], to_desk=True, at=AT + timedelta(days=1))

    duties = await paper_duties.of_dossier(house.database.reading, dossier_id)

    assert [(duty.name, duty.kind, duty.opened_at) for duty in duties] == [
        ("Giấy khai sinh", "owed", AT), ("Bằng cũ", "withdraw", AT),
    ]  # fmt: skip


@pytest.mark.parametrize("state", ["registered", "collected", "delivered", "returned", "lost", "archived", "cancelled"])
async def test_open_in_the_list_is_what_open_means(house: House, state: str) -> None:
    dossier_id = await carried(house)
    await decided(house, dossier_id, "goes", BACK)
    async with house.database.writing() as tx:
        back = await consignments.find(tx, BACK)
        assert back is not None
        settled = await paper_duties.settle(
            tx, back, [Withdrawn(name=OLD.name, outcome="collected")], actor="test", at=AT
        )
        await paper_duties.carry(tx, [duty.duty_no for duty in settled], HOME)
    for number in (BACK, HOME):
        await put(house, number, state)

    assert sorted([*await states(house, "open"), *await states(house, "closed")]) == ["Bằng cũ", "Giấy khai sinh"]
    if state == "delivered":
        assert await states(house, "open") == []


async def test_what_stays_is_owed_even_when_the_result_is_delivered(house: House) -> None:
    dossier_id = await carried(house)
    await decided(house, dossier_id, "stays", "")
    await put(house, BACK, "delivered")

    assert await states(house, "open") == ["Bằng cũ", "Giấy khai sinh"]


async def test_a_delivery_without_an_outcome_keeps_nothing(house: House) -> None:
    await carried(house)

    async def delivered() -> None:
        async with house.database.writing() as tx:
            back = await consignments.find(tx, BACK)
            assert back is not None
            await paper_duties.settle(tx, back, [], actor="test", at=AT)

    with pytest.raises(Conflict):
        await delivered()

    assert await states(house, "open") == ["Bằng cũ", "Giấy khai sinh"]


async def test_a_lost_withdrawal_is_followed_by_the_next_one(house: House) -> None:
    dossier_id = await carried(house)
    async with house.database.writing() as tx:
        back = await consignments.find(tx, BACK)
        assert back is not None
        told = [Withdrawn(name=OLD.name, outcome="collected")]
        settled = await paper_duties.settle(tx, back, told, actor="test", at=AT)
        await paper_duties.carry(tx, [duty.duty_no for duty in settled], HOME)
        await tx.run("UPDATE consignment SET live = $2, state = 'lost' WHERE consignment_no = $1", HOME, False)
    assert await house.create(house.consignment(dossier_id, "7M29TB6HC4K", leg="withdrawal", issue=2))
    await put(house, "7M29TB6HC4K", "delivered")

    duty = (await paper_duties.of_dossier(house.database.reading, dossier_id))[1]

    assert (duty.stage, duty.carried_by) == ("handed_in", "7M29TB6HC4K")


async def test_of_two_who_use_one_seal_at_once_the_second_hears_of_the_first(house: House) -> None:
    await house.posted(SENT, BACK)

    def sealing(number: str) -> Any:
        async def act(tx: Session) -> Any:
            if held := await packings.seal_elsewhere(tx, "NP-1", number):
                return held[0]
            one = Packing(seal_no="NP-1", packed_by="A", witness="B", packed_at=AT, recorded_by="test")
            await packings.add(tx, number, one)
            return ""

        return act

    said = await house.meanwhile(sealing(SENT), sealing(BACK))

    assert said == ["", SENT]


async def test_a_seal_is_free_again_when_its_item_has_ended(house: House) -> None:
    await house.posted(SENT, BACK)
    async with house.database.writing() as tx:
        one = Packing(seal_no="NP-1", packed_by="A", witness="B", packed_at=AT, recorded_by="test")
        await packings.add(tx, SENT, one)
        await tx.run("UPDATE consignment SET live = $2 WHERE consignment_no = $1", SENT, False)

        assert await packings.seal_elsewhere(tx, "NP-1", BACK) is None


async def test_a_note_is_kept_once_word_for_word(house: House) -> None:
    kept = await house.dossier(papers=(BIRTH,))
    await house.create(house.consignment(kept.dossier_id, SENT, leg="send"))
    async with house.database.writing() as tx:
        consignment = await consignments.find(tx, SENT)
        assert consignment is not None
        facts = await notes.gather(tx, rule_book(), consignment, at=AT)
        note = worded(facts, post_name="Bưu điện", rehearsal=True)
        hands = [
            NoteSignature(side=side, name=name, digest="", signed_at=AT, signature_png=b"\x89PNG\r\n\x1a\n")
            for side, name in (("consignor", "A"), ("post", "B"))
        ]
        first = await notes.freeze(tx, note, hands, actor="test", at=AT)
        other = worded(NoteFacts(consignment=consignment, subject="khác"), post_name="Bưu điện", rehearsal=True)
        again = await notes.freeze(tx, other, [], actor="test", at=AT + timedelta(days=1))

    assert first == again == await notes.frozen(house.database.reading, SENT)
    assert replace(first.note, consignor_signed_at="", consignor_signer="", post_signed_at="", post_signer="") == note
    assert first.digest == digest_of(note)
    assert [line.name for line in first.note.papers] == ["Giấy khai sinh"]


async def test_an_old_paper_is_not_inside_what_is_sent_in(house: House) -> None:
    kept = await house.dossier(papers=(BIRTH, OLD))
    await house.create(house.consignment(kept.dossier_id, SENT, leg="send"))
    consignment = await consignments.find(house.database.reading, SENT)
    assert consignment is not None

    assert await paper_checks.inside(house.database.reading, consignment) == (BIRTH,)
    assert await paper_checks.to_withdraw(house.database.reading, kept.dossier_id, kept.dossier) == (OLD,)
