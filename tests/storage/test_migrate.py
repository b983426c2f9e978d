from __future__ import annotations

import asyncio
import inspect
import pkgutil
import shutil
import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import asyncpg
import pytest
from tortoise.context import TortoiseContext
from tortoise.fields import Field
from tortoise.migrations import operations as ops
from tortoise.migrations.api.migrate import migrate as stock_migrate
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.models import Model

from postgw.domain.evidence import broken_links
from postgw.storage import evidence, migrations
from postgw.storage.database import TABLES, IntegrityError, connection_settings, opened
from postgw.storage.migrate import HOUSE_INDEXES, migrate, pending
from postgw.storage.schema import TORTOISE_ORM

from .conftest import in_processes

STEPS = Path(inspect.getfile(migrations)).parent

#: A later release that makes a column of two parent tables longer, as Tortoise would write it.
LONGER = """
from tortoise import fields, migrations
from tortoise.migrations import operations as ops

class Migration(migrations.Migration):
    dependencies = [("models", "0002_constraints")]
    operations = [
        ops.AlterField("ConsignmentRow", "state", fields.CharField(default="registered", db_default="registered",
        max_length=64)),
        ops.AlterField("DossierRow", "service_form", fields.CharField(max_length=16)),
    ]
"""


@pytest.fixture
def later_release(tmp_path, monkeypatch):
    """Give the name of a package with our migrations and one more."""
    package = tmp_path / "later_release"
    shutil.copytree(STEPS, package, ignore=shutil.ignore_patterns("__pycache__"))
    next_number = 1 + max(int(path.name[:4]) for path in package.glob("[0-9]*.py"))
    last = max(path.stem for path in package.glob("[0-9]*.py"))
    (package / f"{next_number:04}_longer.py").write_text(LONGER.replace("0002_constraints", last), "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in [each for each in sys.modules if each.partition(".")[0] == package.name]:
        del sys.modules[name]  # another test's, whose folder is gone
    return "later_release"


@pytest.fixture
async def url_with_rows(house):
    """Give the URL of a database with a dossier, a consignment and its scan."""
    await house.posted("BBBBBBBBBBX")
    await house.keep(("BBBBBBBBBBX", house.scan("1")))
    return house.url


async def _counts(url: str) -> list[int]:
    async with opened(url) as database:
        rows = [
            await database.reading.row(f"SELECT count(*) AS n FROM {t}") for t in ("dossier", "consignment", "scan")
        ]
    return [row["n"] for row in rows if row]


async def test_a_migration_of_parent_tables_keeps_the_rows_of_their_children(url_with_rows, later_release):
    await migrate(url_with_rows, steps=later_release)

    assert await _counts(url_with_rows) == [1, 1, 1]


async def test_the_stock_way_would_not_keep_them(sqlite_url, later_release):
    """The guard is needed as long as this holds."""
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite://"))) as file, file:
        file.execute("CREATE TABLE witness (dossier_id BIGINT REFERENCES dossier (id) ON DELETE CASCADE)")
        file.execute(
            "INSERT INTO dossier (id, receiving_desk, returning_desk, procedure_code, service_form, content, digest,"
            " rules_version, created_at, created_by, updated_at) VALUES (1, '', '', '', '', '', '', '', '', '', '')"
        )
        file.execute("INSERT INTO witness VALUES (1)")

    async with TortoiseContext():
        await stock_migrate(
            config=connection_settings(sqlite_url, reader=False, foreign_keys=True, steps=later_release)
        )

    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite://"))) as file:
        assert file.execute("SELECT count(*) FROM witness").fetchone() == (0,)


async def test_constraints_outlive_a_migration_that_makes_their_table_anew(url_with_rows, later_release):
    before, unique = await _indexes(url_with_rows), await _unique_of_dossiers(url_with_rows)
    await migrate(url_with_rows, steps=later_release)

    assert HOUSE_INDEXES.keys() <= before
    lost = before - await _indexes(url_with_rows)
    assert {name for name in lost if not name.startswith("sqlite_autoindex")} == set()
    assert {("dossier_no",), ("receiving_desk", "intake_ref")} <= unique <= await _unique_of_dossiers(url_with_rows)


async def _unique_of_dossiers(url: str) -> set[tuple[str, ...]]:
    """Return which columns of a dossier the database keeps unique."""
    async with opened(url) as database:
        rows = await database.reading.rows(
            "SELECT l.name AS key, i.name AS col FROM pragma_index_list('dossier') l JOIN pragma_index_info(l.name) i"
            ' WHERE l."unique" ORDER BY l.name, i.seqno'
            if database.sqlite
            else "SELECT x.indexrelid::text AS key, a.attname AS col FROM pg_index x"
            " CROSS JOIN unnest(x.indkey) WITH ORDINALITY AS k(attnum, place)"
            " JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.attnum"
            " WHERE x.indrelid = 'dossier'::regclass AND x.indisunique ORDER BY x.indexrelid, k.place"
        )
    columns = dict[str, tuple[str, ...]]()
    for row in rows:
        columns[row["key"]] = (*columns.get(row["key"], ()), row["col"])
    return set(columns.values())


async def test_the_longer_column_is_there(url_with_rows, later_release):
    await migrate(url_with_rows, steps=later_release)

    async with opened(url_with_rows) as database, database.writing() as tx:
        await tx.run("UPDATE consignment SET state = $1", "x" * 60)


async def _indexes(url: str) -> set[str]:
    async with opened(url) as database:
        table = "sqlite_master WHERE type = 'index'" if database.sqlite else "pg_indexes"
        name = "name" if database.sqlite else "indexname AS name"
        return {row["name"] for row in await database.reading.rows(f"SELECT {name} FROM {table}")}


async def test_the_constraints_that_the_orm_does_not_create_are_there(database_url):
    assert HOUSE_INDEXES.keys() <= await _indexes(database_url)


async def test_of_two_live_consignments_the_database_itself_refuses_the_second(house):
    kept = await house.dossier()
    await house.create(house.consignment(kept.dossier_id))

    async def make_another() -> None:
        async with house.database.writing() as tx:
            await tx.run(
                "INSERT INTO consignment (consignment_no, dossier_id, leg, issue, desk, parties, rules_version,"
                " created_at, created_by, holder) VALUES ('X', $1, 'return', 2, '', '', '', $2, '', 'desk')",
                kept.dossier_id, house.at,
            )  # fmt: skip

    with pytest.raises(IntegrityError, match="(?i)unique|one_live"):
        await make_another()


async def test_a_migration_leaves_a_copy_of_the_file_behind(sqlite_url, later_release):
    await migrate(sqlite_url, steps=later_release)

    copy = Path(f"{sqlite_url.removeprefix('sqlite://')}.before-migration")
    with closing(sqlite3.connect(copy)) as file:
        assert file.execute("SELECT count(*) FROM dossier").fetchone() == (0,)


async def test_a_child_without_its_parent_is_found_after_a_migration(sqlite_url, later_release):
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite://"))) as file, file:
        file.execute(
            "INSERT INTO signature (manifest_id, side, signatory_no, name, way, signed_at, recorded_at, recorded_by)"
            " VALUES (7, '', '', '', '', '', '', '')"
        )

    with pytest.raises(RuntimeError, match="1 rows without their parents"):
        await migrate(sqlite_url, steps=later_release)


async def test_a_migrated_database_lacks_nothing(database_url):
    assert await pending(database_url) == ()


async def test_what_a_later_release_brings_is_named(database_url, later_release):
    assert [name[5:] for name in await pending(database_url, steps=later_release)] == ["longer"]


async def test_asking_what_is_pending_does_not_disturb_an_open_database(house):
    async with house.database.writing() as tx:
        await pending(house.url)
        await tx.run("INSERT INTO job (job) VALUES ('j')")

    assert await house.count("job") == 1


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_processes_that_start_at_once_all_migrate_well(kind, request, tmp_path):
    url = (
        f"sqlite://{tmp_path}/new/house.sqlite3" if kind == "sqlite" else request.getfixturevalue("empty_postgres_url")
    )

    await in_processes(url, "migrate")

    assert await pending(url) == ()


@pytest.fixture
def empty_postgres_url(postgres_url):
    """Give the URL of a database with nothing in it."""

    async def empty() -> None:
        connection = await asyncpg.connect(postgres_url)
        await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        await connection.close()

    with ThreadPoolExecutor(1) as other:
        other.submit(asyncio.run, empty()).result()
    return postgres_url


async def test_the_page_of_tables_and_the_migrations_agree():
    async with TortoiseContext() as context:
        await context.init(config=TORTOISE_ORM)
        assert context.apps is not None
        changes = await MigrationAutodetector(context.apps, TORTOISE_ORM["apps"]).changes()

    assert [(writer.name, [operation.describe() for operation in writer.operations]) for writer in changes] == []


def _operations():
    for step in pkgutil.iter_modules([str(STEPS)]):
        migration = import_module(f"postgw.storage.migrations.{step.name}").Migration
        yield from ((step.name, operation) for operation in migration.operations)


def test_a_column_added_later_may_be_empty_or_has_a_value_for_the_rows_that_are_there():
    added = [
        (f"{step}: {op.model_name}.{op.name}", op.field) for step, op in _operations() if isinstance(op, ops.AddField)
    ]

    bare = [name for name, field in added if isinstance(field, Field) and not field.null and not field.has_db_default()]
    assert bare == []


def test_every_constraint_of_the_house_stands_in_a_migration():
    said = " ".join(op.sql if isinstance(op.sql, str) else "" for _, op in _operations() if isinstance(op, ops.RunSQL))

    assert [name for name, sql in HOUSE_INDEXES.items() if f"CREATE {sql}" not in said] == []


def test_no_table_says_of_itself_what_sqlite_stumbles_over():
    classes = [each for page in TABLES for _, each in inspect.getmembers(import_module(page), inspect.isclass)]
    models = [each for each in classes if issubclass(each, Model) and each is not Model]

    assert [m.__name__ for m in models if set("`;") & set(m.__doc__ or "")] == []


async def test_people_of_dossiers_that_were_there_before_get_their_words(house):
    content = '{"applicant": {"name": "Nguyễn Thị Đào", "phone": "0912 000 003"}, "return_to": {"name": "Lê An"}}'
    async with house.database.writing() as tx:
        await tx.run(
            "INSERT INTO dossier (receiving_desk, returning_desk, procedure_code, service_form, content, digest,"
            " rules_version, created_at, created_by, updated_at) VALUES ('TS', 'KA', '1', 'both', $1, 'x', 'x', $2,"
            " 'test', $2)",
            content, house.at,
        )  # fmt: skip
    async with TortoiseContext() as context:
        await context.init(config=connection_settings(house.url, reader=False))
        step = import_module("postgw.storage.migrations.0019_search_words")
        await step.write_words(None, SimpleNamespace(client=context.connections.get("default")))
    rows = await house.database.reading.rows("SELECT word, unit FROM search_word")

    assert {row["word"] for row in rows} == {"0912000003", "an", "dao", "le", "nguyen", "thi"}
    assert {row["unit"] for row in rows} == {"", "KA", "TS"}


async def test_links_of_the_first_releases_hold_in_bytes_and_chains_go_on_from_them(house):
    """As they were kept in text: with a salt where somebody was named, without one, and with every digest told."""
    await house.posted("4K7M29TB6HC")
    await house.keep(*(("4K7M29TB6HC", house.scan(str(n), "arrived", n, note="Cổng" * (n % 2))) for n in range(3)))
    async with house.database.writing() as tx:
        await evidence.link(tx, since=evidence.STRAGGLERS, at=house.at)
    [made] = await evidence.chains(house.database.reading, after=0, limit=9)
    async with house.database.writing() as tx:
        for number, link in enumerate(made.links):
            await tx.run(
                "INSERT INTO chain_link (id, scan_id, consignment_id, seq, hash, previous_hash, personal_digest, salt,"
                " linked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                7 + number, link.scan_id, made.consignment_id, link.seq, link.hash, link.previous_hash,
                link.personal_digest if number else "", link.salt or None, house.at,
            )  # fmt: skip
        await tx.run("DELETE FROM chain")
    async with TortoiseContext() as context:
        await context.init(config=connection_settings(house.url, reader=False))
        step = import_module("postgw.storage.migrations.0030_old_links")
        await step.write_links(None, SimpleNamespace(client=context.connections.get("default")))
    moved = await evidence.chains(house.database.reading, after=0, limit=9)
    await house.keep(("4K7M29TB6HC", house.scan("9", "departed", 9)))
    async with house.database.writing() as tx:
        assert await evidence.link(tx, since=evidence.STRAGGLERS, at=house.at) == 1
    [longer] = await evidence.chains(house.database.reading, after=0, limit=9)

    assert moved == [made]
    assert list(broken_links(longer.links, longer.statements)) == []
    assert await house.count("chain", "link_no = 10") == 1
