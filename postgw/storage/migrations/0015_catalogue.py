"""Price lists, regions of the tariff, how to reach a unit, and when a procedure was published."""

from __future__ import annotations

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    """Add what is published beside the procedures."""

    dependencies = [("models", "0014_reports")]

    initial = False

    operations = [
        ops.CreateModel(
            name="PriceListRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("valid_from", fields.DateField(unique=True)),
                ("content", fields.TextField(unique=False)),
                ("author", fields.CharField(max_length=120)),
                ("reason", fields.CharField(max_length=300)),
                ("published_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "price_list",
                "app": "models",
                "pk_attr": "id",
                "table_description": "The post's own price list from a day on. content is its rows as JSON, it replaces the list before as a whole.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RegionRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("province_code", fields.CharField(max_length=10)),
                ("region", fields.IntField()),
                ("valid_from", fields.DateField()),
                ("author", fields.CharField(max_length=120)),
                ("reason", fields.CharField(max_length=300)),
            ],
            options={
                "table": "region",
                "app": "models",
                "unique_together": (("province_code", "valid_from"),),
                "pk_attr": "id",
                "table_description": "In which of the three regions of the tariff a province lies, from a day on.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="ProcedureRow",
            name="published_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="UnitRow",
            name="email",
            field=fields.CharField(default="", db_default="", max_length=100),
        ),
        ops.AddField(
            model_name="UnitRow",
            name="opening_hours",
            field=fields.CharField(default="", db_default="", max_length=200),
        ),
        ops.AddField(
            model_name="UnitRow",
            name="website",
            field=fields.CharField(default="", db_default="", max_length=200),
        ),
    ]
