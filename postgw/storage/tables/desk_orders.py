"""Orders that one-stop systems give us over the post's own wire, and who may give them."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from ..lengths import ACTOR, NUMBER, UNIT


class CustomerRow(Model):
    """A one-stop system with its key pair. Of the secret only the hash is kept, codes and desks are JSON."""

    id = fields.BigIntField(primary_key=True)
    customer_no = fields.CharField(max_length=NUMBER, unique=True)
    name = fields.CharField(max_length=150)
    key = fields.CharField(max_length=100, unique=True)
    secret_digest = fields.CharField(max_length=64)
    codes = fields.TextField()
    desks = fields.TextField()
    begun_at = fields.DatetimeField()
    begun_by = fields.CharField(max_length=ACTOR)
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "customer"


class DeskOrderRow(Model):
    """One number under which a customer ordered. Several numbers may name one consignment, they are its aliases."""

    id = fields.BigIntField(primary_key=True)
    customer_no = fields.CharField(max_length=NUMBER)
    customer_code = fields.CharField(max_length=60)
    order_no = fields.CharField(max_length=120)
    stem = fields.CharField(max_length=120)
    state = fields.CharField(max_length=10)
    leg = fields.CharField(max_length=10, default="", db_default="")
    desk = fields.CharField(max_length=UNIT, default="", db_default="")
    consignment_id = fields.BigIntField(null=True)
    content = fields.TextField()
    asked = fields.IntField(default=1, db_default=1)
    ordered_at = fields.DatetimeField()
    decided_at = fields.DatetimeField(null=True)
    decided_by = fields.CharField(max_length=ACTOR, default="", db_default="")

    class Meta:
        table = "desk_order"
        unique_together = (("customer_no", "customer_code", "order_no"),)
        indexes = [
            Index(fields=("customer_no", "stem")),
            Index(fields=("consignment_id",)),
            Index(fields=("state", "id")),
        ]


class AnnouncementRow(Model):
    """A dossier that a customer told of with both its legs, before or beside its orders. content is JSON."""

    id = fields.BigIntField(primary_key=True)
    customer_no = fields.CharField(max_length=NUMBER)
    customer_code = fields.CharField(max_length=60)
    dossier_no = fields.CharField(max_length=120)
    content = fields.TextField()
    told_at = fields.DatetimeField()

    class Meta:
        table = "announcement"
        unique_together = (("customer_no", "customer_code", "dossier_no"),)
