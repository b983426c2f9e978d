from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0025_request_ids")]

    initial = False

    operations = [
        ops.AddField(model_name="HouseRow", name="serial_gap", field=fields.IntField(default=0, db_default=0)),
        ops.AddField(model_name="HouseRow", name="serial_gap_from", field=fields.DateField(null=True)),
        ops.AddField(model_name="HouseRow", name="serial_gap_until", field=fields.DateField(null=True)),
    ]
