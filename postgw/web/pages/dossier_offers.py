"""The acts that a dossier's page offers: what may be done as a link, what may not with its reason.

Used by: dossier.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from postgw.domain.legal_day import legal_day
from postgw.domain.possible_acts import Act
from postgw.services.overview import Way, Whole
from postgw.web.language import sentence

from .dossier_words import path_of
from .drawing import grouped
from .moments import when
from .visit import Visit

#: Each act: what it is called and its icon. The order is that of the page.
ACTS = {
    "decide": (sentence("Quyết đề nghị sửa"), "paper"),
    "order": (sentence("Đặt bưu điện"), "due"), "address": (sentence("Đổi địa chỉ nhận"), "pin"),
    "recall": (sentence("Gọi lại bưu gửi"), "undo"), "cancel": (sentence("Huỷ bưu gửi"), "cross"),
    "return": (sentence("Chuyển hoàn"), "undo"), "print": (sentence("In lại nhãn"), "print"),
    "void": (sentence("Bỏ nhãn, in bản mới"), "label"),
    "number": (sentence("Ghi mã hồ sơ"), "label"), "result": (sentence("Báo có kết quả"), "ok"),
    "register": (sentence("Lập bưu gửi"), "box"), "form": (sentence("Đổi hình thức"), "run"),
    "close": (sentence("Đóng hồ sơ"), "box"), "complain": (sentence("Lập khiếu nại"), "late"),
    "apology": (sentence("Xin lỗi và hẹn lại"), "paper"), "correct": (sentence("Đính chính lần quét"), "undo"),
    "evidence": (sentence("Xuất chứng cứ"), "lock"),
}  # fmt: skip
AGAIN = sentence("Gửi lại")
#: Why not, told in the open; what is not among them is folded.
_TOLD_WHY_NOT = ("cancel", "recall", "address", "close", "form", "result", "return")
_OPEN_MOST = 4
#: Acts that have pages of their own, and how those are asked.
_ELSEWHERE = {"complain": "/desk/cases/new", "apology": "/desk/apologies"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One act as the page shows it."""

    act: Act
    title: str
    icon: str
    href: str = ""
    why: str = ""
    instead: str = ""  #: address of the act to use in its place
    instead_title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """All acts: those that may be done, those that may not and why, the rest of these, and what is others' work."""

    open: tuple[Offer, ...]
    closed: tuple[Offer, ...]
    folded: tuple[Offer, ...]
    others: tuple[str, ...]


def offers_of(visit: Visit, whole: Whole, way: Way | None) -> Offers:
    """Return the acts on a dossier and on the consignment that is shown."""
    order = list(ACTS)
    acts = sorted((*whole.acts, *(way.acts if way else ())), key=lambda act: order.index(act.name))
    hrefs = {act.name: _href(visit, whole, act) for act in acts if act.allowed}
    shown = [_offer(visit, whole, act, hrefs) for act in acts if act.has_right]
    closed = [offer for offer in shown if not offer.act.allowed]
    told = [offer for offer in closed if offer.act.name in _TOLD_WHY_NOT][:_OPEN_MOST]
    return Offers(
        open=tuple(offer for offer in shown if offer.act.allowed and offer.href), closed=tuple(told),
        folded=tuple(offer for offer in closed if offer not in told),
        others=tuple(dict.fromkeys(ACTS[act.name][0] for act in acts if not act.has_right)),
    )  # fmt: skip


def _offer(visit: Visit, whole: Whole, act: Act, hrefs: dict[str, str]) -> Offer:
    title, icon = ACTS[act.name]
    if act.name == "register" and act.allowed and "{n}" in act.words.sentence:
        title = AGAIN
    return Offer(
        act=act, title=title, icon=icon if act.allowed else "no", href=hrefs.get(act.name, "") if act.allowed else "",
        why=why_of(visit, act), instead=hrefs.get(act.instead, ""),
        instead_title=ACTS[act.instead][0] if act.instead else "",
    )  # fmt: skip


def why_of(visit: Visit, act: Act) -> str:
    """Return what an act does, or why it may not be done, with states and moments in the words of the page."""
    values = {name: grouped(str(value)) if name == "number" else value for name, value in act.words.values.items()}
    if "{moment}" in act.words.sentence and act.moment:
        values["moment"] = when(act.moment, now=visit.at, language=visit.language)
    if "{state}" in act.words.sentence:
        rule = visit.services.enquiry.table(on=legal_day(visit.at)).states[act.state]
        title = rule.title if visit.language == "vi" else rule.title_en
        values["state"] = title[:1].lower() + title[1:]
    return visit.say(act.words.sentence, **values) if act.words.sentence else ""


def _href(visit: Visit, whole: Whole, act: Act) -> str:
    """Return where an act is done; empty where this house has no page for it."""
    key = whole.kept.dossier.key
    if act.name in _ELSEWHERE:
        known = any(r.canonical == _ELSEWHERE[act.name] for r in visit.request.app.router.resources())
        asked = {"dossier": key} | ({"number": act.number} if act.number else {})
        return f"{_ELSEWHERE[act.name]}?{urlencode(asked)}" if known else ""
    if act.name == "print":
        return f"/desk/consignments/{act.number}/label.pdf"
    if act.name == "evidence":
        return path_of(key, "/evidence")
    asked = {"number": act.number} if act.number else {"leg": act.leg} if act.leg else {}
    return path_of(key, f"/acts/{act.name}") + (f"?{urlencode(asked)}" if asked else "")
