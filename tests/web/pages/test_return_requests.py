"""Registering for a return by post from the citizen's page: the steps, the code, what a stranger may not see."""

from __future__ import annotations

import asyncio
import re
from io import BytesIO
from typing import Any

import pytest
from aiohttp import FormData

from postgw.domain.one_time_code import reckoned
from postgw.storage import dossiers, province, secret_pages

PERSONAL = ("Nguyễn Thị Diễn Tập", "0912000003", "Thôn Đoài", "Số 7 đường Mới", "Trần Văn Nhận", "0912000009")
WHERE = {"step": "where", "act": "next", "who": "self", "commune": "Kỳ Lạc", "address": "Số 7 đường Mới"}
JPEG = b"\xff\xd8\xff\xe0 a picture"


async def link_of(gate, key: str) -> str:
    """Return the address of a dossier's page."""
    async with gate.house.database.writing() as tx:
        kept = await dossiers.find(tx, key)
        assert kept is not None
        return str(await secret_pages.link_of(tx, kept, days=30, at=gate.clock[0]))


async def code_of(gate) -> str:
    """Return the digits of the newest code that was sent."""
    session = gate.house.database.reading
    row = await session.row("SELECT max(id) AS id FROM one_time_code")
    digits: str = reckoned(await province.known_link_secret(session), row["id"])
    return digits


