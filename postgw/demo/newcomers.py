"""New dossiers that come in now and then while the demo runs.

Used by: cli.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.rehearsal import invented
from postgw.bootstrap import House, now
from postgw.domain.legal_day import legal_day

from .furnishing import at_home, booked, taken

_NEW_EVERY = 20.0


@asynccontextmanager
async def newcomers(house: House) -> AsyncIterator[None]:
    """Let a new dossier come in now and then, for the length of the block."""
    task = asyncio.create_task(_come_in(house))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _come_in(house: House) -> None:
    stream = invented.invented_dossiers(
        seed=int(now().timestamp()), count=10_000, on=legal_day(now()), desks=invented.desks()
    )
    for n, dossier in enumerate(stream):
        await asyncio.sleep(_NEW_EVERY)
        consignment = await taken(house, at_home(dossier, n), now())
        if consignment:
            await booked(house, consignment, now())
