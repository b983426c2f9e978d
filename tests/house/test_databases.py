"""The databases that tests are given: fresh, of either kind, and gone afterwards."""

from __future__ import annotations

import socket
import sqlite3

import asyncpg
import pytest


async def _tables(url: str) -> list[str]:
    if url.startswith("sqlite://"):
        with sqlite3.connect(url.removeprefix("sqlite://")) as file:
            return [row[0] for row in file.execute("SELECT name FROM sqlite_master WHERE name = 'left_behind'")]
    connection = await asyncpg.connect(url)
    found = await connection.fetch("SELECT tablename FROM pg_tables WHERE tablename = 'left_behind'")
    await connection.execute("CREATE TABLE left_behind (n int)")
    await connection.close()
    return [row["tablename"] for row in found]


@pytest.mark.parametrize("time", ["first", "second"])
async def test_a_database_holds_nothing_of_another_test(database_url: str, time: str) -> None:
    assert await _tables(database_url) == []


async def test_a_server_for_crash_tests_keeps_its_durability(durable_postgres_server: str) -> None:
    connection = await asyncpg.connect(durable_postgres_server)

    assert [await connection.fetchval(f"SHOW {name}") for name in ("fsync", "synchronous_commit")] == ["on", "on"]
    await connection.close()


def test_no_test_reaches_another_machine() -> None:
    with (
        socket.socket() as outward,
        pytest.warns(UserWarning, match="192.0.2.1"),
        pytest.raises(RuntimeError, match="192.0.2.1"),
    ):
        outward.connect(("192.0.2.1", 80))
