"""Is there a database to speak to?

Asked before the ORM is, which waits for ever for a folder that is not there and takes a wrong password for an empty
database.

Used by: database, migrate.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from postgw.domain.errors import Unreachable

_PATIENCE = 10.0


def is_sqlite(url: str) -> bool:
    """Say whether a URL names a SQLite file, and no server."""
    return urlsplit(url).scheme == "sqlite"


def sqlite_file(url: str) -> Path:
    """Return the file that a sqlite URL names."""
    return Path(url.split("://", 1)[1].split("?", 1)[0])


async def must_be_reachable(url: str) -> None:
    """Raise Unreachable, with the reason, when the database cannot be opened."""
    if is_sqlite(url):
        folder = sqlite_file(url).parent
        if not await asyncio.to_thread(folder.is_dir):
            raise Unreachable(
                "Thư mục {folder} của cơ sở dữ liệu chưa có. Chạy: postgw migrate",
                folder=folder,
                code="database.folder",
            )
        await asyncio.to_thread(_must_be_sqlite, sqlite_file(url))
        return
    try:
        connection = await asyncpg.connect(url.replace("asyncpg://", "postgres://", 1), timeout=_PATIENCE)
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        raise Unreachable(
            "Không vào được cơ sở dữ liệu ({reason}). Xem [storage] url, mật khẩu và máy chủ.",
            reason=type(error).__name__, code="database.away",
        ) from error  # fmt: skip
    await connection.close()


def _must_be_sqlite(file: Path) -> None:
    if not file.exists():
        return
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            connection.execute("PRAGMA schema_version").fetchone()
    except sqlite3.DatabaseError as error:
        raise Unreachable(
            "Tệp {file} không phải cơ sở dữ liệu SQLite, hoặc đã hỏng.", file=file, code="database.broken"
        ) from error
