"""What a device is to know for its shift, and what is known of a number elsewhere.

Stands on: shifts. Used by: routes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aiohttp import web

from postgw.domain.device import Shift
from postgw.services.snapshots import etag_of
from postgw.web.answers import JSON, answered, tagged_bytes, to_json
from postgw.web.keys import SERVICES
from postgw.web.language import Language, language_of


async def snapshot(request: web.Request, shift: Shift, at: datetime) -> web.Response:
    """Answer with what the shift is to know, or that nothing of it has changed."""
    services = request.app[SERVICES]
    told = await services.snapshots.for_shift(actor=shift.actor, name=shift.worker_name, since=shift.begun_at, at=at)
    _said_in(told, language_of(request.headers.get("Accept-Language", "")))
    await services.devices.took_snapshot(shift, at=at)
    response = tagged_bytes(request, to_json(told), f'"{etag_of(told)}"', media=JSON)
    if response.status == 200:
        response.enable_compression()
    return response


def _said_in(told: dict[str, Any], language: Language) -> None:
    """Leave of each title the one in the language of the page."""
    for named in (*told["acts"], *(each for known in told["reasons"].values() for each in known)):
        in_english = named.pop("title_en")
        if language == "en":
            named["title"] = in_english


async def lookup(request: web.Request, shift: Shift, at: datetime) -> web.Response:
    """Answer what may be told of a number that the device does not know."""
    number = request.query.get("number", "")[:500]
    return answered(await request.app[SERVICES].snapshots.lookup(number, actor=shift.actor))
