"""One trip as a list: each item scanned or ticked, what differs explained, and the list closed.

A scanner gun types a number and Enter into the one field of the page. Each number is answered at once in a colour, an
icon and a word; the count stands beside it all the time. What was found twice is counted once, so a page that is sent
twice does nothing more. Who acts on a list that another hand has changed meanwhile is told so and sees it as it is now.

Stands on: handover, visit. Used by: routes, signatures.
Source: Decision 45/2016/QĐ-TTg art. 7.2 to 7.4, 9.2; Circular 17/2017/TT-BTTTT art. 5.1.e to g.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from postgw.domain.errors import Conflict, Invalid, Mistake
from postgw.domain.legal_day import VIETNAM, legal_day, shown
from postgw.domain.manifest import ManifestLine
from postgw.domain.privacy import mask_name
from postgw.domain.recognise import LONGEST, Recognised, recognise
from postgw.services.trips import Trip
from postgw.web.errors import kind_of
from postgw.web.language import sentence

from .desk import LEGS, titles
from .handover import Typed, faults_of, words
from .visit import Visit, go_to

OUTCOMES = {
    "expected": sentence("Chưa đếm"), "ticked": sentence("Đủ"), "missing": sentence("Thiếu"),
    "extra": sentence("Ngoài danh sách"), "damaged": sentence("Rách, hỏng"),
}  # fmt: skip
OUTCOME_LOOKS = {
    "expected": ("quiet", "ahead"), "ticked": ("ok", "ok"), "missing": ("late", "late"),
    "extra": ("stuck", "stuck"), "damaged": ("warn", "late"),
}  # fmt: skip
WARNINGS = {
    "unsealed": sentence("Chưa ghi niêm phong"), "originals_owed": sentence("Còn nợ bản chính, chưa ghi trả hay giữ"),
}  # fmt: skip
#: What must be seen first: what differs, then what nobody has counted, then what is done.
_ORDER = ("missing", "damaged", "extra", "expected", "ticked")
_LINES_SHOWN = 300
_COLUMNS = (
    sentence("Bưu gửi"), sentence("Số hiệu"), sentence("Mã hồ sơ"), sentence("Chiều"), sentence("Người dân"),
    sentence("Niêm phong"), sentence("Kết quả đếm"), sentence("Ghi chú"), sentence("Đếm lúc"),
    sentence("Người đếm"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a scan came to: colour, icon, word, and a sentence."""

    kind: str
    icon: str
    word: str
    number: str = ""
    told: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    may_add: bool = False
    status: int = 200


_WORDS = {
    "counted": ("ok", "ok", sentence("Đã đếm")), "again": ("warn", "dup", sentence("Đã đếm rồi")),
    "all": ("ok", "ok", sentence("Đã đếm cả danh sách")), "bag": ("ok", "ok", sentence("Đã đếm cả túi")),
    "added": ("stuck", "stuck", sentence("Đã thêm ngoài danh sách")),
    "beyond": ("stuck", "stuck", sentence("Không có trong biên bản")),
    "unknown": ("stuck", "stuck", sentence("Chưa có trong sổ")), "wrong": ("late", "late", sentence("Sai số")),
    "other": ("late", "late", sentence("Biên bản khác")), "empty": ("late", "late", sentence("Ô quét còn trống")),
    "done": ("late", "late", sentence("Biên bản đã ký")),
}  # fmt: skip
_TOLD = {
    "again": sentence("Đếm lúc {at}, lần này không tính thêm."),
    "all": sentence("Quét mã của biên bản là đếm đủ mọi dòng còn lại."),
    "bag": sentence("{n} bưu gửi trong túi đã đếm."),
    "beyond": sentence("Đưa vào biên bản thì ghi lý do, hoặc để riêng trả lại bên giao."),
    "unknown": sentence("Cổng chưa biết số này. Để riêng, hỏi bên giao."),
    "wrong": sentence("Quét lại. Chữ số kiểm tra không khớp."),
    "other": sentence("Đây là số của một biên bản khác."),
    "empty": sentence("Quét nhãn, hoặc gõ số rồi bấm Enter."),
    "done": sentence("Biên bản đã ký đủ hai bên, không đếm thêm được."),
}  # fmt: skip


def _answer(name: str, number: str = "", *, status: int = 200, may_add: bool = False, **values: object) -> Answer:
    kind, icon, word = _WORDS[name]
    return Answer(
        kind=kind, icon=icon, word=word, number=number, told=_TOLD.get(name, ""), values=values, may_add=may_add,
        status=status,
    )  # fmt: skip


async def show(visit: Visit) -> web.Response:
    """Show the list, and what the last scan came to."""
    trip = await visit.services.trips.trip(visit.path("manifest_no"), actor=visit.actor)
    return await page(visit, trip, answer=_remembered(visit, trip))


