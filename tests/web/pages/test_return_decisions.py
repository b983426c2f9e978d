"""The desk decides what citizens asked by their page: nothing is booked before, and then the ordinary way goes on."""

from __future__ import annotations

import asyncio
import re
from io import BytesIO

import pytest
from aiohttp import FormData

from postgw.domain.actor import GATEWAY
from postgw.domain.one_time_code import reckoned
from postgw.recurring import acts
from postgw.storage import consignments, dossiers, province, secret_pages, stop_facts
from postgw.storage.snapshots import Carried

WHERE = {"step": "where", "act": "next", "who": "self", "commune": "Kỳ Lạc", "address": "Số 7 đường Mới"}
OTHER = {**WHERE, "who": "other", "name": "Trần Văn Nhận", "phone": "0912000009"}
JPEG = b"\xff\xd8\xff\xe0 a picture"
HOME = "/desk/return-requests"


async def ask(gate, browser, key: str, *, kind: str = "register", where: dict[str, str] = WHERE, **claim: str) -> str:
    """Walk the citizen's steps; return the number of the request."""
    session = gate.house.database.reading
    async with gate.house.database.writing() as tx:
        kept = await dossiers.find(tx, key)
        assert kept is not None
        path = f"{await secret_pages.link_of(tx, kept, days=30, at=gate.clock[0])}/{kind}"
    page = await (await browser.ask("POST", path, data=where)).text()
    consent = re.search(r'name="consent" value="([^"]+)"', page)
    fields = {**hidden_of(page), "act": "next", "consent": consent[1] if consent else "", **claim}
    page = await (await browser.ask("POST", path, data=fields)).text()
    row = await session.row("SELECT max(id) AS id FROM one_time_code")
    form = FormData({**hidden_of(page), "act": "send"}, default_to_multipart=True)
    form.add_field("code", reckoned(await province.known_link_secret(session), row["id"]))
    if claim.get("proof") == "photo":
        form.add_field("picture", BytesIO(JPEG), filename="giay.jpg", content_type="image/jpeg")
    answer = await browser.ask("POST", path, data=form)
    assert answer.status == 303, (await answer.text())[-3000:]
    row = await session.row("SELECT request_no FROM return_request WHERE state = 'asked' ORDER BY id DESC LIMIT 1")
    return str(row["request_no"])


