"""Signing a closed list: on this screen by the hand that is appointed and signed in, or on paper; and who is appointed.

On paper the moment written there is typed, and the sheet may come along as it was scanned. The later of the two moments
is the legal filing time. Nobody signs both sides; the service keeps that, and that each hand is its own.

Stands on: trip, handover, visit. Used by: routes.
Source: Decision 45/2016/QĐ-TTg art. 7.3, 7.4; Circular 17/2017/TT-BTTTT art. 5.1.g.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import date
from typing import Any

from aiohttp import web

from postgw.domain.errors import Invalid, Mistake
from postgw.domain.legal_day import legal_day
from postgw.domain.signed_picture import SHEET_MOST, STROKES_MOST
from postgw.services.trips import Trip
from postgw.web.answers import file_answer
from postgw.web.errors import kind_of

from .handover import Typed, faults_of, moment_typed, words
from .trip import must_be_seen, page
from .visit import Visit, go_to

_STROKES = "data:image/png;base64,"
_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "application/pdf": "pdf"}


async def sign(visit: Visit) -> web.Response:
    """Sign for one side, on the screen or as it was signed on paper."""
    number = visit.path("manifest_no")
    given = await visit.handed_in(SHEET_MOST)
    typed, way = given.typed, given.typed.get("way", "screen")
    trip = await visit.services.trips.trip(number, actor=visit.actor)
    try:
        _must_be_ready(trip, typed)
        await visit.services.signing.sign(
            number, side=typed.get("side", ""), signatory_no=_signatory(typed), way=way,
            signed_at=moment_typed(typed, "signed_at") if way == "paper" else None,
            picture=given.content if way == "paper" else _strokes(typed), actor=visit.actor, at=visit.at,
        )  # fmt: skip
    except Mistake as mistake:
        trip = await visit.services.trips.trip(number, actor=visit.actor)
        return await page(visit, trip, mistake=mistake, typed={**typed, "form": f"sign-{way}-{typed.get('side', '')}"})
    return go_to(f"/desk/handover/{number}#sign")


def _must_be_ready(trip: Trip, typed: Mapping[str, str]) -> None:
    """Raise a mistake where the list was changed since it was shown, or a difference has no reason yet."""
    if trip.manifest.signature(typed.get("side", "")) is None:
        must_be_seen(trip, typed)
    if left := trip.unexplained:
        raise Invalid(
            "Còn {n} bưu gửi ngoài danh sách chưa ghi lý do. Ghi lý do rồi ký.", n=len(left), code="sign.unexplained"
        )


def _signatory(typed: Mapping[str, str]) -> str:
    if not typed.get("signatory_no"):
        raise Invalid("Chọn người ký đã được cử.", code="sign.signatory", field="/signatory_no")
    return typed["signatory_no"]


def _strokes(typed: Mapping[str, str]) -> bytes:
    """Return what was drawn; nothing where the account alone signs. Raises Invalid when it is no picture."""
    text = typed.get("picture", "")
    if not text:
        return b""
    try:
        if not text.startswith(_STROKES) or len(text) > STROKES_MOST * 2:
            raise ValueError
        return base64.b64decode(text.removeprefix(_STROKES), validate=True)
    except (ValueError, binascii.Error):
        raise Invalid(
            "Ảnh chữ ký không đọc được hoặc quá lớn. Xoá rồi ký lại.", code="sign.picture_kind", field="/picture"
        ) from None


async def picture(visit: Visit) -> web.Response:
    """Give what one side's signature looks like."""
    number, side = visit.path("manifest_no"), visit.path("side")
    found = await visit.services.signing.picture(number, side, actor=visit.actor)
    return file_answer(found.content, found.media, f"chu-ky-{number}-{side}.{_ENDINGS[found.media]}")


async def people(visit: Visit) -> web.Response:
    """Show who may sign for a unit."""
    return await _people(visit)


async def _people(visit: Visit, mistake: Mistake | None = None, typed: Mapping[str, str] | None = None) -> web.Response:
    typed = typed or {}
    known = await words(visit)
    unit = visit.actor.unit or typed.get("unit", "") or visit.query("unit")
    if unit not in known["units"]:
        unit = ""
    shown: Any = ()
    if unit:
        shown = await visit.services.signing.signatories(
            unit=unit, on=legal_day(visit.at), actor=visit.actor.as_reader()
        )
    return visit.show(
        "desk_signatories.html", here="/desk/handover/signatories",
        status=kind_of(mistake).status if mistake else 200, people=shown, unit=unit,
        typed=Typed(typed), faults=faults_of(visit, mistake), today=legal_day(visit.at), **known,
    )  # fmt: skip


async def appoint(visit: Visit) -> web.Response:
    """Appoint somebody to sign for a unit."""
    typed = await visit.typed()
    unit, known = typed.get("unit", ""), await words(visit)
    try:
        kind = "desk" if any(each.code == unit for each in known["desks"]) else "office"
        await visit.services.signing.appoint(
            unit_kind=kind, unit=unit, name=typed.get("name", ""), subject=typed.get("subject", "dossiers"),
            account=typed.get("account", "")[:60], valid_from=_day(typed, "valid_from") or legal_day(visit.at),
            valid_to=_day(typed, "valid_to"), actor=visit.actor, at=visit.at,
        )  # fmt: skip
    except Mistake as mistake:
        return await _people(visit, mistake, typed)
    return go_to(f"/desk/handover/signatories?unit={unit}")


def _day(typed: Mapping[str, str], name: str) -> date | None:
    if not typed.get(name):
        return None
    try:
        return date.fromisoformat(typed[name])
    except ValueError:
        raise Invalid("Ghi ngày, ví dụ 24/11/2026.", code="day.shape", field=f"/{name}") from None
