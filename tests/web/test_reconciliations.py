"""Reconciliation through the door: their files, both sides, the sums, settling by hand, fees paid elsewhere."""

from __future__ import annotations

import base64
import csv
import io
from datetime import timedelta
from typing import Any

import pypdfium2
import pytest

from .conftest import DESK, OFFICE, OTHER_DESK, Gate

FEE = 25_000
FILES, SIDES = "/api/v1/reconciliations/files", "/api/v1/reconciliations"
NOVEMBER = "since=2026-11-01&until=2026-11-30"


def post_file(*rows: tuple[str, int]) -> bytes:
    lines = [f"23/11/2026;{number};{amount}" for number, amount in rows]
    return "\n".join(["Ngày thu;Mã bưu gửi;Số tiền thu hộ", *lines]).encode()


def bank_file(*rows: tuple[str, str, int], day: int = 24) -> bytes:
    lines = [f"{day}/11/2026 08:00;{reference};{text};{amount}" for reference, text, amount in rows]
    return "\n".join(["Ngày giao dịch;Số bút toán;Nội dung;Ghi có", *lines]).encode()


async def taken(gate: Gate, source: str, file: bytes, status: int = 201, **rest: Any) -> dict[str, Any]:
    body = {"source": source, "account": "ha-tinh", "content": base64.b64encode(file).decode()}
    answer = await gate.post(FILES, body, **rest)
    assert answer.status == status, await answer.text()
    return dict(await answer.json())


async def collected(gate: Gate, fee_id: str, amount: int = FEE) -> str:
    """Take a fee at the post office on a new consignment; return its number."""
    number = str((await gate.consignment("send"))["consignment_no"])
    if fee_id == "1":
        await gate.post("/api/v1/receipt-series", {"series": "PHT26", "ledger": "fee", "unit": OFFICE})
    body = {"fee_id": fee_id, "number": number, "ledger": "fee", "amount_dong": amount, "unit": OFFICE}
    answer = await gate.post("/api/v1/fees", body)
    assert answer.status == 201, await answer.text()
    return number


async def sides(gate: Gate, query: str = "", **rest: Any) -> list[dict[str, Any]]:
    answer = await gate.get(f"{SIDES}?{NOVEMBER}&{query}", **rest)
    assert answer.status == 200, await answer.text()
    return list((await answer.json())["data"])


async def totals(gate: Gate, source: str = "post") -> dict[str, Any]:
    answer = await gate.get(f"{SIDES}/totals?{NOVEMBER}&source={source}")
    return dict(await answer.json())


def by_bucket(found: list[dict[str, Any]], side: str) -> dict[str, list[str]]:
    placed: dict[str, list[str]] = {}
    for each in found:
        if each["side"] == side:
            placed.setdefault(each["bucket"], []).append(each["number"])
    return placed


async def november(gate: Gate) -> dict[str, str]:
    """Let one of each bucket come about between us and the post."""
    numbers = {"matched": await collected(gate, "1"), "differs": await collected(gate, "2"),
               "missing": await collected(gate, "3")}  # fmt: skip
    numbers["owed"] = str((await gate.consignment("send"))["consignment_no"])
    await taken(gate, "post", post_file(
        (numbers["matched"], FEE), (numbers["matched"], FEE), (numbers["differs"], FEE - 1000),
        (numbers["owed"], FEE), ("RR473124829VN", 9000),
    ))  # fmt: skip
    return numbers


async def test_every_line_and_every_claim_stands_in_one_bucket(gate: Gate) -> None:
    numbers = await november(gate)

    found = await sides(gate)

    assert by_bucket(found, "ours") == {bucket: [number] for bucket, number in numbers.items()}
    assert {bucket: sorted(rows) for bucket, rows in by_bucket(found, "theirs").items()} == {
        "matched": [numbers["matched"]], "duplicate": [numbers["matched"]], "differs": [numbers["differs"]],
        "unrecorded": [numbers["owed"]], "unknown": ["RR473124829VN"],
    }  # fmt: skip


async def test_the_three_columns_are_explained_to_the_dong(gate: Gate) -> None:
    await november(gate)

    sums = await totals(gate)

    assert (sums["due_dong"], sums["collected_dong"], sums["received_dong"]) == (4 * FEE, 3 * FEE, 4 * FEE + 8000)
    assert (sums["short_dong"], sums["missing_dong"], sums["differs_dong"]) == (FEE, FEE, 1000)
    assert (sums["duplicate_dong"], sums["unrecorded_dong"], sums["unknown_dong"]) == (FEE, FEE, 9000)
    assert sums["is_explained"]


async def test_the_same_file_twice_changes_nothing_and_files_that_overlap_do_not_double(gate: Gate) -> None:
    number, other = await collected(gate, "1"), await collected(gate, "2")
    first = await taken(gate, "post", post_file((number, FEE)))
    again = await taken(gate, "post", post_file((number, FEE)))
    longer = await taken(gate, "post", post_file((number, FEE), (other, FEE)))

    sums = await totals(gate)

    assert (first["known"], again["known"], again["file"]) == (False, True, first["file"])
    assert (longer["file"]["lines_count"], longer["file"]["new_count"]) == (2, 1)
    assert (sums["received_dong"], sums["lines"]["matched"]) == (2 * FEE, 2)


