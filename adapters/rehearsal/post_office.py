"""The rehearsal post office: takes orders over the government wire, lives their items' lives, tells them in its feed.

It shows no mercy that the real one does not show: the success codes, the nulls, the missing `_embedded` at the end of
the feed, 101 for a number it knows.

Stands on: office, server, certificate. Used by: bootstrap (demo), `postgw rehearse post-office`, tests.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from aiohttp import web

from . import certificate
from .office import Office, now
from .server import OfficeServer
from .settings import OfficeOptions


class RehearsalPostOffice(Office):
    """A post office in this process. `start` opens its counter, `stop` closes it."""

    def __init__(self, options: OfficeOptions | None = None, *, clock: Callable[[], datetime] = now) -> None:
        super().__init__(options, clock=clock)
        self.ca_pem = b""
        self._runner: web.AppRunner | None = None

    async def start(self, host: str | None = None, port: int | None = None, *, tls: bool | None = None) -> str:
        """Open the counter where the options say, or elsewhere; return its address."""
        host = self.options.host if host is None else host
        port = self.options.port if port is None else port
        tls = self.options.tls if tls is None else tls
        context = self._certified(host).server_context() if tls else None
        self._runner = web.AppRunner(OfficeServer(self).app(), access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port, ssl_context=context)
        await site.start()
        port = self._runner.addresses[0][1]
        return f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"

    async def stop(self) -> None:
        """Close the counter; what hangs on a silent answer is let go."""
        self.closing.set()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        self.shelf.close()

    def _certified(self, host: str) -> certificate.Certificates:
        made = certificate.make(host, now())
        self.ca_pem = made.authority_pem
        if self.options.ca_out:
            Path(self.options.ca_out).write_bytes(made.authority_pem)
        return made


async def serve_office(options: OfficeOptions) -> None:
    """Run a rehearsal post office until told to stop (SIGINT, SIGTERM); say where it listens."""
    office = RehearsalPostOffice(options)
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, told.set)
    try:
        url = await office.start()
        sys.stdout.write(f"Bưu cục diễn tập: {url}\n")
        sys.stdout.flush()
        await told.wait()
    finally:
        await office.stop()