def _remembered(visit: Visit, trip: Trip) -> Answer | None:
    """Return the answer to a scan that was taken; its number is looked up again, so that no address makes words."""
    name, number = visit.query("said"), recognise(visit.query("n")).number
    line = _line_of(trip, number)
    if name in {"all", "bag"} and number:
        n = visit.query("k")
        return _answer(name, number, n=n if n.isdecimal() and len(n) < 5 else "")
    if name not in {"counted", "again", "added"} or line is None or line.ticked_at is None:
        return None
    return _answer(name, line.consignment_no, at=shown(line.ticked_at))


async def page(
    visit: Visit, trip: Trip, *, answer: Answer | None = None, mistake: Mistake | None = None,
    typed: Mapping[str, str] | None = None,
) -> web.Response:  # fmt: skip
    """Draw the page of a trip, after an act or before one."""
    status = kind_of(mistake).status if mistake else (answer.status if answer else 200)
    manifest = trip.manifest
    here = f"/desk/handover/{manifest.manifest_no}"
    lines = sorted(manifest.lines, key=lambda line: _ORDER.index(line.outcome))
    table = visit.services.enquiry.table(on=legal_day(visit.at))
    hands = await visit.services.trips.hands(manifest, actor=visit.actor, at=visit.at)
    return visit.show(
        "desk_trip.html", status=status, trip=trip, m=manifest, card=trip.card, lines=lines[:_LINES_SHOWN],
        hidden=max(len(lines) - _LINES_SHOWN, 0), answer=answer, typed=Typed(typed or {}), hands=hands,
        own={side: next((each for each in people if each.account == visit.actor.name), None)
             for side, people in hands.items()},
        faults=faults_of(visit, mistake), outcomes=OUTCOMES, outcome_looks=OUTCOME_LOOKS, warnings=WARNINGS, legs=LEGS,
        named=await visit.names_shown(f"list:/desk/handover/{manifest.manifest_no}"),
        states=titles(table, visit.language), here_trip=here, here=here, here_whole=here, **await words(visit),
    )  # fmt: skip


def _line_of(trip: Trip, number: str) -> ManifestLine | None:
    """Return the line that a consignment, item or dossier number names."""
    for line in trip.manifest.lines:
        item = trip.items.get(line.consignment_no)
        if number and number in {line.consignment_no, item.item_no if item else "", item.dossier_no if item else ""}:
            return line
    return None


async def scan(visit: Visit) -> web.Response:
    """Count what was scanned, and say at once what it came to."""
    typed = await visit.typed()
    trip = await visit.services.trips.trip(visit.path("manifest_no"), actor=visit.actor)
    text = typed.get("q", "")[:LONGEST]
    answer = await _scanned(visit, trip, text, recognise(text))
    if isinstance(answer, Answer):
        return await page(visit, trip, answer=answer, typed=typed)
    return go_to(f"/desk/handover/{trip.manifest.manifest_no}?{urlencode(answer)}")


async def _scanned(visit: Visit, trip: Trip, text: str, read: Recognised) -> Answer | dict[str, object]:
    """Return what was counted, or the answer to what was not."""
    if not text:
        return _answer("empty", status=422)
    if trip.manifest.state == "signed":
        return _answer("done", status=409)
    if read.kind == "manifest":
        return await _whole_list(visit, trip, read.number)
    if read.kind == "bag":
        return await _bag(visit, trip, read.number)
    line = _line_of(trip, read.number)
    if line is None:
        return await _stranger(visit, read)
    number = line.consignment_no
    if line.outcome not in {"expected", "missing"}:
        return {"said": "again", "n": number}
    await _note(visit, trip, [number])
    return {"said": "counted", "n": number}


async def _note(visit: Visit, trip: Trip, numbers: list[str]) -> None:
    await visit.services.counting.note(trip.manifest.manifest_no, numbers, actor=visit.actor, at=visit.at)


async def _whole_list(visit: Visit, trip: Trip, number: str) -> Answer | dict[str, object]:
    if number != trip.manifest.manifest_no:
        return _answer("other", status=409)
    await _note(visit, trip, list(trip.manifest.uncounted()))
    return {"said": "all", "n": number}


async def _bag(visit: Visit, trip: Trip, number: str) -> Answer | dict[str, object]:
    try:
        bag = await visit.services.bagging.bag(number, actor=visit.actor)
    except Mistake:
        return _answer("unknown", number, status=404)
    inside = [each for each in bag.consignment_nos if _line_of(trip, each)]
    if not inside:
        return _answer("beyond", number, status=409)
    left = set(trip.manifest.uncounted())
    await _note(visit, trip, [each for each in inside if each in left])
    return {"said": "bag", "n": number, "k": len(inside)}


async def _stranger(visit: Visit, read: Recognised) -> Answer:
    if not read.number:
        return _answer("wrong", status=422)
    if read.kind == "dossier" or await visit.services.enquiry.track(read.number) is None:
        return _answer("unknown", read.number, status=404)
    return _answer("beyond", read.number, status=409, may_add=True)


