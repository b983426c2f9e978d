"""A release runs with the schema of the next one: a step only adds. What takes away is a second step, and named so.

The steps up to 0025 were made before there was a rule, and before there was more than one gateway.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

import pytest
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from postgw.storage.migrate import SECOND, known_steps

_BEFORE_THE_RULE = 25
_ADDS = (ops.CreateModel, ops.AddField, ops.AddIndex, ops.AlterModelOptions, ops.RunSQL, ops.RunPython)
_SQL_ADDS = re.compile(r"(CREATE INDEX|INSERT INTO|UPDATE)\s")
_FILLS = re.compile(r"(INSERT INTO|UPDATE)\s")


def faults_of(name: str, operations: Sequence[Any]) -> Iterator[str]:
    """Yield what an older gateway, or a scan under way, could not live with."""
    if not SECOND.match(name):
        yield from _taken_away(operations)
    added = {(op.model_name, op.name) for op in operations if isinstance(op, ops.AddField)}
    for op in operations:
        if isinstance(op, ops.AddField) and isinstance(op.field, fields.Field) and _must_be_filled(op.field):
            yield f"{op.model_name}.{op.name} may not be empty and has no db_default: rows of older gateways lack it"
        if isinstance(op, ops.AddIndex) and added & {(op.model_name, field) for field in op.index.fields}:
            yield f"an index on a column of the same step keeps writers out of {op.model_name}: a step of its own"
    if len(operations) > 1 and any(_fills(op) for op in operations):
        yield "a backfill keeps the locks of its step: a step of its own"


def _must_be_filled(field: fields.Field[Any]) -> bool:
    return not field.null and not field.has_db_default()


def _taken_away(operations: Sequence[Any]) -> Iterator[str]:
    for op in operations:
        if not isinstance(op, _ADDS):
            yield f"{op.describe()} takes from older gateways what they use: a second step, `NNNN_second_…`"
        if isinstance(op, ops.RunSQL):
            for sql in [op.sql] if isinstance(op.sql, str) else op.sql:
                if not _SQL_ADDS.match(str(sql)):
                    yield f"{str(sql)[:40]!r} may take from older gateways what they use: a second step"


def _fills(op: Any) -> bool:
    return isinstance(op, ops.RunPython) or (isinstance(op, ops.RunSQL) and bool(_FILLS.match(str(op.sql))))


@pytest.mark.parametrize("name", [name for name in known_steps() if int(name[:4]) > _BEFORE_THE_RULE])
def test_a_step_only_adds(name: str) -> None:
    step = import_module(f"postgw.storage.migrations.{name}").Migration

    assert list(faults_of(name, step.operations)) == []


_NEW = fields.CharField(max_length=8, default="", db_default="")
_BARE = fields.CharField(max_length=8)


@pytest.mark.parametrize(
    ("operations", "said"),
    [
        ([ops.RemoveField("ScanRow", "office")], "second step"),
        ([ops.DeleteModel("ScanRow")], "second step"),
        ([ops.RenameField("ScanRow", "office", "place")], "second step"),
        ([ops.RenameModel("ScanRow", "SightingRow")], "second step"),
        ([ops.AlterField("ScanRow", "office", _BARE)], "second step"),
        ([ops.RunSQL("ALTER TABLE scan DROP COLUMN office", "")], "second step"),
        ([ops.RunSQL("CREATE UNIQUE INDEX one_scan ON scan (office)", "")], "second step"),
        ([ops.AddField("ScanRow", "wave", _BARE)], "db_default"),
        ([ops.AddField("ScanRow", "wave", _NEW), ops.AddIndex("ScanRow", Index(fields=["wave"]))], "keeps writers out"),
        ([ops.AddField("ScanRow", "wave", _NEW), ops.RunSQL("UPDATE scan SET wave = 'a'", "")], "backfill"),
    ],
)
def test_what_an_older_gateway_could_not_live_with_is_refused(operations: list[Any], said: str) -> None:
    assert said in " ".join(faults_of("0031_more", operations))


def test_a_second_step_may_take_away_what_no_gateway_uses_any_more() -> None:
    assert list(faults_of("0031_second_places", [ops.RemoveField("ScanRow", "office")])) == []
    assert list(faults_of("0031_more", [ops.AddField("ScanRow", "wave", _NEW)])) == []
