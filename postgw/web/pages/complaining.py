"""Complaining on the citizen's own page: what about, in one's own words; the number and the day of the answer at once.

Later the same address shows how it stands: taken, looked into, answered, closed, and the way on for whom the answer
does not satisfy. What the staff wrote among themselves stands nowhere here.

Stands on: visit, secret_acts. Used by: routes.
Source: Circular 17/2017/TT-BTTTT art. 8; Law on Post 2010 art. 38, 39.
"""

from __future__ import annotations

from secrets import token_urlsafe

from aiohttp import web

from postgw.domain.errors import Conflict, Invalid
from postgw.services.cases import Complaint, ComplaintPage
from postgw.web.language import sentence

from .progress import WHAT
from .secret_acts import Wrong, counted, dead, not_now, page_of, wrong_of
from .visit import Visit, go_to

#: In the words of who complains, the most frequent first; the keys are those of `domain.case`.
ABOUTS = {
    "late": sentence("Chậm"), "loss": sentence("Mất, hoặc báo đã phát mà chưa nhận được"),
    "damage": sentence("Hư hỏng, rách, ướt"), "tampering": sentence("Bị mở, thiếu hoặc bị tráo giấy tờ"),
    "staff": sentence("Thái độ, cách làm của bưu tá hoặc nhân viên"), "price": sentence("Tiền cước, tiền thu hộ"),
    "other": sentence("Chuyện khác về bưu gửi"),
}  # fmt: skip
OUTCOMES = {
    "upheld": sentence("Bưu điện nhận khiếu nại là đúng."),
    "partly": sentence("Bưu điện nhận khiếu nại đúng một phần."),
    "rejected": sentence("Bưu điện không nhận khiếu nại."),
}  # fmt: skip


async def form(visit: Visit) -> web.Response:
    """Show what was complained about, and the form."""
    counted(visit)
    page = await visit.services.cases.complaint_page(visit.path("token"), at=visit.at)
    return _shown(visit, page) if page else dead(visit)


async def complain(visit: Visit) -> web.Response:
    """Take a complaint; the same form again is the same complaint."""
    counted(visit)
    token, typed = visit.path("token"), await visit.typed()
    page = await visit.services.cases.complaint_page(token, at=visit.at)
    if page is None:
        return dead(visit)
    told = Complaint(
        case_id=typed.get("form", ""), number=typed.get("number", ""), about=typed.get("about", ""),
        statement=typed.get("statement", ""), complainant_name="", complainant_phone=typed.get("phone", ""),
    )  # fmt: skip
    try:
        await visit.services.cases.open_by_page(token, told, at=visit.at)
    except (Invalid, Conflict) as error:
        wrong = wrong_of(visit, error)
        return _shown(visit, page, typed=typed, wrong=Wrong(field=_FIELDS.get(wrong.field, wrong.field), why=wrong.why))
    return go_to(visit.request.path)


_FIELDS = {"complainant_phone": "phone", "case_id": ""}


def _shown(
    visit: Visit, page: ComplaintPage, *, typed: dict[str, str] | None = None, wrong: Wrong | None = None
) -> web.Response:
    if not page.carried:
        return not_now(
            visit, visit.say(sentence("Chưa có gì để khiếu nại: hồ sơ này chưa có bưu gửi nào đi qua bưu điện.")),
            visit.say(sentence("Việc giải quyết hồ sơ thì hỏi bộ phận Một cửa nơi nộp.")),
        )  # fmt: skip
    form = (typed or {}).get("form") or token_urlsafe(12)
    return visit.show(
        "complaint.html", status=422 if wrong else 200, page=page, typed=typed or {}, wrong=wrong, form=form,
        abouts=ABOUTS, outcomes=OUTCOMES, legs=WHAT, back=page_of(visit), here_again=visit.request.path,
    )  # fmt: skip