def hidden_of(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


async def zoned(gate) -> None:
    """Let the tables tell that the desk and the citizen's commune lay in one district."""
    areas = [{"commune_code": code, "area": "Kỳ Anh"} for code in ("18628", "18838")]
    put = await gate.post("/api/v1/zones", {"valid_from": "2025-07-01", "zones": areas, "reason": "Theo huyện cũ"})
    assert put.status in {200, 201}, await put.text()


async def form_of(gate, key: str) -> tuple[str, int]:
    kept = await (await gate.get(f"/api/v1/dossiers/{key}")).json()
    return kept["service_form"], kept["version"]


async def told(gate) -> list[str]:
    """Return to whom messages of the page went, and what they say, once what is owed was sent."""
    for _ in range(2):
        await acts(gate.house.services)["send_messages"](gate.clock[0])
    return [f"{each.to} {each.text}" for each in gate.house.rehearsal_messenger.sent if each.kind.startswith("page.")]


async def ready_now(gate, key: str):
    """Say that the result of a dossier is ready."""
    told = {"papers": [{"name": "Kết quả", "kind": "original"}]}
    answer = await gate.post(f"/api/v1/dossiers/{key}/result-ready", told)
    assert answer.status == 201, await answer.text()
    return answer


async def bookable(gate) -> list[str]:
    rows = await gate.house.services.batches.waiting("return", actor=GATEWAY, at=gate.clock[0])
    return [f"{row.key} {row.consignment_no != ''} {row.reduction} {row.citizen.address}" for row in rows]


@pytest.fixture
async def key(gate) -> str:
    """Give a dossier that was sent in, whose citizen meant to fetch the result."""
    return str((await gate.sent(service_form="send"))["key"])


async def test_registered_by_the_page_confirmed_at_the_desk_ready_bookable_carried(gate, browser, said, key) -> None:
    await zoned(gate)
    number = await ask(gate, browser, key, reduction="poor_household", proof="desk", note="GCN 12/2026")
    await browser.sign_in(unit="TS")
    _, listed = await browser.open(HOME)
    _, page = await browser.open(f"{HOME}/{number}")
    assert number in listed
    assert (await form_of(gate, key), await bookable(gate)) == (("send", 1), [])
    assert [word for word in ("Nguyễn Thị", "Số 7", "GCN 12") if word in listed + page] == []

    answer = await browser.send(f"{HOME}/{number}", act="confirm", seen="1", reduction="poor_household")
    assert answer.status == 303
    assert await form_of(gate, key) == ("both", 2)
    ready = await ready_now(gate, key)
    assert await bookable(gate) == [f"{key} True Hộ nghèo Số 7 đường Mới"]
    item = (await ready.json())["consignment_no"]
    _, money = await browser.open(f"/desk/money/collect?number={item}")
    assert "Cước đã báo người dân 13.000 đ" in said(money)
    assert f"Đề nghị {number}" in said(money)
    assert '<option value="poor_household" selected>' in money


async def test_what_was_agreed_stands_on_the_postmans_list_until_it_is_paid(gate, browser, key) -> None:
    await zoned(gate)
    number = await ask(gate, browser, key, reduction="poor_household", proof="desk", note="GCN 12/2026")
    await gate.post(f"/api/v1/return-requests/{number}/confirm", {})
    item = (await (await ready_now(gate, key)).json())["consignment_no"]
    async with gate.house.database.writing() as tx:
        found = await consignments.find(tx, item)
        assert found is not None
        carried = Carried(row=1, found=found, bag_no="")
        facts = await stop_facts.gather(tx, [carried], on=gate.clock[0].date())

    left = facts.agreed_left(carried)
    assert left is not None
    assert (left.due_dong, left.zone, left.grams) == (13_000, "in_district", 100)


async def test_a_result_that_is_ready_stands_in_the_list_to_be_booked_at_once(gate, browser, key) -> None:
    await ready_now(gate, key)
    number = await ask(gate, browser, key)
    assert await bookable(gate) == []
    await browser.sign_in(unit="TS")
    await browser.send(f"{HOME}/{number}", act="confirm", seen="1")

    assert await bookable(gate) == [f"{key} True  Số 7 đường Mới"]


async def test_what_a_way_home_was_called_off_for_is_asked_for_again(gate, browser) -> None:
    key = (await gate.sent())["key"]
    ready = await ready_now(gate, key)
    item = (await ready.json())["consignment_no"]
    cancelled = await gate.post(f"/api/v1/consignments/{item}/cancel", {"reason": "citizen_collects"})
    assert cancelled.status < 300, await cancelled.text()
    number = await ask(gate, browser, key)
    await browser.sign_in(unit="TS")
    await browser.send(f"{HOME}/{number}", act="confirm", seen="1")

    assert await bookable(gate) == [f"{key} True  Số 7 đường Mới"]


async def test_a_claim_is_corrected_and_the_citizen_is_told_of_what_was_decided(gate, browser, key) -> None:
    number = await ask(gate, browser, key, reduction="poor_household", proof="desk", note="GCN 12/2026")
    await browser.sign_in(unit="TS")
    await browser.send(f"{HOME}/{number}", act="confirm", seen="1", reduction="")
    other = str((await gate.sent(service_form="send"))["key"])
    refused = await ask(gate, browser, other)
    answer = await browser.send(f"{HOME}/{refused}", act="refuse", seen="1", reason="")
    assert (answer.status, "Chưa có lý do." in await answer.text()) == (422, True)
    await browser.send(f"{HOME}/{refused}", act="refuse", seen="1", reason="Địa chỉ chưa đủ.")

    words = await told(gate)
    assert any(f"Hồ sơ {key}: Một cửa đã nhận đề nghị" in each for each in words)
    assert any(f"Hồ sơ {other}: Một cửa chưa nhận đề nghị" in each for each in words)
    row = await gate.house.database.reading.row("SELECT content FROM return_request WHERE request_no = $1", number)
    assert '"reduction":""' in row["content"]


async def test_two_officers_and_the_citizen_never_overwrite_each_other(gate, browser, said, key) -> None:
    number = await ask(gate, browser, key)
    await ask(gate, browser, key, where=OTHER)
    await browser.sign_in(unit="TS")

    stale = await browser.send(f"{HOME}/{number}", act="confirm", seen="1")
    assert (stale.status, "Người dân vừa sửa đề nghị" in await stale.text()) == (409, True)
    both = await asyncio.gather(*(browser.send(f"{HOME}/{number}", act="confirm", seen="2") for _ in range(2)))
    assert [answer.status for answer in both] == [303, 303]
    late = await browser.send(f"{HOME}/{number}", act="refuse", seen="2", reason="Trễ.")
    assert (late.status, f"đã nhận đề nghị {number} rồi" in await late.text()) == (409, True)
    assert await form_of(gate, key) == ("both", 2)


async def test_what_a_desk_chose_meanwhile_is_a_conflict_in_a_sentence(gate, browser, key) -> None:
    number = await ask(gate, browser, key)
    whole = await (await gate.get(f"/api/v1/dossiers/{key}")).json()
    sent = gate.dossier(dossier_no=whole["dossier_no"], intake_ref=whole["intake_ref"], service_form="both")
    assert (await gate.post("/api/v1/dossiers", sent)).status == 200
    await gate.post("/api/v1/consignments", {"dossier": key, "leg": "return"})
    await browser.sign_in(unit="TS")

    answer = await browser.send(f"{HOME}/{number}", act="confirm", seen="1")
    assert (answer.status, "trả kết quả của hồ sơ vừa được lập" in await answer.text()) == (409, True)


async def test_a_picture_is_shown_with_the_names_and_kept_by_nobody(gate, browser, key) -> None:
    number = await ask(gate, browser, key, reduction="poor_household", proof="photo", note="")
    await browser.sign_in(unit="TS")
    path = f"{HOME}/{number}/picture"
    assert (await browser.ask("GET", path)).status == 403
    await browser.send("/desk/names", next=f"{HOME}/{number}", act="show")
    shown = await browser.ask("GET", path)

    assert (await shown.read(), shown.content_type, shown.headers["Cache-Control"]) == (JPEG, "image/jpeg", "no-store")
    row = await gate.house.database.reading.row("SELECT count(*) AS n FROM access_log WHERE subject = $1", key)
    assert row["n"] >= 1


async def test_another_desk_sees_nothing_of_it(gate, browser, key) -> None:
    number = await ask(gate, browser, key)
    await browser.sign_in(unit="KA")
    _, listed = await browser.open(HOME)

    assert number not in listed
    assert [(await browser.ask("GET", f"{HOME}/{number}{tail}")).status for tail in ("", "/picture")] == [404, 404]
    assert (await browser.send(f"{HOME}/{number}", act="confirm", seen="1")).status == 404


async def test_another_address_goes_onto_what_is_on_its_way_and_the_old_telephone_hears_of_it(
    gate, browser, said
) -> None:
    key = (await gate.sent())["key"]
    made = await (await gate.post("/api/v1/consignments", {"dossier": key, "leg": "return"})).json()
    await gate.scan(made["consignment_no"], "collected")
    number = await ask(gate, browser, key, kind="address", where=OTHER)
    await browser.sign_in(unit="TS")
    _, page = await browser.open(f"{HOME}/{number}")
    assert "Bên có lỗi, trả cước phát sinh" in said(page)
    answer = await browser.send(f"{HOME}/{number}", act="confirm", seen="1", fault="citizen", cost_dong="8.000")
    assert answer.status == 303, await answer.text()

    carried = await (await gate.get(f"/api/v1/consignments/{made['consignment_no']}")).json()
    changes = await (await gate.get(f"/api/v1/consignments/{made['consignment_no']}/redirections")).json()
    assert carried["version"] == 2
    assert [(each["fault"], each["cost_dong"]) for each in changes["data"]] == [("citizen", 8000)]
    words = [each for each in await told(gate) if "địa chỉ nhận kết quả đã đổi" in each]
    assert [each.split()[0] for each in words] == ["0912000003"]


async def test_an_address_is_changed_before_there_is_an_item(gate, browser, said) -> None:
    key = (await gate.sent())["key"]
    number = await ask(gate, browser, key, kind="address", where=OTHER)
    await browser.sign_in(unit="TS")
    await browser.send(f"{HOME}/{number}", act="confirm", seen="1")
    assert await form_of(gate, key) == ("both", 2)
    made = await (await gate.post("/api/v1/consignments", {"dossier": key, "leg": "return"})).json()
    row = await gate.house.database.reading.row(
        "SELECT parties FROM consignment WHERE consignment_no = $1", made["consignment_no"]
    )
    assert "Trần Văn Nhận" in row["parties"]


async def test_the_days_page_counts_what_waits(gate, browser, said, key) -> None:
    await ask(gate, browser, key)
    await browser.sign_in(unit="TS")
    _, page = await browser.open("/desk")
    _, behind = await browser.open("/desk/day/return_request")

    assert "Người dân đề nghị nơi nhận kết quả, chờ quyết" in said(page)
    assert "DK-261123-0001" in behind
