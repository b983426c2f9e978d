"""The database is away: at the start, for a while under load, or only to be read; and the gateway mends by itself."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from postgw.cli import main

from ..furnishing import until
from .conftest import SETTINGS, Gateway, OpenGateway
from .server import Server, server_of


@pytest.fixture
async def server(durable_postgres_server: str) -> Server:
    """Give a server that keeps what it acknowledged, to be stopped and started."""
    return await server_of(durable_postgres_server)


@pytest.mark.parametrize("act", ["serve", "work", "migrate", "verify"])
def test_without_a_database_a_command_ends_with_one_sentence(
    act: str, tmp_path: Path, unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """So that systemd starts it again, and a person reads in the journal what is wrong."""
    url = f"postgres://postgw@127.0.0.1:{unused_tcp_port}/postgw"
    (tmp_path / "settings.toml").write_text(SETTINGS.format(url=url), "utf-8")
    monkeypatch.setenv("POSTGW_SETTINGS", str(tmp_path / "settings.toml"))

    assert main([act]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "Không vào được cơ sở dữ liệu" in said


async def _status(gateway: Gateway, path: str) -> int:
    async with gateway.client.get(path) as answer:
        return answer.status


@pytest.mark.slow
@pytest.mark.postgres
async def test_a_database_that_goes_away_under_load_is_answered_for_and_comes_back(
    durable_postgres_url: str, server: Server, open_gateway: OpenGateway
) -> None:
    gateway = await open_gateway(durable_postgres_url)
    async with asyncio.TaskGroup() as devices:
        for name in ("a", "b", "c", "d"):
            devices.create_task(gateway.send_without_end(name))
        for how in ("immediate", "fast"):
            await until("scans pass", lambda: len(gateway.acknowledged) >= 30)
            seen = len(gateway.refused)
            await server.stop(how)
            await until("scans are refused", lambda: len(gateway.refused) >= seen + 30)  # noqa: B023
            assert (await _status(gateway, "/healthz"), await _status(gateway, "/readyz")) == (200, 503)
            assert await _status(gateway, f"/api/v1/track/{gateway.numbers[0]}") == 503
            before = len(gateway.acknowledged)
            await server.start()
            await until("scans pass again", lambda: len(gateway.acknowledged) >= before + 30)  # noqa: B023
            assert await _status(gateway, "/readyz") == 200
        gateway.end()

    assert {answer for answer in gateway.refused} == {(503, "database.away")}
    assert sorted(await gateway.kept()) == sorted(set(gateway.acknowledged))


@pytest.mark.slow
@pytest.mark.postgres
async def test_a_database_that_may_only_be_read_is_read_and_written_to_when_another_has_taken_over(
    durable_postgres_url: str, open_gateway: OpenGateway, server: Server
) -> None:
    """Connections to a server that was demoted stay with it: they are given up, and new ones find who took over."""
    gateway = await open_gateway(durable_postgres_url)
    assert (await gateway.scan())[0] == 200
    name = durable_postgres_url.rpartition("/")[2]
    await server.tell(
        f'ALTER DATABASE "{name}" SET default_transaction_read_only = on',
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
    )

    async def is_read_only() -> bool:
        return (await gateway.scan())[1].get("code") == "database.read_only"

    await until("the new connections may only read", is_read_only)
    assert await _status(gateway, f"/api/v1/track/{gateway.numbers[0]}") == 200
    await server.tell(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')

    async def is_taken() -> bool:
        return (await gateway.scan())[0] == 200

    await until("scans are taken again", is_taken)
    assert sorted(await gateway.kept()) == sorted(set(gateway.acknowledged))
