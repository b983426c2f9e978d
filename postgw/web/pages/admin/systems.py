"""Machines that may knock: tokens, subscribers of events, and one-stop systems that order over the post's wire.

What is secret is shown once, in the answer to the form, and stands nowhere after.

Used by: sections.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from postgw.domain.desk_order import DeskCard
from postgw.rules.roles import load_acts
from postgw.web.language import sentence
from postgw.web.pages.desk import units_of
from postgw.web.pages.moments import full_day
from postgw.web.pages.visit import Visit

from . import sheet
from .parts import Cell, Field, Form, Option, Row, RowAct, Section, Table, Typed

_ON, _OFF = sentence("Đang dùng"), sentence("Đã ngừng")


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """What is shown once."""

    title: str
    shown: Sequence[tuple[str, str]]


def _standing(is_on: bool) -> Cell:
    return Cell(words=_ON, state="ok", icon="ok") if is_on else Cell(words=_OFF, state="quiet", icon="lock")


async def _units(visit: Visit, none: str) -> tuple[Option, ...]:
    names = await units_of(visit)
    return (("", visit.say(none)), *((code, f"{name} ({code})") for code, name in names.items()))


async def _tokens(visit: Visit, _: str) -> Table:
    names = await units_of(visit)
    rows = []
    for card in reversed(await visit.services.accounts.tokens(actor=visit.actor)):
        is_on = not card.is_revoked(visit.at)
        end = (RowAct(act="revoke", word=sentence("Thu hồi"), about=card.name),) if is_on else ()
        rows.append(Row(key=card.token_no, is_over=not is_on, acts=end, cells=(
            Cell(text=card.token_no, kind="code"), Cell(text=card.name), Cell(text=", ".join(card.scopes)),
            Cell(text=names.get(card.unit, card.unit)) if card.unit else Cell(words=sentence("Mọi đơn vị")),
            Cell(text=full_day(card.issued_at)), _standing(is_on),
        )))  # fmt: skip
    return Table(rows=rows)


async def _token_forms(visit: Visit) -> Sequence[Form]:
    place = 1 if visit.language == "en" else 0
    scopes = tuple((scope, titles[place]) for scope, titles in load_acts().items())
    return (
        Form(
            act="issue",
            title=sentence("Cấp mã truy cập"),
            button=sentence("Cấp mã"),
            lead=sentence("Cho máy và hệ thống. Người thì mở tài khoản."),
            fields=(
                Field(
                    name="name",
                    label=sentence("Tên hệ thống hay máy"),
                    hint=sentence("Đứng trong mọi dòng nó ghi; không phải tên người."),
                ),
                Field(
                    name="unit",
                    label=sentence("Làm việc cho"),
                    kind="select",
                    is_named=True,
                    options=await _units(visit, sentence("Mọi đơn vị")),
                ),
                Field(name="scopes", label=sentence("Được làm"), kind="checks", options=scopes, is_named=True),
            ),
        ),
    )


async def _issue(visit: Visit, typed: Typed) -> web.Response | None:
    text, card = await visit.services.accounts.issue(
        name=typed.text("name"), scopes=typed.all_of("scopes"), unit=typed.text("unit"), actor=visit.actor, at=visit.at
    )
    secret = Secret(
        title=sentence("Mã truy cập mới"), shown=((sentence("Mã"), text), (sentence("Số thẻ"), card.token_no))
    )
    return await sheet.drawn(TOKENS, visit, secret=secret)


async def _revoke(visit: Visit, typed: Typed) -> web.Response | None:
    await visit.services.accounts.revoke(typed.text("key"), actor=visit.actor, at=visit.at)
    return None


TOKENS = Section(
    slug="tokens",
    title=sentence("Mã truy cập của máy"),
    lead=sentence("Máy và hệ thống gọi vào bằng mã; cổng chỉ giữ mã băm."),
    group="machines",
    kinds=("token",),
    table=_tokens,
    forms=_token_forms,
    empty=sentence("Chưa cấp mã nào."),
    columns=(
        sentence("Số thẻ"),
        sentence("Tên"),
        sentence("Được làm"),
        sentence("Đơn vị"),
        sentence("Cấp ngày"),
        sentence("Tình trạng"),
    ),
    does={"issue": _issue, "revoke": _revoke},
)


async def _hooks(visit: Visit, _: str) -> Table:
    names = await units_of(visit)
    rows = []
    for hook in reversed(await visit.services.notices.hooks(actor=visit.actor)):
        is_on = hook.state == "on"
        end = (RowAct(act="end", word=sentence("Bỏ đăng ký"), about=hook.hook_no),) if is_on else ()
        rows.append(Row(key=hook.hook_no, is_over=not is_on, acts=end, cells=(
            Cell(text=hook.hook_no, kind="code"), Cell(text=hook.url.partition("?")[0]),
            Cell(text=", ".join(hook.kinds)) if hook.kinds else Cell(words=sentence("Mọi tin")),
            Cell(text=names.get(hook.desk, hook.desk)) if hook.desk else Cell(words=sentence("Mọi đơn vị")),
            _standing(is_on),
        )))  # fmt: skip
    return Table(rows=rows)


async def _hook_forms(visit: Visit) -> Sequence[Form]:
    return (Form(
        act="make", title=sentence("Đăng ký nhận tin"), button=sentence("Đăng ký"),
        fields=(
            Field(name="url", label=sentence("Địa chỉ nhận"), hint=sentence("Một URL https của hệ thống nhận tin.")),
            Field(name="kinds", label=sentence("Loại tin"), is_needed=False,
                  hint=sentence("Cách nhau bằng dấu phẩy, ví dụ consignment.delivered; để trống là mọi tin.")),
            Field(name="desk", label=sentence("Của bộ phận"), kind="select", is_named=True,
                  options=await _units(visit, sentence("Mọi đơn vị"))),
        ),
    ),)  # fmt: skip


async def _subscribe(visit: Visit, typed: Typed) -> web.Response | None:
    kinds = tuple(kind.strip() for kind in typed.text("kinds").split(",") if kind.strip())
    hook = await visit.services.notices.subscribe(
        url=typed.text("url"), kinds=kinds, desk=typed.text("desk"), actor=visit.actor, at=visit.at
    )
    secret = Secret(title=sentence("Khoá ký của đăng ký mới"),
                    shown=((sentence("Khoá"), hook.secrets[0]), (sentence("Số đăng ký"), hook.hook_no)))  # fmt: skip
    return await sheet.drawn(WEBHOOKS, visit, secret=secret)


async def _unsubscribe(visit: Visit, typed: Typed) -> web.Response | None:
    await visit.services.notices.unsubscribe(typed.text("key"), actor=visit.actor, at=visit.at)
    return None


WEBHOOKS = Section(
    slug="webhooks", title=sentence("Đăng ký nhận tin"), scope="webhooks",
    lead=sentence("Hệ thống khác được báo mỗi khi có việc, có chữ ký theo Standard Webhooks."),
    group="machines", kinds=("webhook",), table=_hooks, forms=_hook_forms, empty=sentence("Chưa có đăng ký nào."),
    columns=(
        sentence("Số đăng ký"), sentence("Địa chỉ nhận"), sentence("Loại tin"), sentence("Đơn vị"),
        sentence("Tình trạng"),
    ),
    does={"make": _subscribe, "end": _unsubscribe},
)  # fmt: skip


async def _customers(visit: Visit, _: str) -> Table:
    rows = [
        Row(
            key=one.customer_no, acts=(RowAct(act="end", word=sentence("Thôi cho đặt"), about=one.name),),
            cells=(
                Cell(text=one.customer_no, kind="code"), Cell(text=one.name), Cell(text=", ".join(one.codes)),
                Cell(text=", ".join(card.desk for card in one.desks)),
            ),
        )
        for one in await visit.services.customers.customers(actor=visit.actor)
    ]  # fmt: skip
    return Table(rows=rows)


async def _customer_forms(visit: Visit) -> Sequence[Form]:
    desks = await visit.services.enquiry.units(kind="desk", actor=visit.actor)
    return (Form(
        act="make", title=sentence("Cho một hệ thống đặt đơn"), button=sentence("Cấp khoá"),
        fields=(
            Field(name="name", label=sentence("Tên hệ thống")),
            Field(name="codes", label=sentence("Mã khách hàng"), hint=sentence("Cách nhau bằng dấu phẩy.")),
            Field(name="desks", label=sentence("Đặt cho bộ phận"), kind="checks", is_named=True,
                  options=tuple((desk.code, desk.name) for desk in desks)),
        ),
    ),)  # fmt: skip


async def _begin(visit: Visit, typed: Typed) -> web.Response | None:
    cards = [DeskCard(desk=code, names=()) for code in typed.all_of("desks")]
    _, key, secret = await visit.services.customers.begin_customer(
        name=typed.text("name"), codes=typed.text("codes").split(","), desks=cards, key="", secret="",
        actor=visit.actor, at=visit.at,
    )  # fmt: skip
    shown = ((sentence("Khoá"), key), (sentence("Mật khẩu"), secret))
    return await sheet.drawn(CUSTOMERS, visit, secret=Secret(title=sentence("Khoá của hệ thống mới"), shown=shown))


async def _end(visit: Visit, typed: Typed) -> web.Response | None:
    await visit.services.customers.end_customer(typed.text("key"), actor=visit.actor, at=visit.at)
    return None


CUSTOMERS = Section(
    slug="customers", title=sentence("Hệ thống đặt đơn qua NGSP"),
    lead=sentence("Hệ thống một cửa quen gọi giao diện của Bưu điện thì gọi vào đây."),
    group="machines", kinds=("customer",), table=_customers, forms=_customer_forms,
    empty=sentence("Chưa có hệ thống nào."),
    columns=(sentence("Số"), sentence("Tên"), sentence("Mã khách hàng"), sentence("Bộ phận")),
    does={"make": _begin, "end": _end},
)  # fmt: skip
