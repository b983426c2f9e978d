"""The house opens as it is set, or says in one sentence why it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from postgw.bootstrap import CannotStart, opened_house
from postgw.check_command import doubts
from postgw.domain.errors import Unreachable
from postgw.outsiders import is_rehearsal
from postgw.settings import Settings, parse
from postgw.storage.migrate import migrate, pending

from ..rehearsal import rehearsing

REHEARSAL = rehearsing("{url}")
LIVE = """
[storage]
url = "{url}"
[[post.accounts]]
name = "ha-tinh"
adapter = "vnpost_ngsp"
customer_code = "HCC-HT"
base_url = "https://post.example"
key_env = "POSTGW_POST_KEY"
secret_env = "POSTGW_POST_SECRET"
"""
ENVIRON = {"POSTGW_POST_KEY": "k", "POSTGW_POST_SECRET": "s"}


def chosen(text: str, url: str) -> Settings:
    return parse(text.format(url=url))


async def test_while_a_rehearsal_adapter_is_active_the_house_says_so(database_url: str) -> None:
    async with opened_house(chosen(REHEARSAL, database_url)) as house:
        assert house.rehearsal
        assert house.services.rehearsal


async def test_a_database_that_began_in_rehearsal_is_refused_as_live(database_url: str) -> None:
    async with opened_house(chosen(REHEARSAL, database_url)):
        pass

    with pytest.raises(CannotStart, match="diễn tập"):
        async with opened_house(chosen(LIVE, database_url), environ=ENVIRON):
            pass


async def test_a_live_database_is_refused_for_a_rehearsal(database_url: str) -> None:
    async with opened_house(chosen(LIVE, database_url), environ=ENVIRON) as house:
        assert not house.rehearsal

    with pytest.raises(CannotStart, match="chạy thật"):
        async with opened_house(chosen(REHEARSAL, database_url)):
            pass


async def test_a_database_behind_this_release_is_not_opened(tmp_path: object) -> None:
    with pytest.raises(CannotStart, match="postgw migrate"):
        async with opened_house(chosen(REHEARSAL, f"sqlite://{tmp_path}/new.sqlite3")):
            pass


async def test_a_missing_secret_is_named_and_nothing_opens(sqlite_url: str) -> None:
    with pytest.raises(Exception, match="POSTGW_POST_KEY"):
        async with opened_house(chosen(LIVE, sqlite_url), environ={}):
            pass


async def test_two_houses_of_one_rehearsal_share_one_post_office(tmp_path: object, unused_tcp_port: int) -> None:
    url = f"sqlite://{tmp_path}/shared.sqlite3"
    await migrate(url)
    settings = chosen(REHEARSAL.replace("port = 0", f"port = {unused_tcp_port}"), url)

    async with opened_house(settings) as first, opened_house(settings) as second:
        assert first.rehearsal_office is not None
        assert second.rehearsal_office is None


def test_a_live_account_with_the_rehearsal_code_table_is_pointed_out() -> None:
    found = doubts(chosen(LIVE, "sqlite:///nowhere.sqlite3"), ENVIRON)

    assert any("bảng mã" in sentence for sentence in found)
    assert not is_rehearsal(chosen(LIVE, "sqlite:///nowhere.sqlite3"))


async def test_a_fresh_installation_lacks_every_step_and_nothing_hangs(tmp_path: object) -> None:
    url = f"sqlite://{tmp_path}/no/such/folder/new.sqlite3"

    waiting = await pending(url)
    await migrate(url)

    assert "0001_initial" in waiting
    assert await pending(url) == ()


async def test_a_server_that_is_not_there_is_named_as_such(unused_tcp_port: int) -> None:
    with pytest.raises(Unreachable, match="cơ sở dữ liệu"):
        await pending(f"postgres://nobody@127.0.0.1:{unused_tcp_port}/nothing")


async def test_a_file_that_is_no_database_is_named_as_such(tmp_path: Path) -> None:
    file = tmp_path / "letter.sqlite3"
    file.write_bytes(b"this is a letter and no database" * 200)

    with pytest.raises(Unreachable, match="SQLite"):
        await pending(f"sqlite://{file}")
