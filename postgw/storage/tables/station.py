"""Devices of postal workers, their shifts, what they told, where two differ, routes and stock-takes."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from ..lengths import ACTOR, NUMBER, UNIT


class DeviceRow(Model):
    """A phone or counter PC that scans. Of its key only the public half is here.

    last_counter is the highest act that was answered, waiting is how many it said were still with it.
    """

    id = fields.BigIntField(primary_key=True)
    device_no = fields.CharField(max_length=NUMBER, unique=True)
    name = fields.CharField(max_length=60)
    unit = fields.CharField(max_length=UNIT)
    public_key = fields.CharField(max_length=120, unique=True)
    enrolled_at = fields.DatetimeField()
    enrolled_by = fields.CharField(max_length=ACTOR)
    seen_at = fields.DatetimeField()
    last_counter = fields.BigIntField(default=0, db_default=0)
    waiting = fields.IntField(default=0, db_default=0)
    skew_seconds = fields.IntField(default=0, db_default=0)
    revoked_at = fields.DatetimeField(null=True)
    revoked_by = fields.CharField(max_length=ACTOR, default="", db_default="")
    revoke_reason = fields.CharField(max_length=300, default="", db_default="")
    handed_in_at = fields.DatetimeField(null=True)

    class Meta:
        table = "device"
        indexes = [Index(fields=("unit",))]


class ShiftRow(Model):
    """One worker on one device, from the full sign-in to the end of the shift. Acts are verified by its public key."""

    id = fields.BigIntField(primary_key=True)
    shift_no = fields.CharField(max_length=NUMBER, unique=True)
    device_no = fields.CharField(max_length=NUMBER)
    worker = fields.CharField(max_length=ACTOR)
    worker_name = fields.CharField(max_length=ACTOR)
    unit = fields.CharField(max_length=UNIT)
    scopes = fields.TextField()
    public_key = fields.CharField(max_length=120)
    secret_digest = fields.CharField(max_length=64, unique=True)
    begun_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    snapshot_at = fields.DatetimeField(null=True)

    class Meta:
        table = "shift"
        indexes = [Index(fields=("device_no",)), Index(fields=("unit", "begun_at"))]


class DeviceActRow(Model):
    """One act that a device told, and how it was answered, kept once. content stays only while somebody must look."""

    id = fields.BigIntField(primary_key=True)
    device_no = fields.CharField(max_length=NUMBER)
    counter = fields.BigIntField()
    digest = fields.CharField(max_length=32)
    act_id = fields.CharField(max_length=NUMBER)
    shift_no = fields.CharField(max_length=NUMBER)
    kind = fields.CharField(max_length=20)
    device_at = fields.DatetimeField()
    received_at = fields.DatetimeField()
    verdict = fields.CharField(max_length=10)
    answer = fields.TextField(default="", db_default="")
    content = fields.TextField(default="", db_default="")

    class Meta:
        table = "device_act"
        unique_together = (("device_no", "counter"),)
        indexes = [Index(fields=("shift_no", "kind"))]


class ConflictRow(Model):
    """Something a postal lead must settle, each once by its subject. sides is what the two witnesses said."""

    id = fields.BigIntField(primary_key=True)
    conflict_no = fields.CharField(max_length=NUMBER, unique=True)
    subject = fields.CharField(max_length=200, unique=True)
    kind = fields.CharField(max_length=30)
    unit = fields.CharField(max_length=UNIT)
    consignment_no = fields.CharField(max_length=14, null=True)
    device_no = fields.CharField(max_length=NUMBER, default="", db_default="")
    counter = fields.BigIntField(default=0, db_default=0)
    sides = fields.TextField()
    found_at = fields.DatetimeField()
    state = fields.CharField(max_length=10, default="open", db_default="open")
    settled_as = fields.CharField(max_length=30, default="", db_default="")
    settled_at = fields.DatetimeField(null=True)
    settled_by = fields.CharField(max_length=ACTOR, default="", db_default="")
    reason = fields.CharField(max_length=500, default="", db_default="")

    class Meta:
        table = "conflict"
        indexes = [Index(fields=("unit", "state", "id")), Index(fields=("consignment_no",))]


class DeliveryRouteRow(Model):
    """A postman's round at a post office: which communes it serves, and who walks it today."""

    id = fields.BigIntField(primary_key=True)
    office = fields.CharField(max_length=UNIT)
    route_no = fields.CharField(max_length=20)
    name = fields.CharField(max_length=60)
    worker = fields.CharField(max_length=ACTOR, default="", db_default="")
    version = fields.IntField(default=1, db_default=1)
    changed_at = fields.DatetimeField()
    changed_by = fields.CharField(max_length=ACTOR)
    closed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "delivery_route"
        unique_together = (("office", "route_no"),)
        indexes = [Index(fields=("worker",))]


class DeliveryRoutePlaceRow(Model):
    """A commune of a round. words are its hamlets and streets as written, one a line, none for all of it."""

    id = fields.BigIntField(primary_key=True)
    route: fields.ForeignKeyRelation[DeliveryRouteRow] = fields.ForeignKeyField(
        "models.DeliveryRouteRow", on_delete=fields.CASCADE
    )
    commune_code = fields.CharField(max_length=10)
    words = fields.TextField(default="", db_default="")

    class Meta:
        table = "delivery_route_place"
        unique_together = (("route_id", "commune_code"),)
        indexes = [Index(fields=("commune_code",))]


class StockTakeRow(Model):
    """What should lie at a post office and what was found there. missing and strange list numbers."""

    id = fields.BigIntField(primary_key=True)
    stock_take_no = fields.CharField(max_length=NUMBER, unique=True)
    office = fields.CharField(max_length=UNIT)
    taken_at = fields.DatetimeField()
    taken_by = fields.CharField(max_length=ACTOR)
    source_id = fields.CharField(max_length=80, unique=True)
    expected = fields.IntField()
    found = fields.IntField()
    missing = fields.TextField()
    strange = fields.TextField()

    class Meta:
        table = "stock_take"
        indexes = [Index(fields=("office", "taken_at"))]
