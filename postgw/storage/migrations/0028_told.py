"""What is left of an errand once it is over and the feed has its words."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0027_sizes")]

    initial = False

    operations = [
        ops.CreateModel(
            name="ToldRow",
            fields=[
                ("id", fields.BigIntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ("event_id", fields.BigIntField()),
                ("owed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("done_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("attempts", fields.SmallIntField(default=1, db_default=1)),
                ("channel", fields.CharField(max_length=8)),
                ("target", fields.CharField(default="", db_default="", max_length=40)),
                ("subject", fields.CharField(max_length=40)),
            ],
            options={
                "table": "told",
                "app": "models",
                "indexes": [Index(fields=["subject"])],
                "pk_attr": "id",
                "table_description": "An errand that is over, under its own number: whom it told of what in the feed, or asked, and when.",
            },
            bases=["Model"],
        ),
    ]
