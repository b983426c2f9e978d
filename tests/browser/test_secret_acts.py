"""The acts on the citizen's own page in a real browser without scripts, and their proxy at the postman's door."""

from __future__ import annotations

import os
from typing import Any

import pytest

from postgw.domain.delivery_route import Route, RoutePlace
from postgw.domain.one_time_code import reckoned
from postgw.domain.proxy import Proxy
from postgw.storage import consignments, delivery_routes, dossiers, province, proxies, secret_pages

from .barriers import violations

pytestmark = pytest.mark.browser

OFFICE, PIN = "480000", "2468"
PICTURES = os.environ.get("POSTGW_PICTURES", "")
ACTS = ("choose", "proxy", "proxy/letter", "complaint", "rate")


async def route(gate: Any, worker: str = "") -> None:
    place = RoutePlace(commune_code="18628")
    async with gate.house.database.writing() as tx:
        one = Route(office=OFFICE, route_no="3", name="Tuyến 3", worker=worker, places=(place,))
        await delivery_routes.add(tx, one, actor="test", at=gate.clock[0])


async def page_of(gate: Any, number: str) -> str:
    async with gate.house.database.writing() as tx:
        found = await consignments.find(tx, number)
        assert found
        kept = await dossiers.by_id(tx, found.dossier_id)
        return str(await secret_pages.link_of(tx, kept, days=30, at=gate.clock[0]))


async def named(gate: Any, number: str) -> None:
    async with gate.house.database.writing() as tx:
        found = await consignments.find(tx, number)
        assert found
        proxy = Proxy(name="Trần Thị Bình", relation="vợ", phone="0912000004", id_tail="4567")
        await proxies.add(tx, found.dossier_id, proxy, by="citizen.link", at=gate.clock[0])


async def last_code(gate: Any) -> str:
    session = gate.house.database.reading
    row = await session.row("SELECT max(id) AS id FROM one_time_code")
    return reckoned(await province.known_link_secret(session), row["id"])


async def press(window: Any, what: str = "form button.main") -> str:
    """Press a button; return what the next page says."""
    async with window.page.expect_navigation():
        await window.page.click(what)
    return " ".join((await window.page.inner_text("main")).split())


