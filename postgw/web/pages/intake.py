"""Taking a dossier in at the counter: a code is typed or scanned, what is known is filled in, the rest is typed once.

The page is one form that can be sent for several reasons (`act`): to look a procedure or a commune up, to have the
postage told, to take the dossier. Each time everything typed comes back; only taking keeps anything. A script makes the
look-ups quicker and is not needed.

What is filled in names people, so each look is written down, as where names are uncovered on another page.

Stands on: intake_form, intake_help. Used by: routes.
Source: Decree 61/2018/NĐ-CP art. 17; Decision 45/2016/QĐ-TTg art. 1.2, 5, 6; Circular 17/2017/TT-BTTTT art. 5.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urlencode

from aiohttp import web

from postgw.domain import dossier_number
from postgw.domain.dossier import LEGS_OF_FORM, Dossier
from postgw.domain.errors import Conflict, Invalid, Mistake
from postgw.domain.legal_day import legal_day
from postgw.domain.paper import Paper
from postgw.domain.procedure import Procedure
from postgw.domain.recognise import recognise
from postgw.services.filing import Promise
from postgw.services.intake import Taken
from postgw.services.looking_up import Known
from postgw.web.language import sentence

from .drawing import thousands
from .intake_form import (
    BLANK_ROWS,
    PAPER_KINDS,
    PARTIES,
    PaperRow,
    differing,
    dossier_of,
    field_of,
    papers_of,
    rows_at_hand,
    rows_for,
    rows_of,
    typed_of,
)
from .intake_help import Doubt, doubts_of, own_province, procedure_named, quoted
from .visit import Visit, go_to

FORMS = {
    "send": sentence("Gửi hồ sơ"), "return": sentence("Nhận kết quả"), "both": sentence("Gửi hồ sơ và nhận kết quả"),
}  # fmt: skip
FORM_HINTS = {
    "send": sentence("bưu tá đến lấy hồ sơ, người dân tự đến nhận kết quả"),
    "return": sentence("hồ sơ nộp tại quầy, bưu tá mang kết quả đến"),
    "both": sentence("bưu tá đến lấy hồ sơ và mang kết quả đến"),
}
_OUTCOMES = {
    "created": sentence("Đã ghi hồ sơ"), "same": sentence("Hồ sơ đã có đúng như vậy, không ghi thêm:"),
    "updated": sentence("Đã sửa hồ sơ"), "change_requested": sentence("Chờ duyệt đề nghị sửa hồ sơ"),
}  # fmt: skip
FIELD_NAMES = {
    "service_form": sentence("Hình thức"), "procedure_code": sentence("Thủ tục"), "papers": sentence("Giấy tờ"),
    "due_on": sentence("Ngày hẹn trả"), "fee_dong": sentence("Phí, lệ phí"), "note": sentence("Ghi chú"),
    "intake_ref": sentence("Mã tiếp nhận nội bộ"), "applicant_name": sentence("Tên người nộp"),
    "applicant_phone": sentence("Điện thoại người nộp"), "applicant_address": sentence("Địa chỉ người nộp"),
    "applicant_commune": sentence("Xã của người nộp"), "return_to_name": sentence("Tên người nhận"),
    "return_to_phone": sentence("Điện thoại người nhận"), "return_to_address": sentence("Địa chỉ người nhận"),
    "return_to_commune": sentence("Xã của người nhận"), "applicant_province": sentence("Tỉnh của người nộp"),
    "return_to_province": sentence("Tỉnh của người nhận"), "language": sentence("Tiếng nhắn tin"),
}  # fmt: skip
_RESULT_OF = sentence("Kết quả: {procedure}")
_UNREAD = sentence("Chọn thủ tục trong các thủ tục tìm thấy bên dưới.")
_NO_SUCH = sentence("Không thấy thủ tục nào như vậy. Gõ mã, hoặc vài chữ trong tên.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """Everything a form shows."""

    typed: dict[str, str] = field(repr=False)
    rows: Sequence[PaperRow] = ()
    procedure: Procedure | None = None
    procedures: Sequence[Procedure] = ()  #: found by words
    doubts: Mapping[str, Doubt] = field(default_factory=dict)
    wrong: str = ""  #: the field that is wrong
    why: str = ""
    focus: str = ""
    known: Known = field(default_factory=Known)
    changed: Any = None  #: what another hand kept meanwhile, and how it differs
    quote: Any = None


async def page(visit: Visit) -> web.Response:
    """Show the code field alone, what came of the last form, or the form of the code that was asked for."""
    code, blank = visit.query("code")[:200], visit.query("new") == "1"
    if not code and not blank:
        return await _shown(visit, None)
    if "intake" not in visit.may:
        return go_to(f"/desk/consignments?{urlencode({'dossier_no': code})}")
    try:
        known = await visit.services.looking_up.known(code, actor=visit.actor) if code else Known()
        number = known.dossier.dossier_no if known.dossier else _number(code)
    except Mistake as mistake:
        return await _shown(visit, None, status=_status(mistake), code=code, code_why=_words(visit, mistake))
    return await _shown(visit, await _opened(visit, known, number), code=code)


def _number(code: str) -> str:
    """Return the number of a dossier that nobody knows yet. Raises Invalid when it is no dossier code."""
    read = recognise(code)
    text = read.number if read.kind == "dossier" else code
    return dossier_number.validate(text) if text else ""


async def _opened(visit: Visit, known: Known, number: str) -> Screen:
    """Return the form as it opens: filled from what is known, or blank under a number."""
    blank = {
        "dossier_no": number, "receiver": "same", "language": "vi", "chosen_at": visit.at.isoformat(),
        "receiving_desk": visit.actor.unit, "applicant_province": await own_province(visit),
        "seen": str(known.kept.version if known.kept else 0), "whence": known.system,
        "fresh": "1" if number and known.dossier is None else "",
    }  # fmt: skip
    if known.dossier is None:
        return await _completed(visit, Screen(typed=blank, known=known), focus="procedure_code")
    await visit.services.disclosure.uncovered(known.dossier.key[:100], actor=visit.actor, at=visit.at)
    filled = {name: text for name, text in typed_of(known.dossier).items() if text}
    screen = Screen(typed={**blank, **filled}, rows=rows_at_hand(known.dossier.papers), known=known)
    return await _completed(
        visit, screen, focus="consent" if known.dossier.service_form else "service_form", tick=False
    )


async def _completed(visit: Visit, screen: Screen, *, focus: str = "", tick: bool = True) -> Screen:
    """Return the form with its procedure, its papers, its places and its price looked up."""
    typed = dict(screen.typed)
    procedure, found = await procedure_named(visit, typed.get("procedure_code", ""))
    if procedure:
        typed["procedure_code"] = procedure.code
        if procedure.code != typed.get("papers_of") and procedure.fee_dong and not typed.get("fee_dong"):
            typed["fee_dong"] = thousands(procedure.fee_dong)
        if len(procedure.forms) == 1:
            typed["service_form"] = procedure.forms[0]
    doubts = {who: doubt for who in PARTIES if (doubt := doubts_of(typed, who, visit.language))}
    code = procedure.code if procedure else ""
    is_listed = bool(screen.rows) and typed.get("papers_of") == code  # the rows on the screen are of this list already
    rows = screen.rows if is_listed else rows_for(procedure, screen.rows, tick=tick)
    typed["papers_of"] = code
    return replace(
        screen, typed=typed, procedure=procedure, procedures=found, rows=rows, doubts=doubts,
        focus=screen.focus or focus, quote=await quoted(visit, typed),
    )  # fmt: skip


async def send(visit: Visit) -> web.Response:
    """Look something up for the form, or take the dossier."""
    typed = await visit.typed()
    act = typed.pop("act", "take")
    screen = Screen(typed=_picked(typed), rows=rows_of(typed))
    if act != "take":
        return await _looked_up(visit, screen, act)
    try:
        papers, places = papers_of(screen.rows)
    except Invalid as wrong:
        return await _refused(visit, screen, wrong, [])
    try:
        kept = await _known(visit, typed)
        dossier = dossier_of(await _with_procedure(visit, screen), papers, known=kept.dossier)
        taken = await visit.services.intake.take(dossier, seen=_seen(typed), actor=visit.actor, at=visit.at)
    except Conflict as conflict:
        if conflict.code != "dossier.changed_meanwhile":
            return await _refused(visit, screen, conflict, places)
        return await _overtaken(visit, screen, dossier, conflict)
    except Mistake as wrong:
        return await _refused(visit, screen, wrong, places)
    return await _promised(visit, screen, taken)


async def _promised(visit: Visit, screen: Screen, taken: Taken) -> web.Response:
    """Keep the slip of the appointment that was given along, and go on to the next dossier."""
    slip, due_on = screen.typed.get("slip_no", ""), taken.dossier.dossier.due_on
    said = {"done": taken.dossier.dossier.key, "o": taken.outcome}
    if taken.change_request_no:
        said["change"] = taken.change_request_no
    elif slip and due_on:
        promise = Promise(due_on=due_on, slip_no=slip)
        try:
            await visit.services.filing.appoint(said["done"], promise, actor=visit.actor, at=visit.at)
        except Mistake as wrong:
            kept = replace(screen, typed={**screen.typed, "seen": str(taken.dossier.version)})
            return await _refused(visit, kept, wrong, [])
        said["slip"] = slip
    return go_to("/desk/intake?" + urlencode(said))


def _seen(typed: Mapping[str, str]) -> int:
    seen = typed.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 9 else 0


def _picked(typed: dict[str, str]) -> dict[str, str]:
    """Return the fields with what was picked from a list of radios laid in."""
    chosen = dict(typed)
    if code := chosen.pop("procedure_pick", ""):
        chosen["procedure_code"] = code
    for who in PARTIES:
        if code := chosen.pop(f"{who}_pick", ""):
            chosen[f"{who}_commune_code"] = code
        elif chosen.get(f"{who}_commune", "") != chosen.get(f"{who}_coded", ""):
            chosen[f"{who}_commune_code"] = ""  # another commune was typed than the one whose code stands there
        if chosen.get(f"{who}_commune_code"):
            chosen[f"{who}_coded"] = chosen.get(f"{who}_commune", "")
    return chosen


async def _looked_up(visit: Visit, screen: Screen, act: str) -> web.Response:
    """Answer a form that was sent only to have something looked up."""
    focus = {"procedure": "service_form", "quote": "quote", "papers": "papers_more"}.get(act, act.removeprefix("find_"))
    new_list = act == "procedure" or screen.typed.get("papers_of", "") != screen.typed.get("procedure_code", "")
    if act == "papers":
        screen = replace(screen, rows=[*screen.rows, *BLANK_ROWS])
    done = await _completed(visit, screen, focus=focus, tick=new_list)
    if act == "procedure" and done.procedure is None:
        why = visit.say(_UNREAD if done.procedures else _NO_SUCH)
        done = replace(done, wrong="procedure_code", why=why, focus="procedure_code")
    return await _shown(visit, done, status=200 if not done.wrong else 422)


async def _known(visit: Visit, typed: Mapping[str, str]) -> Known:
    key = typed.get("dossier_no") or f"{typed.get('receiving_desk', '')}/{typed.get('intake_ref', '')}"
    kept = await visit.services.looking_up.kept(key, actor=visit.actor)
    return Known(dossier=kept.dossier, kept=kept) if kept else Known()


async def _with_procedure(visit: Visit, screen: Screen) -> dict[str, str]:
    """Return the fields with the one procedure that the typed words mean. Raises Invalid while several are left."""
    procedure, found = await procedure_named(visit, screen.typed.get("procedure_code", ""))
    if procedure is None:
        raise Invalid(_UNREAD if found else _NO_SUCH, code="procedure.unclear", field="/procedure_code")
    return {**screen.typed, "procedure_code": procedure.code}


async def _refused(visit: Visit, screen: Screen, wrong: Mistake, places: Sequence[int]) -> web.Response:
    """Answer with what was typed, and what is wrong beside its field."""
    name = field_of(wrong.field, places)
    aside = "intake_ref" if name == "intake_ref" else name
    shown = replace(await _completed(visit, screen, focus=aside, tick=False), wrong=aside, why=_words(visit, wrong))
    return await _shown(visit, shown, status=_status(wrong))


async def _overtaken(visit: Visit, screen: Screen, mine: Dossier, conflict: Conflict) -> web.Response:
    """Answer that another hand was quicker: who, when and what differs; sent again it is meant."""
    kept = await visit.services.looking_up.kept(str(conflict.values["key"]), actor=visit.actor)
    if kept is None:
        return await _refused(visit, screen, conflict, [])
    await visit.services.disclosure.uncovered(kept.dossier.key[:100], actor=visit.actor, at=visit.at)
    typed = {**screen.typed, "seen": str(kept.version)}
    shown = await _completed(visit, replace(screen, typed=typed), tick=False)
    changed = {"kept": kept, "differs": list(differing(mine, kept.dossier, FIELD_NAMES))}
    return await _shown(visit, replace(shown, changed=changed, why=_words(visit, conflict)), status=409)


async def _shown(visit: Visit, screen: Screen | None, *, status: int = 200, **more: Any) -> web.Response:
    desks = await visit.services.importing.desks(actor=visit.actor)
    tariff = visit.services.pricing.tariff(on=legal_day(visit.at))
    last = await _last(visit, more.get("said") or visit.request.query)
    return visit.show(
        "desk_intake.html", status=status, s=screen, desks=desks, forms=FORMS, form_hints=FORM_HINTS,
        kinds=PAPER_KINDS, field_names=FIELD_NAMES, reductions=tariff.reductions, outcomes=_OUTCOMES, done=last,
        said_why=more.get("said_why", ""), here="/desk/intake", asked=more.get("code", ""),
        code_why=more.get("code_why", ""),
    )  # fmt: skip


async def _last(visit: Visit, said: Mapping[str, str]) -> dict[str, Any] | None:
    """Return what came of the form before: the dossier, and what may be done with it next."""
    key, outcome = said.get("done", "").replace("\0", "")[:200], said.get("o", "")
    if not key or outcome not in _OUTCOMES or "intake" not in visit.may:
        return None
    kept = await visit.services.looking_up.kept(key, actor=visit.actor)
    if kept is None:
        return None
    procedure, _ = await procedure_named(visit, kept.dossier.procedure_code)
    return {
        "key": key, "quoted": quote(key, safe=""), "outcome": outcome, "change": said.get("change", "")[:20],
        "paper": said.get("paper") or visit.say(_RESULT_OF, procedure=procedure.name if procedure else key),
        "legs": _next_legs(kept.dossier), "has_number": bool(kept.dossier.dossier_no),
        "slip": said.get("slip", "")[:40],
    }  # fmt: skip


def _next_legs(dossier: Dossier) -> list[str]:
    """Return the leg that comes next: papers that are still at home come first; a result goes home under a number."""
    legs = LEGS_OF_FORM[dossier.service_form]
    return ["send"] if "send" in legs else ["return"] * bool(dossier.dossier_no)


async def onward(visit: Visit) -> web.Response:
    """Make the consignment that comes next: of a `send`, or of a result that is there; then go where it is booked."""
    typed = await visit.typed()
    key = typed.get("key", "")
    try:
        number = await _made(visit, key, typed.get("leg", ""), typed.get("paper", ""))
    except Mistake as mistake:
        if mistake.code != "consignment.live":
            said = {**typed, "done": key}
            return await _shown(visit, None, status=_status(mistake), said=said, said_why=_words(visit, mistake))
        number = str(mistake.values["number"])
    booked_at = "/desk/book" if "booking" in visit.may and _has_page(visit, "/desk/book") else ""
    return go_to(booked_at or f"/desk/consignments/{number}")


async def _made(visit: Visit, key: str, leg: str, paper: str) -> str:
    """Return the number of the consignment of a leg; told that the result is there, the house makes its own."""
    if leg == "return":
        papers = (Paper(name=paper[:400], kind="original"),)
        result = await visit.services.results.ready(key, papers=papers, ready_at=None, actor=visit.actor, at=visit.at)
        if result.consignment_no:
            return result.consignment_no
    made = await visit.services.intake.register(key, leg=leg, actor=visit.actor, at=visit.at)
    return made.consignment_no


def _has_page(visit: Visit, path: str) -> bool:
    return any(resource.canonical == path for resource in visit.request.app.router.resources())


def _words(visit: Visit, mistake: Mistake) -> str:
    return visit.say(mistake.template, **mistake.values)


def _status(mistake: Mistake) -> int:
    return 409 if isinstance(mistake, Conflict) else 422
