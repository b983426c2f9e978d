"""What citizens asked by their page, for the desk that decides: nothing is booked before it says yes.

Names, addresses and the picture of a paper are shown while names are uncovered, and each look is written down. What was
decided meanwhile by another hand, or changed by the citizen, is shown anew and never overwritten.

Stands on: services.return_decisions. Used by: routes.
Source: Decision 45/2016/QĐ-TTg art. 5, 12.3, 12.4; Law on personal data protection 2025.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

from aiohttp import web

from postgw.domain.errors import Forbidden, Invalid, Mistake
from postgw.domain.legal_day import VIETNAM, legal_day
from postgw.domain.privacy import mask_address, mask_name
from postgw.domain.return_request import KeptRequest, media_of
from postgw.web.language import sentence

from .desk import desk_words
from .filled import Wrong, dong_of, wrong_of
from .visit import Visit, go_to
from .wordlists import FAULTS, ZONES

HOME = "/desk/return-requests"
KINDS = {"register": sentence("Nhận kết quả qua bưu điện"), "readdress": sentence("Đổi địa chỉ")}
STATES = {
    "asked": sentence("Chờ quyết"), "confirmed": sentence("Đã nhận"), "refused": sentence("Đã từ chối"),
    "withdrawn": sentence("Người dân đã rút"),
}  # fmt: skip
LOOKS = {
    "asked": ("warn", "due"),
    "confirmed": ("ok", "ok"),
    "refused": ("stuck", "no"),
    "withdrawn": ("quiet", "undo"),
}
PROOFS = {"photo": sentence("ảnh gửi kèm"), "desk": sentence("mang giấy đến quầy")}
_REFUSALS = (
    sentence("Địa chỉ chưa đủ để bưu tá tìm được."), sentence("Chưa thấy giấy chứng minh được giảm cước."),
    sentence("Kết quả đã giao bưu điện."), sentence("Thủ tục này phải đến nhận trực tiếp."),
)  # fmt: skip
_EXPORT_MOST = 5000
_HEADINGS = (
    sentence("Số"), sentence("Hồ sơ"), sentence("Việc"), sentence("Người nhận"), sentence("Nơi nhận"),
    sentence("Cước phải trả"), sentence("Nhóm được giảm"), sentence("Gửi lúc"), sentence("Tình trạng"),
    sentence("Quyết lúc"), sentence("Người quyết"),
)  # fmt: skip


async def listed(visit: Visit) -> web.Response:
    """Show what waits, the oldest first, or what was decided, the newest first."""
    decided = visit.query("list") == "decided"
    acts = visit.services.return_decisions
    page = await acts.listed(decided=decided, actor=visit.actor, cursor=visit.query("cursor")[:18])
    query = "list=decided&" if decided else ""
    return visit.show(
        "desk_return_requests.html", rows=page.items, decided=decided, waiting=await acts.waiting(actor=visit.actor),
        following=f"?{query}cursor={page.next_cursor}" if page.next_cursor else "",
        named=bool(page.items) and await visit.names_shown(f"list:{HOME}"), **await _words(visit),
    )  # fmt: skip


async def _words(visit: Visit) -> dict[str, Any]:
    tariff, vi = visit.services.pricing.tariff(on=legal_day(visit.at)), visit.language == "vi"
    return {
        **await desk_words(visit), "kinds": KINDS, "standings": STATES, "looks": LOOKS, "proofs": PROOFS,
        "groups": {
            code: f"{each.title if vi else each.title_en} ({each.percent} %)"
            for code, each in tariff.reductions.items()
        },
    }  # fmt: skip


async def listed_file(visit: Visit) -> web.Response:
    """Write what was asked and decided as a file, with names as the screen shows them."""
    named = await visit.names_shown(f"list:{HOME}")
    words = await _words(visit)
    rows = [_row(visit, each, words, named=named) for each in await _all(visit)]
    title = visit.say(sentence("Đề nghị của người dân"))
    return await visit.sheet(title, [visit.say(each) for each in _HEADINGS], rows, visit.path("kind"))


async def _all(visit: Visit) -> list[KeptRequest]:
    rows: list[KeptRequest] = []
    for decided in (False, True):
        page = await visit.services.return_decisions.listed(decided=decided, actor=visit.actor, limit=_EXPORT_MOST)
        rows += page.items
    return rows


def _row(visit: Visit, each: KeptRequest, words: dict[str, Any], *, named: bool) -> list[str | int]:
    party = each.wish.party
    return [
        each.request_no, each.dossier_key, visit.say(KINDS[each.wish.kind]),
        party.name if named else mask_name(party.name), party.one_line() if named else mask_address(party),
        each.quote.due_dong if each.quote else "", words["groups"].get(each.wish.reduction, ""),
        _shown(each.asked_at), visit.say(STATES[each.state]), _shown(each.decided_at), each.decided_by,
    ]  # fmt: skip


def _shown(at: datetime | None) -> str:
    return f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}" if at else ""


async def one(visit: Visit) -> web.Response:
    """Show one request, with what may be decided."""
    return await _one(visit)


async def _one(visit: Visit, wrong: Wrong | None = None) -> web.Response:
    number = visit.path("request_no")
    asked = await visit.services.return_decisions.asked(number, actor=visit.actor.as_reader())
    request = asked.request
    here = f"{HOME}/{quote(request.request_no)}"
    procedure = asked.kept.dossier.procedure_code
    names = await visit.services.searching.procedures({procedure}, at=visit.at) if procedure else {}
    return visit.show(
        "desk_return_request.html", status=wrong.status if wrong else 200, r=request, d=asked.kept.dossier,
        carried=asked.carried, desk=asked.desk, procedure=names.get(procedure, procedure), wrong=wrong,
        zones=ZONES, faults=FAULTS, refusals=_REFUSALS, named=await visit.names_shown(request.dossier_key[:100]),
        here=here, here_whole=here, **await _words(visit),
    )  # fmt: skip


async def decide(visit: Visit) -> web.Response:
    """Confirm or refuse one request."""
    typed, number = await visit.typed(), visit.path("request_no")
    act = typed.get("act", "")
    try:
        if act == "confirm":
            await _confirm(visit, number, typed)
        elif act == "refuse":
            await visit.services.return_decisions.refuse(
                number, reason=typed.get("reason", "") or typed.get("ready", ""), seen=_seen(typed), actor=visit.actor,
                at=visit.at,
            )  # fmt: skip
        else:
            raise Invalid("Chọn nhận hoặc từ chối.", code="return_request.act")
    except Mistake as mistake:
        return await _one(visit, wrong_of(visit, mistake, typed, form=act or "confirm"))
    return go_to(f"{HOME}/{quote(number)}")


async def _confirm(visit: Visit, number: str, typed: dict[str, str]) -> None:
    cost = typed.get("cost_dong", "")
    await visit.services.return_decisions.confirm(
        number, reduction=typed.get("reduction"), fault=typed.get("fault") or "citizen",
        cost_dong=dong_of(cost, "cost_dong") if cost else 0, seen=_seen(typed), actor=visit.actor, at=visit.at,
    )  # fmt: skip


def _seen(typed: dict[str, str]) -> int | None:
    text = typed.get("seen", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else None


async def picture(visit: Visit) -> web.Response:
    """Give the picture of a paper, while names are uncovered; the look is written down."""
    number = visit.path("request_no")
    asked = await visit.services.return_decisions.asked(number, actor=visit.actor)
    if not await visit.names_shown(asked.request.dossier_key[:100]):
        raise Forbidden("Bấm “Hiện tên, điện thoại, địa chỉ” trên trang đề nghị rồi mở ảnh.", code="names.covered")
    body = await visit.services.return_decisions.picture(number, actor=visit.actor)
    headers = {"Cache-Control": "no-store", "Content-Disposition": "inline", "X-Content-Type-Options": "nosniff"}
    return web.Response(body=body, content_type=media_of(body), headers=headers)
