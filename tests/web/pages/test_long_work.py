"""Long work on a page tells how far it is, and a fault on the way is said without losing what was done."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from postgw.web.app import make_app
from postgw.web.pages.long_work import shown_along
from postgw.web.pages.visit import Visit, public


async def asked(gate: Any, door: Any, *, breaks: bool) -> str:
    was_read = asyncio.Event()

    async def draw(visit: Visit) -> web.StreamResponse:
        async def work(told: Any) -> int:
            for row in range(3):
                told(row)
            await was_read.wait()
            if breaks:
                raise RuntimeError("of a test")
            return 3

        async def outcome(done: int) -> str:
            return f"<p>{done} xong</p>"

        return await shown_along(
            visit,
            "desk_in_flight_rows.html",
            total=3,
            work=work,
            outcome=outcome,
            taken=True,
            name="a.csv",
            unit_name="TS",
        )

    page = web.get("/long", public(draw, face="desk"))
    async with TestClient(TestServer(make_app(gate.house.services, door=door(), pages=(page,)))) as client:
        answer = await client.get("/long")
        assert answer.status == 200
        begun: bytes = await answer.content.readuntil("3/3 dòng".encode())
        was_read.set()
        return (begun + await answer.content.read()).decode()


async def test_how_far_it_is_comes_before_what_came_of_it(gate, door, said) -> None:
    page = await asked(gate, door, breaks=False)

    assert page.index("Đã làm 3/3 dòng") < page.index("3 xong") < page.index("</html>")


async def test_a_fault_on_the_way_is_said_on_the_page(gate, door, said) -> None:
    page = await asked(gate, door, breaks=True)

    assert "Cổng gặp lỗi giữa chừng." in said(page)
    assert page.rstrip().endswith("</html>")
