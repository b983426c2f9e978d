"""The rating page: one question, five answers, a box to write in; and thanks.

Reached by the link in the citizen's text alone. It names nobody and shows no number. Stands on: services.satisfaction.

Used by: routes.
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from postgw.domain.errors import Invalid, Unknown
from postgw.domain.rating import COMMENT_MOST
from postgw.web.language import sentence
from postgw.web.serve import PUBLIC, address_of

from . import session
from .visit import Visit

#: The best first: it is the most frequent answer, and the thumb is near.
_SCORES = {
    5: sentence("Rất hài lòng"), 4: sentence("Hài lòng"), 3: sentence("Bình thường"), 2: sentence("Không hài lòng"),
    1: sentence("Rất không hài lòng"),
}  # fmt: skip


async def ask(visit: Visit) -> web.Response:
    """Show the question, or how it ended."""
    _count(visit)
    try:
        question = await visit.services.satisfaction.question(visit.path("token"), at=visit.at)
    except Unknown:
        return visit.show("rating.html", status=404, stands="unknown", **_form())
    return visit.show("rating.html", stands=question.state, **_form())


async def answer(visit: Visit) -> web.Response:
    """Take the answer."""
    _count(visit)
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


def _count(visit: Visit) -> None:
    session.count(visit.request, PUBLIC, address_of(visit.request))


def _form(*, wrong: str = "", chosen: str = "", comment: str = "") -> dict[str, Any]:
    return {"scores": _SCORES, "most": COMMENT_MOST, "wrong": wrong, "chosen": chosen, "comment": comment}
