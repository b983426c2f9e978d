"""One case from its first word to its last: the clock, the steps, what is owed, and the acts that may be done now.

Which act is open follows from where the case stands; one that is not says why. A form names the step that was seen
last, so that of two officers the second is shown what the first did, and nothing is written over.

Stands on: cases. Used by: routes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from postgw.domain.case import Standing, Step, must_follow, way_out
from postgw.domain.compensation import acknowledgement
from postgw.domain.errors import Conflict, Mistake
from postgw.domain.privacy import mask_name, mask_phone
from postgw.services.cases import CaseView
from postgw.services.determining import Determination
from postgw.web.answers import file_answer
from postgw.web.language import sentence

from .cases import case_words
from .filled import Wrong, dong_of, wrong_of
from .moments import clock
from .visit import Visit, go_to
from .wordlists import (
    CAUSES,
    CONDITIONS,
    DECISIONS,
    FAULTS,
    OUTCOMES,
    PAYEES,
    STEPS,
    WAYS,
    WRAPPINGS,
)

_NAMES: Mapping[str, Callable[[str], str]] = {"complainant_name": mask_name, "complainant_phone": mask_phone}
#: What only the post does, and what a lead does.
_OF_THE_POST = frozenset({"found", "pay", "decide"})
_SEEN = "seen"


async def case(visit: Visit) -> web.Response:
    """Show one case."""
    return await _case(visit)


async def _case(visit: Visit, wrong: Wrong | None = None) -> web.Response:
    view = await visit.services.cases.get(visit.path("case_no"), actor=visit.actor, at=visit.at)
    named = await visit.names_shown(view.case.case_no)
    paid = next((payment for payment in view.payments if payment.direction == "out"), None)
    grounds = {code: f"{each.title if visit.language == 'vi' else each.title_en} ({each.source})"
               for code, each in view.grounds.items()}  # fmt: skip
    return visit.show(
        "desk_case.html", status=wrong.status if wrong else 200, v=view, c=view.case, named=named, said=visit.say,
        steps=view.steps[::-1], step_titles=STEPS,
        words_of=lambda step: _words(view, step, named=named), closed=_closed(visit, view), way_out=way_out,
        seen=_seen(view), grounds=grounds, outcomes=OUTCOMES, decisions=DECISIONS, ways=WAYS,
        faults=FAULTS, payees=PAYEES, wrappings=WRAPPINGS, causes=CAUSES,
        conditions=CONDITIONS, signed=acknowledgement(paid, view.liability) if paid and view.liability else "",
        **await case_words(visit, wrong),
    )  # fmt: skip


def _words(view: CaseView, step: Step, *, named: bool) -> dict[str, str]:
    """Return what people said in a step; who they are is covered until it is asked for."""
    told = view.words.get(step.seq, {})
    return {
        name: str(value) if named or name not in _NAMES else _NAMES[name](str(value)) for name, value in told.items()
    }


def _seen(view: CaseView) -> str:
    return str(view.steps[-1].seq) if view.steps else "0"


def _closed(visit: Visit, view: CaseView) -> dict[str, str]:
    """Return of each act that may not be done now why not."""
    is_office = not visit.actor.unit or visit.actor.unit != view.case.desk
    why: dict[str, str] = {}
    for act, step in _STEP_OF.items():
        right = "lead" if act == "determine" else "cases"
        if right not in visit.may:
            why[act] = (
                visit.say(sentence("Phụ trách đơn vị làm."))
                if right == "lead"
                else visit.say(sentence("Tài khoản này chỉ xem."))
            )
        elif act in _OF_THE_POST and not is_office:
            why[act] = visit.say(sentence("Bưu điện làm."))
        elif refused := _refused(view.standing, step):
            why[act] = _why_not(visit, view.standing, refused)
    if view.liability is not None:
        why.setdefault("determine", visit.say(sentence("Đã lập văn bản {number}."), number=view.liability.record_no))
    if view.case.about != "loss":
        why["found"] = why["decide"] = ""
    return why


def _why_not(visit: Visit, standing: Standing, refused: Conflict) -> str:
    if refused.code == "case.out_of_turn":
        return visit.say(_OUT_OF_TURN[standing.state])
    return visit.say(refused.template, **refused.values)


_OUT_OF_TURN = {
    "open": sentence("Trả lời trước, rồi mới làm bước này."),
    "answered": sentence("Đã trả lời. Còn việc phải làm thì mở lại."),
    "closed": sentence("Đã đóng. Còn việc phải làm thì mở lại."),
}


def _refused(standing: Standing, step: str) -> Conflict | None:
    try:
        must_follow(standing, step)
    except Conflict as conflict:
        return conflict
    return None


_STEP_OF = {
    "asked": "asked", "investigated": "investigated", "answer": "answered", "determine": "liability",
    "reissue": "reissue", "pay": "paid", "found": "found", "decide": "owner_decided", "closed": "closed",
    "reopened": "reopened",
}  # fmt: skip


async def act(visit: Visit) -> web.Response:
    """Do one act in a case."""
    typed, case_no = await visit.typed(), visit.path("case_no")
    what = typed.get("what", "")
    try:
        await _must_be_seen(visit, case_no, typed.get(_SEEN, ""), what)
        await _ACTS.get(what, _step)(visit, case_no, typed)
    except Mistake as mistake:
        return await _case(visit, wrong_of(visit, mistake, typed, form=what))
    return go_to(f"/desk/cases/{case_no}")


async def _must_be_seen(visit: Visit, case_no: str, seen: str, what: str) -> None:
    """Raise Conflict when another hand took a step since the page was seen; one's own act sent twice passes."""
    view = await visit.services.cases.get(case_no, actor=visit.actor, at=visit.at)
    newer = [step for step in view.steps if seen.isdecimal() and step.seq > int(seen[:9])]
    others = [step for step in newer if step.taken_by != visit.actor.name or step.kind != _STEP_OF.get(what)]
    if others:
        last = others[-1]
        raise Conflict(
            "{name} vừa ghi bước “{step}” lúc {time}. Xem bước đó rồi ghi tiếp.", name=last.taken_by,
            step=STEPS[last.kind], time=clock(last.taken_at), code="case.moved",
        )  # fmt: skip


