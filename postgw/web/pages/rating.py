"""The rating page: one question, five answers, a box to write in; and thanks.

Reached by the link in the citizen's text, or from their own page. It names nobody and shows no number.

Stands on: services.satisfaction, secret_acts.

Used by: routes.
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from postgw.domain.errors import Invalid, Unknown
from postgw.domain.rating import COMMENT_MOST
from postgw.web.language import sentence

from .secret_acts import counted, dead, not_now, page_of
from .visit import Visit, go_to

#: The best first: it is the most frequent answer, and the thumb is near.
_SCORES = {
    5: sentence("Rất hài lòng"), 4: sentence("Hài lòng"), 3: sentence("Bình thường"), 2: sentence("Không hài lòng"),
    1: sentence("Rất không hài lòng"),
}  # fmt: skip


async def ask(visit: Visit) -> web.Response:
    """Show the question, or how it ended."""
    counted(visit)
    try:
        question = await visit.services.satisfaction.question(visit.path("token"), at=visit.at)
    except Unknown:
        return visit.show("rating.html", status=404, stands="unknown", **_form())
    return visit.show("rating.html", stands=question.state, **_form())


async def answer(visit: Visit) -> web.Response:
    """Take the answer."""
    counted(visit)
    typed = await visit.typed()
    score, comment = typed.get("score", ""), typed.get("comment", "")
    try:
        question = await visit.services.satisfaction.answer(
            visit.path("token"), score=int(score) if score.isascii() and score.isdecimal() else 0, comment=comment,
            at=visit.at,
        )  # fmt: skip
    except Unknown:
        return visit.show("rating.html", status=404, stands="unknown", **_form())
    except Invalid as error:
        wrong = visit.say(error.template, **error.values)
        return visit.show("rating.html", status=422, stands="open", **_form(wrong=wrong, chosen=score, comment=comment))
    return visit.show("rating.html", stands=question.state, **_form())


async def ask_on_page(visit: Visit) -> web.Response:
    """Show the question, or how it ended, to the holder of a citizen's page."""
    counted(visit)
    question = await visit.services.satisfaction.of_page(visit.path("token"), at=visit.at)
    if question is None:
        return await _nothing(visit)
    return visit.show("rating.html", stands=question.state, **_form(back=page_of(visit)))


async def answer_on_page(visit: Visit) -> web.Response:
    """Take the answer from a citizen's page."""
    counted(visit)
    typed = await visit.typed()
    score, comment = typed.get("score", ""), typed.get("comment", "")
    try:
        question = await visit.services.satisfaction.answer_by_page(
            visit.path("token"), score=int(score) if score in {"1", "2", "3", "4", "5"} else 0, comment=comment,
            at=visit.at,
        )  # fmt: skip
    except Invalid as error:
        form = _form(
            wrong=visit.say(error.template, **error.values), chosen=score, comment=comment, back=page_of(visit)
        )
        return visit.show("rating.html", status=422, stands="open", **form)
    return go_to(visit.request.path) if question else await _nothing(visit)


async def _nothing(visit: Visit) -> web.Response:
    """Answer where nothing was delivered yet, or the link is dead."""
    if await visit.services.secret_page.shown(visit.path("token"), at=visit.at) is None:
        return dead(visit)
    return not_now(
        visit, visit.say(sentence("Chưa đánh giá được: kết quả chưa phát đến bạn.")),
        visit.say(sentence("Nhận xong, trang này mở câu hỏi.")),
    )  # fmt: skip


def _form(*, wrong: str = "", chosen: str = "", comment: str = "", back: str = "") -> dict[str, Any]:
    return {"scores": _SCORES, "most": COMMENT_MOST, "wrong": wrong, "chosen": chosen, "comment": comment, "back": back}
