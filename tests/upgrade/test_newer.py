"""A database of a later release: an older gateway works on it while nothing was taken away, else it says what to do."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from postgw.bootstrap import CannotStart, opened_house
from postgw.cli import main
from postgw.settings import parse
from postgw.storage.migrate import migrate, standing

from .conftest import LATER as _LATER
from .conftest import SETTINGS, OpenGateway, write_release
from .filling import shape_of

_SECOND = {"second_words": 'ops.DeleteModel("SearchWordRow"),'}


@pytest.fixture
async def taken_from(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give the URL of a database from which a later release has taken a table."""
    write_release(tmp_path / "steps_that_take", _SECOND)
    monkeypatch.syspath_prepend(str(tmp_path))
    await migrate(database_url, steps="steps_that_take")
    return database_url


@pytest.fixture
async def added_to(database_url: str, later_release: str) -> str:
    """Give the URL of a database to which a later release has added."""
    await migrate(database_url, steps=later_release)
    return database_url


async def test_an_older_gateway_works_on_a_database_to_which_only_was_added(
    added_to: str, open_gateway: OpenGateway, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "postgw.bootstrap"):
        gateway = await open_gateway(added_to)

    assert [(await gateway.scan())[0] for _ in range(3)] == [200, 200, 200]
    assert "later release" in caplog.text


async def test_an_older_gateway_does_not_open_where_something_was_taken_away(taken_from: str) -> None:
    with pytest.raises(CannotStart, match=r"mới hơn \(bước \d{4}_second_words\).*Cài bản mới"):
        async with opened_house(parse(SETTINGS.format(url=taken_from))):
            pass


async def test_migrate_of_an_older_release_changes_nothing_in_a_newer_database(added_to: str) -> None:
    before = await shape_of(added_to)
    await migrate(added_to)

    assert await shape_of(added_to) == before
    assert [name[5:] for name in (await standing(added_to)).beyond] == ["later", "later_index", "later_filled"]


def _settings(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "settings.toml").write_text(SETTINGS.format(url=url), "utf-8")
    monkeypatch.setenv("POSTGW_SETTINGS", str(tmp_path / "settings.toml"))


def _checked(capsys: pytest.CaptureFixture[str]) -> dict[str, tuple[str, str]]:
    capsys.readouterr()
    main(["check", "--json"])
    told = json.loads(capsys.readouterr().out)
    return {each["code"]: (each["state"], each["sentence"]) for each in told["findings"]}


def _away(work: Coroutine[Any, Any, None]) -> None:
    with ThreadPoolExecutor(1) as other:
        other.submit(asyncio.run, work).result()


def test_check_says_of_a_newer_database_what_to_do(
    sqlite_url: str, later_release: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    _settings(sqlite_url, tmp_path, monkeypatch)
    _away(migrate(sqlite_url, steps=later_release))
    added = _checked(capsys)["database_newer"]
    write_release(tmp_path / "steps_that_take_more", {**_LATER, **_SECOND})
    monkeypatch.syspath_prepend(str(tmp_path))
    _away(migrate(sqlite_url, steps="steps_that_take_more"))
    taken = _checked(capsys)["database"]

    assert added[0] == "doubtful"
    assert "cài bản mới" in added[1]
    assert taken[0] == "wrong"
    assert "Cài bản mới" in taken[1]
    assert main(["migrate"]) == 1
    assert main(["serve"]) == 1
    said = capsys.readouterr().err
    assert said.count("mới hơn") == 2
    assert said.count("\n") == 2


def test_migrate_says_that_the_database_is_newer(
    sqlite_url: str, later_release: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    _settings(sqlite_url, tmp_path, monkeypatch)
    _away(migrate(sqlite_url, steps=later_release))

    assert main(["migrate"]) == 0
    assert "mới hơn bản này" in capsys.readouterr().out
