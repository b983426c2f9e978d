"""The rehearsal post office: takes orders over the government wire, lives their items' lives, tells them in its feed.

It shows no mercy that the real one does not show: the success codes, the nulls, the missing `_embedded` at the end of
the feed, 101 for a number it knows.

Stands on: office, server, certificate. Used by: bootstrap (demo), `postgw rehearse post-office`, tests.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from .counter import Counter
from .office import Office, now
from .server import OfficeServer
from .settings import OfficeOptions

if TYPE_CHECKING:
    from .certificate import Certificates


class RehearsalPostOffice(Office):
    """A post office in this process. `start` opens its counter, `stop` closes it."""

    def __init__(self, options: OfficeOptions | None = None, *, clock: Callable[[], datetime] = now) -> None:
        super().__init__(options, clock=clock)
        self.ca_pem = b""
        self._made: Certificates | None = None  #: kept, for who opens the counter again
        self._counter = Counter(OfficeServer(self).routes(), self.bad_day.closing)

    async def start(self, host: str | None = None, port: int | None = None, *, tls: bool | None = None) -> str:
        """Open the counter where the options say, or elsewhere; return its address."""
        host = self.options.host if host is None else host
        port = self.options.port if port is None else port
        tls = self.options.tls if tls is None else tls
        return await self._counter.start(host, port, tls=self._certified(host).server_context() if tls else None)

    async def stop(self) -> None:
        """Close the counter; what hangs on a silent answer is let go."""
        await self._counter.stop()
        self.shelf.close()

    def _certified(self, host: str) -> Certificates:
        from .certificate import make

        made = self._made = self._made or make(host, now())
        self.ca_pem = made.authority_pem
        if self.options.ca_out:
            Path(self.options.ca_out).write_bytes(made.authority_pem)
        return made
