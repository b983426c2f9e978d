"""The station's camera: reads a label that we drew, asks nobody outside, and says why when it does not open."""

from __future__ import annotations

import io
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image, ImageFilter
from playwright.async_api import Page, async_playwright
from playwright.async_api import Route as Asked

from labels.item_label import ItemLabel, Party, item_label_png
from labels.paper import THERMAL_100X75, THERMAL_100X150, Stock
from postgw.domain.delivery_route import Route, RoutePlace
from postgw.storage import delivery_routes
from postgw.web.pages.assets import address_of
from postgw.web.pages.drawing import drawn
from postgw.web.pages.visit import _STAFF_POLICY

from .conftest import PATIENCE, Look
from .shift import begin

pytestmark = pytest.mark.browser

PARTS = Path(__file__).parents[2] / "postgw/web/pages/static/station"
NUMBER, ITEM = "4K7M29TB6HC", "RR473124829VN"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
WOOD = (96, 84, 70)
LABEL = ItemLabel(
    consignment_no=NUMBER, leg="Trả kết quả", dossier_no="H27.31-261120-0051", post_name="Bưu điện tỉnh Hà Tĩnh",
    consignor=Party(name="Trung tâm PVHCC Thành Sen", address=("Số 1 Phan Đình Phùng", "phường Thành Sen, Hà Tĩnh")),
    consignee=Party(name="Nguyễn Thị Khánh", address=("thôn Hoa Tân", "xã Đồng Tiến, Hà Tĩnh"), phone="0912 000 111"),
)  # fmt: skip


def held_before_the_camera(label: ItemLabel, stock: Stock, *, size: tuple[int, int], path: Path) -> Path:
    """Keep a film of the label on a wooden counter: tilted, a little blurred, held by a hand that is not still."""
    drawn = Image.open(io.BytesIO(item_label_png(label, stock, 203))).convert("RGB")
    scale = min(size[0] * 0.86 / drawn.width, size[1] * 0.97 / drawn.height)
    drawn = drawn.resize((int(drawn.width * scale), int(drawn.height * scale)), Image.Resampling.LANCZOS)
    chance = random.Random(45)
    with path.open("wb") as film:
        for _ in range(6):
            tilt = 5 + chance.uniform(-1, 1)
            turned = drawn.rotate(tilt, expand=True, fillcolor=WOOD, resample=Image.Resampling.BICUBIC)
            frame = Image.new("RGB", size, WOOD)
            frame.paste(turned, ((size[0] - turned.width) // 2, (size[1] - turned.height) // 2))
            frame.filter(ImageFilter.GaussianBlur(0.8)).save(film, "JPEG", quality=88)
    return path


PAGE = """<!doctype html><html lang="vi"><title>-</title><link rel="stylesheet" href="{pages}">
<link rel="stylesheet" href="/part/camera.css"><main id="root"></main>{template}
<script src="/part/camera.js"></script><script src="/part/camera_panel.js"></script>"""
#: What the shell gives to every screen.
SHELL = """() => {
  self.told = [];
  station.say = name => name;
  station.template = id => document.getElementById(id).content.cloneNode(true);
}"""


async def opened_page(browser: Any, gate: Any) -> tuple[Page, list[str]]:
    """Open a page of the staff's policy with the camera's files on it, and list every address that is asked for."""
    base = str(gate.client.make_url("/")).rstrip("/")
    page = await browser.new_page()
    page.set_default_timeout(PATIENCE)
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url.removeprefix(base)))
    page.on("console", lambda told: asked.append(f"console: {told.text}") if told.type == "error" else None)
    html = PAGE.format(
        template=drawn("station/camera.html", {}, language="vi", now=gate.clock[0]), pages=address_of("pages.css")
    )

    async def answer(route: Asked) -> None:
        headers = {"Content-Security-Policy": _STAFF_POLICY}
        await route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=headers)

    async def part(route: Asked) -> None:
        await route.fulfill(path=PARTS / route.request.url.rsplit("/", 1)[1])

    await page.route("**/part/*", part)
    await page.route("**/a-page", answer)
    await page.goto(f"{base}/a-page")
    await page.evaluate(SHELL)
    return page, asked


