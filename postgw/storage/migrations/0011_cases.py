"""What people said in cases, damage and liability records, money paid, rates of interest."""

from __future__ import annotations

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    """Add the records of a case."""

    dependencies = [("models", "0010_lateness")]

    initial = False

    operations = [
        ops.CreateModel(
            name="CaseWordsRow",
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
                ("content", fields.TextField(unique=False)),
            ],
            options={
                "table": "case_words",
                "app": "models",
                "unique_together": (("case_id", "seq"),),
                "pk_attr": "id",
                "table_description": "What people said or wrote in a step of a case, and who they are. Kept apart, and erased after its term.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CompensationRow",
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
                ("direction", fields.CharField(max_length=4)),
                ("unit", fields.CharField(max_length=20)),
                ("payee", fields.CharField(max_length=8)),
                ("way", fields.CharField(max_length=8)),
                ("refund_dong", fields.BigIntField()),
                ("rest_dong", fields.BigIntField()),
                ("interest_dong", fields.BigIntField()),
                ("paid_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("paid_by", fields.CharField(max_length=120)),
            ],
            options={
                "table": "compensation",
                "app": "models",
                "unique_together": (("case_id", "direction"),),
                "pk_attr": "id",
                "table_description": "Money paid in a case, or given back by an owner. Each happens once in a case.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="DamageRecordRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("record_no", fields.CharField(unique=True, max_length=40)),
                ("once", fields.CharField(unique=True, max_length=140)),
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
                ("content", fields.TextField(unique=False)),
                ("people", fields.TextField(unique=False)),
                ("photo_jpeg", fields.BinaryField(null=True)),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("made_by", fields.CharField(max_length=120)),
                ("signed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("signed_by", fields.CharField(default="", db_default="", max_length=120)),
            ],
            options={
                "table": "damage_record",
                "app": "models",
                "indexes": [Index(fields=["case_id"])],
                "pk_attr": "id",
                "table_description": "One damage record. people and photo are kept for as long as personal parts are. After signing nothing changes.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="InterestRateRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("basis_points", fields.IntField()),
                ("valid_from", fields.DateField(unique=True)),
                ("author", fields.CharField(max_length=120)),
                ("reason", fields.CharField(max_length=300)),
            ],
            options={
                "table": "interest_rate",
                "app": "models",
                "pk_attr": "id",
                "table_description": "The yearly rate of interest of late payment from a day on, in hundredths of a per cent.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="LiabilityRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("record_no", fields.CharField(unique=True, max_length=40)),
                (
                    "case",
                    fields.OneToOneField(
                        "models.CaseRow",
                        source_field="case_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("content", fields.TextField(unique=False)),
                ("people", fields.TextField(unique=False)),
                ("amount_dong", fields.BigIntField()),
                ("pay_by", fields.DateField()),
                ("is_settled", fields.BooleanField(default=False, db_default=False)),
                ("determined_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("determined_by", fields.CharField(max_length=120)),
            ],
            options={
                "table": "liability_record",
                "app": "models",
                "indexes": [Index(fields=["is_settled", "pay_by"])],
                "pk_attr": "id",
                "table_description": "Who is liable in a case, for how much and until when. One for a case, written once.",
            },
            bases=["Model"],
        ),
    ]
