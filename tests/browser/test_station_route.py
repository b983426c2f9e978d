"""The route in a real browser: the day's doors by street, done without a signal, in the worker's own order."""

from __future__ import annotations

from typing import Any

import pytest

from postgw.domain.delivery_route import Route, RoutePlace
from postgw.domain.scan import Scan, Witness
from postgw.rules.book import rule_book
from postgw.storage import delivery_routes, scans

from . import shift
from . import test_pages as pages

pytestmark = pytest.mark.browser
OFFICE, COMMUNE = "480000", "18628"
LONG = "Công Tằng Tôn Nữ Thị Quỳnh Nguyệt Thuỳ Dưỡng Hoàng Ngọc Khánh Trường Thượng"
HAMLETS = ("Thôn Đoài", "Thôn Đông Thượng", "Số 27 đường Hải Thượng Lãn Ông")


async def person_at(gate: Any, n: int, leg: str) -> str:
    """Let somebody have a result to receive, or a dossier to send; return its number."""
    applicant = {
        "name": LONG if n % 7 == 2 else f"Người Thứ {n}", "phone": f"0912{n:06d}", "address": HAMLETS[n % 3],
        "commune": "xã Thạch Lạc", "province": "tỉnh Hà Tĩnh", "commune_code": COMMUNE,
    }  # fmt: skip
    key = (await gate.sent(applicant=applicant))["key"]
    made = await (await gate.post("/api/v1/consignments", {"dossier": key, "leg": leg})).json()
    return str(made["consignment_no"])


async def booked(gate: Any, number: str) -> None:
    """Let the post have promised to fetch it."""
    at = gate.clock[0]
    scan = Scan(source="gateway", source_id=f"booked:{number}", witness=Witness.STATED, code="booked", occurred_at=at,
                received_at=at)  # fmt: skip
    async with gate.house.database.writing() as tx:
        locked = (await scans.lock(tx, [number]))[number]
        await scans.keep(tx, [(locked, scan)], table_of=rule_book().scan_table_of, at=at)


async def walked(look: Any, gate: Any, *, results: int = 3, **size: Any) -> tuple[Any, list[str]]:
    """Begin a shift of somebody with so many results and one dossier on the round; return the numbers too."""
    window = await shift.begun(look, **size)
    worker = await window.page.evaluate("station.shift.current().worker")
    route = Route(
        office=OFFICE, route_no="3", name="Thạch Lạc", worker=worker, places=(RoutePlace(commune_code=COMMUNE),)
    )
    async with gate.house.database.writing() as tx:
        await delivery_routes.add(tx, route, actor="test", at=gate.clock[0])
    numbers = [await person_at(gate, n, "return") for n in range(results)]
    for number in numbers:
        for code in ("collected", "arrived"):
            await gate.scan(number, code, office=OFFICE)
    gives = await person_at(gate, results, "send")
    await booked(gate, gives)
    await window.page.evaluate("station.snapshot.refresh()")
    await window.page.evaluate("station.go('#/route')")
    await window.page.wait_for_selector(".door")
    return window, [*numbers, gives]


async def listed(window: Any) -> list[str]:
    return list(await window.page.eval_on_selector_all(".door", "rows => rows.map((row) => row.dataset.number)"))


async def counts(window: Any) -> list[str]:
    return list(await window.page.eval_on_selector_all("[data-filter] b", "all => all.map((one) => one.textContent)"))


