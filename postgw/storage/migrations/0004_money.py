"""Money: two ledgers, receipts in series, fee money handed on, and the terms for it.

The partial index is what asks daily which fee money is still to be handed on.
"""

from __future__ import annotations

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    """Add the tables of money."""

    dependencies = [("models", "0003_calendar")]

    operations = [
        ops.CreateModel(
            name="LedgerEntryRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("act", fields.CharField(max_length=140)),
                ("line", fields.SmallIntField(default=1, db_default=1)),
                ("ledger", fields.CharField(max_length=8)),
                ("unit", fields.CharField(max_length=20)),
                ("giver", fields.CharField(max_length=12)),
                ("taker", fields.CharField(max_length=12)),
                ("amount_dong", fields.BigIntField()),
                ("entered_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("entered_by", fields.CharField(max_length=120)),
            ],
            options={
                "table": "ledger_entry",
                "app": "models",
                "unique_together": (("act", "line"),),
                "indexes": [Index(fields=["unit", "entered_at"])],
                "pk_attr": "id",
                "table_description": "An amount that went from one account to another. Written once, never changed.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ReceiptSeriesRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("series", fields.CharField(unique=True, max_length=10)),
                ("ledger", fields.CharField(max_length=8)),
                ("unit", fields.CharField(max_length=20)),
                ("last_serial", fields.IntField(default=0, db_default=0)),
                ("begun_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("begun_by", fields.CharField(max_length=120)),
            ],
            options={
                "table": "receipt_series",
                "app": "models",
                "indexes": [Index(fields=["unit", "ledger", "id"])],
                "pk_attr": "id",
                "table_description": "The receipts of a unit, one series at a time for each ledger.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RemitTermRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("procedure_code", fields.CharField(max_length=60)),
                ("hours", fields.IntField()),
                ("valid_from", fields.DateField()),
                ("author", fields.CharField(max_length=120)),
                ("reason", fields.CharField(max_length=300)),
            ],
            options={
                "table": "remit_term",
                "app": "models",
                "unique_together": (("procedure_code", "valid_from"),),
                "pk_attr": "id",
                "table_description": "Within how many hours the fees of a procedure are handed on, from a day on.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RemittanceRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("remittance_no", fields.CharField(unique=True, max_length=40)),
                ("unit", fields.CharField(max_length=20)),
                ("desk", fields.CharField(max_length=20)),
                ("destination", fields.CharField(max_length=12)),
                ("manifest_no", fields.CharField(default="", db_default="", max_length=40)),
                ("amount_dong", fields.BigIntField()),
                ("due_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("remitted_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("remitted_by", fields.CharField(max_length=120)),
                ("received_dong", fields.BigIntField(null=True)),
                ("confirmed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("confirmed_by", fields.CharField(default="", db_default="", max_length=120)),
                ("signatory_no", fields.CharField(default="", db_default="", max_length=40)),
            ],
            options={
                "table": "remittance",
                "app": "models",
                "indexes": [Index(fields=["unit", "id"]), Index(fields=["desk", "id"])],
                "pk_attr": "id",
                "table_description": "Fee money handed on together, and what the other side counted.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ReceiptRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("receipt_no", fields.CharField(unique=True, max_length=40)),
                ("act", fields.CharField(unique=True, max_length=140)),
                ("ledger", fields.CharField(max_length=8)),
                ("unit", fields.CharField(max_length=20)),
                ("desk", fields.CharField(max_length=20)),
                ("dossier_id", fields.BigIntField()),
                ("consignment_no", fields.CharField(max_length=40)),
                ("dossier_no", fields.CharField(default="", db_default="", max_length=40)),
                ("procedure_code", fields.CharField(max_length=60)),
                ("payer", fields.CharField(max_length=12)),
                ("amount_dong", fields.BigIntField()),
                ("grounds", fields.TextField(unique=False)),
                ("collected_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("collected_by", fields.CharField(max_length=120)),
                ("remit_by", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "remittance",
                    fields.ForeignKeyField(
                        "models.RemittanceRow",
                        source_field="remittance_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("cancelled_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("cancelled_by", fields.CharField(default="", db_default="", max_length=120)),
                ("cancel_reason", fields.CharField(default="", db_default="", max_length=300)),
            ],
            options={
                "table": "receipt",
                "app": "models",
                "indexes": [
                    Index(fields=["unit", "id"]),
                    Index(fields=["desk", "id"]),
                    Index(fields=["dossier_id"]),
                    Index(fields=["remittance_id"]),
                ],
                "pk_attr": "id",
                "table_description": "Money that was taken, under the number of its receipt. Its line of a remittance is the reference to one.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(
            "CREATE INDEX receipt_to_remit ON receipt (unit, desk, remit_by)"
            " WHERE ledger = 'fee' AND remittance_id IS NULL AND cancelled_at IS NULL",
            "DROP INDEX receipt_to_remit",
        ),
    ]
