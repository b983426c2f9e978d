"""The page of an office that speaks in sheets: orders fetched, states handed in, no barrier, not too wide."""

from __future__ import annotations

from pathlib import Path

import pytest

from .test_sheets import wrongs

pytestmark = pytest.mark.browser

STATES = "Số bưu gửi;Trạng thái;Thời điểm\n4K7M29TB6HC;Đã nhận;23/11/2026 08:00\n;Đã phát;hôm qua\n".encode("utf-8-sig")


@pytest.fixture
def more_settings(tmp_path: Path) -> str:
    (tmp_path / "buu-cuc").mkdir()
    return f"""
[[post.accounts]]
name = "buu-cuc"
adapter = "spreadsheet"
[adapters.spreadsheet.post]
folder = "{tmp_path / "buu-cuc"}"
office = "480000"
"""


@pytest.mark.parametrize("width", [1366, 390, 320])
async def test_orders_and_states_pass_by_hand_without_a_barrier(look, width) -> None:
    window = await look(width=width, height=844)
    await window.sign_in("enquiry", "intake", "scans", "booking")
    found = []
    for language in ("vi", "en"):
        await window.open(f"/desk/post-sheets?l={language}")
        assert "buu-cuc" in await window.page.content()
        found += await wrongs(window, f"post-sheets-{language}")
        file = {"name": "tt.csv", "mimeType": "text/csv", "buffer": STATES}
        await window.page.set_input_files("input[type=file]", file)
        await window.follow("main form:has(input[type=file]) button[type=submit]")
        found += await wrongs(window, f"post-sheets-taken-{language}")

    assert (found, window.wrong) == ([], [])
