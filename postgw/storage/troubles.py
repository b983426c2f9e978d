"""What a database in trouble says, in our words: it is away, full, only to be read, changed, too busy, or slow.

Each of these is over one day without anybody mending the code, and until then nothing is kept by halves: the
transaction is undone, and the caller is told to come again. Whether what was cut off at its very end is kept, only the
server knows; every act may be asked for twice. Everything else that a driver raises is a fault of ours.

Stands on: patience. Used by: database.
Source: PostgreSQL 15 manual, appendix A (error codes); SQLite, "Result and Error Codes".
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable

import asyncpg
from tortoise.exceptions import DBConnectionError, OperationalError, TransactionManagementError

from postgw.domain.errors import Troubled

from .patience import Slow

#: The driver's errors, in our words; the first that fits.
_POSTGRES: tuple[tuple[tuple[type[Exception], ...], str], ...] = (
    ((Slow,), "slow"),
    ((asyncpg.DiskFullError,), "full"),
    ((asyncpg.ReadOnlySQLTransactionError,), "read_only"),
    ((asyncpg.exceptions.InvalidCachedStatementError, asyncpg.exceptions.OutdatedSchemaCacheError), "changed"),
    ((asyncpg.DeadlockDetectedError, asyncpg.SerializationError, asyncpg.LockNotAvailableError), "busy"),
    ((asyncpg.InsufficientResourcesError,), "busy"),
    ((asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError, asyncpg.InternalClientError), "away"),
    ((ConnectionError, TimeoutError, OSError, DBConnectionError), "away"),
)
_SQLITE = {
    sqlite3.SQLITE_FULL: "full", sqlite3.SQLITE_IOERR: "full", sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_BUSY: "busy", sqlite3.SQLITE_LOCKED: "busy", sqlite3.SQLITE_CANTOPEN: "away",
}  # fmt: skip
#: What is said, and after how many seconds to come again.
_SAID: dict[str, Callable[[], Troubled]] = {
    "away": lambda: Troubled(
        "Cơ sở dữ liệu chưa trả lời. Chưa ghi gì; gửi lại nguyên như vậy sau ít giây.", code="database.away",
        retry_after=5,
    ),
    "full": lambda: Troubled(
        "Ổ đĩa của cơ sở dữ liệu đã đầy hoặc không ghi được. Chưa ghi gì; gửi lại nguyên như vậy sau. Báo quản trị.",
        code="database.full", retry_after=60,
    ),
    "read_only": lambda: Troubled(
        "Cơ sở dữ liệu đang chỉ đọc. Chưa ghi gì; gửi lại nguyên như vậy sau. Báo quản trị.",
        code="database.read_only", retry_after=30,
    ),
    "changed": lambda: Troubled(
        "Cơ sở dữ liệu vừa được nâng cấp. Chưa ghi gì; gửi lại nguyên như vậy.", code="database.changed",
        retry_after=1,
    ),
    "busy": lambda: Troubled(
        "Cơ sở dữ liệu đang bận. Chưa ghi gì; gửi lại nguyên như vậy sau ít giây.", code="database.busy",
        retry_after=2,
    ),
    "slow": lambda: Troubled(
        "Cơ sở dữ liệu không trả lời kịp. Gửi lại nguyên như vậy sau ít giây; nếu đã ghi thì không ghi thêm lần nữa.",
        code="database.slow", retry_after=10,
    ),
}  # fmt: skip
KINDS = tuple(_SAID)


def trouble_of(error: Exception) -> Troubled | None:
    """Return what ails the database, or nothing when the error is none of its own; the ORM wraps some up once more."""
    inner = error.args[0] if isinstance(error, (OperationalError, TransactionManagementError)) and error.args else error
    kind = (_of_sqlite(inner) or _of_postgres(inner)) if isinstance(inner, Exception) else ""
    return _SAID[kind]() if kind else None


def _of_postgres(error: Exception) -> str:
    if isinstance(error, asyncpg.InterfaceError):  # of what the driver refuses by itself, only a lost connection
        return "away" if re.search(r"(connection|pool) (is|was|has been) (clos|released)", str(error)) else ""
    return next((kind for classes, kind in _POSTGRES if isinstance(error, classes)), "")


def _of_sqlite(error: Exception) -> str:
    if not isinstance(error, sqlite3.OperationalError):
        return ""
    return _SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, "")
