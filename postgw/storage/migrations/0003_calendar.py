"""The working calendar's degraded days, and the post area of each commune."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    """Add what the transit clocks stand on."""

    dependencies = [("models", "0002_constraints")]

    operations = [
        ops.CreateModel(
            name="CalendarEntryRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("entry_no", fields.CharField(unique=True, max_length=40)),
                ("kind", fields.CharField(max_length=8)),
                ("title", fields.CharField(max_length=100)),
                ("first_on", fields.DateField()),
                ("last_on", fields.DateField()),
                ("communes", fields.TextField(unique=False)),
                ("reason", fields.CharField(max_length=300)),
                ("declared_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("declared_by", fields.CharField(max_length=120)),
                ("undone_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("undone_by", fields.CharField(default="", db_default="", max_length=120)),
                ("undone_reason", fields.CharField(default="", db_default="", max_length=300)),
            ],
            options={
                "table": "calendar_entry",
                "app": "models",
                "indexes": [Index(fields=["last_on"])],
                "pk_attr": "id",
                "table_description": "Days on which the post could not be expected to work. communes is a JSON list of codes, empty for everywhere.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ZoneRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("commune_code", fields.CharField(max_length=10)),
                ("area", fields.CharField(max_length=60)),
                ("province", fields.CharField(max_length=10)),
                ("city_class", fields.CharField(default="", db_default="", max_length=8)),
                ("valid_from", fields.DateField()),
                ("author", fields.CharField(max_length=120)),
                ("reason", fields.CharField(max_length=300)),
            ],
            options={
                "table": "zone",
                "app": "models",
                "unique_together": (("commune_code", "valid_from"),),
                "pk_attr": "id",
                "table_description": "The post area of a commune, from a day on: the district it lay in before July 2025.",
            },
            bases=["Model"],
        ),
    ]
