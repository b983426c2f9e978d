"""How the wires fare, for programs that watch them.

Used by: routes.
"""

from __future__ import annotations

from aiohttp import web

from postgw.web.answers import answered
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.schemas.wires import TroubleList, TroubleQuery, WireList, trouble_out, wire_out
from postgw.web.serve import Call


@operation("listWires", "Các đường truyền", Answer(status=200, text="Từng đường truyền đang dùng.", model=WireList))
async def wires(call: Call[None, NoQuery]) -> web.Response:
    """Answer with how each outsider in use fares."""
    watched = await call.services.wires.watch(actor=call.actor, at=call.at)
    return answered({"data": [wire_out(wire) for wire in watched]})


@operation(
    "listTroubles", "Việc kẹt trên một đường truyền",
    Answer(status=200, text="Việc kẹt, mới nhất trước.", model=TroubleList), query=TroubleQuery, problems=(404,),
)  # fmt: skip
async def troubles(call: Call[None, TroubleQuery]) -> web.Response:
    """Answer with what stands still on one wire, each with its reason."""
    found = await call.services.wires.troubles(call.query.wire, actor=call.actor, at=call.at)
    return answered({"data": [trouble_out(trouble) for trouble in found]})
