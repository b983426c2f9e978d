"""Dossiers that desks' systems offered: what waits to be taken in, and what was refused and why.

Used by: api.offers.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from postgw.domain.offer import Offer

from .shapes import Cursor, Out


class OfferQuery(Cursor):
    """Which offers: those that were refused, or those that wait."""

    state: Literal["refused", "waiting"] = "refused"


class OfferOut(Out):
    """One offer, by numbers alone: who may know more asks the system that made it."""

    offer_id: int
    system: str = Field(
        description="Tên hệ thống trong cài đặt; `receipt:` đứng trước khi do người cầm giấy biên nhận chọn."
    )
    dossier_no: str
    intake_ref: str
    receiving_desk: str
    procedure_code: str
    service_form: str
    legs: list[str] = Field(description="Các chiều đến lúc ra bưu gửi.")
    state: Literal["refused", "waiting"]
    reason: str = Field(description="Vì sao không nhận được.")
    offered_at: datetime


class OfferPage(Out):
    """One page of offers."""

    data: list[OfferOut]
    next_cursor: str


def offer_out(offer: Offer) -> dict[str, Any]:
    """Return an offer as it is shown."""
    dossier = offer.dossier
    return {
        "offer_id": offer.offer_id, "system": offer.system, "dossier_no": dossier.dossier_no,
        "intake_ref": dossier.intake_ref, "receiving_desk": dossier.receiving_desk,
        "procedure_code": dossier.procedure_code, "service_form": dossier.service_form, "legs": sorted(offer.legs),
        "state": offer.state, "reason": offer.reason, "offered_at": offer.offered_at,
    }  # fmt: skip
