"""The words of a dossier's page, its address, and the dossier itself as this account is shown it.

Stands on: desk. Used by: dossier, dossier_acts, dossier_papers.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from postgw.domain.actor import Actor
from postgw.domain.consignment import Consignment
from postgw.domain.custody import Custody
from postgw.domain.legal_day import legal_day
from postgw.domain.states import ScanTable
from postgw.services.overview import Whole
from postgw.web.language import Language, sentence

from .desk import LEGS, titles, units_of
from .visit import Visit

_OFFICE = sentence("Bưu cục {code}")
_HOLDERS = {
    "sender": sentence("Người gửi"), "desk": sentence("Bộ phận Một cửa"), "post": sentence("Bưu điện"),
    "recipient": sentence("Người nhận đã cầm"), "nobody": sentence("Không ai giữ"),
}  # fmt: skip
_LEFT = sentence("Bưu điện, đã rời {office}")
FORMS = {
    "send": sentence("Gửi hồ sơ qua bưu điện"), "return": sentence("Nhận kết quả qua bưu điện"),
    "both": sentence("Gửi và nhận qua bưu điện"),
}  # fmt: skip
_STAGES = {
    "at_agency": sentence("cơ quan đang giữ"), "stays": sentence("cơ quan giữ lại, có lý do"),
    "confirmed": sentence("sẽ trả cùng kết quả"), "to_collect": sentence("chưa thu"),
    "collected": sentence("đã thu, chưa gửi"), "on_the_way": sentence("đang trên đường"),
    "astray": sentence("thất lạc trên đường"), "given_back": sentence("đã trả người dân"),
    "handed_in": sentence("đã nộp cơ quan"), "reported_lost": sentence("người dân báo mất"),
}  # fmt: skip
_CASES = {
    "complaint": sentence("Khiếu nại"), "late": sentence("Chậm toàn trình"), "damage": sentence("Hư hỏng"),
    "loss": sentence("Thất lạc"),
}  # fmt: skip
_CASE_STATES = {
    "open": sentence("đang xử lý"), "answered": sentence("đã trả lời"), "closed": sentence("đã đóng"),
}  # fmt: skip
#: On what the citizen's page rested what it promised (domain.promise).
GROUNDS = {
    "choice": sentence("theo ngày người nhận chọn"), "round": sentence("bưu tá đang đi phát"),
    "limit": sentence("theo hạn toàn trình"), "waiting": sentence("chờ người nhận"),
    "passed": sentence("giờ dự kiến đã qua"), "overdue": sentence("đã quá hạn toàn trình"),
    "not_started": sentence("bưu điện chưa nhận"), "unknown": sentence("chưa tính được hạn"),
    "no_limit": sentence("ngoài dịch vụ công ích"), "back": sentence("đang quay về nơi gửi"),
}  # fmt: skip
_KINDS = {"original": sentence("bản chính"), "certified": sentence("bản chứng thực"), "copy": sentence("bản sao")}
_PREPAID = {
    "agency": sentence("Nộp tại cơ quan giải quyết"), "bank": sentence("Chuyển khoản cho cơ quan giải quyết"),
    "portal": sentence("Nộp trên Cổng Dịch vụ công"), "other": sentence("Cách khác được cơ quan chấp nhận"),
}  # fmt: skip


def path_of(key: str, tail: str = "") -> str:
    """Return the address of a dossier's page, or of what hangs under it.

    >>> path_of("TS/MC-1", "/acts/form")
    '/desk/dossiers/TS/MC-1/acts/form'
    """
    return f"/desk/dossiers/{quote(key, safe='/')}{tail}"


def subject_of(whole: Whole) -> str:
    """Return under which name it is written down that names of a dossier were seen."""
    return whole.kept.dossier.key[:40]


def who_acts(visit: Visit) -> Actor:
    """Return the account with what it may do, for pages that only read are drawn with all it may look at."""
    return visit.holder.actor if visit.holder else visit.actor


async def whole_of(visit: Visit, key: str) -> Whole:
    """Return a dossier with all that this account is shown. Raises Unknown."""
    return await visit.services.overview.dossier(key, who=who_acts(visit), actor=visit.actor, at=visit.at)


async def words(visit: Visit) -> dict[str, Any]:
    """Return the words that every page of a dossier says: of states, codes, reasons, units and legs."""
    table = visit.services.enquiry.table(on=legal_day(visit.at))
    return {
        "states": titles(table, visit.language), "codes": _codes(table, visit.language), "rules": table.codes,
        "reasons": _reasons(visit), "reasons_of": _reasons_of(visit, table),
        "units": await units_of(visit), "legs": LEGS, "forms": FORMS, "stages": _STAGES,
        "case_kinds": _CASES, "case_states": _CASE_STATES, "paper_kinds": _KINDS, "prepaid": _PREPAID,
        "carriers": visit.services.carriers, "grounds": GROUNDS,
    }  # fmt: skip


def holds(visit: Visit, found: Consignment, custody: Custody, units: dict[str, str]) -> str:
    """Return who holds an envelope."""
    if custody.holder == "post" and not found.public_service:
        return visit.services.carriers.get(found.account) or found.account
    if custody.holder == "post" and custody.office:
        office = units.get(custody.office) or visit.say(_OFFICE, code=custody.office)
        return visit.say(_LEFT, office=office) if custody.state == "in_transit" else office
    if custody.holder == "desk":
        desk = found.to_desk if custody.ended and found.to_desk else found.desk
        return units.get(desk) or visit.say(_HOLDERS["desk"])
    return visit.say(_HOLDERS[custody.holder])


def _codes(table: ScanTable, language: Language) -> dict[str, str]:
    return {code: rule.title if language == "vi" else rule.title_en for code, rule in table.codes.items()}


def _reasons_of(visit: Visit, table: ScanTable) -> dict[str, dict[str, str]]:
    """Return the reasons of each scan word: one code stands for other words in another list."""
    known = visit.services.enquiry.reasons(on=legal_day(visit.at))
    return {
        code: {row.code: row.title if visit.language == "vi" else row.title_en for row in known[rule.reasons].values()}
        for code, rule in table.codes.items()
        if rule.reasons in known
    }


def _reasons(visit: Visit) -> dict[str, str]:
    lists = visit.services.enquiry.reasons(on=legal_day(visit.at)).values()
    known = {reason.code: (reason.title, reason.title_en) for each in lists for reason in each.values()}
    ends = {code: (each.title, each.title_en) for code, each in visit.services.ending.titles(visit.at).items()}
    return {code: vi if visit.language == "vi" else en for code, (vi, en) in {**ends, **known}.items()}
