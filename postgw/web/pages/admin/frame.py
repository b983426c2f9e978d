"""The first page of the administration, the checklist of going live, the table of rights, and the log of changes.

Used by: routes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from postgw.domain.actor import SCOPES
from postgw.domain.change import Change
from postgw.domain.page import Page
from postgw.rules.roles import load_acts, load_roles
from postgw.web.language import sentence
from postgw.web.pages.attention import calls_of
from postgw.web.pages.moments import clock, full_day, when
from postgw.web.pages.visit import Visit

from .sections import GROUPS, SECTIONS

#: Pages of others that belong here, and under which heading; shown where they are built.
_BESIDE = (
    ("people", "/desk/admin/users", sentence("Tài khoản"), sentence("Người nào vào được, vai trò gì, ở đâu.")),
    ("people", "/desk/admin/roles", sentence("Vai trò và quyền"), sentence("Vai trò nào được làm gì, xem gì.")),
    ("machines", "/desk/wires", sentence("Đường truyền"), sentence("Bưu điện, hệ thống một cửa, kênh tin nhắn.")),
    ("machines", "/desk/messages", sentence("Tin nhắn"), sentence("Lời nhắn cho người dân, dài bao nhiêu phần.")),
    ("machines", "/desk/printers", sentence("Máy in"), sentence("Máy nào ở quầy nào, giấy gì.")),
    ("watch", "/desk/admin/changes", sentence("Nhật ký thay đổi"), sentence("Ai đổi gì, trước và sau.")),
    ("watch", "/desk/admin/checklist", sentence("Trước khi chạy thật"), sentence("Còn thiếu gì, vì sao.")),
)  # fmt: skip
_KINDS = {
    "account": sentence("Tài khoản"),
    "token": sentence("Mã truy cập"),
    "conflict": sentence("Mâu thuẫn"),
    "webhook": sentence("Đăng ký nhận tin"),
    "unit": sentence("Đơn vị"),
    "delivery_route": sentence("Tuyến phát"),
    "procedure": sentence("Thủ tục hành chính"),
    "price_list": sentence("Bảng giá"),
    "zone": sentence("Khu vực bưu chính"),
    "region": sentence("Vùng cước"),
    "number_range": sentence("Dải số hiệu"),
    "degraded_days": sentence("Ngày gián đoạn"),
    "pickup_windows": sentence("Khung giờ thu gom"),
    "signatory": sentence("Người ký"),
    "receipt_series": sentence("Ký hiệu biên lai"),
    "remit_term": sentence("Thời hạn nộp phí"),
    "interest_rate": sentence("Lãi suất chậm trả"),
    "customer": sentence("Hệ thống đặt đơn"),
    "bulk_agreement": sentence("Thoả thuận đóng gói"),
    "post_places": sentence("Mã xã của Bưu điện"),
    "errand": sentence("Việc gửi đi"),
    "offer": sentence("Hồ sơ chuyển sang"),
    "message_wish": sentence("Cách nhắn cho người dân"),
    "page_link": sentence("Đường dẫn của người dân"),
}
_ACTS = {
    "made": sentence("Thêm mới"),
    "changed": sentence("Sửa"),
    "ended": sentence("Chấm dứt"),
    "opened": sentence("Mở lại"),
    "open": sentence("Mở"),
    "blocked": sentence("Khoá tài khoản"),
    "reset": sentence("Đặt lại"),
    "password": sentence("Đổi mật khẩu"),
    "second_factor": sentence("Lớp bảo vệ thứ hai"),
    "again": sentence("Làm lại"),
    "dropped": sentence("Bỏ hẳn"),
    "sent": sentence("Gửi lại"),
}
_NAMES = {
    "name": sentence("Tên"),
    "unit": sentence("Đơn vị"),
    "scopes": sentence("Quyền"),
    "roles": sentence("Vai trò"),
    "state": sentence("Tình trạng"),
    "valid_from": sentence("Từ ngày"),
    "valid_to": sentence("Đến ngày"),
    "reason": sentence("Lý do"),
    "address": sentence("Địa chỉ"),
    "phone": sentence("Điện thoại"),
    "opening_hours": sentence("Giờ làm việc"),
    "commune_code": sentence("Mã xã"),
    "email": sentence("Email"),
    "website": sentence("Trang thông tin"),
    "closed_on": sentence("Ngừng từ"),
    "kind": sentence("Loại"),
    "prices": sentence("Giá"),
    "areas": sentence("Khu vực"),
    "region": sentence("Vùng"),
    "first": sentence("Từ số"),
    "last": sentence("Đến số"),
    "indicator": sentence("Hai chữ đầu"),
    "account": sentence("Tài khoản"),
    "codes": sentence("Mã khách hàng"),
    "desks": sentence("Bộ phận"),
    "host": sentence("Máy nhận"),
    "kinds": sentence("Loại tin"),
    "desk": sentence("Bộ phận"),
    "title": sentence("Tên"),
    "first_on": sentence("Từ ngày"),
    "last_on": sentence("Đến hết ngày"),
    "communes": sentence("Các xã"),
    "hours": sentence("Giờ"),
    "office": sentence("Bưu cục"),
    "windows": sentence("Khung giờ"),
    "subject": sentence("Việc"),
    "papers": sentence("Giấy tờ"),
    "forms": sentence("Hình thức"),
    "fee_dong": sentence("Phí, đồng"),
    "level": sentence("Cấp"),
    "sector": sentence("Lĩnh vực"),
    "agency": sentence("Cơ quan"),
    "ledger": sentence("Sổ"),
    "revoked_at": sentence("Thu hồi lúc"),
    "ended_at": sentence("Chấm dứt lúc"),
    "undone_reason": sentence("Lý do gỡ"),
    "end_reason": sentence("Lý do chấm dứt"),
    "covers": sentence("Áp dụng cho"),
    "basis_points": sentence("Phần vạn"),
    "count": sentence("Số dòng"),
    "target": sentence("Nơi nhận"),
    "channel": sentence("Kênh"),
    "last_error": sentence("Lỗi cuối"),
    "refusal": sentence("Lý do từ chối"),
    "system": sentence("Hệ thống"),
    "record_id": sentence("Số bên kia"),
    "login": sentence("Tên đăng nhập"),
}
_VALUES = {
    "dossiers": sentence("Giao nhận hồ sơ"), "fees": sentence("Nộp phí"), "fee": sentence("Phí, lệ phí"),
    "postage": sentence("Cước"), "desk": sentence("Bộ phận Một cửa"), "office": sentence("Bưu cục"),
    "on": sentence("Đang dùng"), "off": sentence("Đã ngừng"), "commune": sentence("Cấp xã"),
    "province": sentence("Cấp tỉnh"), "department": sentence("Sở, ngành của tỉnh"), "open": sentence("Mở"),
    "blocked": sentence("Khoá tài khoản"),
}  # fmt: skip
_LONG = 240
#: Rows of the log in a file.
_FILE_MOST = 2000


async def index(visit: Visit) -> web.Response:
    """Show what needs attention, and everything that can be set."""
    lines = await visit.services.checklist.lines(actor=visit.actor, at=visit.at)
    known = {resource.canonical for resource in visit.request.app.router.resources()}
    halls = {
        group: [(one.path, one.title, one.lead) for one in SECTIONS if one.group == group]
        + [(path, title, lead) for hall, path, title, lead in _BESIDE if hall == group and path in known]
        for group in GROUPS
    }
    return visit.show(
        "desk_admin.html",
        calls=await calls_of(visit),
        groups=GROUPS,
        halls=halls,
        lines=lines,
        done=sum(line.state == "done" for line in lines),
    )


async def checklist(visit: Visit) -> web.Response:
    """Show what is still to be filled in before the gateway goes live."""
    lines = await visit.services.checklist.lines(actor=visit.actor, at=visit.at)
    known = {resource.canonical for resource in visit.request.app.router.resources()}
    return visit.show(
        "desk_admin_checklist.html", lines=lines, known=known, done=sum(line.state == "done" for line in lines)
    )


async def roles(visit: Visit) -> web.Response:
    """Show which role may do and see what."""
    return visit.show("desk_admin_roles.html", roles=tuple(load_roles().values()), acts=load_acts(), scopes=SCOPES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One value that is otherwise now."""

    name: str
    before: str
    after: str


