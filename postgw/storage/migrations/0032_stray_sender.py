"""Who sent what is kept aside: each has room for so much of it."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0031_told_request")]

    initial = False

    operations = [
        ops.AddField(
            model_name="StrayRow",
            name="sender",
            field=fields.CharField(default="", db_default="", max_length=120),
        ),
    ]
