"""Where the rehearsal post office keeps its book between two runs: an SQLite file, or nowhere.

Used by: ledger.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_KEEP_ORDER = "INSERT INTO orders VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET body = excluded.body"


class Shelf:
    """Keeps orders and feed rows; with no file it forgets at once."""

    def __init__(self, file: str = "") -> None:
        self._book: sqlite3.Connection | None = None
        if file:
            self._book = sqlite3.connect(file, isolation_level=None)
            self._book.executescript(
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                "CREATE TABLE IF NOT EXISTS orders (key TEXT PRIMARY KEY, body TEXT NOT NULL);"
                "CREATE TABLE IF NOT EXISTS rows (id TEXT PRIMARY KEY, body TEXT NOT NULL);"
            )

    @property
    def remembers(self) -> bool:
        """Say whether what is kept here outlives the process."""
        return self._book is not None

    @contextmanager
    def together(self) -> Iterator[None]:
        """Keep all that is kept inside, or nothing of it."""
        if self._book is None or self._book.in_transaction:
            yield
            return
        self._book.execute("BEGIN IMMEDIATE")
        with self._book:
            yield

    def keep_order(self, key: str, body: dict[str, Any]) -> None:
        """Keep an order as it now is."""
        if self._book:
            self._book.execute(_KEEP_ORDER, (key, json.dumps(body)))

    def keep_row(self, row_id: str, body: dict[str, Any]) -> None:
        """Keep a feed row."""
        if self._book:
            self._book.execute("INSERT INTO rows VALUES (?, ?)", (row_id, json.dumps(body)))

    def orders(self) -> Iterator[dict[str, Any]]:
        """Return the orders that were kept, oldest first."""
        return self._bodies("SELECT body FROM orders ORDER BY rowid")

    def rows(self) -> Iterator[dict[str, Any]]:
        """Return the feed rows that were kept, in the order of their ids."""
        return self._bodies("SELECT body FROM rows ORDER BY id")

    def close(self) -> None:
        """Give the file back."""
        if self._book:
            self._book.close()
            self._book = None

    def _bodies(self, question: str) -> Iterator[dict[str, Any]]:
        found = self._book.execute(question).fetchall() if self._book else []
        return (json.loads(body) for (body,) in found)
