from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0017_outsiders")]

    initial = False

    operations = [
        ops.CreateModel(
            name="AccountRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("account_no", fields.CharField(unique=True, max_length=40)),
                ("login", fields.CharField(unique=True, max_length=60)),
                ("name", fields.CharField(max_length=120)),
                ("unit", fields.CharField(default="", db_default="", max_length=20)),
                ("roles", fields.TextField(unique=False)),
                ("state", fields.CharField(default="open", db_default="open", max_length=10)),
                ("password_hash", fields.TextField(default="", db_default="", unique=False)),
                ("must_change", fields.BooleanField(default=False, db_default=False)),
                ("failures", fields.SmallIntField(default=0, db_default=0)),
                ("locked_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("totp_secret", fields.CharField(default="", db_default="", max_length=64)),
                ("totp_since", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("totp_step", fields.BigIntField(default=0, db_default=0)),
                ("oidc_issuer", fields.CharField(null=True, max_length=200)),
                ("oidc_subject", fields.CharField(null=True, max_length=255)),
                ("version", fields.IntField(default=1, db_default=1)),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("made_by", fields.CharField(max_length=120)),
                ("seen_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "account",
                "app": "models",
                "unique_together": (("oidc_issuer", "oidc_subject"),),
                "indexes": [Index(fields=["unit"])],
                "pk_attr": "id",
                "table_description": "A person's account. Of the password only its hash is kept.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ChangeRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("kind", fields.CharField(max_length=30)),
                ("subject", fields.CharField(max_length=120)),
                ("act", fields.CharField(max_length=30)),
                ("before", fields.TextField(default="", db_default="", unique=False)),
                ("after", fields.TextField(default="", db_default="", unique=False)),
                ("unit", fields.CharField(default="", db_default="", max_length=20)),
                ("changed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("changed_by", fields.CharField(max_length=120)),
            ],
            options={
                "table": "change",
                "app": "models",
                "indexes": [Index(fields=["kind", "subject"]), Index(fields=["changed_at"])],
                "pk_attr": "id",
                "table_description": "Something of the house's own settings was changed: who, when, what stood there before and after.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SignInTripRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("digest", fields.CharField(unique=True, max_length=64)),
                ("verifier", fields.CharField(max_length=128)),
                ("nonce", fields.CharField(max_length=64)),
                ("next_page", fields.CharField(default="", db_default="", max_length=300)),
                ("begun_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "sign_in_trip",
                "app": "models",
                "indexes": [Index(fields=["begun_at"])],
                "pk_attr": "id",
                "table_description": "Somebody who was sent to the sign-in of another house and has not come back yet.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SittingRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("digest", fields.CharField(unique=True, max_length=64)),
                ("account_no", fields.CharField(null=True, max_length=40)),
                ("token_no", fields.CharField(null=True, max_length=40)),
                ("is_whole", fields.BooleanField(default=True, db_default=True)),
                ("browser", fields.CharField(default="", db_default="", max_length=120)),
                ("begun_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("seen_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ends_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("names_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "sitting",
                "app": "models",
                "indexes": [Index(fields=["account_no"]), Index(fields=["token_no"]), Index(fields=["ends_at"])],
                "pk_attr": "id",
                "table_description": "Somebody at a screen, from signing in to signing out: an account, or the holder of a token.",
            },
            bases=["Model"],
        ),
    ]
