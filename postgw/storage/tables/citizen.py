"""What citizens ask and say on their own page, what it promised them, and the codes that prove a telephone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from ..lengths import ACTOR, NUMBER, UNIT

if TYPE_CHECKING:
    from .consignments import ConsignmentRow
    from .dossiers import DossierRow


class OneTimeCodeRow(Model):
    """A code that was sent to the telephone of a dossier. The code itself is reckoned from the row, never kept."""

    id = fields.BigIntField(primary_key=True)
    dossier: fields.ForeignKeyRelation[DossierRow] = fields.ForeignKeyField(
        "models.DossierRow", on_delete=fields.RESTRICT
    )
    dossier_id: int
    purpose = fields.CharField(max_length=12)
    sent_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    tries = fields.SmallIntField(default=0, db_default=0)
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "one_time_code"
        indexes = [Index(fields=("dossier_id", "sent_at"))]


class LinkRequestRow(Model):
    """Somebody typed four digits under a number, known or not, on a day. digits is empty once it was looked at."""

    id = fields.BigIntField(primary_key=True)
    number = fields.CharField(max_length=NUMBER)
    asked_on = fields.DateField()
    tries = fields.SmallIntField(default=0, db_default=0)
    digits = fields.CharField(max_length=4, default="", db_default="")
    asked_at = fields.DatetimeField()

    class Meta:
        table = "link_request"
        unique_together = (("number", "asked_on"),)
        indexes = [Index(fields=("asked_on",))]


class PromiseRow(Model):
    """What the page said would happen next and by when, each time that it changed. Never changed afterwards."""

    id = fields.BigIntField(primary_key=True)
    consignment: fields.ForeignKeyRelation[ConsignmentRow] = fields.ForeignKeyField(
        "models.ConsignmentRow", on_delete=fields.RESTRICT
    )
    consignment_id: int
    ordinal = fields.SmallIntField()
    state = fields.CharField(max_length=30)
    office = fields.CharField(max_length=UNIT, default="", db_default="")
    due_at = fields.DatetimeField(null=True)
    lawful_until = fields.DateField(null=True)
    ground = fields.TextField()
    shown_at = fields.DatetimeField()

    class Meta:
        table = "promise"
        unique_together = (("consignment_id", "ordinal"),)


class ProxyRow(Model):
    """Whom a citizen named to receive in their place, the newest that is not taken back counts."""

    id = fields.BigIntField(primary_key=True)
    dossier: fields.ForeignKeyRelation[DossierRow] = fields.ForeignKeyField(
        "models.DossierRow", on_delete=fields.RESTRICT
    )
    dossier_id: int
    ordinal = fields.SmallIntField()
    content = fields.TextField()
    named_at = fields.DatetimeField()
    named_by = fields.CharField(max_length=ACTOR)
    withdrawn_at = fields.DatetimeField(null=True)
    withdrawn_by = fields.CharField(max_length=ACTOR, default="", db_default="")

    class Meta:
        table = "proxy"
        unique_together = (("dossier_id", "ordinal"),)


class ReturnRequestRow(Model):
    """A citizen's wish to have the result brought, or to have it brought elsewhere, the desk decides."""

    id = fields.BigIntField(primary_key=True)
    request_no = fields.CharField(max_length=NUMBER, unique=True)
    dossier: fields.ForeignKeyRelation[DossierRow] = fields.ForeignKeyField(
        "models.DossierRow", on_delete=fields.RESTRICT
    )
    dossier_id: int
    desk = fields.CharField(max_length=UNIT)
    kind = fields.CharField(max_length=10)
    state = fields.CharField(max_length=10, default="asked", db_default="asked")
    content = fields.TextField()
    evidence = fields.BinaryField(null=True)
    quote_dong = fields.IntField(null=True)
    consent_at = fields.DatetimeField()
    asked_at = fields.DatetimeField()
    asked_by = fields.CharField(max_length=ACTOR)
    decided_at = fields.DatetimeField(null=True)
    decided_by = fields.CharField(max_length=ACTOR, default="", db_default="")
    reason = fields.CharField(max_length=300, default="", db_default="")

    class Meta:
        table = "return_request"
        indexes = [Index(fields=("desk", "state", "id")), Index(fields=("dossier_id",))]


class MessageWishRow(Model):
    """By which channel the citizen of a dossier wants to be told, or that they want no more messages."""

    id = fields.BigIntField(primary_key=True)
    dossier: fields.OneToOneRelation[DossierRow] = fields.OneToOneField("models.DossierRow", on_delete=fields.RESTRICT)
    dossier_id: int
    channel = fields.CharField(max_length=20, default="", db_default="")
    stopped = fields.BooleanField(default=False, db_default=False)
    wished_at = fields.DatetimeField()
    wished_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "message_wish"
