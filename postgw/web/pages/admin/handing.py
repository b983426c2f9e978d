"""What two sides have agreed on: who signs, when the post comes, what an agency may seal by itself.

Used by: sections.
"""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from postgw.domain.errors import Invalid
from postgw.domain.legal_day import legal_day
from postgw.domain.packing import BulkAgreement
from postgw.domain.pickup_window import PickupWindow
from postgw.web.language import sentence
from postgw.web.pages.desk import units_of
from postgw.web.pages.visit import Visit

from .parts import Cell, Field, Form, Option, Row, RowAct, Section, Table, Typed, chosen_day
from .sheet import FROM, REASON

_SUBJECTS = {"dossiers": sentence("Giao nhận hồ sơ"), "fees": sentence("Nộp phí")}
_WEEKDAYS = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")


async def of_kind(visit: Visit, kind: str = "") -> tuple[Option, ...]:
    units = await visit.services.enquiry.units(kind=kind, actor=visit.actor)
    today = legal_day(visit.at)
    return tuple((unit.code, f"{unit.name} ({unit.code})") for unit in units if not unit.is_closed(today))


async def _signatories(visit: Visit, cursor: str) -> Table:
    names, today = await units_of(visit), legal_day(visit.at)
    page = await visit.services.signing.appointments(cursor=cursor, actor=visit.actor)
    rows = []
    for one in page.items:
        it, is_over = one.signatory, one.valid_to is not None and one.valid_to < today
        end = RowAct(
            act="dismiss",
            word=sentence("Thôi cử"),
            about=it.signatory_no,
            asks=(Field(name="on", label=sentence("Ký đến hết ngày"), kind="date", value=today.isoformat()),),
        )
        rows.append(Row(key=it.signatory_no, is_over=is_over, acts=() if one.valid_to else (end,), cells=(
            Cell(text=it.name, small=it.signatory_no), Cell(text=names.get(it.unit, it.unit)),
            Cell(words=_SUBJECTS[it.subject]), Cell(text=it.account), Cell(text=chosen_day(one.valid_from)),
            Cell(text=chosen_day(one.valid_to)) if one.valid_to else Cell(words=sentence("chưa định")),
        )))  # fmt: skip
    return Table(rows=rows, next_cursor=page.next_cursor)


async def _signatory_forms(visit: Visit) -> Sequence[Form]:
    return (Form(
        act="appoint", title=sentence("Cử người ký"), button=sentence("Cử"),
        fields=(
            Field(name="unit", label=sentence("Ký cho"), kind="select", is_named=True, options=await of_kind(visit)),
            Field(name="name", label=sentence("Họ tên")),
            Field(name="subject", label=sentence("Ký việc"), kind="select", options=tuple(_SUBJECTS.items())),
            Field(name="account", label=sentence("Tên đăng nhập"), is_needed=False,
                  hint=sentence("Cần khi ký trên màn hình; ký trên giấy thì để trống.")),
            Field(name="valid_from", label=FROM, kind="date", value=legal_day(visit.at).isoformat()),
            Field(name="valid_to", label=sentence("Đến hết ngày"), kind="date", is_needed=False),
        ),
    ),)  # fmt: skip


async def _appoint(visit: Visit, typed: Typed) -> web.Response | None:
    kinds = {unit.code: unit.kind for unit in await visit.services.enquiry.units(actor=visit.actor)}
    await visit.services.signing.appoint(
        unit_kind=kinds.get(typed.text("unit"), "desk"), unit=typed.text("unit"), name=typed.text("name"),
        subject=typed.text("subject"), account=typed.text("account"), valid_from=typed.day("valid_from"),
        valid_to=typed.day_or_none("valid_to"), actor=visit.actor, at=visit.at,
    )  # fmt: skip
    return None


async def _dismiss(visit: Visit, typed: Typed) -> web.Response | None:
    await visit.services.signing.dismiss(typed.text("key"), on=typed.day("on"), actor=visit.actor, at=visit.at)
    return None


