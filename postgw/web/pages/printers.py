"""The printers of the counters: which one prints what, the test page that is scanned back, and what waits for them.

The desk lead or an administrator sets them; an officer says at which counter this screen stands.

Stands on: counters. Used by: routes.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

from aiohttp import web

from postgw.domain.errors import Conflict, Invalid, Mistake
from postgw.domain.printing import PRINTS, Counter, Printer, PrintPaper
from postgw.services.printing import STOCKS
from postgw.web.answers import file_answer
from postgw.web.language import sentence
from postgw.web.paper import paper_drawn

from . import counters
from .visit import Visit, go_to

TITLES = {
    "labels": sentence("Nhãn dán"), "notes": sentence("Phiếu gửi hồ sơ"), "manifest": sentence("Biên bản giao nhận"),
    "test": sentence("Tờ thử"),
}  # fmt: skip
#: What may be wrong with a test page, as the officer sees it, and what to change then.
FAULTS = {
    "unreadable": (
        sentence("Máy quét không đọc được"),
        sentence("Lau đầu in, tăng độ đậm một nấc, chọn đúng độ phân giải của máy in rồi in lại tờ thử."),
    ),
    "scaled": (
        sentence("Khung không đúng số đo ghi trên tờ"),
        sentence("Trong máy in chọn “Kích thước thật, 100 %”, tắt “Vừa trang”, chọn đúng khổ giấy rồi in lại tờ thử."),
    ),
    "cut": (
        sentence("Khung bị lệch hoặc mất một cạnh"),
        sentence("Đo phần lệch bằng thước rồi ghi vào ô Dịch phải, Dịch xuống. Máy in nhãn: cho máy dò lại khổ nhãn."),
    ),
    "wrong_paper": (
        sentence("Ra nhầm giấy hoặc nhầm khay"), sentence("Sửa hàng in hoặc khay của loại giấy này rồi in lại tờ thử."),
    ),
}  # fmt: skip
_DONE = {
    "set": sentence("Đã lưu máy in của quầy."),
    "test": sentence("Đã gửi tờ thử. Quét mã trên tờ vừa in vào ô bên dưới."),
    "right": sentence("Tờ thử quét đọc đúng."), "again": sentence("Đã gửi lệnh in lại."),
    "here": sentence("Máy này nhớ quầy đã chọn."), "fault": sentence("Đã ghi. Xem cách chỉnh ở từng máy in."),
}  # fmt: skip
_STOCK_CHOICES = {kind: [(stock, stock) for stock in known] for kind, known in STOCKS.items()}
#: A program that has asked for work since then is running. It asks every few seconds.
_ALIVE = timedelta(minutes=2)


async def overview(visit: Visit) -> web.Response:
    """Show the counters and the print jobs."""
    return await _overview(visit)


async def _overview(visit: Visit, *, why: str = "", typed: dict[str, str] | None = None) -> web.Response:
    reader = visit.actor.as_reader()
    known = await visit.services.printing.counters(actor=reader)
    at_counter = visit.query("counter")[:20]
    page = await visit.services.printing.jobs(actor=reader, counter_no=at_counter, cursor=visit.query("cursor")[:18])
    asked = {name: text for name, text in (("counter", at_counter), ("cursor", page.next_cursor)) if text}
    return visit.show(
        "desk_printers.html", status=422 if why else 200, counters=known, here_counter=counters.chosen(visit, known),
        jobs=page.items, following="?" + urlencode(asked) if page.next_cursor else "", at_counter=at_counter,
        titles=TITLES, alive=_ALIVE, may_set=bool(visit.may & {"lead", "admin"}), why=why, typed=typed or {},
        done=_said(visit), units=await _desks(visit), who=await _names(visit, {job.made_by for job in page.items}),
        key=secrets.token_hex(12), here="/desk/printers",
    )  # fmt: skip


async def _names(visit: Visit, logins: set[str]) -> dict[str, str]:
    return {login: await visit.services.batches.who(login) for login in logins}


def _said(visit: Visit) -> str:
    done = visit.query("done")
    return visit.say(_DONE[done]) if done in _DONE else ""


async def _desks(visit: Visit) -> dict[str, str]:
    """Return the desks among which somebody without a unit must choose."""
    if visit.actor.unit:
        return {}
    units = await visit.services.enquiry.units(kind="desk", actor=visit.actor.as_reader())
    return {unit.code: unit.name for unit in units}


async def make(visit: Visit) -> web.Response:
    """Open a counter."""
    typed = await visit.typed()
    try:
        made = await visit.services.printing.open_counter(
            typed.get("counter_no", ""), unit=typed.get("unit", ""), name=typed.get("name", ""), actor=visit.actor,
            at=visit.at,
        )  # fmt: skip
    except Mistake as mistake:
        return await _overview(visit, why=visit.say(mistake.template, **mistake.values), typed=typed)
    return go_to(f"/desk/printers/{made.counter_no}")


async def sit(visit: Visit) -> web.Response:
    """Remember at which counter this screen stands."""
    typed = await visit.typed()
    known = await visit.services.printing.counter(typed.get("counter", ""), actor=visit.actor)
    response = go_to("/desk/printers?done=here")
    counters.remember(response, visit, known.counter_no)
    return response


async def again(visit: Visit) -> web.Response:
    """Print a job again."""
    typed = await visit.typed()
    await visit.services.printing.again(
        typed.get("job", ""), f"job:{typed.get('key', '')[:40]}:{typed.get('job', '')[:20]}", actor=visit.actor,
        at=visit.at,
    )  # fmt: skip
    return go_to("/desk/printers?done=again")


async def counter(visit: Visit) -> web.Response:
    """Show one counter with its printers."""
    known = await visit.services.printing.counter(visit.path("counter_no"), actor=visit.actor.as_reader())
    return await _counter(visit, known)


async def _counter(
    visit: Visit, known: Counter, *, why: str = "", field: str = "", status: int = 200, token: str = "",
    typed: dict[str, str] | None = None,
) -> web.Response:  # fmt: skip
    return visit.show(
        "desk_counter.html", status=status, c=known, titles=TITLES, stock_choices=_STOCK_CHOICES,
        faults=FAULTS, why=why,
        field=field, may_set=bool(visit.may & {"lead", "admin"}), token=token, done=_said(visit), typed=typed or {},
        who=await _names(visit, {known.changed_by}), alive=_ALIVE, here="/desk/printers",
        public_url=f"{visit.request.scheme}://{visit.request.host}",
    )  # fmt: skip


async def act(visit: Visit) -> web.Response:
    """Do what one of the forms of a counter's page asks."""
    typed = await visit.typed()
    printing, number = visit.services.printing, visit.path("counter_no")
    known = await printing.counter(number, actor=visit.actor)
    try:
        return await _ACTS.get(typed.get("act", ""), _set_up)(visit, known, typed)
    except Mistake as mistake:
        fresh = await printing.counter(number, actor=visit.actor)
        status = 409 if isinstance(mistake, Conflict) else 422
        why, field = visit.say(mistake.template, **mistake.values), mistake.field
        if field == "/scanned":
            field += f"/{typed.get('prints', '')}"
        return await _counter(visit, fresh, why=why, field=field, status=status, typed=typed)


