"""How our connections to PostgreSQL are set: for short statements on a large database, and for who vanishes."""

from __future__ import annotations

import pytest

from postgw.storage.database import opened


@pytest.mark.postgres
@pytest.mark.parametrize(("setting", "value"), [("jit", "off"), ("max_parallel_workers_per_gather", "0")])
async def test_no_statement_waits_for_a_compiler_or_for_helpers(postgres_url, setting, value):
    async with opened(postgres_url) as database:
        [row] = await database.reading.rows(f"SHOW {setting}")
        async with database.writing() as tx:
            [within] = await tx.rows(f"SHOW {setting}")

    assert (row[setting], within[setting]) == (value, value)


@pytest.mark.postgres
async def test_a_transaction_that_a_gateway_left_open_is_undone_by_the_server(postgres_url):
    async with opened(postgres_url) as database:
        [row] = await database.reading.rows("SHOW idle_in_transaction_session_timeout")

    assert row == {"idle_in_transaction_session_timeout": "5min"}
