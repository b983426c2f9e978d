"""The pages in a real browser: no barrier, no sideways scrolling, nothing asked of another house, no script needed."""

from __future__ import annotations

import pytest

from .barriers import violations

pytestmark = pytest.mark.browser

#: WCAG 2.2, levels A and AA.
DESKTOP, PHONE, NARROW = (1366, 768), (390, 844), (320, 640)


async def barriers(window) -> list[str]:
    """Return what axe finds on the page."""
    found = await violations(window.page)
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


async def sideways(window) -> int:
    """Return by how much the page is wider than its window."""
    width: int = await window.page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width


def public(gate) -> list[str]:
    return ["/", f"/t/{gate.numbers[0]}", f"/t/{gate.numbers[2]}", f"/t/{gate.numbers[4]}", "/t/4K7M29TB6HB", "/signin",
            "/khong-co", "/?l=en", f"/t/{gate.numbers[2]}?l=en"]  # fmt: skip


def of_the_desk(gate) -> list[str]:
    one = "/desk/consignments/"
    return ["/desk", "/desk/wires", "/desk/consignments", "/desk/consignments?state=delivered", one + gate.numbers[2],
            f"{one}{gate.numbers[3]}", f"{one}4K7M29TB6HC"]  # fmt: skip


OF_THE_STATION = ["/station/box", "/station/box?code=attempted", "/station/strays", "/desk?l=en", "/station/box?l=en"]


@pytest.mark.parametrize("size", [DESKTOP, PHONE, NARROW], ids=str)
async def test_public_pages_have_no_barrier_and_stay_in_their_window(look, gate, size) -> None:
    window = await look(width=size[0], height=size[1])
    found = []
    for path in public(gate):
        await window.open(path)
        found += [f"{path} {barrier}" for barrier in await barriers(window)] + [path] * (await sideways(window) > 0)

    assert (found, window.wrong) == ([], [])


@pytest.mark.parametrize("size", [DESKTOP, PHONE, NARROW], ids=str)
async def test_the_list_of_apologies_has_no_barrier_and_stays_in_its_window(look, gate, size) -> None:
    for reason in ("Chờ Sở Tư pháp trả lời xác minh.", "Chờ" * 90):
        dossier = (await gate.sent(service_form="return", due_on="2026-11-24"))["dossier_no"]
        number = (await (await gate.post("/api/v1/apologies", {"dossier": dossier})).json())["apology_no"]
        await gate.post(f"/api/v1/apologies/{number}/issue", {"reason": reason, "new_due_on": "2026-11-27"})
    window = await look(width=size[0], height=size[1])
    found = []
    for path in ("/apologies", "/apologies?l=en"):
        await window.open(path)
        found += [f"{path} {barrier}" for barrier in await barriers(window)] + [path] * (await sideways(window) > 0)

    assert await window.page.locator(".sorry > li").count() == 2
    assert (found, window.wrong) == ([], [])


@pytest.mark.parametrize("size", [DESKTOP, PHONE, NARROW], ids=str)
async def test_the_desks_pages_have_no_barrier_and_stay_in_their_window(look, gate, size) -> None:
    window = await look(width=size[0], height=size[1])
    await window.sign_in("enquiry", "labels", "handover", unit="TS")
    found = []
    for path in of_the_desk(gate):
        await window.open(path)
        found += [f"{path} {barrier}" for barrier in await barriers(window)] + [path] * (await sideways(window) > 0)

    assert (found, window.wrong) == ([], [])


@pytest.mark.parametrize("size", [DESKTOP, PHONE, NARROW], ids=str)
async def test_the_stations_pages_have_no_barrier_and_stay_in_their_window(look, gate, size) -> None:
    window = await look(width=size[0], height=size[1])
    await window.sign_in("scans", "enquiry", unit="480000")
    found = []
    for path in OF_THE_STATION:
        await window.open(path)
        found += [f"{path} {barrier}" for barrier in await barriers(window)] + [path] * (await sideways(window) > 0)

    assert (found, window.wrong) == ([], [])


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
async def test_a_citizen_types_a_number_and_reads_the_answer(look, gate, scripts: bool) -> None:
    window = await look(width=390, height=844, scripts=scripts)
    await window.open("/")
    await window.page.fill("#q", gate.numbers[2].lower())
    await window.page.press("#q", "Enter")
    await window.page.wait_for_url(f"**/t/{gate.numbers[2]}")

    assert await window.page.inner_text("h1") == "Kết quả hồ sơ đang trên đường đến nơi nhận."
    assert window.wrong == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
async def test_a_pile_is_scanned_by_a_gun_that_ends_with_enter(look, gate, scripts: bool) -> None:
    window = await look(width=390, height=844, scripts=scripts)
    await window.sign_in("scans", "enquiry", unit="480000")
    await window.open("/station/box")
    words = []
    for number in (gate.numbers[0], gate.numbers[0], "RR473124829VN", "4K7M29TB6HB"):
        await window.page.wait_for_selector("#n:focus")
        async with window.page.expect_navigation():
            await window.page.keyboard.type(number)
            await window.page.keyboard.press("Enter")
        words.append(await window.page.inner_text(".shout .word"))

    assert words == ["Đã ghi", "Đã quét rồi", "Chưa có trong sổ", "Sai số"]
    assert window.wrong == []


async def test_every_answer_of_the_station_can_be_read_in_sunlight(look, gate) -> None:
    window = await look(width=390, height=844)
    await window.sign_in("scans", "enquiry", unit="480000")
    await window.open("/station/box")
    found = []
    for number in (gate.numbers[0], gate.numbers[0], "RR473124829VN", "4K7M29TB6HB"):
        await window.page.fill("#n", number)
        async with window.page.expect_navigation():
            await window.page.press("#n", "Enter")
        found += await barriers(window)

    assert found == []


async def test_an_officer_goes_from_the_number_to_the_journey_by_keyboard(look, gate) -> None:
    window = await look()
    await window.sign_in("enquiry", "labels", "handover", unit="TS")
    await window.open("/desk/consignments")
    await window.page.focus("#state")
    await window.page.select_option("#state", "in_transit")
    await window.page.focus("#dossier_no")
    await window.page.keyboard.press("Enter")
    await window.page.wait_for_url("**/desk/consignments?*state=in_transit*")
    await window.page.focus("table.rows a")
    await window.page.keyboard.press("Enter")
    await window.page.wait_for_url(f"**/desk/consignments/{gate.numbers[2]}")

    assert await window.page.inner_text(".holds") == "Bưu điện"
    assert window.wrong == []


async def test_a_mistake_at_the_door_keeps_the_way_and_forgets_the_password(look) -> None:
    window = await look()
    await window.open("/desk/consignments?state=held")
    await window.page.fill("#u", "duong.ntt")
    await window.page.fill("#p", "not-this-one")
    await window.page.press("#p", "Enter")
    await window.page.wait_for_selector("[role=alert]")

    assert (await window.page.input_value("#u"), await window.page.input_value("#p")) == ("duong.ntt", "")
    assert await window.page.input_value("[name=next]") == "/desk/consignments?state=held"


async def test_what_has_the_focus_is_seen(look, gate) -> None:
    window = await look()
    await window.sign_in("enquiry", unit="TS")
    unseen = []
    for _ in range(25):
        await window.page.keyboard.press("Tab")
        width = await window.page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
        if width < 2 and await window.page.evaluate("document.activeElement !== document.body"):
            unseen.append(await window.page.evaluate("document.activeElement.outerHTML.slice(0, 120)"))

    assert unseen == []