async def _step(visit: Visit, case_no: str, typed: dict[str, str]) -> None:
    await visit.services.cases.step(
        case_no, typed.get("what", ""), note=typed.get("note", ""), actor=visit.actor, at=visit.at
    )


async def _answer(visit: Visit, case_no: str, typed: dict[str, str]) -> None:
    told = {name: typed.get(name, "") for name in ("outcome", "ground", "text")}
    await visit.services.cases.answer(case_no, **told, actor=visit.actor, at=visit.at)


async def _determine(visit: Visit, case_no: str, typed: dict[str, str]) -> None:
    sums: dict[str, Any] = {
        name: dong_of(typed[name], name) for name in ("amount_dong", "price_dong") if typed.get(name)
    }
    told: dict[str, Any] = {
        name: typed.get(name, "") for name in ("reason", "fault", "ground", "evidence", "agreement")
    }
    determination = Determination(
        **told, **sums, payee=typed.get("payee") or "sender", method=typed.get("method") or "cash"
    )
    await visit.services.determining.determine(case_no, determination, actor=visit.actor, at=visit.at)


async def _reissue(visit: Visit, case_no: str, typed: dict[str, str]) -> None:
    await visit.services.determining.reissue(
        case_no, paper=typed.get("paper", ""), cost_dong=dong_of(typed.get("cost_dong", ""), "cost_dong"),
        evidence=typed.get("evidence", ""), actor=visit.actor, at=visit.at,
    )  # fmt: skip


async def _pay(visit: Visit, case_no: str, typed: dict[str, str]) -> None:
    await visit.services.compensating.pay(
        case_no, unit=typed.get("unit", ""), way=typed.get("way", ""), actor=visit.actor, at=visit.at
    )


async def _found(visit: Visit, case_no: str, typed: dict[str, str]) -> None:
    await visit.services.loss.found(
        case_no, office=typed.get("office", ""), note=typed.get("note", ""), actor=visit.actor, at=visit.at
    )


async def _decide(visit: Visit, case_no: str, typed: dict[str, str]) -> None:
    await visit.services.compensating.owner_decides(
        case_no, typed.get("decision", ""), unit=typed.get("unit", ""), way=typed.get("way") or "cash",
        note=typed.get("note", ""), actor=visit.actor, at=visit.at,
    )  # fmt: skip


async def _sign(visit: Visit, case_no: str, typed: dict[str, str]) -> None:
    await visit.services.damage.sign(typed.get("record_no", ""), actor=visit.actor, at=visit.at)


_ACTS: Mapping[str, Callable[[Visit, str, dict[str, str]], Awaitable[None]]] = {
    "answer": _answer, "determine": _determine, "reissue": _reissue, "pay": _pay, "found": _found, "decide": _decide,
    "sign": _sign,
}  # fmt: skip


async def liability_paper(visit: Visit) -> web.Response:
    """Give the record of liability as paper."""
    case_no = visit.path("case_no")
    body = await visit.services.determining.paper(case_no, actor=visit.actor)
    return file_answer(body, "application/pdf", f"xac-dinh-trach-nhiem-{case_no}.pdf")


async def damage_paper(visit: Visit) -> web.Response:
    """Give a damage record as paper."""
    number = visit.path("record_no")
    return file_answer(
        await visit.services.damage.paper(number, actor=visit.actor), "application/pdf", f"bien-ban-{number}.pdf"
    )


async def damage_photo(visit: Visit) -> web.Response:
    """Give the photo of a damage record."""
    number = visit.path("record_no")
    return file_answer(await visit.services.damage.photo(number, actor=visit.actor), "image/jpeg", f"anh-{number}.jpg")
