"""A database with rows in every table, made from the tables' own description, and what stands in it told in digests.

The rows are no working day: they fit together (parents, lengths, what must be unique), and every value differs from
row to row, so that a step that loses, mixes up or cuts one is seen.
"""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import asyncpg
from tortoise import fields
from tortoise.context import TortoiseContext
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.models import Model

from postgw.storage.migrate import plain_url
from postgw.storage.reachable import is_sqlite, sqlite_file
from postgw.storage.schema import TORTOISE_ORM

BEGAN = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)
_CONTENT = '{{"applicant": {{"name": "Nguyễn Diễn Tập {n}", "phone": "0540{n:06d}"}}, "due_on": "2026-11-{day:02d}"}}'
Columns = Mapping[str, Sequence[str]]


async def fill(url: str, *, rows: int, scans: int) -> dict[str, int]:
    """Put rows into every table, parents first; return how many each has."""
    async with TortoiseContext() as context:
        await context.init(config=TORTOISE_ORM)
        assert context.apps is not None
        models = _parents_first(list(context.apps["models"].values()))
    counts = {model._meta.db_table: rows for model in models} | {"scan": scans, "house": 1}
    for model in models:
        await _insert(url, model._meta.db_table, *_rows_of(model, counts))
    return counts


def _parents_first(models: list[type[Model]]) -> list[type[Model]]:
    ordered: list[type[Model]] = []

    def place(model: type[Model]) -> None:
        for name in (*model._meta.fk_fields, *model._meta.o2o_fields):
            parent = _relation(model, name).related_model
            if parent is not model and parent not in ordered:
                place(parent)
        if model not in ordered:
            ordered.append(model)

    for model in sorted(models, key=lambda each: each._meta.db_table):
        place(model)
    return ordered


def _relation(model: type[Model], name: str) -> ForeignKeyFieldInstance[Any]:
    relation = model._meta.fields_map[name]
    assert isinstance(relation, ForeignKeyFieldInstance)
    return relation


def _rows_of(model: type[Model], counts: Mapping[str, int]) -> tuple[list[str], Iterator[list[Any]]]:
    meta = model._meta
    parents = {
        str(_relation(model, name).source_field): counts[_relation(model, name).related_model._meta.db_table]
        for name in (*meta.fk_fields, *meta.o2o_fields)
    }
    columns = [(str(column), meta.fields_map[name]) for name, column in meta.fields_db_projection.items()]

    def value(column: str, field: fields.Field[Any], n: int) -> Any:
        if column in parents:
            return (n - 1) % parents[column] + 1
        if (meta.db_table, column) == ("dossier", "content"):
            return _CONTENT.format(n=n, day=n % 28 + 1)
        if meta.db_table == "chain_link" and isinstance(field, fields.CharField):
            return f"{n:0{field.max_length}x}"
        return None if field.null and n % 3 == 0 else _value(column, field, n)

    names = [column for column, _ in columns]
    return names, ([value(*each, n) for each in columns] for n in range(1, counts[meta.db_table] + 1))


def _value(column: str, field: fields.Field[Any], n: int) -> Any:
    if field.pk:
        return n
    kinds: dict[type, Any] = {
        fields.BooleanField: n % 2 == 0,
        fields.DatetimeField: BEGAN + timedelta(seconds=n),
        fields.DateField: date(2026, 1, 1) + timedelta(days=n),
        fields.TimeField: time(n % 24, n % 60),
        fields.SmallIntField: n % 7,
        fields.IntField: n,
        fields.BigIntField: n,
        fields.BinaryField: n.to_bytes(4, "big"),
        fields.TextField: f'{{"n": {n}, "words": "Bộ phận Một cửa"}}',
    }
    if isinstance(field, fields.CharField):
        serial = f"{n:x}"
        return (column[: max(0, field.max_length - len(serial) - 1)] + "." + serial)[-field.max_length :]
    return next(given for kind, given in kinds.items() if type(field) is kind)


