"""What a citizen should have ready, what the law says of the time, and who can be called.

Papers to give up, money and receipts are named; a person is not, nor is any number of identity. What is not known to be
paid is not said to be paid.

Stands on: secret_words. Used by: secret_page.
Source: Circular 17/2017/TT-BTTTT art. 5.2.đ-g, 7.2; Decree 47/2011/NĐ-CP art. 25.2 (late with proof: the postage is
given back); Decision 45/2016/QĐ-TTg art. 10.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from postgw.domain.paper import Paper
from postgw.domain.time_limit import Clock
from postgw.domain.unit import Unit
from postgw.domain.working_calendar import Added
from postgw.services.secret_page import Shown, Taken, Way
from postgw.web.language import sentence

from .drawing import sentence_case, thousands
from .secret_words import day_words, phone_words, words_of
from .visit import Visit

_KINDS = {"original": sentence("bản chính"), "certified": sentence("bản chứng thực"), "copy": sentence("bản sao")}
_NOT_AT_THE_DOOR = frozenset({"returning", "recalled"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """One thing to have ready."""

    icon: str
    title: str
    below: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Somebody who can be called, and about what."""

    unit: Unit
    phone: str  #: as people read it
    about: str


def ready_of(visit: Visit, it: Shown) -> tuple[Ready, ...]:
    """Return what to have ready now; nothing where nothing is wanted of the citizen."""
    if it.asked and not (it.outlook and it.way and it.way.consignment.leg == "send"):
        return tuple(_lacking(visit, it.asked.papers))
    way = it.way
    if way is None or it.outlook is None or way.custody.state in _NOT_AT_THE_DOOR:
        return ()
    if way.consignment.leg == "return":
        return tuple(_at_the_door(visit, it, way))
    if way.consignment.leg == "send" and way.custody.state in {"registered", "booked"}:
        return tuple(_to_give(visit, it, way))
    return ()


def _lacking(visit: Visit, papers: tuple[Paper, ...]) -> Iterator[Ready]:
    for paper in papers:
        yield Ready(icon="paper", title=_paper(visit, paper), below=visit.say(sentence("Cơ quan cần thêm giấy này.")))


def _at_the_door(visit: Visit, it: Shown, way: Way) -> Iterator[Ready]:
    values = words_of(visit, it, way)
    yield Ready(
        icon="id", title=visit.say(sentence("Căn cước của bạn")),
        below=visit.say(sentence("Hoặc hộ chiếu. {Postman} xem và chỉ ghi mấy số cuối."), **values),
    )  # fmt: skip
    for paper in it.to_hand_in:
        below = visit.say(sentence("{Postman} thu lại giúp cơ quan. Nếu mất, cứ nói để ghi vào biên bản."), **values)
        yield Ready(icon="paper", title=_paper(visit, paper), below=below)
    yield _money(visit, it, way)


def _to_give(visit: Visit, it: Shown, way: Way) -> Iterator[Ready]:
    inside = [paper for paper in it.kept.dossier.papers if not paper.must_withdraw]
    if inside:
        yield Ready(
            icon="paper", title=visit.say(sentence("{n} loại giấy như danh sách khi nộp"), n=len(inside)),
            below=visit.say(sentence("Đếm cùng {postman}, rồi niêm phong trước mặt bạn."), **words_of(visit, it, way)),
        )  # fmt: skip
    yield _money(visit, it, way)


def _paper(visit: Visit, paper: Paper) -> str:
    times = f" × {paper.quantity}" if paper.quantity > 1 else ""
    return f"{paper.name}, {visit.say(_KINDS[paper.kind])}{times}"


def _money(visit: Visit, it: Shown, way: Way) -> Ready:
    """Return what is still to be paid at the door, and what was paid, each with its receipt."""
    counted = [each for each in it.receipts if each.cancelled_at is None]
    here = [each for each in counted if each.consignment_no == way.consignment.consignment_no]
    due = max(way.consignment.collect_dong - sum(r.amount_dong for r in here if r.ledger == "fee"), 0)
    paid = [_paid(visit, each) for each in counted if each.ledger == "fee" or each in here]
    if it.prepayment:
        amount = thousands(it.prepayment.amount_dong)
        words = sentence("Phí, lệ phí {amount} đ đã nộp cho cơ quan, số {number}.")
        paid.append(visit.say(words, amount=amount, number=it.prepayment.reference))
    is_open = not any(each.ledger == "postage" for each in here)
    if is_open:
        paid.append(visit.say(sentence("Cước chưa ghi biên lai: nếu chưa trả thì trả theo bảng cước.")))
    if due:
        title = visit.say(sentence("{amount} đ phí, lệ phí"), amount=thousands(due))
        paid.insert(0, visit.say(sentence("Trả khi nhận và lấy biên lai.")))
    else:
        title = visit.say(
            sentence("Không phải trả thêm phí, lệ phí") if is_open else sentence("Không phải trả thêm tiền")
        )
    return Ready(icon="money", title=title, below=" ".join(paid))


def _paid(visit: Visit, taken: Taken) -> str:
    words = (
        sentence("Phí, lệ phí {amount} đ đã trả, biên lai {number}.")
        if taken.ledger == "fee"
        else sentence("Cước {amount} đ đã trả, biên lai {number}.")
    )
    return visit.say(words, amount=thousands(taken.amount_dong), number=taken.receipt_no)


