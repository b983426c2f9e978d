"""Accepting one dossier that a trip brings: its papers checked against the published list, then the desk's answer.

Before both have signed the papers are counted: there, missing, or of another kind. Once both have signed, the dossier
is filed, and the desk gives it its number and its receipt with the day of the result (form 01), asks once for what is
missing (form 02), or sends it back with the reason (form 03). A page that a colleague has overtaken does nothing.

Stands on: handover, visit. Used by: routes.
Source: Decision 45/2016/QĐ-TTg art. 6.2-3, 7.4, 7.5; Decree 61/2018/NĐ-CP art. 11.2.c, 17.1, 19.4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import blake2s
from typing import Any
from urllib.parse import quote

from aiohttp import web

from postgw.domain.errors import Conflict, Invalid, Mistake
from postgw.domain.legal_day import legal_day, shown
from postgw.domain.paper import KINDS, Paper
from postgw.domain.paper_check import Counted
from postgw.domain.procedure import ChecklistLine
from postgw.domain.rejection import RejectionDraft
from postgw.domain.supplement import SupplementDraft
from postgw.services.filing import Promise
from postgw.services.trips import Arrival
from postgw.web.answers import file_answer
from postgw.web.errors import kind_of
from postgw.web.language import sentence

from .desk import titles
from .handover import Typed, faults_of, words
from .visit import Visit, go_to

PAPER_KINDS = {
    "original": sentence("bản chính"), "certified": sentence("bản chứng thực"), "copy": sentence("bản sao"),
}  # fmt: skip
FAULTS = {"citizen": sentence("Người nộp"), "agency": sentence("Cơ quan giải quyết"), "post": sentence("Bưu điện")}
_PDF = "application/pdf"
_QUANTITY_MOST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One paper of the published list, and how the last check found it."""

    n: int
    wanted: ChecklistLine
    found: str  #: a kind of paper, `missing`, or nothing when it was not counted
    quantity: int

    @property
    def is_other(self) -> bool:
        """Whether it came, as another kind than the list wants."""
        return self.found in KINDS and self.found != self.wanted.kind


async def show(visit: Visit) -> web.Response:
    """Show one dossier of the trip."""
    return await _page(visit, await _arrival(visit))


async def _arrival(visit: Visit) -> Arrival:
    manifest_no, number = visit.path("manifest_no"), visit.path("number")
    return await visit.services.trips.arrival(manifest_no, number, actor=visit.actor, at=visit.at)


async def _page(
    visit: Visit, arrival: Arrival, mistake: Mistake | None = None, typed: Mapping[str, str] | None = None
) -> web.Response:
    on, typed = legal_day(visit.at), typed or {}
    reasons = visit.services.enquiry.reasons(on=on).get("rejection", {}).values()
    return visit.show(
        "desk_accept.html", status=kind_of(mistake).status if mistake else 200, a=arrival, c=arrival.consignment,
        d=arrival.kept.dossier, m=arrival.manifest, lines=_lines(arrival, typed), typed=Typed(typed), today=on,
        faults=faults_of(visit, mistake), kinds=PAPER_KINDS, blamed=FAULTS,
        reasons={each.code: each.title if visit.language == "vi" else each.title_en for each in reasons},
        may_check=_may_check(arrival), named=await visit.names_shown(arrival.consignment.consignment_no),
        states=titles(visit.services.enquiry.table(on=on), visit.language), here_of=_here(visit),
        here=_here(visit), here_whole=_here(visit),
        key=quote(arrival.kept.dossier.key, safe=""), **await words(visit),
    )  # fmt: skip


def _may_check(arrival: Arrival) -> bool:
    custody = arrival.consignment.custody
    return bool(
        arrival.procedure and arrival.consignment.leg == "send" and not arrival.is_noted and not custody.ended
    )  # fmt: skip


def _here(visit: Visit) -> str:
    return f"/desk/handover/{quote(visit.path('manifest_no'), safe='')}/{quote(visit.path('number'), safe='')}"


