"""The two lists of dossiers of which the desk's software and the post do not tell the same.

Each says what is to be done: a word that waits goes by itself, one that was parked or a system that says otherwise
wants a person. Both stand on one page; a list that is longer is read on alone.

Stands on: services.settling. Used by: routes.
Source: order 7349/UBND-KSTT of Hà Tĩnh, 22/11/2018.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web

from postgw.domain.closing import Unsettled
from postgw.domain.legal_day import legal_day
from postgw.services.settling import KINDS
from postgw.web.language import sentence

from .desk import titles, units_of
from .visit import Visit

_WORDS = {
    "delivered_open": (
        sentence("Đã phát mà hồ sơ còn mở"),
        sentence("Đóng hồ sơ (10, đã trả kết quả) trên hệ thống một cửa; thời điểm xử lý xong (9) giữ nguyên."),
    ),
    "closed_undelivered": (
        sentence("Hồ sơ đã đóng mà chưa phát"),
        sentence("Hỏi bưu điện kết quả đang ở đâu, hoặc huỷ bưu gửi nếu người dân đã nhận tại quầy."),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listed:
    """One of the lists on the page."""

    kind: str
    title: str
    hint: str
    rows: tuple[Unsettled, ...]
    following: str


async def settling(visit: Visit) -> web.Response:
    """Show both lists, or the rest of one."""
    asked = visit.query("kind")
    units = await units_of(visit)
    kinds = (asked,) if asked in KINDS else KINDS
    return visit.show(
        "desk_settling.html", lists=[await _listed(visit, kind) for kind in kinds], units=units,
        states=titles(visit.services.enquiry.table(on=legal_day(visit.at)), visit.language),
        unit_name=units.get(visit.actor.unit, visit.actor.unit),
    )  # fmt: skip


async def _listed(visit: Visit, kind: str) -> Listed:
    cursor = visit.query("cursor")[:18] if visit.query("kind") == kind else ""
    page = await visit.services.settling.unsettled(kind, actor=visit.actor, cursor=cursor)
    following = "?" + urlencode({"kind": kind, "cursor": page.next_cursor}) if page.next_cursor else ""
    title, hint = _WORDS[kind]
    return Listed(kind, title, hint, page.items, following)
