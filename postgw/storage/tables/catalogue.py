"""What the post publishes of its prices, and the regions of the tariff."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from ..lengths import ACTOR


class PriceListRow(Model):
    """The post's own price list from a day on. content is its rows as JSON, it replaces the list before as a whole."""

    id = fields.BigIntField(primary_key=True)
    valid_from = fields.DateField(unique=True)
    content = fields.TextField()
    author = fields.CharField(max_length=ACTOR)
    reason = fields.CharField(max_length=300)
    published_at = fields.DatetimeField()

    class Meta:
        table = "price_list"


class RegionRow(Model):
    """In which of the three regions of the tariff a province lies, from a day on."""

    id = fields.BigIntField(primary_key=True)
    province_code = fields.CharField(max_length=10)
    region = fields.IntField()
    valid_from = fields.DateField()
    author = fields.CharField(max_length=ACTOR)
    reason = fields.CharField(max_length=300)

    class Meta:
        table = "region"
        unique_together = (("province_code", "valid_from"),)