@pytest_asyncio.fixture(loop_scope="session")
async def filmed(chromium: str, tmp_path: Path) -> AsyncIterator[Callable[..., Any]]:
    """Give what opens a browser whose camera shows a film, or that has none."""
    async with async_playwright() as playwright:
        browsers = []

        async def opened(film: Path | None, *, refused: bool = False) -> Any:
            flags = [*FLAGS, *([f"--use-file-for-fake-video-capture={film}"] if film else [])]
            if film or refused:
                flags.append("--use-fake-device-for-media-stream")
            flags.append(f"--use-fake-ui-for-media-stream{'=deny' if refused else ''}")
            browsers.append(await playwright.chromium.launch(executable_path=chromium, args=flags))
            return browsers[-1]

        yield opened
        for browser in browsers:
            await browser.close()


MOUNT = """each => { self.panel = station.cameraPanel.mount(
  document.getElementById('root'), (text, format) => told.push([format, text]),
  { keyOf: each ? (text, format) => format + text : undefined });
}"""
#: Let the camera bring so many pictures more.
_FRAMES = """count => new Promise(resolve => {
  const video = document.querySelector("video");
  const next = () => { count -= 1; count > 0 ? video.requestVideoFrameCallback(next) : resolve(0); };
  video.requestVideoFrameCallback(next);
})"""
#: The page's policy forbids the evaluations by which Playwright waits.
TOLD = """count => new Promise(resolve => {
  const look = () => told.length >= count ? resolve(told) : setTimeout(look, 20);
  look();
})"""


@pytest.mark.parametrize(("stock", "size"), [(THERMAL_100X150, (1920, 1080)), (THERMAL_100X75, (1280, 720))])
async def test_the_camera_reads_both_codes_of_our_label(filmed, gate, tmp_path, stock, size) -> None:
    film = held_before_the_camera(LABEL, stock, size=size, path=tmp_path / "label.mjpeg")
    page, asked = await opened_page(await filmed(film), gate)
    before = list(asked)
    await page.evaluate(MOUNT, True)

    assert sorted(await page.evaluate(TOLD, 2)) == [["Code128", NUMBER], ["QRCode", NUMBER]]
    assert [each for each in before if "zxing" in each or "reader" in each] == []
    assert [each for each in asked if not each.startswith(("/static/", "/part/", "/a-page"))] == []


async def test_a_label_that_stays_in_view_is_told_once(filmed, gate, tmp_path) -> None:
    film = held_before_the_camera(LABEL, THERMAL_100X75, size=(1280, 720), path=tmp_path / "label.mjpeg")
    page, asked = await opened_page(await filmed(film), gate)
    await page.evaluate(MOUNT, False)
    await page.evaluate(TOLD, 1)
    await page.evaluate(_FRAMES, 40)
    assert [text for _, text in await page.evaluate("() => told")] == [NUMBER]

    await page.click("[data-act=off]")
    assert await page.evaluate("() => [station.camera.isOpen(), document.querySelectorAll('video').length]") == [
        False,
        0,
    ]


async def test_a_label_that_lies_still_is_told_once_by_a_phone_that_takes_seconds_for_a_picture(
    filmed, gate, tmp_path
) -> None:
    film = held_before_the_camera(LABEL, THERMAL_100X75, size=(1280, 720), path=tmp_path / "label.mjpeg")
    page, _ = await opened_page(await filmed(film), gate)
    await page.evaluate("() => { const now = performance.now.bind(performance); performance.now = () => now() * 100; }")
    await page.evaluate(MOUNT, False)
    await page.evaluate(TOLD, 1)
    await page.evaluate(_FRAMES, 40)

    assert [text for _, text in await page.evaluate("() => told")] == [NUMBER]


async def test_a_camera_that_is_refused_says_so_and_is_asked_for_again(filmed, gate) -> None:
    page, asked = await opened_page(await filmed(None, refused=True), gate)
    await page.evaluate(MOUNT, False)
    await page.wait_for_selector("[data-state=away]")

    assert await page.inner_text("[role=status]") == "camera.refused"
    assert await page.is_visible("[data-act=again]")
    assert [each for each in asked if "zxing" in each] == []


