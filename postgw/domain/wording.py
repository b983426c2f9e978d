"""What a citizen's telephone is told: one matter a message, short, polite, nothing a stranger may not read.

A message bears the consignment number, or the dossier code, and no name, address or procedure. While in rehearsal every
text says so first.
A message bears the consignment number, perhaps a day, and no name, address or procedure. While in rehearsal every text
says so first.

Stands on: consignment, consignment_number. Used by: services.notices.
Source: Circular 17/2017/TT-BTTTT art. 12 (the citizen is told that the dossier arrived, and of the result's delivery).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from . import consignment_number
from .consignment import Consignment
from .ports import Notice

_RETURN = {
    "consignment.collected": "Ket qua ho so, ma {number}, da giao buu dien. Buu ta goi thi ban mang can cuoc ra nhan.",
    "consignment.out_for_delivery": "Hom nay buu ta phat ket qua ho so, ma {number}. Ban chuan bi can cuoc.",
    "consignment.attempted": "Buu ta den ma chua gap ban, ma {number}. Buu dien se moi lai.",
    "consignment.held": "Ket qua ho so, ma {number}, dang cho ban tai buu cuc. Ban mang can cuoc den nhan.",
    "consignment.delivered": "Ket qua ho so, ma {number}, da phat. Neu ban chua nhan, hay bao cho bo phan Mot cua.",
    "consignment.returning": "Ket qua ho so, ma {number}, dang duoc chuyen tra lai bo phan Mot cua.",
    "result.ready": "Ho so cua ban da co ket qua, buu dien se mang den. Ma tra cuu {number}.",
    "dossier.appointed": "Ho so cua ban duoc hen tra ket qua ngay {due}. Ma tra cuu {number}.",
}
#: A `return` that brings a rejected dossier home: no result is in it.
_REJECTED = {
    "dossier.rejected": "Ho so cua ban bi tra lai, ly do ghi trong phieu. Buu dien mang ho so den, ma {number}.",
    "consignment.collected": "Ho so bi tra lai, ma {number}, da giao buu dien. Ban chuan bi can cuoc de nhan.",
    "consignment.out_for_delivery": "Hom nay buu ta mang tra ho so, ma {number}. Ban chuan bi can cuoc.",
    "consignment.attempted": "Buu ta mang tra ho so ma chua gap ban, ma {number}. Buu dien se moi lai.",
    "consignment.held": "Ho so tra lai, ma {number}, dang cho ban tai buu cuc. Ban mang can cuoc den nhan.",
    "consignment.delivered": "Ho so tra lai, ma {number}, da phat. Neu ban chua nhan, hay bao bo phan Mot cua.",
}
_SEND = {
    "consignment.collected": "Buu dien da nhan ho so cua ban, ma {number}.",
    "dossier.filed": "Ho so, ma {number}, da giao den co quan. Thoi han giai quyet tinh tu luc giao.",
    "dossier.appointed": "Ho so, ma {number}, da giao den co quan, hen tra ket qua ngay {due}.",
    "supplement.asked": "Ho so, ma {number}, can bo sung giay to. Xem phieu yeu cau hoac hoi bo phan Mot cua.",
    "result.ready": "Ho so, ma {number}, da co ket qua. Moi ban mang giay hen va can cuoc den nhan.",
    "consignment.returning": "Ho so, ma {number}, dang duoc chuyen tra lai ban.",
}
_OF_DOSSIER = {
    "dossier.rescheduled": "Ho so {dossier}: co quan xin loi vi tra ket qua cham. Hen moi: {new}, thay cho {old}.",
}
#: What is told alike of a dossier, of a result, and of papers that were sent back.
_CASE = {
    "consignment.lost": "Buu dien chua tim thay buu gui, ma {number}. Bo phan Mot cua se lien he voi ban.",
    "case.answered": "Da co tra loi vu viec {case_no} ve buu gui, ma {number}. Ban hoi bo phan Mot cua.",
    "case.found": "Buu dien da tim lai duoc buu gui, ma {number}. Bao Mot cua ban co nhan lai khong, so {case_no}.",
}
_OF_LEG = {"return": _CASE | _RETURN, "send": _CASE | _SEND}


#: With another carrier no post office, postman or choice of ours stands at the end.
_OTHER_CARRIER = {
    ("return", "consignment.collected"): "Ket qua ho so, ma {number}, da giao don vi chuyen phat mang den ban.",
    ("return", "consignment.out_for_delivery"): "Hom nay ket qua ho so, ma {number}, duoc phat. Ban chuan bi can cuoc.",
    ("return", "consignment.attempted"): "Nguoi phat den ma chua gap ban, ma {number}. Ban hoi bo phan Mot cua.",
    ("return", "consignment.held"): "Ket qua ho so, ma {number}, dang cho ban tai diem giao cua don vi chuyen phat.",
    ("return", "result.ready"): "Ho so cua ban da co ket qua, se duoc chuyen phat den. Ma tra cuu {number}.",
    ("send", "consignment.collected"): "Don vi chuyen phat da nhan ho so cua ban, ma {number}.",
}
_LOST_ELSEWHERE = "Don vi chuyen phat chua tim thay buu gui, ma {number}. Bo phan Mot cua se lien he voi ban."
#: A rejected dossier on its way home with another carrier.
_REJECTED_ELSEWHERE = {
    "dossier.rejected": "Ho so cua ban bi tra lai, ly do ghi trong phieu, se duoc chuyen phat den. Ma {number}.",
    "consignment.collected": "Ho so bi tra lai, ma {number}, da giao don vi chuyen phat mang den ban.",
    "consignment.out_for_delivery": "Hom nay ho so tra lai, ma {number}, duoc phat. Ban chuan bi can cuoc.",
    "consignment.attempted": "Nguoi phat mang tra ho so ma chua gap ban, ma {number}. Ban hoi bo phan Mot cua.",
    "consignment.held": "Ho so tra lai, ma {number}, dang cho ban tai diem giao cua don vi chuyen phat.",
}


_FILED_WITH_DUE = "Ho so, ma {number}, da giao den co quan, hen tra ket qua ngay {due}."
_FILED_ANEW = "Ho so, ma {number}, da bo sung du. Thoi han giai quyet tinh lai tu dau."
#: With the secret link on which the reader answers.
_LINKED = {
    "consignment.attempted": "Buu ta chua gap ban, ma {number}. Ban chon cach nhan tai {link}",
    "consignment.held": "Buu gui, ma {number}, cho ban tai buu cuc. Doi cach nhan tai {link}",
}


#: What follows the text of a delivery: one question.
_RATE = " Gop y: {link}"


def link_purpose(kind: str, consignment: Consignment) -> str:
    """Return what the link in a message is for, as in `secret_link.PURPOSES`; empty where it bears none."""
    if consignment.leg != "return" or not consignment.public_service:
        return ""
    if kind in _LINKED:
        return "choose"
    return "rate" if kind == "consignment.delivered" and not consignment.without_result else ""


def citizen_text(
    kind: str,
    consignment: Consignment,
    *,
    rehearsal: bool,
    data: Mapping[str, Any] = MappingProxyType({}),
    link: str = "",
) -> str:
    """Return the text for one matter, without accents so that it fits one message; empty when there is nothing to say.

    >>> from postgw.domain.address import Party
    >>> ends = {"consignor": Party(name="A"), "consignee": Party(name="B")}
    >>> one = Consignment(
    ...     consignment_no="4K7M29TB6HC", dossier_id=1, leg="return", desk="TS", rules_version="2025-07-01", **ends)
    >>> citizen_text("consignment.delivered", one, rehearsal=True)[:41]
    '[DIEN TAP] Ket qua ho so, ma 4K7M-29TB-6H'
    >>> citizen_text("consignment.booked", one, rehearsal=False)
    ''
    """
    template = _template(kind, consignment, data)
    if not template:
        return ""
    if link:
        template = _LINKED.get(kind, template + _RATE)
    mark = "[DIEN TAP] " if rehearsal else ""
    number, due = consignment_number.shown(consignment.consignment_no), _day(data.get("due_on"))
    return mark + template.format(number=number, due=due, case_no=data.get("case_no", ""), link=link)


def dossier_text(notice: Notice, *, rehearsal: bool) -> str:
    """Return the text for a matter of the dossier itself, with its code and days; empty when there is nothing to say.

    >>> from datetime import UTC, datetime
    >>> told = Notice(
    ...     notice_id="1", kind="dossier.rescheduled", at=datetime(2026, 11, 23, tzinfo=UTC), desk="TS",
    ...     consignment_no="", dossier_no="H27.15-261120-0007",
    ...     data={"due_on": "2026-11-24", "new_due_on": "2026-11-26"})
    >>> dossier_text(told, rehearsal=False)
    'Ho so H27.15-261120-0007: co quan xin loi vi tra ket qua cham. Hen moi: 26/11/2026, thay cho 24/11/2026.'
    """
    template = _OF_DOSSIER.get(notice.kind, "")
    if not template:
        return ""
    new, old = (f"{date.fromisoformat(notice.data[name]):%d/%m/%Y}" for name in ("new_due_on", "due_on"))
    mark = "[DIEN TAP] " if rehearsal else ""
    return mark + template.format(dossier=notice.dossier_no, new=new, old=old)


def _template(kind: str, consignment: Consignment, data: Mapping[str, Any]) -> str:
    if kind == "dossier.filed" and data.get("ground") == "correction":
        return ""
    if kind == "dossier.filed" and data.get("ground") == "supplement":
        return _FILED_ANEW
    if kind == "dossier.filed" and consignment.leg == "send" and data.get("due_on"):
        return _FILED_WITH_DUE
    if not consignment.public_service and (elsewhere := _elsewhere(kind, consignment)):
        return elsewhere
    return (_CASE | _REJECTED if consignment.without_result else _OF_LEG.get(consignment.leg, {})).get(kind, "")


def _elsewhere(kind: str, consignment: Consignment) -> str:
    if kind == "consignment.lost":
        return _LOST_ELSEWHERE
    if consignment.without_result:
        return _REJECTED_ELSEWHERE.get(kind, "")
    return _OTHER_CARRIER.get((consignment.leg, kind), "")


def _day(value: Any) -> str:
    """Return a day as people write it; in a notice that was kept it is text."""
    day = date.fromisoformat(value) if isinstance(value, str) and value else value
    return f"{day:%d/%m/%Y}" if isinstance(day, date) else ""
