from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0020_closed_units")]

    initial = False

    operations = [
        ops.CreateModel(
            name="BookingBatchRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("batch_key", fields.CharField(unique=True, max_length=40)),
                ("desk", fields.CharField(max_length=20)),
                ("leg", fields.CharField(max_length=10)),
                ("wishes", fields.TextField(unique=False)),
                ("manifest_no", fields.CharField(default="", db_default="", max_length=40)),
                ("obstacle", fields.TextField(default="", db_default="", unique=False)),
                ("job_no", fields.CharField(default="", db_default="", max_length=40)),
                ("tried_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("made_by", fields.CharField(max_length=120)),
                ("done_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "booking_batch",
                "app": "models",
                "indexes": [Index(fields=["desk", "id"])],
                "pk_attr": "id",
                "table_description": "A pile that was booked in one go, under the key of the form that asked for it. wishes is what to print.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="BookingBatchLineRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "batch",
                    fields.ForeignKeyField(
                        "models.BookingBatchRow",
                        source_field="batch_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("dossier_key", fields.CharField(max_length=160)),
                ("consignment_no", fields.CharField(default="", db_default="", max_length=14)),
                ("outcome", fields.CharField(default="", db_default="", max_length=8)),
                ("reason", fields.TextField(default="", db_default="", unique=False)),
            ],
            options={
                "table": "booking_batch_line",
                "app": "models",
                "unique_together": (("batch_id", "dossier_key"),),
                "pk_attr": "id",
                "table_description": "One dossier of such a pile, and what became of it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CounterRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("counter_no", fields.CharField(unique=True, max_length=40)),
                ("unit", fields.CharField(max_length=20)),
                ("name", fields.CharField(max_length=60)),
                ("token_no", fields.CharField(null=True, unique=True, max_length=40)),
                ("heard_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1, db_default=1)),
                ("changed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("changed_by", fields.CharField(max_length=120)),
                ("closed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "counter",
                "app": "models",
                "indexes": [Index(fields=["unit"])],
                "pk_attr": "id",
                "table_description": "A counter of a desk at which papers are printed. token_no names the token of its printing program.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PrintJobRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("key", fields.CharField(unique=True, max_length=80)),
                (
                    "counter",
                    fields.ForeignKeyField(
                        "models.CounterRow",
                        source_field="counter_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("content", fields.TextField(unique=False)),
                ("state", fields.CharField(default="waiting", db_default="waiting", max_length=8)),
                ("lease_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("taken_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("reason", fields.CharField(default="", db_default="", max_length=300)),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("made_by", fields.CharField(max_length=120)),
            ],
            options={
                "table": "print_job",
                "app": "models",
                "indexes": [Index(fields=["counter_id", "state", "id"])],
                "pk_attr": "id",
                "table_description": "Papers to be printed at one counter. content lists them by kind and numbers, they are drawn when fetched.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PrinterRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "counter",
                    fields.ForeignKeyField(
                        "models.CounterRow",
                        source_field="counter_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("prints", fields.CharField(max_length=10)),
                ("media", fields.CharField(max_length=4)),
                ("stock", fields.CharField(max_length=20)),
                ("dpi", fields.SmallIntField()),
                ("queue", fields.CharField(default="", db_default="", max_length=80)),
                ("tray", fields.CharField(default="", db_default="", max_length=40)),
                ("first_place", fields.SmallIntField(default=1, db_default=1)),
                ("right_tenths", fields.SmallIntField(default=0, db_default=0)),
                ("down_tenths", fields.SmallIntField(default=0, db_default=0)),
                ("test_code", fields.CharField(default="", db_default="", max_length=40)),
                ("test_outcome", fields.CharField(default="", db_default="", max_length=12)),
                ("tested_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("tested_by", fields.CharField(default="", db_default="", max_length=120)),
            ],
            options={
                "table": "printer",
                "app": "models",
                "unique_together": (("counter_id", "prints"),),
                "pk_attr": "id",
                "table_description": "What prints one kind of paper at a counter. Shifts are in tenths of a millimetre.",
            },
            bases=["Model"],
        ),
    ]
