"""Signing in through the province's own sign-in: there and back, bound to one browser, into an account made before."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from adapters.rehearsal.identity import RehearsalIdentity
from postgw.domain.actor import GATEWAY


@pytest.fixture
async def provider(gate: Any) -> AsyncIterator[RehearsalIdentity]:
    """Give a provider to which this house sends its people."""
    from adapters.oidc.client import OidcClient
    from adapters.oidc.settings import OidcSettings

    double = RehearsalIdentity(now=lambda: gate.clock[0].timestamp())
    await double.start()
    client = OidcClient(OidcSettings(issuer=double.url, client_id="dien-tap", secret="dien-tap"))
    object.__setattr__(gate.house.services.single_sign_on, "provider", client)
    yield double
    await client.close()
    await double.stop()


async def account(gate: Any, login: str = "duong.ntt") -> Any:
    made, _ = await gate.house.services.people.make(
        login=login, name="Nguyễn Thị Thuỳ Dương", unit="TS", roles=("officer",), actor=GATEWAY, at=gate.clock[0]
    )
    return made


async def went(browser: Any, person: str = "duong.ntt", next_page: str = "") -> Any:
    """Go to the other house, be that person, and come back; return the answer."""
    led = await browser.ask("GET", f"/signin/vouched?next={next_page}")
    async with (
        aiohttp.ClientSession() as outside,
        outside.get(f"{led.headers['Location']}&person={person}", allow_redirects=False) as returned,
    ):
        back = urlsplit(returned.headers["Location"])
    return await browser.ask("GET", f"{back.path}?{back.query}")


async def test_whoever_the_province_vouches_for_works_in_the_account_made_for_him(gate, browser, provider) -> None:
    await account(gate)
    answer = await went(browser, next_page="%2Fdesk%2Fconsignments")
    status, page = await browser.open("/desk")

    assert answer.status == 200
    assert 'content="0; url=/desk/consignments"' in await answer.text()
    assert (status, "Nguyễn Thị Thuỳ Dương" in page) == (200, True)


async def test_the_password_that_served_once_serves_no_more(gate, browser, provider) -> None:
    _, password = await gate.house.services.people.make(
        login="duong.ntt", name="Nguyễn Thị Thuỳ Dương", unit="TS", roles=("officer",), actor=GATEWAY, at=gate.clock[0]
    )
    await went(browser)

    assert (await browser.send("/signin", login="duong.ntt", password=password)).status == 403


async def test_the_second_time_he_is_known_by_the_other_houses_name_for_him(gate, browser, provider) -> None:
    made = await account(gate)
    await went(browser)
    provider.claims = {"preferred_username": "somebody.else"}
    await went(browser)
    sittings = await gate.house.services.sittings.live(actor=GATEWAY, at=gate.clock[0])

    assert [each.account_no for each in sittings] == [made.account_no] * 2


async def test_a_login_given_to_another_there_opens_nothing_here(gate, browser, provider) -> None:
    await account(gate)
    await went(browser)
    provider.claims = {"sub": "another"}
    answer = await went(browser)

    assert answer.status == 403
    assert "chưa được lập hoặc đã khoá" in await answer.text()


@pytest.mark.parametrize("blocked", [True, False], ids=["blocked", "not made"])
async def test_without_an_open_account_nobody_is_let_in(gate, browser, provider, blocked: bool) -> None:
    if blocked:
        made = await account(gate)
        await gate.house.services.people.set_state(
            made.account_no, "blocked", version=1, actor=GATEWAY, at=gate.clock[0]
        )
    answer = await went(browser)

    assert (answer.status, "postgw=" in answer.headers.get("Set-Cookie", "")) == (403, False)


async def test_a_way_back_that_this_browser_did_not_begin_is_refused(gate, browser, provider) -> None:
    await account(gate)
    led = await browser.ask("GET", "/signin/vouched")
    state = parse_qs(urlsplit(led.headers["Location"]).query)["state"][0]
    gate.client.session.cookie_jar.clear()
    answer = await browser.ask("GET", f"/signin/vouched/back?state={state}&code=x")

    assert answer.status == 403
    assert "quá hạn hoặc đã dùng" in await answer.text()


async def test_a_trip_is_over_after_ten_minutes(gate, browser, provider) -> None:
    await account(gate)
    led = await browser.ask("GET", "/signin/vouched")
    state = parse_qs(urlsplit(led.headers["Location"]).query)["state"][0]
    gate.clock[0] += timedelta(minutes=10)
    answer = await browser.ask("GET", f"/signin/vouched/back?state={state}&code=x")

    assert "quá hạn hoặc đã dùng" in await answer.text()


async def test_a_no_of_the_other_house_is_told_in_a_sentence(gate, browser, provider) -> None:
    led = await browser.ask("GET", "/signin/vouched")
    state = parse_qs(urlsplit(led.headers["Location"]).query)["state"][0]
    answer = await browser.ask("GET", f"/signin/vouched/back?state={state}&error=access_denied")

    assert (answer.status, "không cho đăng nhập lần này" in await answer.text()) == (403, True)


async def test_the_button_is_there_only_where_the_province_has_such_a_sign_in(gate, browser) -> None:
    _, page = await browser.open("/signin")
    refused = await browser.ask("GET", "/signin/vouched")

    assert "/signin/vouched" not in page
    assert refused.status == 403


async def test_the_button_leads_there_and_bears_no_secret(gate, browser, provider) -> None:
    _, page = await browser.open("/signin?next=%2Fdesk")
    led = await browser.ask("GET", "/signin/vouched")

    assert re.search(r'href="/signin/vouched\?next=/desk"', page)
    assert led.headers["Location"].startswith(provider.url)
    assert "SameSite=Lax" in led.headers["Set-Cookie"]