async def test_the_round_is_laid_out_by_street_searched_by_last_digits_and_leads_to_each_door(look, gate) -> None:
    window, numbers = await walked(look, gate)
    page = window.page

    streets = await page.eval_on_selector_all(".street h2 b", "all => all.map((one) => one.textContent)")
    assert streets[:3] == ["Thôn Đoài", "Thôn Đông Thượng", "đường Hải Thượng Lãn Ông"]
    assert set(numbers) <= set(await listed(window))
    assert (
        await page.locator(f"[data-number='{numbers[0]}'] [data-role=call]").get_attribute("href") == "tel:0912000000"
    )

    await page.fill("[data-search]", numbers[1][-4:].lower())
    await page.wait_for_selector(".door >> nth=1", state="detached")
    assert await listed(window) == [numbers[1]]
    await page.fill("[data-search]", "999999")
    await page.wait_for_selector("text=Không có điểm nào mang số cuối này.")

    await page.fill("[data-search]", "")
    await page.click(f"[data-number='{numbers[2]}'] [data-role=open]")
    await page.wait_for_selector(".onestop")
    asked = await page.evaluate("decodeURIComponent(document.querySelector('[data-map]').href.split('query=')[1])")
    assert asked == "đường Hải Thượng Lãn Ông, xã Thạch Lạc, tỉnh Hà Tĩnh"
    assert await page.locator("[data-main-act]").get_attribute("href") == f"#/deliver/{numbers[2]}"
    assert await page.evaluate(NEAR) == [True, False, True, False, True, False]
    assert await page.evaluate(TWICE) == [200, 304, 404, "Arrived"]
    assert window.wrong == []


async def test_what_is_done_without_a_signal_is_done_at_once_and_stays_so_when_the_tab_is_killed(look, gate) -> None:
    window, numbers = await walked(look, gate)
    gives, missed = numbers[-1], numbers[0]
    await window.page.evaluate("navigator.serviceWorker.ready")
    await window.context.set_offline(True)
    before = await counts(window)
    await window.page.wait_for_selector("[data-net][data-s=offline]")
    await window.page.click(f"[data-number='{gives}'] [data-role=open]")
    await window.page.click("[data-arrive]")
    await window.page.wait_for_selector("[data-arrive]:disabled")
    await window.page.click("[data-ask-why]")
    await window.page.click("dialog[open] [data-reasons] button >> nth=1")
    await window.page.wait_for_selector("[data-filter=done] b:text-is('1')")
    after = await counts(window)
    await window.page.close()

    window.page = await window.context.new_page()
    await window.open("/station#/route")
    await window.page.click("[data-filter=done]")
    said = await window.page.inner_text(f"[data-number='{gives}']")
    kept = await shift.kept(gate)
    await shift.put(window, {"kind": "attempt", "body": {"number": missed, "reason": "absent"}})
    await window.context.set_offline(False)
    await shift.empty(window)
    await window.page.evaluate("station.snapshot.refresh()")
    counted = await window.page.evaluate(f"station.snapshot.stop('{missed}')")
    await window.page.wait_for_selector(f"[data-number='{missed}']")

    assert (int(before[0]) - 1, kept) == (int(after[0]), [])
    assert "Chưa nhận được, lúc" in said
    assert [(kind, verdict) for _, kind, verdict in await shift.kept(gate)] == [
        ("stop", "accepted"), ("scan", "accepted"), ("attempt", "accepted"),
    ]  # fmt: skip
    assert counted is None
    assert "Chưa phát được, lúc" in await window.page.inner_text(f"[data-number='{missed}']")


#: Lose the signal and let the list be drawn anew; resolve when whatever was to follow has had its turn.
MEANWHILE = """() => {
  dispatchEvent(new Event("offline"));
  station.queue.heard(false);
  station.events.dispatchEvent(new CustomEvent("snapshot"));
  return new Promise((on) => setTimeout(on, 200)).then(() => station.journey.byNumber());
}"""


async def test_what_a_finger_pressed_stays_under_it_until_it_lets_go_and_is_opened(look, gate) -> None:
    window, numbers = await walked(look, gate)
    page = window.page
    link = await page.query_selector(f"[data-number='{numbers[1]}'] [data-role=open]")
    box = await link.bounding_box()
    await page.mouse.move(box["x"] + 20, box["y"] + 20)
    await page.mouse.down()
    await page.evaluate(MEANWHILE)
    await window.drawn()
    assert (await link.bounding_box(), await page.get_attribute("[data-net]", "data-s")) == (box, "ok")

    await page.mouse.up()
    await page.wait_for_url(f"**#/stop/{numbers[1]}")
    await page.wait_for_selector("[data-net][data-s=offline]")
    assert window.wrong == []


