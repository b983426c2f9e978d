"""The published catalogue: procedures served and excluded, the quality owed, whom to ask; and publishing it.

Used by: routes.
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from postgw.domain.procedure import ChecklistLine, PaperList, Procedure
from postgw.domain.unit import Unit
from postgw.services.catalogue import Sieve
from postgw.web.answers import answered, etag_of, page_answer, tagged_bytes, to_json
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.schemas.catalogue import (
    DayOfCatalogue,
    DisagreementList,
    PaperListIn,
    ProcedureIn,
    ProcedureList,
    ProcedureQuery,
    ProcedureStandingOut,
    QualityOut,
    ServicePointIn,
    ServicePointOut,
    ServicePointPage,
    ServicePointQuery,
    VersionList,
    VersionOut,
    disagreement_out,
    procedure_out,
    quality_out,
    service_point_out,
    standing_out,
    version_out,
)
from postgw.web.serve import Call

_TABLE_CACHE = "public, max-age=300"


def _table(call: Call[Any, Any], shown: object) -> web.Response:
    body = to_json(shown)
    return tagged_bytes(call.request, body, etag_of(body), media="application/json", Cache_Control=_TABLE_CACHE)


@operation(
    "publishProcedure", "Công bố thủ tục", Answer(status=201, text="Bản vừa công bố.", model=VersionOut),
    body=ProcedureIn, creates=True, problems=(409,),
    text="Bắt đầu một bản mới từ một ngày; bản đã công bố không sửa. Danh mục ở cổng của cơ quan thắng danh mục ở CSDL "
    "quốc gia. Muốn dừng một thủ tục thì công bố bản có ngày hết hiệu lực.",
    example={
        "code": "2.000635", "name": "Cấp bản sao Trích lục hộ tịch", "sector": "Hộ tịch", "level": "commune",
        "agency": "Ủy ban nhân dân cấp xã", "forms": ["send", "return", "both"], "fee_dong": 8000, "fee_per": "bản",
        "same_day": True, "valid_from": "2026-12-01", "reason": "Quyết định công bố của UBND tỉnh",
        "lists": [{
            "origin": "portal", "source": "Cổng thông tin của tỉnh, ngày 20/11/2026",
            "papers": [{"name": "Tờ khai cấp bản sao", "kind": "original"}],
        }],
    },
)  # fmt: skip
async def publish(call: Call[ProcedureIn, NoQuery]) -> web.Response:
    """Begin a version of a procedure."""
    told = {**call.body.__dict__}
    reason, lists = told.pop("reason"), tuple(_paper_list(one) for one in told.pop("lists"))
    draft = Procedure(**told, lists=lists, papers=())
    published = await call.services.catalogue.publish(draft, reason=reason, actor=call.actor, at=call.at)
    return answered(version_out(published), status=201, Location=f"/api/v1/procedures/{published.procedure.code}")


def _paper_list(one: PaperListIn) -> PaperList:
    papers = tuple(ChecklistLine(**line.__dict__) for line in one.papers)
    return PaperList(origin=one.origin, source=one.source, papers=papers)


@operation(
    "listProcedures", "Thủ tục hành chính",
    Answer(status=200, text="Các thủ tục đang có hiệu lực.", model=ProcedureList), query=ProcedureQuery,
)  # fmt: skip
async def procedures(call: Call[None, ProcedureQuery]) -> web.Response:
    """Answer with the procedures in force."""
    asked = call.query
    sieve = Sieve(words=asked.q, sector=asked.sector, level=asked.level)
    found = await call.services.catalogue.procedures(sieve, on=asked.on or call.today)
    return _table(call, {"data": [procedure_out(procedure) for procedure in found]})


@operation(
    "getProcedure", "Một thủ tục và các bản đã công bố",
    Answer(status=200, text="Bản có hiệu lực ngày đó.", model=ProcedureStandingOut), query=DayOfCatalogue,
    problems=(404,),
)  # fmt: skip
async def procedure(call: Call[None, DayOfCatalogue]) -> web.Response:
    """Answer with a procedure as it stands on a day."""
    code, on = call.path("code"), call.query.on or call.today
    found = await call.services.catalogue.procedure(code, on=on)
    return _table(call, standing_out(found, await call.services.catalogue.history(code)))


@operation(
    "listProcedureVersions", "Các bản của một thủ tục, kèm hai nguồn danh mục",
    Answer(status=200, text="Mới nhất trước.", model=VersionList), problems=(404,),
)  # fmt: skip
async def versions(call: Call[None, NoQuery]) -> web.Response:
    """Answer with every version whole."""
    found = await call.services.catalogue.history(call.path("code"))
    return answered({"data": [version_out(each) for each in found]})


@operation(
    "listProcedureDifferences", "Thủ tục có hai nguồn danh mục khác nhau",
    Answer(status=200, text="Cần rà lại.", model=DisagreementList),
    text="Trong khi chờ sửa, danh mục của cổng cơ quan được áp dụng.",
)  # fmt: skip
async def disagreements(call: Call[None, NoQuery]) -> web.Response:
    """Answer with what somebody must mend."""
    found = await call.services.catalogue.disagreements(on=call.today, actor=call.actor)
    return answered({"data": [disagreement_out(each) for each in found]})


@operation(
    "getQualityTargets", "Chất lượng dịch vụ đã công bố", Answer(status=200, text="Đang áp dụng.", model=QualityOut)
)
async def quality(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the quality that the post owes."""
    return _table(call, quality_out(*call.services.catalogue.quality(on=call.today)))


@operation(
    "listServicePoints", "Bộ phận Một cửa và bưu cục", Answer(status=200, text="Một trang.", model=ServicePointPage),
    query=ServicePointQuery,
)  # fmt: skip
async def service_points(call: Call[None, ServicePointQuery]) -> web.Response:
    """Answer with desks and post offices."""
    page = await call.services.catalogue.service_points(**call.query.__dict__, on=call.today)
    return page_answer(call.request, page, service_point_out)


@operation(
    "putServicePoint", "Khai một bộ phận Một cửa hay bưu cục",
    Answer(status=201, text="Đã khai.", model=ServicePointOut), body=ServicePointIn, creates=True, problems=(409,),
    text="Mã đã có thì nhận thông tin mới.",
    example={
        "code": "TS", "kind": "desk", "name": "Trung tâm Phục vụ hành chính công phường Thành Sen",
        "address": "Số 1 đường Diễn Tập", "phone": "02390000001", "commune_code": "18073",
        "opening_hours": "Thứ Hai đến thứ Sáu, 7:30 đến 16:30",
    },
)  # fmt: skip
async def put_service_point(call: Call[ServicePointIn, NoQuery]) -> web.Response:
    """Publish how to reach a desk or post office."""
    unit = await call.services.desks.put(Unit(**call.body.__dict__), actor=call.actor, at=call.at)
    return answered(service_point_out(unit), status=201)
