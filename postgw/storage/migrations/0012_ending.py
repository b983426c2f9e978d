"""What recipients choose after a failed delivery, and items that can be neither delivered nor returned."""

from __future__ import annotations

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    """Add the choice, and the lawful end of an undeliverable item."""

    dependencies = [("models", "0011_cases")]

    initial = False

    operations = [
        ops.CreateModel(
            name="ChoiceRow",
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
                ("way", fields.CharField(max_length=16)),
                ("deliver_on", fields.DateField(null=True)),
                ("day_window", fields.CharField(default="", db_default="", max_length=10)),
                ("place", fields.CharField(default="", db_default="", max_length=20)),
                ("attempts", fields.SmallIntField()),
                ("office", fields.CharField(default="", db_default="", max_length=20)),
                ("paid_by", fields.CharField(max_length=8)),
                ("cost_dong", fields.IntField()),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("made_by", fields.CharField(max_length=120)),
            ],
            options={
                "table": "choice",
                "app": "models",
                "unique_together": (("consignment_id", "ordinal"),),
                "indexes": [Index(fields=["office", "id"])],
                "pk_attr": "id",
                "table_description": "One version of what a recipient chose.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="UndeliverableRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "consignment",
                    fields.OneToOneField(
                        "models.ConsignmentRow",
                        source_field="consignment_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("ground", fields.CharField(max_length=40)),
                ("office", fields.CharField(default="", db_default="", max_length=20)),
                ("accepted_on", fields.DateField()),
                ("declared_on", fields.DateField()),
                ("declared_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("declared_by", fields.CharField(max_length=120)),
                ("requested_on", fields.DateField(null=True)),
                ("requested_of", fields.CharField(default="", db_default="", max_length=200)),
                ("request_no", fields.CharField(default="", db_default="", max_length=60)),
                ("answer", fields.CharField(default="", db_default="", max_length=12)),
                ("answered_on", fields.DateField(null=True)),
                ("answer_no", fields.CharField(default="", db_default="", max_length=60)),
                ("told_step", fields.CharField(default="", db_default="", max_length=12)),
            ],
            options={
                "table": "undeliverable",
                "app": "models",
                "pk_attr": "id",
                "table_description": "An item that can be neither delivered nor returned, and how far its lawful end has come.",
            },
            bases=["Model"],
        ),
    ]
