"""When a dossier is filed, what was asked again or sent back, what was promised, and results that are ready."""

from __future__ import annotations

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    """Add what stands between the handover at the desk and the result on its way home."""

    dependencies = [("models", "0008_papers")]

    initial = False

    operations = [
        ops.CreateModel(
            name="AppointmentRow",
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
                ("due_on", fields.DateField()),
                ("slip_no", fields.CharField(max_length=40)),
                ("sets", fields.SmallIntField(default=1, db_default=1)),
                ("statutory_time", fields.CharField(default="", db_default="", max_length=100)),
                ("filing_seq", fields.IntField(default=0, db_default=0)),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("made_by", fields.CharField(max_length=120)),
            ],
            options={
                "table": "appointment",
                "app": "models",
                "indexes": [Index(fields=["dossier_id", "id"])],
                "pk_attr": "id",
                "table_description": "The day on which the agency promised the result, and the slip that says so. The last one holds.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="FilingRow",
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
                ("seq", fields.IntField()),
                ("desk", fields.CharField(max_length=20)),
                ("ground", fields.CharField(max_length=12)),
                ("filed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("agency_starts_on", fields.DateField()),
                ("source", fields.CharField(max_length=40)),
                ("consignment_no", fields.CharField(default="", db_default="", max_length=14)),
                ("notice_id", fields.CharField(unique=True, max_length=80)),
                ("content", fields.TextField(unique=False)),
                ("entered_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("entered_by", fields.CharField(max_length=120)),
            ],
            options={
                "table": "filing",
                "app": "models",
                "unique_together": (("dossier_id", "seq"),),
                "indexes": [Index(fields=["desk", "id"])],
                "pk_attr": "id",
                "table_description": "One word on when a dossier was filed. Written once, never changed, the last one is in force.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="FormChoiceRow",
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
                ("old_form", fields.CharField(max_length=8)),
                ("new_form", fields.CharField(max_length=8)),
                ("consent_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("chosen_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("chosen_by", fields.CharField(max_length=120)),
            ],
            options={
                "table": "form_choice",
                "app": "models",
                "indexes": [Index(fields=["dossier_id", "id"])],
                "pk_attr": "id",
                "table_description": "Another service form that the citizen chose, and the one before.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PickupTaskRow",
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
                ("kind", fields.CharField(max_length=8)),
                ("desk", fields.CharField(max_length=20)),
                ("pickup_no", fields.CharField(default="", db_default="", max_length=40)),
                ("asked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "pickup_task",
                "app": "models",
                "unique_together": (("dossier_id", "kind"),),
                "indexes": [Index(fields=["desk", "pickup_no"])],
                "pk_attr": "id",
                "table_description": "A coming of the post that somebody needs. pickup_no is empty until there is one.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PickupWindowRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("desk", fields.CharField(max_length=20)),
                ("office", fields.CharField(max_length=20)),
                ("valid_from", fields.DateField()),
                ("content", fields.TextField(unique=False)),
                ("reason", fields.CharField(max_length=300)),
                ("author", fields.CharField(max_length=120)),
                ("entered_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "pickup_window",
                "app": "models",
                "indexes": [Index(fields=["desk", "valid_from"])],
                "pk_attr": "id",
                "table_description": "When the post comes to a desk, from a day on. content is the list of weekdays and times.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RejectionRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("rejection_no", fields.CharField(unique=True, max_length=40)),
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
                ("filing_seq", fields.IntField()),
                ("desk", fields.CharField(max_length=20)),
                ("code", fields.CharField(max_length=40)),
                ("fault", fields.CharField(max_length=8)),
                ("reasons", fields.TextField(unique=False)),
                ("limit_on", fields.DateField(null=True)),
                ("is_late", fields.BooleanField(default=False, db_default=False)),
                ("consignment_no", fields.CharField(max_length=14)),
                ("rejected_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("rejected_by", fields.CharField(max_length=120)),
            ],
            options={
                "table": "rejection",
                "app": "models",
                "unique_together": (("dossier_id", "filing_seq"),),
                "indexes": [Index(fields=["desk", "id"])],
                "pk_attr": "id",
                "table_description": "A filed dossier that the desk sent back, and by which consignment. The filing of that number is void.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ResultRow",
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
                ("desk", fields.CharField(max_length=20)),
                ("ready_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("content", fields.TextField(unique=False)),
                ("consignment_no", fields.CharField(default="", db_default="", max_length=14)),
                ("entered_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("entered_by", fields.CharField(max_length=120)),
            ],
            options={
                "table": "result",
                "app": "models",
                "indexes": [Index(fields=["desk", "ready_at"])],
                "pk_attr": "id",
                "table_description": "A result that is ready. content is the list of its papers.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SupplementRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("supplement_no", fields.CharField(unique=True, max_length=40)),
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
                ("desk", fields.CharField(max_length=20)),
                ("state", fields.CharField(default="asked", db_default="asked", max_length=10)),
                ("heard_from_desk", fields.BooleanField(default=False, db_default=False)),
                ("escalated", fields.BooleanField(default=False, db_default=False)),
                ("counts_late", fields.BooleanField(default=False, db_default=False)),
                ("content", fields.TextField(unique=False)),
                ("digest", fields.CharField(max_length=64)),
                ("asked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("entered_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("entered_by", fields.CharField(max_length=120)),
                ("completed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("completed_by", fields.CharField(default="", db_default="", max_length=120)),
                ("consignment_no", fields.CharField(default="", db_default="", max_length=14)),
            ],
            options={
                "table": "supplement",
                "app": "models",
                "unique_together": (("dossier_id", "ordinal"),),
                "indexes": [Index(fields=["desk", "state", "id"]), Index(fields=["counts_late", "asked_at"])],
                "pk_attr": "id",
                "table_description": "One request to complete a dossier. The second and later ones are escalated and count as late.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="ConsignmentRow",
            name="without_result",
            field=fields.BooleanField(default=False, db_default=False),
        ),
    ]
