"""What the post brought to the desk: checked, filed, asked for again or sent back, corrected."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Any

from .conftest import MAY, Counter, caught


async def test_what_arrives_is_checked_then_filed_then_taken_with_a_receipt(counter, browser, said) -> None:
    (item,) = await counter.items(1, "send")
    number = await counter.opened([item], "to_desk")
    here = f"/desk/handover/{number}/{item}"
    await check(counter, here, missing=0)
    await counter.signed(number)
    seen = await counter.seen(here)
    form = {"due_on": "2026-12-07", "slip_no": "GH-0975", "seen": seen}
    answer = await browser.send(f"{here}/appoint", **form)
    twice = await browser.send(f"{here}/appoint", **form)
    _, page = await browser.open(here)
    paper = await browser.ask("GET", f"{here}/form-01.pdf")

    assert (answer.status, twice.status) == (303, 303)
    assert "Đã tiếp nhận, hẹn trả thứ Hai 07/12" in said(page)
    assert "Giờ nộp hồ sơ 08:30" in said(page)
    assert (await paper.read()).startswith(b"%PDF")


async def check(counter: Counter, here: str, *, missing: int) -> Any:
    """Check the papers of one dossier, the first few of them missing."""
    _, page = await counter.browser.open(here)
    n = len(re.findall(r'<select class="field" id="found_', page))
    found = {f"found_{each}": "missing" if each < missing else "original" for each in range(n)}
    assert n
    return await counter.browser.send(f"{here}/check", **found, guided="1", seen=await counter.seen(here))


async def test_what_is_missing_is_asked_for_once_and_comes(counter, browser, said) -> None:
    (item,) = await counter.items(1, "send")
    number = await counter.opened([item], "to_desk")
    here = f"/desk/handover/{number}/{item}"
    assert (await check(counter, here, missing=1)).status == 303
    await counter.signed(number)
    seen = await counter.seen(here)
    none = await browser.send(f"{here}/supplement", reason="Thiếu chữ ký", seen=seen)
    asked = await browser.send(f"{here}/supplement", paper="0", reason="Thiếu chữ ký", seen=seen)
    _, waiting = await browser.open(here)
    paper = await browser.ask("GET", f"{here}/form-02.pdf")
    done = await browser.send(f"{here}/complete")
    _, page = await browser.open(here)

    assert (none.status, asked.status, done.status) == (422, 303, 303)
    assert "Đã yêu cầu bổ sung, đang chờ" in said(waiting)
    assert (await paper.read()).startswith(b"%PDF")
    assert "sau bổ sung" in said(page)


async def test_a_dossier_goes_back_with_its_reason(counter, browser, gate, said) -> None:
    gate.clock[0] += timedelta(days=3)
    await browser.sign_in(*MAY, unit="TS")
    (item,) = await counter.items(1, "send")
    number = await counter.opened([item], "to_desk")
    await counter.signed(number)
    here = f"/desk/handover/{number}/{item}"
    form = {"reasons": "Nộp tại Sở Tư pháp.", "seen": await counter.seen(here)}
    bare = await browser.send(f"{here}/reject", **form)
    back = await browser.send(f"{here}/reject", **form, code="not_competent", fault="citizen")
    _, page = await browser.open(here)
    paper = await browser.ask("GET", f"{here}/form-03.pdf")

    assert (bare.status, back.status) == (422, 303)
    assert "Nộp tại Sở Tư pháp." in await bare.text()
    assert "Đã trả lại hồ sơ" in said(page)
    assert (await paper.read()).startswith(b"%PDF")


async def test_the_colleague_who_comes_second_changes_nothing_and_is_told(counter, browser) -> None:
    (item,) = await counter.items(1, "send")
    number = await counter.opened([item], "to_desk")
    await counter.signed(number)
    here = f"/desk/handover/{number}/{item}"
    seen = await counter.seen(here)
    await browser.send(f"{here}/appoint", due_on="2026-12-07", slip_no="GH-1", seen=seen)
    await browser.sign_in(*MAY, unit="TS")
    answer = await browser.send(
        f"{here}/reject", reasons="x", code="not_competent", fault="citizen", seen=seen
    )  # fmt: skip

    assert answer.status == 409
    assert "vừa làm hồ sơ này lúc 09:00 23/11/2026" in await answer.text()


async def test_two_officers_at_once_ask_for_the_same_dossier_one_time(counter, browser, gate) -> None:
    (item,) = await counter.items(1, "send")
    number = await counter.opened([item], "to_desk")
    await counter.signed(number)
    here = f"/desk/handover/{number}/{item}"
    seen = await counter.seen(here)
    answers = await asyncio.gather(*(
        browser.send(f"{here}/supplement", paper="0", reason=f"Lý do {n}", seen=seen) for n in (1, 2)
    ))  # fmt: skip

    assert sorted(each.status for each in answers) == [303, 409]


async def test_a_dossier_that_came_without_a_number_gets_it_once(counter, browser, gate) -> None:
    key = (await gate.sent(dossier_no="", intake_ref="MC-999"))["key"]
    made = await (await gate.post("/api/v1/consignments", {"dossier": key, "leg": "send"})).json()
    number = await counter.opened([made["consignment_no"]], "to_desk")
    here = f"/desk/handover/{number}/{made['consignment_no']}"
    first = await browser.send(f"{here}/number", dossier_no="H27.10.20-261123-0777")
    again = await browser.send(f"{here}/number", dossier_no="H27.10.20-261123-0778")

    assert (first.status, again.status) == (303, 409)


async def test_a_wrong_signing_time_is_mended_by_a_record_of_both(counter, browser, gate, said) -> None:
    (item,) = await counter.items(1, "send")
    number = await counter.opened([item], "to_desk")
    await counter.signed(number)
    gate.clock[0] += timedelta(hours=2)
    await browser.sign_in(*MAY, unit="TS")
    here = f"/desk/handover/{number}/correct"
    _, page = await browser.open(here)
    key = caught(r'name="dossier" value="([^"]+)"', page)
    form = {
        "dossier": key, "record_no": "DC-1", "filed_at": "2026-11-23T08:10", "reason": "Ghi nhầm giờ",
        "desk_signatory": counter.desk_signs, "office_signatory": counter.office_signs,
        "desk_signed_at": "2026-11-23T10:00", "office_signed_at": "2026-11-23T10:05",
    }  # fmt: skip
    one_hand = await browser.send(here, **{**form, "office_signatory": counter.desk_signs})
    mended = await browser.send(here, **form)
    _, after = await browser.open(f"/desk/handover/{number}/{item}")

    assert (one_hand.status, mended.status) == (403, 303)
    assert "Giờ nộp hồ sơ 08:10" in said(after)
    assert "đã đính chính" in said(after)


async def test_an_original_is_owed_until_the_officer_says_with_which_result_it_goes(
    counter, browser, gate, said
) -> None:
    papers = [{"name": "Giấy khai sinh", "kind": "original", "must_return": True}]
    key = (await gate.sent(papers=papers))["key"]
    made = await (await gate.post("/api/v1/consignments", {"dossier": key, "leg": "send"})).json()
    await counter.signed(await counter.opened([made["consignment_no"]], "to_desk"))
    result = await (await gate.post("/api/v1/consignments", {"dossier": key, "leg": "return"})).json()
    _, page = await browser.open("/desk/papers")
    duty = caught(r'name="duty" value="(\d+)"', page)
    no_reason = await browser.send("/desk/papers", duty=duty, decision="stays", reason="")
    goes = await browser.send("/desk/papers", duty=duty, decision="goes", consignment_no=result["consignment_no"])
    _, after = await browser.open("/desk/papers")
    file = await browser.ask("GET", "/desk/papers.csv")

    assert (no_reason.status, goes.status) == (422, 303)
    assert "Cơ quan đang giữ, chưa ghi trả hay giữ" in said(page)
    assert "Sẽ trả cùng kết quả" in said(after)
    assert "Giấy khai sinh" in (await file.read()).decode("utf-8-sig")
