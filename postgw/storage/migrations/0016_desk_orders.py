from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0015_catalogue")]

    initial = False

    operations = [
        ops.CreateModel(
            name="AnnouncementRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("customer_no", fields.CharField(max_length=40)),
                ("customer_code", fields.CharField(max_length=60)),
                ("dossier_no", fields.CharField(max_length=120)),
                ("content", fields.TextField(unique=False)),
                ("told_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "announcement",
                "app": "models",
                "unique_together": (("customer_no", "customer_code", "dossier_no"),),
                "pk_attr": "id",
                "table_description": "A dossier that a customer told of with both its legs, before or beside its orders. content is JSON.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CustomerRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("customer_no", fields.CharField(unique=True, max_length=40)),
                ("name", fields.CharField(max_length=150)),
                ("key", fields.CharField(unique=True, max_length=100)),
                ("secret_digest", fields.CharField(max_length=64)),
                ("codes", fields.TextField(unique=False)),
                ("desks", fields.TextField(unique=False)),
                ("begun_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("begun_by", fields.CharField(max_length=120)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "customer",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A one-stop system with its key pair. Of the secret only the hash is kept, codes and desks are JSON.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="DeskOrderRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("customer_no", fields.CharField(max_length=40)),
                ("customer_code", fields.CharField(max_length=60)),
                ("order_no", fields.CharField(max_length=120)),
                ("stem", fields.CharField(max_length=120)),
                ("state", fields.CharField(max_length=10)),
                ("leg", fields.CharField(default="", db_default="", max_length=10)),
                ("desk", fields.CharField(default="", db_default="", max_length=20)),
                ("consignment_id", fields.BigIntField(null=True)),
                ("content", fields.TextField(unique=False)),
                ("asked", fields.IntField(default=1, db_default=1)),
                ("ordered_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("decided_by", fields.CharField(default="", db_default="", max_length=120)),
            ],
            options={
                "table": "desk_order",
                "app": "models",
                "unique_together": (("customer_no", "customer_code", "order_no"),),
                "indexes": [
                    Index(fields=["customer_no", "stem"]),
                    Index(fields=["consignment_id"]),
                    Index(fields=["state", "id"]),
                ],
                "pk_attr": "id",
                "table_description": "One number under which a customer ordered. Several numbers may name one consignment, they are its aliases.",
            },
            bases=["Model"],
        ),
    ]