def differences_of(visit: Visit, change: Change) -> list[Difference]:
    """Return the values of a change side by side, in words; what is empty on both sides is left out."""
    found = [
        Difference(
            name=visit.say(_NAMES[key]) if key in _NAMES else key, before=_said(visit, change.before.get(key)),
            after=_said(visit, change.after.get(key)),
        )
        for key in dict.fromkeys((*change.before, *change.after))
    ]  # fmt: skip
    return [each for each in found if each.before or each.after]


def _said(visit: Visit, value: object) -> str:
    return visit.say(_VALUES[value]) if isinstance(value, str) and value in _VALUES else plain(value)


def plain(value: object) -> str:
    """Return a value of a change as people read it.

    >>> plain(["scans", "delivery"]), plain({"18628": "Huyện Kỳ Anh"}), plain(None), plain(True)
    ('scans, delivery', '18628: Huyện Kỳ Anh', '', '✓')
    >>> plain("2026-12-01"), plain("2026-11-23T02:00:00+00:00")
    ('01/12/2026', '09:00 23/11/2026')
    """
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "✓" if value else ""
    if isinstance(value, Mapping):
        value = [f"{key}: {inner}" for key, inner in value.items()]
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else _dated(str(value))
    return text if len(text) <= _LONG else text[:_LONG] + "…"


