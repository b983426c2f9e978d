"""The administrator's pages of people: who has an account, who is signed in now.

A password that an administrator makes is shown once, in the answer to the act, and stands nowhere afterwards. Two
administrators at one account: the second is told who changed it, and sees how it stands.

Stands on: browsers, moments, visit. Used by: routes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from postgw.domain.account import Account
from postgw.domain.change import Change
from postgw.domain.errors import Conflict, Mistake, Unknown
from postgw.domain.page import Page
from postgw.rules.roles import load_roles
from postgw.web.language import sentence

from . import moments
from .browsers import in_words
from .visit import Visit, go_to

USERS = "/desk/admin/users"
STATES = {"open": sentence("Đang mở"), "blocked": sentence("Đã khoá")}
ACTS = {
    "made": sentence("Đã tạo tài khoản"), "changed": sentence("Sửa"), "blocked": sentence("Khoá"),
    "open": sentence("Mở"), "reset": sentence("Đặt lại mật khẩu"), "password": sentence("Tự đổi mật khẩu"),
    "second_factor": sentence("Bật hoặc tắt lớp bảo vệ thứ hai"),
}  # fmt: skip
_FIELDS = {"name": sentence("họ tên"), "unit": sentence("đơn vị"), "roles": sentence("vai trò")}
_HEADINGS = (
    sentence("Tài khoản"), sentence("Họ tên"), sentence("Đơn vị"), sentence("Vai trò"), sentence("Tình trạng"),
    sentence("Đăng nhập gần nhất"),
)  # fmt: skip
_DONE = {
    "changed": sentence("Đã ghi."), "blocked": sentence("Đã khoá tài khoản, mọi phiên đã đóng."),
    "open": sentence("Đã mở tài khoản."), "ended": sentence("Đã đóng phiên."),
}  # fmt: skip
_NEWER = sentence("{who} vừa sửa tài khoản này lúc {moment}. Xem bản mới rồi ghi lại nếu còn cần.")
_FILE_MOST = 5000


async def users(visit: Visit) -> web.Response:
    """Show who has an account: of a unit, in a state, with a part of a login."""
    asked = _asked(visit)
    page = await _page(visit, visit.query("cursor")[:60], 50)
    kept = {name: text for name, text in asked.items() if text}
    following = f"?{urlencode({**kept, 'cursor': page.next_cursor})}" if page.next_cursor else ""
    return visit.show(
        "desk_users.html", rows=page.items, asked=asked, following=following, whole=urlencode(kept),
        **await _words(visit),
    )  # fmt: skip


async def _page(visit: Visit, cursor: str, limit: int) -> Page[Account]:
    asked = _asked(visit)
    return await visit.services.people.listed(
        unit=asked["unit"], state=asked["state"], login=asked["login"], cursor=cursor, actor=visit.actor, limit=limit
    )


def _asked(visit: Visit) -> dict[str, str]:
    return {name: visit.query(name)[:60] for name in ("unit", "state", "login")}


async def _words(visit: Visit) -> dict[str, Any]:
    units = await visit.services.enquiry.units(actor=visit.actor)
    english = visit.language == "en"
    roles = {code: role.title_en if english else role.title for code, role in load_roles().items() if role.for_people}
    return {
        "units": {unit.code: unit.name for unit in units}, "roles": roles, "states": STATES,
        "desks": [unit for unit in units if unit.kind == "desk"],
        "offices": [unit for unit in units if unit.kind != "desk"],
    }  # fmt: skip


async def users_file(visit: Visit) -> web.Response:
    """Give the same list as a file."""
    words, cursor = await _words(visit), ""
    rows: list[tuple[str, ...]] = []
    while len(rows) < _FILE_MOST:
        page = await _page(visit, cursor, 500)
        rows += [_row(visit, each, words) for each in page.items]
        if not (cursor := page.next_cursor):
            break
    headings = [visit.say(each) for each in _HEADINGS]
    return await visit.sheet(visit.say(sentence("Người dùng")), headings, rows, visit.path("kind"))


def _row(visit: Visit, each: Account, words: Mapping[str, Any]) -> tuple[str, ...]:
    roles = ", ".join(words["roles"].get(code, code) for code in each.roles)
    seen = f"{each.seen_at:%Y-%m-%d %H:%M}Z" if each.seen_at else ""
    return each.login, each.name, words["units"].get(each.unit, ""), roles, visit.say(STATES[each.state]), seen


async def form(visit: Visit) -> web.Response:
    """Show the form for a new account."""
    return await _form_shown(visit, {}, ())


async def _form_shown(
    visit: Visit, typed: Mapping[str, str], roles: tuple[str, ...], *, wrong: Mistake | None = None
) -> web.Response:
    return visit.show(
        "desk_user_new.html", status=_status(wrong), typed=typed, ticked=roles, **_wrong(visit, wrong),
        **await _words(visit),
    )  # fmt: skip


def _status(wrong: Mistake | None) -> int:
    if wrong is None:
        return 200
    return 409 if isinstance(wrong, Conflict) else 422


def _wrong(visit: Visit, wrong: Mistake | None) -> dict[str, str]:
    return {"why": visit.say(wrong.template, **wrong.values) if wrong else "", "field": wrong.field if wrong else ""}


async def make(visit: Visit) -> web.Response:
    """Make an account; the answer shows its password, once."""
    typed, roles = await visit.typed(), await visit.chosen("roles")
    try:
        account, password = await visit.services.people.make(
            login=typed.get("login", ""), name=typed.get("name", ""), unit=typed.get("unit", ""), roles=roles,
            actor=visit.actor, at=visit.at,
        )  # fmt: skip
    except Mistake as wrong:
        return await _form_shown(visit, typed, roles, wrong=wrong)
    return await _once(visit, account, password)


async def _once(visit: Visit, account: Account, password: str) -> web.Response:
    return visit.show("desk_user_once.html", account=account, password=password, **await _words(visit))


async def user(visit: Visit) -> web.Response:
    """Show one account, what may be done with it, and what was."""
    return await _user_shown(visit)


async def _user_shown(
    visit: Visit, *, wrong: Mistake | None = None, typed: Mapping[str, str] | None = None,
    roles: tuple[str, ...] | None = None,
) -> web.Response:  # fmt: skip
    account = await visit.services.people.account(visit.path("number"), actor=visit.actor)
    log = await visit.services.changes.listed(kind="account", subject=account.login, actor=visit.actor, limit=10)
    told = _wrong(visit, wrong)
    if wrong is not None and wrong.code == "account.stale":
        typed = roles = None
        told["why"] = _who_was_first(visit, log.items) or told["why"]
    return visit.show(
        "desk_user.html", status=_status(wrong), account=account, done=_DONE.get(visit.query("done"), ""), **told,
        typed=typed or {"name": account.name, "unit": account.unit}, ticked=account.roles if roles is None else roles,
        locked=account.is_locked(visit.at), log=[(change, *_told(change)) for change in log.items],
        is_own=account.login == visit.actor.name, fields=_FIELDS, acts=ACTS, **await _words(visit),
    )  # fmt: skip


def _who_was_first(visit: Visit, log: tuple[Change, ...]) -> str:
    if not log:
        return ""
    changed = moments.when(log[0].changed_at, now=visit.at, language=visit.language)
    return visit.say(_NEWER, who=log[0].changed_by, moment=changed)


def _told(change: Change) -> tuple[str, list[tuple[str, object, object]]]:
    """Return the words of an act, and of each field before and after."""
    differing = [
        (name, change.before.get(name), change.after.get(name))
        for name in _FIELDS
        if change.act == "changed" and name in change.after
    ]
    return ACTS.get(change.act, change.act), differing


def _version(typed: Mapping[str, str]) -> int:
    text = typed.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


async def change(visit: Visit) -> web.Response:
    """Change name, unit and roles of an account."""
    typed, roles, number = await visit.typed(), await visit.chosen("roles"), visit.path("number")
    try:
        await visit.services.people.change(
            number, name=typed.get("name", ""), unit=typed.get("unit", ""), roles=roles, version=_version(typed),
            actor=visit.actor, at=visit.at,
        )  # fmt: skip
    except Unknown:
        raise
    except Mistake as wrong:
        return await _user_shown(visit, wrong=wrong, typed=typed, roles=roles)
    return go_to(f"{USERS}/{number}?done=changed")


async def set_state(visit: Visit) -> web.Response:
    """Block an account or open it."""
    typed, number = await visit.typed(), visit.path("number")
    state = typed.get("state", "")
    try:
        await visit.services.people.set_state(
            number, state, version=_version(typed), actor=visit.actor, at=visit.at
        )  # fmt: skip
    except Unknown:
        raise
    except Mistake as wrong:
        return await _user_shown(visit, wrong=wrong)
    return go_to(f"{USERS}/{number}?done={state}")


async def reset(visit: Visit) -> web.Response:
    """Set a password that serves once; the answer shows it, once."""
    typed, number = await visit.typed(), visit.path("number")
    try:
        password = await visit.services.people.reset(
            number, version=_version(typed), actor=visit.actor, at=visit.at
        )  # fmt: skip
    except Conflict as wrong:
        return await _user_shown(visit, wrong=wrong)
    return await _once(visit, await visit.services.people.account(number, actor=visit.actor), password)


async def sittings(visit: Visit) -> web.Response:
    """Show who is signed in now."""
    return await _sittings_shown(visit)


async def _sittings_shown(visit: Visit, *, status: int = 200, why: str = "") -> web.Response:
    live = await visit.services.sittings.live(actor=visit.actor, at=visit.at)
    assert visit.holder is not None
    return visit.show(
        "desk_sittings.html", status=status, why=why, this=visit.holder.sitting.sitting_no,
        rows=[(each, *in_words(each.browser)) for each in live], done=_DONE.get(visit.query("done"), ""),
        **await _words(visit),
    )  # fmt: skip


async def end_sittings(visit: Visit) -> web.Response:
    """End somebody's sitting, or everybody's."""
    typed = await visit.typed()
    number = typed.get("number", "")
    if typed.get("act") == "all":
        await visit.services.sittings.end_everybodys(actor=visit.actor, at=visit.at)
        return go_to("/signin?stale=1")
    known = int(number) if number.isascii() and number.isdecimal() and len(number) <= 18 else 0
    try:
        await visit.services.sittings.end_one(known, actor=visit.actor, at=visit.at)
    except Unknown as gone:
        return await _sittings_shown(visit, status=404, why=visit.say(gone.template))
    return go_to("/desk/admin/sittings?done=ended")
