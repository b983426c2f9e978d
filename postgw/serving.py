"""The gateway at work: its door open to people and machines, and the recurring work, together or apart.

A start waits for what the first answer needs, and no more. What the next ones need is read right after it, one file
after the other, while the door is open already.

Used by: cli, commands.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

from postgw import settings
from postgw.bootstrap import House, inbound_routes, now, opened_house
from postgw.web.running import listening, own_tls, until_told

#: What is read when the door is open, packages with all their files: what a scan and a label need first.
_READ_LATER = (
    "postgw.storage.device_keys", "postgw.web.schemas", "postgw.web.api", "barcode.codex", "zxingcpp",
    "reportlab.pdfbase.ttfonts", "labels", "postgw.web.pages", "postgw.web.openapi", "postgw.web.docs.page",
    "adapters.spreadsheet.reading", "adapters.spreadsheet.statement", "adapters.spreadsheet.in_flight",
    "adapters.spreadsheet.template",
)  # fmt: skip
#: Seconds that whoever came first has the process for himself.
_FIRST_COMES = 0.5


def say(text: str) -> None:
    """Say a line to whoever sits at the terminal."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def application(house: House) -> Any:
    """Return the door of a house: the API, what outsiders call, and the pages."""
    from postgw.web import keys
    from postgw.web.app import make_app
    from postgw.web.pages.routes import pages

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
            async with timetable(house) if chosen.scheduler.enabled else _nothing(), reading_the_rest():
                await until_told()
    return 0


@asynccontextmanager
async def reading_the_rest() -> AsyncIterator[None]:
    """Read the rest while the block runs; a broken file ends the block with what its import raised."""
    async with asyncio.TaskGroup() as tasks:
        reading = tasks.create_task(read_the_rest())
        yield
        reading.cancel()


async def read_the_rest() -> None:
    """Read the files that no first answer waits for; whoever knocks meanwhile is answered between two of them.

    So nobody waits for a file later on either, and a gateway at work reads nothing any more of a release that is put in
    its place. Raises what the import of a broken file raises. As at a start, nobody looks for garbage meanwhile, and
    what was read is never looked through again.
    """
    loop = asyncio.get_running_loop()
    await asyncio.sleep(_FIRST_COMES)
    gc.disable()
    try:
        begun = loop.time()
        for _ in _still_to_read():
            await asyncio.sleep(loop.time() - begun)  # the half of the time is theirs who knock
            begun = loop.time()
        gc.freeze()
    finally:
        gc.enable()


def _still_to_read() -> Iterator[str]:
    """Read one file at each step, and yield its name."""
    for name in _READ_LATER:
        package = import_module(name)
        yield name
        for found in walk_packages(getattr(package, "__path__", ()), f"{name}."):
            import_module(found.name)
            yield found.name
    from postgw.web.pages.drawing import each_template

    yield from each_template()


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