def calls_of(visit: Visit, it: Shown) -> tuple[Call, ...]:
    """Return who can be called: the office for the carriage, the desk for the content."""
    return tuple(_calls(visit, it))


def _calls(visit: Visit, it: Shown) -> Iterator[Call]:
    way, dossier = it.way, it.kept.dossier
    office = it.outlook.office or (way.custody.office if way else "") if it.outlook else _last_office(it)
    if office in it.units:
        collects = way is not None and way.consignment.leg == "send"
        about = sentence("Hỏi về việc nhận và chuyển hồ sơ") if collects else sentence("Hỏi về việc phát")
        yield _call(visit, it.units[office], about)
    if dossier.returning_desk in it.units:
        yield _call(visit, it.units[dossier.returning_desk], sentence("Hỏi về nội dung và kết quả hồ sơ"))


def _call(visit: Visit, unit: Unit, about: str) -> Call:
    return Call(unit=unit, phone=phone_words(unit.phone), about=visit.say(about))


def _last_office(it: Shown) -> str:
    """Return the post office that had it last, for who asks about a journey that is over; none for the agency's."""
    if it.is_with_agency or it.way is None:
        return ""
    told = [each.lead.office for each in it.way.happenings if each.lead.office in it.units]
    return next((code for code in reversed(told) if it.units[code].kind == "office"), "")


_SPANS = {
    "same_district": sentence("đi trong một huyện cũ được {n} ngày làm việc"),
    "same_province": sentence("đi khác huyện cũ trong tỉnh được {n} ngày làm việc"),
    "between_cities": sentence("đi giữa hai thành phố loại I được {n} ngày làm việc"),
    "other_provinces": sentence("đi khác tỉnh được {n} ngày làm việc"),
}
_ADDED = {
    "weekend": sentence("Không tính {days} ngày cuối tuần."),
    "holiday": sentence("Không tính {days} ngày nghỉ lễ: {title}."),
    "degraded": sentence("Không tính {days} ngày gián đoạn: {title}."),
}  # fmt: skip
_REFUND = sentence("Trễ mà lỗi của bưu điện thì bạn được hoàn cước (Nghị định 47/2011, Điều 25).")


def law_of(visit: Visit, it: Shown) -> tuple[str, ...]:
    """Return the legal limit of what travels, sentence by sentence; nothing where nothing travels or travelled."""
    way = it.way
    if way is None or it.is_with_agency:
        return ()
    return tuple(_law(visit, it, way, way.clock))


def _law(visit: Visit, it: Shown, way: Way, clock: Clock) -> Iterator[str]:
    values = words_of(visit, it, way)
    if clock.verdict == "no_limit":
        yield visit.say(sentence("Luật bưu chính công ích không đặt hạn: lần này đi bằng bên chuyển phát khác."))
        return
    if clock.verdict == "unknown":
        yield visit.say(sentence("Chưa tính được hạn vì địa chỉ chưa có trong bảng khu vực của bưu điện."))
        return
    if clock.reckoning is None or clock.span is None:
        if it.outlook and it.outlook.days_given:
            words = sentence("Hạn tính từ ngày bưu điện nhận: {n} ngày làm việc (Thông tư 17/2017, Điều 7).")
            yield visit.say(words, n=it.outlook.days_given)
            yield visit.say(_REFUND)
        return
    reckoning = clock.reckoning
    yield sentence_case(visit.say(sentence("hết {day}."), day=day_words(visit, reckoning.due)))
    span = visit.say(_SPANS[clock.span], n=reckoning.working_days)
    words = sentence("Bưu điện nhận {what} {day}; {span} kể từ ngày nhận (Thông tư 17/2017, Điều 7).")
    yield visit.say(words, what=values["what"], day=day_words(visit, reckoning.start), span=span)
    for added in reckoning.added:
        yield _added(visit, added)
    if not reckoning.is_firm:
        yield visit.say(sentence("Lịch nghỉ của đoạn này chưa công bố, hạn có thể đổi."))
    if verdict := _verdict(visit, clock, is_home=way.consignment.leg == "return"):
        yield verdict
    yield visit.say(_REFUND)


def _added(visit: Visit, added: Added) -> str:
    return visit.say(_ADDED[added.kind], days=added.days, **({"title": added.title} if added.title else {}))


_STOPPED = {
    ("met", True): sentence("Lần phát đầu {day}, đúng hạn."), ("met", False): sentence("Đến nơi {day}, đúng hạn."),
    ("late", True): sentence("Lần phát đầu {day}, trễ {n} ngày làm việc."),
    ("late", False): sentence("Đến nơi {day}, trễ {n} ngày làm việc."),
}  # fmt: skip


def _verdict(visit: Visit, clock: Clock, *, is_home: bool) -> str:
    """Return how it stands against the limit; a result home stops its clock at the first attempt."""
    if clock.stopped_on and (words := _STOPPED.get((clock.verdict, is_home))):
        return visit.say(words, day=day_words(visit, clock.stopped_on), n=clock.days)
    return visit.say(sentence("Đang trễ {n} ngày làm việc."), n=clock.days) if clock.verdict == "overdue" else ""
