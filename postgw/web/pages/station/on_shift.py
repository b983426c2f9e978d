"""Who reads during a shift: the device shows the secret that the shift got, for the sitting may be over.

Used by: routes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from postgw.domain.errors import Forbidden
from postgw.web.keys import AT, SERVICES

from ..session import count

if TYPE_CHECKING:
    from postgw.domain.device import Shift

_SCHEME = "Shift "
Read = Callable[[web.Request, "Shift", datetime], Awaitable[web.Response]]


def on_shift(read: Read) -> Handler:
    """Make a handler of what a device reads during its shift."""

    async def handle(request: web.Request) -> web.StreamResponse:
        given = request.headers.get(hdrs.AUTHORIZATION, "")
        if not given.startswith(_SCHEME):
            raise Forbidden("Ca quét đã hết. Đăng nhập để mở ca mới.", code="shift.over")
        shift = await request.app[SERVICES].devices.shift(given.removeprefix(_SCHEME), at=request[AT])
        count(request, "scans", shift.device_no)
        return await read(request, shift, request[AT])

    return handle
