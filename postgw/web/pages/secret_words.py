"""Words that every part of the citizen's own page says: when, where, who carries, what is carried.

Times are said as people say them ("09:31 hôm nay", "17:00 thứ Tư 25/11"). Nobody is named but desks and post offices.

Stands on: visit, moments. Used by: secret_answer, secret_line, secret_ready.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from postgw.domain.freshness import Freshness
from postgw.domain.legal_day import legal_day
from postgw.domain.privacy import mask_phone
from postgw.services.secret_page import Shown, Way
from postgw.web.language import sentence

from . import moments
from .drawing import sentence_case
from .visit import Visit

_DAYS = {0: sentence("hôm nay"), 1: sentence("hôm qua"), -1: sentence("ngày mai")}
_AT = sentence("{clock} {day}")
_WHAT = {
    "send": sentence("hồ sơ"), "return": sentence("kết quả"), "transfer": sentence("hồ sơ"),
    "withdrawal": sentence("giấy tờ giao lại"),
}  # fmt: skip
_REJECTED = sentence("hồ sơ trả lại")
#: English wants an article where Vietnamese has none.
_THE = sentence("{what}")
_POST = {"carrier": sentence("bưu điện"), "postman": sentence("bưu tá"), "place": sentence("bưu cục")}
_OTHER = {
    "carrier": sentence("bên chuyển phát"), "postman": sentence("người phát"), "place": sentence("kho bên chuyển phát"),
}  # fmt: skip


def day_words(visit: Visit, on: date) -> str:
    """Return a day: today and its neighbours by their names, any other by weekday and date."""
    today = legal_day(visit.at)
    if (name := _DAYS.get((today - on).days)) is not None:
        return visit.say(name)
    year = "" if on.year == today.year else f"/{on.year}"
    return moments.day(on, visit.language) + year


def hour_words(visit: Visit, at: datetime) -> str:
    """Return a moment: the clock and the day."""
    return visit.say(_AT, clock=moments.clock(at), day=day_words(visit, legal_day(at)))


def promised_words(visit: Visit, at: datetime) -> str:
    """Return a moment to come: tomorrow too has its weekday and date, for whoever reads it a day later."""
    on = legal_day(at)
    day = visit.say(_DAYS[0]) if on == legal_day(visit.at) else moments.day(on, visit.language)
    return visit.say(_AT, clock=moments.clock(at), day=day)


def ago_words(visit: Visit, at: datetime) -> str:
    """Return how long ago a moment was."""
    return moments.ago(at, now=visit.at, language=visit.language)


def span_words(visit: Visit, fresh: Freshness) -> str:
    """Return within how long a stage usually tells something: in days of the post, where it is a day or more."""
    if fresh.usual_days == 1:
        return visit.say(sentence("một ngày"))
    usual = timedelta(days=fresh.usual_days) if fresh.usual_days else timedelta(hours=fresh.usual_hours)
    return moments.span(usual, visit.language)


def what_of(way: Way) -> str:
    """Return what a consignment carries."""
    return _REJECTED if way.consignment.without_result else _WHAT[way.consignment.leg]


def words_of(visit: Visit, it: Shown, way: Way, *, office: str = "") -> Mapping[str, str]:
    """Return the values that the sentences about a consignment share; `office` is where something happened."""
    found, custody = way.consignment, way.custody
    own = _POST if found.public_service else _OTHER
    carrier, place = visit.say(own["carrier"]), visit.say(own["place"])
    what, postman = (visit.say(_THE, what=visit.say(word)) for word in (what_of(way), own["postman"]))
    here = office_words(visit, it, office or custody.office) or place
    goal, desk = it.name(way.goal), it.name(found.desk)
    return {
        "what": what, "What": sentence_case(what), "carrier": carrier, "Carrier": sentence_case(carrier),
        "postman": postman, "Postman": sentence_case(postman), "here": here, "Here": sentence_case(here),
        "desk": desk, "Desk": sentence_case(desk), "goal": goal, "Goal": sentence_case(goal),
        "office": office_words(visit, it, it.outlook.office) if it.outlook else "", "moment": _since(visit, way),
        "phone": mask_phone(found.consignee.phone), "commune": _inside(found.consignee.commune),
    }  # fmt: skip


def office_words(visit: Visit, it: Shown, code: str) -> str:
    """Return what a post office is called; one that the province does not know yet by its code, and as an office."""
    return it.name(code) if code in it.units or not code else visit.say(sentence("bưu cục {code}"), code=code)


def _inside(name: str) -> str:
    """Return the name of a commune as it stands inside a sentence.

    >>> _inside("Xã Kỳ Anh")
    'xã Kỳ Anh'
    """
    return name[:1].lower() + name[1:]


def phone_words(phone: str) -> str:
    """Return a telephone number as people read it.

    >>> phone_words("02393000112"), phone_words("0912000003"), phone_words("113")
    ('0239 300 0112', '0912 000 003', '113')
    """
    return f"{phone[:4]} {phone[4:7]} {phone[7:]}" if len(phone) in {10, 11} and phone.isdecimal() else phone


def _since(visit: Visit, way: Way) -> str:
    return hour_words(visit, way.custody.since) if way.custody.since else ""
