"""Files for those without an API of their own: a shop's list in, an office's orders out and its states in.

Used by: routes.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from aiohttp import web

from postgw.domain.errors import Unknown
from postgw.domain.sheet_ports import CellFault
from postgw.services.importing import looked_at_rows, remarks_of, taken_rows
from postgw.web.answers import answered, file_answer
from postgw.web.language import said
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.reading import MIB
from postgw.web.schemas.sheets import (
    ImportIn,
    ImportOut,
    PostSheetsOut,
    StatusesIn,
    StatusesOut,
    import_out,
    statuses_out,
)
from postgw.web.serve import Call

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@operation(
    "importList", "Nhập danh sách hồ sơ từ tệp CSV hoặc XLSX",
    Answer(status=200, text="Kết quả từng dòng.", model=ImportOut), body=ImportIn, most=15 * MIB, creates=True,
    problems=(413,), text="Dòng đúng được nhận, dòng sai trả lại trong tệp cần sửa. Nhập lại cùng một danh sách không"
    " ghi hồ sơ lần thứ hai. Tối đa 2.000 dòng một lần.",
    example={"desk": "TS", "name": "danh-sach.csv", "content": "TcOjIGjhu5Mgc8ahOwo=", "look": True},
)  # fmt: skip
async def take(call: Call[ImportIn, NoQuery]) -> web.Response:
    """Take a list in, or only look at it."""
    asked, importing = call.body, call.services.importing
    sheet = await importing.read(asked.bytes(), asked.name, desk=asked.desk, actor=call.actor)
    if asked.look:
        rows = await looked_at_rows(sheet, partial(call.services.intake.check, actor=call.actor, at=call.at))
    else:
        rows = await taken_rows(sheet, partial(call.services.intake.take, actor=call.actor, at=call.at))
    bad = any(one.faults for one in rows)
    to_mend = await importing.to_mend(sheet, remarks_of(rows)) if bad else b""
    return answered(
        import_out(rows, notes=sheet.notes, mend_name=sheet.mend_name, to_mend=to_mend, say=partial(_said, call))
    )


def _said(call: Call[Any, Any], fault: CellFault) -> str:
    return said(fault.error.template, fault.error.values, call.language)


@operation(
    "listPostSheets", "Tài khoản bưu chính trao đổi bằng bảng tính",
    Answer(status=200, text="Tên tài khoản.", model=PostSheetsOut),
)  # fmt: skip
async def accounts(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the accounts whose sheets the caller may work with."""
    return answered({"accounts": list(call.services.post_sheets.accounts(actor=call.actor))})


@operation(
    "getOrderSheet", "Tờ đặt bưu gửi của một ngày, tệp XLSX", Answer(status=200, text="Tệp.", media=_XLSX),
)  # fmt: skip
async def orders(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the orders of a day."""
    account, day = call.path("account"), _day(call.path("day"))
    body = await call.services.post_sheets.orders(account, day, actor=call.actor)
    return file_answer(body, _XLSX, f"don-{day}.xlsx")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Unknown("Ngày ghi dạng 2026-11-25.", code="day.shape") from None


@operation(
    "handInStatuses", "Nhập bảng trạng thái của bưu cục", Answer(status=200, text="Từng dòng.", model=StatusesOut),
    body=StatusesIn, most=15 * MIB, creates=True, problems=(413,),
    text="Mỗi dòng là lời của bưu cục, như một dòng tin từ bưu điện. Nhập lại không đổi gì; từ lạ được giữ và không"
    " đổi gì.",
    example={"content": "TcOjIGjhu5Mgc8ahOwo="},
)  # fmt: skip
async def statuses(call: Call[StatusesIn, NoQuery]) -> web.Response:
    """Take a status sheet in."""
    account = call.path("account")
    read = await call.services.post_sheets.read(account, call.body.bytes(), actor=call.actor)
    await call.services.feeds.hear(account, read.events, read.rejects, at=call.at)
    return answered(statuses_out(read))