async def test_a_file_with_a_wrong_row_is_not_kept_at_all_and_says_which(gate: Gate) -> None:
    number = await collected(gate, "1")
    file = post_file((number, FEE)) + "\n31/02/2026;x;8000\n23/11/2026;x;tám nghìn\n".encode()

    problem = await taken(gate, "post", file, status=422)

    assert [fault["pointer"] for fault in problem["errors"]] == ["/content/rows/3", "/content/rows/4"]
    assert (await totals(gate))["received_dong"] == 0
    assert (await (await gate.get(FILES)).json())["data"] == []


async def test_what_the_bank_received_is_found_by_the_number_in_its_text(gate: Gate) -> None:
    for fee_id in ("1", "2"):
        await collected(gate, fee_id)
    remit = {"unit": OFFICE, "desk": DESK, "receipt_nos": ["PHT26-000001"]}
    number = (await (await gate.post("/api/v1/remittances", remit)).json())["remittance_no"]
    await taken(gate, "bank", bank_file(
        ("FT1", f"NOP PHI {number.replace('-', ' ')}", FEE), ("FT2", "BIEN LAI PHT26000002", FEE),
        ("FT3", "LAI TIEN GUI", 37),
    ))  # fmt: skip

    found, sums = await sides(gate, "source=bank"), await totals(gate, "bank")

    assert by_bucket(found, "ours") == {"matched": [number], "owed": ["PHT26-000002"]}
    assert {each["reference"]: each["bucket"] for each in found if each["side"] == "theirs"} == {
        "FT1": "matched", "FT2": "unrecorded", "FT3": "unknown",
    }  # fmt: skip
    assert (sums["due_dong"], sums["collected_dong"], sums["received_dong"]) == (2 * FEE, FEE, 2 * FEE + 37)
    assert sums["is_explained"]


async def test_a_line_of_the_bank_confirms_no_remittance(gate: Gate) -> None:
    await collected(gate, "1")
    number = (await (await gate.post("/api/v1/remittances", {"unit": OFFICE, "desk": DESK})).json())["remittance_no"]
    await taken(gate, "bank", bank_file(("FT1", number, FEE)))

    [kept] = (await (await gate.get("/api/v1/remittances")).json())["data"]

    assert (kept["confirmed_at"], kept["received_dong"]) == (None, None)


async def test_a_line_that_came_first_finds_the_receipt_that_is_written_later(gate: Gate) -> None:
    number = str((await gate.consignment("send"))["consignment_no"])
    await gate.post("/api/v1/receipt-series", {"series": "PHT26", "ledger": "fee", "unit": OFFICE})
    await taken(gate, "post", post_file((number, FEE)))
    before = by_bucket(await sides(gate), "theirs")
    body = {"fee_id": "late", "number": number, "ledger": "fee", "amount_dong": FEE, "unit": OFFICE}
    await gate.post("/api/v1/fees", body)

    assert before == {"unrecorded": [number]}
    assert by_bucket(await sides(gate), "theirs") == {"matched": [number]}


async def test_what_a_line_ties_together_is_counted_in_one_period(gate: Gate) -> None:
    number = await collected(gate, "1")
    file = post_file((number, FEE)).replace(b"23/11", b"02/12")
    await taken(gate, "post", file)

    december = await (await gate.get(f"{SIDES}/totals?since=2026-12-01&until=2026-12-31")).json()

    assert (await totals(gate))["received_dong"] == FEE
    assert december["received_dong"] == 0


async def test_a_line_is_settled_by_hand_and_another_hand_takes_it_back(gate: Gate) -> None:
    await november(gate)
    [line] = await sides(gate, "side=theirs&bucket=unknown")
    said = {"subject": line["subject"], "reason": "Tiền của tỉnh khác, đã báo Bưu điện"}

    first = await gate.post(f"{SIDES}/settlements", said)
    again = await gate.post(f"{SIDES}/settlements", said)
    other = await gate.post(f"{SIDES}/settlements", {**said, "reason": "khác"})
    own = await gate.post(f"{SIDES}/settlements/undo", said)
    [settled] = await sides(gate, "settled=yes")
    another = await gate.token_for("money", "lead")
    undone = await gate.post(f"{SIDES}/settlements/undo", {**said, "reason": "Nhầm"}, token=another)

    assert (first.status, again.status, other.status, own.status, undone.status) == (201, 201, 409, 409, 200)
    assert await first.json() == await again.json()
    assert (settled["subject"], settled["settlement"]["reason"]) == (line["subject"], said["reason"])
    assert await sides(gate, "settled=yes") == []


@pytest.mark.parametrize("subject", ["line:999", "line:abc", "claim:4K7M29TB6HC", "other:1", "nothing"])
async def test_what_is_not_there_cannot_be_settled(gate: Gate, subject: str) -> None:
    answer = await gate.post(f"{SIDES}/settlements", {"subject": subject, "reason": "x"})

    assert (answer.status, (await answer.json())["code"]) == (404, "reconciliation.unknown")


