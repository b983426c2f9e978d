"""The words under which a dossier is found: names and telephone numbers of its people, folded."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from ..lengths import UNIT


class SearchWordRow(Model):
    """One word of a person of one dossier, for one unit that may see it. An empty unit stands for those who see all."""

    id = fields.BigIntField(primary_key=True)
    word = fields.CharField(max_length=40)
    unit = fields.CharField(max_length=UNIT, default="", db_default="")
    dossier_id = fields.BigIntField()

    class Meta:
        table = "search_word"
        unique_together = (("dossier_id", "word", "unit"),)
        indexes = [Index(fields=("word", "unit", "dossier_id"))]
