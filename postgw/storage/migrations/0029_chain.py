"""Chains in bytes: half of a link was hexadecimal text, and a quarter indexes that one lookup does without."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0028_told")]

    initial = False

    operations = [
        ops.CreateModel(
            name="ChainRow",
            fields=[
                ("scan_id", fields.BigIntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ("link_no", fields.BigIntField(unique=True)),
                ("consignment_id", fields.BigIntField()),
                ("linked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("seq", fields.IntField()),
                ("hash", fields.BinaryField()),
                ("personal", fields.BinaryField(null=True)),
                ("proof_id", fields.BigIntField(null=True)),
            ],
            options={
                "table": "chain",
                "app": "models",
                "indexes": [Index(fields=["consignment_id"]), Index(fields=["linked_at"])],
                "pk_attr": "scan_id",
                "table_description": "One scan hashed onto the one before it. Links are never changed, save that the salt goes when a term is over.",
            },
            bases=["Model"],
        ),
        ops.AlterModelOptions(
            name="ChainLinkRow",
            options={
                "table": "chain_link",
                "app": "models",
                "unique_together": (("consignment_id", "seq"),),
                "indexes": [Index(fields=["linked_at"])],
                "pk_attr": "id",
                "table_description": "A link as the first releases kept it, in hexadecimal text. Nobody reads it since chain holds the same.",
            },
        ),
    ]
