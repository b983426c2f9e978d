"""What everybody may read: where an item is, the states and scan words.

Used by: routes.
"""

from __future__ import annotations

from functools import partial

from aiohttp import web

from postgw.domain.errors import Unknown
from postgw.domain.states import STAGES
from postgw.web.answers import etag_of, known_tags, tagged_bytes, to_json, unchanged
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.schemas.consignments import PublicTrackOut, public_track_out
from postgw.web.schemas.tables import StatesOut, states_out
from postgw.web.serve import Call, looked_up

_JSON = "application/json"
_TRACK_CACHE = "private, max-age=30"
_TABLE_CACHE = "public, max-age=300"


@operation(
    "track", "Hồ sơ của tôi đang ở đâu", Answer(status=200, text="Tiến trình.", model=PublicTrackOut), problems=(404,),
    text="Không cần tài khoản. Chỉ cho biết tiến trình, không có thông tin cá nhân.",
)  # fmt: skip
async def track(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the progress of one number; a wrong and an unknown number get the same answer."""
    number, known = call.path("number"), known_tags(call.request)
    look = partial(call.services.enquiry.track, number, known=known, at=call.at)
    found = await looked_up(call.request, number, look)
    if found is None:
        raise Unknown(
            "Không tìm thấy số này. Xem lại số trên phiếu gửi hoặc tin nhắn; vừa gửi thì thử lại sau ít phút.",
            code="track.unknown",
        )
    etag = f'"{found.etag}"'
    body = b"" if unchanged(call.request, etag) else to_json(public_track_out(found))
    return tagged_bytes(call.request, body, etag, media=_JSON, Cache_Control=_TRACK_CACHE)


@operation(
    "getStates", "Trạng thái, mã quét, lý do", Answer(status=200, text="Bảng đang có hiệu lực.", model=StatesOut)
)
async def states(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the table in force today."""
    table = call.services.enquiry.table(on=call.today)
    reasons = call.services.enquiry.reasons(on=call.today)
    body = to_json(states_out(table, reasons, STAGES))
    return tagged_bytes(call.request, body, etag_of(body), media=_JSON, Cache_Control=_TABLE_CACHE)
