"""Reports as they were issued, citizens' ratings, and what desks' systems say of dossiers that they closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from ..lengths import ACTOR, UNIT

if TYPE_CHECKING:
    from .consignments import ConsignmentRow
    from .dossiers import DossierRow


class ReportRow(Model):
    """One issued version of a report. Written once, never changed. facts holds the packed lists behind its figures."""

    id = fields.BigIntField(primary_key=True)
    period = fields.CharField(max_length=10)
    unit = fields.CharField(max_length=UNIT, default="", db_default="")
    version = fields.IntField()
    content = fields.TextField()
    facts = fields.BinaryField()
    figures_digest = fields.CharField(max_length=64)
    digest = fields.CharField(max_length=64)
    reason = fields.CharField(max_length=300, default="", db_default="")
    issued_at = fields.DatetimeField()
    issued_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "report"
        unique_together = (("period", "unit", "version"),)


class RatingRow(Model):
    """What a citizen said of one delivery. One answer for each delivery, and no word of who gave it."""

    id = fields.BigIntField(primary_key=True)
    consignment: fields.OneToOneRelation[ConsignmentRow] = fields.OneToOneField(
        "models.ConsignmentRow", on_delete=fields.RESTRICT
    )
    consignment_id: int
    desk = fields.CharField(max_length=UNIT)
    office = fields.CharField(max_length=UNIT, default="", db_default="")
    score = fields.SmallIntField()
    comment = fields.TextField()
    given_at = fields.DatetimeField()

    class Meta:
        table = "rating"
        indexes = [Index(fields=("given_at",))]


class DeskClosingRow(Model):
    """A desk's system says that it closed a dossier, and when. The first word stands."""

    id = fields.BigIntField(primary_key=True)
    dossier: fields.OneToOneRelation[DossierRow] = fields.OneToOneField("models.DossierRow", on_delete=fields.RESTRICT)
    dossier_id: int
    closed_at = fields.DatetimeField()
    told_at = fields.DatetimeField()
    told_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "desk_closing"
