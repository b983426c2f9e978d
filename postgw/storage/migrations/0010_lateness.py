"""Warnings, walks, what an apology says, and the due date of a dossier where it can be asked for."""

from __future__ import annotations

from typing import Any

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


async def _fill_due_on(_: Any, editor: Any) -> None:
    """Take the due date of each dossier that is there out of its content."""
    is_sqlite = editor.client.capabilities.dialect == "sqlite"
    due_on = "json_extract(content, '$.due_on')" if is_sqlite else "(content::json ->> 'due_on')::date"
    await editor.client.execute_query(f"UPDATE dossier SET due_on = {due_on}")


class Migration(migrations.Migration):
    """Add what watches due dates."""

    dependencies = [("models", "0009_filing")]

    initial = False

    operations = [
        ops.CreateModel(
            name="WalkRow",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("name", fields.CharField(unique=True, max_length=40)),
                ("after", fields.BigIntField(default=0, db_default=0)),
            ],
            options={
                "table": "walk",
                "app": "models",
                "pk_attr": "id",
                "table_description": "How far a recurring walk over many rows has come, so that the next page goes on from there.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="WarningRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "consignment",
                    fields.ForeignKeyField(
                        "models.ConsignmentRow",
                        source_field="consignment_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("due_on", fields.DateField()),
                ("desk", fields.CharField(max_length=20)),
                ("office", fields.CharField(default="", db_default="", max_length=20)),
                ("given_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("moved_to", fields.DateField(null=True)),
                ("moved_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "warning",
                "app": "models",
                "unique_together": (("consignment_id", "due_on"),),
                "indexes": [Index(fields=["desk", "id"])],
                "pk_attr": "id",
                "table_description": "That a due date of the post was warned of, once. moved_to is the day told instead while it is withdrawn.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="ApologyRow",
            name="in_time",
            field=fields.BooleanField(null=True),
        ),
        ops.AddField(
            model_name="ApologyRow",
            name="letter",
            field=fields.TextField(null=True, unique=False),
        ),
        ops.AddField(
            model_name="ApologyRow",
            name="old_pickup_no",
            field=fields.CharField(default="", db_default="", max_length=40),
        ),
        ops.AddField(
            model_name="ApologyRow",
            name="pickup_no",
            field=fields.CharField(default="", db_default="", max_length=40),
        ),
        ops.AddField(
            model_name="ApologyRow",
            name="withdrawn_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="ApologyRow",
            name="withdrawn_by",
            field=fields.CharField(default="", db_default="", max_length=120),
        ),
        ops.AddField(
            model_name="ApologyRow",
            name="withdrawn_reason",
            field=fields.CharField(default="", db_default="", max_length=300),
        ),
        ops.AddField(
            model_name="DossierRow",
            name="due_on",
            field=fields.DateField(null=True),
        ),
        ops.AddIndex(
            model_name="DossierRow",
            index=Index(fields=["due_on"]),
        ),
        ops.RunPython(_fill_due_on, ops.RunPython.noop),
        ops.RunSQL(
            "CREATE UNIQUE INDEX one_draft_apology ON apology (dossier_id) WHERE state = 'draft'",
            "DROP INDEX one_draft_apology",
        ),
    ]
