"""Steps of an upgrade, taken one after the other; on PostgreSQL while gateways go on taking scans.

A step and the word that it was taken are one transaction: a process that is killed leaves either both or neither.

On PostgreSQL four things would make every scan stand in a queue, and none of them is done here:

- An index built inside a step's transaction keeps writers out of its table until it is built. So each index of a step
  on a table that is there already is built ahead of it, `CONCURRENTLY`, which lets writers through; the step then finds
  it done.
- A step that waits for its lock on a table, behind somebody's long transaction, makes all who come later wait behind
  it. So it waits for a moment only, gives up, lets them pass, and tries again.
- A step that alters several tables, one after the other, would hold the first while it waits for the next, and
  whoever is at the next would wait for the first. So it asks for all of them at its beginning, in the order in which
  everybody comes to them: parents before children, and last what is told.
- Asking for an index that is there already ("IF NOT EXISTS") takes the same lock as building it. So it is looked up.

A column with a default is quick: PostgreSQL keeps the default beside the table and touches no row.

Used by: migrate. Source: PostgreSQL 15 manual, 13.3 (locks and what they shut out), CREATE INDEX "Building Indexes
Concurrently" (a broken-off one stays behind, invalid), ALTER TABLE "Notes".
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterable, Sequence
from graphlib import TopologicalSorter
from typing import Any

import asyncpg
from tortoise import Tortoise
from tortoise.connection import get_connection
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.graph import MigrationKey
from tortoise.migrations.migration import Migration
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_editor import AsyncpgSchemaEditor
from tortoise.migrations.schema_generator.state import State
from tortoise.transactions import in_transaction

from postgw.domain.errors import Unreachable

from .earlier_state import only_read, rendered

logger = logging.getLogger(__name__)

#: For so long a step keeps others waiting behind its wish for a lock, before it lets them pass and comes again.
LOCK_WAIT = "300ms"
#: How often it comes, a second apart.
TRIES, _PAUSE = 300, 1.0
_ALTERED, _REFERRED = re.compile(r'ALTER TABLE "?(\w+)"?'), re.compile(r'REFERENCES "?(\w+)"?')
#: What everybody writes at the end of what they do.
_TOLD_LAST = ("event", "outbox")
_INDEX = re.compile(r'CREATE (?:UNIQUE )?INDEX "?(?P<index>\w+)"? ON "?(?P<table>\w+)"?')


class _Editor(AsyncpgSchemaEditor):
    """Writes a step's SQL, and leaves out an index that was built ahead of it."""

    async def _run_sql(self, sql: str) -> None:
        if not self.collect_sql and (made := _INDEX.match(sql)) and await _stands(self.client, made["index"]):
            return
        await super()._run_sql(sql)


async def _stands(client: Any, index: str) -> bool:
    sql = "SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass($1)"
    return any(row["valid"] for row in await client.execute_query_dict(sql, [index]))


class _Executor(MigrationExecutor):
    """Knows the steps, which of them were taken, and what the tables look like after those."""

    def editor(self, *, collect: bool = False) -> Any:
        """Return what writes SQL for this database."""
        return self._schema_editor(atomic=not collect, collect_sql=collect)

    def _schema_editor(self, atomic: bool = True, collect_sql: bool = False) -> Any:
        if self.connection.capabilities.dialect == "postgres":
            return _Editor(self.connection, atomic=atomic, collect_sql=collect_sql)
        return super()._schema_editor(atomic=atomic, collect_sql=collect_sql)

    async def opened(self) -> set[MigrationKey]:
        """Read the steps and return which were taken."""
        await self.loader.build_graph()
        await self.recorder.ensure_schema(self._schema_editor(atomic=False))
        return set(await self.recorder.applied_migrations())

    async def state_after(self, taken: set[MigrationKey]) -> State:
        """Return what the tables look like after these steps."""
        with only_read():
            state = await self._project_state(taken)
        return rendered(state)

    def step(self, name: str) -> Migration:
        """Return a step by its name."""
        step = self.loader.graph.nodes[MigrationKey("models", name)]
        assert step is not None
        return step


async def take_steps(
    config: dict[str, Any], names: Sequence[str], *, builder: asyncpg.Connection | None = None, tries: int = TRIES
) -> None:
    """Take steps one after the other; `builder` is a connection for what is not done inside a transaction.

    Raises Unreachable when somebody keeps a table to themselves for longer than the tries last.
    """
    await Tortoise.init(config=config, init_connections=False)
    executor = _Executor(get_connection("default"), config["apps"])
    taken = await executor.opened()
    state = await executor.state_after(taken)
    for name in names:
        step, locks = executor.step(name), []
        if builder:
            written = await _written(executor, step, state.clone())
            locks = await _locks(builder, written, state)
            await build_missing(builder, await _on_tables_there(builder, written))
        for turn in range(1, tries + 1):
            try:
                await _take(executor, step, state, locks)
                break
            except asyncpg.LockNotAvailableError as error:
                if turn == tries:
                    raise _hindered(name) from error
            logger.warning("step %s waits for a table that somebody is at (%s)", name, turn)
            await asyncio.sleep(_PAUSE)
            state = await executor.state_after(taken)  # the broken-off try has left its mark on the other
        taken.add(MigrationKey("models", name))
    if names and executor.connection.capabilities.dialect == "sqlite":
        await _put_indexes_back(executor, state)


