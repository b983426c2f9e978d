"""Processes that are born within a blink, killed, and born again by who keeps them.

Used by: test_many_kills; a yard's gateways.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_PROCESS = str(Path(__file__).with_name("process.py"))


@dataclass
class Child:
    """One forked process."""

    pid: int
    said: asyncio.Future[str]  #: its first word: it is there
    ended: asyncio.Future[int]

    def signal(self, how: signal.Signals) -> None:
        """Send it a signal, unless it is gone."""
        if not self.ended.done():
            with suppress(ProcessLookupError):
                os.kill(self.pid, how)

    async def there(self) -> bool:
        """Wait until it says that it is there; false when it ended before."""
        either: set[asyncio.Future[Any]] = {self.said, self.ended}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        return self.said.done()


class Nursery:
    """Bears children of one process that has everything imported."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._asked: deque[asyncio.Future[Child]] = deque()
        self._children: dict[int, Child] = {}

    async def bear(self, *words: str) -> Child:
        """Have a process of these words forked."""
        born: asyncio.Future[Child] = asyncio.get_running_loop().create_future()
        self._asked.append(born)
        assert self._process.stdin is not None
        self._process.stdin.write(" ".join(words).encode() + b"\n")
        return await born

    async def listen(self) -> None:
        """Hear what the nursery and its children say, as long as it lives."""
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self._hear(*line.decode().split(maxsplit=2))

    def _hear(self, first: str, second: str, rest: str = "") -> None:
        loop = asyncio.get_running_loop()
        if first == "born":
            self._children[int(second)] = child = Child(int(second), loop.create_future(), loop.create_future())
            self._asked.popleft().set_result(child)
        elif second == "said" and not (said := self._children[int(first)].said).done():
            said.set_result(rest.strip())
        elif second == "ended":
            self._children.pop(int(first)).ended.set_result(int(rest))


@asynccontextmanager
async def nursery(folder: Path) -> AsyncIterator[Nursery]:
    """Open a nursery for the length of the block; its children end with it."""
    environment = {**os.environ, "POSTGW_SETTINGS": str(folder / "settings.toml")}
    with (folder / "stderr").open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable, _PROCESS, "nursery", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=errors, env=environment,
        )  # fmt: skip
    one = Nursery(process)
    listening = asyncio.create_task(one.listen())
    try:
        yield one
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
        await listening


@dataclass
class Keeper:
    """Keeps one place filled: whoever dies there is born again, as a service manager does it."""

    nursery: Nursery
    words: tuple[str, ...]
    now: Child | None = None
    ends: Counter[int] = field(default_factory=Counter)  #: how its lives ended
    broke_off: list[int] = field(default_factory=list)  #: ends of lives that were there and that nobody killed
    killed: int = 0  #: by us
    struck: bool = False  #: the present life
    over: bool = False  #: nobody is born here any more

    async def keep(self) -> None:
        """Keep the place filled until it is given up."""
        while not self.over:
            self.struck = False
            self.now = await self.nursery.bear(*self.words)
            status = await self.now.ended
            self.ends[status] += 1
            if not self.struck and self.now.said.done():
                self.broke_off.append(status)

    def kill(self) -> bool:
        """End the present life as a power cut does; false when there is none."""
        if self.now is None or self.now.ended.done() or self.struck:
            return False
        self.struck = True
        self.killed += 1
        self.now.signal(signal.SIGKILL)
        return True

    async def give_up(self, keeping: asyncio.Task[None]) -> None:
        """End the present life, and the keeping of this place."""
        self.over = True
        while not keeping.done():
            if self.now is not None:
                self.struck = True
                self.now.signal(signal.SIGKILL)
            await asyncio.wait({keeping}, timeout=0.1)
        await keeping