def hidden_of(page: str) -> dict[str, str]:
    """Return what a form carries along."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


async def priced(browser, path: str, **typed: str) -> tuple[int, str]:
    """Take the first step; return the second page."""
    answer = await browser.ask("POST", path, data={**WHERE, **typed})
    return answer.status, str(await answer.text())


async def coded(browser, path: str, page: str, **typed: str) -> tuple[int, str]:
    """Take the second step; return the third page."""
    consent = re.search(r'name="consent" value="([^"]+)"', page)
    sent = {**hidden_of(page), "act": "next", "consent": consent[1] if consent else "", **typed}
    answer = await browser.ask("POST", path, data=sent)
    return answer.status, await answer.text()


async def asked(gate, browser, path: str, *, where: dict[str, str] | None = None, **typed: str) -> str:
    """Walk all steps; return the page that says so."""
    _, page = await priced(browser, path, **(where or {}))
    _, page = await coded(browser, path, page, **typed)
    answer = await browser.ask("POST", path, data={**hidden_of(page), "act": "send", "code": await code_of(gate)})
    assert answer.status == 303, await answer.text()
    return str((await browser.open(answer.headers["Location"]))[1])


@pytest.fixture
async def sent_in(gate) -> dict[str, Any]:
    """Give a dossier that was sent in, whose citizen meant to fetch the result."""
    kept: dict[str, Any] = await gate.sent(service_form="send")
    return kept


async def count(gate, where: str = "1 = 1") -> int:
    row = await gate.house.database.reading.row(f"SELECT count(*) AS n FROM return_request WHERE {where}")
    return int(row["n"])


async def test_three_steps_ask_for_a_return_and_the_price_stands_before_the_code(gate, browser, said, sent_in) -> None:
    path = await link_of(gate, sent_in["key"]) + "/register"
    _, first = await browser.open(path)
    status, second = await priced(browser, path)
    _, third = await coded(browser, path, second)

    assert [each for each in PERSONAL if each in first] == []
    assert (status, "N••• T••• D••• T•••" in said(second), "không quá 31.500 đ" in said(second)) == (200, True, True)
    assert "Mã 6 chữ số đã nhắn đến ••• ••• 003" in said(third)
    assert await count(gate) == 0

    shown = said(await asked(gate, browser, path))
    assert "Đã gửi, chờ bộ phận Một cửa xác nhận." in shown
    assert "DK-261123-0001" in shown
    assert [each for each in PERSONAL if each in shown] == []


async def test_a_wrong_form_comes_back_filled_in_with_its_sentence_at_the_field(gate, browser, said, sent_in) -> None:
    path = await link_of(gate, sent_in["key"]) + "/register"

    status, page = await priced(browser, path, address="")
    assert (status, "Chưa có số nhà, đường, thôn." in page, 'id="address-w"' in page) == (422, True, True)
    assert 'value="Kỳ Lạc"' in page or 'value="xã Kỳ Lạc"' in page

    status, page = await priced(browser, path, commune="Không Có Đâu")
    assert (status, "Không thấy xã, phường nào như vậy" in page, 'value="Không Có Đâu"' in page) == (422, True, True)

    status, page = await priced(browser, path, who="other", name="Trần Văn Nhận", phone="12")
    assert (status, 'id="phone-w"' in page, "Trần Văn Nhận" in page) == (422, True, True)


async def test_a_former_commune_is_found_and_one_that_was_divided_is_asked_about(gate, browser, said, sent_in) -> None:
    path = await link_of(gate, sent_in["key"]) + "/register"

    _, page = await priced(browser, path, commune="Kỳ Tây")
    assert "xã Kỳ Văn, tỉnh Hà Tĩnh (trước là xã Kỳ Tây)" in said(page)

    status, page = await priced(browser, path, commune="Kỳ")
    chosen = re.findall(r'name="commune_code" id="c-(\d+)"', page)
    assert (status, len(chosen) > 1) == (422, True)
    status, page = await priced(browser, path, commune="Kỳ", commune_code=chosen[1])
    assert (status, hidden_of(page)["commune_code"]) == (200, chosen[1])


async def test_a_code_is_asked_for_and_a_wrong_one_keeps_everything_typed(gate, browser, said, sent_in) -> None:
    path = await link_of(gate, sent_in["key"]) + "/register"
    _, page = await priced(browser, path)
    _, without = await coded(browser, path, page, consent="")
    assert "Đánh dấu đồng ý để gửi được." in without
    _, page = await coded(browser, path, page)
    code = await code_of(gate)
    wrong = "000000" if code != "000000" else "111111"

    answer = await browser.ask("POST", path, data={**hidden_of(page), "act": "send", "code": wrong})
    page = await answer.text()
    assert (answer.status, "Mã chưa đúng." in page, await count(gate)) == (422, True, 0)
    answer = await browser.ask("POST", path, data={**hidden_of(page), "act": "send", "code": code})
    assert (answer.status, await count(gate)) == (303, 1)


async def test_a_reduction_is_claimed_with_a_picture_that_is_one(gate, browser, said, sent_in) -> None:
    path = await link_of(gate, sent_in["key"]) + "/register"
    _, page = await priced(browser, path)
    status, untold = await coded(browser, path, page, reduction="poor_household")
    assert (status, "Chọn cách chứng minh" in untold) == (422, True)
    _, page = await coded(browser, path, page, reduction="poor_household", proof="photo")
    assert 'enctype="multipart/form-data"' in page
    fields = {**hidden_of(page), "act": "send", "code": await code_of(gate)}

    for content, words in ((b"", "Chọn ảnh giấy ưu đãi"), (b"%PDF-1.7", "Ảnh phải là JPEG hoặc PNG")):
        answer = await browser.ask("POST", path, data=with_picture(fields, content))
        assert (answer.status, words in await answer.text(), await count(gate)) == (422, True, 0)
    answer = await browser.ask("POST", path, data=with_picture(fields, b"\xff\xd8\xff" + b"x" * 5_000_001))
    assert (answer.status, "Ảnh lớn hơn 5 MB" in await answer.text()) == (422, True)

    answer = await browser.ask("POST", path, data=with_picture(fields, JPEG))
    assert answer.status == 303
    row = await gate.house.database.reading.row("SELECT evidence, quote_dong FROM return_request")
    assert bytes(row["evidence"]) == JPEG


def with_picture(fields: dict[str, str], content: bytes) -> FormData:
    form = FormData(fields, default_to_multipart=True)
    form.add_field("picture", BytesIO(content), filename="giay.jpg", content_type="image/jpeg")
    return form


async def test_the_same_form_twice_and_two_at_once_make_one_request(gate, browser, sent_in) -> None:
    path = await link_of(gate, sent_in["key"]) + "/register"
    _, page = await priced(browser, path)
    _, page = await coded(browser, path, page)
    fields = {**hidden_of(page), "act": "send", "code": await code_of(gate)}

    answers = await asyncio.gather(*(browser.ask("POST", path, data=fields) for _ in range(3)))
    assert [answer.status for answer in answers] == [303] * 3
    assert (await count(gate), await count(gate, "state = 'asked'")) == (1, 1)


async def test_asked_again_while_open_it_is_the_same_one_changed_and_can_be_taken_back(
    gate, browser, said, sent_in
) -> None:
    path = await link_of(gate, sent_in["key"]) + "/register"
    await asked(gate, browser, path)
    _, again = await browser.open(path + "?again=1")
    assert [each for each in PERSONAL if each in again] == []
    page = await asked(gate, browser, path, where={"who": "other", "name": "Trần Văn Nhận", "phone": "0912000009"})

    assert "T••• V••• N•••" in said(page)
    assert "DK-261123-0001" in page
    assert await count(gate) == 1
    assert (await browser.ask("POST", path, data={"act": "withdraw"})).status == 303
    assert "Bạn đã rút đề nghị DK-261123-0001" in said((await browser.open(path))[1])
    await asked(gate, browser, path)
    assert [await count(gate, f"state = '{state}'") for state in ("withdrawn", "asked")] == [1, 1]


async def test_an_excluded_procedure_says_why_and_a_dead_link_shows_nothing(gate, browser, said) -> None:
    key = (await gate.sent(service_form="send"))["key"]
    path = await link_of(gate, key) + "/register"
    async with gate.house.database.writing() as tx:
        await tx.run("UPDATE dossier SET content = replace(content, $1, $2)", gate.dossier()["procedure_code"],
                     "1.000894")  # fmt: skip
    excluded = (await browser.open(path))[1]
    status, dead = await browser.open("/m/" + "A" * 29 + "/register")

    assert "Kết quả thủ tục này không trả qua bưu điện." in said(excluded)
    assert (status, "Đường dẫn này không còn mở được." in dead) == (404, True)


async def test_a_result_that_goes_by_post_already_leads_to_the_change_of_its_address(gate, browser, said) -> None:
    token = await link_of(gate, (await gate.sent())["key"])
    _, register = await browser.open(token + "/register")
    _, address = await browser.open(token + "/address")

    assert f'href="{token}/address"' in register
    assert "Đổi địa chỉ nhận kết quả" in said(address)


async def test_the_price_of_the_zone_and_what_a_reduction_leaves_stand_before_the_code(
    gate, browser, said, sent_in
) -> None:
    areas = [{"commune_code": code, "area": "Kỳ Anh"} for code in ("18628", "18838")]
    await gate.post("/api/v1/zones", {"valid_from": "2025-07-01", "zones": areas, "reason": "Theo huyện cũ"})
    path = await link_of(gate, sent_in["key"]) + "/register"
    _, second = await priced(browser, path)
    _, third = await coded(browser, path, second, reduction="poor_household", proof="desk", note="GCN 12")

    assert "Cước trả kết quả 26.000 đ" in said(second)
    assert "Giảm một nửa còn 13.000 đ, miễn còn 0 đ." in said(second)
    assert "Bạn trả 13.000 đ" in said(third)
    assert "Bạn trả cho bưu tá khi nhận kết quả." in said(second)
