"""A shift in a real browser: begun, locked, killed half-way, sent later; no act is lost and none is done twice."""

from __future__ import annotations

from typing import Any

import pytest

from .shift import OFFICE, begun, empty, kept, put, scan

pytestmark = pytest.mark.browser


async def scans(gate: Any, number: str) -> int:
    rows = await gate.house.database.reading.rows(
        "SELECT s.id FROM scan s JOIN consignment c ON c.id = s.consignment_id"
        " WHERE c.consignment_no = $1 AND s.source LIKE 'device:TB%'",
        number,
    )
    return len(rows)


async def test_a_shift_begins_and_its_acts_are_signed_sent_and_answered(look, gate) -> None:
    window = await begun(look)
    await put(window, scan(gate.numbers[1]), scan("RR473124820VN"))
    await empty(window)

    done = await window.page.evaluate(
        "async () => (await station.store.all('done')).map((each) => each.answer.verdict)"
    )
    assert done == ["accepted", "refused"]
    assert await kept(gate) == [(1, "scan", "accepted"), (2, "scan", "refused")]
    assert await scans(gate, gate.numbers[1]) == 1
    assert window.wrong == []


async def test_a_shift_ends_once_what_was_asked_is_answered_and_leaves_no_name_behind(look, gate) -> None:
    window = await begun(look)
    page = window.page
    await page.evaluate("station.store.put('undecided', {id: 'a', at: 1, job: {code: 'arrived'}, shown: '?'}, 'a')")
    await page.click("[data-end-shift]")
    await page.wait_for_selector("dialog[open]")
    asked = await page.inner_text("dialog")
    may_end = await page.is_visible("[data-end-now]")
    await page.keyboard.press("Escape")
    await page.evaluate("station.store.remove('undecided', 'a')")
    await page.click("[data-end-shift]")
    await page.click("[data-end-now]")
    await page.wait_for_selector("text=Đăng nhập bằng tài khoản của bạn")
    await empty(window)
    left = await page.evaluate("station.store.keys('state')")
    [shift] = await gate.house.database.reading.rows("SELECT * FROM shift")

    assert ("Còn 1 lần quét chờ bạn trả lời." in asked, may_end) == (True, False)
    assert [key for key in left if str(key).startswith("snapshot")] == []
    assert shift["ended_at"] is not None


async def test_another_worker_begins_a_shift_on_a_device_that_the_first_has_locked(look, gate) -> None:
    window = await begun(look)
    page = window.page
    await page.click("[data-lock]")
    await page.click("text=Người khác mở ca")
    await page.wait_for_selector("text=Đăng nhập bằng tài khoản của bạn")
    await window.open("/desk")
    signed_out = "/signin" in page.url
    await window.open("/signin?by=token")
    await page.fill("#t", await gate.token_for("scans", unit=OFFICE))
    await page.press("#t", "Enter")
    await page.click("text=Người khác mở ca")
    await page.fill("#s-pin", "1357")
    await page.fill("#s-again", "1357")
    await page.click("text=Bắt đầu ca")
    await page.wait_for_selector(".tiles")
    await put(window, scan(gate.numbers[1]))
    await empty(window)
    rows = await gate.house.database.reading.rows("SELECT worker, device_no FROM shift ORDER BY id")
    [act] = await gate.house.database.reading.rows("SELECT s.worker FROM device_act a JOIN shift s USING (shift_no)")

    assert signed_out
    assert (len({row["worker"] for row in rows}), len({row["device_no"] for row in rows})) == (2, 1)
    assert act["worker"] == rows[1]["worker"]


async def held_at(gate: Any) -> None:
    """Let one more consignment lie at the post office until somebody comes for it."""
    made = await gate.consignment()
    for code in ("collected", "arrived", "held"):
        await gate.scan(made["consignment_no"], code, office=OFFICE)


#: Ask for the list; its answer is kept back until `comeLate`.
_LATE = """() => {
  const real = self.fetch;
  self.late = new Promise((on) => { self.comeLate = on; });
  self.fetch = async (...asked) => {
    self.fetch = real;
    const answer = await real(...asked);
    await self.late;
    return answer;
  };
  self.first = station.snapshot.refresh();
}"""


async def test_a_list_that_was_long_on_its_way_takes_no_place_of_a_newer_one(look, gate) -> None:
    window = await begun(look)
    await held_at(gate)
    async with window.page.expect_response("**/station/snapshot"):
        await window.page.evaluate(_LATE)
    await held_at(gate)
    await window.page.evaluate("station.snapshot.refresh()")
    newest = await window.page.evaluate("station.snapshot.get().held.length")
    await window.page.evaluate("() => { comeLate(); return first; }")

    assert newest == 2
    assert await window.page.evaluate("station.snapshot.get().held.length") == newest


async def test_the_english_of_the_station_tells_one_item_from_many(look, gate) -> None:
    window = await begun(look, language="en")

    said = await window.page.evaluate("[1, 2].map(n => station.say('route.listed', { n }))")

    assert said == ["1 item on the list", "2 items on the list"]
