"""Taking money at the counter, and the receipt: written once under its number, printed, cancelled by a lead.

The form bears an id of its own, so that a form sent twice takes the money once. What is still owed is told before a sum
is typed; more than that is never taken.

Stands on: money. Used by: routes.
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from postgw.domain.errors import Invalid, Mistake
from postgw.domain.legal_day import legal_day
from postgw.domain.receipt import Collection
from postgw.domain.tariff import PAYER_AT_FAULT
from postgw.services.day_book import Owed
from postgw.web.answers import file_answer

from .desk import LEGS
from .filled import Wrong, count_of, dong_of, new_id, wrong_of
from .money import money_words
from .visit import Visit, go_to
from .wordlists import FAULTS, ZONES

_FAULTS = {code: FAULTS[code] for code in PAYER_AT_FAULT}


async def form(visit: Visit) -> web.Response:
    """Ask for the item, then show what is owed for it and take a sum."""
    number = visit.query("number")[:200]
    if not number:
        return await _form(visit, None, {})
    try:
        owed = await visit.services.day_book.owed(number, actor=visit.actor)
    except Mistake as mistake:
        return await _form(visit, None, {"number": number}, wrong_of(visit, mistake, {"number": number}, form="find"))
    return await _form(visit, owed, {"fee_id": new_id()})


async def collect(visit: Visit) -> web.Response:
    """Take money; its receipt is the next page."""
    typed = await visit.typed()
    try:
        receipt = await visit.services.money.collect(_collection(typed, visit), actor=visit.actor, at=visit.at)
    except Mistake as mistake:
        owed = await visit.services.day_book.owed(typed.get("number", ""), actor=visit.actor)
        return await _form(visit, owed, typed, wrong_of(visit, mistake, typed))
    return go_to(f"/desk/money/receipts/{receipt.receipt_no}")


def _collection(typed: dict[str, str], visit: Visit) -> Collection:
    ledger = typed.get("ledger", "")
    if ledger not in {"fee", "postage"}:
        raise Invalid("Chọn sổ: phí, lệ phí hoặc cước.", code="fee.ledger", field="/ledger")
    told: dict[str, Any] = {
        "fee_id": typed.get("fee_id") or new_id(), "number": typed.get("number", ""), "ledger": ledger,
        "amount_dong": dong_of(typed.get("amount_dong", ""), "amount_dong"),
        "unit": visit.actor.unit or typed.get("unit", ""),
    }  # fmt: skip
    return Collection(**told, **(_of_postage(typed) if ledger == "postage" else {}))


def _of_postage(typed: dict[str, str]) -> dict[str, Any]:
    told: dict[str, Any] = {name: typed.get(name, "") for name in ("zone", "reduction", "evidence", "fault")}
    return {**told, "payer": typed.get("payer") or "citizen", "grams": count_of(typed.get("grams", ""), "grams")}


async def _form(visit: Visit, owed: Owed | None, typed: dict[str, str], wrong: Wrong | None = None) -> web.Response:
    words = await money_words(visit)
    unit = visit.actor.unit or typed.get("unit", "")
    series = await visit.services.money.series(actor=visit.actor)
    known = {each.ledger for each in series if not unit or each.unit == unit}
    tariff = visit.services.pricing.tariff(on=legal_day(visit.at)).reductions
    reductions = {code: each.title if visit.language == "vi" else each.title_en for code, each in tariff.items()}
    shown = await visit.names_shown(owed.consignment.consignment_no) if owed else False
    return visit.show(
        "desk_collect.html", status=wrong.status if wrong else 200,
        **{**words, "owed": owed, "typed": typed, "wrong": wrong, "legs": LEGS, "zones": ZONES, "faults": _FAULTS,
           "reductions": reductions, "has_series": known, "named": shown},
    )  # fmt: skip


async def receipt(visit: Visit) -> web.Response:
    """Show one receipt, with what can be done with it now."""
    return await _receipt(visit)


async def _receipt(visit: Visit, wrong: Wrong | None = None) -> web.Response:
    found = await visit.services.day_book.receipt(visit.path("receipt_no"), actor=visit.actor)
    return visit.show(
        "desk_receipt.html", status=wrong.status if wrong else 200, r=found,
        **{**await money_words(visit), "wrong": wrong, "typed": wrong.typed if wrong else {}},
    )  # fmt: skip


async def cancel(visit: Visit) -> web.Response:
    """Cancel a receipt, with the reason."""
    typed, number = await visit.typed(), visit.path("receipt_no")
    try:
        await visit.services.money.cancel(number, reason=typed.get("reason", ""), actor=visit.actor, at=visit.at)
    except Mistake as mistake:
        return await _receipt(visit, wrong_of(visit, mistake, typed))
    return go_to(f"/desk/money/receipts/{number}")


async def paper(visit: Visit) -> web.Response:
    """Give a receipt as paper."""
    number = visit.path("receipt_no")
    body = await visit.services.money.paper(number, actor=visit.actor, at=visit.at)
    return file_answer(body, "application/pdf", f"bien-lai-{number}.pdf")
