"""Scan mode in a real browser: a pile from a gun, with and without a signal; each answer apart, none lost, none doubled."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from postgw.domain import consignment_number, item_number
from postgw.domain.delivery_route import Route, RoutePlace
from postgw.storage import delivery_routes, province
from postgw.storage.province import Unit

pytestmark = pytest.mark.browser
OFFICE, OTHER, HERE, THERE, FAR = "480000", "481000", "18628", "18754", "18073"
PICTURES = os.environ.get("POSTGW_PICTURES", "")


def other(name: str) -> ModuleType:
    """Return a neighbouring file of tests, for what it knows of pages."""
    key = f"browser_{name}"
    if key not in sys.modules:
        spec = importlib.util.spec_from_file_location(key, Path(__file__).with_name(f"{name}.py"))
        assert spec
        assert spec.loader
        sys.modules[key] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[key])
    return sys.modules[key]


shift = other("test_station_shift")
numbers_test = other("test_station_numbers")


@pytest.fixture
async def gate(gate: Any) -> Any:
    """Give a house with two offices; ours has two rounds, the other one."""
    rounds = ((OFFICE, "3", "Thạch Lạc", HERE), (OFFICE, "5", "Kỳ Lạc", THERE), (OTHER, "1", "Vũng Áng", FAR))
    async with gate.house.database.writing() as tx:
        await province.put_units(tx, [Unit(code=OTHER, kind="office", name="Bưu điện Vũng Áng")])
        for office, number, name, commune in rounds:
            places = (RoutePlace(commune_code=commune),)
            route = Route(office=office, route_no=number, name=name, worker="", places=places)
            await delivery_routes.add(tx, route, actor="test", at=gate.clock[0])
    return gate


async def items(gate: Any, count: int, *codes: str, commune: str = HERE) -> list[str]:
    """Let so many results be on their way to a commune."""
    made = []
    for _ in range(count):
        applicant = {
            "name": "Người Bịa Ra", "phone": "0912000000", "address": "Thôn Đoài", "commune": "xã Thạch Lạc",
            "province": "tỉnh Hà Tĩnh", "commune_code": commune,
        }  # fmt: skip
        key = (await gate.sent(applicant=applicant))["key"]
        answer = await gate.post("/api/v1/consignments", {"dossier": key, "leg": "return"})
        made.append(str((await answer.json())["consignment_no"]))
    for code in codes:
        for number in made:
            await gate.scan(number, code)
    return made


async def scanning(look: Any, code: str = "arrived", **size: int) -> Any:
    """Begin a shift and open scan mode for an act."""
    window = await shift.begun(look, **size)
    await opened(window, f"#/scan/{code}")
    return window


async def opened(window: Any, place: str, wanted: str = "[data-answer]") -> None:
    await window.page.evaluate("(place) => station.go(place)", place)
    await window.page.wait_for_selector(wanted)
    await window.page.wait_for_function(
        "!document.querySelector('.scanning') || document.querySelector('h1').textContent !== ''"
    )


async def gun(window: Any, number: str) -> dict[str, str]:
    """Pull the trigger; return the answer."""
    before = await window.page.evaluate(HEARD)
    await window.page.keyboard.type(number)
    await window.page.keyboard.press("Enter")
    await window.page.wait_for_function("(before) => (self.answers ?? []).length > before", arg=before)
    return await answered(window)


HEARD = """() => {
  if (!self.answers) { self.answers = []; station.events.addEventListener("scanned", ({ detail }) => answers.push(detail)); }
  return answers.length;
}"""


async def answered(window: Any) -> dict[str, str]:
    return dict(
        await window.page.evaluate("""() => {
      const place = document.querySelector("[data-answer]");
      const text = (name) => place.querySelector(`[data-slot=${name}]`)?.textContent.trim();
      return { state: place.dataset.s, word: text("word"), number: text("number"), more: text("more"), aloud: document.querySelector("[data-announce]").textContent };
    }""")
    )


async def tally(window: Any) -> str:
    return str(await window.page.evaluate("document.querySelector('.tally').textContent.replace(/^\\D+/, '').trim()"))


async def rows(window: Any) -> list[list[str]]:
    return list(
        await window.page.evaluate(
            "[...document.querySelectorAll('.last li')].map((row) => [row.dataset.s, row.querySelector('.code')?.textContent ?? '', row.querySelector('.to').textContent])"
        )
    )


async def picture(window: Any, name: str) -> None:
    if PICTURES:
        width = window.page.viewport_size["width"]
        await window.page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)


async def server(gate: Any, kind: str = "scan") -> list[tuple[str, str, str]]:
    """Return the acts that the server keeps: number, code or outcome, verdict."""
    kept = await gate.house.database.reading.rows("SELECT * FROM device_act ORDER BY counter")
    return [(row["counter"], row["kind"], row["verdict"]) for row in kept if row["kind"] == kind]


async def test_each_answer_is_told_apart_in_colour_word_and_voice(look, gate) -> None:
    mine = await items(gate, 2, "collected", "departed")
    window = await scanning(look)
    first = await gun(window, mine[0])
    again = await gun(window, mine[0].lower())
    misread = await gun(window, mine[1][:-1] + ("0" if mine[1][-1] != "0" else "1"))
    dossier = await gun(window, "H27.10.20-261123-0001")
    foreign = await gun(window, item_number.from_serial("RR", 55501823))

    assert [(each["state"], each["word"]) for each in (first, again, misread, dossier, foreign)] == [
        ("ok", "Đã nhận"), ("warn", "Đã quét rồi"), ("late", "Sai số, quét lại"), ("late", "Đây là mã hồ sơ"), ("stuck", "Ngoài danh sách"),
    ]  # fmt: skip
    assert first["more"] == "Chia vào tuyến 3, xã Thạch Lạc · Thôn Đoài"
    assert "chính máy này" in again["more"]
    assert first["aloud"].startswith("Đã nhận. ")
    assert [row[0] for row in await rows(window)] == ["stuck", "late", "late", "warn", "ok"]
    assert (await tally(window)).startswith("1 / ")
    await picture(window, "answers")
    await shift.empty(window)
    assert [verdict for _, _, verdict in await server(gate)] == ["accepted"]
    assert window.wrong == []
