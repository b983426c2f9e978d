"""What happens at a citizen's door, in a real browser against the real house: with and without a signal, once each."""

from __future__ import annotations

import io
import json
import math
import os
from typing import Any

import pytest
from PIL import Image

from postgw.domain.delivery_route import Route, RoutePlace
from postgw.domain.scan import Scan, Witness
from postgw.storage import delivery_routes, scans

from . import shift
from .barriers import violations
from .shift import OFFICE

pytestmark = pytest.mark.browser

#: Where pictures are kept for somebody who wants to look at them.
PICTURES = os.environ.get("POSTGW_PICTURES", "")
OLD = "Giấy phép lái xe cũ"
LONG_NAME = "Nguyễn Thị Thuỳ Dương Hoàng Ngọc Khánh Quỳnh Trường Nghĩa Phượng Uyển Thượng Nguyệt"


async def begun(look: Any, gate: Any, **how: Any) -> Any:
    """Begin a shift of a worker on whose round every citizen of this house lives."""
    window = await shift.begun(look, **how)
    await walks(gate, await window.page.evaluate("station.shift.current().worker"))
    await window.until("navigator.serviceWorker.controller !== null")
    return window


async def walks(gate: Any, worker: str) -> None:
    """Put a worker on the round, and give the office its two series of receipts."""
    place = RoutePlace(commune_code="18628")
    route = Route(office=OFFICE, route_no="3", name="Tuyến 3", worker=worker, places=(place,))
    async with gate.house.database.writing() as tx:
        await delivery_routes.add(tx, route, actor="test", at=gate.clock[0])
    for ledger, series in (("fee", "PHT26"), ("postage", "CBT26")):
        told = {"series": series, "ledger": ledger, "unit": OFFICE}
        assert (await gate.post("/api/v1/receipt-series", told)).status == 201


async def to_deliver(gate: Any, **dossier: Any) -> str:
    """Return the number of a result that is out for delivery, for which an old paper is to be given up."""
    papers = [{"name": OLD, "kind": "original", "must_withdraw": True}]
    key = (await gate.sent(service_form="return", papers=papers, **dossier))["key"]
    told = {"papers": [{"name": "Giấy phép lái xe", "kind": "original"}]}
    made = await (await gate.post(f"/api/v1/dossiers/{key}/result-ready", told)).json()
    for code in ("collected", "out_for_delivery"):
        await gate.scan(made["consignment_no"], code, office=OFFICE)
    return str(made["consignment_no"])


async def to_collect(gate: Any, **dossier: Any) -> str:
    """Return the number of a dossier that waits at a citizen's door."""
    key = (await gate.sent(**dossier))["key"]
    made = await (await gate.post("/api/v1/consignments", {"dossier": key, "leg": "send"})).json()
    number = str(made["consignment_no"])
    async with gate.house.database.writing() as tx:
        locked = (await scans.lock(tx, [number]))[number]
        booked = Scan(
            source="gateway", source_id=f"booked:{number}", witness=Witness.SCANNED, code="booked",
            occurred_at=gate.clock[0], received_at=gate.clock[0], office="", actor="test",
        )  # fmt: skip
        await scans.keep(
            tx, [(locked, booked)], table_of=gate.house.services.delivery.book.scan_table_of, at=gate.clock[0]
        )
    return number


async def stand_at(window: Any, screen: str, number: str) -> None:
    """Take the newest list and open a form."""
    await window.page.evaluate("station.snapshot.refresh()")
    await shift.go(window, f"#/{screen}/{number}", ".doorstep form")


async def cut(window: Any) -> None:
    """Take the signal away, and wait until the page says so."""
    await window.context.set_offline(True)
    await window.page.wait_for_selector("[data-net][data-s=offline]")


async def sign(window: Any, name: str) -> None:
    """Draw a name on the glass."""
    glass = window.page.locator(f"[data-glass={name}] canvas")
    await glass.scroll_into_view_if_needed()
    box = await glass.bounding_box()
    await window.page.mouse.move(box["x"] + 30, box["y"] + 60)
    await window.page.mouse.down()
    for n in range(25):
        await window.page.mouse.move(box["x"] + 30 + n * 7, box["y"] + 60 + 25 * math.sin(n / 1.5))
    await window.page.mouse.up()


async def act(window: Any) -> None:
    """Press the button at the thumb and wait for the answer."""
    await window.page.click("[data-act]")
    await window.page.wait_for_selector(".doorstep.done .word")


