"""The texts that citizens get, in both languages, with what each takes on every channel in use; for the administrator.

Each stands there as long as it gets: with its link where links are sent, with the longest numbers. What a channel would
not send at all is said so.

Used by: routes.
"""

from __future__ import annotations

from itertools import groupby

from aiohttp import web

from postgw.web.language import sentence

from .desk import units_of
from .visit import Visit

_GROUPS = {
    "return": sentence("Kết quả trả cho người dân"), "rejected": sentence("Hồ sơ bị trả lại"),
    "send": sentence("Hồ sơ gửi đến cơ quan"), "any": sentence("Cả hai chiều"), "dossier": sentence("Về hồ sơ"),
    "page": sentence("Trang riêng của người dân"),
    "return_elsewhere": sentence("Kết quả do đơn vị chuyển phát khác mang"),
    "rejected_elsewhere": sentence("Hồ sơ bị trả lại do đơn vị chuyển phát khác mang"),
    "send_elsewhere": sentence("Hồ sơ do đơn vị chuyển phát khác mang đi"),
    "any_elsewhere": sentence("Cả hai chiều, do đơn vị chuyển phát khác mang"),
}  # fmt: skip


async def texts(visit: Visit) -> web.Response:
    """Show every text."""
    messaging = visit.services.messaging
    found = await messaging.catalogue(actor=visit.actor, at=visit.at)
    units = await units_of(visit)
    shelves = [
        (group, list(rows)) for group, rows in groupby(found, key=lambda each: each.said.key.partition(".")[0])
    ]  # fmt: skip
    return visit.show(
        "desk_messages.html", shelves=shelves, groups=_GROUPS, channels=list(messaging.channels),
        unit_name=units.get(visit.actor.unit, visit.actor.unit),
    )  # fmt: skip
