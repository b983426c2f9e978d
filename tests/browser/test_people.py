"""Signing in by keyboard with every step that can come between, and the pages of accounts on each kind of screen."""

from __future__ import annotations

import base64
import os

import pytest

from postgw.domain.actor import GATEWAY
from postgw.domain.totp import code_at, step_of

from .barriers import violations

pytestmark = pytest.mark.browser

GOOD = "con đường về làng"
#: Where pictures are kept for somebody who wants to look at them.
PICTURES = os.environ.get("POSTGW_PICTURES", "")


async def wrongs(window, name: str) -> list[str]:
    """Return what axe finds on the page, and by how much it is wider than its window."""
    width = window.page.viewport_size["width"]
    if PICTURES:
        await window.page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)
    found = await violations(window.page)
    wide = await window.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    barriers = [f"{name}: {each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]
    return barriers + [f"{name} wider by {wide}"] * (wide > 0)


def faults(window) -> list[str]:
    """Return what went wrong in the window, but for the forms that were sent back on purpose."""
    return [told for told in window.wrong if "status of 422" not in told]


async def made(gate, login: str, role: str, *, unit: str = "", password: str = "") -> str:
    """Make an account; return its password."""
    _, text = await gate.house.services.people.make(
        login=login, name="Nguyễn Thị Thuỳ Dương", unit=unit, roles=(role,), password=password,
        must_change=not password, actor=GATEWAY, at=gate.clock[0],
    )  # fmt: skip
    return str(text)


async def type_on(window, *words: str) -> None:
    """Type into one field after the other, by keyboard, and send the form."""
    await window.page.wait_for_selector("input:focus")
    for n, word in enumerate(words):
        if n:
            await window.page.keyboard.press("Tab")
        await window.page.keyboard.type(word)
    async with window.page.expect_navigation():
        await window.page.keyboard.press("Enter")


async def test_the_way_in_goes_by_keyboard_with_a_wrong_password_a_first_one_and_a_telephone(look, gate) -> None:
    once = await made(gate, "duong.ntt", "officer", unit="TS")
    window = await look()
    page, found = window.page, []

    await window.open("/desk/consignments")
    await type_on(window, "duong.ntt", "sai mat khau")
    assert "chưa đúng" in await page.inner_text("[role=alert]")
    found += await wrongs(window, "signin-wrong")
    assert await page.input_value("#u") == "duong.ntt"  # the login is still there, the focus in the password
    await type_on(window, once)
    assert page.url.endswith("/me/password")
    found += await wrongs(window, "password-first")
    await type_on(window, once, GOOD, "khac han")
    assert "chưa giống nhau" in await page.inner_text("[role=alert]")
    found += await wrongs(window, "password-wrong")
    await page.focus("#old")
    await type_on(window, once, GOOD, GOOD)
    assert page.url.endswith("/desk")

    await page.focus(".me a")
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    await page.focus("button[value=begin]")
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    found += await wrongs(window, "second-factor")
    key = base64.b32decode("".join((await page.inner_text("#khoa")).split()))
    assert await page.evaluate("document.querySelector('.qr').naturalWidth") > 200
    await type_on(window, "000 000")
    found += await wrongs(window, "second-factor-wrong")
    await type_on(window, code_at(key, step_of(gate.clock[0]) - 1))
    assert "Đã bật" in await page.inner_text("[role=status]")
    found += await wrongs(window, "me-on")

    await page.context.clear_cookies()
    await window.open("/desk/consignments")
    await type_on(window, "duong.ntt", GOOD)
    found += await wrongs(window, "code")
    await type_on(window, "123")
    assert "chưa đúng" in await page.inner_text("[role=alert]")
    found += await wrongs(window, "code-wrong")
    await type_on(window, code_at(key, step_of(gate.clock[0])))
    assert page.url.endswith("/desk/consignments")
    assert (found, faults(window)) == ([], [])


async def test_an_administrator_makes_and_blocks_an_account_by_keyboard(look, gate) -> None:
    await made(gate, "quan-tri", "administrator", password=GOOD)
    window = await look()
    page = window.page
    await window.open("/signin")
    await type_on(window, "quan-tri", GOOD)
    await window.open("/desk/admin/users")
    async with page.expect_navigation():
        await page.keyboard.press("1")
    await page.wait_for_selector("#login:focus")
    await page.keyboard.type("thu.pt")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Phan Thị Thu")
    await page.keyboard.press("Tab")
    await page.keyboard.press("ArrowDown")  # the first desk
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")
    async with page.expect_navigation():
        await page.keyboard.press("Control+Enter")
    once = await page.inner_text(".says")
    async with page.expect_navigation():
        await page.press("text=Xong, mở tài khoản", "Enter")

    assert len(once) == 19
    assert once not in await page.content()
    assert "Một cửa Kỳ Anh" in await page.locator("#unit option:checked").inner_text()
    await page.focus("text=Khoá tài khoản…")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    assert "Đã khoá tài khoản" in await page.inner_text("[role=status]")
    assert faults(window) == []


@pytest.mark.parametrize("width", [1366, 390, 320])
async def test_the_pages_of_accounts_have_no_barrier_and_stay_in_their_window(look, gate, width: int) -> None:
    await made(gate, "quan-tri", "administrator", password=GOOD)
    await made(gate, "nguyen-thi-thuy-duong.thanh-sen", "officer", unit="TS")
    window = await look(width=width, height=844)
    await window.open("/signin")
    await type_on(window, "quan-tri", GOOD)
    found = []
    for language in ("vi", "en"):
        for path in ("/me", "/me/password", "/desk/admin/users", "/desk/admin/users?login=zz", "/desk/admin/users/new",
                     "/desk/admin/sittings"):  # fmt: skip
            await window.open(f"{path}{'&' if '?' in path else '?'}l={language}")
            found += await wrongs(window, path.strip("/").replace("/", "-").partition("?")[0] + "-" + language)
        await window.open("/desk/admin/users")
        await window.follow("tbody a >> nth=0")
        found += await wrongs(window, f"user-{language}")
        await window.open("/desk/admin/users/new")
        await window.follow("button.main")
        found += await wrongs(window, f"new-wrong-{language}")

    assert (found, faults(window)) == ([], [])
