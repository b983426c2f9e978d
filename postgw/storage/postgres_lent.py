"""PostgreSQL as this house needs it: a connection that was lent out comes back however its work ended, and soon.

When a call is cut off, the driver asks the server to drop the statement and, before it does anything else with that
connection, waits for the server's word that it did. A server that hangs never says it. So leaving is bounded too: a
connection that cannot be left in good order is cut, and the pool makes another. What was begun on it is undone by the
server.

Tortoise loads this module by name as an engine and looks for `client_class`.

Stands on: patience. Used by: database.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext, suppress
from typing import Any

import asyncpg
from asyncpg.transaction import Transaction
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import BaseDBAsyncClient, PoolConnectionWrapper

from .patience import Patience

#: So long a connection may take to be left; asking a server that answers takes a thousandth of it.
_LEAVING_SECONDS = 2.0


class _Lent(PoolConnectionWrapper[Any]):
    """A connection of the pool for the length of a block."""

    _patience: Patience | None = None

    def within(self, patience: Patience) -> _Lent:
        """Let whoever waits at the door wait for a free connection with patience."""
        self._patience = patience
        return self

    async def __aenter__(self) -> Any:
        with self._patience.asked() if self._patience else nullcontext():
            return await super().__aenter__()

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            await self.client._pool.release(self.connection, timeout=_LEAVING_SECONDS if kind else None)
        except TimeoutError:
            _cut(self.connection)


class LentClient(AsyncpgDBClient):
    """The stock client, which gives connections back within a bound."""

    def acquire_connection(self) -> _Lent:
        """Lend a connection."""
        return _Lent(self, self._pool_init_lock)


@asynccontextmanager
async def lent(client: BaseDBAsyncClient, patience: Patience) -> AsyncIterator[BaseDBAsyncClient]:
    """Lend one connection for several statements, each its own transaction; taking one anew costs as much as to ask."""
    assert isinstance(client, LentClient)
    async with client.acquire_connection().within(patience) as connection:
        yield _through(client, connection)


@asynccontextmanager
async def pooled(client: BaseDBAsyncClient, patience: Patience) -> AsyncIterator[BaseDBAsyncClient]:
    """Open a transaction that gives its connection back however it ends.

    The ORM's own one keeps the connection for good when its beginning fails or is cancelled, and lets tasks that are
    started inside speak through it after it was given back.
    """
    assert isinstance(client, LentClient)
    async with client.acquire_connection().within(patience) as connection:
        transaction = connection.transaction()
        with patience.asked():
            await transaction.__aenter__()
        try:
            yield _through(client, connection)
        except BaseException as error:
            await _undone(connection, transaction, error)
            raise
        with patience.asked():
            await transaction.__aexit__(None, None, None)


def _through(client: LentClient, connection: Any) -> TransactionWrapper:
    """Return a client that speaks through one connection."""
    inside = TransactionWrapper(client)
    inside._connection = connection
    return inside


async def _undone(connection: Any, transaction: Transaction, error: BaseException) -> None:
    """Undo a transaction; the server does it by itself where it cannot be told to."""
    try:
        async with asyncio.timeout(_LEAVING_SECONDS):
            await transaction.__aexit__(type(error), error, error.__traceback__)
    except (OSError, TimeoutError, asyncpg.InterfaceError, asyncpg.PostgresConnectionError):
        _cut(connection)


def _cut(connection: Any) -> None:
    with suppress(asyncpg.InterfaceError):  # it was given up already
        connection.terminate()


client_class = LentClient
