"""What needs an administrator today: few lines, the worst first, each leading to where it is put right.

Used by: admin, desk (on the page of today).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from postgw.domain.legal_day import legal_day
from postgw.domain.number_supply import Supply
from postgw.services.wires import Wire
from postgw.web.language import sentence

from .drawing import thousands
from .visit import Visit

_ORDER = ("late", "stuck", "offline", "warn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One thing that wants somebody."""

    state: str
    icon: str
    title: str
    words: str
    link: str
    values: Mapping[str, object] = field(default_factory=dict)


async def calls_of(visit: Visit) -> tuple[Call, ...]:
    """Return what needs attention; nothing when all is well."""
    found = [*await _numbers(visit), *await _stopped(visit), *await _wires(visit), *await _jobs(visit),
             *await _prices(visit), *await _zones(visit)]  # fmt: skip
    return tuple(sorted(found, key=lambda one: _ORDER.index(one.state)))


async def _numbers(visit: Visit) -> list[Call]:
    supply = await visit.services.supply.standing(actor=visit.actor, at=visit.at)
    return [call_of(one) for one in supply if one.state != "ok"]


def call_of(supply: Supply) -> Call:
    """Return in a sentence how long the numbers of an account last."""
    values = {"account": supply.account, "left": thousands(supply.left), "days": supply.days, "percent": supply.percent}
    state = {"none": "late", "low": "warn", "ok": "ok"}[supply.state]
    if supply.state == "none":
        words = sentence("Tài khoản {account} hết số. Nhãn mới chưa có số hiệu cho đến khi ghi dải khác.")
    elif supply.days is None:
        words = sentence("Tài khoản {account} còn {left} số, {percent} % phần đã cấp.")
    else:
        words = sentence("Tài khoản {account} còn {left} số, {percent} % phần đã cấp, đủ khoảng {days} ngày.")
    return Call(
        state=state, icon=state, title=sentence("Số hiệu"), words=words, values=values, link="/desk/admin/numbers"
    )


async def _stopped(visit: Visit) -> list[Call]:
    errands, offers = await visit.services.notices.stopped(actor=visit.actor)
    found = []
    if errands:
        found.append(
            Call(
                state="stuck",
                icon="stuck",
                title=sentence("Việc dừng"),
                values={"n": errands},
                words=sentence("{n} việc gửi đi đang dừng, cần người xem lý do."),
                link="/desk/admin/letters",
            )
        )
    if offers:
        found.append(
            Call(
                state="stuck",
                icon="stuck",
                title=sentence("Hồ sơ bị từ chối"),
                values={"n": offers},
                words=sentence("{n} hồ sơ chuyển sang không nhận được."),
                link="/desk/admin/letters?kind=offer",
            )
        )
    return found


async def _wires(visit: Visit) -> list[Call]:
    watched = await visit.services.wires.watch(actor=visit.actor, at=visit.at)
    return [
        Call(state="offline", icon="offline", title=sentence("Đường truyền"), values={"name": one.outside.name},
             words=sentence("Mất tin với {name}. Cổng tự gọi lại, không mất gì."), link="/desk/wires")
        for one in watched if _is_silent(one)
    ]  # fmt: skip


def _is_silent(wire: Wire) -> bool:
    return wire.failing_since is not None


async def _jobs(visit: Visit) -> list[Call]:
    overdue = [
        one.job for one in await visit.services.timekeeping.standing(actor=visit.actor, at=visit.at) if one.is_overdue
    ]
    if not overdue:
        return []
    return [
        Call(
            state="late",
            icon="late",
            title=sentence("Việc định kỳ"),
            values={"n": len(overdue)},
            link="/desk/admin/jobs",
            words=sentence("{n} việc định kỳ quá giờ mà chưa ai làm. Xem tiến trình serve hoặc work còn chạy không."),
        )
    ]


async def _prices(visit: Visit) -> list[Call]:
    today = legal_day(visit.at)
    begins = date(today.year + today.month // 12, today.month % 12 + 1, 1)
    if await visit.services.pricing.prices_on(begins) is not None:
        return []
    return [
        Call(
            state="warn",
            icon="warn",
            title=sentence("Bảng giá"),
            link="/desk/admin/prices",
            values={"month": f"{begins:%m/%Y}"},
            words=sentence("Chưa có bảng giá cho tháng {month}, cước tính theo mức tối đa."),
        )
    ]


async def _zones(visit: Visit) -> list[Call]:
    missing = await visit.services.pricing.without_zone(actor=visit.actor, on=legal_day(visit.at))
    if not missing:
        return []
    return [
        Call(
            state="warn",
            icon="warn",
            title=sentence("Khu vực bưu chính"),
            values={"n": len(missing)},
            words=sentence("{n} xã chưa có khu vực nên chưa tính được cước."),
            link="/desk/admin/zones?kind=missing",
        )
    ]