SIGNATORIES = Section(
    slug="signatories",
    title=sentence("Người ký"),
    lead=sentence("Ai được ký giao nhận, từ ngày nào; đã ký thì còn mãi."),
    group="people",
    kinds=("signatory",),
    table=_signatories,
    forms=_signatory_forms,
    empty=sentence("Chưa cử ai."),
    columns=(
        sentence("Họ tên"),
        sentence("Đơn vị"),
        sentence("Ký việc"),
        sentence("Tên đăng nhập"),
        sentence("Từ ngày"),
        sentence("Đến hết ngày"),
    ),
    does={"appoint": _appoint, "dismiss": _dismiss},
)


async def _windows(visit: Visit, _: str) -> Table:
    names, today, seen, rows = await units_of(visit), legal_day(visit.at), set(), []
    for one in await visit.services.results.windows(actor=visit.actor):
        is_over = one.valid_from <= today and one.desk in seen
        if one.valid_from <= today:
            seen.add(one.desk)
        told = ", ".join(
            f"{_WEEKDAYS[each.weekday - 1]} {each.from_time:%H:%M}–{each.to_time:%H:%M}" for each in one.windows
        )
        rows.append(
            Row(
                key=f"{one.desk}-{one.valid_from}",
                is_over=is_over,
                cells=(
                    Cell(text=names.get(one.desk, one.desk)),
                    Cell(text=names.get(one.office, one.office)),
                    Cell(text=told) if told else Cell(words=sentence("không có khung giờ")),
                    Cell(text=chosen_day(one.valid_from)),
                    Cell(text=one.reason, small=one.author),
                ),
            )
        )
    return Table(rows=rows)


async def _window_forms(visit: Visit) -> Sequence[Form]:
    return (Form(
        act="set", title=sentence("Khai khung giờ"), button=sentence("Khai"),
        fields=(
            Field(name="desk", label=sentence("Bộ phận Một cửa"), kind="select", is_named=True,
                  options=await of_kind(visit, "desk")),
            Field(name="office", label=sentence("Bưu cục đến lấy"), kind="select", is_named=True,
                  options=await of_kind(visit, "office")),
            Field(name="weekdays", label=sentence("Ngày trong tuần"), kind="checks", is_named=True, value="1 2 3 4 5",
                  options=tuple((str(n + 1), word) for n, word in enumerate(_WEEKDAYS))),
            Field(name="times", label=sentence("Giờ trong ngày"), value="08:00-09:00",
                  hint=sentence("Nhiều khung thì cách nhau bằng dấu phẩy, ví dụ 08:00-09:00, 15:00-16:00")),
            Field(name="valid_from", label=FROM, kind="date", value=legal_day(visit.at).isoformat()),
            Field(name="reason", label=REASON),
        ),
    ),)  # fmt: skip


def _times(typed: Typed) -> list[PickupWindow]:
    found = []
    for part in filter(None, (part.strip() for part in typed.text("times").split(","))):
        begins, _, ends = part.partition("-")
        spelt = Typed({"times": begins.strip()}, {}), Typed({"times": ends.strip()}, {})
        found += [
            PickupWindow(weekday=int(day), from_time=spelt[0].clock("times"), to_time=spelt[1].clock("times"))
            for day in typed.all_of("weekdays") if day in "1234567"
        ]  # fmt: skip
    return found


async def _set_windows(visit: Visit, typed: Typed) -> web.Response | None:
    try:
        await visit.services.results.set_windows(
            desk=typed.text("desk"), office=typed.text("office"), valid_from=typed.day("valid_from"),
            windows=_times(typed), reason=typed.text("reason"), actor=visit.actor, at=visit.at,
        )  # fmt: skip
    except Invalid as wrong:
        wrong.field = "/times" if wrong.field.startswith("/windows") else wrong.field
        raise
    return None


