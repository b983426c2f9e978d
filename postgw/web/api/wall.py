"""The wall with its lists, and dossiers of which the desk's system and the post do not tell the same.

Used by: routes.
"""

from __future__ import annotations

from dataclasses import asdict

from aiohttp import web

from postgw.web.answers import answered, page_answer
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.schemas.consignments import consignment_out
from postgw.web.schemas.wall import (
    ClosedIn,
    ClosingOut,
    OutsideReceiptPage,
    PlaceQuery,
    UnsettledPage,
    UnsettledQuery,
    WallConsignments,
    WallOut,
    unsettled_out,
    wall_out,
)
from postgw.web.serve import Call


@operation(
    "getWall", "Bảng tình hình", Answer(status=200, text="Chờ lấy, đang đi, quá hạn, tiền còn ở ngoài.", model=WallOut),
    text="Tính nhiều nhất mỗi phút một lần; `counted_at` nói lúc tính.",
)  # fmt: skip
async def wall(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the wall of whoever asks."""
    return answered(wall_out(await call.services.wall.picture(actor=call.actor, at=call.at)))


@operation(
    "listWallMoney", "Tiền đã thu chưa nộp", Answer(status=200, text="Một trang.", model=OutsideReceiptPage),
    query=PlaceQuery,
)  # fmt: skip
async def money(call: Call[None, PlaceQuery]) -> web.Response:
    """Answer with the receipts whose money is outside."""
    page = await call.services.wall.receipts(actor=call.actor, **call.query.__dict__)
    return page_answer(call.request, page, asdict)


@operation(
    "listWallConsignments", "Bưu gửi phía sau một con số của bảng",
    Answer(status=200, text="Một trang; `figure` là waiting, transit hoặc late.", model=WallConsignments),
    query=PlaceQuery, problems=(404,),
    tells_of_people=True,
)  # fmt: skip
async def consignments(call: Call[None, PlaceQuery]) -> web.Response:
    """Answer with the consignments behind a figure."""
    page = await call.services.wall.consignments(
        call.path("figure"), actor=call.actor, at=call.at, **call.query.__dict__
    )
    return page_answer(call.request, page, consignment_out)


@operation(
    "closeDossier", "Hệ thống một cửa báo đã đóng hồ sơ", Answer(status=200, text="Lời báo.", model=ClosingOut),
    body=ClosedIn, creates=True, problems=(404, 409), example={"at": "2026-11-23T10:02:00+07:00"},
    text="Trạng thái 10, đã trả kết quả. Thời điểm xử lý xong (9) là của cơ quan, không nhận và không đổi ở đây.",
)  # fmt: skip
async def close(call: Call[ClosedIn, NoQuery]) -> web.Response:
    """Keep that the desk's system closed a dossier."""
    closing = await call.services.settling.close(call.path("key"), closed_at=call.body.at, actor=call.actor, at=call.at)
    return answered({"dossier": closing.dossier_key, "closed_at": closing.closed_at, "told_at": closing.told_at})


@operation(
    "listUnsettled", "Đã phát mà chưa đóng, hoặc đã đóng mà chưa phát",
    Answer(status=200, text="Một trang.", model=UnsettledPage), query=UnsettledQuery,
)  # fmt: skip
async def unsettled(call: Call[None, UnsettledQuery]) -> web.Response:
    """Answer with the dossiers of which both sides do not tell the same."""
    page = await call.services.settling.unsettled(actor=call.actor, **call.query.__dict__)
    return page_answer(call.request, page, unsettled_out)
