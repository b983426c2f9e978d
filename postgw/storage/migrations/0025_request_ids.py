from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0024_citizen")]

    initial = False

    operations = [
        ops.AlterModelOptions(
            name="JobRow",
            options={
                "table": "job",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Who runs a recurring job now, which slot was run last, and how often in a row it failed.",
            },
        ),
        ops.AddField(
            model_name="JobRow",
            name="failures",
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.AlterModelOptions(
            name="OutboxRow",
            options={
                "table": "outbox",
                "app": "models",
                "indexes": [Index(fields=["state", "channel", "due_at"]), Index(fields=["subject"])],
                "pk_attr": "id",
                "table_description": "An errand: what must still be told or asked, to whom, when to try next, and which request or job caused it.",
            },
        ),
        ops.AddField(
            model_name="OutboxRow",
            name="request_id",
            field=fields.CharField(default="", db_default="", max_length=64),
        ),
    ]
