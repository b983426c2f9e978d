"""Chains of scans and nightly seals; and what was told of an item is found by the item."""

from __future__ import annotations

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    """Add the chains, the seals, and an index of errands by their subject."""

    dependencies = [("models", "0004_money")]

    operations = [
        ops.CreateModel(
            name="ChainLinkRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("scan_id", fields.BigIntField(unique=True)),
                ("consignment_id", fields.BigIntField()),
                ("seq", fields.IntField()),
                ("hash", fields.CharField(max_length=64)),
                ("previous_hash", fields.CharField(default="", db_default="", max_length=64)),
                ("personal_digest", fields.CharField(max_length=64)),
                ("proof_id", fields.BigIntField(null=True)),
                ("salt", fields.CharField(null=True, max_length=32)),
                ("linked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("erased_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "chain_link",
                "app": "models",
                "unique_together": (("consignment_id", "seq"),),
                "indexes": [Index(fields=["linked_at"])],
                "pk_attr": "id",
                "table_description": "One scan hashed onto the one before it. Links are never changed, save that the salt goes when a term is over.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SealRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("sealed_on", fields.DateField(unique=True)),
                ("digest", fields.CharField(max_length=64)),
                ("heads", fields.IntField()),
                ("through_link", fields.BigIntField()),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "seal",
                "app": "models",
                "pk_attr": "id",
                "table_description": "All chain heads that grew up to a night, in one digest upon the digest before.",
            },
            bases=["Model"],
        ),
        ops.AddIndex(
            model_name="OutboxRow",
            index=Index(fields=["subject"]),
        ),
    ]
