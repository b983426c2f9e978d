"""Cases: complaints, loss, damage, lateness, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from ..lengths import ACTOR, NUMBER, UNIT

if TYPE_CHECKING:
    from .consignments import ConsignmentRow


class CaseRow(Model):
    """One case about one consignment. once names what the gateway opened it for, so that it is opened once."""

    id = fields.BigIntField(primary_key=True)
    case_no = fields.CharField(max_length=NUMBER, unique=True)
    kind = fields.CharField(max_length=12)
    once = fields.CharField(max_length=140, null=True, unique=True)
    consignment: fields.ForeignKeyRelation[ConsignmentRow] = fields.ForeignKeyField(
        "models.ConsignmentRow", on_delete=fields.RESTRICT
    )
    consignment_id: int
    desk = fields.CharField(max_length=UNIT)
    office = fields.CharField(max_length=UNIT, default="", db_default="")
    state = fields.CharField(max_length=10, default="open", db_default="open")
    due_on = fields.DateField()
    content = fields.TextField()
    opened_at = fields.DatetimeField()
    opened_by = fields.CharField(max_length=ACTOR)
    closed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "case_file"
        indexes = [Index(fields=("desk", "id")), Index(fields=("state", "due_on")), Index(fields=("consignment_id",))]


class CaseStepRow(Model):
    """One step of a case. Written once, never changed."""

    id = fields.BigIntField(primary_key=True)
    case: fields.ForeignKeyRelation[CaseRow] = fields.ForeignKeyField("models.CaseRow", on_delete=fields.RESTRICT)
    case_id: int
    seq = fields.IntField()
    kind = fields.CharField(max_length=20)
    content = fields.TextField()
    taken_at = fields.DatetimeField()
    taken_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "case_step"
        unique_together = (("case_id", "seq"),)
