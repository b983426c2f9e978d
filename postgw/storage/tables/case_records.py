"""The records of a case: what people said, damage, liability, money paid, and the rates of interest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from ..lengths import ACTOR, NUMBER, UNIT

if TYPE_CHECKING:
    from .cases import CaseRow


class CaseWordsRow(Model):
    """What people said or wrote in a step of a case, and who they are. Kept apart, and erased after its term."""

    id = fields.BigIntField(primary_key=True)
    case: fields.ForeignKeyRelation[CaseRow] = fields.ForeignKeyField("models.CaseRow", on_delete=fields.RESTRICT)
    case_id: int
    seq = fields.IntField()
    content = fields.TextField()

    class Meta:
        table = "case_words"
        unique_together = (("case_id", "seq"),)


class DamageRecordRow(Model):
    """One damage record. people and photo are kept for as long as personal parts are. After signing nothing changes."""

    id = fields.BigIntField(primary_key=True)
    record_no = fields.CharField(max_length=NUMBER, unique=True)
    once = fields.CharField(max_length=140, unique=True)
    case: fields.ForeignKeyRelation[CaseRow] = fields.ForeignKeyField("models.CaseRow", on_delete=fields.RESTRICT)
    case_id: int
    content = fields.TextField()
    people = fields.TextField()
    photo_jpeg = fields.BinaryField(null=True)
    made_at = fields.DatetimeField()
    made_by = fields.CharField(max_length=ACTOR)
    signed_at = fields.DatetimeField(null=True)
    signed_by = fields.CharField(max_length=ACTOR, default="", db_default="")

    class Meta:
        table = "damage_record"
        indexes = [Index(fields=("case_id",))]


class LiabilityRow(Model):
    """Who is liable in a case, for how much and until when. One for a case, written once."""

    id = fields.BigIntField(primary_key=True)
    record_no = fields.CharField(max_length=NUMBER, unique=True)
    case: fields.OneToOneRelation[CaseRow] = fields.OneToOneField("models.CaseRow", on_delete=fields.RESTRICT)
    case_id: int
    content = fields.TextField()
    people = fields.TextField()
    amount_dong = fields.BigIntField()
    pay_by = fields.DateField()
    is_settled = fields.BooleanField(default=False, db_default=False)
    determined_at = fields.DatetimeField()
    determined_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "liability_record"
        indexes = [Index(fields=("is_settled", "pay_by"))]


class CompensationRow(Model):
    """Money paid in a case, or given back by an owner. Each happens once in a case."""

    id = fields.BigIntField(primary_key=True)
    case: fields.ForeignKeyRelation[CaseRow] = fields.ForeignKeyField("models.CaseRow", on_delete=fields.RESTRICT)
    case_id: int
    direction = fields.CharField(max_length=4)
    unit = fields.CharField(max_length=UNIT)
    payee = fields.CharField(max_length=8)
    way = fields.CharField(max_length=8)
    refund_dong = fields.BigIntField()
    rest_dong = fields.BigIntField()
    interest_dong = fields.BigIntField()
    paid_at = fields.DatetimeField()
    paid_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "compensation"
        unique_together = (("case_id", "direction"),)


class InterestRateRow(Model):
    """The yearly rate of interest of late payment from a day on, in hundredths of a per cent."""

    id = fields.BigIntField(primary_key=True)
    basis_points = fields.IntField()
    valid_from = fields.DateField(unique=True)
    author = fields.CharField(max_length=ACTOR)
    reason = fields.CharField(max_length=300)

    class Meta:
        table = "interest_rate"