async def empty(window: Any) -> None:
    """Wait until nothing waits any more."""
    await window.page.evaluate(
        "async () => { station.send();"
        " while (await station.queue.waiting()) await new Promise((on) => setTimeout(on, 30)); }"
    )


async def verdicts(gate: Any) -> list[tuple[str, str, str]]:
    """Return what the house made of each act that a device told, with its word where it refused one."""
    rows = await gate.house.database.reading.rows("SELECT * FROM device_act ORDER BY counter")
    return [
        (row["kind"], row["verdict"], json.loads(row["answer"])["code"] if row["verdict"] != "accepted" else "")
        for row in rows
    ]


async def count(gate: Any, table: str) -> int:
    """Return how many rows a table has."""
    return len(await gate.house.database.reading.rows(f"SELECT id FROM {table}"))


async def wrongs(window: Any, name: str) -> list[str]:
    """Return what axe finds on the page, and by how much it is wider than its window."""
    if PICTURES:
        width = window.page.viewport_size["width"]
        await window.page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)
    found = await violations(window.page)
    width = await window.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    barriers = [f"{name} {each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]
    return barriers + [f"{name} wider by {width}"] * (width > 0)


def heard(window: Any) -> list[str]:
    """Return what went wrong in a window, but for the signal that was cut."""
    return [each for each in window.wrong if "ERR_INTERNET_DISCONNECTED" not in each]


async def by_a_proxy(window: Any) -> None:
    """Type what a proxy's receipt of a result wants, all but the signature."""
    page = window.page
    await page.check("[name=receiver_kind][value=proxy]")
    await page.fill("[name=receiver_name]", "Trần Diễn Tập")
    await page.check("[name=authorisation_seen]")
    await page.fill("[name=relation]", "chồng")
    await page.fill("[name=id_tail]", "3071")
    await page.check("[name=paper-0]")
    await page.check("[name=old-0][value=collected]")
    await page.check("[name=sum-fee]")
    await page.check("[name=remarked][value=no]")


async def test_a_proxy_receives_without_a_signal_and_the_house_has_all_of_it_once(look, gate) -> None:
    window, number = await begun(look, gate), await to_deliver(gate)
    await stand_at(window, "deliver", number)
    await cut(window)
    await by_a_proxy(window)
    await sign(window, "signature")
    await act(window)
    words = await window.page.inner_text(".doorstep.done")
    before = await verdicts(gate)
    await window.context.set_offline(False)
    await empty(window)
    await window.page.wait_for_selector("text=PHT26-000001")

    assert ("Đã phát" in words, "số biên lai có khi có mạng" in words, before) == (True, True, [])
    assert await verdicts(gate) == [("deliver", "accepted", ""), ("fee", "accepted", "")]
    shown = await (await gate.get(f"/api/v1/consignments/{number}")).json()
    duties = (await (await gate.get("/api/v1/paper-duties")).json())["data"]
    home = await gate.house.database.reading.rows("SELECT id FROM consignment WHERE leg = 'withdrawal'")
    assert shown["custody"]["state"] == "delivered"
    assert [(each["name"], each["stage"]) for each in duties if each["kind"] == "withdraw"] == [(OLD, "on_the_way")]
    assert (await count(gate, "proof"), await count(gate, "receipt"), len(home)) == (1, 1, 1)
    assert await window.page.evaluate("station.store.get('state', 'drafts')") == {}
    assert heard(window) == []


async def test_what_was_typed_and_signed_outlives_a_killed_tab(look, gate) -> None:
    window, number = await begun(look, gate), await to_deliver(gate)
    await stand_at(window, "deliver", number)
    await by_a_proxy(window)
    await window.page.fill("[name=id_tail]", "042099003071")
    refused = await window.page.inner_text("[data-field=id_tail] .why")
    kept = json.dumps(await window.page.evaluate("station.store.get('state', 'drafts')"))
    await window.page.fill("[name=id_tail]", "3071")
    await sign(window, "signature")
    await window.context.set_offline(True)
    await window.until(
        "Object.values(await station.store.get('state', 'drafts'))[0].strokes.signature.flat().length > 20"
    )
    await window.page.close()

    window.page = await window.context.new_page()
    await window.open(f"/station#/deliver/{number}")
    await window.page.wait_for_selector("[data-kept]:visible")
    assert ("Chỉ ghi 4 ký tự cuối" in refused, "042099003071" in kept) == (True, False)
    assert await window.page.input_value("[name=receiver_name]") == "Trần Diễn Tập"
    await act(window)
    await window.context.set_offline(False)
    await empty(window)

    assert await verdicts(gate) == [("deliver", "accepted", ""), ("fee", "accepted", "")]
    proof = (await gate.house.database.reading.rows("SELECT * FROM proof"))[0]
    assert bytes(proof["signature_png"]).startswith(b"\x89PNG")
    assert len(proof["signature_png"]) <= 30_000


async def test_a_tab_that_is_killed_once_the_acts_are_queued_asks_for_nothing_twice(look, gate) -> None:
    window, number, other = await begun(look, gate), await to_deliver(gate), await to_deliver(gate)
    await stand_at(window, "deliver", number)
    await cut(window)
    await by_a_proxy(window)
    await window.page.check("[name=signature_cannot]")
    await window.page.fill("[name=signature_why]", "run tay, không cầm được bút")
    await window.page.evaluate("() => { station.doors.Draft.prototype.wipe = () => new Promise(() => {}); }")
    await window.page.click("[data-act]")
    await window.page.evaluate(
        "async () => { while (await station.queue.waiting() < 2) await new Promise((on) => setTimeout(on, 30)); }"
    )
    await window.page.close()

    window.page = await window.context.new_page()
    await window.open(f"/station#/deliver/{number}")
    await window.page.wait_for_selector("text=Máy này đã ghi một lần")
    assert await window.page.is_hidden("[data-kept]")
    await window.context.set_offline(False)
    await empty(window)
    await stand_at(window, "failed", other)
    await window.page.click("[data-more]")
    await window.page.check("[name=reason][value=weather]")
    await act(window)

    await empty(window)
    assert [kind for kind, verdict, _ in await verdicts(gate) if verdict == "accepted"] == ["deliver", "fee", "attempt"]
    assert bytes((await gate.house.database.reading.rows("SELECT * FROM proof"))[0]["signature_png"])[:4] == b"\x89PNG"


async def test_a_photo_is_made_small_on_the_phone_and_a_turned_phone_keeps_the_signature(look, gate) -> None:
    window, number, other = await begun(look, gate), await to_deliver(gate), await to_deliver(gate)
    await stand_at(window, "deliver", number)
    await by_a_proxy(window)
    await sign(window, "signature")
    await window.page.set_viewport_size({"width": 720, "height": 360})
    picture = io.BytesIO()
    Image.effect_noise((2400, 1800), 90).convert("RGB").save(picture, "JPEG", quality=95)
    async with window.page.expect_file_chooser() as chosen:
        await window.page.click("[data-photo]")
    await (await chosen.value).set_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()})
    await window.page.wait_for_selector("[data-shot]:visible")
    await window.page.set_viewport_size({"width": 390, "height": 844})
    await act(window)
    await empty(window)
    await window.page.wait_for_selector("[data-next]:visible")

    proof = (await gate.house.database.reading.rows("SELECT * FROM proof"))[0]
    photo, ink = (Image.open(io.BytesIO(bytes(proof[name]))) for name in ("photo_jpeg", "signature_png"))
    assert (len(picture.getvalue()) > 1_000_000, len(proof["photo_jpeg"]) <= 75_000) == (True, True)
    assert (photo.format, max(photo.size) <= 1280, ink.convert("L").getextrema()) == ("JPEG", True, (0, 255))
    assert await window.page.get_attribute("[data-next]", "href") in {f"#/stop/{other}", "#/stop/BB-TS-261123-01"}


