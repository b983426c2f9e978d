"""Procedures that go by post, each with its paper list; a new version begins on a day.

Used by: sections.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import quote

from aiohttp import web

from postgw.domain.errors import Invalid, Unknown
from postgw.domain.legal_day import legal_day
from postgw.domain.procedure import ChecklistLine, PaperList, Procedure
from postgw.services.catalogue import Sieve
from postgw.web.language import sentence
from postgw.web.pages.drawing import thousands
from postgw.web.pages.visit import Visit

from .parts import Cell, Field, Form, Note, Row, Section, Table, Typed, chosen_day
from .sheet import FROM, REASON

_PATH = "/desk/admin/procedures"
_LEVELS = {
    "commune": sentence("Cấp xã"), "province": sentence("Cấp tỉnh"), "department": sentence("Sở, ngành của tỉnh"),
}  # fmt: skip
_FORMS = {
    "send": sentence("gửi hồ sơ"), "return": sentence("nhận kết quả"), "both": sentence("gửi hồ sơ và nhận kết quả"),
}  # fmt: skip
_KINDS = {"bản chính": "original", "bản chứng thực": "certified", "bản sao": "copy"}
_KIND_WORDS = {kind: word for word, kind in _KINDS.items()}
#: What may be owed of a paper, as the lines say it.
_DUTIES = {"must_return": "trả lại", "must_withdraw": "thu lại"}
_ON_A_PAGE = 50


async def _table(visit: Visit, cursor: str) -> Table:
    today = legal_day(visit.at)
    found = await visit.services.catalogue.procedures(Sieve(words=visit.query("q")[:60]), on=today)
    start = int(cursor) if cursor.isdecimal() and len(cursor) < 6 else 0
    differing = await visit.services.catalogue.disagreements(on=today, actor=visit.actor)
    codes = {one.procedure.code for one in differing}
    chosen = [one for one in found if one.code in codes] if visit.query("kind") == "differing" else list(found)
    more = str(start + _ON_A_PAGE) if start + _ON_A_PAGE < len(chosen) else ""
    note = Note(
        words=sentence("{n} thủ tục có hai nguồn danh mục khác nhau; đang theo cổng của cơ quan."),
        values={"n": len(codes)},
    )
    return Table(
        rows=[_row(visit, one) for one in chosen[start : start + _ON_A_PAGE]], next_cursor=more,
        notes=[note] if codes else [],
    )  # fmt: skip


def _row(visit: Visit, one: Procedure) -> Row:
    return Row(key=one.code, is_opened=visit.query("one") == one.code, cells=(
        Cell(text=one.code, kind="code", href=f"{_PATH}?one={quote(one.code)}"), Cell(text=one.name, small=one.sector),
        Cell(words=_LEVELS[one.level], small=one.agency),
        Cell(text=", ".join(visit.say(_FORMS[form]) for form in one.forms)) if one.forms
        else Cell(words=sentence("Không qua bưu chính"), state="quiet", icon="lock", small=one.excluded_reason),
        Cell(text=thousands(one.fee_dong) if one.fee_dong is not None else "", kind="number"),
        Cell(text=chosen_day(one.valid_from), small=chosen_day(one.valid_to)),
    ))  # fmt: skip


async def _forms(visit: Visit) -> Sequence[Form]:
    code, today = visit.query("one")[:20], legal_day(visit.at)
    known = None
    if code:
        try:
            known = await visit.services.catalogue.procedure(code, on=today)
        except Unknown:
            known = None
    tomorrow = (today + timedelta(days=1)).isoformat()
    return (*await _shipped(visit), Form(
        act="publish", values={"code": known.code if known else ""}, back=_PATH if known else "",
        title=sentence("Bản mới của {code}") if known else sentence("Công bố thủ tục"),
        button=sentence("Công bố"), lead=sentence("Bản đã công bố không sửa; bản này bắt đầu từ ngày ghi dưới."),
        fields=(*_what(known), *_papers(known), Field(name="valid_from", label=FROM, kind="date", value=tomorrow),
                Field(name="valid_to", label=sentence("Hết hiệu lực từ ngày"), kind="date", is_needed=False,
                      hint=sentence("Để dừng hẳn thủ tục.")),
                Field(name="reason", label=REASON, hint=sentence("Số và ngày quyết định công bố"))),
    ),)  # fmt: skip


async def _shipped(visit: Visit) -> tuple[Form, ...]:
    """Return the form that takes in what ships with this release, as long as some of it is missing here."""
    missing = await visit.services.catalogue.shipped_missing(actor=visit.actor)
    if not missing or visit.query("one"):
        return ()
    return (Form(
        act="take_shipped", title=sentence("Danh mục đi kèm"), button=sentence("Nạp {n} thủ tục"), fields=(),
        values={"n": len(missing)},
        lead=sentence("Danh mục thủ tục đi kèm phần mềm. Nạp rồi soát từng thủ tục trước khi chạy thật."),
    ),)  # fmt: skip


async def _take_shipped(visit: Visit, typed: Typed) -> web.Response | None:
    await visit.services.catalogue.take_shipped(actor=visit.actor, at=visit.at)
    return None


def _what(it: Procedure | None) -> tuple[Field, ...]:
    fee = str(it.fee_dong) if it and it.fee_dong is not None else ""
    return (
        Field(name="code", label=sentence("Mã thủ tục"), value=it.code if it else "", hint=sentence("Ví dụ 2.000635")),
        Field(name="name", label=sentence("Tên"), value=it.name if it else ""),
        Field(name="sector", label=sentence("Lĩnh vực"), value=it.sector if it else ""),
        Field(name="level", label=sentence("Cấp giải quyết"), kind="select", options=tuple(_LEVELS.items()),
              value=it.level if it else "commune"),
        Field(name="agency", label=sentence("Cơ quan giải quyết"), value=it.agency if it else ""),
        Field(name="forms", label=sentence("Qua bưu chính được"), kind="checks", options=tuple(_FORMS.items()),
              value=" ".join(it.forms) if it else "send return both"),
        Field(name="excluded_reason", label=sentence("Vì sao không nhận hình thức còn lại"), is_needed=False,
              value=it.excluded_reason if it else ""),
        Field(name="fee_dong", label=sentence("Phí, lệ phí, đồng"), kind="number", is_needed=False, value=fee,
              hint=sentence("Để trống khi không như nhau mọi nơi.")),
        Field(name="fee_per", label=sentence("Tính theo"), is_needed=False, value=it.fee_per if it else ""),
        Field(name="same_day", label=sentence("Trả kết quả trong ngày"), kind="checks",
              options=(("yes", sentence("Bưu điện quay lại lấy ngay")),), value="yes" if it and it.same_day else ""),
    )  # fmt: skip


def _papers(it: Procedure | None) -> tuple[Field, ...]:
    lines = "\n".join(_line(each) for each in it.papers) if it else ""
    return (
        Field(
            name="papers",
            label=sentence("Danh mục giấy tờ"),
            kind="area",
            rows=7,
            value=lines,
            is_needed=False,
            hint=sentence(
                "Mỗi dòng: tên | bản chính, bản chứng thực hoặc bản sao | số lượng | trả lại, thu lại (nếu có). "
                "Ghi dấu ? đầu dòng nếu chỉ cần khi có."
            ),
        ),
        Field(
            name="source",
            label=sentence("Nguồn của danh mục"),
            is_needed=False,
            value=it.source if it else "",
            hint=sentence("Ví dụ Cổng thông tin của tỉnh, ngày 20/11/2026"),
        ),
    )


def _line(one: ChecklistLine) -> str:
    duties = [word for name, word in _DUTIES.items() if getattr(one, name)]
    tail = f" | {', '.join(duties)}" if duties else ""
    return f"{'' if one.required else '? '}{one.name} | {_KIND_WORDS[one.kind]} | {one.quantity}{tail}"


def _read_line(text: str, n: int) -> ChecklistLine:
    parts = [part.strip() for part in text.lstrip("? ").split("|")]
    name, kind, count, duties = (*parts, *("", "bản sao", "1", "")[len(parts) :])[:4]
    told = {duty.strip() for duty in duties.split(",") if duty.strip()}
    is_count = count.isascii() and count.isdecimal() and len(count) < 4
    if kind.lower() not in _KINDS or not is_count or told - set(_DUTIES.values()):
        raise Invalid(
            "Dòng {n} của danh mục chưa đúng: ghi tên | bản chính | 1.", n=n, code="publication.line", field="/papers"
        )
    return ChecklistLine(
        name=name,
        kind=_KINDS[kind.lower()],
        quantity=int(count),
        required=not text.startswith("?"),
        must_return=_DUTIES["must_return"] in told,
        must_withdraw=_DUTIES["must_withdraw"] in told,
    )


async def _national(visit: Visit, code: str) -> tuple[PaperList, ...]:
    """Return the National database's list of the version before, which a new list of the portal leaves as it is."""
    try:
        known = await visit.services.catalogue.procedure(code, on=legal_day(visit.at))
    except Unknown:
        return ()
    return tuple(one for one in known.lists if one.origin == "national")


