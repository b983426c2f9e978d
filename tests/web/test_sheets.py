"""A list through the door for programs: each row answered for itself, the bad ones back as a file, twice the same."""

from __future__ import annotations

import base64
import csv
import io
from typing import Any

import pytest

from postgw.rules.import_columns import import_columns

from .conftest import DESK, OTHER_DESK, Gate

HEADINGS = [column.heading for column in import_columns()]
EXAMPLE = {column.heading: column.example for column in import_columns()} | {"Mã hồ sơ": "H27.31-261120-0041"}
BAD = EXAMPLE | {"Mã hồ sơ": "H27.31-261120-0042", "Mã tiếp nhận nội bộ": "A-0042", "Số điện thoại": "12"}
UNSERVED = EXAMPLE | {"Mã hồ sơ": "H27.31-261120-0043", "Mã tiếp nhận nội bộ": "A-0043", "Mã thủ tục": "9.999999"}


def list_of(*rows: dict[str, str]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([HEADINGS, *(list(row.values()) for row in rows)])
    return base64.b64encode(text.getvalue().encode("utf-8-sig")).decode()


async def handed_in(gate: Gate, status: int = 200, token: str | None = None, **rest: Any) -> dict[str, Any]:
    body = {"desk": DESK, "name": "ds.csv", "content": list_of(EXAMPLE, BAD, UNSERVED), **rest}
    answer = await gate.post("/api/v1/imports", body, token=token)
    assert answer.status == status, await answer.text()
    return dict(await answer.json())


async def dossiers(gate: Gate) -> int:
    row = await gate.house.database.reading.row("SELECT count(*) AS n FROM dossier")
    assert row
    return int(row["n"])


async def test_each_row_is_answered_for_itself_and_twice_is_once(gate: Gate) -> None:
    first = await handed_in(gate)
    second = await handed_in(gate)

    assert [(row["row"], row["outcome"]) for row in first["rows"]] == [(2, "created"), (3, "bad"), (4, "bad")]
    assert [row["outcome"] for row in second["rows"]] == ["same", "bad", "bad"]
    assert first["rows"][1]["faults"][0] == {
        "column": "Số điện thoại", "pointer": "/applicant/phone", "code": "phone.shape",
        "detail": "Số điện thoại phải gồm 8 đến 15 chữ số.",
    }  # fmt: skip
    assert first["rows"][2]["faults"][0]["column"] == "Mã thủ tục"
    assert await dossiers(gate) == 1


async def test_the_rows_that_were_not_taken_come_back_as_a_file(gate: Gate) -> None:
    answer = await handed_in(gate)
    text = base64.b64decode(answer["to_mend"]).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))

    assert answer["mend_name"] == "can-sua-ds.csv"
    assert [row[0] for row in rows] == ["Mã hồ sơ", BAD["Mã hồ sơ"], UNSERVED["Mã hồ sơ"]]
    assert "9.999999" in rows[2][-1]


async def test_a_list_may_be_only_looked_at(gate: Gate) -> None:
    answer = await handed_in(gate, look=True)

    assert [row["outcome"] for row in answer["rows"]] == ["good", "bad", "bad"]
    assert await dossiers(gate) == 0


async def test_a_list_without_a_fault_brings_no_file(gate: Gate) -> None:
    answer = await handed_in(gate, content=list_of(EXAMPLE))

    assert (answer["mend_name"], answer["to_mend"]) == ("", "")


@pytest.mark.parametrize(("rest", "code"), [
    ({"desk": "KHONG"}, "desk.missing"), ({"content": "JVBERi0xLjc="}, "sheet.kind"), ({"content": "?"}, "value"),
])  # fmt: skip
async def test_what_cannot_be_read_as_a_list_is_a_problem(gate: Gate, rest, code) -> None:
    problem = await handed_in(gate, 422, **rest)

    assert code in {problem["code"], "value"}
    assert await dossiers(gate) == 0


async def test_a_desk_hands_in_no_list_of_another(gate: Gate) -> None:
    token = await gate.token_for("intake", unit=OTHER_DESK)
    await handed_in(gate, 422, token=token)
    await handed_in(gate, 403, token=await gate.token_for("enquiry", unit=DESK))

    assert await dossiers(gate) == 0


async def test_a_house_without_an_office_that_works_with_sheets_says_so(gate: Gate) -> None:
    assert (await (await gate.get("/api/v1/post-sheets")).json()) == {"accounts": []}
    assert (await gate.get("/api/v1/post-sheets/ha-tinh/orders/2026-11-25")).status == 404
    answer = await gate.post("/api/v1/post-sheets/ha-tinh/statuses", {"content": "TcOjIGjhu5Mgc8ahOwo="})
    assert answer.status == 404
