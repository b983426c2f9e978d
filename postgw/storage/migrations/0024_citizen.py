from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0023_station")]

    initial = False

    operations = [
        ops.CreateModel(
            name="LinkRequestRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("number", fields.CharField(max_length=40)),
                ("asked_on", fields.DateField()),
                ("tries", fields.SmallIntField(default=0, db_default=0)),
                ("digits", fields.CharField(default="", db_default="", max_length=4)),
                ("asked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "link_request",
                "app": "models",
                "unique_together": (("number", "asked_on"),),
                "indexes": [Index(fields=["asked_on"])],
                "pk_attr": "id",
                "table_description": "Somebody typed four digits under a number, known or not, on a day. digits is empty once it was looked at.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="MessageWishRow",
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
                ("channel", fields.CharField(default="", db_default="", max_length=20)),
                ("stopped", fields.BooleanField(default=False, db_default=False)),
                ("wished_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("wished_by", fields.CharField(max_length=120)),
            ],
            options={
                "table": "message_wish",
                "app": "models",
                "pk_attr": "id",
                "table_description": "By which channel the citizen of a dossier wants to be told, or that they want no more messages.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="OneTimeCodeRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "dossier",
                    fields.ForeignKeyField(
                        "models.DossierRow",
                        source_field="dossier_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("purpose", fields.CharField(max_length=12)),
                ("sent_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("tries", fields.SmallIntField(default=0, db_default=0)),
                ("used_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "one_time_code",
                "app": "models",
                "indexes": [Index(fields=["dossier_id", "sent_at"])],
                "pk_attr": "id",
                "table_description": "A code that was sent to the telephone of a dossier. The code itself is reckoned from the row, never kept.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PromiseRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "consignment",
                    fields.ForeignKeyField(
                        "models.ConsignmentRow",
                        source_field="consignment_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("ordinal", fields.SmallIntField()),
                ("state", fields.CharField(max_length=30)),
                ("office", fields.CharField(default="", db_default="", max_length=20)),
                ("due_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("lawful_until", fields.DateField(null=True)),
                ("ground", fields.TextField(unique=False)),
                ("shown_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "promise",
                "app": "models",
                "unique_together": (("consignment_id", "ordinal"),),
                "pk_attr": "id",
                "table_description": "What the page said would happen next and by when, each time that it changed. Never changed afterwards.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ProxyRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "dossier",
                    fields.ForeignKeyField(
                        "models.DossierRow",
                        source_field="dossier_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("ordinal", fields.SmallIntField()),
                ("content", fields.TextField(unique=False)),
                ("named_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("named_by", fields.CharField(max_length=120)),
                ("withdrawn_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("withdrawn_by", fields.CharField(default="", db_default="", max_length=120)),
            ],
            options={
                "table": "proxy",
                "app": "models",
                "unique_together": (("dossier_id", "ordinal"),),
                "pk_attr": "id",
                "table_description": "Whom a citizen named to receive in their place, the newest that is not taken back counts.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ReturnRequestRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("request_no", fields.CharField(unique=True, max_length=40)),
                (
                    "dossier",
                    fields.ForeignKeyField(
                        "models.DossierRow",
                        source_field="dossier_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("desk", fields.CharField(max_length=20)),
                ("kind", fields.CharField(max_length=10)),
                ("state", fields.CharField(default="asked", db_default="asked", max_length=10)),
                ("content", fields.TextField(unique=False)),
                ("evidence", fields.BinaryField(null=True)),
                ("quote_dong", fields.IntField(null=True)),
                ("consent_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("asked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("asked_by", fields.CharField(max_length=120)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("decided_by", fields.CharField(default="", db_default="", max_length=120)),
                ("reason", fields.CharField(default="", db_default="", max_length=300)),
            ],
            options={
                "table": "return_request",
                "app": "models",
                "indexes": [Index(fields=["desk", "state", "id"]), Index(fields=["dossier_id"])],
                "pk_attr": "id",
                "table_description": "A citizen's wish to have the result brought, or to have it brought elsewhere, the desk decides.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="DossierRow",
            name="page_epoch",
            field=fields.SmallIntField(default=0, db_default=0),
        ),
        ops.RunSQL(
            sql="CREATE UNIQUE INDEX one_open_return_request ON return_request (dossier_id) WHERE state = 'asked'",
            reverse_sql="DROP INDEX one_open_return_request",
        ),
    ]
