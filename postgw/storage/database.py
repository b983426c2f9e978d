"""The database, opened: SQLite in one file, or PostgreSQL for more than one process or machine.

A `Session` speaks SQL written once for both, with `$1` placeholders. Reads go past open transactions: SQLite gets a
second connection for them, because one open transaction there stalls every query of its connection. Nothing may call
an outsider, start a task, or ask `reading` inside `writing()`: on PostgreSQL each of those holds a second connection
of a small pool.

Stands on: tables, patience, postgres_lent, sqlite_immediate. Used by: every file of this room, bootstrap.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pkgutil import iter_modules
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

import orjson
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.backends.sqlite.client import SqliteClient
from tortoise.context import TortoiseContext
from tortoise.exceptions import IntegrityError

from postgw import telemetry
from postgw.domain.errors import Troubled

from . import tables
from .patience import SECONDS, Patience
from .postgres_lent import lent, pooled
from .reachable import Server, must_be_reachable, server_of, sqlite_file
from .sqlite_immediate import immediate
from .statements import SYSTEM, statement
from .troubles import KINDS, trouble_of

__all__ = ["Database", "IntegrityError", "Session", "connection_settings", "moment", "opened"]

#: The package of our migrations, and the pages of our tables.
STEPS = "postgw.storage.migrations"
TABLES = sorted(f"{tables.__name__}.{page.name}" for page in iter_modules(tables.__path__))
#: The ORM does not open a connection before it was told of a table. At work every statement is ours, so one page will
#: do, and a process starts without building a hundred models.
_ONE_PAGE = (f"{tables.__name__}.accounts",)
_PLACEHOLDER = re.compile(r"\$(\d+)")
_POSTGRES_SCHEMES = {"postgres", "postgresql", "asyncpg"}


def moment(value: Any) -> datetime | None:
    """Return a stored moment as an aware UTC datetime."""
    if value is None:
        return None
    when: datetime = datetime.fromisoformat(value) if isinstance(value, str) else value
    return when if when.tzinfo is UTC else when.astimezone(UTC)


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


def unseen_list(placeholder: int, kind: str) -> str:
    """Return a list bound as `$placeholder`, for PostgreSQL, without its planner knowing how long it will be.

    Where it sees how long each list is, it plans anew for each and takes longer for that than for the answer; so the
    plan that serves every list never seems cheap enough to be kept.

    >>> unseen_list(1, "bigint")
    '(SELECT $1::bigint[])'
    """
    return f"(SELECT ${placeholder}::{kind}[])"


class Session:
    """One connection, or one open transaction, that speaks SQL."""

    def __init__(self, client: BaseDBAsyncClient, *, sqlite: bool, patience: Patience | None = None) -> None:
        self._client = client
        self.sqlite, self.patience = sqlite, patience or Patience()
        # NO KEY: whoever adds a child of a locked row (its key stays as it is) need not wait for it.
        self.for_update = "" if sqlite else " FOR NO KEY UPDATE"
        self.skip_locked = "" if sqlite else " FOR NO KEY UPDATE SKIP LOCKED"

    def among(self, placeholder: int, kind: str = "text") -> str:
        """Return the condition "is one of the list bound as `$placeholder`"."""
        if self.sqlite:
            return f"IN (SELECT value FROM json_each(${placeholder}))"
        return f"= ANY(${placeholder}::{kind}[])"

    def among_keys(self, placeholder: int, kind: str = "text") -> str:
        """Return the same condition on a column whose index answers it, however many there are.

        The length is kept from the planner (`unseen_list`). It proves no partial index: for keys, not for states.
        """
        if self.sqlite:
            return self.among(placeholder, kind)
        return f"= ANY({unseen_list(placeholder, kind)}::{kind}[])"

    async def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        """Run a statement and return its rows; also for `… RETURNING`."""
        with statement(sql, self.sqlite):
            if self.sqlite:
                return await self._client.execute_query_dict(_for_sqlite(sql), [_bound_for_sqlite(v) for v in values])
            with self.patience.asked():
                return await self._client.execute_query_dict(sql, list(values))

    async def plain_rows(self, sql: str, *values: Any) -> Sequence[Any]:
        """Run a query and return its rows as plain sequences, for where there are very many."""
        with statement(sql, self.sqlite):
            if self.sqlite:
                bound = [_bound_for_sqlite(value) for value in values]
                return (await self._client.execute_query(_for_sqlite(sql), bound))[1]
            with self.patience.asked():
                return (await self._client.execute_query(sql, list(values)))[1]

    async def queue_for(self, what: str) -> None:
        """Wait until no other transaction is at `what`, and keep them waiting until this one ends.

        For rules that look at rows which are not there yet, so that there is nothing to lock.
        """
        if not self.sqlite:
            await self.rows("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", what)

    async def row(self, sql: str, *values: Any) -> dict[str, Any] | None:
        """Return the first row, or nothing."""
        rows = await self.rows(sql, *values)
        return rows[0] if rows else None

    async def run(self, sql: str, *values: Any) -> None:
        """Run a statement that returns nothing."""
        await self.rows(sql, *values)

    async def insert_many(
        self, table: str, columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[Any]], *, tail: str = ""
    ) -> list[dict[str, Any]]:
        """Insert many rows in one statement; return what a `RETURNING` in the tail asks for.

        `columns` are (name, PostgreSQL type). Rows that another process may insert too come in one order everywhere,
        or two processes wait for each other for good.
        """
        if not rows:
            return []
        names = ", ".join(name for name, _ in columns)
        if self.sqlite and "bytea" in dict(columns).values():  # JSON has no bytes
            marks = ", ".join(f"?{n}" for n in range(1, len(columns) + 1))
            await self._each(f"INSERT INTO {table} ({names}) VALUES ({marks}) {tail}", rows)
            return []
        if self.sqlite:
            values = ", ".join(f"json_extract(value, '$[{n}]')" for n in range(len(columns)))
            # Without a WHERE the parser takes ON CONFLICT for a join's condition.
            sql = f"INSERT INTO {table} ({names}) SELECT {values} FROM json_each(?1) WHERE true {tail}"
            return await self.rows(sql, [[_bound_for_sqlite(value) for value in row] for row in rows])
        arrays = ", ".join(unseen_list(n, kind) for n, (_, kind) in enumerate(columns, 1))
        sql = f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays}) {tail}"
        return await self.rows(sql, *(list(column) for column in zip(*rows, strict=True)))

    async def update_many(self, table: str, columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[Any]]) -> None:
        """Update many rows in one statement; the first column is the key."""
        if not rows:
            return
        (key, _), *others = columns
        if self.sqlite:
            sets = ", ".join(f"{name} = ?{n}" for n, (name, _) in enumerate(others, 2))
            await self._each(f"UPDATE {table} SET {sets} WHERE {key} = ?1", rows)
            return
        arrays = ", ".join(unseen_list(n, kind) for n, (_, kind) in enumerate(columns, 1))
        names = ", ".join(name for name, _ in columns)
        sets = ", ".join(f"{name} = new.{name}" for name, _ in others)
        sql = f"UPDATE {table} SET {sets} FROM unnest({arrays}) AS new({names}) WHERE {table}.{key} = new.{key}"
        await self.run(sql, *(list(column) for column in zip(*rows, strict=True)))

    async def _each(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        with statement(sql, self.sqlite):
            await self._client.execute_many(sql, [[_bound_for_sqlite(value) for value in row] for row in rows])


@dataclass(slots=True)
class Waits:
    """How often a transaction was begun in this process, and how long all of them waited to begin."""

    count: int = 0
    seconds: float = 0.0
    longest: float = 0.0  #: since it was last looked at

    def waited(self, seconds: float) -> None:
        """Count one transaction that has begun."""
        self.count += 1
        self.seconds += seconds
        self.longest = max(self.longest, seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """How this process fares with its connections. On SQLite there are two, and one transaction at a time."""

    busy: int
    idle: int
    most: int
    begun: int  #: transactions, since the process began
    waited_seconds: float
    longest_seconds: float  #: since it was last asked
    troubles: Mapping[str, int]  #: how often it could not do what was asked, by kind, since the process began


#: What was asked within one look, with what came back.
_LOOK: ContextVar[dict[tuple[Any, ...], Sequence[Any]] | None] = ContextVar("look", default=None)


@contextmanager
def one_look() -> Iterator[None]:
    """Let the length of the block be one look: what was asked of `reading` once is not asked again.

    For a page that asks several acts about one dossier, each of which finds its own way to it. Never around a write
    that is then to be read.
    """
    token = _LOOK.set({})
    try:
        yield
    finally:
        _LOOK.reset(token)


@contextmanager
def _in_our_words(troubles: dict[str, int]) -> Iterator[None]:
    """Say what ails the database in our words, and count it; let every other error pass. Raises Troubled."""
    try:
        yield
    except Exception as error:
        if trouble := trouble_of(error):
            troubles[trouble.code.removeprefix("database.")] += 1
            raise trouble from error
        raise


class _Reading(Session):
    """Single statements outside transactions; within one look each is asked once."""

    def __init__(
        self, client: BaseDBAsyncClient, *, sqlite: bool, patience: Patience, troubles: dict[str, int]
    ) -> None:
        super().__init__(client, sqlite=sqlite, patience=patience)
        self.troubles = troubles

    async def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        look = _LOOK.get()
        if look is None:
            with _in_our_words(self.troubles):
                return await super().rows(sql, *values)
        if (asked := ("rows", sql, repr(values))) not in look:
            with _in_our_words(self.troubles):
                look[asked] = await super().rows(sql, *values)
        return [dict(row) for row in look[asked]]  # a reader may take its rows apart

    async def plain_rows(self, sql: str, *values: Any) -> Sequence[Any]:
        look = _LOOK.get()
        if look is None:
            with _in_our_words(self.troubles):
                return await super().plain_rows(sql, *values)
        if (asked := ("plain", sql, repr(values))) not in look:
            with _in_our_words(self.troubles):
                look[asked] = await super().plain_rows(sql, *values)
        return look[asked]


class Database:
    """An opened database: `reading` for single statements, `writing()` for a transaction."""

    def __init__(self, writer: BaseDBAsyncClient, reader: BaseDBAsyncClient, patience: Patience) -> None:
        self._writer, self._patience = writer, patience
        self.sqlite = isinstance(writer, SqliteClient)
        self.troubles = dict.fromkeys(KINDS, 0)
        self.reading: Session = _Reading(reader, sqlite=self.sqlite, patience=patience, troubles=self.troubles)
        self.waits = Waits()

    def pool(self) -> Pool:
        """Return how this process fares with its connections, and forget the longest wait."""
        waits, pool = self.waits, getattr(self._writer, "_pool", None)
        size, idle, most = (pool.get_size(), pool.get_idle_size(), pool.get_max_size()) if pool else (2, 2, 2)
        longest, waits.longest = waits.longest, 0.0
        return Pool(
            busy=size - idle, idle=idle, most=most, begun=waits.count, waited_seconds=waits.seconds,
            longest_seconds=longest, troubles=dict(self.troubles),
        )  # fmt: skip

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Session]:
        """Open a transaction; it is kept when the block ends well and undone when it does not.

        Raises Troubled when the database cannot do it now.
        """
        begun = immediate(self._writer, self._patience) if self.sqlite else pooled(self._writer, self._patience)
        with telemetry.span("transaction", SYSTEM[self.sqlite], kind="client"):
            async with self._minded():
                asked = perf_counter()
                async with begun as client:
                    self.waits.waited(perf_counter() - asked)
                    yield Session(client, sqlite=self.sqlite, patience=self._patience)

    @asynccontextmanager
    async def _minded(self) -> AsyncIterator[None]:
        """Say in our words what ails the database when something is written."""
        try:
            with _in_our_words(self.troubles):
                yield
        except Troubled as trouble:
            if trouble.code == "database.read_only":
                await self._let_go()
            raise

    async def _let_go(self) -> None:
        """Give every connection up: a server that was demoted keeps them, and another may have taken over."""
        if pool := getattr(self._writer, "_pool", None):
            await pool.expire_connections()

    @asynccontextmanager
    async def writing_once(self) -> AsyncIterator[Session]:
        """Open the way for one statement that writes, and for no second one.

        PostgreSQL makes a transaction of every statement by itself: begun and ended by us it asks three times as much.
        Raises Troubled when the database cannot do it now.
        """
        if self.sqlite:
            async with self.writing() as tx:
                yield tx
        else:
            async with self._minded():
                yield Session(self._writer, sqlite=False, patience=self._patience)

    @asynccontextmanager
    async def on_one_connection(self) -> AsyncIterator[Session]:
        """Open the way for a few statements of which the last writes, each by itself. PostgreSQL only.

        Raises Troubled when the database cannot do it now.
        """
        async with self._minded(), lent(self._writer, self._patience) as client:
            yield Session(client, sqlite=False, patience=self._patience)


def connection_settings(
    url: str,
    *,
    reader: bool = True,
    foreign_keys: bool = True,
    pool: int = 10,
    steps: str = STEPS,
    pages: Sequence[str] = TABLES,
) -> dict[str, Any]:
    """Return what the ORM needs to open `url`; for SQLite with a second connection that only reads.

    `steps` is the package of the migrations. Raises ValueError when the URL names neither kind of database.
    """
    parts = urlsplit(url)
    apps = {"models": {"models": list(pages), "default_connection": "default", "migrations": steps}}
    if parts.scheme in _POSTGRES_SCHEMES:
        connections = {"default": _postgres(server_of(url), pool)}
    elif parts.scheme == "sqlite":
        connections = _sqlite(url, reader=reader, foreign_keys=foreign_keys)
    else:
        raise ValueError(f"[storage] url: sqlite://FILE or postgres://…, not {parts.scheme}://")
    return {"connections": connections, "apps": apps, "use_tz": True, "timezone": "UTC"}


#: What we ask is answered from a few pages of an index. On a large database the planner's doubts about that would
#: compile a statement, or start helpers for it, and both take longer than the answer.
_SHORT_STATEMENTS = {"jit": "off", "max_parallel_workers_per_gather": "0"}
#: No act leaves a transaction open while it does something else: one that stood still for five minutes is of a gateway
#: that vanished from the network, and its locks are wanted.
_LEFT_OPEN = {"idle_in_transaction_session_timeout": "300000"}


def _postgres(server: Server, pool: int) -> dict[str, Any]:
    return {"engine": "postgw.storage.postgres_lent", "credentials": {
        "host": server.host or "127.0.0.1", "port": server.port, "user": server.user or None,
        "password": server.password or None, "database": server.database, "minsize": 1, "maxsize": pool,
        "application_name": "postgw", "reset": _leave_as_it_is, "server_settings": dict(_SHORT_STATEMENTS),
        **({"ssl": server.sslmode} if server.sslmode else {}),
    }}  # fmt: skip


async def _leave_as_it_is(connection: Any) -> None:
    """Spare the pool a question to the server at each return: nobody here changes a session, and a transaction left
    open is undone before this.
    """


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
async def opened(url: str, *, pool: int = 10, patience: float = SECONDS) -> AsyncIterator[Database]:
    """Open the database for the length of the block; whoever waits at the door waits so many seconds for an answer.

    Raises Unreachable when it cannot be opened.
    """
    await must_be_reachable(url)
    config = connection_settings(url, pool=pool, pages=_ONE_PAGE)
    config["connections"]["default"]["credentials"].get("server_settings", {}).update(_LEFT_OPEN)
    with TortoiseContext() as context:
        await context.init(config=config)
        writer = context.connections.get("default")
        reader = context.connections.get("reader") if isinstance(writer, SqliteClient) else writer
    try:
        database = Database(writer, reader, Patience(patience))
        await database.reading.rows("SELECT 1 AS one")
        yield database
    finally:
        for client in {writer, reader}:
            await client.close()
