"""Money's own tables: series of receipts, terms of handing fees on, rates of interest.

Used by: sections.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from aiohttp import web

from postgw.domain.compensation import InterestRate
from postgw.domain.errors import Invalid
from postgw.domain.legal_day import legal_day
from postgw.web.language import sentence
from postgw.web.pages.desk import units_of
from postgw.web.pages.drawing import thousands
from postgw.web.pages.visit import Visit

from .handing import of_kind
from .parts import Cell, Field, Form, Row, Section, Table, Typed, chosen_day
from .sheet import FROM, REASON

_LEDGERS = {"fee": sentence("Phí, lệ phí"), "postage": sentence("Cước")}


async def _series(visit: Visit, _: str) -> Table:
    names, seen, rows = await units_of(visit), set(), []
    for one in await visit.services.money.series(actor=visit.actor):
        is_over = (one.unit, one.ledger) in seen
        seen.add((one.unit, one.ledger))
        rows.append(
            Row(
                key=one.series,
                is_over=is_over,
                cells=(
                    Cell(text=one.series, kind="code"),
                    Cell(text=names.get(one.unit, one.unit)),
                    Cell(words=_LEDGERS[one.ledger]),
                    Cell(text=thousands(one.last_serial), kind="number"),
                    Cell(words=sentence("Đã thay"), state="quiet", icon="lock")
                    if is_over
                    else Cell(words=sentence("Đang dùng"), state="ok", icon="ok"),
                ),
            )
        )
    return Table(rows=rows)


async def _series_forms(visit: Visit) -> Sequence[Form]:
    return (
        Form(
            act="begin",
            title=sentence("Bắt đầu ký hiệu"),
            button=sentence("Bắt đầu"),
            lead=sentence("Ký hiệu mới thay ký hiệu trước của cùng đơn vị và cùng sổ."),
            fields=(
                Field(name="series", label=sentence("Ký hiệu"), hint=sentence("Như in trên biên lai, ví dụ BLT26")),
                Field(name="ledger", label=sentence("Sổ"), kind="select", options=tuple(_LEDGERS.items())),
                Field(
                    name="unit",
                    label=sentence("Đơn vị thu"),
                    kind="select",
                    is_named=True,
                    options=await of_kind(visit),
                ),
            ),
        ),
    )


async def _begin_series(visit: Visit, typed: Typed) -> web.Response | None:
    await visit.services.money.begin_series(
        typed.text("series"), ledger=typed.text("ledger"), unit=typed.text("unit"), actor=visit.actor, at=visit.at
    )
    return None


SERIES = Section(
    slug="series",
    title=sentence("Ký hiệu biên lai"),
    lead=sentence("Mỗi đơn vị một ký hiệu cho phí và một cho cước."),
    group="money",
    kinds=("receipt_series",),
    table=_series,
    forms=_series_forms,
    empty=sentence("Chưa có ký hiệu nào."),
    columns=(
        sentence("Ký hiệu"),
        sentence("Đơn vị thu"),
        sentence("Sổ"),
        sentence("Số cuối đã lập"),
        sentence("Tình trạng"),
    ),
    does={"begin": _begin_series},
)


async def _terms(visit: Visit, _: str) -> Table:
    today, newest = legal_day(visit.at), {}
    found = await visit.services.remitting.terms(actor=visit.actor)
    for one in found:
        if one.valid_from <= today:
            newest[one.procedure_code] = one.valid_from
    return Table(
        rows=[
            Row(
                key=f"{one.procedure_code}-{one.valid_from}",
                is_over=one.valid_from < newest.get(one.procedure_code, one.valid_from),
                cells=(
                    Cell(text=one.procedure_code, kind="code"),
                    Cell(words=sentence("{n} giờ"), values={"n": one.hours}),
                    Cell(text=chosen_day(one.valid_from)),
                    Cell(text=one.reason, small=one.author),
                ),
            )
            for one in found
        ]
    )


async def _term_forms(visit: Visit) -> Sequence[Form]:
    return (Form(
        act="set", title=sentence("Khai thời hạn nộp"), button=sentence("Khai"),
        fields=(
            Field(name="procedure_code", label=sentence("Mã thủ tục"), hint=sentence("Ví dụ 2.000635")),
            Field(name="hours", label=sentence("Nộp trong vòng, giờ"), kind="number", value="24"),
            Field(name="valid_from", label=FROM, kind="date", value=legal_day(visit.at).isoformat()),
            Field(name="reason", label=REASON),
        ),
    ),)  # fmt: skip


async def _set_term(visit: Visit, typed: Typed) -> web.Response | None:
    await visit.services.remitting.set_term(
        procedure_code=typed.text("procedure_code"), hours=typed.whole("hours"), valid_from=typed.day("valid_from"),
        reason=typed.text("reason"), actor=visit.actor, at=visit.at,
    )  # fmt: skip
    return None


TERMS = Section(
    slug="terms",
    title=sentence("Thời hạn nộp phí"),
    lead=sentence("Bưu điện thu hộ thì nộp lại cơ quan trong bao lâu."),
    group="money",
    kinds=("remit_term",),
    table=_terms,
    forms=_term_forms,
    empty=sentence("Chưa khai thủ tục nào."),
    columns=(sentence("Mã thủ tục"), sentence("Nộp trong vòng"), sentence("Từ ngày"), sentence("Lý do")),
    does={"set": _set_term},
)


async def _rates(visit: Visit, _: str) -> Table:
    today, is_old, rows = legal_day(visit.at), False, []
    for one in await visit.services.compensating.rates(actor=visit.actor):
        rows.append(
            Row(
                key=one.valid_from.isoformat(),
                is_over=is_old,
                cells=(
                    Cell(text=f"{one.basis_points / 100:.2f} %".replace(".", ","), kind="number"),
                    Cell(text=chosen_day(one.valid_from)),
                    Cell(text=one.reason, small=one.author),
                ),
            )
        )
        is_old = is_old or one.valid_from <= today
    return Table(rows=rows)


async def _rate_forms(visit: Visit) -> Sequence[Form]:
    return (Form(
        act="set", title=sentence("Khai lãi suất"), button=sentence("Khai"),
        fields=(
            Field(name="percent", label=sentence("Phần trăm một năm"), hint=sentence("Ví dụ 10 hoặc 8,25")),
            Field(name="valid_from", label=FROM, kind="date", value=legal_day(visit.at).isoformat()),
            Field(name="reason", label=REASON),
        ),
    ),)  # fmt: skip


def _points(typed: Typed) -> int:
    try:
        points = Decimal(typed.text("percent").replace(",", ".")) * 100
    except InvalidOperation:
        points = Decimal("-1")
    if not points.is_finite() or points < 0 or points != int(points):
        raise Invalid("Ghi phần trăm, nhiều nhất hai số lẻ.", code="interest.percent", field="/percent")
    return int(points)


async def _set_rate(visit: Visit, typed: Typed) -> web.Response | None:
    rate = InterestRate(basis_points=_points(typed), valid_from=typed.day("valid_from"), reason=typed.text("reason"))
    await visit.services.compensating.put_rate(rate, actor=visit.actor, at=visit.at)
    return None


RATES = Section(
    slug="rates", title=sentence("Lãi suất chậm trả"), lead=sentence("Bồi thường trả quá hạn thì cộng lãi này."),
    group="money", kinds=("interest_rate",), table=_rates, forms=_rate_forms, empty=sentence("Chưa khai lãi suất."),
    columns=(sentence("Một năm"), sentence("Từ ngày"), sentence("Lý do")), does={"set": _set_rate},
)  # fmt: skip
