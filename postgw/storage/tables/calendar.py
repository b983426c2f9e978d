"""Degraded days, and the zones of the post."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from ..lengths import ACTOR, NUMBER


class CalendarEntryRow(Model):
    """Days on which the post could not be expected to work. communes is a JSON list of codes, empty for everywhere."""

    id = fields.BigIntField(primary_key=True)
    entry_no = fields.CharField(max_length=NUMBER, unique=True)
    kind = fields.CharField(max_length=8)
    title = fields.CharField(max_length=100)
    first_on = fields.DateField()
    last_on = fields.DateField()
    communes = fields.TextField()
    reason = fields.CharField(max_length=300)
    declared_at = fields.DatetimeField()
    declared_by = fields.CharField(max_length=ACTOR)
    undone_at = fields.DatetimeField(null=True)
    undone_by = fields.CharField(max_length=ACTOR, default="", db_default="")
    undone_reason = fields.CharField(max_length=300, default="", db_default="")

    class Meta:
        table = "calendar_entry"
        indexes = [Index(fields=("last_on",))]


class ZoneRow(Model):
    """The post area of a commune, from a day on: the district it lay in before July 2025."""

    id = fields.BigIntField(primary_key=True)
    commune_code = fields.CharField(max_length=10)
    area = fields.CharField(max_length=60)
    province = fields.CharField(max_length=10)
    city_class = fields.CharField(max_length=8, default="", db_default="")
    valid_from = fields.DateField()
    author = fields.CharField(max_length=ACTOR)
    reason = fields.CharField(max_length=300)

    class Meta:
        table = "zone"
        unique_together = (("commune_code", "valid_from"),)
