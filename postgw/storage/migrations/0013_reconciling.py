"""Statements of the post and the bank, prepaid fees, disclosures, accesses, and what was erased after its term."""

from __future__ import annotations

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    """Add what balances money against the other side, and what records who saw a name."""

    dependencies = [("models", "0012_ending")]

    initial = False

    operations = [
        ops.CreateModel(
            name="AccessRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("kind", fields.CharField(max_length=10)),
                ("subject", fields.CharField(max_length=40)),
                ("purpose", fields.CharField(default="", db_default="", max_length=20)),
                ("request_no", fields.CharField(default="", db_default="", max_length=40)),
                ("digest", fields.CharField(default="", db_default="", max_length=64)),
                ("unit", fields.CharField(default="", db_default="", max_length=20)),
                ("seen_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("seen_by", fields.CharField(max_length=120)),
            ],
            options={
                "table": "access_log",
                "app": "models",
                "indexes": [Index(fields=["subject"]), Index(fields=["seen_at"])],
                "pk_attr": "id",
                "table_description": "Somebody saw data of a person unmasked, or was given them. Written once, never changed.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="DisclosureRequestRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("request_no", fields.CharField(unique=True, max_length=40)),
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
                ("body", fields.CharField(max_length=200)),
                ("document_no", fields.CharField(max_length=100)),
                ("document_on", fields.DateField()),
                ("asked_by", fields.CharField(max_length=150)),
                ("ground", fields.CharField(max_length=300)),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("recorded_by", fields.CharField(max_length=120)),
            ],
            options={
                "table": "disclosure_request",
                "app": "models",
                "unique_together": (("dossier_id", "body", "document_no"),),
                "pk_attr": "id",
                "table_description": "The written request of a competent body for the evidence of one dossier.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ErasureRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "dossier",
                    fields.OneToOneField(
                        "models.DossierRow",
                        source_field="dossier_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("erased_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "erasure",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A dossier whose term of keeping was over: when its names went.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PrepaymentRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "dossier",
                    fields.OneToOneField(
                        "models.DossierRow",
                        source_field="dossier_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("way", fields.CharField(max_length=12)),
                ("reference", fields.CharField(max_length=100)),
                ("amount_dong", fields.BigIntField()),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("recorded_by", fields.CharField(max_length=120)),
            ],
            options={
                "table": "prepayment",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A fee that the citizen paid elsewhere, with what proves it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SettlementRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("subject", fields.CharField(max_length=140)),
                ("kind", fields.CharField(max_length=8)),
                ("reason", fields.CharField(max_length=300)),
                ("settled_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("settled_by", fields.CharField(max_length=120)),
            ],
            options={
                "table": "settlement",
                "app": "models",
                "indexes": [Index(fields=["subject", "id"])],
                "pk_attr": "id",
                "table_description": "A line or a claim that an officer settled by hand, or took back. Written once, never changed.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="StatementFileRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("file_no", fields.CharField(unique=True, max_length=40)),
                ("source", fields.CharField(max_length=4)),
                ("account", fields.CharField(max_length=40)),
                ("unit", fields.CharField(default="", db_default="", max_length=20)),
                ("digest", fields.CharField(max_length=64)),
                ("lines_count", fields.IntField()),
                ("new_count", fields.IntField()),
                ("amount_dong", fields.BigIntField()),
                ("taken_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("taken_by", fields.CharField(max_length=120)),
            ],
            options={
                "table": "statement_file",
                "app": "models",
                "unique_together": (("source", "account", "digest"),),
                "indexes": [Index(fields=["unit", "id"])],
                "pk_attr": "id",
                "table_description": "A file of theirs, taken in once: its digest is the second time's answer.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="StatementLineRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "file",
                    fields.ForeignKeyField(
                        "models.StatementFileRow",
                        source_field="file_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("source", fields.CharField(max_length=4)),
                ("unit", fields.CharField(default="", db_default="", max_length=20)),
                ("line_key", fields.CharField(unique=True, max_length=64)),
                ("row_number", fields.IntField()),
                ("on_date", fields.DateField()),
                ("amount_dong", fields.BigIntField()),
                ("number", fields.CharField(default="", db_default="", max_length=300)),
                ("reference", fields.CharField(default="", db_default="", max_length=300)),
                ("content", fields.CharField(default="", db_default="", max_length=500)),
            ],
            options={
                "table": "statement_line",
                "app": "models",
                "indexes": [Index(fields=["source", "on_date"]), Index(fields=["on_date"])],
                "pk_attr": "id",
                "table_description": "One line of theirs. line_key says which it is, whatever file it came in. The text may name a person.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="StatementNameRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "line",
                    fields.ForeignKeyField(
                        "models.StatementLineRow",
                        source_field="line_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("name", fields.CharField(max_length=40)),
            ],
            options={
                "table": "statement_name",
                "app": "models",
                "unique_together": (("line_id", "name"),),
                "indexes": [Index(fields=["name"])],
                "pk_attr": "id",
                "table_description": "A name under which a line may mean something of ours.",
            },
            bases=["Model"],
        ),
        ops.RunSQL("CREATE INDEX receipt_bare ON receipt (replace(receipt_no, '-', ''))", "DROP INDEX receipt_bare"),
        ops.RunSQL(
            "CREATE INDEX remittance_bare ON remittance (replace(remittance_no, '-', ''))",
            "DROP INDEX remittance_bare",
        ),
        ops.RunSQL("CREATE INDEX dossier_updated ON dossier (updated_at)", "DROP INDEX dossier_updated"),
        ops.RunSQL("CREATE INDEX receipt_collected ON receipt (collected_at)", "DROP INDEX receipt_collected"),
    ]
