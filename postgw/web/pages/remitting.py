"""Handing fee money on, and counting it on the other side: two hands, never one.

What is handed on is what was ticked on the page that was seen: a receipt that came in meanwhile waits for the next
time, and the form sent twice is one handing on.

Stands on: money. Used by: routes.
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from postgw.domain.errors import Invalid, Mistake
from postgw.domain.legal_day import legal_day
from postgw.domain.manifest import Signatory
from postgw.domain.receipt import Remittance
from postgw.services.day_book import HANDED_ON_MOST
from postgw.web.language import sentence

from .filled import Wrong, dong_of, wrong_of
from .money import money_words
from .visit import Visit, go_to


async def form(visit: Visit) -> web.Response:
    """Show the receipts whose money waits, all ticked."""
    return await _form(visit, unit=visit.query("unit")[:60] or visit.actor.unit, desk=visit.query("desk")[:60])


async def _form(
    visit: Visit, *, unit: str, desk: str, wrong: Wrong | None = None, ticked: tuple[str, ...] | None = None
) -> web.Response:
    waiting = await visit.services.day_book.waiting(unit=unit, desk=desk, actor=visit.actor)
    return visit.show(
        "desk_remit.html", status=wrong.status if wrong else 200, unit=unit, desk=desk, rows=waiting, ticked=ticked,
        most=HANDED_ON_MOST, total=sum(each.amount_dong for each in waiting),
        **{**await money_words(visit), "wrong": wrong, "typed": wrong.typed if wrong else {}},
    )  # fmt: skip


async def remit(visit: Visit) -> web.Response:
    """Hand on what was ticked."""
    typed, ticked = await visit.typed(), await visit.chosen("receipt_nos")
    unit, desk = typed.get("unit", ""), typed.get("desk", "")
    try:
        if not ticked:
            raise Invalid("Chọn ít nhất một biên lai.", code="remit.nothing", field="/receipt_nos")
        made = await visit.services.remitting.remit(
            unit=unit, desk=desk, receipt_nos=ticked, destination=typed.get("destination", ""),
            manifest_no=typed.get("manifest_no", ""), actor=visit.actor, at=visit.at,
        )  # fmt: skip
    except Mistake as mistake:
        return await _form(visit, unit=unit, desk=desk, wrong=wrong_of(visit, mistake, typed), ticked=ticked)
    return go_to(f"/desk/money/remittances/{made.remittance_no}")


async def remittance(visit: Visit) -> web.Response:
    """Show one handing on, and let the other side count."""
    return await _remittance(visit)


async def _remittance(visit: Visit, wrong: Wrong | None = None) -> web.Response:
    found, receipts = await visit.services.day_book.remittance(visit.path("remittance_no"), actor=visit.actor)
    return visit.show(
        "desk_remittance.html", status=wrong.status if wrong else 200, m=found, receipts=receipts,
        may_count=_may_count(visit, found), hands=await _hands(visit, found),
        **{**await money_words(visit), "wrong": wrong, "typed": wrong.typed if wrong else {}},
    )  # fmt: skip


def _may_count(visit: Visit, found: Remittance) -> str:
    """Return why this account does not count it; nothing when it may."""
    if "money" not in visit.may:
        return visit.say(sentence("Tài khoản này chỉ được xem sổ tiền."))
    if visit.actor.name == found.remitted_by:
        return visit.say(sentence("Người nộp không tự đếm. Người được cử nhận phí của bên nhận đếm và xác nhận."))
    if not visit.actor.may_see(found.desk):
        return visit.say(sentence("Bên nhận đếm và xác nhận, không phải bên nộp."))
    return ""


async def _hands(visit: Visit, found: Remittance) -> tuple[Signatory, ...]:
    """Return who is appointed to take fee money for the receiving side today; own account first."""
    if "handover" not in visit.actor.scopes:
        return ()
    known = await visit.services.signing.signatories(unit=found.desk, on=legal_day(visit.at), actor=visit.actor)
    fees = [each for each in known if each.subject == "fees" and each.account in {"", visit.actor.name}]
    return tuple(sorted(fees, key=lambda each: each.account != visit.actor.name))


async def confirm(visit: Visit) -> web.Response:
    """Keep what was counted, whatever it is."""
    typed: dict[str, Any] = await visit.typed()
    number = visit.path("remittance_no")
    try:
        await visit.services.remitting.confirm(
            number, received_dong=dong_of(typed.get("received_dong", ""), "received_dong"),
            signatory_no=typed.get("signatory_no", ""), actor=visit.actor, at=visit.at,
        )  # fmt: skip
    except Mistake as mistake:
        return await _remittance(visit, wrong_of(visit, mistake, typed))
    return go_to(f"/desk/money/remittances/{number}")
