"""Invitations, the signed records behind returns, recalls and changes of address."""

from __future__ import annotations

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    """Add what stands between a failed delivery and a return."""

    dependencies = [("models", "0005_evidence")]

    initial = False

    operations = [
        ops.CreateModel(
            name="InvitationRow",
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
                ("ordinal", fields.SmallIntField()),
                ("invited_on", fields.DateField()),
                ("way", fields.CharField(max_length=8)),
                ("office", fields.CharField(default="", db_default="", max_length=20)),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("made_by", fields.CharField(max_length=120)),
            ],
            options={
                "table": "invitation",
                "app": "models",
                "unique_together": (("consignment_id", "ordinal"),),
                "pk_attr": "id",
                "table_description": "One written call to a recipient who was not reached.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RedirectionRow",
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
                ("kind", fields.CharField(max_length=8)),
                ("reason", fields.CharField(default="", db_default="", max_length=40)),
                ("old_party", fields.TextField(unique=False)),
                ("new_party", fields.TextField(null=True, unique=False)),
                ("fault", fields.CharField(max_length=8)),
                ("cost_dong", fields.IntField()),
                ("asked_by", fields.CharField(max_length=120)),
                ("asked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "redirection",
                "app": "models",
                "indexes": [Index(fields=["consignment_id"])],
                "pk_attr": "id",
                "table_description": "A recall or a change of address by the side of the sender, and who pays for the carriage.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RefusalRow",
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
                ("reason", fields.CharField(max_length=40)),
                ("content", fields.TextField(unique=False)),
                ("signature_png", fields.BinaryField()),
                ("taken_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("taken_by", fields.CharField(max_length=120)),
            ],
            options={
                "table": "refusal",
                "app": "models",
                "unique_together": (("consignment_id", "reason"),),
                "pk_attr": "id",
                "table_description": "The signed record of an item that could not be handed over. Kept apart, for it names people.",
            },
            bases=["Model"],
        ),
    ]
