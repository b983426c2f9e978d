"""How many polls of a slow post come back while 500 are in flight, and what that does to whoever scans meanwhile.

    python benchmarks/polls.py [--quick]

The post is a process of its own, a few lines over sockets, and answers each call after 50 ms with three rows (1.3 kB):
500 in flight are at best 10,000 polls a second. Ours are 500 accounts on the government wire, each read by its own
client as the product builds it, with the rows in our words; the reference is one bare aiohttp session that reads the
JSON. Both run in a process of their own, on the product's event loop, that gives way to the door (as
`postgw-work.service` does).

Then scans come at a steady pace through the door, on PostgreSQL with its own durability: alone; while all 500 accounts
are polled once a second (the timetable polls every fifteen); and while they are polled without any pause.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import aiohttp
import orjson

from adapters.vnpost_ngsp.client import NgspPostOffice
from adapters.vnpost_ngsp.settings import NgspSettings
from benchmarks.doors import Asking, at_share, connected, open_doors, ours
from benchmarks.server import durable_server
from benchmarks.single_scans import _asking, seed, token_of
from postgw.bootstrap import run
from postgw.storage.migrate import migrate

IN_FLIGHT = 500
SLOWNESS = 0.05
IDEAL = IN_FLIGHT / SLOWNESS
PORTS = {"door": 18981, "post": 18982}
#: Scans a second, all clients together; and how many clients.
PACE, CLIENTS = 100, 4
NICENESS = 5

_ROW = {
    "_id": {"$oid": "5a7c1f0e0000000000000001"}, "OrderNumber": "4K7M29TB6HC", "CustomerCode": "HT0001",
    "ItemCode": "RR473124829VN", "StatusCode": 3, "StatusMessage": "Bưu gửi đã đến bưu cục phát và đang chờ bưu tá",
    "EventTime": 1795399200000, "POSID": "480000", "POSName": "Bưu cục Hà Tĩnh, đường Nguyễn Chí Thanh", "Notes": "",
    "SenderName": "", "ReceiverName": "",
}  # fmt: skip
_PAGE = orjson.dumps({
    "_size": 3, "_total_pages": 1, "_returned": 3,
    "_embedded": {"rh:doc": [{**_ROW, "_id": {"$oid": f"5a7c1f0e000000000000000{n}"}} for n in range(3)]},
})  # fmt: skip
_TOKEN = orjson.dumps({"access_token": "bench", "token_type": "Bearer", "expires_in": 36000})


class SlowPost(asyncio.Protocol):
    """Answers whatever is asked, after a while."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._asked = transport, b""

    def data_received(self, data: bytes) -> None:
        """Answer later; a client sends its next question when it has the answer."""
        self._asked += data
        if b"\r\n\r\n" not in self._asked or (self._asked.startswith(b"POST") and b"grant_type" not in self._asked):
            return
        body, self._asked = _TOKEN if self._asked.startswith(b"POST") else _PAGE, b""
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        asyncio.get_running_loop().call_later(SLOWNESS, self._answer, head + body)

    def _answer(self, answer: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(answer)


async def slow_post(_url: str, port: int) -> None:
    """Open the post."""
    server = await asyncio.get_running_loop().create_server(SlowPost, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


@contextmanager
def _offices() -> Iterator[list[NgspPostOffice]]:
    base = f"http://127.0.0.1:{PORTS['post']}"
    yield [
        NgspPostOffice(NgspSettings(customer_code=f"HT{n:04d}", key="bench", secret="bench", base_url=base))
        for n in range(IN_FLIGHT)
    ]


async def _by_ours(poll: Callable[[list[Callable[[], Awaitable[Any]]]], Awaitable[int]]) -> int:
    with _offices() as offices:
        try:
            return await poll([lambda office=office: office.feed("", 500) for office in offices])  # type: ignore[misc]
        finally:
            await asyncio.gather(*(office.close() for office in offices))


async def _by_bare(poll: Callable[[list[Callable[[], Awaitable[Any]]]], Awaitable[int]]) -> int:
    url = f"http://127.0.0.1:{PORTS['post']}/order/tracking?pagesize=500&lastId=000000000000000000000000"
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def once() -> None:
            async with session.get(url, headers={"Authorization": "Bearer bench"}) as answer:
                orjson.loads(await answer.read())

        return await poll([once] * IN_FLIGHT)


def _polling(seconds: float, every: float) -> Callable[[list[Callable[[], Awaitable[Any]]]], Awaitable[int]]:
    """Return what polls: without a pause, or all of them `every` so many seconds. It returns polls a second."""

    async def poll(askings: list[Callable[[], Awaitable[Any]]]) -> int:
        await asyncio.gather(*(asking() for asking in askings))  # the connections and tokens
        begun, count = time.perf_counter(), 0

        async def on(asking: Callable[[], Awaitable[Any]]) -> None:
            nonlocal count
            while time.perf_counter() - begun < seconds:
                await asking()
                count += 1

        async def in_rounds() -> None:
            nonlocal count
            for turn in range(int(seconds / every)):
                await asyncio.sleep(max(begun + turn * every - time.perf_counter(), 0))
                await asyncio.gather(*(asking() for asking in askings))
                count += len(askings)

        await (in_rounds() if every else asyncio.gather(*(on(asking) for asking in askings)))
        return int(count / (time.perf_counter() - begun))

    return poll


def _poller(by: str, seconds: float, every: float, told: Any) -> None:
    os.nice(NICENESS)
    gc.freeze()
    told.put(run({"ours": _by_ours, "bare": _by_bare}[by](_polling(seconds, every))))


@contextmanager
def polling(by: str, seconds: float, every: float = 0.0) -> Iterator[Callable[[], float]]:
    """Poll in a process of its own for the length of the block; what is yielded returns polls a second."""
    spawn = multiprocessing.get_context("spawn")
    told = spawn.Queue()
    process = spawn.Process(target=_poller, args=(by, seconds, every, told), daemon=True)
    process.start()
    try:
        yield told.get
    finally:
        process.join()


def _rate(by: str, seconds: float) -> float:
    with polling(by, seconds) as told:
        return told()


async def scanned(askings: list[Asking], seconds: float) -> list[float]:
    """Scan at a steady pace; return how long each scan took from the moment at which it was due."""
    gap, times = len(askings) / PACE, list[float]()
    begun = time.perf_counter()

    async def run(place: int, asking: Asking) -> None:
        client = await connected(PORTS["door"])
        for turn in range(int(seconds / gap)):
            due = begun + turn * gap + place * gap / len(askings)
            await asyncio.sleep(max(due - time.perf_counter(), 0))
            await asking(client)
            times.append(time.perf_counter() - due)
        client.close()

    await asyncio.gather(*(run(place, asking) for place, asking in enumerate(askings)))
    return sorted(times)


def _scans_beside(numbers: list[str], token: str, seconds: float, every: float | None) -> tuple[list[float], float]:
    """Return the times of scans, alone or beside polling, and the polls a second meanwhile."""
    askings = [_asking(numbers[n::CLIENTS], token) for n in range(CLIENTS)]
    if every is None:
        return asyncio.run(scanned(askings, seconds)), 0.0
    with polling("ours", seconds + 3, every) as told:
        time.sleep(2)  # its process has begun
        times = asyncio.run(scanned(askings, seconds))
        return times, told()


_BESIDE = (
    ("scans, nothing else", None), ("scans, 500 accounts polled each second", 1.0),
    ("scans, 500 polls always in flight", 0.0),
)  # fmt: skip


def main(words: list[str]) -> int:
    """Measure and print."""
    seconds, rounds = (2.0, 1) if "--quick" in words else (8.0, 3)
    each = int(PACE * seconds) + CLIENTS
    with durable_server() as url:
        asyncio.run(migrate(url))
        numbers, token = asyncio.run(seed(url, each * len(_BESIDE) * (rounds + 1))), asyncio.run(token_of(url))
        with open_doors(url, (slow_post, PORTS["post"]), (ours, PORTS["door"])):
            best = {by: max(_rate(by, seconds) for _ in range(rounds)) for by in ("ours", "bare")}
            _scans_beside(numbers[:each], token, seconds, None)
            beside: dict[str, tuple[list[float], float]] = {}
            for _ in range(rounds):
                for work, every in _BESIDE:
                    numbers = numbers[each:]
                    times, polls = _scans_beside(numbers[:each], token, seconds, every)
                    if work not in beside or at_share(times, 0.99) < at_share(beside[work][0], 0.99):
                        beside[work] = times, polls
    print(f"{'work':<44}{'ours':>10}{'reference':>12}{'ratio':>8}")
    for work, by in (("500 polls in flight (to the ideal)", "ours"), ("the same, a bare aiohttp client", "bare")):
        print(f"{work:<44}{best[by]:>8.0f}/s{IDEAL:>10.0f}/s{best[by] / IDEAL:>8.2f}")
    alone = at_share(beside[_BESIDE[0][0]][0], 0.99)
    for work, (times, polls) in beside.items():
        told = f"p50 {at_share(times, 0.5):.1f}, p99 {at_share(times, 0.99):.1f} ms"
        print(f"{work:<44}{told:>30}   p99 ratio {at_share(times, 0.99) / alone:.2f}   {polls:.0f} polls/s")
    print(f"settings: PostgreSQL default durability, {PACE} scans a second, {os.cpu_count()} cores")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
