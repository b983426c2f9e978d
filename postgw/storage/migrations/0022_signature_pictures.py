from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0021_printing")]

    initial = False

    operations = [
        ops.CreateModel(
            name="SignaturePictureRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "signature",
                    fields.OneToOneField(
                        "models.SignatureRow",
                        source_field="signature_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("media", fields.CharField(max_length=20)),
                ("content", fields.BinaryField()),
            ],
            options={
                "table": "signature_picture",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What a signature under a manifest looks like: the strokes drawn on a screen, or the sheet as it was scanned.",
            },
            bases=["Model"],
        ),
        ops.AddIndex(
            model_name="ManifestRow",
            index=Index(fields=["desk", "opened_at"]),
        ),
        ops.AddIndex(
            model_name="ManifestRow",
            index=Index(fields=["office", "opened_at"]),
        ),
    ]