def _dated(text: str) -> str:
    """Return a day or a moment as people write it, any other text as it is."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return f"{date.fromisoformat(text):%d/%m/%Y}"
    if re.fullmatch(r"\d{4}-\d\d-\d\dT[0-9:.]+(Z|\+00:00)", text):
        moment = datetime.fromisoformat(text)
        return f"{clock(moment)} {full_day(moment)}"
    return text


def _asked(visit: Visit) -> dict[str, str]:
    return {"kind": visit.query("kind")[:30], "subject": visit.query("subject")[:120], "who": visit.query("who")[:120]}


async def _page(visit: Visit, cursor: str, *, limit: int = 50) -> Page[Change]:
    asked = _asked(visit)
    return await visit.services.changes.listed(
        kind=asked["kind"], subject=asked["subject"], who=asked["who"], cursor=cursor, actor=visit.actor, limit=limit
    )


async def changes(visit: Visit) -> web.Response:
    """Show who changed what, newest first."""
    asked = _asked(visit)
    page = await _page(visit, visit.query("cursor"))
    query = {name: text for name, text in asked.items() if text}
    return visit.show(
        "desk_admin_changes.html", changes=[(one, differences_of(visit, one)) for one in page.items], kinds=_KINDS,
        acts=_ACTS, asked=asked, query=urlencode(query),
        to_next=f"/desk/admin/changes?{urlencode({**query, 'cursor': page.next_cursor})}" if page.next_cursor else "",
    )  # fmt: skip


async def changes_as_file(visit: Visit) -> web.Response:
    """Give the log as a file, cut as the page is."""
    found: list[Change] = []
    cursor = ""
    while len(found) < _FILE_MOST:
        page = await _page(visit, cursor, limit=200)
        found += page.items
        if not (cursor := page.next_cursor):
            break
    headings = [
        visit.say(word)
        for word in (
            sentence("Lúc"),
            sentence("Ai"),
            sentence("Loại"),
            sentence("Về"),
            sentence("Đã làm"),
            sentence("Trước"),
            sentence("Sau"),
        )
    ]
    rows = [_file_row(visit, one) for one in found]
    return await visit.sheet(visit.say(sentence("Nhật ký thay đổi")), headings, rows, visit.path("kind"))


def _file_row(visit: Visit, one: Change) -> Sequence[Any]:
    told = differences_of(visit, one)
    return (
        when(one.changed_at, now=visit.at, language=visit.language), one.changed_by,
        visit.say(_KINDS[one.kind]) if one.kind in _KINDS else one.kind, one.subject,
        visit.say(_ACTS[one.act]) if one.act in _ACTS else one.act,
        "; ".join(f"{each.name}: {each.before}" for each in told if each.before),
        "; ".join(f"{each.name}: {each.after}" for each in told if each.after),
    )  # fmt: skip