def _lines(arrival: Arrival, typed: Mapping[str, str]) -> list[Line]:
    """Return the published list with what was typed, else with what the last check found."""
    last = arrival.checks[-1] if arrival.checks else None
    found = {paper.name: paper for paper in last.present} if last else {}
    lines = []
    for n, wanted in enumerate(arrival.procedure.papers if arrival.procedure else ()):
        paper = found.get(wanted.name)
        state = paper.kind if paper else ("missing" if last and wanted.name in last.missing else "")
        state = typed.get(f"found_{n}", state)
        quantity = paper.quantity if paper else wanted.quantity
        lines.append(Line(n=n, wanted=wanted, found=state, quantity=_quantity(typed, n, quantity)))
    return lines


def _quantity(typed: Mapping[str, str], n: int, otherwise: int) -> int:
    text = typed.get(f"quantity_{n}", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _QUANTITY_MOST else otherwise


async def check(visit: Visit) -> web.Response:
    """Keep what was found of the papers."""
    typed, arrival = await visit.typed(), await _arrival(visit)
    try:
        lines = _lines(arrival, typed)
        counted = Counted(
            present=tuple(
                Paper(name=line.wanted.name, kind=line.found, quantity=line.quantity)
                for line in lines if line.found in KINDS
            ),
            missing=tuple(line.wanted.name for line in lines if line.found == "missing"),
            guided=typed.get("guided") == "1",
        )  # fmt: skip
        check_id = (
            f"desk-{blake2s(repr(counted).encode() + typed.get('seen', '').encode(), digest_size=12).hexdigest()}"
        )
        if check_id not in {each.check_id for each in arrival.checks}:
            _must_be_seen(visit, arrival, typed)
        await visit.services.papers.check(
            arrival.consignment.consignment_no, counted, check_id=check_id,
            citizen=arrival.kept.dossier.applicant.name, office="", actor=visit.actor, at=visit.at,
        )  # fmt: skip
    except Mistake as mistake:
        return await _page(visit, arrival, mistake, {**typed, "form": "check"})
    return go_to(f"{_here(visit)}#check")


async def number(visit: Visit) -> web.Response:
    """Give the dossier the number that it has none of yet."""
    typed, arrival = await visit.typed(), await _arrival(visit)
    try:
        if not typed.get("dossier_no"):
            raise Invalid("Ghi mã hồ sơ.", code="dossier_no.missing", field="/dossier_no")
        await visit.services.intake.assign_number(
            arrival.kept.dossier.key, typed["dossier_no"], actor=visit.actor, at=visit.at
        )
    except Mistake as mistake:
        return await _page(visit, arrival, mistake, {**typed, "form": "number"})
    return go_to(_here(visit))


async def appoint(visit: Visit) -> web.Response:
    """Take the dossier: the day of the result and the number of the slip."""
    typed, arrival = await visit.typed(), await _arrival(visit)
    try:
        _must_be_seen(visit, arrival, typed)
        due_on = _day(typed, "due_on")
        promise = Promise(
            due_on=due_on, slip_no=typed.get("slip_no", ""), sets=_sets(typed),
            statutory_time=typed.get("statutory_time", "")[:100],
        )  # fmt: skip
        await visit.services.filing.appoint(arrival.kept.dossier.key, promise, actor=visit.actor, at=visit.at)
    except Mistake as mistake:
        return await _page(visit, await _arrival(visit), mistake, {**typed, "form": "appoint"})
    return go_to(f"{_here(visit)}#said")


def _sets(typed: Mapping[str, str]) -> int:
    text = typed.get("sets", "") or "1"
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:3]) <= 99):
        raise Invalid("Ghi số bộ hồ sơ, từ 1 đến 99.", code="sets", field="/sets")
    return int(text[:3])


def _day(typed: Mapping[str, str], name: str) -> date:
    try:
        return date.fromisoformat(typed.get(name, ""))
    except ValueError:
        raise Invalid("Ghi ngày hẹn trả, ví dụ 07/12/2026.", code="day.shape", field=f"/{name}") from None


