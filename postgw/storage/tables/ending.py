"""What the recipient chose after a failed delivery, and items that can be neither delivered nor returned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from ..lengths import ACTOR, UNIT

if TYPE_CHECKING:
    from .consignments import ConsignmentRow


class ChoiceRow(Model):
    """One version of what a recipient chose."""

    id = fields.BigIntField(primary_key=True)
    consignment: fields.ForeignKeyRelation[ConsignmentRow] = fields.ForeignKeyField(
        "models.ConsignmentRow", on_delete=fields.RESTRICT
    )
    consignment_id: int
    ordinal = fields.SmallIntField()
    way = fields.CharField(max_length=16)
    deliver_on = fields.DateField(null=True)
    day_window = fields.CharField(max_length=10, default="", db_default="")
    place = fields.CharField(max_length=UNIT, default="", db_default="")
    attempts = fields.SmallIntField()
    office = fields.CharField(max_length=UNIT, default="", db_default="")
    paid_by = fields.CharField(max_length=8)
    cost_dong = fields.IntField()
    made_at = fields.DatetimeField()
    made_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "choice"
        unique_together = (("consignment_id", "ordinal"),)
        indexes = [Index(fields=("office", "id"))]


class UndeliverableRow(Model):
    """An item that can be neither delivered nor returned, and how far its lawful end has come."""

    id = fields.BigIntField(primary_key=True)
    consignment: fields.OneToOneRelation[ConsignmentRow] = fields.OneToOneField(
        "models.ConsignmentRow", on_delete=fields.RESTRICT
    )
    consignment_id: int
    ground = fields.CharField(max_length=40)
    office = fields.CharField(max_length=UNIT, default="", db_default="")
    accepted_on = fields.DateField()
    declared_on = fields.DateField()
    declared_at = fields.DatetimeField()
    declared_by = fields.CharField(max_length=ACTOR)
    requested_on = fields.DateField(null=True)
    requested_of = fields.CharField(max_length=200, default="", db_default="")
    request_no = fields.CharField(max_length=60, default="", db_default="")
    answer = fields.CharField(max_length=12, default="", db_default="")
    answered_on = fields.DateField(null=True)
    answer_no = fields.CharField(max_length=60, default="", db_default="")
    told_step = fields.CharField(max_length=12, default="", db_default="")

    class Meta:
        table = "undeliverable"