async def _put_indexes_back(executor: _Executor, state: State) -> None:
    """Build what was lost of the tables' own indexes where a table was made anew, as SQLite wants it.

    The ORM's new table has the columns that are unique by themselves, and neither its indexes nor what is unique
    together.
    """
    editor = executor.editor(collect=True)
    for model in state.apps.apps["models"].values():
        for index in model._meta.indexes:
            await editor.add_index(model, index)
    for sql in editor.collected_sql:
        await executor.connection.execute_script(sql.replace("INDEX ", "INDEX IF NOT EXISTS ", 1))
    for model in state.apps.apps["models"].values():
        for names in model._meta.unique_together:
            columns = tuple(model._meta.fields_db_projection[name] for name in names)
            await _put_uniqueness_back(executor.connection, model._meta.db_table, columns)


async def _put_uniqueness_back(client: Any, table: str, columns: tuple[str, ...]) -> None:
    """Let the database refuse again what is there twice, where a table made anew has lost that."""
    rows = await client.execute_query_dict(
        "SELECT l.name, i.name AS col FROM pragma_index_list(?) l JOIN pragma_index_info(l.name) i"
        ' WHERE l."unique" AND NOT l.partial ORDER BY l.name, i.seqno',
        [table],
    )
    kept: dict[str, tuple[str, ...]] = {}
    for row in rows:
        kept[row["name"]] = (*kept.get(row["name"], ()), row["col"])
    if columns not in kept.values():
        names = ", ".join(f'"{column}"' for column in columns)
        await client.execute_script(f'CREATE UNIQUE INDEX "uid_{table}_{"_".join(columns)}" ON "{table}" ({names})')


async def _take(executor: _Executor, step: Migration, state: State, locks: Sequence[str]) -> None:
    editor = executor.editor()
    async with in_transaction(executor.connection.connection_name) as inside:
        for lock in locks:
            await inside.execute_script(lock)
        editor.client = inside
        await step.apply(state, schema_editor=editor)
        await MigrationRecorder(inside).record_applied("models", step.name)


def _hindered(name: str) -> Unreachable:
    return Unreachable(
        "Bước {step} không chen vào được: một giao dịch dài đang giữ bảng. Bước này chưa đổi gì; xem pg_stat_activity"
        " rồi chạy lại: postgw migrate", step=name, code="migrate.locked",
    )  # fmt: skip


async def _written(executor: _Executor, step: Migration, state: State) -> list[str]:
    """Return the SQL of a step; what is done by code is not in it."""
    editor = executor.editor(collect=True)
    await step.apply(state, schema_editor=editor, collect_sql=True)
    return list(editor.collected_sql)


async def _is_there(builder: asyncpg.Connection, table: str) -> bool:
    return bool(await builder.fetchval("SELECT to_regclass($1) IS NOT NULL", table))


async def _on_tables_there(builder: asyncpg.Connection, written: Iterable[str]) -> list[str]:
    """Return those of a step's indexes that stand on tables that are there already."""
    found = [(sql, made["table"]) for sql in written if (made := _INDEX.match(sql))]
    return [sql for sql, table in found if await _is_there(builder, table)]


async def _locks(builder: asyncpg.Connection, written: Sequence[str], state: State) -> list[str]:
    """Return what asks for a step's tables, in the order in which everybody comes to them."""
    altered = {table for sql in written for table in _ALTERED.findall(sql)}
    referred = {table for sql in written for table in _REFERRED.findall(sql)} - altered
    return [
        f'LOCK TABLE "{table}" IN {"ACCESS" if table in altered else "SHARE ROW"} EXCLUSIVE MODE'
        for table in _by_turn(state)
        if table in altered | referred and await _is_there(builder, table)
    ]


def _by_turn(state: State) -> list[str]:
    """Return the tables, parents before children, and what is told last."""
    parents: dict[str, set[str]] = {}
    for model in state.apps.apps["models"].values():
        fields = (model._meta.fields_map[name] for name in model._meta.fk_fields)
        named = {field.related_model._meta.db_table for field in fields}  # type: ignore[attr-defined]
        parents[model._meta.db_table] = named - {model._meta.db_table}
    order = [table for table in TopologicalSorter(parents).static_order() if table not in _TOLD_LAST]
    return [*order, *_TOLD_LAST]


async def build_missing(builder: asyncpg.Connection, definitions: Iterable[str]) -> None:
    """Build those indexes that are not there, or not whole."""
    for sql in definitions:
        if made := _INDEX.match(sql):
            await _built(builder, sql, made["index"])


async def _built(builder: asyncpg.Connection, sql: str, index: str) -> None:
    valid = await builder.fetchval("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass($1)", index)
    if valid:
        return
    if valid is False:  # broken off half-way: it costs every write, and helps no read
        await builder.execute(f'DROP INDEX CONCURRENTLY "{index}"')
    try:
        await builder.execute(sql.replace("INDEX ", "INDEX CONCURRENTLY ", 1))
    except asyncpg.UndefinedColumnError:
        logger.info("index %s waits for its column, which its step adds", index)
    except asyncpg.UniqueViolationError:
        await builder.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{index}"')
        raise
