"""The line of events of the citizen's own page: both directions and the agency's part between, in plain words.

The newest stands on top, and above it, drawn as ahead, what is still to come. Two who tell of one happening stand on
one line, joined as the fold of custody joins them. What came out of turn, was corrected, or moves nothing that a
citizen cares for is left out; the desk has it all.

Stands on: secret_answer, secret_words. Used by: secret_page.
Source: Circular 17/2017/TT-BTTTT art. 12, 15 (the status is continuous and true); domain.witnesses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from postgw.domain.custody import Happening
from postgw.domain.legal_day import legal_day
from postgw.domain.scan import Scan, Witness
from postgw.services.secret_page import Shown, Way
from postgw.web.language import sentence

from .drawing import sentence_case
from .secret_answer import reason_of
from .secret_words import day_words, hour_words, promised_words, words_of
from .visit import Visit

_HOME = {
    "booked": sentence("Báo {carrier} đến nhận"),
    "collection_failed": sentence("{Carrier} đến nhận mà chưa được"),
    "collected": sentence("{Carrier} nhận {what} từ {desk}"),
    "departed": sentence("Rời {here}, đang trên xe thư"),
    "arrived": sentence("Đến {here}"), "found_here": sentence("Thấy ở {here}"),
    "out_for_delivery": sentence("{Postman} mang đi phát"),
    "attempted": sentence("{Postman} đến mà chưa trao được"),
    "held": sentence("{Here} giữ, chờ bạn đến nhận"),
    "delivered": sentence("Đã trao {what} cho người nhận"),
    "returning": sentence("Bắt đầu quay về {desk}"), "returned": sentence("Đã về lại {desk}"),
    "unclaimed": sentence("Chưa có người nhận"), "archived": sentence("Đưa vào lưu"),
    "lost": sentence("Ghi nhận thất lạc"), "damaged": sentence("Bao bì rách, đã lập biên bản"),
    "cancelled": sentence("Huỷ lần gửi này"), "recalled": sentence("{Desk} gọi lại"),
}  # fmt: skip
_IN = {
    **_HOME,
    "collected": sentence("Bạn trao hồ sơ cho {carrier}"),
    "attempted": sentence("Chưa giao được cho {goal}"), "held": sentence("{Here} giữ, chờ {goal} đến nhận"),
    "delivered": sentence("{What} đến {goal}"), "returning": sentence("Bắt đầu quay về bạn"),
    "returned": sentence("Đã về lại bạn"), "recalled": sentence("Bạn gọi lại hồ sơ"),
}  # fmt: skip
_BETWEEN = {
    **_IN, **{code: _HOME[code] for code in ("collected", "returning", "returned", "recalled")},
}  # fmt: skip
_BACK_PAPERS = {**_BETWEEN, "collected": sentence("Bạn giao lại giấy tờ cho {postman}")}
TITLES = {"return": _HOME, "send": _IN, "transfer": _BETWEEN, "withdrawal": _BACK_PAPERS}
_STATED = sentence("{Carrier} báo đã phát")
_NO_DAY = {
    "passed": sentence("Chưa có tin mới"), "waiting": sentence("Chờ bạn chọn cách nhận"),
    "overdue": sentence("Chưa có ngày mới"),
}  # fmt: skip
_FILED = sentence("được tính là đã nộp")
_SAYS = {
    "stated": sentence("{carrier} báo"), "scanned": sentence("{carrier} quét mã"), "signed": sentence("hai bên ký"),
    "proved": sentence("có chứng từ phát"), "agency": sentence("cơ quan báo"), "old": sentence("chép từ sổ cũ"),
}  # fmt: skip
#: What moves nothing and is told all the same.
_TOLD_ANYWAY = frozenset({"collection_failed", "damaged"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing on the line: what, when, what belongs to it, who says so."""

    title: str
    at: datetime | None = None  #: none where it is still to come
    when: str = ""
    details: tuple[str, ...] = ()
    by: str = ""
    mark: str = ""  #: next, now, or nothing for what lies behind


def line_of(visit: Visit, it: Shown) -> tuple[Event, ...]:
    """Return the whole line, what is furthest ahead first."""
    past = sorted([*_of_agency(visit, it), *_of_ways(visit, it)], key=lambda event: event.at or visit.at)
    past.reverse()
    if past and (it.outlook or it.is_with_agency):
        past[0] = replace(past[0], mark="now")
    ahead = [replace(event, mark="next") for event in _ahead(visit, it)]
    return (*reversed(ahead), *past)


