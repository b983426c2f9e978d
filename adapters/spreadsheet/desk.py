"""The desk that has no wire: it hands in its dossiers as a list.

Reading a long list takes seconds of pure computing, so it is done in a thread beside the loop.

Stands on: reading. Used by: bootstrap, as the desk's `read_sheet`.
"""

from __future__ import annotations

import asyncio
from functools import partial

from .reading import read
from .settings import SpreadsheetSettings
from .sheet import Sheet


class SpreadsheetDesk:
    """Reads lists of dossiers within the limits that were set."""

    def __init__(self, settings: SpreadsheetSettings | None = None) -> None:
        self._settings = settings or SpreadsheetSettings()

    async def read_sheet(self, file: bytes, name: str, *, receiving_desk: str) -> Sheet:
        """Return the list in a file. Raises Invalid or TooMuch when it cannot be read as one."""
        reading = partial(read, file, name, receiving_desk=receiving_desk, limits=self._settings)
        return await asyncio.to_thread(reading)

    async def close(self) -> None:
        """Nothing is held open."""
