"""Invitations, the signed record behind a return, recalls and changes of address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from ..lengths import ACTOR, UNIT

if TYPE_CHECKING:
    from .consignments import ConsignmentRow


class InvitationRow(Model):
    """One written call to a recipient who was not reached."""

    id = fields.BigIntField(primary_key=True)
    consignment: fields.ForeignKeyRelation[ConsignmentRow] = fields.ForeignKeyField(
        "models.ConsignmentRow", on_delete=fields.RESTRICT
    )
    consignment_id: int
    ordinal = fields.SmallIntField()
    invited_on = fields.DateField()
    way = fields.CharField(max_length=8)
    office = fields.CharField(max_length=UNIT, default="", db_default="")
    made_at = fields.DatetimeField()
    made_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "invitation"
        unique_together = (("consignment_id", "ordinal"),)


class RefusalRow(Model):
    """The signed record of an item that could not be handed over. Kept apart, for it names people."""

    id = fields.BigIntField(primary_key=True)
    consignment: fields.ForeignKeyRelation[ConsignmentRow] = fields.ForeignKeyField(
        "models.ConsignmentRow", on_delete=fields.RESTRICT
    )
    consignment_id: int
    reason = fields.CharField(max_length=40)
    content = fields.TextField()
    signature_png = fields.BinaryField()
    taken_at = fields.DatetimeField()
    taken_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "refusal"
        unique_together = (("consignment_id", "reason"),)


class RedirectionRow(Model):
    """A recall or a change of address by the side of the sender, and who pays for the carriage."""

    id = fields.BigIntField(primary_key=True)
    consignment: fields.ForeignKeyRelation[ConsignmentRow] = fields.ForeignKeyField(
        "models.ConsignmentRow", on_delete=fields.RESTRICT
    )
    consignment_id: int
    kind = fields.CharField(max_length=8)
    reason = fields.CharField(max_length=40, default="", db_default="")
    old_party = fields.TextField()
    new_party = fields.TextField(null=True)
    fault = fields.CharField(max_length=8)
    cost_dong = fields.IntField()
    asked_by = fields.CharField(max_length=ACTOR)
    asked_at = fields.DatetimeField()

    class Meta:
        table = "redirection"
        indexes = [Index(fields=("consignment_id",))]