async def test_a_dossier_is_collected_though_a_paper_is_missing_and_both_sign_the_note(look, gate) -> None:
    window, number = await begun(look, gate), await to_collect(gate)
    await stand_at(window, "collect", number)
    page = window.page
    listed = await page.evaluate("station.snapshot.get().stops.find((one) => one.kind === 'pickup').papers")
    required = [each["name"] for each in listed if each["required"]]
    await page.check("[name=line-0]")
    await page.click("[data-add]")
    await page.fill("[name=beyond-0-name]", "Sổ hộ khẩu cũ")
    await page.click("[data-act]")
    asked = await page.locator(".why").all_inner_texts()
    first = await page.evaluate("document.activeElement.name")
    await page.check("[name=guided]")
    await page.check("[name=sum-fee][value=yes]")
    await page.check("[name=sum-postage][value=yes]")
    await page.fill("[name=sum-postage-amount]", "26.000")
    await page.fill("[name=sum-postage-grams]", "90")
    await page.select_option("[name=sum-postage-zone]", "in_district")
    await page.fill("[name=seal_no]", "np-0042")
    await sign(window, "consignor")
    await page.check("[name=post_cannot]")
    await page.fill("[name=post_why]", "tay phải bó bột")
    await act(window)
    await empty(window)

    assert (len(required) > 1, first, len(asked)) == (True, "guided", 6), asked
    assert [each for each in await verdicts(gate) if each[1] != "accepted"] == []
    assert [kind for kind, _, _ in await verdicts(gate)] == [
        "scan", "paper_check", "fee", "fee", "pack", "sign_note", "sign_note",
    ]  # fmt: skip
    check = (await (await gate.get(f"/api/v1/consignments/{number}/paper-checks")).json())["data"][0]
    note = await (await gate.get(f"/api/v1/consignments/{number}/note/signatures")).json()
    assert (check["missing"], check["beyond"], check["complete"]) == (required[1:], ["Sổ hộ khẩu cũ"], False)
    assert (note["frozen_at"] is not None, len(note["signatures"])) == (True, 2)
    assert (await count(gate, "receipt"), heard(window)) == (2, [])


