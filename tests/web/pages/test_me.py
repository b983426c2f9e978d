"""One's own page: the password that must be changed first, the telephone's code, the screens at which one sits."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from postgw.domain.actor import GATEWAY
from postgw.domain.totp import code_at, step_of
from postgw.storage import people

GOOD, OTHER = "con đường về làng", "gió thổi qua đồng"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Mobile Safari/604.1"


async def made(gate: Any, login: str = "duong.ntt", **other: Any) -> str:
    """Make an account; return its password."""
    told = {"name": "Nguyễn Thị Dương", "unit": "TS", "roles": ("officer",), "password": GOOD, "must_change": False}
    _, password = await gate.house.services.people.make(
        login=login, **{**told, **other}, actor=GATEWAY, at=gate.clock[0]
    )
    return str(password)


async def enter(browser: Any, password: str = GOOD, login: str = "duong.ntt", agent: str = CHROME, **typed: str) -> Any:
    headers = {"Sec-Fetch-Site": "same-origin", "User-Agent": agent}
    return await browser.send("/signin", headers=headers, login=login, password=password, **typed)


async def secret_of(gate: Any) -> bytes:
    account = await people.find_by_login(gate.house.database.reading, "duong.ntt")
    assert account is not None
    return (await people.second_factor(gate.house.database.reading, account.account_no))[0]


async def with_phone(gate: Any, browser: Any) -> bytes:
    """Turn the second factor on, some half minutes ago."""
    await browser.send("/me/second-factor", act="begin")
    secret = await secret_of(gate)
    told = await browser.send("/me/second-factor", act="confirm", code=code_at(secret, step_of(gate.clock[0]) - 1))
    assert told.headers["Location"] == "/me?done=on"
    return secret


async def test_a_wrong_password_is_answered_kindly_and_shown_nowhere(gate, browser) -> None:
    await made(gate)
    answer = await enter(browser, "mật khẩu sai hẳn", next="/desk/consignments?state=held")
    page = await answer.text()

    assert answer.status == 403
    assert "Tên đăng nhập hoặc mật khẩu chưa đúng." in page
    assert "mật khẩu sai hẳn" not in page
    assert 'value="duong.ntt"' in page
    assert 'value="/desk/consignments?state=held"' in page


async def test_each_face_is_where_its_people_begin_and_come_back_to(gate, browser) -> None:
    await made(gate)
    await made(gate, "hoang.td", unit="480000", roles=("postal_worker",))

    for login, home in (("duong.ntt", "/desk"), ("hoang.td", "/station")):
        assert (await enter(browser, login=login)).headers["Location"] == home
        assert f'<p class="back"><a href="{home}">' in (await browser.open("/me"))[1]


async def test_my_page_says_in_words_who_i_am_and_what_i_may_do(gate, browser, said) -> None:
    await made(gate, roles=("desk_lead",))
    await enter(browser)
    page = said((await browser.open("/me"))[1])
    english = said((await browser.open("/me?l=en"))[1])

    assert "Nguyễn Thị Dương" in page
    assert "Một cửa Thạch Sơn" in page
    assert "Phụ trách bộ phận Một cửa" in page
    assert "Xuất chứng cứ" in page.partition("Được làm")[2].partition("Chỉ được xem")[0]
    assert "Quét ở bưu điện" in page.partition("Chỉ được xem")[2]
    assert "Desk lead" in english


async def test_a_machines_token_has_no_password_to_change(browser, said) -> None:
    await browser.sign_in("enquiry", unit="TS")
    status, page = await browser.open("/me")

    assert status == 200
    assert "/me/password" not in page
    assert [(await browser.open(path))[0] for path in ("/me/password", "/me/second-factor")] == [403, 403]


async def test_the_password_that_serves_once_leads_nowhere_but_to_another(gate, browser) -> None:
    once = await made(gate, password="", must_change=True)
    await enter(browser, once)

    for path in ("/desk", "/me", "/me/second-factor", "/desk/consignments"):
        assert (await browser.ask("GET", path)).headers["Location"] == "/me/password"
    assert (await browser.send("/desk/find", q="1")).headers["Location"] == "/me/password"
    page = (await browser.open("/me/password"))[1]
    changed = await browser.send("/me/password", old=once, password=GOOD, again=GOOD)

    assert "Chọn mật khẩu của riêng bạn" in page
    assert changed.headers["Location"] == "/desk"
    assert (await browser.ask("GET", "/desk")).status == 200


@pytest.mark.parametrize(("typed", "status", "sentence", "field"), [
    ({"old": "sai hẳn rồi"}, 403, "Mật khẩu đang dùng chưa đúng.", "old"),
    ({"password": "ngắn", "again": "ngắn"}, 422, "Mật khẩu dài từ 10", "password"),
    ({"password": "duong.ntt 2026", "again": "duong.ntt 2026"}, 422, "dễ đoán", "password"),
    ({"again": "khác với ở trên"}, 422, "chưa giống nhau", "again"),
    ({"password": GOOD, "again": GOOD}, 422, "phải khác mật khẩu đang dùng", "password"),
])  # fmt: skip
async def test_a_mistake_is_said_at_its_field_and_no_password_is_shown_again(
    gate, browser, typed: dict[str, str], status: int, sentence: str, field: str
) -> None:
    await made(gate)
    await enter(browser)
    sent = {"old": GOOD, "password": OTHER, "again": OTHER, **typed}
    answer = await browser.send("/me/password", **sent)
    page = await answer.text()
    wrong = re.findall(r'<input class="field wrong"[^>]*>', page)

    assert answer.status == status
    assert sentence in page
    assert [re.findall(r'name="(\w+)"', each) for each in wrong] == [[field]]
    assert 'aria-invalid="true"' in wrong[0]
    assert [text for text in sent.values() if f'value="{html.escape(text)}"' in page] == []


async def test_another_password_is_the_one_that_opens_from_now_on(gate, browser) -> None:
    await made(gate)
    await enter(browser)
    changed = await browser.send("/me/password", old=GOOD, password=OTHER, again=OTHER)

    assert changed.headers["Location"] == "/me?done=password"
    assert "Đã đổi mật khẩu." in (await browser.open("/me?done=password"))[1]
    assert [(await enter(browser, word)).status for word in (GOOD, OTHER)] == [403, 303]


async def test_a_telephone_reads_from_the_picture_what_stands_beside_it(gate, browser, tmp_path) -> None:
    await made(gate)
    await enter(browser)
    await browser.send("/me/second-factor", act="begin")
    page = (await browser.open("/me/second-factor"))[1]
    picture = await browser.ask("GET", "/me/second-factor.png")
    (tmp_path / "code.png").write_bytes(await picture.read())

    read = zxingcpp.read_barcodes(Image.open(tmp_path / "code.png"))[0].text
    key = "".join(re.findall(r"<i>(\w+)</i>", page))
    assert picture.headers["Cache-Control"] == "no-store"
    assert read.startswith("otpauth://totp/postgw:duong.ntt?")
    assert f"secret={key}&" in read
    assert len(key) == 32


async def test_a_wrong_code_turns_nothing_on(gate, browser) -> None:
    await made(gate)
    await enter(browser)
    await browser.send("/me/second-factor", act="begin")
    answer = await browser.send("/me/second-factor", act="confirm", code="12 34")

    assert answer.status == 422
    assert "Mã sáu số chưa đúng." in await answer.text()
    assert (await enter(browser)).headers["Location"] == "/desk"


async def test_with_a_telephone_the_way_goes_by_its_code_to_the_page_asked_for(gate, browser) -> None:
    await made(gate)
    await enter(browser)
    secret = await with_phone(gate, browser)

    entered = await enter(browser, next="/desk/consignments?state=held")
    for path in ("/desk", "/me", "/me/password"):
        assert (await browser.ask("GET", path)).headers["Location"] == "/signin/code"
    assert (await browser.send("/desk/find", q="1")).headers["Location"] == "/signin/code"
    asked = await browser.open(entered.headers["Location"])
    wrong = await browser.send("/signin/code", code="1", next="/desk/consignments?state=held")
    told = await wrong.text()
    shown = code_at(secret, step_of(gate.clock[0]))
    let_in = await browser.send("/signin/code", code=f"{shown[:3]} {shown[3:]}", next="/desk/consignments?state=held")

    assert entered.headers["Location"] == "/signin/code?next=%2Fdesk%2Fconsignments%3Fstate%3Dheld"
    assert (asked[0], wrong.status, let_in.status) == (200, 403, 303)
    assert 'value="/desk/consignments?state=held"' in told
    assert let_in.headers["Location"] == "/desk/consignments?state=held"
    assert (await browser.ask("GET", "/signin/code")).headers["Location"] == "/desk"


async def test_the_second_factor_is_turned_off_with_the_password(gate, browser) -> None:
    await made(gate)
    await enter(browser)
    await with_phone(gate, browser)
    page = (await browser.open("/me/second-factor"))[1]

    answers = [await browser.send("/me/second-factor", act="drop", password=word) for word in ("sai hẳn rồi", GOOD)]

    assert "otpauth" not in page
    assert (await browser.ask("GET", "/me/second-factor.png")).status == 404
    assert [answer.status for answer in answers] == [403, 303]
    assert (await enter(browser)).headers["Location"] == "/desk"


async def test_my_screens_are_told_apart_and_each_is_closed_from_here(gate, browser, said) -> None:
    await made(gate)
    sittings = gate.house.services.sittings
    elsewhere = await sittings.enter("duong.ntt", GOOD, browser=IPHONE, at=gate.clock[0])
    other = await sittings.enter("duong.ntt", GOOD, browser="curl", at=gate.clock[0])
    await enter(browser)
    page = (await browser.open("/me"))[1]
    places = [said(place) for place in re.findall(r"<li.*?</li>", page.partition('class="places"')[2], re.DOTALL)]
    numbers = re.findall(r'name="number" value="(\d+)"', page)

    assert [words.partition(" Từ")[0] for words in places] == [
        "Chrome trên Windows phiên này", "Trình duyệt không rõ", "Safari trên iPhone",
    ]  # fmt: skip
    assert len(numbers) == 2
    assert (await browser.send("/me/sittings", number=numbers[1])).status == 303
    with pytest.raises(Exception, match="Phiên làm việc đã hết"):
        await sittings.holder(elsewhere, at=gate.clock[0])
    assert (await browser.send("/me/sittings", number=numbers[1])).status == 404
    assert (await browser.send("/me/sittings", act="others")).status == 303
    with pytest.raises(Exception, match="Phiên làm việc đã hết"):
        await sittings.holder(other, at=gate.clock[0])
    assert (await browser.ask("GET", "/me")).status == 200


async def test_nobody_closes_the_screen_of_another(gate, browser) -> None:
    await made(gate)
    await made(gate, "hanh.lt")
    text = await gate.house.services.sittings.enter("hanh.lt", GOOD, at=gate.clock[0])
    theirs = (await gate.house.services.sittings.holder(text, at=gate.clock[0])).sitting.sitting_no
    await enter(browser)

    for number in (str(theirs), "0", "", "x", "9" * 30, "٣"):
        assert (await browser.send("/me/sittings", number=number)).status == 404
    await gate.house.services.sittings.holder(text, at=gate.clock[0])


async def test_whoever_sits_down_at_a_screen_ends_who_sat_there(gate, browser) -> None:
    await made(gate)
    await made(gate, "hanh.lt")
    await enter(browser)
    await enter(browser, login="hanh.lt")

    live = await gate.house.services.sittings.live(actor=GATEWAY, at=gate.clock[0])
    assert len(live) == 1
