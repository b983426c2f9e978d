"""An outsider whose certificate ran out is shown so to whoever can mend it, and is asked again by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.rehearsal import post_office
from adapters.rehearsal.office import now
from adapters.rehearsal.post_office import RehearsalPostOffice
from adapters.rehearsal.settings import OfficeOptions

from ..servers import free_port
from .conftest import Day

EXPIRED = "Chứng chỉ TLS của Bưu điện đã hết hạn. Báo Bưu điện thay chứng chỉ; hệ thống sẽ tự gọi lại."
ACCOUNT = """
[[post.accounts]]
name = "qua-https"
adapter = "vnpost_ngsp"
customer_code = "X"
base_url = "{url}"
key_env = "POST_KEY"
secret_env = "POST_KEY"
desks = ["H00.99"]
[adapters.vnpost_ngsp]
ca_file = "{authorities}"
"""


async def _certified(folder: Path, name: str, port: int) -> RehearsalPostOffice:
    """Return a post office with a certificate of its own, its counter shut."""
    office = RehearsalPostOffice(OfficeOptions(ca_out=str(folder / name)))
    await office.start(port=port, tls=True)
    await office.stop()
    return office


async def _page(day: Day) -> str:
    headers = {"Accept": "text/html"}
    async with day.client.get("/desk/wires", headers=headers) as answer:
        assert answer.status == 200
        return await answer.text()


async def test_a_certificate_that_ran_out_is_named_on_the_page_of_wires_until_another_is_shown(
    open_day: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    mended = await _certified(tmp_path, "new.pem", port)
    monkeypatch.setattr(post_office, "now", lambda: now() - timedelta(days=730))
    ran_out = await _certified(tmp_path, "old.pem", port)
    authorities = tmp_path / "both.pem"
    authorities.write_bytes(b"".join((tmp_path / name).read_bytes() for name in ("new.pem", "old.pem")))
    more = ACCOUNT.format(url=f"https://127.0.0.1:{port}", authorities=authorities)
    async with open_day(more, POST_KEY="dien-tap") as day:
        same_origin = {"Sec-Fetch-Site": "same-origin"}
        signed_in = await day.client.post("/signin", data={"token": day.tokens["administrator"]}, headers=same_origin)
        assert signed_in.status == 200
        assert EXPIRED not in await _page(day)

        await ran_out.start(port=port, tls=True)
        await day.house.services.feeds.read("qua-https", at=day.clock[0])
        assert EXPIRED in await _page(day)
        await ran_out.stop()

        await mended.start(port=port, tls=True)
        day.pass_time(minutes=10)
        await day.house.services.feeds.read_all(at=day.clock[0])
        assert EXPIRED not in await _page(day)
        wires = (await day.ask("officer", "GET", "/api/v1/wires", expect=200))["data"]
        assert not [wire for wire in wires if wire["failing_since"]]
        await mended.stop()