async def test_a_machine_without_a_camera_says_so(filmed, gate) -> None:
    page, _ = await opened_page(await filmed(None), gate)
    await page.evaluate(MOUNT, False)
    await page.wait_for_selector("[data-state=away]")

    assert await page.inner_text("[role=status]") == "camera.missing"


async def test_a_page_that_is_covered_frees_the_camera(filmed, gate, tmp_path) -> None:
    film = held_before_the_camera(LABEL, THERMAL_100X75, size=(1280, 720), path=tmp_path / "label.mjpeg")
    page, _ = await opened_page(await filmed(film), gate)
    await page.evaluate(MOUNT, False)
    await page.evaluate(TOLD, 1)
    ended = await page.evaluate("""() => {
      const track = document.querySelector("video").srcObject.getVideoTracks()[0];
      Object.defineProperty(document, "hidden", { value: true });
      document.dispatchEvent(new Event("visibilitychange"));
      return track.readyState;
    }""")

    assert (ended, await page.inner_text("[role=status]")) == ("ended", "camera.hidden")
    await page.click("[data-act=again]")
    await page.wait_for_selector("[data-state=open]")


async def test_a_reader_that_does_not_load_leaves_no_camera_running(filmed, gate, tmp_path) -> None:
    film = held_before_the_camera(LABEL, THERMAL_100X75, size=(1280, 720), path=tmp_path / "label.mjpeg")
    page, _ = await opened_page(await filmed(film), gate)
    await page.context.route("**/*.wasm*", lambda route: route.abort())
    await page.evaluate(MOUNT, False)
    await page.wait_for_selector("[data-state=away]")

    assert await page.inner_text("[role=status]") == "camera.reader"
    assert await page.evaluate("() => document.querySelector('video').srcObject") is None


async def test_a_label_before_the_camera_is_one_scan_of_the_station_with_a_signal_and_without(
    filmed, gate, tmp_path
) -> None:
    number = gate.numbers[1]
    label = replace(LABEL, consignment_no=number, item_no=ITEM)
    await gate.post(f"/api/v1/consignments/{number}/bind", {"item_no": ITEM})
    route = Route(office="480000", route_no="3", name="Kỳ Lạc", places=(RoutePlace(commune_code="18628"),))
    async with gate.house.database.writing() as tx:
        await delivery_routes.add(tx, route, actor="test", at=gate.clock[0])
    film = held_before_the_camera(label, THERMAL_100X75, size=(1280, 720), path=tmp_path / "label.mjpeg")
    context = await (await filmed(film)).new_context(locale="vi-VN", service_workers="allow")
    context.set_default_timeout(PATIENCE)
    window = Look(str(gate.client.make_url("/")).rstrip("/"), context, await context.new_page(), gate)
    window.watch()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    await begin(window)
    await window.page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    await window.page.evaluate("() => station.go('#/counter/sort')")
    await window.page.wait_for_selector("[data-camera]")
    before = list(asked)
    words = []
    for offline in (False, True):
        await context.set_offline(offline)
        await window.page.click("[data-camera]")
        await window.page.wait_for_selector("[data-answer]:not([hidden])")
        await window.page.evaluate(_FRAMES, 25)
        words.append(await window.page.inner_text("[data-answer] .more"))
        await window.until("Object.keys((await station.store.get('state', 'counter:sort')).seen).length === 1")
        await window.page.click("[data-act=off]")
        await window.page.reload()
        await window.page.wait_for_selector("[data-camera]")

    assert [each for each in before if "zxing" in each or "reader" in each] == []
    assert any("zxing_reader.wasm" in each for each in asked)
    assert [each for each in asked if not each.startswith(window.base)] == []
    assert ["Đã quét" in word for word in words] == [False, True]
    rows = await gate.house.database.reading.rows("SELECT count(*) AS n FROM device_act")
    assert rows[0]["n"] == 1
