"""Clocks, what is late, the calendar everybody may read, and the days that stop the clocks.

Used by: routes.
"""

from __future__ import annotations

from aiohttp import web

from postgw.domain.errors import Unknown
from postgw.services.clocks import DegradedDraft
from postgw.web.answers import answered, etag_of, page_answer, tagged, tagged_bytes, to_json
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.schemas.clocks import (
    CalendarOut,
    ClockOut,
    DegradedIn,
    DegradedOut,
    DegradedPage,
    LatePage,
    LateQuery,
    UndoQuery,
    calendar_out,
    clock_out,
    degraded_out,
    late_out,
)
from postgw.web.schemas.shapes import Cursor
from postgw.web.serve import Call

_CALENDAR_CACHE = "public, max-age=300"


@operation(
    "getClock", "Hạn của một bưu gửi và cách tính", Answer(status=200, text="Đồng hồ.", model=ClockOut),
    problems=(404,),
    text="Hạn tính lại mỗi lần hỏi, nên ngày gián đoạn vừa khai hay vừa gỡ có tác dụng ngay.",
)  # fmt: skip
async def clock(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the clock of one consignment."""
    number = call.path("number")
    found = await call.services.clocks.clock(number, actor=call.actor, at=call.at)
    return tagged(call.request, clock_out(number, found, call.language))


@operation(
    "listLate", "Đã trễ, đến hạn hôm nay hoặc ngày làm việc tới",
    Answer(status=200, text="Một trang.", model=LatePage), query=LateQuery,
    text="Trang có thể ngắn hoặc rỗng mà vẫn còn trang sau: đi theo `next_cursor` đến hết.",
)  # fmt: skip
async def late(call: Call[None, LateQuery]) -> web.Response:
    """Answer with what of a unit's is late or about to be."""
    page = await call.services.clocks.late(actor=call.actor, at=call.at, **call.query.__dict__)
    return page_answer(call.request, page, lambda item: late_out(item, call.language))


@operation(
    "getCalendar", "Lịch nghỉ của một năm", Answer(status=200, text="Ngày nghỉ, ngày làm bù.", model=CalendarOut),
    problems=(404,),
)  # fmt: skip
async def calendar(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the days of a year that are not counted."""
    asked = call.path("year")
    if not (asked.isascii() and asked.isdecimal() and len(asked) == 4):
        raise Unknown("Năm viết bằng bốn chữ số, ví dụ 2026.", code="calendar.year")
    body = to_json(calendar_out(await call.services.clocks.calendar(int(asked), at=call.at)))
    return tagged_bytes(call.request, body, etag_of(body), media="application/json", Cache_Control=_CALENDAR_CACHE)


@operation(
    "declareDegradedDays", "Khai ngày gián đoạn", Answer(status=201, text="Đã khai.", model=DegradedOut),
    body=DegradedIn, creates=True, example={
        "kind": "storm", "title": "Bão số 5", "first_on": "2026-11-23", "last_on": "2026-11-24", "communes": ["18754"],
        "reason": "Đường ngập, bưu điện không đi được",
    },
)  # fmt: skip
async def declare(call: Call[DegradedIn, NoQuery]) -> web.Response:
    """Declare days on which the post could not be expected to work."""
    draft = DegradedDraft(**call.body.__dict__)
    entry = await call.services.clocks.declare_degraded(draft, actor=call.actor, at=call.at)
    return answered(degraded_out(entry), status=201)


@operation(
    "listDegradedDays", "Ngày gián đoạn đã khai", Answer(status=200, text="Một trang.", model=DegradedPage),
    query=Cursor,
)  # fmt: skip
async def listed(call: Call[None, Cursor]) -> web.Response:
    """Answer with what was declared, taken back or not."""
    page = await call.services.clocks.degraded_days(actor=call.actor, **call.query.__dict__)
    return page_answer(call.request, page, degraded_out)


@operation(
    "undoDegradedDays", "Gỡ ngày gián đoạn; mọi hạn trở lại như trước",
    Answer(status=200, text="Sau khi gỡ.", model=DegradedOut), query=UndoQuery, problems=(404,),
)  # fmt: skip
async def undo(call: Call[None, UndoQuery]) -> web.Response:
    """Take degraded days back."""
    entry = await call.services.clocks.undo_degraded(
        call.path("no"), reason=call.query.reason, actor=call.actor, at=call.at
    )
    return answered(degraded_out(entry))
