"""Handover: the post is asked to come, the list is made, counted and signed by two hands; bags; who may sign.

Used by: routes.
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from postgw.domain.manifest import Manifest
from postgw.domain.seen import Look
from postgw.web.answers import answered, etag_of, must_match, page_answer, tagged, to_json
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.schemas.handover import (
    BagIn,
    BagOut,
    ManifestIn,
    ManifestOut,
    ManifestPage,
    ManifestQuery,
    NumbersIn,
    PickupIn,
    PickupList,
    PickupOut,
    PickupQuery,
    SignatoryIn,
    SignatoryList,
    SignatoryOut,
    SignatoryQuery,
    SignatureIn,
    TickIn,
    bag_out,
    manifest_out,
    manifest_summary,
    pickup_out,
    signatory_out,
)
from postgw.web.serve import Call

_CHANGED = Answer(status=200, text="Biên bản sau khi đổi.", model=ManifestOut)


def etag_of_manifest(manifest: Manifest) -> str:
    """Return the ETag under which a manifest is shown."""
    return etag_of(to_json(manifest_out(manifest)))


def _answered(manifest: Manifest, **rest: Any) -> web.Response:
    return answered(manifest_out(manifest), ETag=etag_of_manifest(manifest), **rest)


def _seen(call: Call[Any, Any]) -> Look[Manifest]:
    """Return what holds a list, as the act has it under its lock, against the caller's If-Match."""
    return lambda standing: must_match(call.request, etag_of_manifest(standing))


@operation(
    "bookPickup", "Hẹn Bưu điện đến lấy", Answer(status=201, text="Lịch thu gom.", model=PickupOut),
    body=PickupIn, creates=True, problems=(409,), example={
        "desk": "H15.50.05.13", "office": "480000", "on": "2026-11-24", "from_time": "08:00:00", "to_time": "09:30:00",
    },
)  # fmt: skip
async def book_pickup(call: Call[PickupIn, NoQuery]) -> web.Response:
    """Ask the post to come."""
    pickup = await call.services.handover.book_pickup(**call.body.__dict__, actor=call.actor, at=call.at)
    return answered(pickup_out(pickup), status=201)


@operation(
    "listPickups", "Lịch thu gom của một bộ phận", Answer(status=200, text="Các lịch.", model=PickupList),
    query=PickupQuery,
)  # fmt: skip
async def pickups(call: Call[None, PickupQuery]) -> web.Response:
    """Answer with a desk's pickups."""
    found = await call.services.handover.pickups(
        desk=call.query.desk, since=call.query.since or call.today, actor=call.actor
    )
    return answered({"data": [pickup_out(pickup) for pickup in found]})


@operation(
    "openManifest", "Mở biên bản giao nhận", Answer(status=201, text="Biên bản mới.", model=ManifestOut),
    body=ManifestIn, creates=True, problems=(404, 409), example={
        "desk": "H15.50.05.13", "office": "480000", "direction": "to_post", "numbers": ["4K7M29TB6HC"],
    },
)  # fmt: skip
async def open_manifest(call: Call[ManifestIn, NoQuery]) -> web.Response:
    """Open a manifest."""
    opened = await call.services.handover.open(**call.body.__dict__, actor=call.actor, at=call.at)
    return _answered(opened, status=201, Location=f"/api/v1/manifests/{opened.manifest_no}")


@operation(
    "listManifests", "Danh sách biên bản", Answer(status=200, text="Một trang.", model=ManifestPage),
    query=ManifestQuery,
)  # fmt: skip
async def manifests(call: Call[None, ManifestQuery]) -> web.Response:
    """Answer with a page of manifests."""
    page = await call.services.handover.manifests(actor=call.actor, **call.query.__dict__)
    return page_answer(call.request, page, manifest_summary)


@operation("getManifest", "Một biên bản", Answer(status=200, text="Biên bản.", model=ManifestOut), problems=(404,))
async def manifest(call: Call[None, NoQuery]) -> web.Response:
    """Answer with one manifest."""
    found = await call.services.handover.manifest(call.path("manifest_no"), actor=call.actor)
    return tagged(call.request, manifest_out(found))


