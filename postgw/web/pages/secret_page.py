"""The citizen's own page, behind a secret link: where the paper is, when it comes, what to do.

A link that is none of ours, too old or shut gets one kind sentence, and nothing of anybody. Telephones are lent and
links forwarded, so even here names are masked, an address ends at its commune, and no procedure and no number of
identity is named. The title of the page is the same for all.

Stands on: secret_answer, secret_line, secret_ready, page_offers. Used by: routes.
Source: Circular 01/2018/TT-VPCP art. 16.2.d; Circular 17/2017/TT-BTTTT art. 12, 15.
"""

from __future__ import annotations

from aiohttp import web

from postgw.services.secret_page import Shown
from postgw.web.language import sentence
from postgw.web.serve import PUBLIC, address_of

from . import session
from .page_offers import acts_of, letters_of
from .secret_answer import answer_of
from .secret_line import line_of
from .secret_ready import calls_of, law_of, ready_of
from .secret_words import ago_words, hour_words, span_words, words_of
from .visit import Visit

#: How the age of the last word looks: state, icon, word.
FRESH = {
    "fresh": ("ok", "ok", sentence("Tin còn mới.")), "slow": ("warn", "warn", sentence("Chậm tin.")),
    "silent": ("late", "late", sentence("Lâu chưa có tin.")),
}  # fmt: skip

_AGE = sentence(
    "{Carrier} báo lần cuối lúc {moment}, {ago}. Ở chặng này thường {span} có một tin, không kể đêm và ngày nghỉ."
)
_LAST = sentence("Tin cuối của bưu điện lúc {moment}, {ago}. Cơ quan đang giữ nên bưu điện không có tin mới.")
_WAITS = sentence("Tin cuối lúc {moment}, {ago}. Đang chờ nên không có tin mới là bình thường.")


async def page(visit: Visit) -> web.Response:
    """Show the page."""
    session.count(visit.request, PUBLIC, address_of(visit.request))
    with visit.services.secret_page.look():
        return await _drawn(visit, visit.path("token"))


async def _drawn(visit: Visit, token: str) -> web.Response:
    it = await visit.services.secret_page.shown(token, at=visit.at)
    if it is None:
        return visit.show("secret_dead.html", status=404)
    acts = await acts_of(visit, it, token)
    chooses = any(act.href.endswith("/choose") for act in acts)
    ready = (*ready_of(visit, it), *await letters_of(visit, it, token))
    return visit.show(
        "secret_page.html", it=it, token=token, answer=answer_of(visit, it, may_act=chooses), chooses=chooses,
        line=line_of(visit, it), ready=ready, acts=acts, calls=calls_of(visit, it), law=law_of(visit, it), looks=FRESH,
        fresh=it.outlook.fresh if it.outlook else None, fresh_words=_fresh_words(visit, it),
        heard_words=_heard_words(visit, it),
    )  # fmt: skip


def _fresh_words(visit: Visit, it: Shown) -> str:
    """Return how old the last word is, and how often its stage usually tells something."""
    fresh = it.outlook.fresh if it.outlook else None
    if fresh is None:
        return ""
    values = words_of(visit, it, it.way) if it.way else {}
    return visit.say(
        _AGE, Carrier=values.get("Carrier", ""), moment=hour_words(visit, fresh.heard_at),
        ago=ago_words(visit, fresh.heard_at), span=span_words(visit, fresh),
    )  # fmt: skip


def _heard_words(visit: Visit, it: Shown) -> str:
    """Return when something was heard last where no age is judged: it waits for a person, or the agency has it."""
    heard = [way.custody.heard_at for way in it.ways if way.custody.heard_at]
    if not heard or (it.way and it.way.custody.ended and not it.is_with_agency):
        return ""
    last = max(heard)
    words = _LAST if it.is_with_agency else _WAITS
    return visit.say(words, moment=hour_words(visit, last), ago=ago_words(visit, last))
