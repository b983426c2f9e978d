"""SQLite as this house needs it: every transaction takes the write lock at once.

A plain `BEGIN` takes the lock at the first write; two processes that each read and then write both start from the old state, and
one is thrown out at once whatever its patience. `BEGIN IMMEDIATE` makes them wait for each other. Tortoise loads this module
by name as an engine and looks for `client_class`.
"""

from __future__ import annotations

import sqlite3

from tortoise.backends.base.client import TransactionContext
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionContext, SqliteTransactionWrapper
from tortoise.exceptions import OperationalError


class ImmediateTransaction(SqliteTransactionWrapper):
    """A transaction that owns the write lock from its first moment."""

    async def begin(self) -> None:
        """Take the write lock, waiting as long as `busy_timeout` allows."""
        try:
            await self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error


class ImmediateClient(SqliteClient):
    """The stock client with immediate transactions."""

    def _in_transaction(self) -> TransactionContext:
        return SqliteTransactionContext(ImmediateTransaction(self), self._lock)


client_class = ImmediateClient
