from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0016_desk_orders")]

    initial = False

    operations = [
        ops.CreateModel(
            name="DeskStandingRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("system", fields.CharField(max_length=40)),
                ("dossier_id", fields.BigIntField()),
                ("status", fields.CharField(default="", db_default="", max_length=40)),
                ("asked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "desk_standing",
                "app": "models",
                "unique_together": (("system", "dossier_id"),),
                "indexes": [Index(fields=["dossier_id"])],
                "pk_attr": "id",
                "table_description": "How a dossier stands by the word of a desk's system, when it was last asked.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="MessageRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("notice_id", fields.CharField(max_length=80)),
                ("channel", fields.CharField(max_length=40)),
                ("consignment_no", fields.CharField(default="", db_default="", max_length=14)),
                ("receipt_no", fields.CharField(default="", db_default="", max_length=120)),
                ("state", fields.CharField(default="sent", db_default="sent", max_length=8)),
                ("reason", fields.CharField(default="", db_default="", max_length=200)),
                ("coding", fields.CharField(default="", db_default="", max_length=8)),
                ("parts", fields.SmallIntField(default=1, db_default=1)),
                ("dong", fields.IntField(default=0, db_default=0)),
                ("sent_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("told_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "message",
                "app": "models",
                "unique_together": (("notice_id", "channel"),),
                "indexes": [Index(fields=["channel", "receipt_no"]), Index(fields=["consignment_no"])],
                "pk_attr": "id",
                "table_description": "A message that a channel took. Neither its text nor its address is kept here.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="OfferRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("system", fields.CharField(max_length=40)),
                ("record_id", fields.CharField(max_length=120)),
                ("desk", fields.CharField(max_length=20)),
                ("content", fields.TextField(unique=False)),
                ("legs", fields.CharField(default="", db_default="", max_length=20)),
                ("receipt_digest", fields.CharField(default="", db_default="", max_length=64)),
                ("state", fields.CharField(default="waiting", db_default="waiting", max_length=8)),
                ("reason", fields.CharField(default="", db_default="", max_length=500)),
                ("dossier_id", fields.BigIntField(null=True)),
                ("offered_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("answered_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "offer",
                "app": "models",
                "unique_together": (("system", "record_id"),),
                "indexes": [
                    Index(fields=["state", "id"]),
                    Index(fields=["system", "answered_at", "id"]),
                    Index(fields=["dossier_id"]),
                ],
                "pk_attr": "id",
                "table_description": "A dossier that a desk's system offered, as it came. It waits, was taken, or was refused with a reason.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PostPlaceRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("scheme", fields.CharField(default="vnpost", db_default="vnpost", max_length=20)),
                ("commune_code", fields.CharField(max_length=10)),
                ("post_province", fields.IntField()),
                ("post_district", fields.IntField(default=0, db_default=0)),
                ("post_commune", fields.CharField(default="", db_default="", max_length=20)),
                ("valid_from", fields.DateField()),
                ("author", fields.CharField(max_length=120)),
                ("reason", fields.CharField(max_length=300)),
            ],
            options={
                "table": "post_place",
                "app": "models",
                "unique_together": (("scheme", "commune_code", "valid_from"),),
                "pk_attr": "id",
                "table_description": "A post's own codes of a commune, from a day on. Each carrier has a scheme of its own.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ReceiptCodeRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("system", fields.CharField(max_length=40)),
                ("digest", fields.CharField(max_length=64)),
                ("dossier_id", fields.BigIntField()),
                ("kept_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "receipt_code",
                "app": "models",
                "unique_together": (("system", "digest"),),
                "indexes": [Index(fields=["dossier_id"])],
                "pk_attr": "id",
                "table_description": "The hash of a code printed on a citizen's receipt, and the dossier that the whole code opens.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="WireRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("name", fields.CharField(unique=True, max_length=60)),
                ("heard_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("failing_since", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("last_error", fields.CharField(default="", db_default="", max_length=300)),
            ],
            options={
                "table": "wire",
                "app": "models",
                "pk_attr": "id",
                "table_description": "How one outsider fares: when it last answered, since when it does not.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="ConsignmentRow",
            name="account",
            field=fields.CharField(default="", db_default="", max_length=40),
        ),
        ops.AddField(
            model_name="ConsignmentRow",
            name="public_service",
            field=fields.BooleanField(default=True, db_default=True),
        ),
        ops.AlterField(
            model_name="FeedRow",
            name="cursor",
            field=fields.CharField(default="", db_default="", max_length=200),
        ),
        ops.AddField(
            model_name="OrderRow",
            name="post_ref",
            field=fields.CharField(default="", db_default="", max_length=60),
        ),
        ops.RunSQL(
            "INSERT INTO post_place (commune_code, post_province, post_district, valid_from, author, reason)"
            " SELECT commune_code, post_province, post_district, valid_from, author, reason FROM place ORDER BY id",
            "INSERT INTO place (commune_code, post_province, post_district, valid_from, author, reason)"
            " SELECT commune_code, post_province, post_district, valid_from, author, reason FROM post_place"
            " WHERE scheme = 'vnpost' ORDER BY id",
        ),
        ops.DeleteModel(name="PlaceRow"),
    ]
