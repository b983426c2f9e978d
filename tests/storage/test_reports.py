"""What reports, ratings and closings keep, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.ledger import collected, reversed_by
from postgw.domain.receipt import Receipt
from postgw.domain.report import FIGURES, Fact
from postgw.domain.report_content import IssuedReport
from postgw.domain.report_period import read_period
from postgw.rules.book import rule_book
from postgw.storage import closings, ledger_entries, ratings, receipts, report_facts, reports
from postgw.storage.database import IntegrityError

from .conftest import AT, House

QUARTER = read_period("2026-Q4")
TEXT = st.text(max_size=12)


def report(version: int = 1) -> IssuedReport:
    return IssuedReport(
        period="2026-Q4", unit="", version=version, content='{"figures":{}}', figures_digest="f", digest="d", reason="",
        issued_at=AT, issued_by="test",
    )  # fmt: skip


@given(st.lists(st.builds(Fact, matter=TEXT, ref=TEXT, on=TEXT, dong=st.integers(-(2**50), 2**50),
                          marks=st.frozensets(TEXT))))  # fmt: skip
def test_facts_come_out_of_their_pack_as_they_went_in(facts: list[Fact]) -> None:
    assert reports.unpacked(reports.packed(facts)) == tuple(facts)


async def test_a_version_is_kept_once_with_its_facts(house: House) -> None:
    facts = [Fact(matter="item", ref="4K7M29TB6HC", on="2026-11-23", marks=frozenset({"accepted"}))]
    async with house.database.writing() as tx:
        await reports.issue(tx, report(), reports.packed(facts))
        await reports.issue(tx, report(2), reports.packed([]))
    with pytest.raises(IntegrityError):
        async with house.database.writing() as tx:
            await reports.issue(tx, report(2), reports.packed(facts))
    session = house.database.reading

    assert await reports.newest(session, "2026-Q4", "") == report(2)
    assert await reports.newest(session, "2026-Q4", "", version=1) == report()
    assert await reports.facts(session, report()) == tuple(facts)
    assert await reports.newest(session, "2026-Q4", "TS") is None


async def items(house: House, unit: str = "", after: int = 0) -> list[Fact]:
    found = report_facts.items(house.database.reading, rule_book(), QUARTER, unit=unit, at=AT, after=after)
    return [fact async for batch in found for _, fact in batch]


async def test_an_item_is_a_fact_from_the_moment_the_post_took_it(house: House) -> None:
    await house.posted("4K7M29TB6HC", "2B7M29TB6H0")
    await house.keep(("4K7M29TB6HC", house.scan("a")))
    [fact] = await items(house)

    assert (fact.ref, fact.leg, fact.form, fact.office) == ("4K7M29TB6HC", "return", "both", "KA")
    assert fact.marks == {"accepted", "safe", "unknown"}
    assert [len(await items(house, unit)) for unit in ("TS", "KA", "XX")] == [1, 1, 0]


async def test_what_was_taken_back_is_no_fact(house: House) -> None:
    await house.posted("4K7M29TB6HC")
    taken = house.scan("a")
    await house.keep(("4K7M29TB6HC", taken))
    await house.keep(("4K7M29TB6HC", house.scan("b", "correction", 1, cancels=taken.key)))

    assert await items(house) == []


async def test_what_was_lost_and_found_is_told_as_both(house: House) -> None:
    await house.posted("4K7M29TB6HC")
    told = ("collected", "departed", "lost", "found_here", "damaged")
    await house.keep(*(("4K7M29TB6HC", house.scan(code, code, n)) for n, code in enumerate(told)))
    [fact] = await items(house)

    assert fact.marks >= {"lost", "found_again", "misrouted", "damaged", "unsafe", "accepted"}


async def test_a_page_goes_on_after_the_row_it_ended_with(house: House) -> None:
    numbers = ["4K7M29TB6HC", "2B7M29TB6H0", "3C7M29TB6H0"]
    await house.posted(*numbers)
    await house.keep(*((number, house.scan(number)) for number in numbers))
    session = house.database.reading
    rows = [row async for batch in report_facts.items(session, rule_book(), QUARTER, unit="", at=AT) for row in batch]

    assert [fact.ref for _, fact in rows] == numbers
    assert [fact.ref for fact in await items(house, after=rows[0][0])] == numbers[1:]


async def receipt(house: House, dossier_id: int, number: str, act: str, ledger: str = "postage") -> None:
    kept = Receipt(
        receipt_no=number, ledger=ledger, consignment_no="4K7M29TB6HC", dossier_no="", procedure_code="1", unit="KA",
        desk="TS", payer="citizen", amount_dong=26_000, collected_at=AT, collected_by="t", remit_by=None, grounds={},
    )  # fmt: skip
    entries = collected(act, ledger=ledger, payer="citizen", amount=26_000)
    async with house.database.writing() as tx:
        await receipts.add(tx, kept, act=act, dossier_id=dossier_id)
        await ledger_entries.write(tx, entries, unit="KA", actor="t", at=AT)


async def test_postage_that_was_given_back_is_a_line_of_its_own(house: House) -> None:
    kept = await house.dossier()
    for n in (1, 2):
        await receipt(house, kept.dossier_id, f"C26-00000{n}", f"collect:KA:{n}")
    await receipt(house, kept.dossier_id, "P26-000001", "collect:KA:9", "fee")
    back = reversed_by("cancel:C26-000002", collected("x", ledger="postage", payer="citizen", amount=26_000))
    async with house.database.writing() as tx:
        await ledger_entries.write(tx, back, unit="KA", actor="t", at=AT + timedelta(hours=1))
    facts = await report_facts.postage(house.database.reading, QUARTER, unit="TS")

    assert [(fact.ref, fact.dong) for fact in facts] == [
        ("C26-000001", 26_000), ("C26-000002", 26_000), ("C26-000002", -26_000),
    ]  # fmt: skip
    assert sum(FIGURES["postage_dong"].worth(fact) for fact in facts) == 26_000


async def test_apologies_that_were_issued_are_facts_and_drafts_are_not(house: House) -> None:
    kept = await house.dossier()
    async with house.database.writing() as tx:
        for number, state in (("XL-1", "issued"), ("XL-2", "withdrawn")):
            await tx.run(
                "INSERT INTO apology (apology_no, dossier_id, desk, state, due_on, drafted_at, drafted_by, issued_at)"
                " VALUES ($1, $2, 'TS', $3, $4, $5, 't', $5)",
                number, kept.dossier_id, state, AT.date(), AT,
            )  # fmt: skip
    facts = await report_facts.apologies(house.database.reading, QUARTER, unit="")

    assert [fact.ref for fact in facts] == ["XL-1"]


async def rated(house: House, score: int) -> bool:
    of = await ratings.delivery(house.database.reading, "4K7M29TB6HC")
    assert of is not None
    async with house.database.writing() as tx:
        return await ratings.add(tx, of, score=score, comment="", at=AT)


async def test_a_delivery_is_rated_once_whatever_the_number_of_clicks(house: House, gather: Any) -> None:
    await house.posted("4K7M29TB6HC")
    kept = await gather(*(rated(house, score) for score in (1, 2, 3, 4, 5)))
    of: dict[str, Any] = {"since": QUARTER.since, "before": QUARTER.before, "unit": "", "satisfied_from": 4}

    assert sorted(kept) == [False] * 4 + [True]
    assert (await ratings.total(house.database.reading, **of)).answers == 1
    assert set(await ratings.groups(house.database.reading, "desk", **of)) == {"TS"}


async def test_the_first_word_of_a_closing_stands(house: House) -> None:
    kept = await house.dossier()
    async with house.database.writing() as tx:
        for hours in (0, 1):
            closed_at = AT - timedelta(hours=hours)
            await closings.close(tx, kept.dossier_id, closed_at=closed_at, actor="t", at=AT)
        closing = await closings.find(tx, kept.dossier_id, "TS/1")

    assert closing is not None
    assert closing.closed_at == AT


async def unsettled(house: House, *, statement_closes: bool = False) -> list[str]:
    rows = await closings.closed_but_not_delivered(
        house.database.reading, unit="", statement_closes=statement_closes, after=0, limit=9
    )
    return [each.consignment_no for _, each in rows]


async def test_what_the_post_alone_states_settles_a_closing_only_where_it_is_set_so(house: House) -> None:
    kept = await house.dossier()
    assert await house.create(house.consignment(kept.dossier_id))
    await house.keep(("4K7M29TB6HC", house.scan("a")), ("4K7M29TB6HC", house.scan("b", "delivered", 1)))
    async with house.database.writing() as tx:
        await closings.close(tx, kept.dossier_id, closed_at=AT, actor="t", at=AT)

    assert await unsettled(house) == ["4K7M29TB6HC"]
    assert await unsettled(house, statement_closes=True) == []


async def test_where_no_desk_hears_by_wire_a_delivery_stays_open_until_the_desk_closes_it(house: House) -> None:
    kept = await house.dossier()
    assert await house.create(house.consignment(kept.dossier_id))
    told = (house.scan("a"), house.scan("b", "delivered", 1, proved=True))
    await house.keep(*(("4K7M29TB6HC", scan) for scan in told))

    async def open_ones() -> list[str]:
        rows = await closings.delivered_but_open(
            house.database.reading, unit="TS", statement_closes=False, wired=False, after=0, limit=9
        )
        return [each.consignment_no for _, each in rows]

    assert await open_ones() == ["4K7M29TB6HC"]
    async with house.database.writing() as tx:
        await closings.close(tx, kept.dossier_id, closed_at=AT, actor="t", at=AT)
    assert await open_ones() == []
