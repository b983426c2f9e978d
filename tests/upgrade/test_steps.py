"""A full database goes back through the steps and forward again: no row is lost or changed, no index is missing."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import asyncpg
import pytest
from tortoise import Tortoise
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.graph import MigrationKey
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_editor.sqlite import SqliteSchemaEditor
from tortoise.models import Model
from tortoise.transactions import in_transaction

from postgw.storage.database import connection_settings, opened
from postgw.storage.earlier_state import only_read, rendered_when_asked
from postgw.storage.migrate import HOUSE_INDEXES, known_steps, migrate, pending, plain_url

from .filling import Columns, both, columns_of, digests, fill, look, shape_of

_FULL = os.environ.get("POSTGW_FULL_DATABASE") == "1"
ROWS, SCANS = (2000, 200_000) if _FULL else (12, 2000)
#: How many of the last steps are gone back through; all of them in the full run.
_BACK = len(known_steps()) - 1 if _FULL else 4


async def _back(url: str, count: int, before: Columns) -> Columns:
    """Go back `count` steps; after each, what is there still is what was there. Return what is there in the end."""
    config = connection_settings(url, reader=False, foreign_keys=False)
    async with TortoiseContext():
        with rendered_when_asked():
            await Tortoise.init(config=config, init_connections=False)
            executor = MigrationExecutor(get_connection("default"), config["apps"])
            await executor.loader.build_graph()
            taken = set(await executor.recorder.applied_migrations())
            with only_read():
                states = await executor._project_state_cache(taken)
            for name in reversed(known_steps()[-count:]):
                told = await digests(url, before) if _FULL else {}
                key = MigrationKey("models", name)
                editor = executor._schema_editor(atomic=True)
                if isinstance(editor, SqliteSchemaEditor):
                    _keep_indexes(editor)
                async with in_transaction("default") as inside:
                    editor.client = inside
                    step = executor.loader.graph.nodes[key]
                    assert step is not None
                    await step.unapply(states[key], schema_editor=editor)
                    await MigrationRecorder(inside).record_unapplied("models", name)
                left = both(before, await columns_of(url))
                if _FULL:
                    _must_agree(await digests(url, left), told, before, left, name)
                before = left
    return before


def _keep_indexes(editor: SqliteSchemaEditor) -> None:
    """Let a table of SQLite keep its indexes when a column is taken from it: the ORM builds it anew without them."""
    remake = editor._remake_table

    async def with_indexes(model: type[Model], **changed: Any) -> None:
        client, table = editor.client, model._meta.db_table
        named = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?"
        before = {row["name"]: row["sql"] for row in await client.execute_query_dict(named, [table])}
        await remake(model, **changed)
        left = {row["name"] for row in await client.execute_query_dict(named, [table])}
        gone = changed.get("delete_field")
        for sql in (before[name] for name in before.keys() - left):
            if gone is None or f'"{gone.model_field_name}"' not in sql:
                await client.execute_script(sql)

    vars(editor)["_remake_table"] = with_indexes


def _must_agree(
    now: dict[str, tuple[int, str]], told: dict[str, tuple[int, str]], before: Columns, left: Columns, step: str
) -> None:
    same = [table for table in left if left[table] == before[table]]
    assert {table: now[table] for table in same} == {table: told[table] for table in same}, step
    assert {table: now[table][0] for table in left} == {table: told[table][0] for table in left}, step


@pytest.mark.slow
@pytest.mark.timeout(1800)
async def test_a_full_database_goes_back_and_forth_without_losing_a_row(database_url: str) -> None:
    counts = await fill(database_url, rows=ROWS, scans=SCANS)
    all_columns, shape = await columns_of(database_url), await shape_of(database_url)
    before = await digests(database_url, all_columns)
    assert {table: count for table, (count, _) in before.items()} == counts

    left = await _back(database_url, _BACK, all_columns)
    kept = await digests(database_url, left)
    await migrate(database_url)

    assert await digests(database_url, left) == kept
    same = [table for table in left if left[table] == all_columns[table]]
    assert {table: kept[table] for table in same} == {table: before[table] for table in same}
    assert len(same) > 10
    assert await pending(database_url) == ()
    assert await shape_of(database_url) == shape


@contextmanager
def _seeded() -> Iterator[random.Random]:
    seed = int(os.environ.get("POSTGW_SEED", "0")) or random.SystemRandom().randrange(1 << 31)
    try:
        yield random.Random(seed)
    except BaseException:
        print(f"POSTGW_SEED={seed}")  # noqa: T201  # what a person needs to have it again
        raise


async def test_an_index_that_was_broken_off_half_way_is_built_anew(postgres_url: str) -> None:
    connection = await asyncpg.connect(plain_url(postgres_url))
    with _seeded() as dice:
        broken, gone = dice.sample(sorted(HOUSE_INDEXES), 2)
        await connection.execute(f"UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{broken}'::regclass")
        await connection.execute(f"DROP INDEX {gone}")
        await connection.close()

        await migrate(postgres_url)

        valid = "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indisvalid"
        assert HOUSE_INDEXES.keys() <= {name for (name,) in (await look(postgres_url, valid))[0]}


async def test_a_database_that_lacks_nothing_is_looked_at_without_a_lock(postgres_url: str) -> None:
    """A backup, or a report, reads for minutes; whoever starts `migrate` meanwhile has nobody wait behind it."""
    writer = await asyncpg.connect(plain_url(postgres_url))
    async with writer.transaction():
        await writer.execute("LOCK TABLE scan, consignment, receipt, outbox IN ROW EXCLUSIVE MODE")
        async with asyncio.timeout(60):
            await migrate(postgres_url)
    await writer.close()


async def test_three_who_migrate_at_once_do_not_wait_for_each_other_for_good(
    postgres_url: str, later_release: str
) -> None:
    await asyncio.gather(*(migrate(postgres_url, steps=later_release) for _ in range(3)))

    assert await pending(postgres_url, steps=later_release) == ()


_SPOIL = {
    "sqlite": ("CREATE TRIGGER spoil BEFORE INSERT ON tortoise_migrations BEGIN SELECT RAISE(ABORT, 'spoilt'); END",),
    "postgres": (
        "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'spoilt'; END $$",
        "CREATE TRIGGER spoil BEFORE INSERT ON tortoise_migrations FOR EACH ROW EXECUTE FUNCTION spoil()",
    ),
}
_MEND = {"sqlite": ("DROP TRIGGER spoil",), "postgres": ("DROP FUNCTION spoil CASCADE",)}


async def _tell(url: str, statements: Mapping[str, Sequence[str]]) -> None:
    async with opened(url) as database, database.writing() as tx:
        for sql in statements["sqlite" if database.sqlite else "postgres"]:
            await tx.run(sql)


async def test_a_step_and_the_word_that_it_was_taken_are_kept_together_or_not_at_all(
    database_url: str, later_release: str
) -> None:
    await _tell(database_url, _SPOIL)
    with pytest.raises(Exception, match="spoilt"):
        await migrate(database_url, steps=later_release)
    half = await columns_of(database_url)
    await _tell(database_url, _MEND)
    await migrate(database_url, steps=later_release)

    assert "parcel_photo" not in half
    assert "parcel_photo" in await columns_of(database_url)
    assert await pending(database_url, steps=later_release) == ()
