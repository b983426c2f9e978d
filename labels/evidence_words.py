"""The words of an evidence sheet: what the content of a pack says, as an officer reads it.

Stands on: evidence_sheet. Used by: services.evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from postgw.domain.case import KINDS, STATES
from postgw.domain.consignment import LEG_TITLES
from postgw.domain.dossier import SERVICE_FORMS
from postgw.domain.invitation import WAYS
from postgw.domain.ledger import LEDGERS
from postgw.domain.legal_day import shown
from postgw.domain.manifest import OUTCOMES
from postgw.domain.proof import ID_KINDS, RECEIVER_KINDS

from .bars import spoken
from .evidence_sheet import CustodyTable, EvidenceSheet

_WITNESSES: Final = {"stated": "bưu điện báo", "scanned": "quét mã", "signed": "đã ký nhận"}
_CHANNELS: Final = {"desk": "hệ thống Một cửa", "hook": "hệ thống đăng ký nhận tin", "citizen": "người dân"}
_STANDING: Final = {"waiting": "chưa, còn gửi lại", "parked": "chưa, đã dừng gửi"}
#: What is told beside the words of scans.
NOTICE_WORDS: Final = {
    "dossier.filed": "Hồ sơ đã nộp",
    "dossier.appointed": "Hẹn ngày trả kết quả",
    "dossier.rescheduled": "Xin lỗi, hẹn lại ngày trả",
    "dossier.rejected": "Trả lại hồ sơ",
    "dossier.post_chosen": "Chọn nhận kết quả qua bưu chính",
    "dossier.transferred": "Chuyển hồ sơ giữa các cơ quan",
    "apology.drafted": "Nhắc lập phiếu xin lỗi",
    "supplement.asked": "Yêu cầu bổ sung hồ sơ",
    "supplement.escalated": "Báo việc yêu cầu bổ sung quá số lần",
    "result.ready": "Đã có kết quả",
    "same_day.pickup": "Đề nghị đến lấy trong ngày",
    "papers.lost": "Người dân báo mất giấy tờ phải thu",
    "consignment.choice": "Người nhận chọn cách nhận",
    "consignment.due_soon": "Nhắc sắp đến hạn phát",
    "consignment.due_moved": "Hạn phát được tính lại",
    "undeliverable.due": "Đến hạn xử lý bưu gửi không có người nhận",
    "case.opened": "Nhận khiếu nại",
    "case.answered": "Trả lời khiếu nại",
    "case.damage_recorded": "Lập biên bản hư hỏng",
    "case.lost": "Mở việc bồi thường do thất lạc",
    "case.found": "Tìm lại được bưu gửi",
    "case.liability": "Xác định trách nhiệm",
    "case.paid": "Chi trả bồi thường",
    "case.owner_decided": "Chủ sở hữu quyết định nhận lại",
}
_DATES: Final = {
    "due_on": "Ngày hẹn trả kết quả",
    "new_due_on": "Ngày hẹn lại",
    "agency_starts_on": "Cơ quan bắt đầu tính thời hạn",
    "carried_by": "Hạn bưu điện chuyển đến",
    "filed_at": "Thời điểm nộp hồ sơ",
    "ended_at": "Bưu gửi kết thúc",
    "paper_until": "Lưu hồ sơ giấy ít nhất đến",
    "electronic_until": "Lưu dữ liệu điện tử ít nhất đến",
}
_RESTS_ON: Final = {
    "dossier": "bộ phận Một cửa hẹn",
    "manifest": "biên bản giao nhận",
    "supplement": "hoàn thành bổ sung",
    "correction": "biên bản đính chính",
    "apology": "phiếu xin lỗi",
    "clock": "",
    "scan": "sự kiện",
    "rule": "Điều 14",
}
_ERASED: Final = "đã xoá khi hết hạn lưu"


def evidence_sheet(
    content: Mapping[str, Any],
    *,
    digest: str,
    titles: Mapping[str, str],
    reasons: Mapping[str, str],
    seal: tuple[date, str] | None,
    issued_at: datetime,
    issued_by: str,
) -> EvidenceSheet:
    """Return the sheet of a pack's content; `titles` names scan words and states, `seal` covers it."""
    words = _Words(units=content["units"], titles=titles, reasons=reasons)
    return EvidenceSheet(
        dossier_no=content["dossier"]["key"],
        facts=_facts(content["dossier"], content["units"]),
        custody=tuple(_custody(each, words) for each in content["consignments"]),
        handovers=tuple(_handover(row) for row in content["handovers"]),
        proofs=tuple(_proof(row) for row in content["proofs"]),
        notices=(
            *(_invitation(row) for row in content["invitations"]),
            *(_notice(row, titles) for row in content["notices"]),
        ),
        dates=tuple(_date(row, titles) for row in content["dates"]),
        cases=tuple(_case(row) for row in content["cases"]),
        money=tuple(_money(content["money"])),
        digest=digest,
        sealed=_sealed(seal),
        issued=f"Lập lúc {shown(issued_at)}, người lập: {issued_by}.",
        rehearsal=content["rehearsal"],
    )


