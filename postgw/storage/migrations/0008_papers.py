"""Paper checks, packings, paper duties, kept notes and the original register."""

from __future__ import annotations

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    """Add what is inside the envelope, and what is owed."""

    dependencies = [("models", "0007_cases_and_apologies")]

    initial = False

    operations = [
        ops.CreateModel(
            name="BulkAgreementRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("agreement_no", fields.CharField(unique=True, max_length=30)),
                ("desk", fields.CharField(max_length=20)),
                ("covers", fields.CharField(max_length=500)),
                ("valid_from", fields.DateField()),
                ("valid_to", fields.DateField(null=True)),
                ("author", fields.CharField(max_length=120)),
                ("reason", fields.CharField(max_length=300)),
                ("begun_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ended_by", fields.CharField(default="", db_default="", max_length=120)),
                ("end_reason", fields.CharField(default="", db_default="", max_length=300)),
            ],
            options={
                "table": "bulk_agreement",
                "app": "models",
                "indexes": [Index(fields=["desk", "id"])],
                "pk_attr": "id",
                "table_description": "What agency and post agreed on, so that results may come sealed by the agency.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ConsignmentNoteRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "consignment",
                    fields.OneToOneField(
                        "models.ConsignmentRow",
                        source_field="consignment_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("content", fields.TextField(unique=False)),
                ("digest", fields.CharField(max_length=64)),
                ("frozen_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "consignment_note",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A consignment note as both have signed it, word for word. Never changed.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="NoteSignatureRow",
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
                ("side", fields.CharField(max_length=9)),
                ("digest", fields.CharField(max_length=64)),
                ("name", fields.CharField(max_length=150)),
                ("way", fields.CharField(max_length=40)),
                ("signature_png", fields.BinaryField(null=True)),
                ("signed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("recorded_by", fields.CharField(max_length=120)),
            ],
            options={
                "table": "note_signature",
                "app": "models",
                "unique_together": (("consignment_id", "side", "digest"),),
                "pk_attr": "id",
                "table_description": "One side's signature under one wording of a consignment note.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PackingRow",
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
                ("seal_no", fields.CharField(max_length=30)),
                ("sealed_by", fields.CharField(max_length=6)),
                ("agreement_no", fields.CharField(default="", db_default="", max_length=30)),
                ("content", fields.TextField(unique=False)),
                ("office", fields.CharField(default="", db_default="", max_length=20)),
                ("packed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("recorded_by", fields.CharField(max_length=120)),
            ],
            options={
                "table": "packing",
                "app": "models",
                "unique_together": (("consignment_id", "ordinal"),),
                "indexes": [Index(fields=["seal_no"])],
                "pk_attr": "id",
                "table_description": "One closing of an envelope under a seal. Packed again, it is another row. content holds the names as JSON.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PaperCheckRow",
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
                ("check_id", fields.CharField(max_length=100)),
                ("content", fields.TextField(unique=False)),
                ("office", fields.CharField(default="", db_default="", max_length=20)),
                ("checked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("checked_by", fields.CharField(max_length=120)),
                ("guided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("guided_by", fields.CharField(default="", db_default="", max_length=120)),
            ],
            options={
                "table": "paper_check",
                "app": "models",
                "unique_together": (("consignment_id", "check_id"),),
                "pk_attr": "id",
                "table_description": "One count of the papers against the published list. content holds the lines as JSON.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PaperDutyRow",
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
                ("name", fields.CharField(max_length=300)),
                ("paper_kind", fields.CharField(max_length=10)),
                ("quantity", fields.SmallIntField(default=1, db_default=1)),
                ("opened_by", fields.CharField(max_length=14)),
                ("opened_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("decision", fields.CharField(default="", db_default="", max_length=5)),
                ("decision_reason", fields.CharField(default="", db_default="", max_length=300)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("decided_by", fields.CharField(default="", db_default="", max_length=120)),
                ("outcome", fields.CharField(default="", db_default="", max_length=9)),
                ("outcome_note", fields.TextField(default="", db_default="", unique=False)),
                ("outcome_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("outcome_by", fields.CharField(default="", db_default="", max_length=120)),
                (
                    "carrier",
                    fields.ForeignKeyField(
                        "models.ConsignmentRow",
                        source_field="carrier_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "paper_duty",
                "app": "models",
                "unique_together": (("dossier_id", "kind", "name", "paper_kind"),),
                "indexes": [Index(fields=["desk", "id"]), Index(fields=["carrier_id"])],
                "pk_attr": "id",
                "table_description": "One paper that is owed to the citizen, or to be withdrawn for the agency. Where it stands is never stored.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RegisterAuthorisationRow",
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
                ("reference", fields.CharField(max_length=100)),
                ("worker", fields.CharField(max_length=150)),
                ("seen_by", fields.CharField(max_length=150)),
                ("media", fields.CharField(max_length=20)),
                ("document", fields.BinaryField()),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("recorded_by", fields.CharField(max_length=120)),
            ],
            options={
                "table": "register_authorisation",
                "app": "models",
                "unique_together": (("consignment_id", "reference"),),
                "pk_attr": "id",
                "table_description": "A citizen's written word that a postal worker may sign the original register. Kept apart, for it names people.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RegisterSigningRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "authorisation",
                    fields.ForeignKeyField(
                        "models.RegisterAuthorisationRow",
                        source_field="authorisation_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("register_name", fields.CharField(max_length=200)),
                ("entry", fields.CharField(max_length=100)),
                ("worker", fields.CharField(max_length=150)),
                ("signed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("recorded_by", fields.CharField(max_length=120)),
            ],
            options={
                "table": "register_signing",
                "app": "models",
                "unique_together": (("authorisation_id", "register_name", "entry"),),
                "pk_attr": "id",
                "table_description": "One signature of a postal worker in an agency's original register.",
            },
            bases=["Model"],
        ),
    ]
