"""Results that are ready, the comings of the post that they need, and when the post comes to a desk.

Used by: routes.
"""

from __future__ import annotations

from aiohttp import web

from postgw.domain.errors import Unknown
from postgw.web.answers import answered, page_answer
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.schemas.results import (
    ResultIn,
    ResultOut,
    ResultPage,
    ResultQuery,
    TaskPage,
    TaskQuery,
    WindowQuery,
    WindowsIn,
    WindowsList,
    WindowsOut,
    result_out,
    task_out,
    windows_out,
)
from postgw.web.serve import Call


@operation(
    "resultReady", "Đã có kết quả", Answer(status=201, text="Kết quả và cách trả.", model=ResultOut), body=ResultIn,
    creates=True, problems=(404, 409), example={
        "papers": [{"name": "Giấy chứng nhận quyền sử dụng đất", "kind": "original"}],
        "ready_at": "2026-11-25T15:00:00+07:00",
    },
    text="Bưu gửi trả kết quả được đăng ký một lần nếu người nộp chọn nhận qua Bưu điện; lịch thu gom gần nhất được"
         " ghép hoặc hẹn; người nộp và Bưu điện được báo.",
)  # fmt: skip
async def ready(call: Call[ResultIn, NoQuery]) -> web.Response:
    """Take down that a result is ready."""
    papers = [paper.paper() for paper in call.body.papers]
    made = await call.services.results.ready(
        call.path("key"), papers=papers, ready_at=call.body.ready_at, actor=call.actor, at=call.at
    )
    return answered(result_out(made), status=201)


@operation("getResult", "Kết quả của một hồ sơ", Answer(status=200, text="Kết quả.", model=ResultOut), problems=(404,))
async def shown(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the result of a dossier."""
    found = await call.services.results.result(call.path("key"), actor=call.actor)
    if found is None:
        raise Unknown("Hồ sơ {key} chưa có kết quả.", key=call.path("key")[:100], code="result.unknown")
    return answered(result_out(found))


@operation(
    "listResults", "Kết quả đã có: chờ Bưu điện lấy, chưa có lịch, đã lấy, chờ người dân đến",
    Answer(status=200, text="Một trang, lâu nhất trước.", model=ResultPage), query=ResultQuery,
)  # fmt: skip
async def listed(call: Call[None, ResultQuery]) -> web.Response:
    """Answer with a page of results, each with its age in working days."""
    asked = call.query
    page = await call.services.results.listed(
        asked.state, actor=call.actor, at=call.at, desk=asked.desk, cursor=asked.cursor, limit=asked.limit
    )
    return page_answer(call.request, page, result_out)


@operation(
    "listPickupTasks", "Việc cần Bưu điện đến lấy",
    Answer(status=200, text="Một trang, lâu nhất trước.", model=TaskPage), query=TaskQuery,
    text="`state=to_book`: chưa có lịch nào, cần hẹn. Hẹn xong thì việc tự vào lịch ấy.",
)  # fmt: skip
async def tasks(call: Call[None, TaskQuery]) -> web.Response:
    """Answer with comings of the post that somebody needs."""
    asked = call.query
    page = await call.services.results.tasks(
        actor=call.actor, desk=asked.desk, to_book=asked.state == "to_book", cursor=asked.cursor, limit=asked.limit
    )
    return page_answer(call.request, page, task_out)


@operation(
    "setPickupWindows", "Khung giờ Bưu điện đến một bộ phận",
    Answer(status=201, text="Khung giờ.", model=WindowsOut), body=WindowsIn, creates=True, problems=(404,), example={
        "desk": "H15.50.05.13", "office": "480000", "valid_from": "2026-12-01",
        "reason": "Thoả thuận với Bưu điện tỉnh",
        "windows": [{"weekday": 1, "from_time": "08:00", "to_time": "09:00"}],
    },
)  # fmt: skip
async def set_windows(call: Call[WindowsIn, NoQuery]) -> web.Response:
    """Say when the post comes to a desk."""
    asked = call.body
    made = await call.services.results.set_windows(
        desk=asked.desk, office=asked.office, valid_from=asked.valid_from, windows=asked.windows_of(),
        reason=asked.reason, actor=call.actor, at=call.at,
    )  # fmt: skip
    return answered(windows_out(made), status=201)


@operation(
    "listPickupWindows", "Khung giờ đã khai", Answer(status=200, text="Mới nhất trước.", model=WindowsList),
    query=WindowQuery,
)  # fmt: skip
async def windows(call: Call[None, WindowQuery]) -> web.Response:
    """Answer with all that was said of windows."""
    found = await call.services.results.windows(actor=call.actor, desk=call.query.desk)
    return answered({"data": [windows_out(made) for made in found]})
