"""What a carriage costs: the post's own price lists.

A list that was published never changes; another one begins on another day. It may come as a table.

Used by: sections, attention.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from aiohttp import web

from postgw.domain.errors import Invalid
from postgw.domain.legal_day import legal_day
from postgw.domain.price_list import Price, PublishedPrices, checked_prices
from postgw.domain.tariff import SERVICES
from postgw.domain.tariff import ZONES as SPANS
from postgw.web.language import sentence
from postgw.web.pages.drawing import thousands
from postgw.web.pages.visit import Visit

from . import sheet
from .csv_tables import content_of, looked_at, rows_of
from .parts import Cell, Field, Form, Note, Row, Section, Table, Typed, chosen_day
from .sheet import FROM, REASON

_SERVICES = {"send": sentence("Gửi hồ sơ"), "return": sentence("Trả kết quả")}
_SPANS = {
    "in_district": sentence("Trong một huyện cũ"), "inter_district": sentence("Khác huyện cũ, trong tỉnh"),
    "same_region": sentence("Liên tỉnh, trong vùng"),
    "neighbour_region": sentence("Liên tỉnh, giữa vùng 2 và vùng 1 hoặc 3"),
    "far_region": sentence("Liên tỉnh, giữa vùng 1 và vùng 3"),
}  # fmt: skip
PRICE_COLUMNS = ("service", "zone", "grams_to", "price_dong")


def _standing(begins: date, next_begins: date | None, today: date) -> Cell:
    if begins > today:
        return Cell(words=sentence("Sắp áp dụng"), state="run", icon="due")
    if next_begins is not None and next_begins <= today:
        return Cell(words=sentence("Đã thay"), state="quiet", icon="lock")
    return Cell(words=sentence("Đang áp dụng"), state="ok", icon="ok")


async def _price_table(visit: Visit, _: str) -> Table:
    today, rows, newer = legal_day(visit.at), [], None
    for one in await visit.services.pricing.price_lists():
        rows += _price_rows(visit, one, newer, today)
        newer = one.prices.valid_from
    return Table(rows=rows, notes=[ceiling_note(visit)])


def _price_rows(visit: Visit, one: PublishedPrices, newer: date | None, today: date) -> list[Row]:
    state, begins = _standing(one.prices.valid_from, newer, today), one.prices.valid_from
    return [
        Row(
            key=f"{begins}-{n}",
            is_over=state.state == "quiet",
            cells=(
                Cell(text=chosen_day(begins), small=one.reason),
                state,
                Cell(words=_SERVICES[row.service]),
                Cell(words=_SPANS[row.zone]),
                Cell(words=sentence("đến {grams} g"), values={"grams": row.grams_to})
                if row.grams_to
                else Cell(words=sentence("mọi khối lượng")),
                Cell(text=thousands(row.price_dong), kind="number"),
            ),
        )
        for n, row in enumerate(one.prices.prices)
    ] or [
        Row(
            key=str(begins),
            cells=(
                Cell(text=chosen_day(begins), small=one.reason),
                state,
                Cell(),
                Cell(words=sentence("Theo mức tối đa")),
                Cell(),
                Cell(),
            ),
        )
    ]


def ceiling_note(visit: Visit) -> Note:
    """Say by what the ceilings are set that no price may exceed."""
    tariff = visit.services.pricing.tariff(on=legal_day(visit.at))
    return Note(words=sentence("Mức tối đa theo {title}; giá cao hơn không ghi được."), values={"title": tariff.title},
                state="run", icon="paper")  # fmt: skip


def _next_month(today: date) -> date:
    return date(today.year + today.month // 12, today.month % 12 + 1, 1)


def _price_fields(span: str) -> list[Field]:
    halves = [
        Field(name=f"{service}-{span}", label=_SERVICES[service], kind="number", is_half=True) for service in SERVICES
    ]
    return [Field(name=f"of-{span}", label=_SPANS[span], kind="heading"), *halves]


async def _price_forms(visit: Visit) -> Sequence[Form]:
    begins = _next_month(legal_day(visit.at)).isoformat()
    prices = [field for span in SPANS for field in _price_fields(span)]
    ground = (Field(name="valid_from", label=FROM, kind="date", value=begins), Field(name="reason", label=REASON))
    return (
        Form(
            act="publish", title=sentence("Công bố bảng giá"), button=sentence("Công bố bảng giá"),
            lead=sentence("Giá cho mọi khối lượng, tính bằng đồng; ô trống là theo mức tối đa."),
            fields=(*ground, *prices),
        ),
        Form(
            act="look", title=sentence("Bảng giá từ tệp CSV"), button=sentence("Xem trước"),
            lead=sentence("Cột: service (send, return), zone, grams_to (để trống là mọi khối lượng), price_dong."),
            fields=(*ground, Field(name="file", label=sentence("Tệp CSV"), kind="file")),
        ),
    )  # fmt: skip


async def _publish(visit: Visit, typed: Typed) -> web.Response | None:
    rows = [
        Price(service=service, zone=span, price_dong=typed.whole(f"{service}-{span}"))
        for service in SERVICES for span in SPANS if typed.text(f"{service}-{span}")
    ]  # fmt: skip
    try:
        await _put_prices(visit, typed, rows)
    except Invalid as wrong:
        raise _at_its_field(wrong, rows) from None
    return None


def _at_its_field(wrong: Invalid, rows: Sequence[Price]) -> Invalid:
    """Let a fault of a row point at the field in which its price was typed."""
    number = wrong.field.removeprefix("/prices/").partition("/")[0]
    if wrong.field.startswith("/prices/") and number.isdecimal():
        wrong.field = f"/{rows[int(number)].service}-{rows[int(number)].zone}"
    return wrong


async def _put_prices(visit: Visit, typed: Typed, rows: Sequence[Price]) -> None:
    await visit.services.pricing.publish_prices(
        rows, valid_from=typed.day("valid_from"), reason=typed.text("reason"), actor=visit.actor, at=visit.at
    )


def _price(cells: tuple[str, ...]) -> Price:
    service, zone, grams, price = cells
    for text in (grams or "0", price):
        if not (text.isascii() and text.isdecimal() and len(text) < 12):
            raise Invalid("Khối lượng và giá phải là số nguyên.", code="price.number")
    return Price(service=service, zone=zone, grams_to=int(grams) if grams else None, price_dong=int(price))


async def _look_at_prices(visit: Visit, typed: Typed) -> web.Response | None:
    tariff = visit.services.pricing.tariff(on=typed.day("valid_from"))
    before: list[Price] = []

    def judge(cells: tuple[str, ...]) -> None:
        before.append(_price(cells))
        checked_prices(before, tariff)

    return await sheet.drawn(PRICES, visit, preview=looked_at(visit, typed, PRICE_COLUMNS, judge, act="take"))


async def _take_prices(visit: Visit, typed: Typed) -> web.Response | None:
    await _put_prices(visit, typed, [_price(cells) for _, cells in rows_of(content_of(typed), PRICE_COLUMNS)])
    return None


PRICES = Section(
    slug="prices",
    title=sentence("Bảng giá của Bưu điện"),
    lead=sentence("Bảng đã công bố không sửa; bảng mới bắt đầu từ ngày khác."),
    group="money",
    kinds=("price_list",),
    table=_price_table,
    forms=_price_forms,
    empty=sentence("Chưa có bảng giá, cước tính theo mức tối đa."),
    columns=(
        sentence("Từ ngày"),
        sentence("Tình trạng"),
        sentence("Chiều"),
        sentence("Vùng tính cước"),
        sentence("Khối lượng"),
        sentence("Giá, đồng"),
    ),
    does={"publish": _publish, "look": _look_at_prices, "take": _take_prices},
)
