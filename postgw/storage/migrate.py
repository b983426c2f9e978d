"""Bringing the database to this release, one process at a time and without losing a row.

SQLite cannot change a column in place: the ORM makes a new table, copies, and drops the old one, and with foreign keys on that drop
deletes every child row without a word. So migrations run on a connection of their own with foreign keys off, after a copy of
the file was made, and are followed by a check of every foreign key. On PostgreSQL an advisory lock lets one process migrate
while the others wait; on SQLite a lock file does.

Used by: the `migrate` command, `demo`, tests.
"""

from __future__ import annotations

import asyncio
import fcntl
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
from tortoise import Tortoise
from tortoise.migrations.api.migrate import migrate as run_migrations
from tortoise.migrations.executor import MigrationExecutor

from .database import connection_settings, sqlite_file

#: Any number, the same in every release: the lock that migrating processes share.
_LOCK = 4_519_023


async def migrate(url: str) -> None:
    """Bring the database at `url` to this release; safe to call from many processes at once."""
    if urlsplit(url).scheme == "sqlite":
        await asyncio.to_thread(_prepare_folder, sqlite_file(url))
        with _locked_file(sqlite_file(url)):
            await _migrate_sqlite(url)
    else:
        async with _advisory_lock(url):
            await _run(url)


def _prepare_folder(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)


async def _migrate_sqlite(url: str) -> None:
    file = sqlite_file(url)
    if await pending(url) and file.exists() and file.stat().st_size:
        await asyncio.to_thread(_copy, file)
    await _run(url)
    await asyncio.to_thread(_check_foreign_keys, file)


async def _run(url: str) -> None:
    try:
        await run_migrations(config=connection_settings(url, reader=False, foreign_keys=False))
    finally:
        await Tortoise.close_connections()


async def pending(url: str) -> tuple[str, ...]:
    """Return the names of the migrations that the database at `url` still lacks."""
    config = connection_settings(url, reader=False, foreign_keys=False)
    await Tortoise.init(config=config)
    try:
        executor = MigrationExecutor(Tortoise.get_connection("default"), config["apps"])
        return tuple(step.migration.name for step in await executor.plan())
    finally:
        await Tortoise.close_connections()


@contextmanager
def _locked_file(file: Path) -> Iterator[None]:
    with open(f"{file}.migrating", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@asynccontextmanager
async def _advisory_lock(url: str) -> AsyncIterator[None]:
    connection = await asyncpg.connect(url.replace("asyncpg://", "postgres://", 1))
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
        yield
    finally:
        await connection.close()


def _copy(file: Path) -> None:
    with closing(sqlite3.connect(file)) as old, closing(sqlite3.connect(f"{file}.before-migration")) as copy:
        old.backup(copy)


def _check_foreign_keys(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise RuntimeError(f"migration left {len(broken)} rows without their parents; the copy is {file}.before-migration")
