"""Who may knock, what was answered, and which job runs where."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from ..lengths import ACTOR, NUMBER, UNIT


class TokenRow(Model):
    """An API token: only its hash is kept."""

    id = fields.BigIntField(primary_key=True)
    token_no = fields.CharField(max_length=NUMBER, unique=True)
    digest = fields.CharField(max_length=64, unique=True)
    name = fields.CharField(max_length=ACTOR)
    scopes = fields.TextField()
    unit = fields.CharField(max_length=UNIT, default="", db_default="")
    issued_at = fields.DatetimeField()
    issued_by = fields.CharField(max_length=ACTOR)
    revoked_at = fields.DatetimeField(null=True)
    revoked_by = fields.CharField(max_length=ACTOR, null=True)

    class Meta:
        table = "token"


class ReplayRow(Model):
    """A request with an idempotency key and, once answered, its answer byte for byte."""

    id = fields.BigIntField(primary_key=True)
    key = fields.CharField(max_length=64, unique=True)
    body_digest = fields.CharField(max_length=64)
    status = fields.SmallIntField(default=0, db_default=0)
    headers = fields.TextField(default="", db_default="")
    body = fields.BinaryField(null=True)
    begun_at = fields.DatetimeField()
    done_at = fields.DatetimeField(null=True)

    class Meta:
        table = "replay"
        indexes = [Index(fields=("begun_at",))]


class JobRow(Model):
    """Who runs a recurring job now, which slot was run last, and how often in a row it failed."""

    id = fields.IntField(primary_key=True)
    job = fields.CharField(max_length=40, unique=True)
    holder = fields.CharField(max_length=80, default="", db_default="")
    lease_until = fields.DatetimeField(null=True)
    last_slot = fields.DatetimeField(null=True)
    last_done_at = fields.DatetimeField(null=True)
    failures = fields.IntField(default=0, db_default=0)

    class Meta:
        table = "job"
