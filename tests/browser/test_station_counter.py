"""The counter by keyboard and gun: a trip in one scan, piles, a bag, handing out, the stock."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from postgw.domain.delivery_route import Route, RoutePlace
from postgw.storage import delivery_routes, province
from postgw.storage.province import Unit

from . import shift
from . import test_sheets as WALK
from .shift import OFFICE, empty
from .test_station_scan import PRESS, keys_of

pytestmark = pytest.mark.browser
OTHER, HERE, FAR = "481000", "18628", "18754"
PICTURES = os.environ.get("POSTGW_PICTURES", "")


@pytest_asyncio.fixture(loop_scope="session")
async def gate(gate: Any) -> Any:
    """Give a house with two offices and a round of each."""
    async with gate.house.database.writing() as tx:
        await province.put_units(tx, [Unit(code=OTHER, kind="office", name="Bưu điện Vũng Áng")])
        for office, number, name, commune in ((OFFICE, "3", "Kỳ Lạc", HERE), (OTHER, "1", "Vũng Áng", FAR)):
            route = Route(
                office=office, route_no=number, name=name, worker="all", places=(RoutePlace(commune_code=commune),)
            )
            await delivery_routes.add(tx, route, actor="test", at=gate.clock[0])
    return gate


async def begun(look: Any, *, width: int = 1366, height: int = 768, **how: Any) -> Any:
    return await shift.begun(look, width=width, height=height, **how)


async def at(window: Any, screen: str) -> None:
    await shift.go(window, f"#/counter{screen}", "[data-type]")


#: Hear of the answer to a scan, which is said aloud too, or of the screen to which it leads.
_EAR = """() => {
  self.heard = false;
  const hear = () => { self.heard = true; };
  self.ear?.disconnect();
  self.ear = new MutationObserver(hear);
  self.ear.observe(document.querySelector("[data-announce]"), { childList: true, characterData: true, subtree: true });
  addEventListener("hashchange", hear, { once: true });
}"""


async def gun(window: Any, number: str) -> str:
    """Scan as a hand scanner does; return the word of the answer."""
    await window.page.evaluate(_EAR)
    await window.page.evaluate(PRESS, [keys_of(number)])
    await window.until("self.heard")
    await window.drawn()
    return (
        str(await window.page.inner_text("[data-answer] .word"))
        if await window.page.is_visible("[data-answer]")
        else ""
    )


async def picture(window: Any, name: str) -> None:
    if PICTURES:
        await window.page.screenshot(path=f"{PICTURES}/{name}-{window.page.viewport_size['width']}.png", full_page=True)


async def consignment(gate: Any, *codes: str, commune: str = HERE, **person: Any) -> str:
    """Make a consignment to a commune and scan it at our office."""
    applicant = {
        "name": "Trần Văn Mẫu", "phone": "0912000004", "address": "Thôn Đoài", "province": "tỉnh Hà Tĩnh",
        "commune": "xã Kỳ Lạc" if commune == HERE else "phường Vũng Áng", "commune_code": commune, **person,
    }  # fmt: skip
    key = (await gate.sent(applicant=applicant))["key"]
    made = await (await gate.post("/api/v1/consignments", {"dossier": key, "leg": "return"})).json()
    for code in codes:
        await gate.scan(made["consignment_no"], code, office=OFFICE)
    return str(made["consignment_no"])


async def states(gate: Any, *numbers: str) -> list[str]:
    rows = await gate.house.database.reading.rows("SELECT consignment_no, state FROM consignment")
    found = {row["consignment_no"]: row["state"] for row in rows}
    return [found[number] for number in numbers]


async def test_a_whole_trip_is_taken_over_by_one_scan_and_one_press(look, gate) -> None:
    numbers = [await consignment(gate) for _ in range(3)]
    opened = {"desk": "TS", "office": OFFICE, "direction": "to_post", "numbers": numbers}
    manifest = (await (await gate.post("/api/v1/manifests", opened)).json())["manifest_no"]
    window = await begun(look)
    await at(window, "")
    await gun(window, manifest)
    await window.page.wait_for_selector("tbody tr")
    await gun(window, numbers[0])
    await picture(window, "accept")
    line = f"tr[data-number='{numbers[2]}']"
    await window.page.click(f"{line} [data-out=missing]")
    await window.page.keyboard.press("Control+Enter")
    refused = await window.page.inner_text("[data-answer] .word")
    await window.page.fill(f"{line} input", "không thấy trong chuyến")
    await picture(window, "accept-missing")
    await window.page.keyboard.press("Control+Enter")
    await window.page.wait_for_selector("[data-list]", state="hidden")
    await empty(window)
    await picture(window, "accepted")

    assert refused == "Thiếu lý do"
    assert await window.page.inner_text("[data-answer] .word") == "Đã nhận 2 bưu gửi"
    assert await states(gate, *numbers) == ["collected", "collected", "registered"]
    lines = await gate.house.database.reading.rows("SELECT outcome, note FROM manifest_line ORDER BY id DESC LIMIT 1")
    assert (lines[0]["outcome"], lines[0]["note"]) == ("missing", "không thấy trong chuyến")
    assert window.wrong == []


async def test_each_item_says_its_pile_and_is_counted_once(look, gate) -> None:
    here, far = await consignment(gate, "collected"), await consignment(gate, "collected", commune=FAR)
    window = await begun(look)
    await at(window, "/sort")
    words = [await gun(window, number) for number in (here, far, here)]
    await picture(window, "sort")
    tally = await window.page.inner_text("[data-piles]")
    await window.until("Object.keys((await station.store.get('state', 'counter:sort')).seen).length === 2")
    await window.page.reload()
    await window.page.wait_for_selector("[data-piles] li")
    again = await window.page.inner_text("[data-piles]")
    await empty(window)

    assert words == ["Tuyến 3", "Bưu điện Vũng Áng", "Tuyến 3"]
    assert again == tally
    assert await states(gate, here, far) == ["at_office", "at_office"]
    rows = await gate.house.database.reading.rows("SELECT count(*) AS n FROM device_act WHERE kind = 'scan'")
    assert rows[0]["n"] == 2
    assert window.wrong == []


async def test_a_bag_has_its_number_at_once_and_its_label_when_the_gateway_has_answered(look, gate) -> None:
    numbers = [await consignment(gate, "collected", "arrived", commune=FAR) for _ in range(2)]
    gate.clock[0] += timedelta(minutes=5)
    window = await begun(look)
    await window.page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    await at(window, "/bag")
    await window.page.select_option("#bag-to", "Bưu điện Vũng Áng")
    await window.context.set_offline(True)
    for number in numbers:
        await gun(window, number)
    await picture(window, "bag")
    await window.page.keyboard.press("Control+Enter")
    await window.page.wait_for_selector("[data-sealed]:not([hidden])")
    offline = await window.page.is_visible("[data-sealed] a")
    await picture(window, "bag-sealed-offline")
    await window.context.set_offline(False)
    await window.page.wait_for_selector("[data-sealed] a", state="visible")
    address = await window.page.get_attribute("[data-sealed] a", "href")
    label = await window.context.request.get(window.base + address)
    await picture(window, "bag-sealed")

    assert offline is False
    assert (label.headers["content-type"], (await label.body())[:5]) == ("application/pdf", b"%PDF-")
    assert await states(gate, *numbers) == ["in_transit", "in_transit"]
    assert [each for each in window.wrong if "ERR_INTERNET_DISCONNECTED" not in each] == []


async def test_what_a_finger_pressed_at_the_counter_stays_under_it_while_each_scan_is_answered_at_once(
    look, gate
) -> None:
    first, second = [await consignment(gate, "collected", "arrived", commune=FAR) for _ in range(2)]
    window = await begun(look)
    await at(window, "/bag")
    await gun(window, first)
    async with shift.pressing(window, "[data-inside] button"):
        bagged = await gun(window, second)
    await window.until("document.querySelectorAll('[data-inside] li').length === 1")
    left = await window.page.evaluate("station.store.get('state', 'counter:bag').then((kept) => kept.numbers)")
    await at(window, "")
    async with shift.pressing(window, ".tile[href='#/counter/stock']"):
        misread = await gun(
            window, "4K7M29TB6HX0123456789"
        )  # the first answer of this screen, which had no place for one before
    await window.page.wait_for_selector("[data-left]")

    assert (bagged, misread) == ("Bỏ vào túi", "Sai số, quét lại")
    assert left == [second]
    assert window.wrong == []


async def test_what_waits_is_found_by_name_or_digits_and_says_what_to_see(look, gate) -> None:
    held = await consignment(gate, "collected", "arrived", "held", name="Lê Thị Quầy")
    window = await begun(look)
    await at(window, "/hand-out")
    await window.page.fill("#held-q", "le thi quay")
    found = await window.page.inner_text("[data-held]")
    await window.page.evaluate("document.activeElement.blur()")
    word = await gun(window, held)
    await picture(window, "hand-out")
    asked = await window.page.inner_text("[data-asked]")

    assert "Lê Thị Quầy" in found
    assert word == "Chờ nhận ở đây"
    assert "Xem căn cước" in asked
    assert await window.page.get_attribute("[data-card] a.main", "href") == f"#/deliver/{held}"
    await window.page.keyboard.press("Enter")
    await window.page.wait_for_selector("form canvas")
    assert held[:4] in await window.page.inner_text("main")
    assert await window.page.evaluate("document.body.classList.contains('counter')") is False
    assert window.wrong == []


async def test_the_stock_is_taken_through_a_killed_tab_and_told_once(look, gate) -> None:
    here, missing = [await consignment(gate, "collected", "arrived") for _ in range(2)]
    strange = await consignment(gate, "collected", "departed", commune=FAR)
    window = await begun(look)
    await at(window, "/stock")
    words = [await gun(window, number) for number in (here, strange, here)]
    await picture(window, "stock")
    await window.page.close()
    window.page = await window.context.new_page()
    await window.open("/station#/counter/stock")
    await window.page.wait_for_selector("[data-left] li")
    left = await window.page.inner_text("[data-left]")
    await window.page.keyboard.press("Control+Enter")
    await picture(window, "stock-end")
    await window.page.click("[data-now]")
    await window.page.wait_for_selector("[data-answer] .word:has-text('Đã ghi kết quả')")
    await empty(window)
    rows = await gate.house.database.reading.rows("SELECT missing, strange FROM stock_take")

    assert words == ["Có mặt", "Lạ, không có trong danh sách", "Đã đếm rồi"]
    assert missing[:4] in left
    assert [(missing in row["missing"], row["strange"]) for row in rows] == [(True, f'["{strange}"]')]


async def barriers(window: Any, name: str, widths: tuple[int, ...] = (390, 1366, 320)) -> list[str]:
    """Return what axe finds on a phone, and where the page is wider than a window."""
    found = []
    for n, width in enumerate(widths):
        await window.page.set_viewport_size({"width": width, "height": 768})
        if n == 0:
            found += await WALK.wrongs(window, name)
        else:
            await picture(window, name)
            wider = await window.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            found += [f"{name} at {width}: wider by {wider}"] * (wider > 0)
    return found


async def test_the_counter_and_the_stock_takes_have_no_barrier_on_any_width(look, gate) -> None:
    numbers = [
        await consignment(gate, *codes) for codes in ((), ("collected", "arrived"), ("collected", "arrived", "held"))
    ]
    gate.clock[0] += timedelta(minutes=5)
    opened = {"desk": "TS", "office": OFFICE, "direction": "to_post", "numbers": numbers[:1]}
    manifest = (await (await gate.post("/api/v1/manifests", opened)).json())["manifest_no"]
    window = await begun(look)
    take = {"found": numbers[:1], "expected": numbers[2:]}
    await window.page.evaluate("body => station.queue.put([{kind: 'stock_take', body}])", take)
    await empty(window)
    found = []
    for language in ("vi", "en"):
        await window.open(f"/station?l={language}")
        await window.page.wait_for_selector(".tiles")
        for screen in ("", f"/accept/{manifest}", "/sort", "/bag", f"/hand-out/{numbers[2]}", "/stock"):
            await at(window, screen)
            if screen in {"/sort", "/bag", "/stock"}:
                await gun(window, numbers[1])
            found += await barriers(window, f"counter{screen.replace('/', '-')[:9]}-{language}")
        for path in ("", "/KK-480000-261123-01"):
            await window.open(f"/desk/office/stock-takes{path}?l={language}")
            found += await barriers(window, f"stock-take{'-one' if path else 's'}-{language}")

    assert (found, window.wrong) == ([], [])


async def test_a_bag_that_arrives_is_one_scan_and_its_items_say_their_piles(look, gate) -> None:
    inside = [await consignment(gate, "collected", commune=commune) for commune in (HERE, FAR)]
    bag = (await (await gate.post("/api/v1/bags", {"desk": "TS", "numbers": inside})).json())["bag_no"]
    gate.clock[0] += timedelta(minutes=5)
    window = await begun(look)
    await at(window, "/sort")
    words = [await gun(window, number) for number in (bag, *inside, bag)]
    await empty(window)
    rows = await gate.house.database.reading.rows("SELECT count(*) AS n FROM device_act WHERE kind = 'scan'")

    assert words == ["Mở túi, chia 2 bưu gửi", "Tuyến 3", "Bưu điện Vũng Áng", "Túi đã quét rồi"]
    assert await states(gate, *inside) == ["at_office", "at_office"]
    assert rows[0]["n"] == 1
    assert window.wrong == []


#: Let the disk be slow in telling how far a piece of work was.
_SLOW_DISK = """(name) => {
  const { get } = station.store;
  const told = new Promise((on) => { self.tell = on; });
  self.isAsked = false;
  station.store.get = async (store, key) => {
    if (key === `counter:${name}`) { self.isAsked = true; await told; }
    return get(store, key);
  };
}"""


async def test_what_is_scanned_while_a_screen_opens_is_taken_and_nothing_once_it_was_left(look, gate) -> None:
    here, other = [await consignment(gate, "collected") for _ in range(2)]
    window = await begun(look)
    await window.page.evaluate(_SLOW_DISK, "sort")
    await at(window, "/sort")
    await window.until("self.isAsked")
    await window.page.evaluate(PRESS, [keys_of(here)])
    await window.page.evaluate("tell()")
    await window.page.wait_for_selector("text=Tuyến 3")
    await window.page.evaluate(_SLOW_DISK, "stock")
    await at(window, "/stock")
    await window.until("self.isAsked")
    await window.page.evaluate("() => { station.go('#/'); tell(); }")
    await window.page.wait_for_selector(".tiles")
    await window.page.evaluate(PRESS, [keys_of(other)])
    await empty(window)

    assert await states(gate, here, other) == ["at_office", "collected"]
    assert await window.page.evaluate("station.store.get('state', 'counter:stock')") is None
    assert window.wrong == []
