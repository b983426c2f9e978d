"""What an address calls, by its name: the file it stands in is read at the first call.

A start waits for none of the files that nobody has asked for yet. Whoever opens the door reads them right afterwards
(`serving`), so that no caller waits for one either. A name that leads nowhere is found by the tests that walk the
addresses.

Used by: routes, pages.routes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cache
from importlib import import_module
from typing import Any


def late(room: str, name: str) -> Callable[..., Awaitable[Any]]:
    """Return a handler that stands under a name in a package: `late("postgw.web.pages", "station.acts.take")`."""

    @cache
    def found() -> Callable[..., Awaitable[Any]]:
        act: Callable[..., Awaitable[Any]] = named(room, name)
        return act

    async def called(*asked: Any) -> Any:
        return await found()(*asked)

    return called


def named(room: str, name: str) -> Any:
    """Return what stands under a name in a package; its file is read for it. Raises AttributeError, ImportError."""
    file, _, within = name.rpartition(".")
    return getattr(import_module(f"{room}.{file}"), within)
