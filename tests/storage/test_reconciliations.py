"""Lines of theirs are kept once, whoever brings them and when."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from postgw.domain.disclosure import DisclosureRequest
from postgw.domain.reconciliation import StatementRow
from postgw.storage import disclosures, reconciliations
from postgw.storage.reconciliations import KeptFile

ON = date(2026, 11, 23)


def row(number: int, amount: int = 8000, **other: Any) -> StatementRow:
    return StatementRow(row=number, on=ON, amount_dong=amount, **other)


async def keep(house: Any, digest: str, rows: list[StatementRow]) -> KeptFile:
    file = KeptFile(
        file_no="", source="bank", account="3500", unit="", digest=digest, lines_count=len(rows), new_count=0,
        amount_dong=sum(each.amount_dong for each in rows), taken_at=house.at, taken_by="test",
    )  # fmt: skip
    async with house.database.writing() as tx:
        await tx.queue_for("statements")
        return await reconciliations.keep_file(tx, file, rows)


async def test_files_that_overlap_and_come_at_once_keep_each_line_once(house, gather):
    rows = [row(n, reference=f"FT{n}", text=f"PHT26-00000{n}") for n in range(1, 7)]

    files = await gather(*(keep(house, f"d{n}", rows[n : n + 3]) for n in range(4)))

    assert await house.count("statement_line") == 6
    assert sum(file.new_count for file in files) == 6
    assert len({file.file_no for file in files}) == 4


async def test_two_equal_rows_of_one_file_are_two_lines_and_stay_two_when_they_come_again(house):
    await keep(house, "d1", [row(2, text="LAI"), row(3, text="LAI")])
    again = await keep(house, "d2", [row(9, text="lãi"), row(10, text="LAI"), row(11, text="LAI")])

    assert (again.new_count, await house.count("statement_line")) == (1, 3)


async def test_a_line_is_found_by_each_name_it_bears_and_by_its_day(house):
    await keep(house, "d1", [row(2, text="NP-480000-261123-01 va PHT26-000042"), row(3, text="LAI")])
    session = house.database.reading

    found = await reconciliations.lines_named(session, "bank", {"PHT26000042"})

    assert [kept.line.names for kept in found] == [("NP48000026112301", "PHT26000042")]
    assert await reconciliations.lines_named(session, "post", {"PHT26000042"}) == []
    assert len(await reconciliations.lines_between(session, "bank", since=ON, until=ON)) == 2
    assert await reconciliations.line(session, found[0].line.line_no) == found[0]


async def test_the_last_word_on_a_line_counts_and_every_word_stays(house):
    async def say(kind: str, reason: str) -> dict[str, Any]:
        async with house.database.writing() as tx:
            await reconciliations.settle(tx, "line:1", kind=kind, reason=reason, actor="test", at=house.at)
        return await reconciliations.settlements(house.database.reading, ["line:1", "line:2"])

    said = [await say("settled", "a"), await say("undone", "b"), await say("settled", "c")]

    assert [{subject: each.reason for subject, each in one.items()} for one in said] == [
        {"line:1": "a"}, {}, {"line:1": "c"},
    ]  # fmt: skip
    assert await house.count("settlement") == 3


@pytest.mark.parametrize("times", [1, 3])
async def test_one_document_of_one_body_is_one_request(house, gather, times):
    kept = await house.dossier()
    asked = DisclosureRequest(body="Thanh tra", document_no="1/TTr", document_on=ON, asked_by="A", ground="Luật")

    async def ask() -> DisclosureRequest:
        async with house.database.writing() as tx:
            return await disclosures.ask(tx, kept.dossier_id, asked, actor="test", at=house.at)

    found = await gather(*(ask() for _ in range(times)))

    assert {request.request_no for request in found} == {"YC-261123-0001"}
    assert await disclosures.find(house.database.reading, "YC-261123-0001", kept.dossier_id) == found[0]
    assert await disclosures.find(house.database.reading, "YC-261123-0001", kept.dossier_id + 1) is None
