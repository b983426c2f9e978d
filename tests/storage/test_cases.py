"""Cases on both databases: opened once, numbered without a clash, listed in order, and bare when their term is over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

import pytest

from postgw.domain.compensation import InterestRate, Liability, Payment
from postgw.domain.damage import CountedLine, DamageRecord, KeptDamageRecord
from postgw.domain.errors import Conflict
from postgw.storage import case_records, cases, evidence
from postgw.storage.cases import Wanted
from postgw.storage.database import Database, IntegrityError, Session

from .conftest import AT, PERSON, House

Together = Callable[..., Awaitable[list[Any]]]
NUMBER = "4K7M29TB6HC"
RECORD = DamageRecord(
    record_id="b-1", office="KA", wrapping="torn", cause="transport", statement="Kẹp ở cửa xe",
    lines=(CountedLine(name="Giấy khai sinh", condition="whole"),), new_seal_no="NP-2",
    worker_name="Trần Diễn Tập", witness_name="Lê Diễn Tập", photo_jpeg=b"\xff\xd8\xffx",
)  # fmt: skip


async def opened(database: Database, **rest: Any) -> str:
    told: dict[str, Any] = {
        "kind": "complaint", "consignment_no": NUMBER, "office": "KA", "due_on": date(2026, 11, 30), "facts": {},
        "words": {"statement": "Chậm"}, **rest,
    }  # fmt: skip
    async with database.writing() as tx:
        await tx.queue_for("case")
        return await cases.open_case(tx, told.pop("once", None), at=AT, actor="test", **told)


async def step(database: Database, case_no: str, kind: str, **content: Any) -> None:
    async with database.writing() as tx:
        await cases.add_step(tx, case_no, kind, content, at=AT, actor="test")


def liability(case_no: str, amount: int = 104_000) -> Liability:
    return Liability(
        record_no="TN-261123-001", case_no=case_no, consignment_no=NUMBER, about="loss", accepted_at=AT,
        accepted_office="KA", reason="Thất lạc", fault="post", price_dong=26_000, refund_dong=26_000,
        minimum_dong=104_000, amount_dong=amount, payee="sender", method="cash", rules_version="2017-08-15",
        determined_at=AT, determined_by="test", pay_by=date(2026, 12, 23),
    )  # fmt: skip


async def test_many_at_once_get_numbers_of_their_own(house: House, database: Database, gather: Together) -> None:
    await house.posted(NUMBER)

    made = await gather(*(opened(database) for _ in range(6)))

    assert sorted(made) == [f"KN-261123-{n:03d}" for n in range(1, 7)]


async def test_the_gateway_opens_a_case_once(house: House, database: Database, gather: Together) -> None:
    await house.posted(NUMBER)

    async def once() -> str:
        async with database.writing() as tx:
            return await cases.open_once(
                tx, "late:x", kind="late", consignment_no=NUMBER, due_on=date(2026, 11, 30), facts={"days": 2}, at=AT
            )

    assert len(set(await gather(*(once() for _ in range(5))))) == 1
    assert await house.count("case_file") == 1


async def test_a_step_moves_the_state_and_the_last_one_closes(house: House, database: Database) -> None:
    await house.posted(NUMBER)
    case_no = await opened(database)
    await step(database, case_no, "answered", outcome="upheld")
    await step(database, case_no, "closed")

    case = await cases.find(database.reading, case_no)

    assert case is not None
    assert (case.state, case.closed_at) == ("closed", AT)
    assert [(each.seq, each.kind) for each in await cases.steps(database.reading, case_no)] == [
        (1, "received"), (2, "answered"), (3, "closed"),
    ]  # fmt: skip


async def test_a_step_that_may_not_follow_leaves_nothing_behind(house: House, database: Database) -> None:
    await house.posted(NUMBER)
    case_no = await opened(database)

    with pytest.raises(Conflict):
        await step(database, case_no, "closed")

    assert await house.count("case_step") == 1


async def test_two_hands_at_one_case_take_their_steps_one_after_the_other(house: House, database: Database) -> None:
    await house.posted(NUMBER)
    case_no = await opened(database)

    async def answer(tx: Session) -> str:
        await cases.find(tx, case_no, lock=True)
        try:
            await cases.add_step(tx, case_no, "answered", {"outcome": "upheld"}, at=AT, actor="test")
        except Conflict as no:
            return no.code
        return "answered"

    assert await house.meanwhile(answer, answer) == ["answered", "case.out_of_turn"]


async def test_cases_are_listed_by_state_and_due_day_page_by_page(house: House, database: Database) -> None:
    await house.posted(NUMBER)
    made = [await opened(database, due_on=date(2026, 11, day)) for day in (30, 25, 27)]
    await step(database, made[1], "answered", outcome="upheld")
    seen, place = [], None
    while rows := await cases.listed(database.reading, Wanted(after=place), limit=1):
        [(place, case)] = rows
        seen.append(case.case_no)

    overdue = await cases.listed(database.reading, Wanted(unit="TS", overdue_on=date(2026, 11, 28)), limit=9)

    assert seen == [made[2], made[0], made[1]]
    assert [case.case_no for _, case in overdue] == [made[2]]
    assert await cases.listed(database.reading, Wanted(unit="XX"), limit=9) == []


async def test_a_damage_record_comes_back_as_it_was_and_is_signed_once(house: House, database: Database) -> None:
    await house.posted(NUMBER)
    kept = KeptDamageRecord(
        record_no="BB-261123-001", case_no=await opened(database, kind="damage"), consignment_no=NUMBER,
        record=RECORD, has_photo=True, made_at=AT, made_by="test",
    )  # fmt: skip
    async with database.writing() as tx:
        await case_records.add_damage(tx, kept, once="damage::b-1")
        for minute in (1, 2):
            await case_records.sign_damage(tx, kept.record_no, actor="test", at=AT + timedelta(minutes=minute))

    found = await case_records.damage_once(database.reading, "damage::b-1")

    assert found is not None
    assert (found.record.lines, found.record.witness_name, found.has_photo) == (RECORD.lines, "Lê Diễn Tập", True)
    assert (found.signed_at, found.signed_by) == (AT + timedelta(minutes=1), "test")
    assert await case_records.photo(database.reading, kept.record_no) == RECORD.photo_jpeg


async def test_liability_and_payment_come_back_as_they_were_and_stand_once(house: House, database: Database) -> None:
    await house.posted(NUMBER)
    made = liability(await opened(database, kind="loss"))
    payment = Payment(
        case_no=made.case_no, direction="out", unit="KA", payee="sender", way="cash", refund_dong=26_000,
        rest_dong=78_000, interest_dong=0, paid_at=AT, paid_by="test",
    )  # fmt: skip
    async with database.writing() as tx:
        await case_records.add_liability(tx, made, sender=PERSON, receiver=PERSON)
        owed = await case_records.to_pay(tx, unit="TS", after=None, limit=9)
        [(place, _)] = owed
        beyond = await case_records.to_pay(tx, unit="", after=place, limit=9)
        await case_records.add_payment(tx, payment)
        await case_records.settle(tx, made.case_no)

    with pytest.raises(IntegrityError):
        async with database.writing() as tx:
            await case_records.add_payment(tx, payment)

    assert ([made for _, made in owed], beyond) == ([made], [])
    assert await case_records.payments(database.reading, made.case_no) == (payment,)
    assert await case_records.to_pay(database.reading, unit="", after=None, limit=9) == []
    assert await case_records.parties(database.reading, made.case_no) == (PERSON, PERSON)


async def test_the_rate_in_force_is_the_newest_that_has_begun(database: Database) -> None:
    async with database.writing() as tx:
        for points, day in ((900, date(2025, 1, 1)), (1000, date(2026, 6, 1)), (1100, date(2027, 1, 1))):
            rate = InterestRate(basis_points=points, valid_from=day, author="test", reason="t")
            assert await case_records.put_rate(tx, rate)
        assert not await case_records.put_rate(tx, rate)

    rate_now = await case_records.rate_on(database.reading, date(2026, 11, 23))

    assert rate_now is not None
    assert rate_now.basis_points == 1000
    assert await case_records.rate_on(database.reading, date(2024, 1, 1)) is None


async def test_what_people_said_goes_with_the_other_personal_parts_and_the_steps_stay(
    house: House, database: Database
) -> None:
    await house.posted(NUMBER)
    case_no = await opened(database)
    kept = KeptDamageRecord(
        record_no="BB-261123-001", case_no=case_no, consignment_no=NUMBER, record=RECORD, has_photo=True, made_at=AT,
        made_by="test",
    )  # fmt: skip
    async with database.writing() as tx:
        await case_records.add_damage(tx, kept, once="damage::b-1")
        await case_records.add_liability(tx, liability(case_no), sender=PERSON, receiver=PERSON)
        row = await tx.row("SELECT id FROM consignment WHERE consignment_no = $1", NUMBER)
        assert row is not None
        await evidence.erase(tx, [row["id"]], at=AT)

    bare = await case_records.damage(database.reading, "BB-261123-001")

    assert bare is not None
    assert (bare.record.witness_name, bare.record.statement, bare.has_photo) == ("", "", False)
    assert await cases.words(database.reading, case_no) == {}
    assert await case_records.parties(database.reading, case_no) is None
    assert [each.kind for each in await cases.steps(database.reading, case_no)] == ["received"]
