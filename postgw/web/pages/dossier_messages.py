"""What the citizen of a dossier was told, how they want to be told, and the links that open their page.

For the desk with somebody on the telephone: each message with its matter, channel and fate, without text and address;
the wish kept for them; the link sent again, or every link shut.

Stands on: dossier_words, message_words. Used by: routes.
"""

from __future__ import annotations

from aiohttp import web

from postgw.domain.errors import Conflict, Invalid, Unknown
from postgw.services.overview import Whole
from postgw.web.errors import kind_of
from postgw.web.language import sentence

from .dossier_words import path_of, whole_of
from .message_words import CHANNELS, MATTERS, REASONS, STATES
from .visit import Visit, go_to

_STOP = "none"
_DONE = {
    "wish": sentence("Đã ghi cách nhắn."), "link": sentence("Đường dẫn đang được gửi đến điện thoại của hồ sơ."),
    "shut": sentence("Đã khoá các đường dẫn đã gửi và đã in."), "again": sentence("Đang nhắn lại."),
}  # fmt: skip


async def show(visit: Visit) -> web.Response:
    """Show the messages of a dossier, and what may be done."""
    return await _page(visit, await _ours(visit))


async def act(visit: Visit) -> web.Response:
    """Do one of the acts, and show the page anew."""
    whole, typed = await _ours(visit), await visit.typed()
    key = whole.kept.dossier.key
    try:
        done = await _done(visit, key, typed)
    except (Invalid, Conflict, Unknown) as error:
        said = visit.say(error.template, **error.values)
        return await _page(visit, whole, wrong=said, status=kind_of(error).status)
    return go_to(path_of(key, f"/messages?done={done}"))


async def _done(visit: Visit, key: str, typed: dict[str, str]) -> str:
    wishes, links = visit.services.message_wishes, visit.services.link_sending
    act, way = typed.get("act", ""), typed.get("way", "")
    if act == "wish":
        stopped = way == _STOP
        channel = "" if stopped else way
        await wishes.choose_for(key, channel=channel, stopped=stopped, actor=visit.actor, at=visit.at)
    elif act == "link":
        await links.send_link(key, actor=visit.actor, at=visit.at)
    elif act == "shut":
        await links.shut_links(key, actor=visit.actor, at=visit.at)
    elif act == "again" and typed.get("errand", "").isdecimal():
        await wishes.again(key, int(typed["errand"][:18]), actor=visit.actor, at=visit.at)
    else:
        raise Unknown("Không có việc này.", code="address.unknown")
    return act


async def _ours(visit: Visit) -> Whole:
    """Return a dossier of this desk's own; of another's, a post office sees items and no messages."""
    whole = await whole_of(visit, visit.path("key"))
    if not whole.is_ours:
        raise Unknown("Không có gì ở địa chỉ này.", code="address.unknown")
    return whole


async def _page(visit: Visit, whole: Whole, *, wrong: str = "", status: int = 200) -> web.Response:
    key, wishes = whole.kept.dossier.key, visit.services.message_wishes
    done = "" if wrong else _DONE.get(visit.query("done"), "")
    return visit.show(
        "desk_dossier_messages.html", status=status, dossier=whole.kept.dossier, path=path_of(key), wrong=wrong,
        told=await wishes.told(key, actor=visit.actor), stop=_STOP, done=done,
        found=await wishes.of_dossier(key, actor=visit.actor, at=visit.at), matters=MATTERS, channels=CHANNELS,
        fates=STATES, reasons=REASONS,
    )  # fmt: skip