def _facts(dossier: Mapping[str, Any], units: Mapping[str, str]) -> tuple[str, ...]:
    receiving, returning = dossier["receiving_desk"], dossier["returning_desk"]
    return (
        f"Hình thức: {SERVICE_FORMS[dossier['service_form']]} · Thủ tục: {dossier['procedure_code']}",
        f"Người nộp: {dossier['applicant_name'] or _ERASED}",
        f"Nơi tiếp nhận: {units.get(receiving, receiving)}",
        f"Nơi trả kết quả: {units.get(returning, returning)}",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """What our codes are called: units, scan words and states, reasons."""

    units: Mapping[str, str]
    titles: Mapping[str, str]
    reasons: Mapping[str, str]


def _custody(carried: Mapping[str, Any], words: _Words) -> CustodyTable:
    number, item_no = spoken(carried["consignment_no"]), carried["item_no"]
    item = f" · số hiệu {spoken(item_no)}" if item_no else ""
    state = words.titles.get(carried["state"], carried["state"])
    waiting = carried["not_linked"]
    return CustodyTable(
        title=f"{LEG_TITLES[carried['leg']]}: bưu gửi {number}{item} · {state}",
        rows=tuple(_link(link, words) for link in carried["chain"]),
        remark=f"Còn {waiting} sự kiện chưa nối vào chuỗi." if waiting else "",
    )


def _link(link: Mapping[str, Any], words: _Words) -> tuple[str, str, str, str, str]:
    scan = link["scan"]
    if scan is None:
        return "", "SỰ KIỆN KHÔNG CÒN", "", "", link["hash"]
    note = _ERASED if link["personal"] is None else link["personal"].get("note", "")
    told = [
        words.titles.get(scan["code"], scan["code"]),
        scan["reason"] and f"lý do: {words.reasons.get(scan['reason'], scan['reason'])}",
        note,
    ]
    who = f"{_WITNESSES[scan['witness']]}: {scan['actor'] or scan['source']}"
    where = words.units.get(scan["office"], scan["office"])
    return _time(scan["occurred_at"]), " · ".join(part for part in told if part), where, who, link["hash"]


def _handover(row: Mapping[str, Any]) -> tuple[str, str, str, str, str]:
    numbers = f"{spoken(row['consignment_no'])} / {row['manifest_no']}"
    result = OUTCOMES[row["outcome"]] + (f": {row['note']}" if row["note"] else "")
    return numbers, _side(row["giver"]), _side(row["taker"]), _time(row["signed_at"]), result


def _side(side: Mapping[str, Any]) -> str:
    signed = f"{side['person']}, ký lúc {_time(side['signed_at'])}" if side["person"] else ""
    return "; ".join(part for part in (side["unit_name"] or side["unit"], signed) if part)


def _proof(row: Mapping[str, Any]) -> tuple[str, str, str, str, str]:
    receiver = f"{row['receiver_name'] or _ERASED} ({RECEIVER_KINDS[row['receiver_kind']]})"
    seen = f"{ID_KINDS[row['id_kind']]} ••• {row['id_tail']}".strip()
    authorised = _authorised(row) if row["authorisation_seen"] else ""
    remarks = "không có" if row["remarks"] == "none" else row["remarks"]
    return spoken(row["consignment_no"]), _time(row["delivered_at"]), receiver, seen + authorised, remarks


def _authorised(row: Mapping[str, Any]) -> str:
    more = ", ".join(filter(None, (row.get("authorisation", ""), row.get("relation", ""))))
    return "; đã xem giấy uỷ quyền" + (f" ({more})" if more else "")


def _invitation(row: Mapping[str, Any]) -> tuple[str, str, str, str, str]:
    on = f"{date.fromisoformat(row['invited_on']):%d/%m/%Y}"
    return spoken(row["consignment_no"]), f"Giấy mời lần {row['ordinal']}", "người nhận", on, WAYS[row["way"]]


def _notice(row: Mapping[str, Any], titles: Mapping[str, str]) -> tuple[str, str, str, str, str]:
    kind = row["kind"]
    what = NOTICE_WORDS.get(kind) or titles.get(kind.partition(".")[2], kind)
    whom = " ".join(part for part in (_CHANNELS[row["channel"]], row["target"]) if part)
    heard = _time(row["heard_at"]) if row["state"] == "sent" else _STANDING[row["state"]]
    return spoken(row["consignment_no"]), what, whom, _time(row["happened_at"]), heard


def _date(row: Mapping[str, Any], titles: Mapping[str, str]) -> tuple[str, str, str]:
    kind, _, which = row["from"].partition(" ")
    at = row["at"]
    value = _time(at) if "T" in at else f"{date.fromisoformat(at):%d/%m/%Y}"
    return (
        f"{_DATES[row['date']]} ({spoken(row['of'])})",
        value,
        " ".join(part for part in (_RESTS_ON[kind], titles.get(which, which), *row.get("reckoning", ())) if part),
    )


def _case(row: Mapping[str, Any]) -> tuple[str, str, str]:
    stands = f"{STATES[row['state']]}, hạn trả lời {date.fromisoformat(row['due_on']):%d/%m/%Y}"
    return (
        f"{row['case_no']}: {KINDS[row['kind']]} ({spoken(row['consignment_no'])})",
        f"mở {_time(row['opened_at'])}",
        f"đóng {_time(row['closed_at'])}" if row["closed_at"] else stands,
    )


def _money(money: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    collect = [row for row in money["to_collect"] if row["collect_dong"]]
    return [
        ("Phí, lệ phí của hồ sơ", _dong(money["fee_dong"]), "bộ phận Một cửa khai"),
        *(
            (f"Thu hộ bưu gửi {spoken(row['consignment_no'])}", _dong(row["collect_dong"]), "phiếu gửi")
            for row in collect
        ),
        *(_receipt(row) for row in money["receipts"]),
    ]


def _receipt(row: Mapping[str, Any]) -> tuple[str, str, str]:
    what = f"{LEDGERS[row['ledger']]}, biên lai {row['receipt_no']}"
    passed_on = f"nộp theo {row['remittance_no']}" if row["remittance_no"] else ""
    cancelled = f"đã huỷ lúc {_time(row['cancelled_at'])}" if row["cancelled_at"] else ""
    told = [f"thu lúc {_time(row['collected_at'])}", passed_on, cancelled]
    return what, _dong(row["amount_dong"]), "; ".join(part for part in told if part)


def _sealed(seal: tuple[date, str] | None) -> str:
    if seal is None:
        return "Chuỗi chưa được niêm phong; niêm phong vào đêm nay."
    on, digest = seal
    return f"Chuỗi đã niêm phong đêm {on:%d/%m/%Y}, mã niêm phong {digest}."


def _time(text: str | None) -> str:
    return shown(datetime.fromisoformat(text)) if text else ""


def _dong(amount: int) -> str:
    return f"{amount:,} đồng".replace(",", ".")
