"""Who was given what, on whose written request; who looked at names; whose term of keeping is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from ..lengths import ACTOR, NUMBER, UNIT

if TYPE_CHECKING:
    from .dossiers import DossierRow


class DisclosureRequestRow(Model):
    """The written request of a competent body for the evidence of one dossier."""

    id = fields.BigIntField(primary_key=True)
    request_no = fields.CharField(max_length=NUMBER, unique=True)
    dossier: fields.ForeignKeyRelation[DossierRow] = fields.ForeignKeyField(
        "models.DossierRow", on_delete=fields.RESTRICT
    )
    dossier_id: int
    body = fields.CharField(max_length=200)
    document_no = fields.CharField(max_length=100)
    document_on = fields.DateField()
    asked_by = fields.CharField(max_length=150)
    ground = fields.CharField(max_length=300)
    recorded_at = fields.DatetimeField()
    recorded_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "disclosure_request"
        unique_together = (("dossier_id", "body", "document_no"),)


class AccessRow(Model):
    """Somebody saw data of a person unmasked, or was given them. Written once, never changed."""

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharField(max_length=10)
    subject = fields.CharField(max_length=NUMBER)
    purpose = fields.CharField(max_length=20, default="", db_default="")
    request_no = fields.CharField(max_length=NUMBER, default="", db_default="")
    digest = fields.CharField(max_length=64, default="", db_default="")
    unit = fields.CharField(max_length=UNIT, default="", db_default="")
    seen_at = fields.DatetimeField()
    seen_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "access_log"
        indexes = [Index(fields=("subject",)), Index(fields=("seen_at",))]


class ErasureRow(Model):
    """A dossier whose term of keeping was over: when its names went."""

    id = fields.BigIntField(primary_key=True)
    dossier: fields.OneToOneRelation[DossierRow] = fields.OneToOneField("models.DossierRow", on_delete=fields.RESTRICT)
    dossier_id: int
    erased_at = fields.DatetimeField()

    class Meta:
        table = "erasure"
