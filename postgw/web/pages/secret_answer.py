"""The one sentence that answers, and what stands below it: where the paper is, and by when it is awaited.

The sentence begins with where it is and ends with what is promised, where something can be. What cannot be reckoned is
said to be so, with the reason. No sentence names a person or accuses one.

Stands on: secret_words, domain.promise. Used by: secret_page.
Source: Circular 17/2017/TT-BTTTT art. 7.2, 12; Decree 61/2018/NĐ-CP art. 19 (apology and a new day).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from postgw.domain.legal_day import legal_day
from postgw.services.secret_page import Outlook, Shown, Way
from postgw.web.language import sentence

from .drawing import sentence_case
from .secret_words import day_words, hour_words, office_words, promised_words, words_of
from .visit import Visit

_HOME = {
    "registered": sentence("{What} đang chờ giao cho {carrier}"),
    "booked": sentence("{What} đang chờ {carrier} đến {desk} nhận"),
    "collected": sentence("{Carrier} đã nhận {what} từ {desk}"),
    "in_transit": sentence("Đang trên đường đến {office}"),
    "at_office": sentence("Đã đến {here}, nơi phát cho bạn"),
    "out_for_delivery": sentence("{Postman} đang mang {what} đến cho bạn"),
    "attempted": sentence("{Postman} đã đến mà chưa trao được {what}, {here} đang giữ"),
    "held": sentence("{Here} đang giữ {what}, chờ bạn đến nhận"),
    "delivered": sentence("Đã trao {what} lúc {moment}"),
    "delivered_by_post_statement": sentence("{Carrier} báo đã phát {what} lúc {moment}"),
    "returning": sentence("Chưa phát được, {what} đang quay về {desk}"),
    "returned": sentence("{What} đã quay về {desk}"),
    "unclaimed": sentence("{What} chưa có người nhận, {here} vẫn giữ"),
    "archived": sentence("{What} không phát được, đã đưa vào lưu"),
    "lost": sentence("{What} được ghi nhận là thất lạc"),
    "cancelled": sentence("Lần gửi này đã huỷ"),
    "recalled": sentence("{Desk} đã gọi lại {what}"),
}
_IN = {
    **_HOME,
    "registered": sentence("Hồ sơ chưa gửi, đang chờ báo {carrier}"),
    "booked": sentence("Đang chờ {postman} đến nhận hồ sơ của bạn"),
    "collected": sentence("{Carrier} đã nhận hồ sơ của bạn, sẽ mang đến {goal}"),
    "in_transit": sentence("Đang trên đường đến {goal}"),
    "at_office": sentence("Đang ở {here}, trên đường đến {goal}"),
    "out_for_delivery": sentence("{Postman} đang mang {what} đến {goal}"),
    "attempted": sentence("Chưa giao được cho {goal}, {here} vẫn giữ"),
    "held": sentence("{Here} đang giữ {what}, chờ {goal} đến nhận"),
    "delivered": sentence("{What} đã đến {goal} lúc {moment}"),
    "delivered_by_post_statement": sentence("{Carrier} báo {what} đã đến {goal} lúc {moment}"),
    "returning": sentence("Chưa giao được, hồ sơ đang quay về bạn"),
    "returned": sentence("Hồ sơ đã quay về bạn"),
    "unclaimed": sentence("{Goal} chưa nhận, {here} vẫn giữ"),
    "recalled": sentence("Bạn đã gọi lại hồ sơ"),
}
_BETWEEN = {
    **_IN, **{state: _HOME[state] for state in ("registered", "returned", "recalled")},
    "booked": sentence("{What} đang chờ {carrier} đến nhận"),
    "collected": sentence("{Carrier} đã nhận {what}, sẽ mang đến {goal}"),
    "returning": sentence("Chưa giao được, {what} đang quay về {desk}"),
}  # fmt: skip
HEADS = {"return": _HOME, "send": _IN, "transfer": _BETWEEN, "withdrawal": _BETWEEN}
#: On the way home, where no office is known that serves the address, or another one has it first.
_ON_THE_WAY, _PASSING = sentence("{What} đang trên đường đến bạn"), sentence("Đang ở {here}, trên đường đến {office}")
_SOMEWHERE = sentence("Đang ở {here}, trên đường đến bạn")
_EXPECTED = {True: sentence("{head}, dự kiến phát trước {by}."), False: sentence("{head}, dự kiến đến trước {by}.")}
_CHOSEN, _PLAIN = sentence("{head}, hẹn phát lại trước {by}."), sentence("{head}.")
_KEPT = sentence("{head} ít nhất đến hết {day}.")
_CALLS = sentence("{Postman} sẽ gọi số {phone} trước khi đến nhà bạn ở {commune}.")
_WHY_NO_DAY = {
    "overdue": sentence(
        "Hạn theo luật là hết {day}, nay đã qua. Chưa ai báo được ngày mới nên trang này không hẹn ngày."
    ),
    "passed": sentence("Giờ dự kiến đã qua mà chưa có tin mới. Luật cho đến hết {day}."),
    "not_started": sentence("Chưa tính được ngày đến vì {carrier} chưa nhận."),
    "unknown": sentence("Chưa tính được ngày đến vì địa chỉ chưa có trong bảng khu vực của bưu điện."),
    "no_limit": sentence("Chưa tính được ngày đến: hạn theo hợp đồng với bên chuyển phát."),
}
_PASSED_CHOICE = sentence("Giờ hẹn đã qua mà chưa có tin mới. Gọi {here} để hỏi.")
_GIVEN = sentence("Từ lúc {carrier} nhận, luật cho {n} ngày làm việc.")
_REASON = sentence("Lý do ghi lại: {reason}.")
_CHOOSE = {
    True: sentence("Chọn cách nhận, hoặc gọi {here}."),
    False: sentence("Gọi {here} để hẹn phát lại hoặc để đến nhận."),
}
_FETCHED = {
    "office": sentence("Bạn đã chọn tự đến {here} nhận."),
    "service_point": sentence("Bạn đã chọn nhận tại {place}."),
}
_ADVICE = {
    "delivered_by_post_statement": sentence("Chưa nhận được thì gọi ngay {desk}."),
    "returning": sentence("Muốn nhận thì gọi {desk}."), "returned": sentence("Gọi {desk} để hẹn cách nhận khác."),
    "unclaimed": sentence("Mang giấy tờ của bạn đến {here}, hoặc gọi trước."),
    "archived": sentence("Gọi {desk} để hỏi cách nhận lại."),
    "lost": sentence("Bạn có quyền khiếu nại và đòi bồi thường. Gọi {desk} để được chỉ cách làm lại giấy tờ."),
    "cancelled": sentence("Vẫn cần gửi thì gọi {desk}."), "recalled": sentence("Chưa rõ vì sao thì gọi {desk}."),
}  # fmt: skip
_IDS = {
    "send": sentence("Hồ sơ"), "return": sentence("Kết quả hồ sơ"), "transfer": sentence("Hồ sơ"),
    "withdrawal": sentence("Giấy tờ của hồ sơ"),
}  # fmt: skip
_REJECTED_IDS = sentence("Hồ sơ trả lại")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the stamp says."""

    about: str  #: what stands before the number of the dossier
    head: str
    under: tuple[str, ...] = ()


