"""The links that are there already, in bytes instead of hexadecimal text: their numbers, hashes and salts as they were.

A few hundred at a time. The table that held them stays until a release that no gateway reads it in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

from postgw.domain.evidence import NOTHING_PERSONAL

_AT_ONCE = 500


def _personal(row: Mapping[str, Any]) -> bytes | None:
    digest = row["personal_digest"]
    return None if digest in {"", NOTHING_PERSONAL} else bytes.fromhex((row["salt"] or "") + digest)


async def write_links(apps: Any, editor: Any) -> None:
    """Write every link that is there, in the order in which they were made."""
    after, sign = 0, "?" if editor.client.capabilities.dialect == "sqlite" else "$"
    read = f"SELECT * FROM chain_link WHERE id > {sign}1 ORDER BY id LIMIT {_AT_ONCE}"
    insert = (
        "INSERT INTO chain (scan_id, link_no, consignment_id, linked_at, seq, hash, personal, proof_id) VALUES"
        f" ({', '.join(f'{sign}{n}' for n in range(1, 9))}) ON CONFLICT DO NOTHING"
    )
    while rows := await editor.client.execute_query_dict(read, [after]):
        await editor.client.execute_many(insert, [
            [row["scan_id"], row["id"], row["consignment_id"], row["linked_at"], row["seq"], bytes.fromhex(row["hash"]),
             _personal(row), row["proof_id"]]
            for row in rows
        ])  # fmt: skip
        after = rows[-1]["id"]


class Migration(migrations.Migration):
    dependencies = [("models", "0029_chain")]

    initial = False

    operations = [ops.RunPython(write_links, ops.RunPython.noop)]