async def _publish(visit: Visit, typed: Typed) -> web.Response | None:
    lines = [line.strip() for line in typed.text("papers").splitlines() if line.strip()]
    papers = tuple(_read_line(line, n + 1) for n, line in enumerate(lines))
    portal = (PaperList(origin="portal", source=typed.text("source"), papers=papers),) if papers else ()
    lists = (*portal, *await _national(visit, typed.text("code")))
    draft = Procedure(
        code=typed.text("code"), name=typed.text("name"), sector=typed.text("sector"), level=typed.text("level"),
        agency=typed.text("agency"), excluded_reason=typed.text("excluded_reason"), fee_per=typed.text("fee_per"),
        forms=typed.all_of("forms"), papers=(), lists=lists, valid_from=typed.day("valid_from"),
        valid_to=typed.day_or_none("valid_to"), fee_dong=typed.whole("fee_dong") if typed.text("fee_dong") else None,
        same_day=bool(typed.all_of("same_day")),
    )  # fmt: skip
    try:
        await visit.services.catalogue.publish(draft, reason=typed.text("reason"), actor=visit.actor, at=visit.at)
    except Invalid as wrong:
        if wrong.field.startswith("/lists"):
            wrong.field = "/source" if wrong.field.endswith("source") else "/papers"
        raise
    return None


PROCEDURES = Section(
    slug="procedures",
    title=sentence("Thủ tục hành chính"),
    lead=sentence("Thủ tục nào qua bưu chính, cần giấy tờ gì."),
    group="rules",
    kinds=("procedure",),
    table=_table,
    forms=_forms,
    empty=sentence("Không có thủ tục nào."),
    columns=(
        sentence("Mã"),
        sentence("Tên"),
        sentence("Cấp"),
        sentence("Qua bưu chính"),
        sentence("Phí, đồng"),
        sentence("Từ ngày"),
    ),
    sieve=(("", sentence("Đang hiệu lực")), ("differing", sentence("Hai nguồn khác nhau"))),
    does={"publish": _publish, "take_shipped": _take_shipped},
)
