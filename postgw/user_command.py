"""`postgw user`: accounts of people, made and mended at a terminal.

Whoever has the machine has the house, so no account is asked for: the first administrator of a fresh installation is
made here, and one who locked himself out is let in again. What is done stands in the log of changes as the gateway's.

Stands on: bootstrap. Used by: cli.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from postgw.bootstrap import House
from postgw.domain.account import Account
from postgw.domain.actor import GATEWAY
from postgw.rules.roles import load_roles, rights_table

Say = Callable[[str], None]
_STATES = {"open": "đang mở", "blocked": "đã khoá"}


def add_user(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Tell the parser what may be asked for."""
    make = acts.add_parser("make", help="tạo tài khoản, in mật khẩu dùng một lần")
    make.add_argument("login", help="chữ thường không dấu, ví dụ duong.ntt; không đổi được về sau")
    make.add_argument("--name", required=True, help="họ tên")
    make.add_argument("--unit", default="", help="mã bộ phận hoặc bưu cục; quản trị, thanh tra thì để trống")
    people = tuple(code for code, role in load_roles().items() if role.for_people)
    make.add_argument("--role", nargs="+", required=True, choices=people)
    acts.add_parser("list", help="xem mọi tài khoản").add_argument("--json", action="store_true")
    for name, told in (
        ("block", "khoá tài khoản, đóng mọi phiên"),
        ("open", "mở tài khoản bị khoá hoặc tạm khoá"),
        ("reset", "đặt lại mật khẩu, tắt lớp bảo vệ thứ hai"),
    ):
        acts.add_parser(name, help=told).add_argument("login")
    acts.add_parser("roles", help="in bảng vai trò và quyền")


async def do_with_user(house: House, asked: argparse.Namespace, *, at: datetime, say: Say) -> int:
    """Do what was asked for."""
    if asked.do == "make":
        await _make(house, asked, at, say)
    elif asked.do == "list":
        await _list(house, say, as_json=asked.json)
    elif asked.do == "reset":
        await _reset(house, asked.login, at, say)
    else:
        await _set_state(house, asked.login, "blocked" if asked.do == "block" else "open", at, say)
    return 0


def say_roles(say: Say) -> int:
    """Print who may do what; this needs no house."""
    say(rights_table())
    say("● được làm và được xem · ○ chỉ được xem")
    return 0


async def _make(house: House, asked: argparse.Namespace, at: datetime, say: Say) -> None:
    account, password = await house.services.people.make(
        login=asked.login, name=asked.name, unit=asked.unit, roles=tuple(asked.role), actor=GATEWAY, at=at
    )
    say(f"{password}\nMật khẩu này chỉ hiện một lần, dùng một lần. Tài khoản: {account.login}")


async def _list(house: House, say: Say, *, as_json: bool) -> None:
    accounts = await _all(house)
    if as_json:
        say(json.dumps([asdict(each) for each in accounts], ensure_ascii=False, indent=2, default=str))
        return
    for each in accounts:
        say(f"{each.login:<24} {_STATES[each.state]:<9} {each.unit or '*':<12} {','.join(each.roles)}  {each.name}")


async def _all(house: House) -> list[Account]:
    accounts: list[Account] = []
    cursor = ""
    while True:
        page = await house.services.people.listed(cursor=cursor, actor=GATEWAY, limit=500)
        accounts += page.items
        if not (cursor := page.next_cursor):
            return accounts


async def _reset(house: House, login: str, at: datetime, say: Say) -> None:
    account = await house.services.people.account_of(login, actor=GATEWAY)
    password = await house.services.people.reset(account.account_no, version=account.version, actor=GATEWAY, at=at)
    say(f"{password}\nMật khẩu này chỉ hiện một lần, dùng một lần. Tài khoản: {account.login}")


async def _set_state(house: House, login: str, state: str, at: datetime, say: Say) -> None:
    people = house.services.people
    account = await people.account_of(login, actor=GATEWAY)
    await people.set_state(account.account_no, state, version=account.version, actor=GATEWAY, at=at)
    say(f"Tài khoản {account.login}: {_STATES[state]}.")
