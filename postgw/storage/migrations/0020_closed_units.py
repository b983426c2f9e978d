from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0019_search_words")]

    initial = False

    operations = [
        ops.AddField(model_name="UnitRow", name="closed_on", field=fields.DateField(null=True)),
    ]
