"""The page of unsettled dossiers: both lists, why each stands there, and the way on."""

from __future__ import annotations

from typing import Any

import pytest

PROOF = {"receiver_name": "Nguyễn Thị Diễn Tập", "id_kind": "citizen_id", "id_tail": "4821", "remarks": "không"}


async def delivered(gate: Any) -> str:
    """Let a result be delivered; return its number."""
    number = str((await gate.consignment())["consignment_no"])
    await gate.scan(number, "collected")
    now = gate.clock[0].isoformat()
    told = {"number": number, "scan_id": number, "device": "d", "device_at": now, "sent_at": now, "office": "480000",
            "proof": PROOF}  # fmt: skip
    assert (await gate.post("/api/v1/deliveries", told)).status == 201
    return number


async def parked(gate: Any, number: str, error: str) -> None:
    async with gate.house.database.writing() as tx:
        await tx.run(
            "UPDATE outbox SET state = 'parked', last_error = $2 WHERE subject = $1 AND key LIKE '%.delivered.%'",
            number, error,
        )  # fmt: skip


async def test_a_delivery_whose_word_waits_or_was_parked_stands_there_with_the_reason(gate, browser) -> None:
    number = await delivered(gate)
    await browser.sign_in("enquiry", unit="TS")
    _, waiting = await browser.open("/desk/settling")
    await parked(gate, number, "Cổng chưa có <hồ sơ>.")
    _, stopped = await browser.open("/desk/settling")

    assert number in waiting
    assert "Tin báo đang chờ gửi" in waiting
    assert "Tin báo đã dừng, cần người xem" in stopped
    assert '<small lang="vi">Cổng chưa có &lt;hồ sơ&gt;.</small>' in stopped


async def test_a_dossier_closed_before_its_delivery_stands_in_the_other_list(gate, browser) -> None:
    made = await gate.consignment()
    moment = {"at": gate.clock[0].isoformat()}
    assert (await gate.post(f"/api/v1/dossiers/{made['dossier_no']}/closed", moment)).status == 200
    await browser.sign_in("enquiry", unit="TS")
    _, page = await browser.open("/desk/settling")
    _, alone = await browser.open("/desk/settling?kind=closed_undelivered")
    _, other = await browser.open("/desk/settling?kind=delivered_open")

    assert made["consignment_no"] in page
    assert made["consignment_no"] in alone
    assert made["consignment_no"] not in other


@pytest.mark.parametrize(
    "query", ["", "?kind=x", "?kind=delivered_open&cursor=s9", "?kind=closed_undelivered&cursor=;"]
)
async def test_an_empty_list_says_so(browser, query: str) -> None:
    await browser.sign_in("enquiry", unit="TS")
    status, page = await browser.open(f"/desk/settling{query}")

    assert status == 200
    assert "Không có gì ở đây." in page


async def test_it_is_linked_from_the_desk_and_reads_in_english(browser) -> None:
    await browser.sign_in("enquiry", unit="TS")
    _, desk = await browser.open("/desk")
    _, english = await browser.open("/desk/settling?l=en")

    assert 'href="/desk/settling"' in desk
    assert "Delivered but still open" in english
    assert "Closed but not delivered" in english
