"""Chains of scans and the seals over them."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class ChainRow(Model):
    """One scan hashed onto the one before it. Links are never changed, save that the salt goes when a term is over.

    link_no is the order in which all of them were made. personal is what hides the digest and the digest: sixteen bytes
    of salt, while there are any, and thirty-two. Where nothing personal was said it is empty.
    """

    scan_id = fields.BigIntField(primary_key=True, generated=False)
    link_no = fields.BigIntField(unique=True)
    consignment_id = fields.BigIntField()
    linked_at = fields.DatetimeField()
    seq = fields.IntField()
    hash = fields.BinaryField()
    personal = fields.BinaryField(null=True)
    proof_id = fields.BigIntField(null=True)

    class Meta:
        table = "chain"
        indexes = [Index(fields=("consignment_id",)), Index(fields=("linked_at",))]


class ChainLinkRow(Model):
    """A link as the first releases kept it, in hexadecimal text. Nobody reads it since chain holds the same."""

    id = fields.BigIntField(primary_key=True)
    scan_id = fields.BigIntField(unique=True)
    consignment_id = fields.BigIntField()
    seq = fields.IntField()
    hash = fields.CharField(max_length=64)
    previous_hash = fields.CharField(max_length=64, default="", db_default="")
    personal_digest = fields.CharField(max_length=64)
    proof_id = fields.BigIntField(null=True)
    salt = fields.CharField(max_length=32, null=True)
    linked_at = fields.DatetimeField()
    erased_at = fields.DatetimeField(null=True)

    class Meta:
        table = "chain_link"
        unique_together = (("consignment_id", "seq"),)
        indexes = [Index(fields=("linked_at",))]


class SealRow(Model):
    """All chain heads that grew up to a night, in one digest upon the digest before."""

    id = fields.BigIntField(primary_key=True)
    sealed_on = fields.DateField(unique=True)
    digest = fields.CharField(max_length=64)
    heads = fields.IntField()
    through_link = fields.BigIntField()
    made_at = fields.DatetimeField()

    class Meta:
        table = "seal"
