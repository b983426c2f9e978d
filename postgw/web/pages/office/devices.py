"""The devices of a post office: who works on each, what is still on it, its clock, and shutting a lost one out.

A lost device is declared so with a reason, in two presses: the first says what will follow. From then on it reads
nothing; its queue may be handed in once and is held for the lead, and what its worker had in hand is expected.

Stands on: services.devices, conflicts. Used by: routes.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from postgw.domain.conflict import checked_reason
from postgw.domain.errors import Invalid, Mistake, Unknown
from postgw.domain.legal_day import shown
from postgw.domain.scan import SKEW_SHOWN_FROM
from postgw.services.devices import DeviceStanding
from postgw.web.errors import kind_of
from postgw.web.language import sentence
from postgw.web.pages.desk import units_of
from postgw.web.pages.visit import Visit, go_to

_HOME = "/desk/office/devices"
#: Heard of within this, a device counts as on the air. Design choice: the station sends at least each minute.
_FRESH = timedelta(minutes=5)
_COLUMNS = (
    sentence("Số máy"), sentence("Tên máy"), sentence("Bưu cục"), sentence("Người đang dùng"), sentence("Tin cuối"),
    sentence("Còn trên máy"), sentence("Đồng hồ lệch, giây"), sentence("Báo mất lúc"), sentence("Lý do"),
    sentence("Đã nộp hàng chờ lúc"),
)  # fmt: skip


async def listed(visit: Visit) -> web.Response:
    """Show the devices."""
    return await _page(visit, asked=visit.query("revoke")[:40])


async def _page(
    visit: Visit, *, asked: str = "", reason: str = "", sure: bool = False, mistake: Mistake | None = None
) -> web.Response:
    found = await visit.services.devices.devices(actor=visit.actor, at=visit.at)
    found = tuple(sorted(found, key=lambda each: each.device.is_revoked))
    chosen = next((each for each in found if each.device.device_no == asked and not each.device.is_revoked), None)
    return visit.show(
        "desk_office_devices.html", status=kind_of(mistake).status if mistake else 200, here=_HOME, here_whole=_HOME,
        devices=found, chosen=chosen, typed=reason, sure=sure,
        wrong=visit.say(mistake.template, **mistake.values) if mistake else "", done=visit.query("done")[:40],
        expected=_number(visit.query("n")), is_off=is_off, is_fresh=lambda each: is_fresh(visit, each),
        span_of=lambda seconds: timedelta(seconds=abs(seconds)), units=await units_of(visit),
    )  # fmt: skip


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 0


def is_off(standing: DeviceStanding) -> bool:
    """Say whether a device's clock is further off than is let pass."""
    return timedelta(seconds=abs(standing.device.skew_seconds)) > SKEW_SHOWN_FROM


def is_fresh(visit: Visit, standing: DeviceStanding) -> bool:
    """Say whether a device was heard of a moment ago."""
    return visit.at - standing.device.seen_at <= _FRESH


async def revoke(visit: Visit) -> web.Response:
    """Declare a device lost; the first press says what follows, the second does it."""
    number, typed = visit.path("device_no"), await visit.typed()
    reason = typed.get("reason", "")
    try:
        standing, reason = await _of(visit, number), checked_reason(reason)
        if typed.get("sure") != "yes":
            return await _page(visit, asked=number, reason=reason, sure=True)
        device = await visit.services.devices.revoke(number, reason=reason, actor=visit.actor, at=visit.at)
    except Invalid as mistake:
        return await _page(visit, asked=number, reason=reason, mistake=mistake)
    workers = {shift.worker for shift in standing.shifts}
    await visit.services.conflicts.expect(number, unit=device.unit, workers=workers, at=visit.at)
    kept = await visit.services.conflicts.expected(number, actor=visit.actor)
    return go_to(f"{_HOME}?{urlencode({'done': number, 'n': kept})}")


async def _of(visit: Visit, number: str) -> DeviceStanding:
    for each in await visit.services.devices.devices(actor=visit.actor.as_reader(), at=visit.at):
        if each.device.device_no == number:
            return each
    raise Unknown("Chưa có máy mang số {number}.", number=number[:40], code="device.unknown")


async def file(visit: Visit) -> web.Response:
    """Write the devices as a file."""
    found = await visit.services.devices.devices(actor=visit.actor, at=visit.at)
    units = await units_of(visit)
    rows = [_row(each, units) for each in found]
    title = visit.say(sentence("Máy quét"))
    return await visit.sheet(title, [visit.say(each) for each in _COLUMNS], rows, visit.path("kind"))


def _row(each: DeviceStanding, units: dict[str, Any]) -> list[str | int]:
    device = each.device
    return [
        device.device_no, device.name, units.get(device.unit, device.unit),
        ", ".join(shift.worker_name for shift in each.shifts), shown(device.seen_at), device.waiting,
        device.skew_seconds, shown(device.revoked_at) if device.revoked_at else "", device.revoke_reason,
        shown(device.handed_in_at) if device.handed_in_at else "",
    ]  # fmt: skip
