"""The rating page on a phone and the wall on a screen and on paper, in a real browser."""

from __future__ import annotations

import io

import pypdfium2
import pytest

from postgw.domain.proof import Proof
from postgw.domain.secret_link import link_of
from postgw.storage import province
from postgw.storage.province import Unit

from .barriers import violations

pytestmark = pytest.mark.browser

PROOF = Proof(receiver_name="Nguyễn Thị Diễn Tập", id_kind="citizen_id", id_tail="4821", remarks="không")


async def wrongs(window) -> list[str]:
    """Return what axe finds on the page, and by how much it is wider than its window."""
    found = await violations(window.page)
    width = await window.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    barriers = [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]
    return barriers + [f"wider by {width}"] * (width > 0)


async def link_to_rate(gate) -> str:
    """Deliver an item and return the address of its question."""
    number, at = gate.numbers[3], gate.clock[0]
    actor = await gate.house.services.accounts.authenticate(gate.token, at=at)
    await gate.house.services.delivery.deliver(
        number, PROOF, scan_id="d", device="d", device_at=at, sent_at=at, office="480000", actor=actor, at=at
    )
    async with gate.house.database.writing() as tx:
        return f"/r/{link_of(await province.link_secret(tx), 'rate', number)}"


@pytest.mark.parametrize("width", [1366, 390, 320])
@pytest.mark.parametrize("language", ["vi", "en"])
async def test_the_question_has_no_barrier_and_stays_in_its_window(look, gate, width, language) -> None:
    window = await look(width=width, height=844)
    path = await link_to_rate(gate)
    await window.open(f"{path}?l={language}")
    found = await wrongs(window)
    await window.page.check("input[value='5']")
    await window.follow("button[type=submit]")

    assert (found, await wrongs(window), window.wrong) == ([], [], [])


async def test_a_thumb_answers_without_a_script(look, gate) -> None:
    window = await look(width=390, height=844, scripts=False)
    await window.open(await link_to_rate(gate))
    for n in range(5):
        box = await window.page.locator(".score").nth(n).bounding_box()
        assert box["height"] >= 44
    await window.page.click("text=Rất hài lòng")
    await window.page.fill("textarea", "Bưu tá gọi trước.")
    await window.follow("button[type=submit]")

    assert "Cảm ơn bạn" in await window.page.inner_text("h1")


@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768), (390, 844), (320, 640)], ids=str)
async def test_the_wall_has_no_barrier_and_stays_in_its_window(look, gate, size) -> None:
    window = await look(width=size[0], height=size[1])
    await window.sign_in("enquiry", unit="TS")
    found = []
    for path in (
        "/desk/wall",
        "/desk/wall?l=en",
        "/desk/wall/transit",
        "/desk/wall/money",
        "/desk/wall/waiting?unit=TS",
    ):
        await window.open(path)
        found += [f"{path} {wrong}" for wrong in await wrongs(window)]

    assert (found, window.wrong) == ([], [])


async def test_a_full_wall_prints_on_one_sheet_of_a4(look, gate) -> None:
    await _every_desk_sends(gate)
    window = await look(width=1366, height=768)
    await window.sign_in("enquiry")
    await window.open("/desk/wall")
    rows = await window.page.locator(".places tbody tr").count()
    with pypdfium2.PdfDocument(io.BytesIO(await window.page.pdf(format="A4", prefer_css_page_size=True))) as sheet:
        text = sheet[0].get_textpage().get_text_range()

        assert len(sheet) == 1
    assert rows >= 44
    assert "nơi khác, cộng lại" in text
    assert "Bảng tình hình" in text


async def _every_desk_sends(gate) -> None:
    """Let 69 desks with long names and 20 offices each have something on the way."""
    async with gate.house.database.writing() as tx:
        await province.put_units(tx, [
            *(Unit(code=f"D{n}", kind="desk", name=f"Trung tâm Phục vụ hành chính công phường Diễn Tập {n}")
              for n in range(69)),
            *(Unit(code=f"P{n}", kind="office", name=f"Bưu điện văn hoá xã Diễn Tập số {n}") for n in range(20)),
        ])  # fmt: skip
        for n in range(69):
            await tx.run(
                "INSERT INTO consignment (consignment_no, dossier_id, leg, issue, desk, parties, rules_version,"
                " created_at, created_by, state, holder, office, live) SELECT $1, dossier_id, 'transfer', $4, $2,"
                " parties, rules_version, created_at, 't', 'in_transit', 'post', $3, false FROM consignment"
                " ORDER BY id LIMIT 1",
                f"W{n}", f"D{n}", f"P{n % 20}", n + 1,
            )  # fmt: skip
