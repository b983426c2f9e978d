"""What is inside the envelope: paper checks, packings, duties, kept notes, and the original register."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from ..lengths import ACTOR, UNIT

if TYPE_CHECKING:
    from .consignments import ConsignmentRow
    from .dossiers import DossierRow


class PaperCheckRow(Model):
    """One count of the papers against the published list. content holds the lines as JSON."""

    id = fields.BigIntField(primary_key=True)
    consignment: fields.ForeignKeyRelation[ConsignmentRow] = fields.ForeignKeyField(
        "models.ConsignmentRow", on_delete=fields.RESTRICT
    )
    consignment_id: int
    check_id = fields.CharField(max_length=100)
    content = fields.TextField()
    office = fields.CharField(max_length=UNIT, default="", db_default="")
    checked_at = fields.DatetimeField()
    checked_by = fields.CharField(max_length=ACTOR)
    guided_at = fields.DatetimeField(null=True)
    guided_by = fields.CharField(max_length=ACTOR, default="", db_default="")

    class Meta:
        table = "paper_check"
        unique_together = (("consignment_id", "check_id"),)


class PackingRow(Model):
    """One closing of an envelope under a seal. Packed again, it is another row. content holds the names as JSON."""

    id = fields.BigIntField(primary_key=True)
    consignment: fields.ForeignKeyRelation[ConsignmentRow] = fields.ForeignKeyField(
        "models.ConsignmentRow", on_delete=fields.RESTRICT
    )
    consignment_id: int
    ordinal = fields.SmallIntField()
    seal_no = fields.CharField(max_length=30)
    sealed_by = fields.CharField(max_length=6)
    agreement_no = fields.CharField(max_length=30, default="", db_default="")
    content = fields.TextField()
    office = fields.CharField(max_length=UNIT, default="", db_default="")
    packed_at = fields.DatetimeField()
    recorded_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "packing"
        unique_together = (("consignment_id", "ordinal"),)
        indexes = [Index(fields=("seal_no",))]


class BulkAgreementRow(Model):
    """What agency and post agreed on, so that results may come sealed by the agency."""

    id = fields.BigIntField(primary_key=True)
    agreement_no = fields.CharField(max_length=30, unique=True)
    desk = fields.CharField(max_length=UNIT)
    covers = fields.CharField(max_length=500)
    valid_from = fields.DateField()
    valid_to = fields.DateField(null=True)
    author = fields.CharField(max_length=ACTOR)
    reason = fields.CharField(max_length=300)
    begun_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    ended_by = fields.CharField(max_length=ACTOR, default="", db_default="")
    end_reason = fields.CharField(max_length=300, default="", db_default="")

    class Meta:
        table = "bulk_agreement"
        indexes = [Index(fields=("desk", "id"))]


class PaperDutyRow(Model):
    """One paper that is owed to the citizen, or to be withdrawn for the agency. Where it stands is never stored."""

    id = fields.BigIntField(primary_key=True)
    dossier: fields.ForeignKeyRelation[DossierRow] = fields.ForeignKeyField(
        "models.DossierRow", on_delete=fields.RESTRICT
    )
    dossier_id: int
    kind = fields.CharField(max_length=8)
    desk = fields.CharField(max_length=UNIT)
    name = fields.CharField(max_length=300)
    paper_kind = fields.CharField(max_length=10)
    quantity = fields.SmallIntField(default=1, db_default=1)
    opened_by = fields.CharField(max_length=14)
    opened_at = fields.DatetimeField()
    decision = fields.CharField(max_length=5, default="", db_default="")
    decision_reason = fields.CharField(max_length=300, default="", db_default="")
    decided_at = fields.DatetimeField(null=True)
    decided_by = fields.CharField(max_length=ACTOR, default="", db_default="")
    outcome = fields.CharField(max_length=9, default="", db_default="")
    outcome_note = fields.TextField(default="", db_default="")
    outcome_at = fields.DatetimeField(null=True)
    outcome_by = fields.CharField(max_length=ACTOR, default="", db_default="")
    carrier: fields.ForeignKeyNullableRelation[ConsignmentRow] = fields.ForeignKeyField(
        "models.ConsignmentRow", on_delete=fields.RESTRICT, null=True
    )
    carrier_id: int | None

    class Meta:
        table = "paper_duty"
        unique_together = (("dossier_id", "kind", "name", "paper_kind"),)
        indexes = [Index(fields=("desk", "id")), Index(fields=("carrier_id",))]


class NoteSignatureRow(Model):
    """One side's signature under one wording of a consignment note."""

    id = fields.BigIntField(primary_key=True)
    consignment: fields.ForeignKeyRelation[ConsignmentRow] = fields.ForeignKeyField(
        "models.ConsignmentRow", on_delete=fields.RESTRICT
    )
    consignment_id: int
    side = fields.CharField(max_length=9)
    digest = fields.CharField(max_length=64)
    name = fields.CharField(max_length=150)
    way = fields.CharField(max_length=40)
    signature_png = fields.BinaryField(null=True)
    signed_at = fields.DatetimeField()
    recorded_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "note_signature"
        unique_together = (("consignment_id", "side", "digest"),)


class ConsignmentNoteRow(Model):
    """A consignment note as both have signed it, word for word. Never changed."""

    id = fields.BigIntField(primary_key=True)
    consignment: fields.OneToOneRelation[ConsignmentRow] = fields.OneToOneField(
        "models.ConsignmentRow", on_delete=fields.RESTRICT
    )
    consignment_id: int
    content = fields.TextField()
    digest = fields.CharField(max_length=64)
    frozen_at = fields.DatetimeField()

    class Meta:
        table = "consignment_note"


class RegisterAuthorisationRow(Model):
    """A citizen's written word that a postal worker may sign the original register. Kept apart, for it names people."""

    id = fields.BigIntField(primary_key=True)
    consignment: fields.ForeignKeyRelation[ConsignmentRow] = fields.ForeignKeyField(
        "models.ConsignmentRow", on_delete=fields.RESTRICT
    )
    consignment_id: int
    reference = fields.CharField(max_length=100)
    worker = fields.CharField(max_length=150)
    seen_by = fields.CharField(max_length=150)
    media = fields.CharField(max_length=20)
    document = fields.BinaryField()
    recorded_at = fields.DatetimeField()
    recorded_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "register_authorisation"
        unique_together = (("consignment_id", "reference"),)


class RegisterSigningRow(Model):
    """One signature of a postal worker in an agency's original register."""

    id = fields.BigIntField(primary_key=True)
    authorisation: fields.ForeignKeyRelation[RegisterAuthorisationRow] = fields.ForeignKeyField(
        "models.RegisterAuthorisationRow", on_delete=fields.RESTRICT
    )
    authorisation_id: int
    register_name = fields.CharField(max_length=200)
    entry = fields.CharField(max_length=100)
    worker = fields.CharField(max_length=150)
    signed_at = fields.DatetimeField()
    recorded_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "register_signing"
        unique_together = (("authorisation_id", "register_name", "entry"),)