async def rows(visit: Visit) -> web.Response:
    """Do one thing with the rows that were ticked: they are there, missing, damaged, to count again, to leave out."""
    typed, chosen = await visit.typed(), list(await visit.chosen("line"))
    counting, reason = visit.services.counting, typed.get("reason", "")
    number, act = visit.path("manifest_no"), typed.get("act", "")
    if act == "enter":  # the key alone: whoever has written a reason means that something is missing
        act = "missing" if reason else "ticked"
    try:
        if not chosen:
            raise Invalid("Chưa chọn dòng nào.", code="rows.none", field="/line")
        if act == "back":
            await counting.take_back(number, chosen, actor=visit.actor, at=visit.at)
        elif act == "strike":
            for each in chosen:
                await counting.strike(number, each, actor=visit.actor, at=visit.at)
        else:
            await counting.note(number, chosen, outcome=act, reason=reason, actor=visit.actor, at=visit.at)
    except Mistake as mistake:
        return await _again(visit, mistake, {**typed, "form": "rows", "chosen": " ".join(chosen)})
    return go_to(f"/desk/handover/{number}")


async def _again(visit: Visit, mistake: Mistake, typed: Mapping[str, str]) -> web.Response:
    trip = await visit.services.trips.trip(visit.path("manifest_no"), actor=visit.actor)
    return await page(visit, trip, mistake=mistake, typed=typed)


async def add(visit: Visit) -> web.Response:
    """Put an item on the list: as planned while it is open, else as found beyond it, with the reason."""
    typed, number = await visit.typed(), visit.path("manifest_no")
    try:
        item, reason = typed.get("number", ""), typed.get("reason", "")
        if typed.get("act") == "plan":
            await visit.services.handover.add(number, [item], actor=visit.actor, at=visit.at)
            return go_to(f"/desk/handover/{number}")
        if not reason:
            raise Invalid("Ghi lý do có bưu gửi này mà không có trong danh sách.", code="add.reason", field="/reason")
        await visit.services.handover.tick(number, item, outcome="ticked", note=reason, actor=visit.actor, at=visit.at)
    except Mistake as mistake:
        return await _again(visit, mistake, {**typed, "form": "add"})
    return go_to(f"/desk/handover/{number}?{urlencode({'said': 'added', 'n': recognise(item).number})}")


async def explain(visit: Visit) -> web.Response:
    """Say why an item came that does not stand on the list."""
    typed, number = await visit.typed(), visit.path("manifest_no")
    try:
        await visit.services.counting.explain(
            number, typed.get("number", ""), reason=typed.get("reason", ""), actor=visit.actor, at=visit.at
        )
    except Mistake as mistake:
        return await _again(visit, mistake, {**typed, "form": "explain"})
    return go_to(f"/desk/handover/{number}")


async def close(visit: Visit) -> web.Response:
    """Close the list that this hand has seen."""
    typed, number = await visit.typed(), visit.path("manifest_no")
    try:
        trip = await visit.services.trips.trip(number, actor=visit.actor)
        if trip.manifest.state == "open":
            must_be_seen(trip, typed)
        await visit.services.handover.close(number, actor=visit.actor, at=visit.at)
    except Mistake as mistake:
        return await _again(visit, mistake, {**typed, "form": "close"})
    return go_to(f"/desk/handover/{number}#sign")


def must_be_seen(trip: Trip, typed: Mapping[str, str]) -> None:
    """Raise Conflict, saying who and when, where the list has changed since it was shown."""
    if typed.get("seen") == trip.seen:
        return
    last = trip.last()
    if last is None or last.ticked_at is None:
        raise Conflict("Biên bản vừa có người sửa. Đây là bản mới, xem rồi làm tiếp.", code="trip.changed")
    raise Conflict(
        "{who} vừa sửa biên bản này lúc {at}. Đây là bản mới, xem rồi làm tiếp.", who=last.ticked_by,
        at=shown(last.ticked_at), code="trip.changed",
    )  # fmt: skip


async def lines(visit: Visit) -> web.Response:
    """Give the lines of the list as a file."""
    number = visit.path("manifest_no")
    trip = await visit.services.trips.trip(number, actor=visit.actor)
    named = await visit.names_shown(f"list:/desk/handover/{number}")
    say = visit.say
    headings = [say(each) for each in _COLUMNS]
    rows = [_row(visit, trip, line, named=named) for line in trip.manifest.lines]
    return await visit.sheet(number, headings, rows, visit.path("kind"))


def _row(visit: Visit, trip: Trip, line: ManifestLine, *, named: bool) -> list[str | int]:
    item: Any = trip.items[line.consignment_no]
    citizen = item.consignor if item.leg == "send" else item.consignee
    return [
        line.consignment_no, item.item_no, item.dossier_no, visit.say(LEGS[item.leg]),
        citizen.name if named else mask_name(citizen.name), line.seal_no, visit.say(OUTCOMES[line.outcome]), line.note,
        f"{line.ticked_at.astimezone(VIETNAM):%H:%M %d/%m/%Y}" if line.ticked_at else "", line.ticked_by,
    ]  # fmt: skip
