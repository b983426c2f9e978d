"""What the clock asks again and again is answered from an index: no history, however long, is walked for it.

The database itself says of each statement how it is answered: PostgreSQL how many rows were met on the way, SQLite by
which index it goes, and how many steps it took.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson

from postgw.storage import evidence, lateness
from postgw.storage.database import Session

from .conftest import AT, House

#: What ended in years, what ended within days, and many pages of what lives: who expects to meet one of those soon is
#: tempted to walk the numbers in order.
HISTORY, LATELY, LIVE = 30_000, 60, 3000
_PAGE = 200
LINKS = 1500
_ENDS = (("delivered", "recipient"), ("returned", "sender"), ("archived", "post"), ("cancelled", "sender"))
_COLUMNS = (
    ("consignment_no", "text"), ("dossier_id", "bigint"), ("leg", "text"), ("issue", "int"), ("desk", "text"),
    ("parties", "text"), ("rules_version", "text"), ("created_at", "timestamptz"), ("created_by", "text"),
    ("state", "text"), ("holder", "text"), ("since_at", "timestamptz"), ("live", "bool"),
)  # fmt: skip


@dataclass
class Explained(Session):
    """A session that has each statement explained before it is asked."""

    session: Session
    plans: list[list[dict[str, Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(self.session._client, sqlite=self.session.sqlite, patience=self.session.patience)

    async def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        if sql.startswith("SELECT"):
            how = "EXPLAIN QUERY PLAN" if self.sqlite else "EXPLAIN (ANALYZE, FORMAT JSON)"
            self.plans.append(await super().rows(f"{how} {sql}", *values))
        return await super().rows(sql, *values)

    def indexes(self, alias: str) -> set[str]:
        """Return by which indexes SQLite goes into a table, and an empty name where it goes through the whole."""
        lines = [row["detail"] for plan in self.plans for row in plan]
        ways = [
            re.fullmatch(rf"(?:SEARCH|SCAN) {alias}\b(?: USING (?:COVERING )?INDEX (\w+))?.*", line) for line in lines
        ]
        return {way[1] or "" for way in ways if way}

    def met(self, table: str) -> int:
        """Return how many rows of a table PostgreSQL met, those included that it then left out."""
        nodes = [node for plan in self.plans for node in _nodes(orjson.loads(plan[0]["QUERY PLAN"])[0]["Plan"])]
        return int(sum(_met(node) for node in nodes if node.get("Relation Name") == table))


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)


def _met(node: dict[str, Any]) -> float:
    left_out = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return float((node["Actual Rows"] + left_out) * node["Actual Loops"])


async def _with_history(house: House) -> None:
    """Keep what ended in years, oldest first, then what ended lately, then what lives."""
    await house.posted("4K7M29TB6HC")
    [[parties, version]] = [
        row.values() for row in await house.database.reading.rows("SELECT parties, rules_version FROM consignment")
    ]

    def row(n: int, dossier: int, state: str, holder: str, since: datetime, live: bool) -> Sequence[Any]:
        return (
            f"N{n:06d}", dossier, "return", n + 2, "TS", parties, version, since, "test", state, holder, since, live
        )  # fmt: skip

    step = timedelta(days=365) / HISTORY
    ended = [
        row(n, 1, *_ENDS[n % len(_ENDS)], AT - timedelta(days=5) - (HISTORY - n) * step, False) for n in range(HISTORY)
    ]
    lately = [row(n, 1, *_ENDS[n % 3], AT - timedelta(days=1), False) for n in range(HISTORY, HISTORY + LATELY)]
    begun = HISTORY + LATELY
    lives = [row(n, 2 + n - begun, "in_transit", "post", AT, True) for n in range(begun, begun + LIVE)]
    async with house.database.writing() as tx:
        await tx.run(
            "INSERT INTO dossier (receiving_desk, returning_desk, procedure_code, service_form, content, digest,"
            " rules_version, created_at, created_by, updated_at)"
            f" WITH RECURSIVE serial(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM serial WHERE n < {LIVE})"
            " SELECT d.receiving_desk, d.returning_desk, d.procedure_code, d.service_form, d.content, d.digest,"
            " d.rules_version, d.created_at, d.created_by, d.updated_at FROM serial CROSS JOIN dossier d"
        )
        await tx.insert_many("consignment", _COLUMNS, [*ended, *lately, *lives])
        if not tx.sqlite:  # it does so by itself; SQLite never does
            await tx.run("ANALYZE")


async def test_the_watch_over_clocks_walks_no_history(house: House) -> None:
    await _with_history(house)
    asked = Explained(house.database.reading)

    found = await lateness.under_watch(asked, after=0, limit=_PAGE, since=AT - timedelta(days=4))

    assert len(found) == _PAGE
    if asked.sqlite:
        assert asked.indexes("e") == {"consignment_live", "consignment_delivered", "consignment_ended_otherwise"}
    else:
        assert asked.met("consignment") <= 2 * (LATELY + 2 * _PAGE)


async def _linked(house: House, scans: int) -> None:
    """Keep so many scans of one item, linked."""
    await house.posted("4K7M29TB6HC")
    columns = (
        ("consignment_id", "bigint"), ("source", "text"), ("source_id", "text"), ("witness", "smallint"),
        ("code", "text"), ("occurred_at", "timestamptz"), ("received_at", "timestamptz"),
    )  # fmt: skip
    async with house.database.writing() as tx:
        row = await tx.row("SELECT id FROM consignment")
        assert row is not None
        rows = [(row["id"], "device:7f3a", str(n), 1, "arrived", AT, AT) for n in range(scans)]
        await tx.insert_many("scan", columns, rows)
        assert await evidence.link(tx, since=evidence.STRAGGLERS, at=AT) == scans
        if not tx.sqlite:
            await tx.run("ANALYZE")


async def test_a_link_more_looks_at_each_link_of_its_chain_but_a_few_times(house: House) -> None:
    """Somebody may tell of one item thousands of times, and the links of all others wait meanwhile."""
    await _linked(house, LINKS)
    await house.keep(("4K7M29TB6HC", house.scan("one more")))
    steps: list[int] = []

    async with house.database.writing() as tx:
        asked = Explained(tx)
        if tx.sqlite:
            await tx._client._connection.set_progress_handler(lambda: steps.append(100), 100)
        assert await evidence.link(asked, since=evidence.STRAGGLERS, at=AT) == 1

    if asked.sqlite:
        assert sum(steps) <= 100 * LINKS  # a row takes a few dozen
    else:
        assert asked.met("chain") <= 5 * LINKS