async def test_a_refusal_is_kept_with_its_evidence_and_an_absence_with_its_invitation(look, gate) -> None:
    window, refused, absent = await begun(look, gate), await to_deliver(gate), await to_deliver(gate)
    page = window.page
    await stand_at(window, "failed", refused)
    await page.check("[name=reason][value=refused]")
    await page.click("[data-act]")
    asked = await page.locator(".why").all_inner_texts()
    await page.check("[name=by][value=refuser]")
    await page.check("[name=reason][value=absent]")
    assert await page.is_hidden("[data-glass=signature]")
    await page.check("[name=reason][value=refused]")
    await page.fill("[name=refuser_name]", "Trần Diễn Tập")
    await page.fill("[name=id_tail]", "07B1")
    await sign(window, "signature")
    await act(window)
    await stand_at(window, "failed", absent)
    await page.check("[name=reason][value=absent]")
    await page.check("[name=way][value=paper]")
    slip = await page.inner_text(".slip")
    await act(window)
    await empty(window)
    barriers = await wrongs(window, "answer")

    assert (asked, barriers) == (["Chọn ai ký vào bản ghi."], [])
    assert "Bưu điện Hà Tĩnh" in slip
    assert await verdicts(gate) == [
        ("attempt", "accepted", ""),
        ("attempt", "accepted", ""),
        ("invite", "accepted", ""),
    ]
    kept = (await gate.house.database.reading.rows("SELECT * FROM refusal"))[0]
    assert ("Trần Diễn Tập" in kept["content"], bytes(kept["signature_png"])[:4]) == (True, b"\x89PNG")
    assert await count(gate, "invitation") == 1
    assert heard(window) == []


@pytest.mark.parametrize("width", [390, 320])
async def test_the_forms_at_a_door_have_no_barrier_and_stay_in_their_window(look, gate, width) -> None:
    person = {
        "name": LONG_NAME, "phone": "0912000003", 
        "address": "Nhà số 17 ngách 4 ngõ 123 đường Nguyễn Thị Minh Khai kéo dài",
        "commune": "xã Kỳ Lạc", "province": "tỉnh Hà Tĩnh", "commune_code": "18628",
    }  # fmt: skip
    number, other = await to_deliver(gate, applicant=person), await to_collect(gate, applicant=person)
    found = []
    window = await begun(look, gate, width=width)
    for language, scale in (("vi", ""), ("en", ""), ("vi", "200%")):
        await window.open(f"/station?l={language}")
        await window.page.wait_for_selector(".tiles")
        await window.page.evaluate("(scale) => { document.documentElement.style.fontSize = scale; }", scale)
        for screen, which in (("deliver", number), ("failed", number), ("collect", other)):
            await stand_at(window, screen, which)
            if screen == "deliver":
                await by_a_proxy(window)
            if screen == "failed":
                await window.page.check("[name=reason][value=refused]")
                await window.page.check("[name=by][value=refuser]")
            await window.page.click("[data-act]")
            found += await wrongs(window, f"{screen}-{language}{scale}")

    assert (found, heard(window)) == ([], [])