async def _set_up(visit: Visit, known: Counter, typed: dict[str, str]) -> web.Response:
    version = typed.get("version", "")
    await visit.services.printing.set_up(
        known.counter_no, name=typed.get("name", ""), printers=[_typed_printer(kind, typed) for kind in PRINTS],
        version=int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else 0,
        actor=visit.actor, at=visit.at,
    )  # fmt: skip
    return go_to(f"/desk/printers/{known.counter_no}?done=set")


def _typed_printer(kind: str, typed: dict[str, str]) -> Printer:
    def of(name: str) -> str:
        return typed.get(f"{kind}-{name}", "")

    return Printer(
        prints=kind, media=of("media") or "pdf", stock=of("stock"), dpi=_whole(of("dpi"), kind, "dpi"),
        queue=of("queue"), tray=of("tray"), first_place=_whole(of("first_place") or "1", kind, "first_place"),
        right_tenths=_tenths(of("right"), kind, "right"), down_tenths=_tenths(of("down"), kind, "down"),
    )  # fmt: skip


def _whole(text: str, kind: str, name: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) < 5:
        return int(text)
    raise Invalid("Ghi một số nguyên.", code="printer.number", field=f"/printers/{kind}/{name}")


def _tenths(text: str, kind: str, name: str) -> int:
    """Return millimetres, typed with a comma or a point, in tenths."""
    try:
        moved = float(text.replace(",", ".") or "0")
    except ValueError:
        moved = float("nan")
    if not -100 < moved < 100:
        raise Invalid("Ghi số mi-li-mét, ví dụ 1,5 hoặc -0,5.", code="printer.number", field=f"/printers/{kind}/{name}")
    return round(moved * 10)


async def _test(visit: Visit, known: Counter, typed: dict[str, str]) -> web.Response:
    kind = typed.get("prints", "")
    await visit.services.printing.test(known.counter_no, kind, actor=visit.actor, at=visit.at)
    return go_to(f"/desk/printers/{known.counter_no}?done=test#{kind if kind in PRINTS else ''}")


async def _scan(visit: Visit, known: Counter, typed: dict[str, str]) -> web.Response:
    kind, read = typed.get("prints", ""), typed.get("fault") or typed.get("scanned", "")
    if not read:
        raise Invalid("Quét mã trên tờ thử vào ô này.", code="test.empty", field="/scanned")
    outcome = await visit.services.printing.scanned(known.counter_no, kind, read, actor=visit.actor, at=visit.at)
    done = "right" if outcome == "right" else "fault"
    return go_to(f"/desk/printers/{known.counter_no}?done={done}#{kind}")


async def _token(visit: Visit, known: Counter, typed: dict[str, str]) -> web.Response:
    text = await visit.services.printing.lend_token(known.counter_no, actor=visit.actor, at=visit.at)
    fresh = await visit.services.printing.counter(known.counter_no, actor=visit.actor)
    return await _counter(visit, fresh, token=text)


async def _close(visit: Visit, known: Counter, typed: dict[str, str]) -> web.Response:
    await visit.services.printing.close_counter(known.counter_no, actor=visit.actor, at=visit.at)
    return go_to("/desk/printers")


_ACTS: dict[str, Callable[[Visit, Counter, dict[str, str]], Awaitable[web.Response]]] = {
    "test": _test,
    "scan": _scan,
    "token": _token,
    "close": _close,
}


async def test_page(visit: Visit) -> web.Response:
    """Draw the test page of a printer as a PDF, for a counter without a program."""
    known = await visit.services.printing.counter(visit.path("counter_no"), actor=visit.actor)
    printer = known.printer(visit.path("prints"))
    if printer is None or not printer.test_code:
        raise Conflict("In tờ thử trước rồi quét.", code="test.none")
    paper = PrintPaper(kind="test", numbers=(printer.test_code,), printer=printer.prints)
    as_pdf = replace(printer, media="pdf")
    body, media = await paper_drawn(visit.services, paper, as_pdf, counter=known.name, actor=visit.actor, at=visit.at)
    return file_answer(body, media, f"to-thu-{known.counter_no}-{printer.prints}.pdf")