async def wrongs(window: Any, name: str) -> list[str]:
    """Return what axe finds on the page, and by how much it is wider than its window."""
    width = window.page.viewport_size["width"]
    if PICTURES:
        await window.page.screenshot(path=f"{PICTURES}/{name.replace('/', '-')}-{width}.png", full_page=True)
    found = await violations(window.page)
    wider = await window.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    barriers = [f"{name} {each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]
    return barriers + [f"{name} wider by {wider}"] * (wider > 0)


async def test_a_citizen_does_every_act_with_a_thumb_and_without_a_script(look, gate) -> None:
    number = gate.numbers[1]
    await route(gate)
    await gate.scan(number, "arrived", office=OFFICE)
    page, window = await page_of(gate, number), await look(width=390, height=844, scripts=False)
    await window.open(f"{page}/choose")
    await window.page.check("#w-deliver")
    await window.page.select_option("#on", "2026-11-26")
    await window.page.check("#h-afternoon")
    chosen = await press(window)
    await window.follow("text=Về trang hồ sơ")
    await window.open(f"{page}/proxy")
    for name, text in (("name", "Trần Thị Bình"), ("relation", "vợ"), ("id_tail", "4567")):
        await window.page.fill(f"#f-{name}", text)
    asked = await press(window)
    await window.page.fill("#f-code", await last_code(gate))
    proxy = await press(window)
    await window.open(f"{page}/complaint")
    await window.page.check("[name=about][value=late]")
    await window.page.fill("#f-statement", "Hẹn thứ Hai mà thứ Tư chưa thấy.")
    complaint = await press(window)

    assert "Bạn đã chọn: bưu tá đến buổi chiều thứ Năm 26/11. Đổi được đến 17:00 thứ Tư 25/11." in chosen
    assert "Gõ mã vừa gửi đến ••• ••• 003" in asked
    assert "T••• T••• B••• nhận thay bạn" in proxy
    assert "Đã nhận khiếu nại, trả lời chậm nhất thứ Hai 30/11" in complaint
    assert "KN-261123-001" in complaint
    assert window.wrong == []


@pytest.mark.parametrize("size", [(1366, 768), (320, 640)], ids=str)
async def test_no_act_has_a_barrier_or_leaves_its_window(look, gate, size) -> None:
    coming, out, missed = gate.numbers[1], gate.numbers[3], gate.numbers[2]
    await route(gate)
    await gate.scan(coming, "arrived", office=OFFICE)
    await gate.scan(missed, "attempted", reason="absent", office=OFFICE)
    await named(gate, missed)
    window = await look(width=size[0], height=size[1])
    found = []
    pages = {name: await page_of(gate, number) for name, number in
             {"coming": coming, "out": out, "missed": missed}.items()}  # fmt: skip
    for name, page in pages.items():
        for act in ACTS if name == "coming" else ("choose", "proxy"):
            language = "en" if name == "missed" else "vi"
            await window.open(f"{page}/{act}?l={language}")
            found += await wrongs(window, f"{name}-{act}-{language}")
    await window.open(f"{pages['coming']}/complaint?l=vi")
    await window.page.evaluate("document.querySelector('form').noValidate = true")
    await window.page.check("[name=about][value=late]")
    await press(window)
    found += await wrongs(window, "complaint-wrong")

    assert (found, [each for each in window.wrong if "status of 422" not in each]) == ([], [])


async def test_the_weight_of_an_act_is_small(look, gate) -> None:
    await route(gate)
    page, window = await page_of(gate, gate.numbers[1]), await look(width=390, height=844, scripts=False)
    heavy = []
    for act in ACTS:
        answers: list[Any] = []

        def hear(answer: Any, answers: list[Any] = answers) -> None:
            answers.append(answer)

        window.page.on("response", hear)
        await window.open(f"{page}/{act}")
        await window.page.wait_for_load_state("networkidle")
        window.page.remove_listener("response", hear)
        weight = sum([len(await answer.body()) for answer in answers])
        heavy += [(act, weight)] if weight > 50_000 or not answers else []

    assert heavy == []


async def test_at_the_door_the_proxy_is_chosen_and_the_letter_and_the_paper_are_asked_all_the_same(look, gate) -> None:
    number = gate.numbers[3]
    await gate.scan(number, "arrived", office=OFFICE)
    await gate.scan(number, "out_for_delivery", office=OFFICE)
    await named(gate, number)
    window = await look(width=390, height=844)
    await window.sign_in("scans", "delivery", "handover", "money", "labels", "enquiry", unit=OFFICE)
    for name, text in (("device", "Máy tuyến 3"), ("pin", PIN), ("again", PIN)):
        await window.page.fill(f"#s-{name}", text)
    await window.page.click("form [type=submit]")
    await window.page.wait_for_selector(".tiles")
    await route(gate, await window.page.evaluate("station.shift.current().worker"))
    await window.page.evaluate("station.snapshot.refresh()")
    await window.page.evaluate("(hash) => { location.hash = hash; }", f"#/stop/{number}")
    await window.page.wait_for_selector("[data-main-act]")
    stop = await window.page.inner_text("main")
    found = await wrongs(window, "stop-proxy")
    await window.page.evaluate("(hash) => { location.hash = hash; }", f"#/deliver/{number}")
    await window.page.wait_for_selector(".doorstep form")
    note = await window.page.inner_text("[data-proxy]")
    found += await wrongs(window, "deliver-proxy")
    values = [await window.page.input_value(f"[name={name}]") for name in ("receiver_name", "relation", "id_tail")]
    chosen = await window.page.is_checked("[name=receiver_kind][value=proxy]")
    seen = await window.page.is_checked("[name=authorisation_seen]")
    await window.page.click("[data-act]")
    refused = await window.page.inner_text("main")
    await window.page.check("[name=receiver_kind][value=addressee]")
    own = await window.page.input_value("[name=receiver_name]")

    assert "Người nhận uỷ quyền cho Trần Thị Bình (vợ)." in stop
    assert "Căn cước có 4 số cuối 4567." in note
    assert (chosen, seen, values, own) == (True, False, ["Trần Thị Bình", "vợ", ""], "")
    assert "uỷ quyền" in refused.casefold()
    assert await window.page.locator(".doorstep.done").count() == 0
    assert (found, window.wrong) == ([], [])
