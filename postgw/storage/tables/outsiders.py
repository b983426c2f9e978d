"""What passed over the wires beside orders and feeds: dossiers offered, receipt codes, standings, messages, health."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from ..lengths import UNIT


class OfferRow(Model):
    """A dossier that a desk's system offered, as it came. It waits, was taken, or was refused with a reason."""

    id = fields.BigIntField(primary_key=True)
    system = fields.CharField(max_length=40)
    record_id = fields.CharField(max_length=120)
    desk = fields.CharField(max_length=UNIT)
    content = fields.TextField()
    legs = fields.CharField(max_length=20, default="", db_default="")
    receipt_digest = fields.CharField(max_length=64, default="", db_default="")
    state = fields.CharField(max_length=8, default="waiting", db_default="waiting")
    reason = fields.CharField(max_length=500, default="", db_default="")
    dossier_id = fields.BigIntField(null=True)
    offered_at = fields.DatetimeField()
    decided_at = fields.DatetimeField(null=True)
    answered_at = fields.DatetimeField(null=True)

    class Meta:
        table = "offer"
        unique_together = (("system", "record_id"),)
        indexes = [
            Index(fields=("state", "id")),
            Index(fields=("system", "answered_at", "id")),
            Index(fields=("dossier_id",)),
        ]


class ReceiptCodeRow(Model):
    """The hash of a code printed on a citizen's receipt, and the dossier that the whole code opens."""

    id = fields.BigIntField(primary_key=True)
    system = fields.CharField(max_length=40)
    digest = fields.CharField(max_length=64)
    dossier_id = fields.BigIntField()
    kept_at = fields.DatetimeField()

    class Meta:
        table = "receipt_code"
        unique_together = (("system", "digest"),)
        indexes = [Index(fields=("dossier_id",))]


class DeskStandingRow(Model):
    """How a dossier stands by the word of a desk's system, when it was last asked."""

    id = fields.BigIntField(primary_key=True)
    system = fields.CharField(max_length=40)
    dossier_id = fields.BigIntField()
    status = fields.CharField(max_length=40, default="", db_default="")
    asked_at = fields.DatetimeField()

    class Meta:
        table = "desk_standing"
        unique_together = (("system", "dossier_id"),)
        indexes = [Index(fields=("dossier_id",))]


class MessageRow(Model):
    """A message that a channel took. Neither its text nor its address is kept here."""

    id = fields.BigIntField(primary_key=True)
    notice_id = fields.CharField(max_length=80)
    channel = fields.CharField(max_length=40)
    consignment_no = fields.CharField(max_length=14, default="", db_default="")
    receipt_no = fields.CharField(max_length=120, default="", db_default="")
    state = fields.CharField(max_length=8, default="sent", db_default="sent")
    reason = fields.CharField(max_length=200, default="", db_default="")
    coding = fields.CharField(max_length=8, default="", db_default="")
    parts = fields.SmallIntField(default=1, db_default=1)
    dong = fields.IntField(default=0, db_default=0)
    sent_at = fields.DatetimeField()
    told_at = fields.DatetimeField(null=True)

    class Meta:
        table = "message"
        unique_together = (("notice_id", "channel"),)
        indexes = [Index(fields=("channel", "receipt_no")), Index(fields=("consignment_no",))]


class WireRow(Model):
    """How one outsider fares: when it last answered, since when it does not."""

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=60, unique=True)
    heard_at = fields.DatetimeField(null=True)
    failing_since = fields.DatetimeField(null=True)
    last_error = fields.CharField(max_length=300, default="", db_default="")

    class Meta:
        table = "wire"
