"""Words under which dossiers are found, the indexes of the day's page and of long lists, and the words of what is kept.

The words of dossiers that are there already are written in this step, a few hundred dossiers at a time: without them a
citizen who came yesterday would not be found tomorrow.
"""

from __future__ import annotations

import json
import re
from typing import Any

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from postgw.domain.folding import fold

_AT_ONCE = 400
_WORD = re.compile(r"[a-z0-9]{1,40}")


def _words_of(content: dict[str, Any]) -> set[str]:
    people = [person for person in (content.get("applicant"), content.get("return_to")) if person]
    names = [_WORD.findall(fold(person.get("name") or "")) for person in people]
    phones = ["".join(sign for sign in person.get("phone") or "" if sign.isdecimal()) for person in people]
    return {word for each in names for word in each} | {phone[:40] for phone in phones if phone}


async def write_words(apps: Any, editor: Any) -> None:
    """Write the words of every dossier that is there."""
    after, sqlite = 0, editor.client.capabilities.dialect == "sqlite"
    sign = "?" if sqlite else "$"
    read = (
        f"SELECT id, receiving_desk, returning_desk, content FROM dossier WHERE id > {sign}1 ORDER BY id LIMIT"
        f" {_AT_ONCE}"
    )
    insert = (
        f"INSERT INTO search_word (word, unit, dossier_id) VALUES ({sign}1, {sign}2, {sign}3) ON CONFLICT DO NOTHING"
    )
    while rows := await editor.client.execute_query_dict(read, [after]):
        told = [
            [word, unit, row["id"]]
            for row in rows
            for word in sorted(_words_of(json.loads(row["content"])))
            for unit in sorted({"", row["receiving_desk"], row["returning_desk"]})
        ]
        if told:
            await editor.client.execute_many(insert, told)
        after = rows[-1]["id"]


class Migration(migrations.Migration):
    dependencies = [("models", "0018_people")]

    initial = False

    operations = [
        ops.CreateModel(
            name="SearchWordRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("word", fields.CharField(max_length=40)),
                ("unit", fields.CharField(default="", db_default="", max_length=20)),
                ("dossier_id", fields.BigIntField()),
            ],
            options={
                "table": "search_word",
                "app": "models",
                "unique_together": (("dossier_id", "word", "unit"),),
                "indexes": [Index(fields=["word", "unit", "dossier_id"])],
                "pk_attr": "id",
                "table_description": "One word of a person of one dossier, for one unit that may see it. An empty unit stands for those who see all.",
            },
            bases=["Model"],
        ),
        ops.AddIndex(
            model_name="ConsignmentRow",
            index=Index(fields=["desk", "id"]),
        ),
        ops.AddIndex(
            model_name="ConsignmentRow",
            index=Index(fields=["to_desk", "id"]),
        ),
        ops.AddIndex(
            model_name="ConsignmentRow",
            index=Index(fields=["created_at", "id"]),
        ),
        ops.AddIndex(
            model_name="ManifestRow",
            index=Index(fields=["pickup_no"]),
        ),
        ops.AddIndex(
            model_name="PickupRow",
            index=Index(fields=["office", "on_date"]),
        ),
        ops.AddIndex(
            model_name="PickupRow",
            index=Index(fields=["on_date"]),
        ),
        ops.RunSQL(
            "CREATE INDEX consignment_at_office ON consignment (office, state, id) WHERE live",
            "DROP INDEX consignment_at_office",
        ),
        ops.RunSQL(
            "CREATE INDEX consignment_delivered ON consignment (since_at, desk) WHERE state = 'delivered'",
            "DROP INDEX consignment_delivered",
        ),
        ops.RunSQL(
            "CREATE INDEX scan_at_office ON scan (office, consignment_id) WHERE office <> ''",
            "DROP INDEX scan_at_office",
        ),
        ops.RunSQL(
            "CREATE INDEX dossier_unnumbered ON dossier (receiving_desk, id) WHERE dossier_no IS NULL",
            "DROP INDEX dossier_unnumbered",
        ),
        ops.RunSQL(
            "CREATE INDEX remittance_uncounted ON remittance (desk, id) WHERE confirmed_at IS NULL",
            "DROP INDEX remittance_uncounted",
        ),
        ops.RunSQL(
            "CREATE INDEX paper_to_withdraw ON paper_duty (desk, id) WHERE kind = 'withdraw' AND outcome <> 'lost'",
            "DROP INDEX paper_to_withdraw",
        ),
        ops.RunSQL(
            "CREATE INDEX manifest_unsigned ON manifest (desk, office, id) WHERE state <> 'signed'",
            "DROP INDEX manifest_unsigned",
        ),
        ops.RunSQL(
            "CREATE INDEX receipt_to_receive ON receipt (desk, remit_by)"
            " WHERE ledger = 'fee' AND remittance_id IS NULL AND cancelled_at IS NULL",
            "DROP INDEX receipt_to_receive",
        ),
        ops.RunPython(write_words, ops.RunPython.noop),
    ]
