"""How the wires fare, in words for a counter: every post, desk's system, channel and subscriber in use.

A wire that is down says since when and that nothing is lost by it; one where a person must act says so. Whoever may
act sees what stands still, with its reason, and tries it again.

Used by: desk, routes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode

from aiohttp import web

from postgw.domain.errors import Unknown
from postgw.services.wires import Wire
from postgw.web.language import sentence

from .visit import Visit, go_to

#: A wire that is read all the time and was read longer ago than this is slow. Design choice: ten rounds of reading.
_SLOW_AFTER = timedelta(minutes=10)
_KINDS = {
    "post": sentence("Bưu chính"), "desk": sentence("Hệ thống một cửa"),
    "message": sentence("Tin nhắn cho người dân"), "hook": sentence("Hệ thống khác đăng ký nhận tin"),
}  # fmt: skip
_READ_AND_TRY = sentence("Cần người xem lý do rồi cho làm lại.")
_ADMINISTRATOR_TRIES = sentence("Quản trị của cổng xem lý do và cho làm lại, không mất gì.")
TROUBLES = {
    "errand": sentence("Việc gửi đi"), "order": sentence("Đơn đặt bưu điện"),
    "offer": sentence("Hồ sơ chuyển sang"), "reject": sentence("Dòng không đọc được"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How one wire fares. Words are templates for their values; moments are told by the page."""

    wire: Wire
    kind: str = "ok"
    icon: str = "ok"
    word: str = sentence("Thông")
    values: Mapping[str, object] = field(default_factory=dict)
    since: datetime | None = None  #: down since
    note: str = ""

    @property
    def title(self) -> str:
        """Return what kind of outsider it leads to."""
        return _KINDS[self.wire.outside.kind]


def health_of(wires: Sequence[Wire], *, at: datetime, may_act: bool) -> tuple[Health, ...]:
    """Return how each wire fares, what a person must mend first; `may_act` tells whether the reader is that person."""
    order = ("stuck", "offline", "warn", "quiet", "ok")
    return tuple(sorted((_health(wire, at, may_act) for wire in wires), key=lambda one: order.index(one.kind)))


def _health(wire: Wire, at: datetime, may_act: bool) -> Health:
    backlog = wire.backlog
    if stuck := backlog.refused + backlog.unread:
        return Health(
            wire=wire, kind="stuck", icon="stuck", word=sentence("{n} việc kẹt"), values={"n": stuck},
            since=wire.failing_since, note=_READ_AND_TRY if may_act else _ADMINISTRATOR_TRIES,
        )  # fmt: skip
    if wire.failing_since:
        return Health(
            wire=wire, kind="offline", icon="offline", word=sentence("Mất tin"), since=wire.failing_since,
            note=sentence("Cổng tự gọi lại. Không mất gì, việc chờ được làm đủ khi thông."),
        )  # fmt: skip
    if wire.outside.is_read and wire.heard_at and at - wire.heard_at > _SLOW_AFTER:
        return Health(wire=wire, kind="warn", icon="warn", word=sentence("Chậm"))
    if backlog.waiting:
        return Health(
            wire=wire, kind="warn", icon="warn", word=sentence("{n} việc chờ"), values={"n": backlog.waiting},
            note=sentence("Cổng tự gửi, không phải làm gì."),
        )  # fmt: skip
    if wire.heard_at is None and wire.outside.kind != "hook":
        return Health(wire=wire, kind="quiet", icon="due", word=sentence("Chưa gọi lần nào"))
    return Health(wire=wire)


def may_try_again(visit: Visit) -> bool:
    """Tell whether the visitor sees what stands still and lets it be tried again."""
    return "admin" in visit.actor.scopes


async def wires(visit: Visit) -> web.Response:
    """Show every wire, and what stands still on the one that was opened."""
    opened = visit.query("wire")[:80]
    watched = await visit.services.wires.watch(actor=visit.actor, at=visit.at)
    may_act = may_try_again(visit)
    troubles = await visit.services.wires.troubles(opened, actor=visit.actor, at=visit.at) if opened and may_act else ()
    units = {unit.code: unit.name for unit in await visit.services.enquiry.units(actor=visit.actor)}
    return visit.show(
        "desk_wires.html", wires=health_of(watched, at=visit.at, may_act=may_act), opened=opened,
        troubles=troubles, may_act=may_act, kinds=TROUBLES,
        unit_name=units.get(visit.actor.unit, visit.actor.unit),
    )  # fmt: skip


async def again(visit: Visit) -> web.Response:
    """Let one thing that stands still be tried again, or everything on one wire."""
    typed = await visit.typed()
    number, kind, wire = typed.get("number", ""), typed.get("kind", ""), typed.get("wire", "")
    if kind == "all":
        await visit.services.wires.again(wire, actor=visit.actor, at=visit.at)
        return go_to(f"/desk/wires?{urlencode({'wire': wire[:80]})}")
    if not (number.isascii() and number.isdecimal() and len(number) <= 18):
        raise Unknown("Không có việc {number} đang dừng.", number=number[:20], code="errand.unknown")
    if kind == "offer":
        await visit.services.fetching.again(int(number), actor=visit.actor, at=visit.at)
    else:
        await visit.services.notices.replay(int(number), actor=visit.actor, at=visit.at)
    return go_to(f"/desk/wires?{urlencode({'wire': wire[:80]})}")
