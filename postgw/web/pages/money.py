"""The day's money on one page: taken, to be handed on, under way, counted, and whether all of it is even.

Two ledgers stand apart from top to bottom. The answer the page exists to give stands in the stamp; what must be done
next, by the clock of the law, stands beside it.

Stands on: services.day_book. Used by: routes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from aiohttp import web

from postgw.domain.errors import Invalid
from postgw.domain.legal_day import legal_day, shown
from postgw.domain.page import Page
from postgw.domain.receipt import Receipt
from postgw.services.day_book import DayMoney
from postgw.web.language import sentence

from .desk import units_of
from .filled import day_asked, dong_of
from .visit import Visit
from .wordlists import DESTINATIONS, LEDGERS, PAYERS

#: An export takes so many receipts of one day; a desk has two hundred.
_EXPORT_MOST = 5000
_HEADINGS = (
    sentence("Biên lai"), sentence("Sổ"), sentence("Số tiền"), sentence("Bưu gửi"), sentence("Hồ sơ"),
    sentence("Người trả"), sentence("Thu lúc"), sentence("Người thu"), sentence("Phải nộp trước"),
    sentence("Nộp theo"), sentence("Huỷ lúc"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawer:
    """What somebody counted in the drawer, beside what the ledger says; `off` is what is too much."""

    typed: str
    counted: int | None = None
    off: int = 0
    why: str = ""


async def day(visit: Visit) -> web.Response:
    """Show one day of one unit."""
    on, unit, units = await _asked(visit)
    if not unit:
        return visit.show("desk_money.html", money=None, on=on, unit="", **await money_words(visit, units))
    money = await visit.services.day_book.day(on, unit=unit, actor=visit.actor)
    page = await _receipts(visit, on, unit, cursor=visit.query("cursor")[:18])
    return visit.show(
        "desk_money.html", money=money, on=on, unit=unit, receipts=page.items,
        following=f"?on={on}&unit={unit}&cursor={page.next_cursor}#bien-lai" if page.next_cursor else "",
        drawer=_drawer(visit, money), before=on - timedelta(days=1), after=on + timedelta(days=1),
        has_series=await _series(visit, unit), **await money_words(visit, units),
    )  # fmt: skip


async def _asked(visit: Visit) -> tuple[date, str, dict[str, str]]:
    units = await units_of(visit)
    on = min(day_asked(visit, "on") or legal_day(visit.at), legal_day(visit.at))
    return on, visit.actor.unit or visit.query("unit")[:60] or next(iter(sorted(units)), ""), units


async def _receipts(visit: Visit, on: date, unit: str, *, cursor: str) -> Page[Receipt]:
    return await visit.services.day_book.receipts(on, unit=unit, cursor=cursor, actor=visit.actor)


async def _series(visit: Visit, unit: str) -> frozenset[str]:
    """Return the ledgers for which a unit has receipts to write."""
    found = await visit.services.money.series(actor=visit.actor)
    return frozenset(each.ledger for each in found if each.unit == unit)


def _drawer(visit: Visit, money: DayMoney) -> Drawer | None:
    typed = visit.query("counted")[:20]
    if not typed:
        return None
    try:
        counted = dong_of(typed, "counted")
    except Invalid as wrong:
        return Drawer(typed=typed, why=visit.say(wrong.template, **wrong.values))
    return Drawer(typed=typed, counted=counted, off=counted - money.balance.cash_dong)


async def money_words(visit: Visit, units: dict[str, str] | None = None) -> dict[str, Any]:
    """Return the names that the pages of money share."""
    units = await units_of(visit) if units is None else units
    return {
        "units": units, "ledgers": LEDGERS, "payers": PAYERS, "destinations": DESTINATIONS,
        "today": legal_day(visit.at), "here": "/desk/money", "wrong": None, "typed": {},
        "unit_name": units.get(visit.actor.unit, visit.actor.unit),
    }  # fmt: skip


async def day_file(visit: Visit) -> web.Response:
    """Give the receipts of one day as a table."""
    on, unit, _ = await _asked(visit)
    found: list[Receipt] = []
    cursor = ""
    while len(found) < _EXPORT_MOST:
        page = await visit.services.day_book.receipts(on, unit=unit, cursor=cursor, limit=500, actor=visit.actor)
        found += page.items
        cursor = page.next_cursor
        if not cursor:
            break
    title = visit.say(sentence("Sổ thu tiền {unit} ngày {on}"), unit=unit, on=f"{on:%d-%m-%Y}")
    headings = [visit.say(each) for each in _HEADINGS]
    return await visit.sheet(title, headings, [_row(visit, each) for each in found], visit.path("kind"))


def _row(visit: Visit, one: Receipt) -> Sequence[str | int]:
    return (
        one.receipt_no, visit.say(LEDGERS[one.ledger]), one.amount_dong, one.consignment_no, one.dossier_no,
        visit.say(PAYERS[one.payer]), shown(one.collected_at), one.collected_by,
        shown(one.remit_by) if one.remit_by else "", one.remittance_no,
        shown(one.cancelled_at) if one.cancelled_at else "",
    )  # fmt: skip