async def test_a_unit_sees_its_own_money_only(gate: Gate) -> None:
    numbers = await november(gate)
    stranger = await gate.token_for("money", "lead", unit=OTHER_DESK)
    desk = await gate.token_for("money", "lead", unit=DESK)
    [line] = await sides(gate, "side=theirs&bucket=unknown")

    shown = await sides(gate, token=desk)
    mine, theirs = by_bucket(shown, "ours"), by_bucket(shown, "theirs")
    foreign = await gate.get(f"{SIDES}?unit={DESK}", token=stranger)
    settled = await gate.post(f"{SIDES}/settlements", {"subject": line["subject"], "reason": "x"}, token=stranger)

    assert mine == {bucket: [number] for bucket, number in numbers.items()}
    assert theirs["unrecorded"] == [numbers["owed"]], "it names what is ours, whoever brought the file"
    assert await sides(gate, token=stranger) == []
    assert (foreign.status, settled.status) == (403, 404)


async def test_a_period_too_long_or_back_to_front_is_refused(gate: Gate) -> None:
    for period in ("since=2026-01-01&until=2026-12-31", "since=2026-11-02&until=2026-11-01"):
        assert (await gate.get(f"{SIDES}/totals?{period}")).status == 422


async def test_the_table_has_every_row_and_runs_no_formula(gate: Gate) -> None:
    await collected(gate, "1")
    await taken(gate, "bank", bank_file(("FT1", "=HYPERLINK(cmd)", 1000)))

    answer = await gate.get(f"{SIDES}/table.csv?{NOVEMBER}&source=bank")
    table = list(csv.reader(io.StringIO((await answer.read()).decode("utf-8-sig"), newline=""), delimiter=";"))

    assert (answer.status, answer.content_type) == (200, "text/csv")
    assert [row[:2] for row in table[1:]] == [
        ["Của ta", "Phải thu, chưa thu"], ["Bên kia", "Không phải của ta hoặc không đọc được"],
    ]  # fmt: skip
    assert table[2][10] == "'=HYPERLINK(cmd)"


async def test_a_fee_paid_elsewhere_is_due_no_more_and_its_proof_stands_on_the_note(gate: Gate) -> None:
    made = await gate.consignment("send")
    number, key = made["consignment_no"], made["dossier_no"]
    proof = {"way": "portal", "reference": "G22-0001", "amount_dong": FEE}

    first = await gate.post(f"/api/v1/dossiers/{key}/paid-elsewhere", proof)
    again = await gate.post(f"/api/v1/dossiers/{key}/paid-elsewhere", proof)
    other = await gate.post(f"/api/v1/dossiers/{key}/paid-elsewhere", {**proof, "reference": "G22-0002"})
    shown = await (await gate.get(f"/api/v1/consignments/{number}")).json()
    kept = await (await gate.get(f"/api/v1/dossiers/{key}/paid-elsewhere")).json()
    await gate.post("/api/v1/receipt-series", {"series": "PHT26", "ledger": "fee", "unit": OFFICE})
    fee = {"fee_id": "1", "number": number, "ledger": "fee", "amount_dong": FEE, "unit": OFFICE}
    refused = await gate.post("/api/v1/fees", fee)

    assert (first.status, again.status, other.status) == (201, 201, 409)
    assert await first.json() == await again.json() == kept
    assert (made["collect_dong"], shown["collect_dong"]) == (FEE, 0)
    assert (refused.status, (await refused.json())["code"]) == (409, "fee.paid_elsewhere")
    assert (await totals(gate))["due_dong"] == 0
    note = await (await gate.get(f"/api/v1/consignments/{number}/note")).read()
    assert "G22-0001" in text_of(note)


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as paper:
        return " ".join(page.get_textpage().get_text_bounded() for page in paper)


async def test_once_the_post_was_asked_to_collect_it_must_be_called_off_first(gate: Gate) -> None:
    made = await gate.consignment("send")
    await gate.post(f"/api/v1/consignments/{made['consignment_no']}/book")
    proof = {"way": "bank", "reference": "FT-1", "amount_dong": FEE}

    answer = await gate.post(f"/api/v1/dossiers/{made['dossier_no']}/paid-elsewhere", proof)

    assert (answer.status, (await answer.json())["code"]) == (409, "prepayment.booked")


async def test_a_fee_that_a_desk_took_itself_is_not_asked_of_the_post(gate: Gate) -> None:
    number = str((await gate.consignment("send"))["consignment_no"])
    await gate.post("/api/v1/receipt-series", {"series": "PTS26", "ledger": "fee", "unit": DESK})
    fee = {"fee_id": "1", "number": number, "ledger": "fee", "amount_dong": FEE, "unit": DESK}
    await gate.post("/api/v1/fees", fee)

    assert (await totals(gate))["due_dong"] == 0


async def test_what_is_missing_grows_old(gate: Gate) -> None:
    await collected(gate, "1")
    gate.clock[0] += timedelta(days=10)

    assert (await totals(gate))["missing_by_age"] == {"30": FEE}
