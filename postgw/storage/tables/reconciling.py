"""Statements of the post and of the bank, what was settled by hand, and fees that were paid elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from ..lengths import ACTOR, NUMBER, UNIT

if TYPE_CHECKING:
    from .dossiers import DossierRow


class StatementFileRow(Model):
    """A file of theirs, taken in once: its digest is the second time's answer."""

    id = fields.BigIntField(primary_key=True)
    file_no = fields.CharField(max_length=NUMBER, unique=True)
    source = fields.CharField(max_length=4)
    account = fields.CharField(max_length=40)
    unit = fields.CharField(max_length=UNIT, default="", db_default="")
    digest = fields.CharField(max_length=64)
    lines_count = fields.IntField()
    new_count = fields.IntField()
    amount_dong = fields.BigIntField()
    taken_at = fields.DatetimeField()
    taken_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "statement_file"
        unique_together = (("source", "account", "digest"),)
        indexes = [Index(fields=("unit", "id"))]


class StatementLineRow(Model):
    """One line of theirs. line_key says which it is, whatever file it came in. The text may name a person."""

    id = fields.BigIntField(primary_key=True)
    file: fields.ForeignKeyRelation[StatementFileRow] = fields.ForeignKeyField(
        "models.StatementFileRow", on_delete=fields.RESTRICT
    )
    file_id: int
    source = fields.CharField(max_length=4)
    unit = fields.CharField(max_length=UNIT, default="", db_default="")
    line_key = fields.CharField(max_length=64, unique=True)
    row_number = fields.IntField()
    on_date = fields.DateField()
    amount_dong = fields.BigIntField()
    number = fields.CharField(max_length=300, default="", db_default="")
    reference = fields.CharField(max_length=300, default="", db_default="")
    content = fields.CharField(max_length=500, default="", db_default="")

    class Meta:
        table = "statement_line"
        indexes = [Index(fields=("source", "on_date")), Index(fields=("on_date",))]


class StatementNameRow(Model):
    """A name under which a line may mean something of ours."""

    id = fields.BigIntField(primary_key=True)
    line: fields.ForeignKeyRelation[StatementLineRow] = fields.ForeignKeyField(
        "models.StatementLineRow", on_delete=fields.RESTRICT
    )
    line_id: int
    name = fields.CharField(max_length=NUMBER)

    class Meta:
        table = "statement_name"
        unique_together = (("line_id", "name"),)
        indexes = [Index(fields=("name",))]


class SettlementRow(Model):
    """A line or a claim that an officer settled by hand, or took back. Written once, never changed."""

    id = fields.BigIntField(primary_key=True)
    subject = fields.CharField(max_length=140)
    kind = fields.CharField(max_length=8)
    reason = fields.CharField(max_length=300)
    settled_at = fields.DatetimeField()
    settled_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "settlement"
        indexes = [Index(fields=("subject", "id"))]


class PrepaymentRow(Model):
    """A fee that the citizen paid elsewhere, with what proves it."""

    id = fields.BigIntField(primary_key=True)
    dossier: fields.OneToOneRelation[DossierRow] = fields.OneToOneField("models.DossierRow", on_delete=fields.RESTRICT)
    dossier_id: int
    way = fields.CharField(max_length=12)
    reference = fields.CharField(max_length=100)
    amount_dong = fields.BigIntField()
    recorded_at = fields.DatetimeField()
    recorded_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "prepayment"
