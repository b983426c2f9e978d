"""Issued reports, citizens' ratings, what desks say of closed dossiers; and the indexes that reports read by."""

from __future__ import annotations

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    """Add what a report is issued from and kept in."""

    dependencies = [("models", "0013_reconciling")]

    initial = False

    operations = [
        ops.CreateModel(
            name="DeskClosingRow",
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
                ("closed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("told_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("told_by", fields.CharField(max_length=120)),
            ],
            options={
                "table": "desk_closing",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A desk's system says that it closed a dossier, and when. The first word stands.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RatingRow",
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
                ("desk", fields.CharField(max_length=20)),
                ("office", fields.CharField(default="", db_default="", max_length=20)),
                ("score", fields.SmallIntField()),
                ("comment", fields.TextField(unique=False)),
                ("given_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "rating",
                "app": "models",
                "indexes": [Index(fields=["given_at"])],
                "pk_attr": "id",
                "table_description": "What a citizen said of one delivery. One answer for each delivery, and no word of who gave it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ReportRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("period", fields.CharField(max_length=10)),
                ("unit", fields.CharField(default="", db_default="", max_length=20)),
                ("version", fields.IntField()),
                ("content", fields.TextField(unique=False)),
                ("facts", fields.BinaryField()),
                ("figures_digest", fields.CharField(max_length=64)),
                ("digest", fields.CharField(max_length=64)),
                ("reason", fields.CharField(default="", db_default="", max_length=300)),
                ("issued_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("issued_by", fields.CharField(max_length=120)),
            ],
            options={
                "table": "report",
                "app": "models",
                "unique_together": (("period", "unit", "version"),),
                "pk_attr": "id",
                "table_description": "One issued version of a report. Written once, never changed. facts holds the packed lists behind its figures.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(
            "CREATE INDEX scan_reported ON scan (occurred_at, consignment_id)"
            " WHERE code IN ('collected', 'damaged', 'found_here', 'lost')",
            "DROP INDEX scan_reported",
        ),
        ops.RunSQL(
            "CREATE INDEX postage_entered ON ledger_entry (entered_at) WHERE ledger = 'postage'",
            "DROP INDEX postage_entered",
        ),
    ]
