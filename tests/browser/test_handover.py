"""A trip at the counter in a real browser: counted by the keys alone, signed by two hands in two windows, accepted."""

from __future__ import annotations

from typing import Any

import pytest

from .test_sheets import wrongs

pytestmark = pytest.mark.browser

DESK_MAY = ("enquiry", "handover", "labels", "intake")
POST_MAY = ("enquiry", "handover", "labels", "scans")
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 200


async def appointed(gate: Any, kind: str, unit: str, name: str, account: str = "") -> str:
    made = await gate.post("/api/v1/signatories", {
        "unit_kind": kind, "unit": unit, "name": name, "account": account, "valid_from": "2026-11-01",
    })  # fmt: skip
    number: str = (await made.json())["signatory_no"]
    return number


async def opened(gate: Any, numbers: list[str], direction: str = "to_post") -> str:
    made = await gate.post(
        "/api/v1/manifests", {"desk": "TS", "office": "480000", "direction": direction, "numbers": numbers}
    )
    number: str = (await made.json())["manifest_no"]
    return number


async def signed_in(look: Any, *scopes: str, unit: str, **size: Any) -> tuple[Any, str]:
    """Sign in; return the window and the name under which its account acts."""
    window = await look(**size)
    await window.sign_in(*scopes, unit=unit)
    await window.open("/desk/handover")
    return window, await window.page.inner_text(".me b a")


def faults(window: Any) -> list[str]:
    """Return what went wrong in a window, but for the browser's own note that a typed number was turned away."""
    return [each for each in window.wrong if "status of 422" not in each]


async def keyed(window: Any, *numbers: str) -> list[str]:
    """Type numbers as a scanner gun does, into whatever has the focus; return the words of the answers."""
    words = []
    for number in numbers:
        await window.page.wait_for_selector("#q:focus")
        await window.page.evaluate("document.querySelector('.answered')?.remove()")
        await window.page.keyboard.type(number)
        await window.page.keyboard.press("Enter")
        words.append(await window.page.inner_text(".answered .word"))
    return words


async def test_a_trip_of_five_is_handed_over_by_the_keys_alone_and_signed_by_two(look, gate) -> None:
    numbers = [(await gate.consignment())["consignment_no"] for _ in range(5)]
    number = await opened(gate, numbers)
    desk, officer = await signed_in(look, *DESK_MAY, unit="TS")
    post, postman = await signed_in(look, *POST_MAY, unit="480000", width=820, height=1180)
    await appointed(gate, "desk", "TS", "Nguyễn Thị Thuỳ Dương", officer)
    await appointed(gate, "office", "480000", "Trần Đình Hoàng", postman)

    await desk.open(f"/desk/handover/{number}")
    words = await keyed(desk, *numbers[:4], numbers[0], "4K7M29TB6HB")
    count = await desk.page.inner_text(".tally .sum")
    await desk.page.keyboard.press("Escape")  # from the field to the rows: what nobody counted stands first
    await desk.page.keyboard.press("Space")
    await desk.page.keyboard.press("r")
    await desk.page.keyboard.type("Để lại chuyến sau")
    async with desk.page.expect_navigation():
        await desk.page.keyboard.press("Enter")
    off = await desk.page.inner_text(".tally .off")
    async with desk.page.expect_navigation():
        await desk.page.keyboard.press("Control+Enter")
    async with desk.page.expect_navigation():
        await desk.page.keyboard.press("Control+Enter")
    await post.open(f"/desk/handover/{number}")
    box = await post.page.locator("canvas").bounding_box()
    await post.page.mouse.move(box["x"] + 40, box["y"] + 40)
    await post.page.mouse.down()
    await post.page.mouse.move(box["x"] + 160, box["y"] + 80, steps=8)
    await post.page.mouse.up()
    async with post.page.expect_navigation():
        await post.page.keyboard.press("Control+Enter")
    drawn = await post.page.evaluate("document.querySelector('img.drawn')?.naturalWidth")
    paper = await post.page.request.get(f"{post.base}/desk/manifests/{number}/manifest.pdf")
    standing = await (await gate.get(f"/api/v1/manifests/{number}")).json()

    assert words == ["Đã đếm"] * 4 + ["Đã đếm rồi", "Sai số"]
    assert (count.split(), off.strip()) == (["4", "/", "5", "đã", "đếm"], "Thiếu 1")
    assert standing["state"] == "signed"
    assert {line["outcome"]: line["note"] for line in standing["lines"]}["missing"] == "Để lại chuyến sau"
    assert [each["name"] for each in standing["signatures"]] == ["Nguyễn Thị Thuỳ Dương", "Trần Đình Hoàng"]
    assert (drawn, (await paper.body())[:5]) == (600, b"%PDF-")
    assert (faults(desk), faults(post)) == ([], [])


async def test_a_gun_faster_than_the_line_loses_no_scan(look, gate) -> None:
    numbers = [(await gate.consignment())["consignment_no"] for _ in range(8)]
    number = await opened(gate, numbers)
    window, _ = await signed_in(look, *DESK_MAY, unit="TS")
    await window.open(f"/desk/handover/{number}")
    await window.page.wait_for_selector("#q:focus")
    for each in numbers:
        await window.page.keyboard.type(each)
        await window.page.keyboard.press("Enter")
    await window.page.wait_for_selector("text=Khớp danh sách")

    assert await window.page.inner_text(".tally .sum b") == "8 / 8"


