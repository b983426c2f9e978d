"""How the pages are found, kept, shared and written down: with nothing of anybody."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from postgw.storage import dossiers, secret_pages
from postgw.web.app import make_app
from postgw.web.pages.routes import pages

NOBODYS = "4K7M29TB6HC"
PERSONAL = ("Nguyễn", "Diễn Tập", "0912000003", "0003", "Thôn Đoài", "Kỳ Lạc")


async def secret_path(gate: Any, **rest: Any) -> tuple[str, dict[str, Any]]:
    """Return the secret address of a new dossier, and the dossier."""
    dossier = await gate.sent(**rest)
    async with gate.house.database.writing() as tx:
        kept = await dossiers.find(tx, dossier["dossier_no"])
        assert kept
        return await secret_pages.link_of(tx, kept, days=30, at=gate.clock[0]), dossier


def preview_of(page: str) -> list[str]:
    """Return all that whoever is sent the link is shown of it: title, description, picture."""
    return [*re.findall(r"<title>.*?</title>", page), *re.findall(r"<meta [^>]*>", page)]


@pytest.fixture
async def live(gate: Any, door: Any) -> Any:
    """Give what opens a page of the same house when it no longer rehearses."""
    messaging = replace(gate.house.services.messaging, public_url="https://hoso.example")
    services = replace(gate.house.services, rehearsal=False, messaging=messaging)
    async with TestClient(
        TestServer(make_app(services, door=replace(door(), rehearsal=False), pages=pages()))
    ) as client:

        async def opened(path: str) -> Any:
            return await client.get(path, headers={"Accept": "text/html"})

        yield opened


async def test_a_shared_link_shows_the_same_for_everybody(gate, live) -> None:
    (one, _), (two, _) = await secret_path(gate), await secret_path(gate)
    dead = "/m/" + "A" * 29
    shown = [preview_of(await (await live(path)).text()) for path in (one, two, dead)]

    assert shown[0] == shown[1]
    assert [line for line in shown[0] if "og:" in line] == [line for line in shown[2] if "og:" in line]
    assert not [word for word in PERSONAL if word in str(shown)]
    assert one[3:] not in str(shown)
    assert 'content="https://hoso.example/static/preview.png' in str(shown[0])


@pytest.mark.parametrize("path", ["/citizen.webmanifest", "/citizen.webmanifest?l=en"])
async def test_the_look_up_can_be_put_among_the_programs_of_a_phone(gate, browser, path: str) -> None:
    answer = await browser.ask("GET", path)
    told = json.loads(await answer.read())

    assert answer.content_type == "application/manifest+json"
    assert (told["start_url"], told["scope"], told["lang"]) == ("/", "/", "en" if "l=en" in path else "vi")
    assert {(await browser.ask("GET", icon["src"])).status for icon in told["icons"]} == {200}
    page = await (await browser.ask("GET", "/")).text()
    assert '<link rel="manifest" href="/citizen.webmanifest?l=vi">' in page
    assert "manifest-src 'self'" in (await browser.ask("GET", "/")).headers["Content-Security-Policy"]


async def test_robots_txt_hides_no_secret_page_from_the_word_that_it_wants_no_index(browser) -> None:
    text = await (await browser.ask("GET", "/robots.txt")).text()

    assert "Disallow: /desk" in text
    assert not [line for line in text.splitlines() if re.fullmatch(r"Disallow: /([mcrt](/.*)?)?", line)]


async def test_secret_pages_and_look_ups_want_no_index_and_what_the_law_publishes_is_found(gate, live) -> None:
    secret, dossier = await secret_path(gate)
    hidden = [await live(path) for path in (secret, f"/t/{dossier['dossier_no']}", f"/t/{NOBODYS}", "/apologies", "/x")]
    found = [await live(path) for path in ("/", "/procedures", "/tariff", "/quality", "/contacts")]

    assert {"noindex" in each.headers["X-Robots-Tag"] for each in hidden} == {True}
    assert {'name="robots"' in await each.text() for each in hidden} == {True}
    assert {"X-Robots-Tag" in each.headers for each in found} == {False}
    assert {'name="robots"' in await each.text() for each in found} == {False}
    assert {each.headers["Referrer-Policy"] for each in (*hidden, *found)} == {"no-referrer"}
    assert {each.headers["Cache-Control"] for each in hidden} == {"no-store"}


async def test_a_rehearsal_is_never_found(browser) -> None:
    assert "noindex" in (await browser.ask("GET", "/")).headers["X-Robots-Tag"]


@pytest.mark.parametrize(
    "path", ["/procedures?q=khai+sinh&level=commune", f"/t/{NOBODYS}", "/contacts?q=k%E1%BB%B3", "/scan"]
)
async def test_the_switch_of_the_language_stays_at_the_place(browser, path: str) -> None:
    page = (await browser.open(path))[1]
    switch = re.search(r'<a href="([^"]+)" lang="en"', page)
    assert switch
    english = (await browser.open(switch[1].replace("&amp;", "&")))[1]
    back = re.search(r'<a href="([^"]+)" lang="vi"', english)
    assert back

    assert '<html lang="en">' in english
    assert switch[1].replace("&amp;", "&") == path + ("&" if "?" in path else "?") + "l=en"
    assert back[1].replace("l=vi", "l=en") == switch[1]


async def test_a_page_travels_packed_where_nothing_secret_stands_on_it(gate, browser) -> None:
    secret, _ = await secret_path(gate)
    packed = {"Accept-Encoding": "gzip"}

    assert (await browser.ask("GET", "/", headers=packed)).headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in (await browser.ask("GET", secret, headers=packed)).headers


async def test_the_whole_walk_of_a_citizen_leaves_nothing_of_them_in_the_log(gate, browser, caplog) -> None:
    secret, dossier = await secret_path(gate)
    number = dossier["dossier_no"]
    with caplog.at_level("DEBUG", logger="postgw"):
        await browser.open("/")
        await browser.send("/", headers={}, q=number)
        await browser.send("/", headers={}, q="Nguyễn Thị Diễn Tập 0912000003")
        await browser.open(f"/t/{number}")
        await browser.open("/t/0912000003")
        await browser.ask("POST", f"/t/{number}/link", data={"digits": "0003"})
        await browser.ask("POST", f"/t/{number}/link", data={"digits": "Diễn Tập"})
        await browser.open(f"/t/{number}/link")
        await browser.open(secret)
        await browser.open("/scan")
    written = str([vars(each) for each in caplog.records if each.name.startswith("postgw")])

    assert "/t/{number}/link" in written
    assert [word for word in (*PERSONAL, number, secret[3:]) if word in written] == []


async def test_the_page_that_scans_alone_loads_a_script_and_alone_may_open_the_camera(browser) -> None:
    scan, home = await browser.ask("GET", "/scan"), await browser.ask("GET", "/")

    assert "<script src=" in await scan.text()
    assert "script-src 'self'" in scan.headers["Content-Security-Policy"]
    assert "unsafe" not in scan.headers["Content-Security-Policy"]
    assert scan.headers["Permissions-Policy"] == "camera=(self)"
    assert "script-src" not in home.headers["Content-Security-Policy"]
    assert 'href="/scan"' in await home.text()
