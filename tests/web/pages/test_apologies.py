"""The public list of apologies: what everybody may read of a late result, and nothing that names anybody."""

from __future__ import annotations

PERSONAL = ("Nguyễn", "0912000003", "Thôn Đoài")


async def apologised(gate, reason: str = "Chờ Sở Tư pháp trả lời xác minh.") -> str:
    dossier = (await gate.sent(service_form="return", due_on="2026-11-24"))["dossier_no"]
    number = (await (await gate.post("/api/v1/apologies", {"dossier": dossier})).json())["apology_no"]
    issue = {"reason": reason, "new_due_on": "2026-11-27"}
    assert (await gate.post(f"/api/v1/apologies/{number}/issue", issue)).status == 200
    return str(dossier)


async def test_the_first_page_leads_to_the_list(browser) -> None:
    _, page = await browser.open("/")

    assert 'href="/apologies"' in page


async def test_an_empty_list_says_so(browser) -> None:
    status, page = await browser.open("/apologies")

    assert status == 200
    assert "Chưa có phiếu xin lỗi nào." in page


async def test_an_apology_is_read_with_both_days_desk_and_reason_and_nobodys_name(gate, browser, said) -> None:
    dossier = await apologised(gate)
    _, page = await browser.open("/apologies")
    text = said(page)

    assert dossier in text
    assert "XL-261123-001, 23/11/2026" in text
    assert "Ngày cũ 24/11/2026 Ngày mới 27/11/2026" in text
    assert "Một cửa Thạch Sơn" in text
    assert "Chờ Sở Tư pháp trả lời xác minh." in text
    assert [each for each in PERSONAL if each in page] == []


async def test_a_draft_is_nobodys_business_yet(gate, browser) -> None:
    dossier = (await gate.sent(service_form="return", due_on="2026-11-24"))["dossier_no"]
    await gate.post("/api/v1/apologies", {"dossier": dossier})
    _, page = await browser.open("/apologies")

    assert dossier not in page


async def test_what_an_officer_wrote_is_shown_as_text(gate, browser) -> None:
    await apologised(gate, "<script>alert(1)</script> & chờ")
    _, page = await browser.open("/apologies")

    assert "<script>" not in page
    assert "&lt;script&gt;" in page


async def test_the_list_goes_on_and_comes_back(gate, browser) -> None:
    dossiers = [await apologised(gate) for _ in range(31)]
    _, first = await browser.open("/apologies")
    following = first.partition('href="/apologies?from=')[2].partition('"')[0]
    _, second = await browser.open(f"/apologies?from={following}")

    assert (dossiers[-1] in first, dossiers[0] in first) == (True, False)
    assert (dossiers[0] in second, "Hết danh sách." in second) == (True, True)
    assert 'href="/apologies">Về trang đầu' in second


async def test_the_list_speaks_english_where_it_is_asked_to(gate, browser, said) -> None:
    await apologised(gate)
    _, page = await browser.open("/apologies?l=en")

    assert "Apologies for late results" in said(page)
