"""How our connections to PostgreSQL are set for short statements on a large database."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("setting", "value"), [("jit", "off"), ("max_parallel_workers_per_gather", "0")])
async def test_no_statement_waits_for_a_compiler_or_for_helpers(house, setting, value):
    if house.database.sqlite:
        return
    for session in (house.database.reading,):
        [row] = await session.rows(f"SHOW {setting}")
        assert row[setting] == value
    async with house.database.writing() as tx:
        assert (await tx.rows(f"SHOW {setting}"))[0][setting] == value