async def _insert(url: str, table: str, columns: list[str], rows: Iterator[list[Any]]) -> None:
    if is_sqlite(url):
        await asyncio.to_thread(_insert_sqlite, url, table, columns, rows)
        return
    connection = await asyncpg.connect(plain_url(url))
    try:
        await connection.execute(f'DELETE FROM "{table}"')
        await connection.copy_records_to_table(table, records=rows, columns=columns)
        if "id" in columns:
            await connection.execute(
                f"SELECT setval(pg_get_serial_sequence('\"{table}\"', 'id'), (SELECT max(id) FROM \"{table}\"))"
            )
    finally:
        await connection.close()


def _insert_sqlite(url: str, table: str, columns: list[str], rows: Iterator[list[Any]]) -> None:
    with closing(sqlite3.connect(sqlite_file(url))) as file, file:
        file.execute(f'DELETE FROM "{table}"')
        named = ", ".join(f'"{column}"' for column in columns)
        file.executemany(
            f'INSERT INTO "{table}" ({named}) VALUES ({", ".join("?" * len(columns))})',
            ([_for_sqlite(value) for value in row] for row in rows),
        )


def _for_sqlite(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="microseconds")
    return value.isoformat() if isinstance(value, (date, time)) else value


# --- what stands there ------------------------------------------------------------------------------------------------


async def look(url: str, *statements: str) -> list[list[Any]]:
    """Return the rows of each statement, in one moment."""
    if is_sqlite(url):

        def ask() -> list[list[Any]]:
            with closing(sqlite3.connect(sqlite_file(url))) as file:
                return [file.execute(sql).fetchall() for sql in statements]

        return await asyncio.to_thread(ask)
    connection = await asyncpg.connect(plain_url(url))
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return [[tuple(row) for row in await connection.fetch(sql)] for sql in statements]
    finally:
        await connection.close()


async def columns_of(url: str) -> dict[str, tuple[str, ...]]:
    """Return each table's columns by name."""
    sql = (
        "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'"
        if is_sqlite(url)
        else "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
    )
    found: dict[str, list[str]] = {}
    for table, column in (await look(url, sql))[0]:
        if not table.startswith(("sqlite_", "tortoise_")):
            found.setdefault(table, []).append(column)
    return {table: tuple(sorted(columns)) for table, columns in found.items()}


def both(one: Columns, other: Columns) -> dict[str, tuple[str, ...]]:
    """Return what stands in both."""
    return {
        table: tuple(sorted(set(one[table]) & set(other[table]))) for table in sorted(set(one) & set(other))
    }  # fmt: skip


async def digests(url: str, columns: Columns) -> dict[str, tuple[int, str]]:
    """Return of each table how many rows it has, and a digest of what stands in these columns."""
    asked = []
    for table, names in columns.items():
        listed = ", ".join(f'"{name}"' for name in names)
        key = "id" if "id" in names else listed
        asked.append(f'SELECT {listed} FROM "{table}" ORDER BY {key}')
    return {table: _digest(rows) for table, rows in zip(columns, await look(url, *asked), strict=True)}


def _digest(rows: Sequence[Any]) -> tuple[int, str]:
    digest = hashlib.sha256()
    for row in rows:
        digest.update(repr(row).encode())
    return len(rows), digest.hexdigest()


async def shape_of(url: str) -> set[tuple[Any, ...]]:
    """Return every column with its kind and default, and every index as it is written."""
    if is_sqlite(url):
        asked = (
            'SELECT m.name, c.name, c.type, c."notnull", c.dflt_value FROM sqlite_master m'
            " JOIN pragma_table_info(m.name) c WHERE m.type = 'table'",
            # What is unique together is a constraint of the table, or an index once the table was made anew.
            "SELECT m.name, CASE WHEN i.name LIKE 'sqlite_%' OR i.name LIKE 'uid_%' THEN '' ELSE i.name END,"
            " i.\"unique\", group_concat(x.name, ',') FROM sqlite_master m"
            " JOIN pragma_index_list(m.name) i JOIN pragma_index_info(i.name) x"
            " WHERE m.type = 'table' GROUP BY m.name, i.name",
        )
    else:
        asked = (
            "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default"
            " FROM information_schema.columns WHERE table_schema = 'public'",
            "SELECT indexname, regexp_replace(indexdef, 'public\\.', '') FROM pg_indexes WHERE schemaname = 'public'",
        )
    return {tuple(row) for rows in await look(url, *asked) for row in rows}
