"""`postgw user` at a terminal: the first administrator of a fresh installation, and whoever is to be let in again."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from postgw.bootstrap import now, opened_house
from postgw.cli import main
from postgw.domain.account import Account
from postgw.domain.actor import GATEWAY
from postgw.domain.errors import Forbidden
from postgw.rules.roles import load_roles, rights_table
from postgw.settings import load


@pytest.fixture
def fresh(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the settings of a house in which nobody has an account."""
    settings = tmp_path / "settings.toml"
    settings.write_text(f'[storage]\nurl = "{sqlite_url}"\n', encoding="utf-8")
    monkeypatch.setenv("POSTGW_SETTINGS", str(settings))
    return settings


def who_enters(settings: Path, login: str, password: str) -> Account:
    async def enter() -> Account:
        async with opened_house(load(settings)) as house:
            sittings = house.services.sittings
            holder = await sittings.holder(await sittings.enter(login, password, at=now()), at=now())
            assert holder.account
            return holder.account

    return asyncio.run(enter())


def test_the_first_administrator_is_made_here_and_chooses_a_password_at_the_screen(fresh, capsys) -> None:
    assert main(["user", "make", "quan-tri", "--name", "Cù Huy Quang", "--role", "administrator"]) == 0
    once = capsys.readouterr().out.splitlines()[0]

    account = who_enters(fresh, "quan-tri", once)

    assert (account.name, account.roles, account.must_change) == ("Cù Huy Quang", ("administrator",), True)


def test_accounts_are_blocked_opened_and_reset_by_login(fresh, capsys) -> None:
    main(["user", "make", "phuc.dn", "--name", "Đinh Nho Phúc", "--role", "auditor", "administrator"])
    first = capsys.readouterr().out.splitlines()[0]
    main(["user", "block", "phuc.dn"])
    with pytest.raises(Forbidden):
        who_enters(fresh, "phuc.dn", first)
    main(["user", "open", "Phuc.DN"])
    who_enters(fresh, "phuc.dn", first)
    capsys.readouterr()

    assert main(["user", "reset", "phuc.dn"]) == 0

    again = capsys.readouterr().out.splitlines()[0]
    with pytest.raises(Forbidden):
        who_enters(fresh, "phuc.dn", first)
    assert who_enters(fresh, "phuc.dn", again).roles == ("auditor", "administrator")


def test_the_list_is_read_by_people_and_by_programs_and_holds_no_secret(fresh, capsys) -> None:
    main(["user", "make", "quan-tri", "--name", "Cù Huy Quang", "--role", "administrator"])
    once = capsys.readouterr().out.splitlines()[0]
    main(["user", "list"])
    told = capsys.readouterr().out
    main(["user", "list", "--json"])
    listed = capsys.readouterr().out

    assert told.split()[:3] == ["quan-tri", "đang", "mở"]
    assert [(each["login"], each["state"], each["roles"]) for each in json.loads(listed)] == [
        ("quan-tri", "open", ["administrator"])
    ]
    assert once not in told + listed
    assert "argon2" not in told + listed


@pytest.mark.parametrize(("words", "sentence"), [
    (["reset", "khong.co"], "Không có tài khoản khong.co."),
    (["make", "Ô", "--name", "A", "--role", "auditor"], "Tên đăng nhập gồm chữ thường"),
    (["make", "a.b", "--name", "A", "--role", "officer"], "Vai trò này cần một đơn vị."),
    (["make", "a.b", "--name", "A", "--role", "officer", "--unit", "XX"], "Không có đơn vị mang mã XX."),
])  # fmt: skip
def test_what_cannot_be_is_one_sentence_and_a_non_zero_exit(fresh, capsys, words: list[str], sentence: str) -> None:
    assert main(["user", *words]) == 1
    assert sentence in capsys.readouterr().err


def test_the_table_of_rights_is_printed_without_a_house(capsys, monkeypatch) -> None:
    monkeypatch.setenv("POSTGW_SETTINGS", "nowhere.toml")

    assert main(["user", "roles"]) == 0
    assert capsys.readouterr().out.startswith(rights_table())


def test_a_token_takes_the_rights_of_a_role(fresh, capsys) -> None:
    assert main(["token", "issue", "Hệ thống một cửa", "--role", "system"]) == 0
    text = capsys.readouterr().out.splitlines()[0]

    async def scopes() -> frozenset[str]:
        async with opened_house(load(fresh)) as house:
            return (await house.services.accounts.authenticate(text, at=now())).scopes

    assert asyncio.run(scopes()) == load_roles()["system"].scopes
    for both in (["--role", "system", "--scope", "intake"], []):
        with pytest.raises(SystemExit):
            main(["token", "issue", "Máy", *both])


def test_what_is_done_here_stands_in_the_log_as_the_gateways(fresh) -> None:
    main(["user", "make", "quan-tri", "--name", "Cù Huy Quang", "--role", "administrator"])

    async def log() -> list[tuple[str, str]]:
        async with opened_house(load(fresh)) as house:
            changes = await house.services.changes.listed(actor=GATEWAY)
            return [(each.act, each.changed_by) for each in changes.items]

    assert asyncio.run(log()) == [("made", "gateway")]
