"""Signing in, and what a stranger's page cannot do with it."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import TestClient, TestServer

from postgw.web.app import make_app
from postgw.web.keys import Door
from postgw.web.pages.routes import pages

FORGED = [
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"},
    {"Origin": "https://evil.example"}, {"Origin": "null"}, {},
]  # fmt: skip


async def test_a_token_opens_the_desk_and_is_kept_where_no_script_reads_it(gate, browser) -> None:
    token = await gate.token_for("enquiry", unit="TS")
    answer = await browser.send("/signin", token=token)
    cookie = answer.headers["Set-Cookie"]

    assert (answer.status, answer.headers["Location"]) == (303, "/desk")
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Strict", "Path=/"))
    assert "Secure" not in cookie  # the test server speaks http


async def test_behind_a_proxy_that_speaks_https_the_cookie_is_secure(gate) -> None:
    app = make_app(gate.house.services, door=Door(proxies=frozenset({"127.0.0.1"})), pages=pages())
    async with TestClient(TestServer(app)) as client:
        headers = {"Sec-Fetch-Site": "same-origin", "X-Forwarded-Proto": "https"}
        entered = await client.post("/signin", data={"token": gate.token}, headers=headers, allow_redirects=False)

    assert "Secure" in entered.headers["Set-Cookie"]


async def test_a_post_office_begins_at_the_scan_box(gate, browser) -> None:
    token = await gate.token_for("enquiry", "scans", unit="480000")

    assert (await browser.send("/signin", token=token)).headers["Location"] == "/station"


async def test_a_wrong_token_is_answered_kindly_and_shown_nowhere(browser) -> None:
    answer = await browser.send("/signin", token="pgw_wrong_token", next="/desk/consignments?state=held")
    page = await answer.text()

    assert answer.status == 403
    assert "Mã truy cập không đúng hoặc đã thu hồi." in page
    assert "pgw_wrong_token" not in page
    assert 'value="/desk/consignments?state=held"' in page


async def test_who_is_not_signed_in_is_led_there_and_back(gate, browser) -> None:
    led = await browser.ask("GET", "/desk/consignments?state=held")
    token = await gate.token_for("enquiry", unit="TS")
    entered = await browser.send("/signin", token=token, next="/desk/consignments?state=held")

    assert led.headers["Location"] == "/signin?next=%2Fdesk%2Fconsignments%3Fstate%3Dheld"
    assert entered.headers["Location"] == "/desk/consignments?state=held"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/desk", "//evil.example/desk", "/\\evil.example", "/api/docs"]
)
async def test_nobody_is_led_to_another_house(gate, browser, elsewhere: str) -> None:
    token = await gate.token_for("enquiry", unit="TS")

    assert (await browser.send("/signin", token=token, next=elsewhere)).headers["Location"] == "/desk"


@pytest.mark.parametrize("headers", FORGED, ids=str)
@pytest.mark.parametrize("path", ["/signin", "/signout", "/station/box", "/station/undo", "/desk/find"])
async def test_a_form_from_elsewhere_is_refused(gate, browser, path: str, headers: dict[str, str]) -> None:
    await browser.sign_in()
    answer = await browser.send(path, headers=headers, token=gate.token, code="arrived", number="4K7M29TB6HC")

    assert answer.status == 403
    assert "không được gửi từ trang của cổng" in await answer.text()
    assert "Set-Cookie" not in answer.headers


async def test_an_older_browser_proves_by_its_origin_where_a_form_comes_from(gate, browser) -> None:
    origin = str(gate.client.make_url("/")).rstrip("/")

    assert (await browser.send("/signin", headers={"Origin": origin}, token=gate.token)).status == 303


async def test_signing_out_takes_the_token_back(browser) -> None:
    await browser.sign_in()
    await browser.send("/signout")

    assert (await browser.ask("GET", "/desk")).headers["Location"].startswith("/signin?next=")


async def test_a_revoked_token_ends_the_session_with_a_word(gate, browser) -> None:
    await browser.sign_in("enquiry")
    card = (await (await gate.get("/api/v1/tokens")).json())["data"][-1]
    await gate.ask("DELETE", f"/api/v1/tokens/{card['token_no']}")
    revoked = [each for each in (await (await gate.get("/api/v1/tokens")).json())["data"] if each["revoked_at"]]
    status, page = await browser.open("/desk")

    assert len(revoked) == 1
    assert status == 200
    assert "Phiên trước đã hết." in page


@pytest.mark.parametrize(
    ("scope", "path", "way"), [("scans", "/desk", "/station"), ("enquiry", "/station/box", "/desk")]
)
async def test_an_account_with_other_work_is_told_so_and_shown_its_own(
    browser, scope: str, path: str, way: str
) -> None:
    await browser.sign_in(scope)
    status, page = await browser.open(path)

    assert status == 403
    assert "Tài khoản này làm việc khác." in page
    assert f'href="{way}"' in page
