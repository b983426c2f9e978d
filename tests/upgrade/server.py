"""A PostgreSQL server that a test stops, starts and fills up; its files may lie on a small disk of their own."""

from __future__ import annotations

import asyncio
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg


@dataclass(frozen=True)
class Server:
    """A server by the URL of its own database."""

    url: str
    data: Path
    program: Path

    async def stop(self, how: str = "immediate") -> None:
        """Stop it, as a power cut does unless told otherwise."""
        await self._control("-m", how, "-w", "stop")

    async def start(self) -> None:
        """Start it again, with the options it was started with."""
        await self._control("-l", str(self.data.parent / "log"), "-w", "start", "-o", self._options)

    async def tell(self, *statements: str) -> None:
        """Run statements in the server's own database, each by itself."""
        connection = await asyncpg.connect(self.url)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    def database(self, name: str) -> str:
        """Return the URL of a database there."""
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    @property
    def _options(self) -> str:
        return " ".join(f'"{word}"' for word in self._words[1:] if word != "-D" and word != str(self.data))

    @property
    def _words(self) -> list[str]:
        return [word.strip('"') for word in (self.data / "postmaster.opts").read_text().split()]

    async def _control(self, *words: str) -> None:
        owner = self.data.stat()
        who: dict[str, Any] = {} if os.getuid() else {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}
        command = [str(self.program), "-D", str(self.data), *words]

        def run() -> None:
            subprocess.run(command, check=True, cwd=self.data.parent, stdout=subprocess.DEVNULL, timeout=60, **who)

        await asyncio.to_thread(run)


async def server_of(url: str) -> Server:
    """Return a running server."""
    connection = await asyncpg.connect(url)
    data = Path(await connection.fetchval("SHOW data_directory"))
    await connection.close()
    program = Path((data / "postmaster.opts").read_text().split()[0].strip('"')).with_name("pg_ctl")
    return Server(url, data, program)
