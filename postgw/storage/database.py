"""The database, opened: SQLite in one file, or PostgreSQL for more than one process or machine.

A `Session` speaks SQL written once for both, with `$1` placeholders. Reads go past open transactions: SQLite gets a second
connection for them, because one open transaction there stalls every query of its connection. Nothing may call an outsider
or start a task inside `writing()`.

Stands on: tables, sqlite_immediate. Used by: every file of this room, bootstrap.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson
from tortoise import Tortoise
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import IntegrityError

__all__ = ["Database", "IntegrityError", "Session", "connection_settings", "moment", "opened"]

_PLACEHOLDER = re.compile(r"\$(\d+)")
_POSTGRES_SCHEMES = {"postgres", "postgresql", "asyncpg"}


def moment(value: Any) -> datetime | None:
    """Return a stored moment as an aware UTC datetime."""
    if value is None:
        return None
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value if value.tzinfo is UTC else value.astimezone(UTC)


@lru_cache(maxsize=512)
def _for_sqlite(sql: str) -> str:
    return _PLACEHOLDER.sub(r"?\1", sql)


def _bound_for_sqlite(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(sep=" ", timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return orjson.dumps(value).decode()
    return value


class Session:
    """One connection, or one open transaction, that speaks SQL."""

    def __init__(self, client: BaseDBAsyncClient, *, sqlite: bool) -> None:
        self._client = client
        self.sqlite = sqlite
        self.for_update = "" if sqlite else " FOR UPDATE"
        self.skip_locked = "" if sqlite else " FOR UPDATE SKIP LOCKED"

    def among(self, placeholder: int, kind: str = "text") -> str:
        """Return the condition "is one of the list bound as `$placeholder`"."""
        if self.sqlite:
            return f"IN (SELECT value FROM json_each(${placeholder}))"
        return f"= ANY(${placeholder}::{kind}[])"

    async def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        """Run a statement and return its rows; also for `… RETURNING`."""
        if self.sqlite:
            return await self._client.execute_query_dict(_for_sqlite(sql), [_bound_for_sqlite(v) for v in values])
        return await self._client.execute_query_dict(sql, list(values))

    async def row(self, sql: str, *values: Any) -> dict[str, Any] | None:
        """Return the first row, or nothing."""
        rows = await self.rows(sql, *values)
        return rows[0] if rows else None

    async def run(self, sql: str, *values: Any) -> None:
        """Run a statement that returns nothing."""
        await self.rows(sql, *values)

    async def insert_many(
        self, table: str, columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[Any]], *, tail: str = ""
    ) -> None:
        """Insert many rows in one statement. `columns` are (name, PostgreSQL type)."""
        if not rows:
            return
        names = ", ".join(name for name, _ in columns)
        if self.sqlite:
            places = ", ".join(f"?{n}" for n in range(1, len(columns) + 1))
            await self._each(f"INSERT INTO {table} ({names}) VALUES ({places}) {tail}", rows)
            return
        arrays = ", ".join(f"${n}::{kind}[]" for n, (_, kind) in enumerate(columns, 1))
        sql = f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays}) {tail}"
        await self._client.execute_query_dict(sql, [list(column) for column in zip(*rows, strict=True)])

    async def update_many(self, table: str, columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[Any]]) -> None:
        """Update many rows in one statement; the first column is the key."""
        if not rows:
            return
        (key, _), *others = columns
        if self.sqlite:
            sets = ", ".join(f"{name} = ?{n}" for n, (name, _) in enumerate(others, 2))
            await self._each(f"UPDATE {table} SET {sets} WHERE {key} = ?1", rows)
            return
        arrays = ", ".join(f"${n}::{kind}[]" for n, (_, kind) in enumerate(columns, 1))
        names = ", ".join(name for name, _ in columns)
        sets = ", ".join(f"{name} = new.{name}" for name, _ in others)
        sql = f"UPDATE {table} SET {sets} FROM unnest({arrays}) AS new({names}) WHERE {table}.{key} = new.{key}"
        await self._client.execute_query_dict(sql, [list(column) for column in zip(*rows, strict=True)])

    async def _each(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        await self._client.execute_many(sql, [[_bound_for_sqlite(value) for value in row] for row in rows])


class Database:
    """An opened database: `reading` for single statements, `writing()` for a transaction."""

    def __init__(self, *, sqlite: bool) -> None:
        self.sqlite = sqlite
        self._writer = Tortoise.get_connection("default")
        reader = Tortoise.get_connection("reader") if sqlite else self._writer
        self.reading = Session(reader, sqlite=sqlite)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Session]:
        """Open a transaction; it is kept when the block ends well and undone when it does not."""
        async with self._writer._in_transaction() as client:
            yield Session(client, sqlite=self.sqlite)


def connection_settings(url: str, *, reader: bool = True, foreign_keys: bool = True, pool: int = 10) -> dict[str, Any]:
    """Return what the ORM needs to open `url`; for SQLite with a second connection that only reads."""
    parts = urlsplit(url)
    apps = {"models": {
        "models": ["postgw.storage.tables"], "default_connection": "default", "migrations": "postgw.storage.migrations",
    }}  # fmt: skip
    if parts.scheme in _POSTGRES_SCHEMES:
        connections = {"default": _postgres(parts, pool)}
    elif parts.scheme == "sqlite":
        connections = _sqlite(url, reader=reader, foreign_keys=foreign_keys)
    else:
        raise ValueError(f"[storage] url: sqlite://FILE or postgres://…, not {parts.scheme}://")
    return {"connections": connections, "apps": apps, "use_tz": True, "timezone": "UTC"}


def _postgres(parts: Any, pool: int) -> dict[str, Any]:
    query = dict(parse_qsl(parts.query))
    return {"engine": "tortoise.backends.asyncpg", "credentials": {
        "host": query.get("host") or parts.hostname or "127.0.0.1", "port": parts.port or 5432,
        "user": parts.username, "password": parts.password, "database": parts.path.lstrip("/"),
        "minsize": 1, "maxsize": pool, "application_name": "postgw",
    }}  # fmt: skip


def sqlite_file(url: str) -> Path:
    """Return the file that a sqlite URL names."""
    return Path(url.split("://", 1)[1].split("?", 1)[0])


def _sqlite(url: str, *, reader: bool, foreign_keys: bool) -> dict[str, Any]:
    credentials = {
        "file_path": str(sqlite_file(url)), "busy_timeout": 20000, "synchronous": "FULL",
        "foreign_keys": "ON" if foreign_keys else "OFF",
    }  # fmt: skip
    connections = {"default": {"engine": "postgw.storage.sqlite_immediate", "credentials": credentials}}
    if reader:
        only_reads = {**credentials, "query_only": "ON"}
        connections["reader"] = {"engine": "tortoise.backends.sqlite", "credentials": only_reads}
    return connections


@asynccontextmanager
async def opened(url: str, *, pool: int = 10) -> AsyncIterator[Database]:
    """Open the database for the length of the block."""
    sqlite = urlsplit(url).scheme == "sqlite"
    await Tortoise.init(config=connection_settings(url, pool=pool), _enable_global_fallback=True)
    try:
        database = Database(sqlite=sqlite)
        await database.reading.rows("SELECT 1 AS one")
        yield database
    finally:
        await Tortoise.close_connections()
