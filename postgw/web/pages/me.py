"""One's own account: what it may do, its password, its second factor, and the screens at which it is signed in.

Everybody who signs in has these pages, whichever face they work at. What is secret is shown once, to its owner: a
password never, the second factor while it is set up.

Stands on: signin, browsers. Used by: routes.
Source: NIST SP 800-63B sections 3.1.4 (one-time codes of an app) and 5.1 (sessions that their owner can end).
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from postgw.domain.account import PASSWORD_MOST, Account
from postgw.domain.errors import Forbidden, Mistake, Unknown
from postgw.domain.role import Role
from postgw.rules.roles import load_acts, load_roles
from postgw.web.language import sentence

from . import signin
from .browsers import in_words
from .visit import Visit, go_to

_NOT_THE_SAME = sentence("Hai lần ghi mật khẩu mới chưa giống nhau.")
_NO_ACCOUNT = sentence("Mã truy cập của máy không có mật khẩu và lớp bảo vệ thứ hai.")
_DONE = {
    "password": sentence("Đã đổi mật khẩu. Các phiên khác của tài khoản đã đóng."),
    "on": sentence("Đã bật lớp bảo vệ thứ hai. Lần đăng nhập sau cần thêm mã trên điện thoại."),
    "off": sentence("Đã tắt lớp bảo vệ thứ hai."),
    "ended": sentence("Đã đóng phiên."),
}  # fmt: skip


async def account(visit: Visit) -> web.Response:
    """Show one's own account."""
    return await _shown(visit)


async def _shown(visit: Visit, *, status: int = 200, why: str = "") -> web.Response:
    assert visit.holder is not None
    english = visit.language == "en"
    sittings = await visit.services.sittings.own(visit.holder, at=visit.at)
    return visit.show(
        "me.html", status=status, why=why, done=_DONE.get(visit.query("done"), ""), own=visit.holder.account,
        roles=[_told(role, english=english) for role in _roles(visit.holder.account)],
        acts=_acts(visit, english=english), this=visit.holder.sitting.sitting_no,
        sittings=[(each, *in_words(each.browser)) for each in sittings], **await _way_back(visit),
    )  # fmt: skip


def _roles(account: Account | None) -> list[Role]:
    known = load_roles()
    return [known[code] for code in account.roles if code in known] if account else []


def _told(role: Role, *, english: bool) -> str:
    return role.title_en if english else role.title


def _acts(visit: Visit, *, english: bool) -> dict[str, list[str]]:
    """Return what this account may do, and what it may only look at."""
    titles = {scope: words[1 if english else 0] for scope, words in load_acts().items()}
    reads = visit.actor.as_reader().scopes - visit.may
    return {
        "does": [title for scope, title in titles.items() if scope in visit.may],
        "reads": [title for scope, title in titles.items() if scope in reads],
    }


async def _way_back(visit: Visit) -> dict[str, Any]:
    return {"home": await signin.first_page(visit, visit.actor)}


def _own(visit: Visit) -> Account:
    if visit.holder is None or visit.holder.account is None:
        raise Forbidden(_NO_ACCOUNT, code="account.none")
    return visit.holder.account


async def password_form(visit: Visit) -> web.Response:
    """Show the form for another password; whoever signed in with one that serves once comes here first."""
    _own(visit)
    return await _password_shown(visit)


async def _password_shown(visit: Visit, *, status: int = 200, why: str = "", field: str = "") -> web.Response:
    least = visit.services.people.terms.password_least
    return visit.show(
        "me_password.html", status=status, why=why, field=field, forced=_own(visit).must_change, least=least,
        most=PASSWORD_MOST, **await _way_back(visit),
    )  # fmt: skip


async def change_password(visit: Visit) -> web.Response:
    """Change one's own password."""
    own, typed = _own(visit), await visit.typed()
    assert visit.holder is not None
    if typed.get("password", "") != typed.get("again", ""):
        return await _password_shown(visit, status=422, why=visit.say(_NOT_THE_SAME), field="/again")
    try:
        await visit.services.people.choose_password(
            own, old=typed.get("old", ""), new=typed.get("password", ""),
            sitting_no=visit.holder.sitting.sitting_no, actor=visit.actor, at=visit.at,
        )  # fmt: skip
    except Mistake as wrong:
        said = visit.say(wrong.template, **wrong.values)
        return await _password_shown(visit, status=_status(wrong), why=said, field=wrong.field)
    return go_to(await signin.first_page(visit, visit.actor) if own.must_change else "/me?done=password")


def _status(wrong: Mistake) -> int:
    return 403 if isinstance(wrong, Forbidden) else 422


async def second_factor(visit: Visit) -> web.Response:
    """Show the second factor: what was proposed, to be taken over into a telephone, or how it is taken off."""
    return await _second_factor_shown(visit)


async def _second_factor_shown(visit: Visit, *, status: int = 200, why: str = "") -> web.Response:
    own = _own(visit)
    proposal = await visit.services.people.proposed_second_factor(own)
    if not own.has_second_factor and proposal is None:
        return go_to("/me")
    return visit.show(
        "me_second_factor.html", status=status, why=why, on=own.has_second_factor,
        secret=proposal.text if proposal else "", uri=proposal.uri if proposal else "", **await _way_back(visit),
    )  # fmt: skip


async def second_factor_picture(visit: Visit) -> web.Response:
    """Give the QR code of the proposed second factor."""
    picture = await visit.services.people.second_factor_picture(_own(visit))
    return web.Response(body=picture, content_type="image/png", headers={"Cache-Control": "no-store"})


async def set_second_factor(visit: Visit) -> web.Response:
    """Begin with a second factor, let it count, or take it off."""
    own, typed, people = _own(visit), await visit.typed(), visit.services.people
    try:
        if typed.get("act") == "begin":
            await people.propose_second_factor(own)
            return go_to("/me/second-factor")
        if typed.get("act") == "drop":
            await people.drop_second_factor(own, typed.get("password", ""), actor=visit.actor, at=visit.at)
            return go_to("/me?done=off")
        await people.confirm_second_factor(own, typed.get("code", "")[:20], actor=visit.actor, at=visit.at)
    except Mistake as wrong:
        said = visit.say(wrong.template, **wrong.values)
        return await _second_factor_shown(visit, status=_status(wrong), why=said)
    return go_to("/me?done=on")


async def end_sitting(visit: Visit) -> web.Response:
    """End one of one's own sittings, or all but this one."""
    typed = await visit.typed()
    assert visit.holder is not None
    number = typed.get("number", "")
    if typed.get("act") == "others":
        await visit.services.sittings.end_others(visit.holder, at=visit.at)
        return go_to("/me?done=ended#phien")
    if not (number.isascii() and number.isdecimal() and len(number) <= 18):
        number = "0"
    try:
        await visit.services.sittings.end_own(visit.holder, int(number), at=visit.at)
    except Unknown as gone:
        return await _shown(visit, status=404, why=visit.say(gone.template))
    return go_to("/me?done=ended#phien")
