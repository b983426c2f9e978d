"""Results that are ready, the pickups they ask for, and when the post comes to a desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from ..lengths import ACTOR, NUMBER, UNIT

if TYPE_CHECKING:
    from .dossiers import DossierRow


class ResultRow(Model):
    """A result that is ready. content is the list of its papers."""

    id = fields.BigIntField(primary_key=True)
    dossier: fields.OneToOneRelation[DossierRow] = fields.OneToOneField("models.DossierRow", on_delete=fields.RESTRICT)
    dossier_id: int
    desk = fields.CharField(max_length=UNIT)
    ready_at = fields.DatetimeField()
    content = fields.TextField()
    consignment_no = fields.CharField(max_length=14, default="", db_default="")
    entered_at = fields.DatetimeField()
    entered_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "result"
        indexes = [Index(fields=("desk", "ready_at"))]


class PickupTaskRow(Model):
    """A coming of the post that somebody needs. pickup_no is empty until there is one."""

    id = fields.BigIntField(primary_key=True)
    dossier: fields.ForeignKeyRelation[DossierRow] = fields.ForeignKeyField(
        "models.DossierRow", on_delete=fields.RESTRICT
    )
    dossier_id: int
    kind = fields.CharField(max_length=8)
    desk = fields.CharField(max_length=UNIT)
    pickup_no = fields.CharField(max_length=NUMBER, default="", db_default="")
    asked_at = fields.DatetimeField()

    class Meta:
        table = "pickup_task"
        unique_together = (("dossier_id", "kind"),)
        indexes = [Index(fields=("desk", "pickup_no"))]


class PickupWindowRow(Model):
    """When the post comes to a desk, from a day on. content is the list of weekdays and times."""

    id = fields.BigIntField(primary_key=True)
    desk = fields.CharField(max_length=UNIT)
    office = fields.CharField(max_length=UNIT)
    valid_from = fields.DateField()
    content = fields.TextField()
    reason = fields.CharField(max_length=300)
    author = fields.CharField(max_length=ACTOR)
    entered_at = fields.DatetimeField()

    class Meta:
        table = "pickup_window"
        indexes = [Index(fields=("desk", "valid_from"))]
