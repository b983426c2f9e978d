"""What is told, to whom, and what must still be said."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from ..lengths import ACTOR, NUMBER, REQUEST, UNIT


class EventRow(Model):
    """The change feed: what became true, thin, in order."""

    id = fields.BigIntField(primary_key=True)
    notice_id = fields.CharField(max_length=80, unique=True)
    kind = fields.CharField(max_length=60)
    desk = fields.CharField(max_length=UNIT)
    notice = fields.TextField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "event"
        indexes = [Index(fields=("desk", "id"))]


class OutboxRow(Model):
    """An errand: what must still be told or asked, to whom, when to try next, and which request or job caused it."""

    id = fields.BigIntField(primary_key=True)
    channel = fields.CharField(max_length=8)
    target = fields.CharField(max_length=40, default="", db_default="")
    key = fields.CharField(max_length=140, unique=True)
    subject = fields.CharField(max_length=NUMBER)
    payload = fields.TextField(default="", db_default="")
    state = fields.CharField(max_length=8, default="waiting", db_default="waiting")
    attempts = fields.IntField(default=0, db_default=0)
    due_at = fields.DatetimeField()
    lease_until = fields.DatetimeField(null=True)
    last_error = fields.CharField(max_length=300, default="", db_default="")
    created_at = fields.DatetimeField()
    done_at = fields.DatetimeField(null=True)
    request_id = fields.CharField(max_length=REQUEST, default="", db_default="")

    class Meta:
        table = "outbox"
        indexes = [Index(fields=("state", "channel", "due_at")), Index(fields=("subject",))]


class ToldRow(Model):
    """An errand that is over, under its own number: whom it told of what in the feed, or asked, and when."""

    id = fields.BigIntField(primary_key=True, generated=False)
    event_id = fields.BigIntField()
    owed_at = fields.DatetimeField()
    done_at = fields.DatetimeField()
    attempts = fields.SmallIntField(default=1, db_default=1)
    channel = fields.CharField(max_length=8)
    target = fields.CharField(max_length=40, default="", db_default="")
    subject = fields.CharField(max_length=NUMBER)
    request = fields.BinaryField(null=True)

    class Meta:
        table = "told"
        indexes = [Index(fields=("subject",))]


class HookRow(Model):
    """A subscriber of the change feed."""

    id = fields.BigIntField(primary_key=True)
    hook_no = fields.CharField(max_length=NUMBER, unique=True)
    url = fields.CharField(max_length=500)
    kinds = fields.TextField()
    desk = fields.CharField(max_length=UNIT, default="", db_default="")
    secrets = fields.TextField()
    state = fields.CharField(max_length=8, default="on", db_default="on")
    created_at = fields.DatetimeField()
    created_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "hook"
