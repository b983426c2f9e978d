"""Counters with their printers, what is to be printed at them, and piles that were booked in one go."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from ..lengths import ACTOR, NUMBER, UNIT


class CounterRow(Model):
    """A counter of a desk at which papers are printed. token_no names the token of its printing program."""

    id = fields.BigIntField(primary_key=True)
    counter_no = fields.CharField(max_length=NUMBER, unique=True)
    unit = fields.CharField(max_length=UNIT)
    name = fields.CharField(max_length=60)
    token_no = fields.CharField(max_length=NUMBER, null=True, unique=True)
    heard_at = fields.DatetimeField(null=True)
    version = fields.IntField(default=1, db_default=1)
    changed_at = fields.DatetimeField()
    changed_by = fields.CharField(max_length=ACTOR)
    closed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "counter"
        indexes = [Index(fields=("unit",))]


class PrinterRow(Model):
    """What prints one kind of paper at a counter. Shifts are in tenths of a millimetre."""

    id = fields.BigIntField(primary_key=True)
    counter: fields.ForeignKeyRelation[CounterRow] = fields.ForeignKeyField(
        "models.CounterRow", on_delete=fields.RESTRICT
    )
    prints = fields.CharField(max_length=10)
    media = fields.CharField(max_length=4)
    stock = fields.CharField(max_length=20)
    dpi = fields.SmallIntField()
    queue = fields.CharField(max_length=80, default="", db_default="")
    tray = fields.CharField(max_length=40, default="", db_default="")
    first_place = fields.SmallIntField(default=1, db_default=1)
    right_tenths = fields.SmallIntField(default=0, db_default=0)
    down_tenths = fields.SmallIntField(default=0, db_default=0)
    test_code = fields.CharField(max_length=NUMBER, default="", db_default="")
    test_outcome = fields.CharField(max_length=12, default="", db_default="")
    tested_at = fields.DatetimeField(null=True)
    tested_by = fields.CharField(max_length=ACTOR, default="", db_default="")

    class Meta:
        table = "printer"
        unique_together = (("counter_id", "prints"),)


class PrintJobRow(Model):
    """Papers to be printed at one counter. content lists them by kind and numbers, they are drawn when fetched."""

    id = fields.BigIntField(primary_key=True)
    key = fields.CharField(max_length=80, unique=True)
    counter: fields.ForeignKeyRelation[CounterRow] = fields.ForeignKeyField(
        "models.CounterRow", on_delete=fields.RESTRICT
    )
    content = fields.TextField()
    state = fields.CharField(max_length=8, default="waiting", db_default="waiting")
    lease_until = fields.DatetimeField(null=True)
    taken_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)
    reason = fields.CharField(max_length=300, default="", db_default="")
    made_at = fields.DatetimeField()
    made_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "print_job"
        indexes = [Index(fields=("counter_id", "state", "id"))]


class BookingBatchRow(Model):
    """A pile that was booked in one go, under the key of the form that asked for it. wishes is what to print."""

    id = fields.BigIntField(primary_key=True)
    batch_key = fields.CharField(max_length=40, unique=True)
    desk = fields.CharField(max_length=UNIT)
    leg = fields.CharField(max_length=10)
    wishes = fields.TextField()
    manifest_no = fields.CharField(max_length=NUMBER, default="", db_default="")
    obstacle = fields.TextField(default="", db_default="")
    job_no = fields.CharField(max_length=NUMBER, default="", db_default="")
    tried_at = fields.DatetimeField()
    made_at = fields.DatetimeField()
    made_by = fields.CharField(max_length=ACTOR)
    done_at = fields.DatetimeField(null=True)

    class Meta:
        table = "booking_batch"
        indexes = [Index(fields=("desk", "id"))]


class BookingBatchLineRow(Model):
    """One dossier of such a pile, and what became of it."""

    id = fields.BigIntField(primary_key=True)
    batch: fields.ForeignKeyRelation[BookingBatchRow] = fields.ForeignKeyField(
        "models.BookingBatchRow", on_delete=fields.RESTRICT
    )
    dossier_key = fields.CharField(max_length=160)
    consignment_no = fields.CharField(max_length=14, default="", db_default="")
    outcome = fields.CharField(max_length=8, default="", db_default="")
    reason = fields.TextField(default="", db_default="")

    class Meta:
        table = "booking_batch_line"
        unique_together = (("batch_id", "dossier_key"),)
