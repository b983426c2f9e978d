"""Lateness: apologies with their new dates, drafted, issued or withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from ..lengths import ACTOR, NUMBER, UNIT

if TYPE_CHECKING:
    from .dossiers import DossierRow


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

    class Meta:
        table = "apology"
        indexes = [Index(fields=("desk", "id")), Index(fields=("dossier_id",)), Index(fields=("state", "issued_at"))]
