"""What the province sets, and the dossiers as desks handed them to us."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from ..lengths import ACTOR, NUMBER, UNIT


class HouseRow(Model):
    """What this database is: where it began, and the secret from which its secret links are made."""

    id = fields.IntField(primary_key=True)
    began_in_rehearsal = fields.BooleanField()
    link_secret = fields.CharField(max_length=64, default="", db_default="")
    serial_gap = fields.IntField(default=0, db_default=0)
    serial_gap_from = fields.DateField(null=True)
    serial_gap_until = fields.DateField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "house"


class UnitRow(Model):
    """A desk or a post office."""

    id = fields.BigIntField(primary_key=True)
    code = fields.CharField(max_length=UNIT, unique=True)
    kind = fields.CharField(max_length=8)
    name = fields.CharField(max_length=200)
    address = fields.CharField(max_length=300, default="", db_default="")
    phone = fields.CharField(max_length=20, default="", db_default="")
    commune_code = fields.CharField(max_length=10, default="", db_default="")
    province = fields.CharField(max_length=100, default="", db_default="")
    commune = fields.CharField(max_length=100, default="", db_default="")
    email = fields.CharField(max_length=100, default="", db_default="")
    website = fields.CharField(max_length=200, default="", db_default="")
    opening_hours = fields.CharField(max_length=200, default="", db_default="")
    closed_on = fields.DateField(null=True)

    class Meta:
        table = "unit"


class PostPlaceRow(Model):
    """A post's own codes of a commune, from a day on. Each carrier has a scheme of its own."""

    id = fields.BigIntField(primary_key=True)
    scheme = fields.CharField(max_length=20, default="vnpost", db_default="vnpost")
    commune_code = fields.CharField(max_length=10)
    post_province = fields.IntField()
    post_district = fields.IntField(default=0, db_default=0)
    post_commune = fields.CharField(max_length=20, default="", db_default="")
    valid_from = fields.DateField()
    author = fields.CharField(max_length=ACTOR)
    reason = fields.CharField(max_length=300)

    class Meta:
        table = "post_place"
        unique_together = (("scheme", "commune_code", "valid_from"),)


class ProcedureRow(Model):
    """A published procedure, from a day on, data is the whole record as JSON."""

    id = fields.BigIntField(primary_key=True)
    code = fields.CharField(max_length=60)
    valid_from = fields.DateField()
    data = fields.TextField()
    author = fields.CharField(max_length=ACTOR)
    reason = fields.CharField(max_length=300)
    published_at = fields.DatetimeField(null=True)

    class Meta:
        table = "procedure"
        unique_together = (("code", "valid_from"),)


class DossierRow(Model):
    """A dossier as a desk handed it to us. content is the record as JSON, digest its hash.

    page_epoch is counted up to shut every secret link that was made for it before.
    """

    id = fields.BigIntField(primary_key=True)
    dossier_no = fields.CharField(max_length=NUMBER, null=True, unique=True)
    number_key = fields.CharField(max_length=NUMBER, null=True)
    intake_ref = fields.CharField(max_length=100, null=True)
    receiving_desk = fields.CharField(max_length=UNIT)
    returning_desk = fields.CharField(max_length=UNIT)
    procedure_code = fields.CharField(max_length=60)
    service_form = fields.CharField(max_length=8)
    content = fields.TextField()
    digest = fields.CharField(max_length=64)
    folded = fields.CharField(max_length=400, default="", db_default="")
    version = fields.IntField(default=1, db_default=1)
    page_epoch = fields.SmallIntField(default=0, db_default=0)
    rules_version = fields.CharField(max_length=10)
    due_on = fields.DateField(null=True)
    created_at = fields.DatetimeField()
    created_by = fields.CharField(max_length=ACTOR)
    updated_at = fields.DatetimeField()

    class Meta:
        table = "dossier"
        unique_together = (("receiving_desk", "intake_ref"),)
        indexes = [
            Index(fields=("number_key",)),
            Index(fields=("receiving_desk", "id")),
            Index(fields=("returning_desk", "id")),
            Index(fields=("due_on",)),
        ]


class ChangeRequestRow(Model):
    """New data for a dossier whose consignment is already booked: an officer decides."""

    id = fields.BigIntField(primary_key=True)
    dossier: fields.ForeignKeyRelation[DossierRow] = fields.ForeignKeyField(
        "models.DossierRow", on_delete=fields.RESTRICT
    )
    content = fields.TextField()
    digest = fields.CharField(max_length=64)
    state = fields.CharField(max_length=10, default="open", db_default="open")
    asked_at = fields.DatetimeField()
    asked_by = fields.CharField(max_length=ACTOR)
    decided_at = fields.DatetimeField(null=True)
    decided_by = fields.CharField(max_length=ACTOR, null=True)

    class Meta:
        table = "change_request"
