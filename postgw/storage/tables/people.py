"""Who may sign in, who is signed in now, and what was changed in the house's own settings."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from ..lengths import ACTOR, NUMBER, UNIT


class AccountRow(Model):
    """A person's account. Of the password only its hash is kept."""

    id = fields.BigIntField(primary_key=True)
    account_no = fields.CharField(max_length=NUMBER, unique=True)
    login = fields.CharField(max_length=60, unique=True)
    name = fields.CharField(max_length=ACTOR)
    unit = fields.CharField(max_length=UNIT, default="", db_default="")
    roles = fields.TextField()
    state = fields.CharField(max_length=10, default="open", db_default="open")
    password_hash = fields.TextField(default="", db_default="")
    must_change = fields.BooleanField(default=False, db_default=False)
    failures = fields.SmallIntField(default=0, db_default=0)
    locked_until = fields.DatetimeField(null=True)
    totp_secret = fields.CharField(max_length=64, default="", db_default="")
    totp_since = fields.DatetimeField(null=True)
    totp_step = fields.BigIntField(default=0, db_default=0)
    oidc_issuer = fields.CharField(max_length=200, null=True)
    oidc_subject = fields.CharField(max_length=255, null=True)
    version = fields.IntField(default=1, db_default=1)
    made_at = fields.DatetimeField()
    made_by = fields.CharField(max_length=ACTOR)
    seen_at = fields.DatetimeField(null=True)

    class Meta:
        table = "account"
        unique_together = (("oidc_issuer", "oidc_subject"),)
        indexes = [Index(fields=("unit",))]


class SittingRow(Model):
    """Somebody at a screen, from signing in to signing out: an account, or the holder of a token."""

    id = fields.BigIntField(primary_key=True)
    digest = fields.CharField(max_length=64, unique=True)
    account_no = fields.CharField(max_length=NUMBER, null=True)
    token_no = fields.CharField(max_length=NUMBER, null=True)
    is_whole = fields.BooleanField(default=True, db_default=True)
    browser = fields.CharField(max_length=120, default="", db_default="")
    begun_at = fields.DatetimeField()
    seen_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    names_until = fields.DatetimeField(null=True)

    class Meta:
        table = "sitting"
        indexes = [Index(fields=("account_no",)), Index(fields=("token_no",)), Index(fields=("ends_at",))]


class SignInTripRow(Model):
    """Somebody who was sent to the sign-in of another house and has not come back yet."""

    id = fields.BigIntField(primary_key=True)
    digest = fields.CharField(max_length=64, unique=True)
    verifier = fields.CharField(max_length=128)
    nonce = fields.CharField(max_length=64)
    next_page = fields.CharField(max_length=300, default="", db_default="")
    begun_at = fields.DatetimeField()

    class Meta:
        table = "sign_in_trip"
        indexes = [Index(fields=("begun_at",))]


class ChangeRow(Model):
    """Something of the house's own settings was changed: who, when, what stood there before and after."""

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharField(max_length=30)
    subject = fields.CharField(max_length=120)
    act = fields.CharField(max_length=30)
    before = fields.TextField(default="", db_default="")
    after = fields.TextField(default="", db_default="")
    unit = fields.CharField(max_length=UNIT, default="", db_default="")
    changed_at = fields.DatetimeField()
    changed_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "change"
        indexes = [Index(fields=("kind", "subject")), Index(fields=("changed_at",))]
