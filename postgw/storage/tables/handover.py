"""Pickups, manifests, and who may sign."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from ..lengths import ACTOR, NUMBER, UNIT


class PickupRow(Model):
    """The post's promise to come to a desk."""

    id = fields.BigIntField(primary_key=True)
    pickup_no = fields.CharField(max_length=NUMBER, unique=True)
    desk = fields.CharField(max_length=UNIT)
    office = fields.CharField(max_length=UNIT)
    on_date = fields.DateField()
    from_time = fields.CharField(max_length=5)
    to_time = fields.CharField(max_length=5)
    state = fields.CharField(max_length=10, default="booked", db_default="booked")
    booked_at = fields.DatetimeField()
    booked_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "pickup"
        indexes = [Index(fields=("desk", "on_date")), Index(fields=("office", "on_date")), Index(fields=("on_date",))]


class ManifestRow(Model):
    """A list that two hands sign."""

    id = fields.BigIntField(primary_key=True)
    manifest_no = fields.CharField(max_length=NUMBER, unique=True)
    desk = fields.CharField(max_length=UNIT)
    office = fields.CharField(max_length=UNIT)
    direction = fields.CharField(max_length=8)
    state = fields.CharField(max_length=8, default="open", db_default="open")
    pickup_no = fields.CharField(max_length=NUMBER, default="", db_default="")
    opened_at = fields.DatetimeField()
    opened_by = fields.CharField(max_length=ACTOR)
    closed_at = fields.DatetimeField(null=True)
    signed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "manifest"
        indexes = [
            Index(fields=("desk", "id")), Index(fields=("state", "id")), Index(fields=("pickup_no",)),
            Index(fields=("desk", "opened_at")), Index(fields=("office", "opened_at")),
        ]  # fmt: skip


class ManifestLineRow(Model):
    """One item on a manifest."""

    id = fields.BigIntField(primary_key=True)
    manifest: fields.ForeignKeyRelation[ManifestRow] = fields.ForeignKeyField(
        "models.ManifestRow", on_delete=fields.RESTRICT
    )
    manifest_id: int
    consignment_no = fields.CharField(max_length=14)
    outcome = fields.CharField(max_length=8, default="expected", db_default="expected")
    note = fields.CharField(max_length=500, default="", db_default="")
    ticked_at = fields.DatetimeField(null=True)
    ticked_by = fields.CharField(max_length=ACTOR, default="", db_default="")

    class Meta:
        table = "manifest_line"
        unique_together = (("manifest_id", "consignment_no"),)
        indexes = [Index(fields=("consignment_no",))]


class SignatoryRow(Model):
    """A person appointed to sign for a unit, from a day to a day."""

    id = fields.BigIntField(primary_key=True)
    signatory_no = fields.CharField(max_length=NUMBER, unique=True)
    unit_kind = fields.CharField(max_length=8)
    unit = fields.CharField(max_length=UNIT)
    name = fields.CharField(max_length=150)
    subject = fields.CharField(max_length=8)
    account = fields.CharField(max_length=ACTOR, default="", db_default="")
    valid_from = fields.DateField()
    valid_to = fields.DateField(null=True)
    appointed_at = fields.DatetimeField()
    appointed_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "signatory"
        indexes = [Index(fields=("unit",))]


class SignatureRow(Model):
    """One side's signature under a manifest."""

    id = fields.BigIntField(primary_key=True)
    manifest: fields.ForeignKeyRelation[ManifestRow] = fields.ForeignKeyField(
        "models.ManifestRow", on_delete=fields.RESTRICT
    )
    manifest_id: int
    side = fields.CharField(max_length=5)
    signatory_no = fields.CharField(max_length=NUMBER)
    name = fields.CharField(max_length=150)
    way = fields.CharField(max_length=6)
    signed_at = fields.DatetimeField()
    recorded_at = fields.DatetimeField()
    recorded_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "signature"
        unique_together = (("manifest_id", "side"),)


class SignaturePictureRow(Model):
    """What a signature under a manifest looks like: the strokes drawn on a screen, or the sheet as it was scanned."""

    id = fields.BigIntField(primary_key=True)
    signature: fields.OneToOneRelation[SignatureRow] = fields.OneToOneField(
        "models.SignatureRow", on_delete=fields.CASCADE
    )
    signature_id: int
    media = fields.CharField(max_length=20)
    content = fields.BinaryField()

    class Meta:
        table = "signature_picture"