@operation(
    "addToManifest", "Thêm bưu gửi vào biên bản", _CHANGED,
    body=NumbersIn, creates=True, matches=True, problems=(404, 409, 412), example={"numbers": ["4K7M29TB6HC"]},
)  # fmt: skip
async def add(call: Call[NumbersIn, NoQuery]) -> web.Response:
    """Put items on the list."""
    changed = await call.services.handover.add(
        call.path("manifest_no"), call.body.numbers, seen=_seen(call), actor=call.actor, at=call.at
    )
    return _answered(changed)


@operation(
    "tickManifest", "Đếm một bưu gửi", _CHANGED,
    body=TickIn, creates=True, problems=(404, 409), example={"number": "4K7M29TB6HC", "outcome": "ticked"},
    text="Quét mã của chính biên bản là đếm đủ tất cả. Số không có trong danh sách được ghi là ngoài danh sách.",
)  # fmt: skip
async def tick(call: Call[TickIn, NoQuery]) -> web.Response:
    """Count one item, or all by the manifest's own code."""
    changed = await call.services.handover.tick(
        call.path("manifest_no"), **call.body.__dict__, actor=call.actor, at=call.at
    )
    return _answered(changed)


@operation("closeManifest", "Chốt biên bản", _CHANGED, creates=True, matches=True, problems=(404, 409, 412))
async def close(call: Call[None, NoQuery]) -> web.Response:
    """Close the list; nothing is added after."""
    closed = await call.services.handover.close(
        call.path("manifest_no"), seen=_seen(call), actor=call.actor, at=call.at
    )
    return _answered(closed)


@operation(
    "signManifest", "Một bên ký", _CHANGED,
    body=SignatureIn, creates=True, matches=True, problems=(404, 409, 412),
    example={"side": "giver", "signatory_no": "NK-TS-01234567", "way": "screen"},
    text="Đủ hai bên ký thì quyền giữ mới chuyển. Ký trên giấy: ghi `signed_at` đúng như viết trên giấy.",
)  # fmt: skip
async def sign(call: Call[SignatureIn, NoQuery]) -> web.Response:
    """Sign for one side."""
    signed = await call.services.signing.sign(
        call.path("manifest_no"), **call.body.__dict__, seen=_seen(call), actor=call.actor, at=call.at
    )
    return _answered(signed)


@operation(
    "sealBag", "Niêm phong túi", Answer(status=201, text="Túi.", model=BagOut),
    body=BagIn, creates=True, problems=(404, 409), example={"desk": "H15.50.05.13", "numbers": ["4K7M29TB6HC"]},
)  # fmt: skip
async def seal_bag(call: Call[BagIn, NoQuery]) -> web.Response:
    """Seal several consignments together."""
    bag = await call.services.bagging.seal_bag(call.body.numbers, desk=call.body.desk, actor=call.actor, at=call.at)
    return answered(bag_out(bag), status=201, Location=f"/api/v1/bags/{bag.bag_no}")


@operation("getBag", "Một túi", Answer(status=200, text="Túi.", model=BagOut), problems=(404,))
async def bag(call: Call[None, NoQuery]) -> web.Response:
    """Answer with one bag."""
    return tagged(call.request, bag_out(await call.services.bagging.bag(call.path("bag_no"), actor=call.actor)))


@operation(
    "appointSignatory", "Cử người ký", Answer(status=201, text="Người ký.", model=SignatoryOut),
    body=SignatoryIn, creates=True, problems=(409,), example={
        "unit_kind": "desk", "unit": "H15.50.05.13", "name": "Trần Văn Diễn Tập", "valid_from": "2026-11-01",
    },
)  # fmt: skip
async def appoint(call: Call[SignatoryIn, NoQuery]) -> web.Response:
    """Appoint somebody to sign for a unit."""
    appointed = await call.services.signing.appoint(**call.body.__dict__, actor=call.actor, at=call.at)
    return answered(signatory_out(appointed), status=201)


@operation(
    "listSignatories", "Ai được ký cho một đơn vị hôm nay", Answer(status=200, text="Người ký.", model=SignatoryList),
    query=SignatoryQuery,
)  # fmt: skip
async def signatories(call: Call[None, SignatoryQuery]) -> web.Response:
    """Answer with those who may sign for a unit today."""
    found = await call.services.signing.signatories(unit=call.query.unit, on=call.today, actor=call.actor)
    return answered({"data": [signatory_out(signatory) for signatory in found]})
