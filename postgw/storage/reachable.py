"""Is there a database to speak to?

Asked before the ORM is, which waits for ever for a folder that is not there and takes a wrong password for an empty
database.

Used by: database, migrate, backup, former, restore.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import asyncpg

from postgw.domain.errors import Unreachable
from postgw.secret_files import why_unreadable

_PATIENCE = 10.0


def is_sqlite(url: str) -> bool:
    """Say whether a URL names a SQLite file, and no server."""
    return urlsplit(url).scheme == "sqlite"


def sqlite_file(url: str) -> Path:
    """Return the file that a sqlite URL names; four slashes begin an absolute path as three do."""
    named = url.split("://", 1)[1].split("?", 1)[0]
    return Path("/" + named.lstrip("/") if named.startswith("/") else named)


def read_only(file: Path, *, unchanging: bool = False) -> str:
    """Return how SQLite is asked to open a file without writing to it, or as one to which nobody writes."""
    return f"file:{quote(str(file))}?mode=ro{'&immutable=1' if unchanging else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where a PostgreSQL database is, as its URL says it; what is empty is left to the programs' own defaults."""

    host: str  #: a machine, or the folder of a socket
    port: int
    user: str
    password: str
    database: str
    sslmode: str


def server_of(url: str) -> Server:
    """Return what a URL says of a server. A socket stands behind the path: `postgres://USER@/NAME?host=FOLDER`."""
    parts, query = urlsplit(url), dict(parse_qsl(urlsplit(url).query))
    return Server(
        host=query.get("host") or parts.hostname or "", port=int(query.get("port") or parts.port or 5432),
        user=unquote(parts.username or ""), password=unquote(parts.password or ""),
        database=unquote(parts.path.lstrip("/")), sslmode=query.get("sslmode") or query.get("ssl") or "",
    )  # fmt: skip


def is_there(file: Path) -> bool:
    """Say whether a SQLite file is there. Raises Unreachable where we may not look."""
    try:
        return file.exists()
    except OSError as fault:
        raise _closed(file, fault) from fault


async def must_be_reachable(url: str) -> None:
    """Raise Unreachable, with the reason, when the database cannot be opened."""
    if is_sqlite(url):
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
    if not is_there(file.parent):
        raise Unreachable(
            "Thư mục {folder} của cơ sở dữ liệu chưa có. Chạy: postgw migrate", folder=file.parent,
            code="database.folder",
        )  # fmt: skip
    if not is_there(file):
        return
    try:
        file.open("rb").close()
        with closing(sqlite3.connect(read_only(file), uri=True)) as connection:
            connection.execute("PRAGMA schema_version").fetchone()
    except OSError as fault:
        raise _closed(file, fault) from fault
    except sqlite3.DatabaseError as error:
        raise Unreachable(
            "Tệp {file} không phải cơ sở dữ liệu SQLite, hoặc đã hỏng.", file=file, code="database.broken"
        ) from error


def _closed(file: Path, fault: OSError) -> Unreachable:
    return Unreachable(
        "Không mở được cơ sở dữ liệu {file}: {reason}.", file=file, reason=why_unreadable(fault), code="database.closed"
    )
