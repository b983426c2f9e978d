"""When a dossier is filed, what was asked again, what was sent back, what was promised, and what the citizen chose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from ..lengths import ACTOR, NUMBER, UNIT

if TYPE_CHECKING:
    from .dossiers import DossierRow


class FilingRow(Model):
    """One word on when a dossier was filed. Written once, never changed, the last one is in force."""

    id = fields.BigIntField(primary_key=True)
    dossier: fields.ForeignKeyRelation[DossierRow] = fields.ForeignKeyField(
        "models.DossierRow", on_delete=fields.RESTRICT
    )
    dossier_id: int
    seq = fields.IntField()
    desk = fields.CharField(max_length=UNIT)
    ground = fields.CharField(max_length=12)
    filed_at = fields.DatetimeField()
    agency_starts_on = fields.DateField()
    source = fields.CharField(max_length=NUMBER)
    consignment_no = fields.CharField(max_length=14, default="", db_default="")
    notice_id = fields.CharField(max_length=80, unique=True)
    content = fields.TextField()
    entered_at = fields.DatetimeField()
    entered_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "filing"
        unique_together = (("dossier_id", "seq"),)
        indexes = [Index(fields=("desk", "id"))]


class SupplementRow(Model):
    """One request to complete a dossier. The second and later ones are escalated and count as late."""

    id = fields.BigIntField(primary_key=True)
    supplement_no = fields.CharField(max_length=NUMBER, unique=True)
    dossier: fields.ForeignKeyRelation[DossierRow] = fields.ForeignKeyField(
        "models.DossierRow", on_delete=fields.RESTRICT
    )
    dossier_id: int
    ordinal = fields.SmallIntField()
    desk = fields.CharField(max_length=UNIT)
    state = fields.CharField(max_length=10, default="asked", db_default="asked")
    heard_from_desk = fields.BooleanField(default=False, db_default=False)
    escalated = fields.BooleanField(default=False, db_default=False)
    counts_late = fields.BooleanField(default=False, db_default=False)
    content = fields.TextField()
    digest = fields.CharField(max_length=64)
    asked_at = fields.DatetimeField()
    entered_at = fields.DatetimeField()
    entered_by = fields.CharField(max_length=ACTOR)
    completed_at = fields.DatetimeField(null=True)
    completed_by = fields.CharField(max_length=ACTOR, default="", db_default="")
    consignment_no = fields.CharField(max_length=14, default="", db_default="")

    class Meta:
        table = "supplement"
        unique_together = (("dossier_id", "ordinal"),)
        indexes = [Index(fields=("desk", "state", "id")), Index(fields=("counts_late", "asked_at"))]


class RejectionRow(Model):
    """A filed dossier that the desk sent back, and by which consignment. The filing of that number is void."""

    id = fields.BigIntField(primary_key=True)
    rejection_no = fields.CharField(max_length=NUMBER, unique=True)
    dossier: fields.ForeignKeyRelation[DossierRow] = fields.ForeignKeyField(
        "models.DossierRow", on_delete=fields.RESTRICT
    )
    dossier_id: int
    filing_seq = fields.IntField()
    desk = fields.CharField(max_length=UNIT)
    code = fields.CharField(max_length=40)
    fault = fields.CharField(max_length=8)
    reasons = fields.TextField()
    limit_on = fields.DateField(null=True)
    is_late = fields.BooleanField(default=False, db_default=False)
    consignment_no = fields.CharField(max_length=14)
    rejected_at = fields.DatetimeField()
    rejected_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "rejection"
        unique_together = (("dossier_id", "filing_seq"),)
        indexes = [Index(fields=("desk", "id"))]


class AppointmentRow(Model):
    """The day on which the agency promised the result, and the slip that says so. The last one holds."""

    id = fields.BigIntField(primary_key=True)
    dossier: fields.ForeignKeyRelation[DossierRow] = fields.ForeignKeyField(
        "models.DossierRow", on_delete=fields.RESTRICT
    )
    dossier_id: int
    due_on = fields.DateField()
    slip_no = fields.CharField(max_length=NUMBER)
    sets = fields.SmallIntField(default=1, db_default=1)
    statutory_time = fields.CharField(max_length=100, default="", db_default="")
    filing_seq = fields.IntField(default=0, db_default=0)
    made_at = fields.DatetimeField()
    made_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "appointment"
        indexes = [Index(fields=("dossier_id", "id"))]


class FormChoiceRow(Model):
    """Another service form that the citizen chose, and the one before."""

    id = fields.BigIntField(primary_key=True)
    dossier: fields.ForeignKeyRelation[DossierRow] = fields.ForeignKeyField(
        "models.DossierRow", on_delete=fields.RESTRICT
    )
    dossier_id: int
    old_form = fields.CharField(max_length=8)
    new_form = fields.CharField(max_length=8)
    consent_at = fields.DatetimeField()
    chosen_at = fields.DatetimeField()
    chosen_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "form_choice"
        indexes = [Index(fields=("dossier_id", "id"))]
