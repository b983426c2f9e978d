"""Lateness: warnings before a due date, how far a watch has walked, and apologies with their new dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from ..lengths import ACTOR, NUMBER, UNIT

if TYPE_CHECKING:
    from .consignments import ConsignmentRow
    from .dossiers import DossierRow


class WarningRow(Model):
    """That a due date of the post was warned of, once. moved_to is the day told instead while it is withdrawn."""

    id = fields.BigIntField(primary_key=True)
    consignment: fields.ForeignKeyRelation[ConsignmentRow] = fields.ForeignKeyField(
        "models.ConsignmentRow", on_delete=fields.RESTRICT
    )
    consignment_id: int
    due_on = fields.DateField()
    desk = fields.CharField(max_length=UNIT)
    office = fields.CharField(max_length=UNIT, default="", db_default="")
    given_at = fields.DatetimeField()
    moved_to = fields.DateField(null=True)
    moved_at = fields.DatetimeField(null=True)

    class Meta:
        table = "warning"
        unique_together = (("consignment_id", "due_on"),)
        indexes = [Index(fields=("desk", "id"))]


class WalkRow(Model):
    """How far a recurring walk over many rows has come, so that the next page goes on from there."""

    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=40, unique=True)
    after = fields.BigIntField(default=0, db_default=0)

    class Meta:
        table = "walk"


class ApologyRow(Model):
    """One apology for a result that will be late: why, and the new day. state is draft, issued or withdrawn."""

    id = fields.BigIntField(primary_key=True)
    apology_no = fields.CharField(max_length=NUMBER, unique=True)
    dossier: fields.ForeignKeyRelation[DossierRow] = fields.ForeignKeyField(
        "models.DossierRow", on_delete=fields.RESTRICT
    )
    dossier_id: int
    desk = fields.CharField(max_length=UNIT)
    state = fields.CharField(max_length=10, default="draft", db_default="draft")
    due_on = fields.DateField()
    new_due_on = fields.DateField(null=True)
    reason = fields.CharField(max_length=300, default="", db_default="")
    drafted_at = fields.DatetimeField()
    drafted_by = fields.CharField(max_length=ACTOR)
    issued_at = fields.DatetimeField(null=True)
    issued_by = fields.CharField(max_length=ACTOR, default="", db_default="")
    in_time = fields.BooleanField(null=True)
    letter = fields.TextField(null=True)
    pickup_no = fields.CharField(max_length=NUMBER, default="", db_default="")
    old_pickup_no = fields.CharField(max_length=NUMBER, default="", db_default="")
    withdrawn_at = fields.DatetimeField(null=True)
    withdrawn_by = fields.CharField(max_length=ACTOR, default="", db_default="")
    withdrawn_reason = fields.CharField(max_length=300, default="", db_default="")

    class Meta:
        table = "apology"
        indexes = [Index(fields=("desk", "id")), Index(fields=("dossier_id",)), Index(fields=("state", "issued_at"))]