WINDOWS = Section(
    slug="windows",
    title=sentence("Khung giờ thu gom"),
    lead=sentence("Khi nào Bưu điện đến từng bộ phận; kết quả tự vào khung gần nhất."),
    group="post",
    kinds=("pickup_windows",),
    table=_windows,
    forms=_window_forms,
    empty=sentence("Chưa khai bộ phận nào."),
    columns=(
        sentence("Bộ phận Một cửa"),
        sentence("Bưu cục"),
        sentence("Khung giờ"),
        sentence("Từ ngày"),
        sentence("Lý do"),
    ),
    does={"set": _set_windows},
)


async def _agreements(visit: Visit, _: str) -> Table:
    names = await units_of(visit)
    return Table(
        rows=[_agreement(visit, one, names) for one in await visit.services.packing.agreements(actor=visit.actor)]
    )


def _agreement(visit: Visit, one: BulkAgreement, names: dict[str, str]) -> Row:
    today = legal_day(visit.at)
    end = RowAct(
        act="end",
        word=sentence("Chấm dứt"),
        about=one.agreement_no,
        asks=(
            Field(name="on", label=sentence("Từ ngày"), kind="date", value=today.isoformat()),
            Field(name="reason", label=REASON),
        ),
    )
    is_over = one.valid_to is not None and one.valid_to <= today
    return Row(
        key=one.agreement_no,
        is_over=is_over,
        acts=() if one.end_reason else (end,),
        cells=(
            Cell(text=one.agreement_no, kind="code"),
            Cell(text=names.get(one.desk, one.desk)),
            Cell(text=one.covers),
            Cell(text=chosen_day(one.valid_from), small=chosen_day(one.valid_to)),
            Cell(text=one.reason, small=one.end_reason),
            Cell(words=sentence("Đã hết"), state="quiet", icon="lock")
            if is_over
            else Cell(words=sentence("Còn hiệu lực"), state="ok", icon="ok"),
        ),
    )


async def _agreement_forms(visit: Visit) -> Sequence[Form]:
    return (Form(
        act="begin", title=sentence("Ghi thoả thuận"), button=sentence("Ghi"),
        lead=sentence("Cơ quan tự niêm phong kết quả của mình chỉ khi có thoả thuận còn hiệu lực."),
        fields=(
            Field(name="desk", label=sentence("Bộ phận Một cửa"), kind="select", is_named=True,
                  options=await of_kind(visit, "desk")),
            Field(name="covers", label=sentence("Loại kết quả, đơn vị nhận")),
            Field(name="valid_from", label=FROM, kind="date", value=legal_day(visit.at).isoformat()),
            Field(name="valid_to", label=sentence("Hết hiệu lực từ ngày"), kind="date", is_needed=False),
            Field(name="reason", label=REASON),
        ),
    ),)  # fmt: skip


async def _begin(visit: Visit, typed: Typed) -> web.Response | None:
    await visit.services.packing.begin_agreement(
        desk=typed.text("desk"), covers=typed.text("covers"), valid_from=typed.day("valid_from"),
        valid_to=typed.day_or_none("valid_to"), reason=typed.text("reason"), actor=visit.actor, at=visit.at,
    )  # fmt: skip
    return None


async def _end(visit: Visit, typed: Typed) -> web.Response | None:
    await visit.services.packing.end_agreement(
        typed.text("key"), on=typed.day("on"), reason=typed.text("reason"), actor=visit.actor, at=visit.at
    )
    return None


AGREEMENTS = Section(
    slug="agreements",
    title=sentence("Thoả thuận đóng gói"),
    lead=sentence("Cơ quan tự niêm phong nhiều kết quả cùng loại."),
    group="post",
    kinds=("bulk_agreement",),
    table=_agreements,
    forms=_agreement_forms,
    empty=sentence("Chưa có thoả thuận nào."),
    columns=(
        sentence("Số"),
        sentence("Bộ phận Một cửa"),
        sentence("Áp dụng cho"),
        sentence("Hiệu lực"),
        sentence("Lý do"),
        sentence("Tình trạng"),
    ),
    does={"begin": _begin, "end": _end},
)