def answer_of(visit: Visit, it: Shown, *, may_act: bool) -> Answer:
    """Return the sentence that answers, with what stands below it; `may_act`: acts stand further down."""
    way = it.way
    if way is None or it.is_with_agency:
        return _of_agency(visit, it)
    about = _REJECTED_IDS if way.consignment.without_result else _IDS[way.consignment.leg]
    under = tuple(_under(visit, it, way, may_act))
    return Answer(about=visit.say(about), head=_head(visit, it, way), under=under)


def _head(visit: Visit, it: Shown, way: Way) -> str:
    values = words_of(visit, it, way)
    head = sentence_case(visit.say(_where(way, values), **values))
    promise = it.outlook.promise if it.outlook else None
    if promise is None:
        return visit.say(_PLAIN, head=head)
    if promise.due_at:
        template = _CHOSEN if promise.ground == "choice" else _EXPECTED[_is_brought(it, way)]
        return visit.say(template, head=head, by=promised_words(visit, promise.due_at))
    if promise.ground == "waiting" and promise.lawful_until:
        return visit.say(_KEPT, head=head, day=day_words(visit, promise.lawful_until))
    return visit.say(_PLAIN, head=head)


def _is_brought(it: Shown, way: Way) -> bool:
    """Tell whether it comes to the citizen's door: it goes home, and they did not choose to fetch it."""
    choice = it.outlook.choice if it.outlook else None
    return way.consignment.leg == "return" and (choice is None or choice.choice.way == "deliver")


def _where(way: Way, known: Mapping[str, str]) -> str:
    """Return the sentence for where it is."""
    leg, state = way.consignment.leg, way.custody.state
    if leg == "return" and state == "in_transit" and not known["office"]:
        return _ON_THE_WAY
    if leg == "return" and state == "at_office" and known["office"] != known["here"]:
        return _PASSING if known["office"] else _SOMEWHERE
    return HEADS[leg][state]


def _under(visit: Visit, it: Shown, way: Way, may_act: bool) -> Iterator[str]:
    values, outlook, state = words_of(visit, it, way), it.outlook, way.custody.state
    if outlook is None:
        if advice := _ADVICE.get(state):
            yield visit.say(advice, **values)
        return
    if state == "attempted" and (reason := reason_of(visit, way)):
        yield visit.say(_REASON, reason=reason)
    yield from _of_choice(visit, it, outlook, way, may_act)
    yield from _why_no_day(visit, outlook, values)
    if advice := _ADVICE.get(state):
        yield visit.say(advice, **values)
    if outlook.promise.due_at and _is_brought(it, way) and values["phone"] and values["commune"]:
        yield visit.say(_CALLS, **values)


