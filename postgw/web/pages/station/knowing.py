"""What a device is to know for its shift, and what is known of a number elsewhere.

Stands on: shifts. Used by: routes.
"""

from __future__ import annotations

from datetime import datetime

from aiohttp import web

from postgw.domain.device import Shift
from postgw.domain.legal_day import legal_day
from postgw.web.answers import tagged
from postgw.web.keys import SERVICES


async def snapshot(request: web.Request, shift: Shift, at: datetime) -> web.Response:
    """Answer with what the shift is to know, or that nothing of it has changed."""
    services, on = request.app[SERVICES], legal_day(at)
    reasons = services.enquiry.reasons(on=on)
    told = {
        "office": {"code": shift.unit}, "worker": {"login": shift.worker, "name": shift.worker_name},
        "routes": [], "my_routes": [], "items": [], "groups": {"bags": {}, "manifests": {}}, "stops": [], "held": [],
        "stock": [], "desks": {}, "offices": {},
        "acts": [
            {"code": code, "title": rule.title, "reasons": rule.reasons, "asked": rule.asked}
            for code, rule in services.enquiry.table(on=on).codes.items()
        ],
        "reasons": {
            name: [{"code": each.code, "title": each.title} for each in known.values()]
            for name, known in reasons.items()
        },
    }  # fmt: skip
    await services.devices.took_snapshot(shift, at=at)
    return tagged(request, told)