#: Where each door, tile and button of a screen stands.
PLACES = """[...document.querySelectorAll("header a, main a, main button")].filter((one) => one.offsetParent)
.map((one) => {
  const { x, y, width, height } = one.getBoundingClientRect();
  return [one.textContent.replace(/[0-9]/g, ""), x, y, width, height];
})"""


@pytest.mark.parametrize("size", [(360, 640), (768, 1024)])
@pytest.mark.parametrize("language", ["vi", "en"])
async def test_no_door_moves_because_the_signal_goes_or_comes_or_an_act_is_refused(look, gate, size, language) -> None:
    window, _ = await walked(look, gate, width=size[0], height=size[1], language=language)
    page, faults = window.page, {}
    await shift.empty(window)
    screens = (("#/", ".tiles"), ("#/route", ".door"), ("#/scan", ".choices"), ("#/counter", ".counter-tiles"))
    for place, wanted in screens:
        await shift.go(window, place, wanted)
        await page.wait_for_selector("[data-net]:is([data-s=ok], [data-s=run])")
        places = [await page.evaluate(PLACES)]
        await window.context.set_offline(True)
        await page.wait_for_selector("[data-net][data-s=offline]")
        places.append(await page.evaluate(PLACES))
        await shift.put(window, *[shift.scan("RR473124820VN")] * 12)
        await page.wait_for_selector("[data-queue-count]:not([hidden])")
        await window.drawn()
        places.append(await page.evaluate(PLACES))
        if barriers := [*(await pages.barriers(window)), *["wide"] * await pages.sideways(window)]:
            faults[place] = barriers
        await window.context.set_offline(False)
        await shift.empty(window)
        await page.wait_for_selector("[data-refused]:not([hidden])")
        await page.wait_for_selector("[data-net][data-s=ok]")
        await window.drawn()
        places.append(await page.evaluate(PLACES))
        faults.update({f"{place} {n}": moved for n, moved in enumerate(places) if moved != places[0]})
        faults[f"{place} refused"] = await pages.barriers(window)

    assert {place: found for place, found in faults.items() if found} == {}
    assert [each for each in window.wrong if "ERR_INTERNET_DISCONNECTED" not in each] == []


#: Whether somebody waits about now, for windows and times of the clock.
NEAR = """[["morning", "08:00"], ["morning", "12:30"], ["afternoon", "12:30"], ["15:30-16:30", "14:20"],
  ["15:30-16:30", "14:40"], ["", "14:40"]].map(([window, time]) =>
    station.route.isNear({ window }, new Date(`2026-11-23T${time}:00`)))"""
#: Ask for the snapshot twice, the second time with the mark of the first; return both statuses.
TWICE = """async () => {
  const headers = { Authorization: `Shift ${station.shift.current().secret}`, "Accept-Language": "en" };
  const one = await fetch("/station/snapshot", { cache: "no-store", headers });
  const known = { ...headers, "If-None-Match": one.headers.get("ETag") };
  const two = await fetch("/station/snapshot", { cache: "no-store", headers: known });
  const none = await fetch("/station/lookup?number=4K7M29TB6HC", { cache: "no-store", headers });
  return [one.status, two.status, none.status, (await one.json()).acts.find((act) => act.code === "arrived").title];
}"""


async def test_the_workers_own_order_is_made_by_keys_or_drawn_and_kept_over_a_reload(look, gate) -> None:
    window, _ = await walked(look, gate)
    page, first = window.page, await listed(window)
    await page.click("[data-order]")
    await page.focus(".door:nth-child(1) [data-role=down]")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(f".door:nth-child(2)[data-number='{first[0]}']")
    on = "[document.activeElement.dataset.role, document.activeElement.closest('.door').dataset.number]"
    assert await page.evaluate(on) == ["down", first[0]]
    assert (await page.inner_text("[data-announce]")).startswith("Nay đứng thứ 2")

    grips = page.locator("[data-role=drag]")
    start, end = await grips.nth(0).bounding_box(), await grips.nth(2).bounding_box()
    await page.mouse.move(start["x"] + 10, start["y"] + 20)
    await page.mouse.down()
    for step in range(1, 11):
        await page.mouse.move(start["x"] + 10, start["y"] + 20 + (end["y"] - start["y"]) * step / 10)
    await page.mouse.up()
    # Under the finger it stands there already; it is let go, and kept, when it is drawn anew.
    await page.wait_for_selector(f".door:nth-child(3)[data-number='{first[1]}']:not(.held)")
    await page.reload()
    await page.wait_for_selector(".door")

    assert await listed(window) == [first[0], first[2], first[1], *first[3:]]


