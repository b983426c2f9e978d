"""How an item is to come: where it is, until when it is kept, what its recipient may choose now.

The same page stands behind the link of a message (`/c/…`) and on the citizen's own page (`/m/…/choose`), before the
first delivery and after a failed one. It says who pays before anything is chosen. A link that is none of ours, or no
longer holds, gets one kind sentence and nothing of anybody. No name, address or procedure of the recipient stands here:
telephones are lent and messages are forwarded.

Beside it the public list of items that nobody could be found for.

Stands on: visit, secret_acts, progress. Used by: routes.
Source: Decision 45/2016/QĐ-TTg art. 10, 12.4; Law on Post 2010 art. 11.3; Joint Circular 18/2015 art. 4.
"""

from __future__ import annotations

from datetime import date

from aiohttp import web

from postgw.domain.choice import Choice
from postgw.domain.errors import Conflict, Invalid
from postgw.services.choosing import Offer
from postgw.web.language import sentence

from .progress import ANSWERS, WHAT, WHERE
from .secret_acts import counted, dead, not_now, page_of
from .visit import Visit, go_to

WINDOWS = {"morning": sentence("buổi sáng"), "afternoon": sentence("buổi chiều")}
PAYERS = {
    "citizen": sentence("người nhận trả"), "agency": sentence("cơ quan trả kết quả trả"),
    "post": sentence("bưu điện trả"),
}  # fmt: skip

#: Why nothing can be chosen now, and what to do instead; `office` is the one that delivers.
WHY = {
    "over": (sentence("Lúc này không có gì để chọn."),
             sentence("Cần hỏi thì gọi bưu cục hoặc bộ phận Một cửa nơi nộp hồ sơ.")),
    "not_yet": (sentence("Chưa chọn được: bưu điện chưa nhận kết quả để mang đi."),
                sentence("Khi bưu điện nhận, trang này mở phần chọn.")),
    "out": (sentence("Hôm nay không đổi được nữa: bưu tá đang mang đi phát."),
            sentence("Cần gấp thì gọi bưu cục. Không gặp được bạn thì trang này mở ngay phần chọn lại.")),
    "moving": (sentence("Chưa chọn được: bưu gửi đang được chuyển đến nơi bạn đã chọn."),
               sentence("Đến nơi, trang này mở lại phần chọn.")),
    "returning": (sentence("Không chọn được nữa: bưu gửi đang quay về nơi gửi."),
                  sentence("Gọi bộ phận Một cửa nơi nộp hồ sơ để hẹn cách nhận.")),
    "no_office": (sentence("Chưa chọn được: chưa rõ bưu cục nào phát đến địa chỉ này."),
                  sentence("Gọi bộ phận Một cửa nơi nộp hồ sơ nếu cần hẹn buổi khác.")),
    "waiting": (sentence("Lúc này không có gì để chọn."),
                sentence("Mang căn cước hoặc hộ chiếu ra bưu cục, hoặc gọi bộ phận Một cửa nơi nộp hồ sơ.")),
    "elsewhere": (sentence("Không chọn được ở đây: bưu gửi đi bằng đơn vị chuyển phát khác."),
                  sentence("Gọi bộ phận Một cửa nơi nộp hồ sơ để hỏi đơn vị đó.")),
}  # fmt: skip

_EMPTY = {"way": "", "on": "", "window": ""}


async def offer(visit: Visit) -> web.Response:
    """Show what may be chosen, to the holder of a message."""
    counted(visit)
    found = await visit.services.choosing.offer_by_link(visit.path("token"), at=visit.at)
    return _shown(visit, found) if found else visit.show("choose_dead.html", status=404)


async def choose(visit: Visit) -> web.Response:
    """Keep what was chosen, and show the page anew."""
    counted(visit)
    token, typed = visit.path("token"), await visit.typed()
    try:
        kept = await visit.services.choosing.choose_by_link(token, _choice(typed), at=visit.at)
    except (Invalid, Conflict) as error:
        found = await visit.services.choosing.offer_by_link(token, at=visit.at)
        why = visit.say(error.template, **error.values)
        return _shown(visit, found, typed=typed, why=why) if found else visit.show("choose_dead.html", status=404)
    return go_to(visit.request.path) if kept else visit.show("choose_dead.html", status=404)


async def offer_on_page(visit: Visit) -> web.Response:
    """Show what may be chosen, to the holder of a citizen's page."""
    counted(visit)
    found = await visit.services.choosing.offer_by_page(visit.path("token"), at=visit.at)
    return _shown(visit, found, back=page_of(visit)) if found else await _nothing(visit)


async def choose_on_page(visit: Visit) -> web.Response:
    """Keep what was chosen on a citizen's page, and show the choice anew."""
    counted(visit)
    token, typed = visit.path("token"), await visit.typed()
    try:
        kept = await visit.services.choosing.choose_by_page(token, _choice(typed), at=visit.at)
    except (Invalid, Conflict) as error:
        found = await visit.services.choosing.offer_by_page(token, at=visit.at)
        why = visit.say(error.template, **error.values)
        return _shown(visit, found, typed=typed, why=why, back=page_of(visit)) if found else await _nothing(visit)
    return go_to(visit.request.path) if kept else await _nothing(visit)


async def _nothing(visit: Visit) -> web.Response:
    """Answer where nothing is on its way to the citizen, or the link is dead."""
    if await visit.services.secret_page.shown(visit.path("token"), at=visit.at) is None:
        return dead(visit)
    return not_now(
        visit, visit.say(sentence("Chưa chọn được: chưa có kết quả nào đang trên đường về bạn.")),
        visit.say(sentence("Khi kết quả được gửi đi, trang này mở phần chọn.")),
    )  # fmt: skip


def _choice(typed: dict[str, str]) -> Choice:
    way = typed.get("way", "")
    place = way.removeprefix("at:") if way.startswith("at:") else ""
    return Choice(
        way="service_point" if place else way, on=_day(typed.get("on", "")), window=typed.get("window", ""), place=place
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _shown(
    visit: Visit, found: Offer, *, typed: dict[str, str] | None = None, why: str = "", back: str = ""
) -> web.Response:
    consignment = found.consignment
    state = consignment.custody.state
    return visit.show(
        "choose.html", status=422 if why else 200, found=found, why=why,
        typed={**_EMPTY, **(typed or _typed_before(found))},
        here_again=visit.request.path, back=back, windows=WINDOWS, closed=WHY.get(found.standing.why),
        cut_off_hour=found.cut_off_hour, payer=PAYERS[found.paid_by],
        answer=visit.say(ANSWERS[state], what=WHAT[consignment.leg], where=WHERE[consignment.leg]),
        places={unit.code: unit for unit in found.places},
    )  # fmt: skip


def _typed_before(found: Offer) -> dict[str, str]:
    """Return the form as the choice that stands would have filled it."""
    if found.current is None:
        return {}
    choice = found.current.choice
    way = f"at:{choice.place}" if choice.place else choice.way
    return {"way": way, "on": choice.on.isoformat() if choice.on else "", "window": choice.window}


async def undeliverable(visit: Visit) -> web.Response:
    """Show the public list of items without a recipient."""
    counted(visit)
    page = await visit.services.ending.publicised(cursor=visit.query("cursor")[:18])
    following = f"?cursor={page.next_cursor}" if page.next_cursor else ""
    return visit.show("undeliverable.html", lines=page.items, following=following)
