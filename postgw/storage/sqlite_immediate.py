"""SQLite as this house needs it: every transaction takes the write lock at once.

A plain `BEGIN` takes the lock at the first write; two processes that each read and then write both start from the old
state, and one is thrown out at once whatever its patience. `BEGIN IMMEDIATE` makes them wait for each other. Tortoise
loads this module by name as an engine and looks for `client_class`; migrations run through it, everything else
through `immediate`.

Used by: database.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tortoise.backends.base.client import BaseDBAsyncClient, TransactionContext
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionContext, SqliteTransactionWrapper
from tortoise.exceptions import OperationalError

from .patience import Patience


class ImmediateTransaction(SqliteTransactionWrapper):
    """A transaction that owns the write lock from its first moment."""

    async def begin(self) -> None:
        """Take the write lock, waiting as long as `busy_timeout` allows. Raises OperationalError when that was too
        short."""
        try:
            await self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error
        except asyncio.CancelledError:
            # The statement is on its way to the connection's thread all the same; what it began must not stay open.
            await self._connection.rollback()
            raise


class ImmediateClient(SqliteClient):
    """The stock client with immediate transactions."""

    def _in_transaction(self) -> TransactionContext:
        return SqliteTransactionContext(ImmediateTransaction(self), self._lock)


@asynccontextmanager
async def immediate(client: BaseDBAsyncClient, patience: Patience) -> AsyncIterator[ImmediateTransaction]:
    """Open a transaction that gives the connection back however it ends.

    The stock context keeps the connection's lock for good when its beginning fails or is cancelled. Each transaction
    waits for another process as long as `busy_timeout` says; whoever waits for those before it loses patience.
    """
    assert isinstance(client, SqliteClient)
    lent = client.acquire_connection()
    with patience.asked():
        await lent.__aenter__()
    try:
        inside = ImmediateTransaction(client)
        await inside.begin()
        try:
            yield inside
            await inside.commit()
        except BaseException:
            await inside.rollback()
            raise
    finally:
        await lent.__aexit__(None, None, None)


client_class = ImmediateClient
