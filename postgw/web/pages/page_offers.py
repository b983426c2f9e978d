"""What a citizen may do from their own page, each with one line that says what it costs or until when it can be done.

Each service that has an act for citizens answers for itself whether it is possible now; here stands one asker for each,
and the page draws what they return, in this order. A proxy who was named is asked for here too, for it adds to what
must be had ready.

Stands on: visit, choosing, secret_ready. Used by: secret_page.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from postgw.domain.privacy import mask_name
from postgw.services.choosing import Offer
from postgw.services.secret_page import Shown
from postgw.web.language import sentence

from .choosing import PAYERS
from .drawing import thousands
from .secret_ready import Ready
from .secret_words import day_words, office_words
from .visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing that may be done: where, what, and what to know before."""

    href: str
    title: str
    below: str = ""


Asker = Callable[[Visit, Shown, str], Awaitable[tuple[Act, ...]]]
_FREE = sentence("Không mất thêm tiền.")


async def _choosing(visit: Visit, it: Shown, token: str) -> tuple[Act, ...]:
    """Fetch it oneself, or have it come another time."""
    offer = await visit.services.choosing.offer_by_page(token, at=visit.at)
    if offer is None or not offer.standing.phase:
        return ()
    office = office_words(visit, it, it.outlook.office) if it.outlook else ""
    fetch = visit.say(sentence("Tự ra {office} nhận"), office=office or visit.say(sentence("bưu cục")))
    href = f"/m/{token}/choose"
    again = Act(href=href, title=visit.say(sentence("Hẹn buổi khác")), below=_price(visit, offer))
    lies_there = offer.consignment.custody.state == "held"
    return (again,) if lies_there else (Act(href=href, title=fetch, below=visit.say(_FREE)), again)


def _price(visit: Visit, offer: Offer) -> str:
    halves = visit.say(sentence("Chọn ngày, sáng hoặc chiều."))
    if not offer.cost_dong:
        return f"{visit.say(_FREE)} {halves}"
    dong, payer = thousands(offer.cost_dong), visit.say(PAYERS[offer.paid_by])
    return f"{visit.say(sentence('{dong} đồng, {payer}.'), dong=dong, payer=payer)} {halves}"


async def _proxy(visit: Visit, it: Shown, token: str) -> tuple[Act, ...]:
    standing = await visit.services.proxies.standing(token, at=visit.at)
    if standing is None or not standing.is_possible:
        return ()
    title = sentence("Đổi người nhận thay") if standing.current else sentence("Nhờ người khác nhận")
    below = visit.say(sentence("Người đó mang giấy uỷ quyền và căn cước."))
    return (Act(href=f"/m/{token}/proxy", title=visit.say(title), below=below),)


async def _return_request(visit: Visit, it: Shown, token: str) -> tuple[Act, ...]:
    """Have the result brought, or brought elsewhere; what was asked can be looked at."""
    standing = await visit.services.return_requests.standing(token, at=visit.at)
    if standing is None or not (standing.may or standing.open):
        return ()
    kind = standing.may or (standing.open.wish.kind if standing.open else "")
    if standing.open:
        below = visit.say(sentence("Bạn đã gửi đề nghị, đang chờ trả lời."))
    else:
        below = visit.say(sentence("Xem giá và ai trả trước khi ghi."))
    if kind == "register":
        title, path = sentence("Nhận kết quả tại nhà qua bưu điện"), "register"
    else:
        title, path = sentence("Nhận ở địa chỉ khác"), "address"
    return (Act(href=f"/m/{token}/{path}", title=visit.say(title), below=below),)


async def _complaint(visit: Visit, it: Shown, token: str) -> tuple[Act, ...]:
    page = await visit.services.cases.complaint_page(token, at=visit.at)
    if page is None or not (page.carried or page.cases):
        return ()
    if page.cases:
        newest = page.cases[0]
        below = (
            visit.say(sentence("Đang xem xét, trả lời chậm nhất {day}."), day=day_words(visit, newest.case.due_on))
            if newest.case.state == "open" else visit.say(sentence("Đã có trả lời."))
        )  # fmt: skip
        return (Act(href=f"/m/{token}/complaint", title=visit.say(sentence("Xem khiếu nại của bạn")), below=below),)
    below = ""
    if page.answered_by:
        below = visit.say(sentence("Khiếu nại gửi bây giờ được trả lời chậm nhất {day}."),
                          day=day_words(visit, page.answered_by))  # fmt: skip
    return (Act(href=f"/m/{token}/complaint", title=visit.say(sentence("Có gì không ổn")), below=below),)


async def _rating(visit: Visit, it: Shown, token: str) -> tuple[Act, ...]:
    question = await visit.services.satisfaction.of_page(token, at=visit.at)
    if question is None or question.state != "open":
        return ()
    below = visit.say(sentence("Một câu hỏi, không ghi tên bạn."))
    return (Act(href=f"/m/{token}/rate", title=visit.say(sentence("Đánh giá lần trả này")), below=below),)


async def _messages(visit: Visit, it: Shown, token: str) -> tuple[Act, ...]:
    """How to be told; and shutting a link that came into strange hands."""
    wishes = await visit.services.message_wishes.of(token, at=visit.at)
    lock = Act(
        href=f"/m/{token}/lock", title=visit.say(sentence("Khoá đường dẫn này")),
        below=visit.say(sentence("Khi lỡ gửi cho người lạ. Đường dẫn mới gửi đến điện thoại trên hồ sơ.")),
    )  # fmt: skip
    if wishes is None or not wishes.channels:
        return (lock,)
    below = sentence("Bạn đã thôi nhận tin.") if wishes.wish.stopped else sentence("Đổi kênh, hoặc thôi nhận tin.")
    title = visit.say(sentence("Cách nhận tin"))
    return (Act(href=f"/m/{token}/messages", title=title, below=visit.say(below)), lock)


#: One for each service with acts; the last word of each is the token of the page.
ASKERS: tuple[Asker, ...] = (_choosing, _proxy, _return_request, _rating, _complaint, _messages)


async def acts_of(visit: Visit, it: Shown, token: str) -> tuple[Act, ...]:
    """Return what may be done now."""
    return tuple([act for ask in ASKERS for act in await ask(visit, it, token)])


async def letters_of(visit: Visit, it: Shown, token: str) -> tuple[Ready, ...]:
    """Return the letter that a proxy brings, where one is named and something is still to come."""
    standing = await visit.services.proxies.standing(token, at=visit.at)
    if standing is None or standing.current is None or not standing.is_possible:
        return ()
    words = sentence("Giấy uỷ quyền cho {name}")
    return (
        Ready(
            icon="hand", title=visit.say(words, name=mask_name(standing.current.proxy.name)),
            below=visit.say(sentence("Người nhận thay mang giấy này và căn cước của họ.")),
        ),
    )  # fmt: skip