def _of_ways(visit: Visit, it: Shown) -> Iterator[Event]:
    table = visit.services.enquiry.table(on=legal_day(visit.at))
    for way in it.ways:
        for happening in way.happenings:
            code = happening.lead.code
            changes = happening.moved or (bool(table.rule(code).state) and not happening.out_of_turn)
            if code in TITLES[way.consignment.leg] and (changes or code in _TOLD_ANYWAY):
                yield _event(visit, it, way, happening)


def _event(visit: Visit, it: Shown, way: Way, happening: Happening) -> Event:
    lead = happening.lead
    office = lead.office or next((scan.office for scan in happening.statements if scan.office), "")
    values = words_of(visit, it, way, office=office)
    title = TITLES[way.consignment.leg][lead.code]
    if happening.moved and happening.state == "delivered_by_post_statement" and way.consignment.leg == "return":
        title = _STATED
    return Event(
        at=lead.occurred_at, title=sentence_case(visit.say(title, **values)), when=hour_words(visit, lead.occurred_at),
        details=tuple(_details(visit, it, way, happening)), by=_who_says(visit, happening, values["carrier"]),
    )  # fmt: skip


def _details(visit: Visit, it: Shown, way: Way, happening: Happening) -> Iterator[str]:
    lead, leg = happening.lead, way.consignment.leg
    if lead.code == "attempted" and (reason := _reason(visit, way, lead)):
        yield reason
    if lead.code == "collected" and leg == "send" and way.consignment.consignment_no in it.sealed:
        yield visit.say(sentence("phong bì niêm phong trước mặt bạn"))
    filed = {each.source for each in it.filing.filings}
    if leg == "send" and lead.code == "delivered" and lead.manifest_no in filed:
        yield visit.say(_FILED)
        if it.kept.dossier.due_on:
            day = day_words(visit, it.kept.dossier.due_on)
            yield visit.say(sentence("hẹn trả {day}"), day=day)


def _reason(visit: Visit, way: Way, lead: Scan) -> str:
    upto = tuple(each for each in way.happenings if each.lead.occurred_at <= lead.occurred_at)
    return reason_of(visit, replace(way, happenings=upto))


def _who_says(visit: Visit, happening: Happening, carrier: str) -> str:
    """Return who tells of it: each kind of witness once, the strongest first."""
    kinds = dict.fromkeys(_kind(scan) for scan in happening.statements)
    return ", ".join(visit.say(_SAYS[kind], carrier=carrier) for kind in kinds if kind)


def _kind(scan: Scan) -> str:
    if scan.source.startswith("manifest:"):
        return "signed"
    if scan.proved or scan.witness == Witness.SIGNED:
        return "proved"
    return {"feed": "stated", "device": "scanned", "desk": "agency", "taken_over": "old"}.get(
        scan.source.partition(":")[0], ""
    )


def _of_agency(visit: Visit, it: Shown) -> Iterator[Event]:
    """Yield what the agency's side did."""
    if not any(way.consignment.leg == "send" for way in it.ways):
        desk = it.name(it.kept.dossier.receiving_desk)
        words = sentence("{desk} ghi hồ sơ vào dịch vụ bưu điện")
        due = _day_told(visit, sentence("hẹn trả {day}"), it.kept.dossier.due_on)
        yield _told(visit, it.kept.created_at, words, *due, desk=desk)
    for asked in it.supplements:
        yield _told(visit, asked.asked_at, sentence("Cơ quan yêu cầu bổ sung {n} giấy"), n=len(asked.papers))
        if asked.completed_at:
            yield _told(visit, asked.completed_at, sentence("Bạn đã bổ sung đủ"))
    yield from _of_its_end(visit, it)


def _of_its_end(visit: Visit, it: Shown) -> Iterator[Event]:
    for filing in it.filing.filings:
        if filing.ground == "correction":
            yield _told(visit, filing.entered_at, sentence("Hai bên đính chính giờ nộp hồ sơ"))
    for sorry in it.apologies:
        if sorry.issued_at:
            again = _day_told(visit, sentence("hẹn lại {day}"), sorry.new_due_on)
            yield _told(visit, sorry.issued_at, sentence("Cơ quan xin lỗi vì trả kết quả chậm"), *again)
    if it.result:
        yield _told(visit, it.result.ready_at, sentence("Cơ quan giải quyết xong"), *_against_due(visit, it))
    if it.rejection:
        yield _told(visit, it.rejection.rejected_at, sentence("Cơ quan trả lại hồ sơ"))


