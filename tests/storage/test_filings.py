"""What is written of a filing stays; whoever asks at once asks one after the other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from postgw.domain.filing import Appointment, Filing, Hand
from postgw.domain.paper import Paper
from postgw.domain.rejection import Rejection
from postgw.domain.supplement import SupplementDraft
from postgw.storage import dossiers, filings, scans, supplements
from postgw.storage.database import Session

from .conftest import AT, House

DRAFT = SupplementDraft(papers=(Paper(name="Giấy khai sinh", kind="copy"),), reason="Mờ")


def entry(seq: int = 1, **other: Any) -> Filing:
    content: dict[str, Any] = {
        "seq": seq, "ground": "manifest", "filed_at": AT, "agency_starts_on": AT.date(), "source": "BB-TS-261123-01",
        "notice_id": f"n{seq}", "entered_at": AT, "entered_by": "test",
    }  # fmt: skip
    return Filing(**{**content, **other})


async def arrive(house: House, number: str, manifest_no: str, minute: int = 0) -> Filing | None:
    """Let a consignment arrive by a signed manifest."""
    async with house.database.writing() as tx:
        await filings.hold(tx, [number])
        locked = (await scans.lock(tx, [number]))[number]
        moment = AT + timedelta(minutes=minute)
        return await filings.arrived(
            tx, locked, manifest_no=manifest_no, signed_at=moment, agency_starts_on=AT.date(), actor="test", at=moment
        )


async def ask(house: House, dossier_id: int, ordinal: int = 1, **other: Any) -> None:
    draft = SupplementDraft(papers=DRAFT.papers, reason=f"lần {ordinal}", **other)
    async with house.database.writing() as tx:
        await supplements.add(tx, dossier_id, "TS", draft, ordinal=ordinal, most=1, actor="test", at=house.at)


async def test_a_filing_is_read_back_as_it_was_written(house: House) -> None:
    kept = await house.dossier()
    hands = (Hand(side="desk", signatory="NK-1", name="Người ký", signed_at=AT),)
    mended = entry(2, ground="correction", corrects="n1", reason="Ghi nhầm", hands=hands)

    async with house.database.writing() as tx:
        for each in (entry(), mended):
            assert await filings.add(tx, kept.dossier_id, "TS", each)
        assert not await filings.add(tx, kept.dossier_id, "TS", entry(2, notice_id="other"))

    assert await filings.of(house.database.reading, kept.dossier_id) == (entry(), mended)


async def test_only_the_first_arrival_files_a_dossier(house: House) -> None:
    kept = await house.dossier()
    await house.create(house.consignment(kept.dossier_id, "4K7M29TB6HC", leg="send"))

    first = await arrive(house, "4K7M29TB6HC", "BB-TS-261123-01")
    again = await arrive(house, "4K7M29TB6HC", "BB-TS-261123-02", minute=5)

    assert (first is not None, again) == (True, None)
    assert await filings.of(house.database.reading, kept.dossier_id) == (first,)


async def test_what_was_posted_before_the_request_completes_no_supplement(house: House) -> None:
    kept = await house.dossier()
    await house.create(house.consignment(kept.dossier_id, "4K7M29TB6HC", leg="send"))
    await arrive(house, "4K7M29TB6HC", "BB-TS-261123-01")
    later = House(house.database, house.url, at=AT + timedelta(hours=1))
    await ask(later, kept.dossier_id)

    assert await arrive(house, "4K7M29TB6HC", "BB-TS-261123-02", minute=90) is None
    [asked] = await supplements.of(house.database.reading, kept.dossier_id)
    assert asked.state == "asked"


async def test_what_was_posted_for_the_supplement_completes_it_and_moves_the_filing(house: House) -> None:
    kept = await house.dossier()
    async with house.database.writing() as tx:
        await filings.add(tx, kept.dossier_id, "TS", entry())
    await ask(house, kept.dossier_id)
    await ask(house, kept.dossier_id, 2, heard_from_desk=True)
    await house.create(house.consignment(kept.dossier_id, "4K7M29TB6HC", leg="send"))

    moved = await arrive(house, "4K7M29TB6HC", "BB-TS-261123-02", minute=30)

    assert moved is not None
    assert (moved.ground, moved.corrects, moved.seq) == ("supplement", "n1", 2)
    states = [each.state for each in await supplements.of(house.database.reading, kept.dossier_id)]
    assert states == ["completed", "completed"]
    carried = await supplements.of_consignment(house.database.reading, "4K7M29TB6HC")
    assert carried is not None


async def test_the_second_request_stands_in_the_column_that_reports_count_by(house: House) -> None:
    kept = await house.dossier()
    await ask(house, kept.dossier_id)
    await ask(house, kept.dossier_id, 2, heard_from_desk=True)

    assert await house.count("supplement", "counts_late") == 1
    rows = await supplements.listed(house.database.reading, desk="TS", state="", late_only=True, after=0, limit=5)
    assert [(key, each.ordinal, each.escalated) for _, key, each in rows] == [("TS/1", 2, True)]


async def test_two_who_ask_at_once_are_one_after_the_other(house: House) -> None:
    kept = await house.dossier()

    async def request(tx: Session) -> int:
        await dossiers.find(tx, "TS/1", lock=True)
        known = len(await supplements.of(tx, kept.dossier_id))
        if not known:
            await supplements.add(tx, kept.dossier_id, "TS", DRAFT, ordinal=1, most=1, actor="test", at=AT)
        return known

    assert await house.meanwhile(request, request) == [0, 1]


async def test_a_filing_that_was_sent_back_is_void_and_the_next_one_is_not(house: House) -> None:
    kept = await house.dossier()
    made = Rejection(
        rejection_no="TC-1", filing_seq=1, desk="TS", code="not_competent", fault="agency", reasons="x", limit_on=None,
        is_late=False, consignment_no="4K7M29TB6HC", rejected_at=AT, rejected_by="test",
    )  # fmt: skip
    async with house.database.writing() as tx:
        await filings.add(tx, kept.dossier_id, "TS", entry())
        await supplements.reject(tx, kept.dossier_id, made)
        assert (await filings.standing(tx, kept)).state == "void"
        await filings.add(tx, kept.dossier_id, "TS", entry(2))
        standing = await filings.standing(tx, kept)

    assert (standing.state, await supplements.rejection(house.database.reading, kept.dossier_id)) == ("stands", made)


async def test_only_standing_filings_without_a_promise_lack_a_due_date(house: House) -> None:
    plain, promised, dated = (
        await house.dossier("1"),
        await house.dossier("2"),
        await house.dossier("3", due_on=AT.date()),
    )
    async with house.database.writing() as tx:
        for n, kept in enumerate((plain, promised, dated)):
            await filings.add(tx, kept.dossier_id, "TS", entry(notice_id=f"x{n}"))
        promise = Appointment(due_on=AT.date(), slip_no="GH-1", filing_seq=1, made_at=AT, made_by="test")
        await filings.appoint(tx, promised.dossier_id, promise)

    found = await filings.without_due(house.database.reading, desk="TS", after=0, limit=5)

    assert [dossier_id for _, dossier_id in found] == [plain.dossier_id]
    assert await filings.without_due(house.database.reading, desk="KA", after=0, limit=5) == []
    assert await filings.appointment(house.database.reading, promised.dossier_id) == promise
