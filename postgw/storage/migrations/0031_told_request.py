"""By which request an errand was caused that is over."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0030_old_links")]

    initial = False

    operations = [
        ops.AddField(
            model_name="ToldRow",
            name="request",
            field=fields.BinaryField(null=True),
        ),
    ]