def _told(visit: Visit, at: datetime, title: str, *details: str, **values: object) -> Event:
    return Event(
        at=at, title=visit.say(title, **values), when=hour_words(visit, at), details=tuple(details),
        by=visit.say(_SAYS["agency"]),
    )  # fmt: skip


def _day_told(visit: Visit, words: str, on: date | None) -> tuple[str, ...]:
    return (visit.say(words, day=day_words(visit, on)),) if on else ()


def _against_due(visit: Visit, it: Shown) -> Iterator[str]:
    if it.result and it.due_on:
        days = (it.due_on - legal_day(it.result.ready_at)).days
        if days == 0:
            yield visit.say(sentence("đúng hẹn"))
        else:
            words = sentence("sớm hơn hẹn {n} ngày") if days > 0 else sentence("sau hẹn {n} ngày")
            yield visit.say(words, n=abs(days))


def _ahead(visit: Visit, it: Shown) -> Iterator[Event]:
    """Yield what is still to come, the nearest first."""
    way = it.way
    if way is None or it.is_with_agency:
        yield from _ahead_of_agency(visit, it)
    elif it.outlook and way.consignment.leg == "return":
        yield from _ahead_home(visit, it, way)
    elif it.outlook:
        yield from _ahead_in(visit, it, way)


def _ahead_home(visit: Visit, it: Shown, way: Way) -> Iterator[Event]:
    state, values = way.custody.state, words_of(visit, it, way)
    if state == "returning":
        yield Event(title=visit.say(sentence("Về lại {desk}"), **values))
        return
    if state in {"held", "unclaimed"} or _is_fetched(it):
        yield Event(title=visit.say(sentence("Bạn đến nhận")), when=_until(visit, it))
        return
    if state in {"registered", "booked"}:
        yield Event(title=visit.say(_HOME["collected"], **values))
    if _is_yet_to_arrive(state, values):
        yield Event(title=visit.say(_HOME["arrived"], here=values["office"]))
    yield Event(title=visit.say(sentence("Trao tận tay bạn")), when=_expected(visit, it))


def _is_yet_to_arrive(state: str, values: Mapping[str, str]) -> bool:
    if not values["office"] or state in {"out_for_delivery", "attempted"}:
        return False
    return state != "at_office" or values["office"] != values["here"]


def _is_fetched(it: Shown) -> bool:
    choice = it.outlook.choice if it.outlook else None
    return choice is not None and choice.choice.way != "deliver"


def _ahead_in(visit: Visit, it: Shown, way: Way) -> Iterator[Event]:
    leg, state, values = way.consignment.leg, way.custody.state, words_of(visit, it, way)
    if state == "returning":
        yield Event(title=visit.say(TITLES[leg]["returned"], **values))
        return
    if state in {"registered", "booked"}:
        yield Event(title=visit.say(TITLES[leg]["collected"], **values))
    yield Event(title=sentence_case(visit.say(TITLES[leg]["delivered"], **values)), when=_expected(visit, it))
    if leg != "withdrawal":
        yield from _ahead_of_agency(visit, it)


def _ahead_of_agency(visit: Visit, it: Shown) -> Iterator[Event]:
    """Yield what follows once the agency has the dossier."""
    dossier = it.kept.dossier
    if it.result is None and it.filing.state != "void" and not it.closing:
        due = it.due_on
        when = visit.say(sentence("Hẹn {day}"), day=day_words(visit, due)) if due else ""
        yield Event(title=visit.say(sentence("Cơ quan giải quyết xong")), when=when)
    if it.closing:
        return
    if dossier.service_form == "send":
        yield Event(title=visit.say(sentence("Bạn đến {desk} nhận"), desk=it.name(dossier.returning_desk)))
    else:
        yield Event(title=visit.say(sentence("Bưu điện mang về cho bạn")))


def _expected(visit: Visit, it: Shown) -> str:
    promise = it.outlook.promise if it.outlook else None
    if promise is None or promise.due_at is None:
        return visit.say(_NO_DAY.get(promise.ground if promise else "", sentence("Chưa tính được ngày")))
    words = sentence("Hẹn trước {by}") if promise.ground == "choice" else sentence("Dự kiến trước {by}")
    return visit.say(words, by=promised_words(visit, promise.due_at))


def _until(visit: Visit, it: Shown) -> str:
    until = it.outlook.promise.lawful_until if it.outlook else None
    return visit.say(sentence("Giữ ít nhất đến hết {day}"), day=day_words(visit, until)) if until else ""
