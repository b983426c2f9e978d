"""What was said of an item: scans, strays, proofs, and how far each feed was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from ..lengths import ACTOR, NUMBER, UNIT

if TYPE_CHECKING:
    from .consignments import ConsignmentRow


class FeedRow(Model):
    """How far one account's feed has been read."""

    id = fields.BigIntField(primary_key=True)
    account = fields.CharField(max_length=40, unique=True)
    cursor = fields.CharField(max_length=200, default="", db_default="")
    read_at = fields.DatetimeField(null=True)
    failing_since = fields.DatetimeField(null=True)
    last_error = fields.CharField(max_length=300, default="", db_default="")

    class Meta:
        table = "feed"


class FeedRejectRow(Model):
    """A feed row that could not be read, kept as it came."""

    id = fields.BigIntField(primary_key=True)
    account = fields.CharField(max_length=40)
    record_id = fields.CharField(max_length=64)
    reason = fields.CharField(max_length=300)
    raw_row = fields.TextField()
    received_at = fields.DatetimeField()

    class Meta:
        table = "feed_reject"
        unique_together = (("account", "record_id"),)


class ScanRow(Model):
    """One statement. Never changed, never deleted."""

    id = fields.BigIntField(primary_key=True)
    consignment: fields.ForeignKeyRelation[ConsignmentRow] = fields.ForeignKeyField(
        "models.ConsignmentRow", on_delete=fields.RESTRICT
    )
    consignment_id: int
    source = fields.CharField(max_length=60)
    source_id = fields.CharField(max_length=100)
    witness = fields.SmallIntField()
    code = fields.CharField(max_length=20)
    occurred_at = fields.DatetimeField()
    received_at = fields.DatetimeField()
    device_at = fields.DatetimeField(null=True)
    office = fields.CharField(max_length=UNIT, default="", db_default="")
    actor = fields.CharField(max_length=ACTOR, default="", db_default="")
    detail = fields.TextField(null=True)

    class Meta:
        table = "scan"
        unique_together = (("source", "source_id"),)
        indexes = [Index(fields=("consignment_id",))]


class StrayRow(Model):
    """A scan or a feed row of an item we do not know yet, kept aside until it appears."""

    id = fields.BigIntField(primary_key=True)
    number = fields.CharField(max_length=NUMBER)
    source = fields.CharField(max_length=60)
    source_id = fields.CharField(max_length=100)
    sender = fields.CharField(max_length=ACTOR, default="", db_default="")  # whose part of the tray it takes up
    scan = fields.TextField()
    received_at = fields.DatetimeField()
    matched_at = fields.DatetimeField(null=True)

    class Meta:
        table = "stray"
        unique_together = (("source", "source_id"),)
        indexes = [Index(fields=("number",))]


class ProofRow(Model):
    """Proof of a delivery at a door or counter. Signature and photo are kept here, apart from hot rows."""

    id = fields.BigIntField(primary_key=True)
    consignment: fields.ForeignKeyRelation[ConsignmentRow] = fields.ForeignKeyField(
        "models.ConsignmentRow", on_delete=fields.RESTRICT
    )
    consignment_id: int
    source = fields.CharField(max_length=60)
    source_id = fields.CharField(max_length=100)
    content = fields.TextField()
    signature_png = fields.BinaryField(null=True)
    photo_jpeg = fields.BinaryField(null=True)
    taken_at = fields.DatetimeField()
    taken_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "proof"
        unique_together = (("source", "source_id"),)
        indexes = [Index(fields=("consignment_id",))]
