"""Scan mode in a real browser: a pile from a gun, with a signal and without; none lost, none doubled."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from postgw.domain import consignment_number, item_number
from postgw.domain.delivery_route import Route, RoutePlace
from postgw.storage import delivery_routes, province
from postgw.storage.province import Unit

from . import shift
from . import test_pages as pages
from . import test_station_numbers as numbers_test

pytestmark = pytest.mark.browser
ON_THE_WAY, LYING = ("collected", "departed"), ("collected", "arrived")
OFFICE, OTHER, HERE, THERE, FAR = "480000", "481000", "18628", "18754", "18073"
PICTURES = os.environ.get("POSTGW_PICTURES", "")


@pytest_asyncio.fixture(loop_scope="session")
async def gate(gate: Any) -> Any:
    """Give a house with two offices; ours has two rounds, the other one."""
    rounds = ((OFFICE, "3", "Thạch Lạc", HERE), (OFFICE, "5", "Kỳ Lạc", THERE), (OTHER, "1", "Vũng Áng", FAR))
    async with gate.house.database.writing() as tx:
        await province.put_units(tx, [Unit(code=OTHER, kind="office", name="Bưu điện Vũng Áng")])
        for office, number, name, commune in rounds:
            places = (RoutePlace(commune_code=commune),)
            route = Route(office=office, route_no=number, name=name, worker="", places=places)
            await delivery_routes.add(tx, route, actor="test", at=gate.clock[0])
    return gate


async def items(gate: Any, count: int, *codes: str, commune: str = HERE, office: str = OFFICE) -> list[str]:
    """Let so many results be on their way to a commune."""
    made = []
    for _ in range(count):
        applicant = {
            "name": "Người Bịa Ra", "phone": "0912000000", "address": "Thôn Đoài", "commune": "xã Thạch Lạc",
            "province": "tỉnh Hà Tĩnh", "commune_code": commune,
        }  # fmt: skip
        key = (await gate.sent(applicant=applicant))["key"]
        answer = await gate.post("/api/v1/consignments", {"dossier": key, "leg": "return"})
        made.append(str((await answer.json())["consignment_no"]))
    for code in codes:
        await scanned_elsewhere(gate, made, code, office)
    return made


async def scanned_elsewhere(gate: Any, numbers: list[str], code: str, office: str) -> None:
    """Let another device of an office have scanned items."""
    at = gate.clock[0].isoformat()
    told = {"code": code, "device_at": at, "office": office}
    scans = [{"scan_id": f"{code}-{number}", "number": number, **told} for number in numbers]
    await gate.post("/api/v1/scans", {"device": "d-9", "sent_at": at, "scans": scans})


async def scanning(look: Any, code: str = "arrived", **size: Any) -> Any:
    """Begin a shift and open scan mode for an act."""
    window = await shift.begun(look, **size)
    await opened(window, f"#/scan/{code}")
    return window


async def opened(window: Any, place: str, wanted: str = "[data-answer]") -> None:
    await shift.go(window, place, wanted)


def wrong(window: Any) -> list[str]:
    """Return what went wrong in a page, besides the calls that a cut line kept back."""
    return [each for each in window.wrong if "ERR_INTERNET_DISCONNECTED" not in each]


async def gun(window: Any, number: str) -> dict[str, str]:
    """Pull the trigger; return the answer."""
    before = await window.page.evaluate(HEARD)
    await window.page.evaluate(PRESS, [keys_of(number)])
    await window.until(f"(self.answers ?? []).length > {before}")
    return await answered(window)


def keys_of(number: str) -> list[Any]:
    return [*(numbers_test.key_of(sign) for sign in number), numbers_test.ENTER[1]]


#: Count the answers as they are drawn, each in one go.
ANSWERS = """() => {
  self.heard = 0;
  self.ear?.disconnect();
  self.ear = new MutationObserver(() => self.heard++);
  self.ear.observe(document.querySelector("[data-answer]"), { childList: true, subtree: true });
}"""
#: Real keys pressed from outside come late on a busy machine, and a gun is never slow: these are the page's own.
PRESS = """async (scans) => {
  for (const keys of scans) {
    for (const key of keys) {
      document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...key }));
    }
    await new Promise((on) => setTimeout(on, 0));
  }
}"""


HEARD = """() => {
  if (!self.answers) {
    self.answers = [];
    station.events.addEventListener("scanned", ({ detail }) => answers.push(detail));
  }
  return answers.length;
}"""


async def answered(window: Any) -> dict[str, str]:
    told = await window.page.evaluate("""() => {
      const place = document.querySelector("[data-answer]");
      const text = (name) => place.querySelector(`[data-slot=${name}]`)?.textContent.trim();
      const aloud = document.querySelector("[data-announce]").textContent;
      return { state: place.dataset.s, word: text("word"), number: text("number"), more: text("more"), aloud };
    }""")
    return dict(told)


async def tally(window: Any) -> str:
    return str(await window.page.evaluate("document.querySelector('.tally').textContent.replace(/^\\D+/, '').trim()"))


async def rows(window: Any) -> list[list[str]]:
    told = await window.page.evaluate("""() => [...document.querySelectorAll(".last li")].map(
      (row) => [row.dataset.s, row.querySelector(".code")?.textContent ?? "", row.querySelector(".to").textContent])""")
    return list(told)


async def picture(window: Any, name: str) -> None:
    if PICTURES:
        width = window.page.viewport_size["width"]
        await window.page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)


async def server(gate: Any, kind: str = "scan") -> list[tuple[str, str, str]]:
    """Return the acts that the server keeps: number, code or outcome, verdict."""
    kept = await gate.house.database.reading.rows("SELECT * FROM device_act ORDER BY counter")
    return [(row["counter"], row["kind"], row["verdict"]) for row in kept if row["kind"] == kind]


async def test_each_answer_is_told_apart_in_colour_word_and_voice(look, gate) -> None:
    mine = await items(gate, 2, "collected", "departed")
    window = await scanning(look)
    first = await gun(window, mine[0])
    again = await gun(window, mine[0].lower())
    misread = await gun(window, mine[1][:-1] + ("0" if mine[1][-1] != "0" else "1"))
    dossier = await gun(window, "H27.10.20-261123-0001")
    foreign = await gun(window, item_number.from_serial("RR", 55501823))

    assert [(each["state"], each["word"]) for each in (first, again, misread, dossier, foreign)] == [
        ("ok", "Đã nhận"), ("warn", "Đã quét rồi"), ("late", "Sai số, quét lại"), ("late", "Đây là mã hồ sơ"),
        ("stuck", "Ngoài danh sách"),
    ]  # fmt: skip
    assert first["more"] == "Chia vào tuyến 3, xã Thạch Lạc · Thôn Đoài"
    assert "chính máy này" in again["more"]
    assert first["aloud"].startswith("Đã nhận. ")
    assert [row[0] for row in await rows(window)] == ["stuck", "late", "late", "warn", "ok"]
    assert (await tally(window)).startswith("1 / ")
    await picture(window, "answers")
    await shift.empty(window)
    assert [verdict for _, _, verdict in await server(gate)] == ["accepted"]
    assert wrong(window) == []


async def pile(window: Any, numbers: list[str]) -> list[dict[str, Any]]:
    """Let a gun go through a pile without a pause; return the answers with how long each took."""
    await window.page.evaluate(HEARD)
    await window.page.evaluate("void (answers.length = 0)")
    await window.page.evaluate(PRESS, [keys_of(number) for number in numbers])
    await window.until(f"answers.length >= {len(numbers)}")
    return list(await window.page.evaluate("answers.map((each) => ({ ...each, took: each.at - each.ended }))"))


async def codes_of(gate: Any, number: str) -> list[str]:
    """Return what our devices scanned of an item."""
    kept = await gate.house.database.reading.rows(
        "SELECT s.code FROM scan s JOIN consignment c ON c.id = s.consignment_id"
        " WHERE c.consignment_no = $1 AND s.source LIKE 'device:TB%' ORDER BY s.id",
        number,
    )
    return [row["code"] for row in kept]


async def test_a_pile_of_two_hundred_is_two_hundred_acts_with_a_signal_and_without(look, gate) -> None:
    mine = await items(gate, 100, *ON_THE_WAY)
    window = await scanning(look)
    await window.until("navigator.serviceWorker.controller !== null")
    online = await pile(window, mine)
    assert [each["number"] for each in online] == mine
    assert {each["state"] for each in online} == {"ok"}
    assert (await tally(window)).split(" / ")[0] == "100"
    await shift.empty(window)

    await window.context.set_offline(True)
    await opened(window, "#/scan/departed")
    offline = await pile(window, mine)
    assert [(each["number"], each["state"]) for each in offline] == [(number, "ok") for number in mine]
    assert len(await rows(window)) == 10
    assert await window.page.evaluate("station.queue.waiting()") == 100
    await window.context.set_offline(False)
    await shift.empty(window)

    assert [verdict for *_, verdict in await server(gate)] == ["accepted"] * 200
    assert [await codes_of(gate, number) for number in mine] == [["arrived", "departed"]] * 100
    assert wrong(window) == []


async def test_what_was_scanned_and_what_waits_for_a_word_outlives_a_killed_tab(look, gate) -> None:
    mine = await items(gate, 2, *ON_THE_WAY)
    far = (await items(gate, 1, *LYING, commune=FAR, office=OTHER))[0]
    window = await scanning(look)
    await window.until("navigator.serviceWorker.controller !== null")
    fresh = (await items(gate, 1, *ON_THE_WAY))[0]  # came into the book after the list was taken
    await gun(window, fresh)
    assert await window.page.evaluate("answers[0].state") == "stuck"
    await window.page.wait_for_selector("[data-undecided]", state="hidden")  # the server knows it: nothing is asked
    assert (await answered(window))["word"] == "Đã nhận"
    await gun(window, far)
    await window.page.wait_for_selector("text=Của Bưu điện Vũng Áng")
    await window.context.set_offline(True)
    stranger = item_number.from_serial("RR", 55501823)
    assert "mất mạng nên chưa biết của ai" in (await gun(window, stranger))["more"]
    assert (await gun(window, stranger))["word"] == "Đã quét rồi"
    await gun(window, mine[0])
    await window.page.close()

    window.page = await window.context.new_page()
    await window.open("/station#/scan/arrived")
    await window.page.wait_for_selector("[data-undecided] li >> nth=1")
    assert [row[:2] for row in await rows(window)] == [
        ["ok", consignment_number.shown(number)] for number in (mine[0], fresh)
    ]
    assert (await gun(window, mine[0]))["state"] == "warn"
    assert (await gun(window, mine[1]))["state"] == "ok"
    await picture(window, "undecided")
    await window.page.click(f"[data-undecided] li:has-text('{far[:4]}') [data-yes]")
    await window.until("document.querySelectorAll('[data-undecided] li').length === 1")
    await window.page.click("[data-undecided] [data-no]")
    await window.page.wait_for_selector("[data-undecided]", state="hidden")
    await window.context.set_offline(False)
    await shift.empty(window)

    assert [await codes_of(gate, number) for number in (fresh, far, *mine)] == [
        ["arrived"],
        ["found_here"],
        ["arrived"],
        ["arrived"],
    ]
    assert await window.page.evaluate("station.store.count('undecided')") == 0
    assert len(await server(gate)) == 4


async def test_a_scan_is_taken_back_with_a_reason_and_may_be_made_again(look, gate) -> None:
    mine = await items(gate, 1, *ON_THE_WAY)
    window = await scanning(look)
    await gun(window, mine[0])
    await window.page.click(".last button")
    await picture(window, "undo")
    await window.page.click("dialog.why >> text=Quét nhầm bưu gửi")
    await window.page.wait_for_selector("text=Đã rút lại: Quét nhầm bưu gửi")
    assert (await tally(window)).split(" / ")[0] == "0"
    assert (await gun(window, mine[0]))["state"] == "ok"
    await shift.empty(window)

    assert await codes_of(gate, mine[0]) == ["arrived", "correction", "arrived"]
    assert [verdict for *_, verdict in await server(gate, "undo")] == ["accepted"]
    assert wrong(window) == []


async def test_a_list_is_ticked_by_scans_by_its_code_and_what_is_missing_has_a_reason(look, gate) -> None:
    mine = await items(gate, 5)
    opened_list = {"desk": "TS", "office": OFFICE, "direction": "to_post", "numbers": mine[:4]}
    manifest = (await (await gate.post("/api/v1/manifests", opened_list)).json())["manifest_no"]
    window = await scanning(look, "collected")
    assert (await gun(window, manifest))["word"] == "4 bưu gửi bên trong"
    assert (await gun(window, mine[0]))["word"] == "Có trong danh sách"
    assert (await gun(window, mine[0]))["state"] == "warn"
    assert (await gun(window, mine[4]))["word"] == "Ngoài biên bản này"
    await window.page.click("[data-undecided] [data-no]")
    await picture(window, "list")
    await window.page.click("[data-list] li:first-child [data-missing]")
    await window.page.click("dialog.why >> text=Không có trong bó")
    await window.page.wait_for_selector("text=Còn 2")
    assert await tally(window) == "1 / 4"
    await window.page.reload()
    await window.page.wait_for_selector("text=Còn 2")
    await window.page.evaluate("self.answers = null")
    assert (await gun(window, manifest))["word"] == "Đã ghi đủ 2"
    assert (await gun(window, manifest))["state"] == "warn"
    assert await tally(window) == "3 / 4"
    await shift.empty(window)

    shown = await (await gate.get(f"/api/v1/manifests/{manifest}")).json()
    assert sorted(line["outcome"] for line in shown["lines"]) == ["missing", "ticked", "ticked", "ticked"]
    assert {verdict for *_, verdict in await server(gate, "tick")} == {"accepted"}


async def test_a_row_that_a_finger_pressed_stays_under_it_while_each_scan_is_answered_at_once(look, gate) -> None:
    mine = await items(gate, 3, *ON_THE_WAY)
    window = await scanning(look, width=320, height=640)
    await gun(window, mine[0])
    await shift.empty(window)
    async with shift.pressing(window, ".last button"):
        low = await window.page.evaluate(ANSWER_HEIGHT)
        good = await gun(window, mine[1])
        foreign = await gun(window, item_number.from_serial("RR", 55501823))
        await shift.empty(window)
        while_pressed = [await window.page.evaluate(ANSWER_HEIGHT) > low, len(await rows(window))]
    taken_back = await window.page.inner_text("dialog[open].why [data-slot=number]")
    await window.until("document.querySelectorAll('.last li').length === 3")  # drawn after the finger is gone

    assert [(each["state"], each["word"]) for each in (good, foreign)] == [
        ("ok", "Đã nhận"), ("stuck", "Ngoài danh sách")
    ]  # fmt: skip
    assert while_pressed == [True, 1]
    assert taken_back == consignment_number.shown(mine[0])
    assert [row[0] for row in await rows(window)] == ["stuck", "ok", "ok"]
    assert await window.page.locator("[data-undecided] li").count() == 1
    assert wrong(window) == []


#: How much of the page the answer takes up.
ANSWER_HEIGHT = "document.querySelector('[data-answer]').offsetHeight"


async def test_a_line_of_a_list_that_a_finger_pressed_stays_under_it_and_is_the_one_that_is_missing(look, gate) -> None:
    mine = await items(gate, 4)
    opened_list = {"desk": "TS", "office": OFFICE, "direction": "to_post", "numbers": mine}
    manifest = (await (await gate.post("/api/v1/manifests", opened_list)).json())["manifest_no"]
    window = await scanning(look, "collected")
    await gun(window, manifest)
    async with shift.pressing(window, "[data-list] li:nth-child(2) [data-missing]"):
        said = [(await gun(window, number))["word"] for number in (mine[0], mine[2])]
    await window.page.click("dialog.why >> text=Không có trong bó")
    await window.page.wait_for_selector("text=Còn 1")
    await shift.empty(window)

    assert said == ["Có trong danh sách"] * 2
    shown = await (await gate.get(f"/api/v1/manifests/{manifest}")).json()
    outcomes = {line["consignment_no"]: line["outcome"] for line in shown["lines"]}
    assert [outcomes[number] for number in mine[:3]] == ["ticked", "missing", "ticked"]
    assert wrong(window) == []


#: Keep the gateway's word on a number back until `letKnow`.
_LATE_WORD = """() => {
  const lookup = station.snapshot.lookup;
  const late = new Promise((on) => { self.letKnow = on; });
  station.snapshot.lookup = async (number) => { await late; return lookup(number); };
}"""


async def test_a_question_that_a_finger_pressed_is_decided_by_it_though_the_gateway_knows_by_now(look, gate) -> None:
    window = await scanning(look)
    await window.page.evaluate(_LATE_WORD)
    fresh = (await items(gate, 1, *ON_THE_WAY))[0]  # came into the book after the list was taken
    await gun(window, fresh)
    async with shift.pressing(window, "[data-undecided] [data-no]"):
        async with window.page.expect_response("**/station/lookup*"):
            await window.page.evaluate("letKnow()")
        await window.until("document.querySelector('[data-answer] .more').textContent.includes('Đúng của bưu cục này')")
    await window.page.wait_for_selector("[data-undecided]", state="hidden")
    await shift.empty(window)

    assert await codes_of(gate, fresh) == []
    assert await window.page.evaluate("station.store.count('undecided')") == 0
    assert wrong(window) == []


async def test_a_bag_opens_its_list_and_its_code_once_more_is_a_scan_on_each_inside(look, gate) -> None:
    mine = await items(gate, 3, "collected")
    sealed = await (await gate.post("/api/v1/bags", {"desk": "TS", "numbers": mine})).json()
    window = await scanning(look)
    assert (await gun(window, sealed["bag_no"]))["word"] == "3 bưu gửi bên trong"
    assert (await gun(window, sealed["bag_no"]))["word"] == "Đã ghi đủ 3"
    assert (await gun(window, mine[1]))["state"] == "warn"
    await window.page.click("[data-close-list]")
    assert (await gun(window, mine[2]))["state"] == "warn"
    assert (await gun(window, "T-4K7M-29B9"))["word"] == "Chưa mở được danh sách"
    await shift.empty(window)

    assert len(await server(gate)) == 1
    assert [await codes_of(gate, number) for number in mine] == [["arrived"]] * 3
    assert wrong(window) == []


async def test_what_is_for_another_round_is_asked_about_before_it_goes_out(look, gate) -> None:
    mine = await items(gate, 1, *LYING)
    others = await items(gate, 1, *LYING, commune=THERE)
    window = await shift.begun(look)
    worker = await window.page.evaluate("station.shift.current().worker")
    async with gate.house.database.writing() as tx:
        round_3 = await delivery_routes.find(tx, OFFICE, "3")
        assert round_3
        await delivery_routes.change(tx, replace(round_3, worker=worker), actor="test", at=gate.clock[0])
    await window.page.evaluate("station.snapshot.refresh()")
    await opened(window, "#/scan", ".choices")
    await picture(window, "acts")
    await window.page.click("text=Giao bưu tá đi phát")
    await window.page.wait_for_selector("[data-answer]")
    assert (await gun(window, mine[0]))["word"] == "Giao đi phát"
    foreign = await gun(window, others[0])
    assert (foreign["word"], foreign["more"]) == ("Ngoài tuyến này", "Thuộc tuyến 5. Có ở đây thật không?")
    await shift.empty(window)
    assert [await codes_of(gate, number) for number in (*mine, *others)] == [["out_for_delivery"], []]


async def test_what_its_recipient_wants_left_at_the_office_is_asked_about_before_it_goes_out(look, gate) -> None:
    later, fetched = await items(gate, 2, *LYING)
    for number, wish in (
        (later, {"way": "deliver", "on": "2026-11-25", "window": "morning"}),
        (fetched, {"way": "office"}),
    ):
        assert (await gate.post(f"/api/v1/consignments/{number}/choice", wish)).status == 201
    window = await shift.begun(look)
    worker = await window.page.evaluate("station.shift.current().worker")
    async with gate.house.database.writing() as tx:
        round_3 = await delivery_routes.find(tx, OFFICE, "3")
        assert round_3
        await delivery_routes.change(tx, replace(round_3, worker=worker), actor="test", at=gate.clock[0])
    await window.page.evaluate("station.snapshot.refresh()")
    await opened(window, "#/scan", ".choices")
    await window.page.click("text=Giao bưu tá đi phát")
    await window.page.wait_for_selector("[data-answer]")
    said = [await gun(window, number) for number in (later, fetched)]
    await picture(window, "wished")
    await window.page.locator("[data-undecided] li", has_text="tự ra lấy").locator("[data-no]").click()
    await window.page.locator("[data-undecided] li", has_text="hẹn").locator("[data-yes]").click()
    await window.until("!document.querySelector('[data-undecided] li')")  # a question goes when its act is queued
    await shift.empty(window)

    assert [each["more"] for each in said] == [
        "Người nhận hẹn thứ Tư 25/11. Vẫn mang đi hôm nay?", "Người nhận tự ra lấy. Vẫn mang đi phát?"
    ]  # fmt: skip
    assert [await codes_of(gate, number) for number in (later, fetched)] == [["out_for_delivery"], []]
    assert wrong(window) == []


async def test_what_a_desk_hands_over_beyond_the_list_is_taken_and_said_to_be_unchecked(look, gate) -> None:
    window = await scanning(look, "collected")
    mine = await items(gate, 1)
    await window.context.set_offline(True)
    answer = await gun(window, mine[0])
    assert (answer["state"], answer["word"]) == ("offline", "Đã nhận")
    await window.context.set_offline(False)
    await shift.empty(window)
    assert await codes_of(gate, mine[0]) == ["collected"]


async def test_a_label_and_a_sticker_are_bound_once_whoever_scanned_what_first(look, gate) -> None:
    mine = await items(gate, 3)
    stickers = [item_number.from_serial("EA", serial) for serial in (19307919, 19307920)]
    window = await shift.begun(look)
    await opened(window, "#/bind", "[data-step]")
    page = window.page

    async def bound(*numbers: str) -> dict[str, str]:
        """Scan numbers; each gets its answer."""
        await page.evaluate(ANSWERS)
        await page.evaluate(PRESS, [keys_of(number) for number in numbers])
        await window.until(f"self.heard >= {len(numbers)}")
        return await answered(window)

    assert (await bound(mine[0]))["word"] == "Quét tem bưu điện"
    assert (await bound(stickers[0]))["word"] == "Đã gắn"
    assert (await bound(stickers[0], mine[0]))["word"] == "Đã gắn rồi"
    refused = await bound(mine[1], stickers[0])
    assert refused["word"] == "Không gắn được"
    assert "Bưu điện Hà Tĩnh" in refused["more"]
    await picture(window, "bind")
    await gate.post(f"/api/v1/consignments/{mine[2]}/bind", {"item_no": stickers[1]})
    await bound(mine[1], stickers[1])
    await page.wait_for_selector("text=đã gắn với bưu gửi")  # the server knows who, when and where
    await shift.empty(window)
    assert [verdict for *_, verdict in await server(gate, "bind")] == ["accepted", "refused"]

    await opened(window, "#/refused", ".refusals li")
    await picture(window, "refused")
    await page.click("[data-read]")
    await page.wait_for_selector("text=Không có việc nào bị từ chối.")
    await page.reload()
    await page.wait_for_selector("text=Không có việc nào bị từ chối.")


async def test_a_full_disk_and_a_locked_device_are_said_and_lose_nothing(look, gate) -> None:
    mine = await items(gate, 3, *ON_THE_WAY)
    window = await scanning(look)
    before = await tally(window)
    await window.page.evaluate("""() => {
      self.put = IDBObjectStore.prototype.add;
      IDBObjectStore.prototype.add = function () { throw new DOMException("full", "QuotaExceededError"); };
    }""")
    full = await gun(window, mine[0])
    assert (full["state"], full["word"], await tally(window)) == ("late", "Máy đầy, chưa ghi", before)
    await window.page.evaluate("void (IDBObjectStore.prototype.add = self.put)")
    assert (await gun(window, mine[0]))["state"] == "ok"

    await window.page.evaluate("station.keys.lock()")
    await window.page.evaluate(PRESS, [keys_of(mine[1])])
    await window.page.wait_for_selector("#l-pin")
    await window.page.fill("#l-pin", shift.PIN)
    await window.page.press("#l-pin", "Enter")
    await window.page.wait_for_selector("[data-answer]")
    await window.until("document.querySelector('.tally b').textContent === '2'")
    await shift.empty(window)

    assert [await codes_of(gate, number) for number in mine] == [["arrived"], ["arrived"], []]


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_the_screens_of_scanning_have_no_barrier_and_stay_in_their_window(look, gate, language) -> None:
    mine = await items(gate, 3, *ON_THE_WAY)
    opened_list = {"desk": "TS", "office": OFFICE, "direction": "to_post", "numbers": await items(gate, 40)}
    manifest = (await (await gate.post("/api/v1/manifests", opened_list)).json())["manifest_no"]
    window = await shift.begun(look, language=language, width=390)
    await opened(window, "#/scan", ".choices")
    found: list[str] = []

    async def looked(name: str) -> None:
        for width in (390, 320):
            await window.page.set_viewport_size({"width": width, "height": 844})
            found.extend([f"{name} is wider than {width}"] * (await pages.sideways(window) > 0))
            await picture(window, f"{name}-{language}")
        found.extend(f"{name} {each}" for each in await pages.barriers(window))

    await looked("acts")
    await opened(window, "#/scan/returning", ".choices")
    await looked("reasons")
    await opened(window, "#/scan/arrived")
    await looked("ready")
    for name, number in {
        "ok": mine[0],
        "again": mine[0],
        "misread": "4K7M29TB6HX0123456789",
        "dossier": "H27.10.20-261123-0001",
        "foreign": item_number.from_serial("RR", 55501823),
    }.items():
        await gun(window, number)
        await looked(name)
    await window.page.click("[data-type]")
    await looked("typing")
    await window.page.click("[data-type]")
    await window.page.click(".last button >> nth=0")
    await looked("undo")
    await window.page.keyboard.press("Escape")
    await window.page.click("[data-no]")
    await gun(window, manifest)
    await looked("list")
    await window.context.set_offline(True)
    await gun(window, mine[1])
    await opened(window, "#/bind", "[data-step]")
    await window.page.evaluate(PRESS, [keys_of(mine[2])])
    await window.page.wait_for_selector("[data-step=consignment][data-s=ok]")
    await looked("bind")
    await opened(window, "#/scan/collected")
    await gun(window, item_number.from_serial("EA", 55501824))
    await looked("unchecked")
    await opened(window, "#/queue", ".waiting")
    await looked("queue")
    await opened(window, "#/refused", ".waiting")
    await looked("refused")

    assert (found, wrong(window)) == ([], [])
