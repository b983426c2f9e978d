"""The public look-up in a real browser: by thumb, without scripts, in large type, and by the camera."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from PIL import Image
from playwright.async_api import async_playwright
from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

from postgw.web.app import make_app
from postgw.web.keys import Door
from postgw.web.pages.routes import pages as every_page

from . import test_pages as pages
from .conftest import PATIENCE

pytestmark = pytest.mark.browser

KIB_50 = 50 * 1024


@pytest.fixture
def more_settings() -> str:
    """Let messages bear links, so that four digits are asked for."""
    return '\n[web]\npublic_url = "https://hoso.example"\n'


def addresses(gate: Any) -> list[str]:
    known = [f"/t/{gate.numbers[at]}" for at in (2, 4)]
    vietnamese = ["/", *known, "/t/4K7M29TB6HX", f"{known[0]}/link", "/scan"]
    return [*vietnamese, *(f"{path}?l=en" for path in (known[0], "/t/H27.15-261320-0007", "/scan"))]


def qr(text: str, side: int = 640) -> Image.Image:
    """Draw a QR code as it lies on a table in the light."""
    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    count = code.getModuleCount()
    drawn = Image.new("RGB", (count + 8, count + 8), "#fdfcf5")
    for row in range(count):
        for column in range(count):
            if code.isDark(row, column):
                drawn.putpixel((column + 4, row + 4), (20, 24, 28))
    return drawn.resize((side, side), Image.Resampling.NEAREST).rotate(4, expand=True, fillcolor="#605446")


def png(text: str) -> bytes:
    kept = io.BytesIO()
    qr(text).save(kept, "PNG")
    return kept.getvalue()


@pytest.mark.parametrize("size", [pages.DESKTOP, pages.NARROW], ids=str)
async def test_the_look_up_has_no_barrier_and_stays_in_its_window(look, gate, size) -> None:
    window = await look(width=size[0], height=size[1])
    found = []
    for path in addresses(gate):
        await window.open(path)
        found += [f"{path} {each}" for each in await pages.barriers(window)]
        found += [f"{path} is too wide"] * (await pages.sideways(window) > 0)

    assert (found, window.wrong) == ([], [])


async def test_in_type_twice_as_large_nothing_is_cut_off(look, gate) -> None:
    window = await look(width=390, height=844)
    wide = []
    for path in addresses(gate):
        await window.open(path)
        await window.page.evaluate("document.documentElement.style.fontSize = '200%'")
        wide += [path] * (await pages.sideways(window) > 0)

    assert wide == []


@pytest.mark.parametrize("size", [pages.NARROW], ids=str)
async def test_whoever_must_wait_is_told_so_without_a_barrier(look, gate, size) -> None:
    door = Door(clock=lambda: gate.clock[0], per_minute={"lookups": 1}, rehearsal=True)
    async with TestClient(TestServer(make_app(gate.house.services, door=door, pages=every_page()))) as client:
        window = await look(width=size[0], height=size[1])
        await window.page.goto(str(client.make_url("/t/4K7M29TB6HX")))

        assert "rồi thử lại" in await window.page.inner_text("h1")
        assert await window.page.get_attribute("a.main", "href") == "/t/4K7M29TB6HX"
        assert (await pages.barriers(window), await pages.sideways(window)) == ([], 0)


async def test_without_a_script_a_citizen_asks_for_the_link_and_mends_a_slip(look, gate) -> None:
    window = await look(width=390, height=844, scripts=False)
    page = window.page
    await window.open("/")
    await page.fill("#q", "4k7m 29tb 6hx")
    await page.press("#q", "Enter")
    await page.wait_for_selector("[aria-invalid=true]")
    assert "ký tự kiểm tra không khớp" in await page.inner_text("#why")
    await page.fill("#q", gate.numbers[2].lower())
    await page.press("#q", "Enter")
    await page.wait_for_url(f"**/t/{gate.numbers[2]}")
    await page.fill("#d4", "12")
    await page.press("#d4", "Enter")
    await page.wait_for_selector("#d4w")
    await page.fill("#d4", "0003")
    await page.press("#d4", "Enter")
    await page.wait_for_url(f"**/t/{gate.numbers[2]}/link")

    assert (await page.inner_text("h1")).startswith("Nếu 4 số ấy đúng")
    assert [each for each in window.wrong if "status of 422" not in each] == []


async def test_whoever_reads_the_source_alone_reads_it_in_order(look, gate) -> None:
    window = await look(width=390, height=844, scripts=False)
    await window.open(f"/t/{gate.numbers[2]}")
    text = await window.page.inner_text("body")
    order = ["Đến nội dung chính", gate.numbers[2][:4], "đang trên đường đến", "Ghi sổ", "Hồ sơ là của bạn?",
             "Nhắn tôi", "Tra cứu mã khác", "Không cần tài khoản"]  # fmt: skip
    places = [text.find(words) for words in order]

    assert -1 not in places
    assert places == sorted(places)


async def test_the_first_page_with_all_that_it_brings_weighs_little_on_the_wire(look, gate) -> None:
    window = await look(width=390, height=844)
    session = await window.context.new_cdp_session(window.page)
    await session.send("Network.enable")
    weights: list[int] = []
    session.on("Network.loadingFinished", lambda told: weights.append(told["encodedDataLength"]))
    await window.page.goto(window.base, wait_until="networkidle")

    assert len(weights) >= 2
    assert sum(weights) <= KIB_50 / 3


async def scanned(window: Any, text: str) -> None:
    await window.open("/scan")
    file = {"name": "p.png", "mimeType": "image/png", "buffer": png(text)}
    await window.page.set_input_files("#photo", file)


async def test_a_photo_of_our_code_leads_to_its_page_and_is_sent_nowhere(look, gate) -> None:
    window = await look(width=390, height=844)
    sent: list[str] = []
    window.page.on("request", lambda asked: sent.append(f"{asked.method} {asked.url.removeprefix(window.base)}"))
    number = gate.numbers[2]
    for text in (f"https://hoso.example/t/{number}", f"{window.base}/t/{number}", number):
        await scanned(window, text)
        await window.page.wait_for_url(f"**/t/{number}")

    assert [each for each in sent if each.startswith("POST")] == ["POST /"]
    assert {each.split()[1].split("?")[0] for each in sent} <= {
        "/scan", "/", f"/t/{number}", "/citizen.webmanifest", "/static/pages.css", "/static/mark.svg",
        "/static/scan_qr.js", "/static/camera_reader.js", "/static/vendor/zxing_reader.js",
        "/static/vendor/zxing_reader.wasm",
    }  # fmt: skip
    assert window.wrong == []


async def test_a_code_that_leads_elsewhere_is_not_followed(look, gate) -> None:
    window = await look(width=390, height=844)
    for text in ("https://evil.example/t/4K7M29TB6HC", "https://hoso.example/desk", "javascript:alert(1)", "tel:113"):
        await scanned(window, text)
        await window.until("document.getElementById('told').textContent.includes('trang khác')")
        assert window.page.url == f"{window.base}/scan"

    assert window.wrong == []


async def test_the_camera_reads_the_code_of_a_receipt(chromium: str, gate, tmp_path: Path) -> None:
    film = tmp_path / "film.mjpeg"
    drawn = Image.new("RGB", (800, 800), "#605446")
    drawn.paste(qr(f"https://hoso.example/t/{gate.numbers[2]}", 560), (90, 90))
    with film.open("wb") as kept:
        for _ in range(5):
            drawn.save(kept, "JPEG", quality=90)
    base = str(gate.client.make_url("/")).rstrip("/")
    flags = ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
             f"--use-file-for-fake-video-capture={film}"]  # fmt: skip
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=flags)
        page = await browser.new_page()
        page.set_default_timeout(PATIENCE)
        await page.goto(f"{base}/scan")
        await page.click("#open")
        await page.wait_for_url(f"**/t/{gate.numbers[2]}")
        await browser.close()
