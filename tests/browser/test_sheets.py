"""The pages for lists on a wide screen and on a phone: no barrier, no script needed, nothing wider than its window."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import pytest

from postgw.rules.import_columns import import_columns

from .barriers import violations

pytestmark = pytest.mark.browser

HEADINGS = [column.heading for column in import_columns()]
EXAMPLE = {column.heading: column.example for column in import_columns()}
#: Where pictures are kept for somebody who wants to look at them.
PICTURES = os.environ.get("POSTGW_PICTURES", "")


def list_of(*changes: dict[str, str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([HEADINGS, *(list((EXAMPLE | change).values()) for change in changes)])
    return text.getvalue().encode("utf-8-sig")


LIST = list_of(
    {"Mã hồ sơ": "H27.31-261120-0051", "Mã tiếp nhận nội bộ": "A-0051"},
    {"Mã hồ sơ": "H27.31-261120-0052", "Mã tiếp nhận nội bộ": "A-0052", "Số điện thoại": "540000123"},
    {"Mã hồ sơ": "H27.31-261120-0053", "Mã tiếp nhận nội bộ": "A-0053", "Số điện thoại": "12", "Hình thức": "mang về"},
    {"Mã hồ sơ": "H27.31-261120-0054", "Mã tiếp nhận nội bộ": "A-0054", "Mã thủ tục": "9.999999"},
)


async def wrongs(window, name: str) -> list[str]:
    """Return what axe finds on the page, and by how much it is wider than its window."""
    if PICTURES:
        width = window.page.viewport_size["width"]
        await window.page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)
    found = await violations(window.page)
    width = await window.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    barriers = [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]
    return barriers + [f"wider by {width}"] * (width > 0)


@pytest.mark.parametrize("width", [1366, 390, 320])
async def test_a_list_is_chosen_looked_at_and_taken_without_a_barrier(look, width) -> None:
    window = await look(width=width, height=844)
    await window.sign_in("enquiry", "intake", "scans", unit="TS")
    found = []
    for language in ("vi", "en"):
        await window.open(f"/desk/import?l={language}")
        found += await wrongs(window, f"import-{language}")
        await window.page.set_input_files("#file", {"name": "ds.csv", "mimeType": "text/csv", "buffer": LIST})
        await window.follow("button[value=look]")
        found += await wrongs(window, f"look-{language}")
        await window.follow("button[value=take]")
        found += await wrongs(window, f"taken-{language}")

    assert (found, window.wrong) == ([], [])
    assert "Taken" in await window.page.inner_text("h1") or "came of the list" in await window.page.inner_text("h1")


async def test_the_whole_way_needs_no_script_and_gives_the_file_to_mend(look) -> None:
    window = await look(width=1366, height=844, scripts=False)
    await window.sign_in("enquiry", "intake", unit="TS")
    await window.open("/desk/import")
    await window.page.set_input_files("#file", {"name": "ds.csv", "mimeType": "text/csv", "buffer": LIST})
    await window.follow("button[value=look]")
    await window.follow("button[value=take]")
    async with window.page.expect_download() as loading:
        await window.page.click("text=Tải tệp cần sửa")
    path = await (await loading.value).path()

    assert "2 dòng đã nhận" in await window.page.inner_text("main")
    text = Path(path).read_text("utf-8-sig")
    assert ("H27.31-261120-0053" in text, "H27.31-261120-0054" in text, "Lỗi" in text) == (True, True, True)


async def test_nothing_chosen_is_said_beside_the_field(look) -> None:
    window = await look(width=390, height=844)
    await window.sign_in("enquiry", "intake", unit="TS")
    await window.open("/desk/import")
    await window.page.set_input_files("#file", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"})
    await window.follow("button[value=look]")

    assert "Đây là tệp PDF" in await window.page.inner_text("[role=alert]")
    assert await wrongs(window, "refused") == []
