"""Consignments with their numbers, labels, bags and orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from ..lengths import ACTOR, UNIT

if TYPE_CHECKING:
    from .dossiers import DossierRow


class ConsignmentRow(Model):
    """One posting. The columns from state on are the stored result of the fold over its scans."""

    id = fields.BigIntField(primary_key=True)
    consignment_no = fields.CharField(max_length=14, unique=True)
    dossier: fields.ForeignKeyRelation[DossierRow] = fields.ForeignKeyField(
        "models.DossierRow", on_delete=fields.RESTRICT
    )
    dossier_id: int
    leg = fields.CharField(max_length=10)
    issue = fields.IntField(default=1, db_default=1)
    desk = fields.CharField(max_length=UNIT)
    to_desk = fields.CharField(max_length=UNIT, default="", db_default="")
    parties = fields.TextField()
    item_no = fields.CharField(max_length=13, null=True, unique=True)
    bag_no = fields.CharField(max_length=14, null=True)
    collect_dong = fields.BigIntField(default=0, db_default=0)
    without_result = fields.BooleanField(default=False, db_default=False)
    account = fields.CharField(max_length=40, default="", db_default="")
    public_service = fields.BooleanField(default=True, db_default=True)
    rules_version = fields.CharField(max_length=10)
    version = fields.IntField(default=1, db_default=1)
    created_at = fields.DatetimeField()
    created_by = fields.CharField(max_length=ACTOR)
    state = fields.CharField(max_length=28, default="registered", db_default="registered")
    holder = fields.CharField(max_length=9)
    office = fields.CharField(max_length=UNIT, default="", db_default="")
    since_at = fields.DatetimeField(null=True)
    attempts = fields.SmallIntField(default=0, db_default=0)
    heard_at = fields.DatetimeField(null=True)
    proved = fields.BooleanField(default=False, db_default=False)
    live = fields.BooleanField(default=True, db_default=True)

    class Meta:
        table = "consignment"
        indexes = [
            Index(fields=("dossier_id",)), Index(fields=("desk", "state", "id")), Index(fields=("state", "id")),
            Index(fields=("bag_no",)), Index(fields=("desk", "id")), Index(fields=("to_desk", "id")),
            Index(fields=("created_at", "id")),
        ]  # fmt: skip


class BindingRow(Model):
    """An item number given to a consignment. Numbers are never given twice, so rows are never deleted."""

    id = fields.BigIntField(primary_key=True)
    item_no = fields.CharField(max_length=13, unique=True)
    consignment_no = fields.CharField(max_length=14)
    source = fields.CharField(max_length=8)
    office = fields.CharField(max_length=UNIT, default="", db_default="")
    bound_at = fields.DatetimeField()
    bound_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "binding"
        indexes = [Index(fields=("consignment_no",))]


class LentRangeRow(Model):
    """A range of item numbers that the post lent us, and how far it is used."""

    id = fields.BigIntField(primary_key=True)
    indicator = fields.CharField(max_length=2)
    first_serial = fields.IntField()
    last_serial = fields.IntField()
    next_serial = fields.IntField()
    account = fields.CharField(max_length=40)
    lent_at = fields.DatetimeField()
    lent_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "lent_range"
        unique_together = (("indicator", "first_serial"),)


class LabelRow(Model):
    """A version of a consignment's label: what it says, as a digest, and whether it still holds."""

    id = fields.BigIntField(primary_key=True)
    consignment: fields.ForeignKeyRelation[ConsignmentRow] = fields.ForeignKeyField(
        "models.ConsignmentRow", on_delete=fields.RESTRICT
    )
    consignment_id: int
    version = fields.IntField()
    digest = fields.CharField(max_length=64)
    content = fields.TextField()
    drawn_at = fields.DatetimeField()
    drawn_by = fields.CharField(max_length=ACTOR)
    void_at = fields.DatetimeField(null=True)
    void_reason = fields.CharField(max_length=40, null=True)

    class Meta:
        table = "label"
        unique_together = (("consignment_id", "version"),)


class BagRow(Model):
    """Several consignments sealed together."""

    id = fields.BigIntField(primary_key=True)
    bag_no = fields.CharField(max_length=14, unique=True)
    desk = fields.CharField(max_length=UNIT)
    sealed_at = fields.DatetimeField()
    sealed_by = fields.CharField(max_length=ACTOR)

    class Meta:
        table = "bag"


class OrderRow(Model):
    """What we asked of the post for one consignment, and what it answered."""

    id = fields.BigIntField(primary_key=True)
    consignment_no = fields.CharField(max_length=14, unique=True)
    account = fields.CharField(max_length=40)
    state = fields.CharField(max_length=10, default="waiting", db_default="waiting")
    message = fields.CharField(max_length=500, default="", db_default="")
    post_ref = fields.CharField(max_length=60, default="", db_default="")
    cancel_reason = fields.CharField(max_length=40, default="", db_default="")
    asked_at = fields.DatetimeField()
    asked_by = fields.CharField(max_length=ACTOR)
    answered_at = fields.DatetimeField(null=True)

    class Meta:
        table = "post_order"