@pytest.mark.parametrize(("width", "language"), [(390, "vi"), (320, "en")])
async def test_a_full_round_has_no_barrier_and_stays_in_its_window(look, gate, width: int, language: str) -> None:
    window, numbers = await walked(look, gate, results=9, width=width)
    page = window.page
    await page.evaluate(FULL)
    if language == "en":
        await window.open("/station?l=en#/route")
    await page.wait_for_selector(".door")
    faults: dict[str, object] = {}
    for name, path, press in (
        ("list", "#/route", ""), ("ordering", "#/route", "[data-order]"), ("done", "#/route", "[data-filter=done]"),
        ("door", f"#/stop/{numbers[2]}", ""), ("gives", f"#/stop/{numbers[-1]}", "[data-ask-why]"),
        ("nowhere", "#/stop/3745433PTXK", ""),
    ):  # fmt: skip
        await shift.go(window, path, ".route .thumb, .onestop .thumb, main > .blank")
        if press:
            await page.click(press)
        await window.drawn()
        found = (await pages.barriers(window), await pages.sideways(window), await small(page))
        if found != ([], 0, []):
            faults[name] = found
    assert (faults, window.wrong) == ({}, [])


#: The list as a heavy day makes it: forty more doors, on the device alone.
FULL = """async () => {
  const data = station.snapshot.get();
  const like = data.stops[0];
  for (let n = 0; n < 40; n++) data.stops.push({
    ...like, number: `X${String(n).padStart(10, "0")}`, place: `Thôn ${n % 6}`, attempts: n % 3,
    window: n === 3 ? "15:30-16:30" : "", money: { fee: n * 1000, postage: 0 },
    withdraw: n % 5 ? [] : ["Giấy phép cũ"],
  });
  const key = `snapshot:${station.shift.current().shift_no}`;
  await station.store.put("state", { etag: "", taken_at: Date.now(), data }, key);
}"""


async def small(page: Any) -> list[str]:
    """Return what a gloved thumb would miss: targets below 44 px that are not part of a sentence."""
    return list(
        await page.eval_on_selector_all(
            ".route a[href], .route button, .route input, .onestop a[href], .onestop button",
            "all => all.filter((one) => one.offsetParent && Math.min(one.offsetWidth, one.offsetHeight) < 43.5)"
            ".map((one) => one.outerHTML.slice(0, 90))",
        )
    )


@pytest.mark.parametrize(("width", "language"), [(1366, "vi"), (390, "en"), (320, "vi")])
async def test_the_leads_page_of_routes_has_no_barrier_and_stays_in_its_window(look, gate, width, language) -> None:
    window = await look(width=width, height=768)
    await window.sign_in("enquiry", "scans", "lead", unit=OFFICE)
    shared = RoutePlace(commune_code=COMMUNE, words=("thôn Đoài", "đường Hải Thượng Lãn Ông", "Tổ dân phố 12"))
    async with gate.house.database.writing() as tx:
        for number, places in (("3", (shared,)), ("12A", (RoutePlace(commune_code=COMMUNE),))):
            route = Route(office=OFFICE, route_no=number, name=f"{LONG[:50]} {number}", places=places)
            await delivery_routes.add(tx, route, actor="test", at=gate.clock[0])
    found = []
    for path in ("", "/3", "/new"):
        await window.open(f"/desk/office/routes{path}?l={language}")
        found += [*(await pages.barriers(window)), *[path] * (await pages.sideways(window) > 0)]

    assert (found, window.wrong) == ([], [])
