"""One dossier on one page: who holds it, what happened, what runs, what is owed, and what may be done now.

A dossier opens under its own number (`/desk/dossiers/…`), a consignment under its own (`/desk/consignments/…`): it is
the same page, opened on that envelope. Names stay masked until somebody asks for them. How many questions the page asks
of storage does not depend on how many events there are.

Stands on: dossier_lines, dossier_clocks, dossier_offers, dossier_words. Used by: routes, dossier_acts.
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from postgw.services.overview import Way, Whole
from postgw.web.language import sentence

from .choosing import WINDOWS
from .dossier_clocks import cards_of
from .dossier_lines import count_of, folded_of, groups_of, kinds_of
from .dossier_offers import offers_of
from .dossier_papers import documents_of
from .dossier_words import holds, path_of, subject_of, who_acts, whole_of, words
from .message_words import CHANNELS, MATTERS, REASONS, STATES
from .visit import Visit

#: What was done, told once above the page it led back to.
DONE = {
    "order": sentence("Đã gửi đơn cho bưu điện."),
    "address": sentence("Đã đổi địa chỉ. Bỏ nhãn cũ, in và dán bản mới."),
    "recall": sentence("Đã gọi lại. Bưu điện được báo để dừng phát."), "cancel": sentence("Đã huỷ bưu gửi."),
    "cancelling": sentence("Đã báo bưu điện huỷ. Bưu gửi kết thúc khi bưu điện trả lời."),
    "void": sentence("Đã bỏ nhãn cũ. In bản mới rồi dán lại."), "return": sentence("Đã bắt đầu chuyển hoàn."),
    "correct": sentence("Đã đính chính. Lần quét cũ vẫn nằm trong dòng sự kiện."),
    "number": sentence("Đã ghi mã hồ sơ."), "form": sentence("Đã đổi hình thức."),
    "result": sentence("Đã báo có kết quả."), "register": sentence("Đã lập bưu gửi."),
    "decide": sentence("Đã ghi quyết định."), "close": sentence("Đã ghi đóng hồ sơ."),
}  # fmt: skip


async def show(visit: Visit) -> web.Response:
    """Show a dossier."""
    return await page(visit, await whole_of(visit, visit.path("key")))


async def consignment(visit: Visit) -> web.Response:
    """Show the dossier of a consignment, opened on that consignment."""
    number = visit.path("number")
    whole = await visit.services.overview.consignment(number, who=who_acts(visit), actor=visit.actor, at=visit.at)
    return await page(visit, whole, opened=whole.way(number))


async def page(
    visit: Visit, whole: Whole, *, opened: Way | None = None, status: int = 200, **more: Any
) -> web.Response:
    """Answer with the page of a dossier, opened on one consignment or on the one that matters now."""
    way = opened or whole.current
    groups, folded = groups_of(whole, visit.services.carriers), folded_of(whole)
    subject = opened.consignment.consignment_no if opened else subject_of(whole)
    names = await visit.names_shown(subject)
    values = {
        "whole": whole, "dossier": whole.kept.dossier, "way": way, "named": names, "groups": groups, "folded": folded,
        "events": count_of(groups, folded), "folded_kinds": kinds_of(folded), "cards": cards_of(whole, at=visit.at),
        "offers": offers_of(visit, whole, way), "documents": documents_of(visit, whole),
        "path": path_of(whole.kept.dossier.key),
        "done": DONE.get(visit.query("done"), ""), "is_one": opened is not None,
        "matters": MATTERS, "channels": CHANNELS, "message_fates": STATES, "message_reasons": REASONS,
        "owed": tuple(duty for duty in whole.duties if duty.is_open), "windows": WINDOWS, **(await words(visit)),
        **more,
    }  # fmt: skip
    if way:
        values["holds"] = holds(visit, way.consignment, way.custody, values["units"])
    return visit.show("desk_dossier.html", status=status, **values)
