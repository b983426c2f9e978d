"""Copies of a dossier that has lived a while: its consignments with their scans and orders, by the hundred, at once.

So that a test which needs a thousand items in one state makes one of them through the door and copies it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

import asyncpg

from postgw.domain import consignment_number
from postgw.domain.dossier_number import lookup_key


@dataclass(frozen=True)
class Copy:
    """A copied dossier with its consignments by leg."""

    key: str
    reference: str
    numbers: dict[str, str]


async def copies(url: str, reference: str, times: int) -> list[Copy]:
    """Copy the dossier of a reference so many times."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            return await _copied(connection, reference, times)
    finally:
        await connection.close()


async def _copied(connection: Any, reference: str, times: int) -> list[Copy]:
    prefix = f"{reference}-{secrets.token_hex(4)}-"
    [(old, dossier_no)] = await connection.fetch("SELECT id, dossier_no FROM dossier WHERE intake_ref = $1", reference)
    others = [f"{dossier_no[:-4]}{serial:04d}" for serial in range(1000, 1000 + times)]
    new = await connection.fetch(
        f"INSERT INTO dossier ({await _columns(connection, 'dossier')}) SELECT "
        + await _columns(
            connection, "dossier", intake_ref="$2::text || n", dossier_no="n", number_key="k",
            content="replace(replace(content, $3, $2 || n), $4, n)",
        )
        + " FROM dossier, unnest($5::text[], $6::text[]) AS other(n, k) WHERE dossier.id = $1"
        " RETURNING id, dossier_no, intake_ref",
        old, prefix, reference, dossier_no, others, [lookup_key(other) for other in others],
    )  # fmt: skip
    made: dict[int, dict[str, str]] = {row["id"]: {} for row in new}
    for carried in await connection.fetch("SELECT * FROM consignment WHERE dossier_id = $1 ORDER BY id", old):
        numbers = [consignment_number.mint(secrets.randbelow) for _ in new]
        rows = await connection.fetch(
            f"INSERT INTO consignment ({await _columns(connection, 'consignment')}) SELECT "
            + await _columns(connection, "consignment", consignment_no="n.number", dossier_id="n.dossier")
            + " FROM consignment, unnest($2::bigint[], $3::text[]) AS n(dossier, number) WHERE consignment.id = $1"
            " RETURNING id, dossier_id, consignment_no",
            carried["id"], list(made), numbers,
        )  # fmt: skip
        for row in rows:
            made[row["dossier_id"]][carried["leg"]] = row["consignment_no"]
        await _follow(connection, carried, [row["id"] for row in rows], [row["consignment_no"] for row in rows])
    return [Copy(row["dossier_no"], row["intake_ref"], made[row["id"]]) for row in new]


async def _follow(connection: Any, carried: Any, ids: list[int], numbers: list[str]) -> None:
    """Copy what hangs on a consignment."""
    await connection.execute(
        f"INSERT INTO scan ({await _columns(connection, 'scan')}) SELECT "
        + await _columns(connection, "scan", consignment_id="n.id", source_id="left(source_id, 40) || '-' || n.id")
        + " FROM scan, unnest($2::bigint[]) AS n(id) WHERE consignment_id = $1 ORDER BY scan.id",
        carried["id"], ids,
    )  # fmt: skip
    await connection.execute(
        f"INSERT INTO post_order ({await _columns(connection, 'post_order')}) SELECT "
        + await _columns(connection, "post_order", consignment_no="n.number")
        + " FROM post_order, unnest($2::text[]) AS n(number) WHERE consignment_no = $1",
        carried["consignment_no"], numbers,
    )  # fmt: skip


async def _columns(connection: Any, table: str, **others: str) -> str:
    """Return a table's columns but its key, some of them replaced by what is to stand there."""
    rows = await connection.fetch(
        "SELECT column_name FROM information_schema.columns WHERE table_name = $1 AND table_schema = 'public'"
        " AND column_name <> 'id' ORDER BY ordinal_position",
        table,
    )
    return ", ".join(others.get(row["column_name"], f"{table}.{row['column_name']}") if others else row["column_name"]
                     for row in rows)  # fmt: skip
