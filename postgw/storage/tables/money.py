"""Two ledgers, their receipts, and fee money handed on."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from ..lengths import ACTOR, NUMBER, UNIT


class LedgerEntryRow(Model):
    """An amount that went from one account to another. Written once, never changed."""

    id = fields.BigIntField(primary_key=True)
    act = fields.CharField(max_length=140)
    line = fields.SmallIntField(default=1, db_default=1)
    ledger = fields.CharField(max_length=8)
    unit = fields.CharField(max_length=UNIT)
    giver = fields.CharField(max_length=12)
    taker = fields.CharField(max_length=12)
    amount_dong = fields.BigIntField()
    entered_at = fields.DatetimeField()
    entered_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "ledger_entry"
        unique_together = (("act", "line"),)
        indexes = [Index(fields=("unit", "entered_at"))]


class ReceiptSeriesRow(Model):
    """The receipts of a unit, one series at a time for each ledger."""

    id = fields.BigIntField(primary_key=True)
    series = fields.CharField(max_length=10, unique=True)
    ledger = fields.CharField(max_length=8)
    unit = fields.CharField(max_length=UNIT)
    last_serial = fields.IntField(default=0, db_default=0)
    begun_at = fields.DatetimeField()
    begun_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "receipt_series"
        indexes = [Index(fields=("unit", "ledger", "id"))]


class RemittanceRow(Model):
    """Fee money handed on together, and what the other side counted."""

    id = fields.BigIntField(primary_key=True)
    remittance_no = fields.CharField(max_length=NUMBER, unique=True)
    unit = fields.CharField(max_length=UNIT)
    desk = fields.CharField(max_length=UNIT)
    destination = fields.CharField(max_length=12)
    manifest_no = fields.CharField(max_length=NUMBER, default="", db_default="")
    amount_dong = fields.BigIntField()
    due_at = fields.DatetimeField()
    remitted_at = fields.DatetimeField()
    remitted_by = fields.CharField(max_length=ACTOR)
    received_dong = fields.BigIntField(null=True)
    confirmed_at = fields.DatetimeField(null=True)
    confirmed_by = fields.CharField(max_length=ACTOR, default="", db_default="")
    signatory_no = fields.CharField(max_length=NUMBER, default="", db_default="")

    class Meta:
        table = "remittance"
        indexes = [Index(fields=("unit", "id")), Index(fields=("desk", "id"))]


class ReceiptRow(Model):
    """Money that was taken, under the number of its receipt. Its line of a remittance is the reference to one."""

    id = fields.BigIntField(primary_key=True)
    receipt_no = fields.CharField(max_length=NUMBER, unique=True)
    act = fields.CharField(max_length=140, unique=True)
    ledger = fields.CharField(max_length=8)
    unit = fields.CharField(max_length=UNIT)
    desk = fields.CharField(max_length=UNIT)
    dossier_id = fields.BigIntField()
    consignment_no = fields.CharField(max_length=NUMBER)
    dossier_no = fields.CharField(max_length=NUMBER, default="", db_default="")
    procedure_code = fields.CharField(max_length=60)
    payer = fields.CharField(max_length=12)
    amount_dong = fields.BigIntField()
    grounds = fields.TextField()
    collected_at = fields.DatetimeField()
    collected_by = fields.CharField(max_length=ACTOR)
    remit_by = fields.DatetimeField(null=True)
    remittance: fields.ForeignKeyNullableRelation[RemittanceRow] = fields.ForeignKeyField(
        "models.RemittanceRow", on_delete=fields.RESTRICT, null=True
    )
    cancelled_at = fields.DatetimeField(null=True)
    cancelled_by = fields.CharField(max_length=ACTOR, default="", db_default="")
    cancel_reason = fields.CharField(max_length=300, default="", db_default="")

    class Meta:
        table = "receipt"
        indexes = [
            Index(fields=("unit", "id")),
            Index(fields=("desk", "id")),
            Index(fields=("dossier_id",)),
            Index(fields=("remittance_id",)),
        ]


class RemitTermRow(Model):
    """Within how many hours the fees of a procedure are handed on, from a day on."""

    id = fields.BigIntField(primary_key=True)
    procedure_code = fields.CharField(max_length=60)
    hours = fields.IntField()
    valid_from = fields.DateField()
    author = fields.CharField(max_length=ACTOR)
    reason = fields.CharField(max_length=300)

    class Meta:
        table = "remit_term"
        unique_together = (("procedure_code", "valid_from"),)
