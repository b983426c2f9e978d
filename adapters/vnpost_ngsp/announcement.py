"""The notice of a whole dossier, both legs at once (`document/post`).

The wire has it beside the order: it tells the post that a dossier exists, whether its papers are to be fetched and
whether its result is to be brought, before any order is made. Older one-stop systems never send it.

Used by: client.
Source: the keys as the post's own client library writes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from postgw.domain.address import Party
from postgw.domain.ports import PostPlace

from .mapping import whole


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedParty:
    """Who hands the papers in, or who is to receive the result."""

    party: Party
    place: PostPlace


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """One dossier as the post is told of it. A leg that is not wanted has no party."""

    dossier_no: str
    procedure_code: str
    procedure_title: str
    category: str = ""
    papers: str = ""
    send_from: AnnouncedParty | None = None
    return_to: AnnouncedParty | None = None
    state: int = 0


def announcement_to_wire(announcement: Announcement, customer_code: str) -> dict[str, Any]:
    """Return the keys of a dossier notice, in the wire's order."""
    return {
        "CustomerCode": customer_code,
        "OrderNumber": announcement.dossier_no,
        "Procedure": {
            "Code": announcement.procedure_code,
            "Title": announcement.procedure_title,
            "Category": announcement.category or None,
            "Elements": announcement.papers or None,
        },
        "IsSendDocument": announcement.send_from is not None,
        "DocumentSender": _party_to_wire(announcement.send_from),
        "IsReceiveResult": announcement.return_to is not None,
        "ResultReceiver": _party_to_wire(announcement.return_to),
        "State": announcement.state,
    }


def announcement_from_wire(wire: Mapping[str, Any]) -> Announcement:
    """Return the dossier that a notice speaks of; what is no text where a text belongs says nothing."""
    procedure = _table(wire.get("Procedure"))
    return Announcement(
        dossier_no=str(wire["OrderNumber"]).replace("\0", ""),
        procedure_code=_text(procedure, "Code"),
        procedure_title=_text(procedure, "Title"),
        category=_text(procedure, "Category"),
        papers=_text(procedure, "Elements"),
        send_from=_party_from_wire(wire.get("DocumentSender")) if wire.get("IsSendDocument") else None,
        return_to=_party_from_wire(wire.get("ResultReceiver")) if wire.get("IsReceiveResult") else None,
        state=whole(wire.get("State")) or 0,
    )


def _party_to_wire(announced: AnnouncedParty | None) -> dict[str, Any] | None:
    if announced is None:
        return None
    party, place = announced.party, announced.place
    return {
        "Name": party.name or None,
        "Phone": party.phone or None,
        "ProvinceCode": place.province,
        "ProvinceTitle": party.province or None,
        "DistrictCode": place.district,
        "DistrictTitle": party.district or None,
        "Address": ", ".join(text for text in (party.address, party.commune) if text) or None,
        "Email": party.email or None,
    }


def _party_from_wire(said: Any) -> AnnouncedParty:
    wire = _table(said)
    return AnnouncedParty(
        party=Party(
            name=_text(wire, "Name"),
            phone=_text(wire, "Phone"),
            email=_text(wire, "Email"),
            address=_text(wire, "Address"),
            district=_text(wire, "DistrictTitle"),
            province=_text(wire, "ProvinceTitle"),
        ),
        place=PostPlace(province=whole(wire.get("ProvinceCode")) or 0, district=whole(wire.get("DistrictCode")) or 0),
    )


def _table(said: Any) -> Mapping[str, Any]:
    return said if isinstance(said, Mapping) else {}


def _text(wire: Mapping[str, Any], name: str) -> str:
    said = wire.get(name)
    return said.replace("\0", "") if isinstance(said, str) else ""
