"""The gateway at work: its door open to people and machines, and the recurring work, together or apart.

What a process that runs for months needs, and no more: it is what is waited for at a start.

Used by: cli, commands.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from postgw import settings
from postgw.bootstrap import House, inbound_routes, now, opened_house
from postgw.web import keys
from postgw.web.app import make_app
from postgw.web.pages.routes import pages
from postgw.web.running import listening, own_tls, until_told


def say(text: str) -> None:
    """Say a line to whoever sits at the terminal."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def application(house: House) -> Any:
    """Return the door of a house: the API, what outsiders call, and the pages."""
    paper, proxies = house.settings.labels, frozenset(house.settings.web.proxies)
    door = keys.Door(clock=now, stock=paper.stock, dpi=paper.dpi, proxies=proxies, rehearsal=house.rehearsal)
    return make_app(house.services, door=door, inbound_routes=inbound_routes(house), pages=pages())


async def serve(asked: argparse.Namespace) -> int:
    """Open the door to people and machines, and to time unless `postgw work` does that."""
    chosen = settings.load()
    async with opened_house(chosen) as house:
        app = application(house)
        host, port = asked.host or chosen.web.host, asked.port or chosen.web.port
        async with listening(app, host=host, port=port, tls=own_tls(chosen.web)) as url:
            say(f"postgw: {url}" + (" · DIỄN TẬP" if house.rehearsal else ""))
            async with timetable(house) if chosen.scheduler.enabled else _nothing():
                await until_told()
    return 0


async def work(asked: argparse.Namespace) -> int:
    """Do the recurring work alone, without a door."""
    async with opened_house(settings.load()) as house, timetable(house):
        say("postgw: việc định kỳ đang chạy" + (" · DIỄN TẬP" if house.rehearsal else ""))
        await until_told()
    return 0


@asynccontextmanager
async def timetable(house: House) -> AsyncIterator[None]:
    """Let time knock for the length of the block."""
    await house.runner.start()
    try:
        yield
    finally:
        await house.runner.stop()


@asynccontextmanager
async def _nothing() -> AsyncIterator[None]:
    yield