def _of_choice(visit: Visit, it: Shown, outlook: Outlook, way: Way, may_act: bool) -> Iterator[str]:
    if outlook.choice and outlook.choice.choice.way in _FETCHED:
        choice = outlook.choice.choice
        yield visit.say(
            _FETCHED[choice.way],
            here=office_words(visit, it, outlook.office or way.custody.office),
            place=it.name(choice.place),
        )
    elif outlook.choice is None and way.custody.state == "attempted" and way.consignment.leg == "return":
        yield visit.say(_CHOOSE[may_act], here=office_words(visit, it, way.custody.office))


def _why_no_day(visit: Visit, outlook: Outlook, known: Mapping[str, str]) -> Iterator[str]:
    promise = outlook.promise
    if promise.ground == "passed" and (outlook.choice or promise.lawful_until is None):
        yield visit.say(_PASSED_CHOICE, here=known["here"])
    elif promise.ground in _WHY_NO_DAY:
        day = day_words(visit, promise.lawful_until) if promise.lawful_until else ""
        yield visit.say(_WHY_NO_DAY[promise.ground], day=day, carrier=known["carrier"])
    if promise.ground == "not_started" and outlook.days_given:
        yield visit.say(_GIVEN, carrier=known["carrier"], n=outlook.days_given)


def reason_of(visit: Visit, way: Way) -> str:
    """Return why the last delivery failed, in the words of the closed list."""
    failed = [each.lead.reason for each in way.happenings if each.lead.code == "attempted" and each.lead.reason]
    known = visit.services.enquiry.reasons(on=legal_day(visit.at)).get("attempt", {})
    row = known.get(failed[-1]) if failed else None
    if row is None:
        return ""
    title = row.title if visit.language == "vi" else row.title_en
    return title[:1].lower() + title[1:]


_AGENCY = {
    "asked": sentence("Cơ quan cần bạn bổ sung giấy tờ."), "rejected": sentence("Cơ quan đã trả lại hồ sơ ngày {day}."),
    "ready_home": sentence("Đã có kết quả, {desk} đang chuẩn bị gửi cho bạn."),
    "ready_here": sentence("Đã có kết quả, mời bạn đến {desk} nhận."),
    "closed": sentence("Hồ sơ đã xong."),
    "put_off": sentence("Cơ quan xin lỗi vì trả kết quả chậm, hẹn lại {day}."),
    "due": sentence("Cơ quan đang giải quyết, hẹn trả kết quả {day}."),
    "due_over": sentence("Hẹn trả kết quả {day} đã qua, cơ quan chưa báo xong."),
    "no_due": sentence("Cơ quan đang giải quyết, chưa ghi ngày hẹn trả."),
    "not_sent": sentence("Hồ sơ chưa gửi, đang chờ {desk} làm thủ tục với bưu điện."),
}  # fmt: skip
_AGENCY_UNDER = {
    "asked": sentence("Cần thêm {n} giấy, ghi ở phần bạn cần có sẵn. Chưa rõ thì gọi {desk}."),
    "rejected": sentence("Lý do ghi trong văn bản đi kèm. Chưa rõ thì gọi {desk}."),
    "put_off": sentence("Ngày hẹn cũ là {old}."), "due_over": sentence("Gọi {desk} để hỏi ngày mới."),
    "due": sentence("Xong thì bưu điện mang kết quả đến cho bạn; ngày phát tính từ lúc bưu điện nhận."),
}  # fmt: skip


def _of_agency(visit: Visit, it: Shown) -> Answer:
    """Return the answer while nothing travels."""
    case, dossier = agency_case(visit, it), it.kept.dossier
    apology = it.apologies[-1] if it.apologies else None
    day = legal_day(it.rejection.rejected_at) if case == "rejected" and it.rejection else it.due_on
    values = {
        "desk": it.name(dossier.returning_desk), "day": day_words(visit, day) if day else "",
        "n": len(it.asked.papers) if it.asked else 0, "old": day_words(visit, apology.due_on) if apology else "",
    }  # fmt: skip
    below = _AGENCY_UNDER.get(case, "")
    if case == "due" and dossier.service_form == "send":
        below = ""
    under = [visit.say(below, **values)] if below else []
    if filed := it.filing.in_force:
        under.append(visit.say(sentence("Tính là đã nộp lúc {moment}."), moment=hour_words(visit, filed.filed_at)))
    return Answer(about=visit.say(_IDS["send"]), head=visit.say(_AGENCY[case], **values), under=tuple(under))


def agency_case(visit: Visit, it: Shown) -> str:
    """Return which sentence holds of a dossier while nothing travels."""
    dossier = it.kept.dossier
    if it.asked:
        return "asked"
    if it.filing.state == "void" or (it.rejection and not it.filing.filings):
        return "rejected"
    if it.result:
        return "ready_here" if dossier.service_form == "send" or not _goes_home(it) else "ready_home"
    if it.closing:
        return "closed"
    if it.way is None and dossier.service_form != "return":
        return "not_sent"
    if it.due_on is None:
        return "no_due"
    if it.due_on < legal_day(visit.at):
        return "due_over"
    return "put_off" if it.apologies else "due"


def _goes_home(it: Shown) -> bool:
    """Tell whether the result travels: no return was called off, so that the citizen fetches it."""
    returns = [each for each in it.ways if each.consignment.leg == "return"]
    return not returns or returns[-1].custody.state != "cancelled"
