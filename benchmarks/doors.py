"""Doors in processes of their own, and clients that keep their connections: what the HTTP measurements share.

Clients are a few lines over a socket, not a library, so that they take little of the machine that is measured.

Used by: lookup, single_scans, creates.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from aiohttp import web

from postgw.bootstrap import opened_house, run
from postgw.settings import parse
from postgw.web.app import make_app
from postgw.web.keys import Door
from postgw.web.pages.routes import pages

Opening = Callable[[str, int], Coroutine[Any, Any, None]]
#: Asks once on a client, and says whether it was answered as it should be.
Asking = Callable[["Client"], Awaitable[None]]
SETTINGS = """
[storage]
url = "{url}"
[[post.accounts]]
name = "bench"
adapter = "rehearsal"
[[desk.systems]]
name = "mot-cua"
adapter = "rehearsal"
[messages]
channels = ["rehearsal"]
[adapters.rehearsal.post]
port = 0
"""


_AS_PRODUCT = set[str]()


def as_product(door: Opening) -> Opening:
    """Let a door run on the event loop on which the product's commands run."""
    _AS_PRODUCT.add(door.__name__)
    return door


@as_product
async def ours(url: str, port: int) -> None:
    """Open the gateway's own door, without quotas."""
    async with opened_house(parse(SETTINGS.format(url=url))) as house:
        no_limits = {"default": 0, "scans": 0, "public": 0}
        await listen(make_app(house.services, door=Door(rehearsal=True, per_minute=no_limits)), port)


@as_product
async def with_pages(url: str, port: int) -> None:
    """Open the gateway's own door with its pages, without quotas."""
    async with opened_house(parse(SETTINGS.format(url=url))) as house:
        no_limits = {"default": 0, "scans": 0, "public": 0}
        door = Door(rehearsal=True, per_minute=no_limits)
        await listen(make_app(house.services, door=door, pages=pages()), port)


async def listen(app: web.Application, port: int) -> None:
    """Serve an app until the process ends."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


def _serve(door: Opening, url: str, port: int) -> None:
    begin: Callable[[Coroutine[Any, Any, Any]], Any] = run if door.__name__ in _AS_PRODUCT else asyncio.run
    begin(door(url, port))


@contextmanager
def open_doors(url: str, *doors: tuple[Opening, int]) -> Iterator[None]:
    """Run doors, each in a process of its own, for the length of the block."""
    spawn = multiprocessing.get_context("spawn")
    running = [spawn.Process(target=_serve, args=(door, url, port), daemon=True) for door, port in doors]
    for process in running:
        process.start()
    try:
        for _, port in doors:
            asyncio.run(_answering(port))
        yield
    finally:
        for process in running:
            process.terminate()
            process.join()


async def _answering(port: int) -> None:
    for _ in range(300):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return
    raise RuntimeError("the door did not open")


class Client:
    """One kept connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def ask(self, method: str, path: str, body: bytes = b"", head: str = "") -> tuple[int, bytes, bytes]:
        """Send one request; return the status, the head and the body of its answer."""
        length = f"Content-Length: {len(body)}\r\nContent-Type: application/json\r\n" if body else ""
        self._writer.write(f"{method} {path} HTTP/1.1\r\nHost: bench\r\n{head}{length}\r\n".encode() + body)
        told = await self._reader.readuntil(b"\r\n\r\n")
        status, lower = int(told[9:12]), told.lower()
        if status in {204, 304} or b"content-length: " not in lower:
            return status, told, b""
        size = int(lower.split(b"content-length: ", 1)[1].split(b"\r\n", 1)[0])
        return status, told, await self._reader.readexactly(size)

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


async def connected(port: int) -> Client:
    """Return a client of a door."""
    return Client(*await asyncio.open_connection("127.0.0.1", port))


async def rate(port: int, askings: list[Asking], seconds: float) -> tuple[float, list[float]]:
    """Let every asking run on a connection of its own until the time is up; return answers a second and their times."""
    until, times = time.perf_counter() + seconds, list[float]()

    async def run(asking: Asking) -> None:
        client = await connected(port)
        while (begun := time.perf_counter()) < until:
            await asking(client)
            times.append(time.perf_counter() - begun)
        client.close()

    await asyncio.gather(*(run(asking) for asking in askings))
    return len(times) / seconds, sorted(times)


def at_share(times: list[float], share: float) -> float:
    """Return the time, in milliseconds, within which a share of the answers came."""
    return times[min(int(len(times) * share), len(times) - 1)] * 1000 if times else 0.0