def _must_be_seen(visit: Visit, arrival: Arrival, typed: Mapping[str, str]) -> None:
    """Raise Conflict where a colleague has said something to this dossier since it was shown."""
    if typed.get("seen") == arrival.seen:
        return
    who, at = _last_hand(arrival)
    if who == visit.actor.name:
        return  # one's own page sent twice: the act itself answers as before
    if not who:
        raise Conflict("Hồ sơ vừa có người sửa. Đây là bản mới, xem rồi làm tiếp.", code="arrival.changed")
    raise Conflict(
        "{who} vừa làm hồ sơ này lúc {at}. Đây là bản mới, xem rồi làm tiếp.", who=who, at=at, code="arrival.changed"
    )


def _last_hand(arrival: Arrival) -> tuple[str, str]:
    """Return who did something about it last, and when; for the colleague who comes second."""
    said = [
        (each.asked_at, each.entered_by) for each in arrival.supplements
    ] + [(each.checked_at, each.checked_by) for each in arrival.checks]  # fmt: skip
    if arrival.appointment:
        said.append((arrival.appointment.made_at, arrival.appointment.made_by))
    if arrival.rejection:
        said.append((arrival.rejection.rejected_at, arrival.rejection.rejected_by))
    if not said:
        return "", ""
    at, who = max(said)
    return who, shown(at)


async def supplement(visit: Visit) -> web.Response:
    """Ask once for everything that is missing."""
    typed, chosen, arrival = await visit.typed(), await visit.chosen("paper"), await _arrival(visit)
    try:
        _must_be_seen(visit, arrival, typed)
        by_number = {str(line.n): line.wanted for line in _lines(arrival, {})}
        wanted = tuple(by_number[each].paper() for each in chosen if each in by_number)
        draft = SupplementDraft(papers=wanted, reason=typed.get("reason", ""))
        await visit.services.supplements.request(arrival.kept.dossier.key, draft, actor=visit.actor, at=visit.at)
    except Mistake as mistake:
        shown = {**typed, "form": "supplement", "chosen": " ".join(chosen)}
        return await _page(visit, await _arrival(visit), mistake, shown)
    return go_to(f"{_here(visit)}#said")


async def complete(visit: Visit) -> web.Response:
    """Say that what was asked for is there; filing moves to this moment."""
    typed, arrival = await visit.typed(), await _arrival(visit)
    try:
        await visit.services.supplements.complete(
            arrival.kept.dossier.key, completed_at=None, actor=visit.actor, at=visit.at
        )
    except Mistake as mistake:
        return await _page(visit, await _arrival(visit), mistake, {**typed, "form": "complete"})
    return go_to(f"{_here(visit)}#said")


async def reject(visit: Visit) -> web.Response:
    """Send the dossier back with the reason."""
    typed, arrival = await visit.typed(), await _arrival(visit)
    try:
        _must_be_seen(visit, arrival, typed)
        draft = RejectionDraft(
            code=typed.get("code", ""), reasons=typed.get("reasons", ""), fault=typed.get("fault", "")
        )
        _must_be_chosen(visit, draft)
        await visit.services.supplements.reject(arrival.kept.dossier.key, draft, actor=visit.actor, at=visit.at)
    except Mistake as mistake:
        return await _page(visit, await _arrival(visit), mistake, {**typed, "form": "reject"})
    return go_to(f"{_here(visit)}#said")


def _must_be_chosen(visit: Visit, draft: RejectionDraft) -> None:
    if draft.code not in visit.services.enquiry.reasons(on=legal_day(visit.at)).get("rejection", {}):
        raise Invalid("Chọn lý do trả lại hồ sơ.", code="reason", field="/code")
    if draft.fault not in FAULTS:
        raise Invalid("Chọn bên có lỗi: bên ấy trả cước chuyển trả.", code="fault", field="/fault")


async def form(visit: Visit) -> web.Response:
    """Draw form 01, 02 or 03."""
    arrival, which = await _arrival(visit), visit.path("form")
    forms, key = visit.services.forms, arrival.kept.dossier.key
    shared: dict[str, Any] = {"actor": visit.actor, "at": visit.at}
    if which == "01":
        body = await forms.appointment(key, **shared)
    elif which == "02":
        body = await forms.supplement(key, max(len(arrival.supplements), 1), **shared)
    else:
        body = await forms.rejection(key, **shared)
    return file_answer(body, _PDF, f"mau-{which}-{arrival.consignment.consignment_no}.pdf")