async def test_ticking_and_signing_on_paper_need_no_script(look, gate) -> None:
    numbers = [(await gate.consignment())["consignment_no"] for _ in range(2)]
    number = await opened(gate, numbers)
    await appointed(gate, "desk", "TS", "Cán bộ")
    await appointed(gate, "office", "480000", "Bưu tá")
    window, _ = await signed_in(look, *DESK_MAY, unit="TS", scripts=False, width=820, height=1180)
    page = window.page
    await window.open(f"/desk/handover/{number}")
    await page.fill("#q", numbers[0])
    async with page.expect_navigation():
        await page.press("#q", "Enter")
    await page.check(f"tr[data-line='{numbers[1]}'] input")
    await window.follow("button[value=ticked]")
    await window.follow("text=Chốt biên bản")
    for side, at in (("giver", "2026-11-23T08:30"), ("taker", "2026-11-23T08:41")):
        await page.locator("summary:has-text('Đã ký trên giấy')").first.click()
        await page.fill(f"#sign-paper-{side}-at", at)
        sheet = {"name": "bien-ban.png", "mimeType": "image/png", "buffer": PNG}
        await page.set_input_files(f"#sign-paper-{side}-sheet", sheet)
        await window.follow(f"form:has(#sign-paper-{side}-at) button[type=submit]")

    assert "08:41" in await page.inner_text(".stamp")
    assert await page.locator("img.drawn").count() == 2


async def test_a_dossier_arrives_lacks_a_paper_and_is_asked_for_it(look, gate) -> None:
    item = (await gate.consignment("send"))["consignment_no"]
    number = await opened(gate, [item], "to_desk")
    desk, officer = await signed_in(look, *DESK_MAY, unit="TS")
    await appointed(gate, "desk", "TS", "Nguyễn Thị Thuỳ Dương", officer)
    postman = await appointed(gate, "office", "480000", "Bưu tá")
    page, here = desk.page, f"/desk/handover/{number}/{item}"
    await desk.open(here)
    selects = page.locator("table.papers select")
    for n in range(await selects.count()):
        await selects.nth(n).select_option("missing" if n == 0 else "original")
    await page.check("input[name=guided]")
    async with page.expect_navigation():
        await page.keyboard.press("Control+Enter")
    await desk.open(f"/desk/handover/{number}")
    await keyed(desk, item)
    for _ in range(2):  # closed, then signed
        async with page.expect_navigation():
            await page.keyboard.press("Control+Enter")
    await page.locator("summary:has-text('Đã ký trên giấy')").first.click()
    await page.select_option("#sign-paper-giver-who", postman)
    await page.fill("#sign-paper-giver-at", "2026-11-23T08:30")
    async with page.expect_navigation():
        await page.press("#sign-paper-giver-at", "Enter")
    await desk.open(here)
    ticked = await page.locator("input[name=paper]:checked").count()
    await page.fill("#sup-reason", "Bổ sung tờ khai có chữ ký.")
    async with page.expect_navigation():
        await page.press("#sup-reason", "Enter")
    form = await page.get_attribute("a:has-text('mẫu 02')", "href")
    paper = await page.request.get(desk.base + form)

    assert ticked == 1
    assert "Đã yêu cầu bổ sung, đang chờ" in await page.inner_text("#said")
    assert (await paper.body())[:5] == b"%PDF-"
    assert faults(desk) == []


async def looked_at(window: Any, path: str) -> list[str]:
    """Return the barriers of a page, Vietnamese on a wide screen and English on a phone; and where it is too wide."""
    found = []
    for language, width in (("vi", 1366), ("en", 390)):
        await window.page.set_viewport_size({"width": width, "height": 800})
        await window.open(f"{path}?l={language}")
        found += await wrongs(window, f"handover-{path.count('/')}-{language}")
        for narrower in (820, 320):
            await window.page.set_viewport_size({"width": narrower, "height": 800})
            over = await window.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            found += [f"{language} at {narrower} wider by {over}"] * (over > 0)
    return [f"{path} {each}" for each in found]


async def test_the_pages_have_no_barrier_and_stay_in_their_window(look, gate) -> None:
    numbers = [(await gate.consignment())["consignment_no"] for _ in range(3)]
    half = await opened(gate, numbers[:2])
    item = (await gate.consignment("send"))["consignment_no"]
    brought = await opened(gate, [item], "to_desk")
    window, account = await signed_in(look, *DESK_MAY, unit="TS")
    await appointed(gate, "desk", "TS", "Nguyễn Thị Thuỳ Dương Hoàng Ngọc Khánh Quỳnh Trường Nghĩa", account)
    await gate.post(f"/api/v1/manifests/{half}/tick", {"number": numbers[2], "outcome": "ticked"})
    found = []
    for path in ("", "/week", "/signatories", f"/{half}", f"/{brought}/{item}"):
        found += await looked_at(window, f"/desk/handover{path}")
    found += await looked_at(window, "/desk/papers")
    await gate.post(f"/api/v1/manifests/{half}/tick", {"number": half, "outcome": "ticked"})
    await gate.post(f"/api/v1/manifests/{half}/close")
    found += await looked_at(window, f"/desk/handover/{half}")
    await keyed(window, item)
    found += await wrongs(window, "handover-beyond")

    assert (found, faults(window)) == ([], [])
