"""Cases with their steps, apologies, and the secret of secret links."""

from __future__ import annotations

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    """Add what follows when something goes wrong."""

    dependencies = [("models", "0006_invitations")]

    initial = False

    operations = [
        ops.CreateModel(
            name="ApologyRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("apology_no", fields.CharField(unique=True, max_length=40)),
                (
                    "dossier",
                    fields.ForeignKeyField(
                        "models.DossierRow",
                        source_field="dossier_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("desk", fields.CharField(max_length=20)),
                ("state", fields.CharField(default="draft", db_default="draft", max_length=10)),
                ("due_on", fields.DateField()),
                ("new_due_on", fields.DateField(null=True)),
                ("reason", fields.CharField(default="", db_default="", max_length=300)),
                ("drafted_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("drafted_by", fields.CharField(max_length=120)),
                ("issued_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("issued_by", fields.CharField(default="", db_default="", max_length=120)),
            ],
            options={
                "table": "apology",
                "app": "models",
                "indexes": [
                    Index(fields=["desk", "id"]),
                    Index(fields=["dossier_id"]),
                    Index(fields=["state", "issued_at"]),
                ],
                "pk_attr": "id",
                "table_description": "One apology for a result that will be late: why, and the new day. state is draft, issued or withdrawn.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CaseRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("case_no", fields.CharField(unique=True, max_length=40)),
                ("kind", fields.CharField(max_length=12)),
                ("once", fields.CharField(null=True, unique=True, max_length=140)),
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
                ("desk", fields.CharField(max_length=20)),
                ("office", fields.CharField(default="", db_default="", max_length=20)),
                ("state", fields.CharField(default="open", db_default="open", max_length=10)),
                ("due_on", fields.DateField()),
                ("content", fields.TextField(unique=False)),
                ("opened_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("opened_by", fields.CharField(max_length=120)),
                ("closed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "case_file",
                "app": "models",
                "indexes": [
                    Index(fields=["desk", "id"]),
                    Index(fields=["state", "due_on"]),
                    Index(fields=["consignment_id"]),
                ],
                "pk_attr": "id",
                "table_description": "One case about one consignment. once names what the gateway opened it for, so that it is opened once.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CaseStepRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "case",
                    fields.ForeignKeyField(
                        "models.CaseRow",
                        source_field="case_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("seq", fields.IntField()),
                ("kind", fields.CharField(max_length=20)),
                ("content", fields.TextField(unique=False)),
                ("taken_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("taken_by", fields.CharField(max_length=120)),
            ],
            options={
                "table": "case_step",
                "app": "models",
                "unique_together": (("case_id", "seq"),),
                "pk_attr": "id",
                "table_description": "One step of a case. Written once, never changed.",
            },
            bases=["Model"],
        ),
        ops.AlterModelOptions(
            name="HouseRow",
            options={
                "table": "house",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What this database is: where it began, and the secret from which its secret links are made.",
            },
        ),
        ops.AddField(
            model_name="HouseRow",
            name="link_secret",
            field=fields.CharField(default="", db_default="", max_length=64),
        ),
    ]
