"""What a notice of ours changes in a dossier of OpenCPS. Pure: no call is made here.

A value is written only over one that comes before it; what stands there already, or has gone further, is left. So the
same notice may be told twice, and an old one late.

Stands on: codes, mapping. Used by: client.
Source: the steps of `viaPostal` and `vnpostalStatus` in OpenCPS's public code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from postgw.domain.address import Party
from postgw.domain.dossier import Dossier
from postgw.domain.ports import Notice

from . import codes
from .mapping import postal_to_wire, stamp, text, whole
from .settings import OpenCpsSettings

#: The steps at which an item comes into the post's hands.
_TAKEN_OVER = frozenset({"collecting", "handed_over"})


def changes(
    step: str, notice: Notice, dossier: Dossier, present: Mapping[str, Any], settings: OpenCpsSettings
) -> dict[str, Any]:
    """Return the fields to be written; none when OpenCPS knows it all, or has gone further."""
    move = codes.move_of(step)
    stands = whole(present.get(move.field)) or 0
    told: dict[str, Any] = {}
    if stands in move.over:
        told[move.field] = move.value
    elif stands != move.value:
        return {}
    if step == "chosen":
        return told | _address(dossier.return_to or dossier.applicant, present, settings)
    return told | _number(step, notice, present, settings)


def _number(step: str, notice: Notice, present: Mapping[str, Any], settings: OpenCpsSettings) -> dict[str, str]:
    number, name = notice.item_no, settings.item_fields.get(notice.leg, "")
    if not number or not name or text(present.get(name)) == number:
        return {}
    date_field = settings.date_fields.get(notice.leg, "") if step in _TAKEN_OVER else ""
    return {name: number} | ({date_field: stamp(notice.at)} if date_field else {})


def _address(party: Party, present: Mapping[str, Any], settings: OpenCpsSettings) -> dict[str, str]:
    """Return another address whole: a code or a district that was left of the old one would lead astray."""
    wanted = postal_to_wire(party)
    if all(text(present.get(name)) == value for name, value in wanted.items()):
        return {}
    same_city = text(present.get("postalCityName")) == party.province
    city = settings.city_codes.get(party.province) or (text(present.get("postalCityCode")) if same_city else "")
    return {**wanted, "postalCityCode": city, "postalDistrictCode": "", "postalWardCode": ""}


def saving(
    told: Mapping[str, Any], dossier: Dossier, present: Mapping[str, Any], settings: OpenCpsSettings
) -> dict[str, str]:
    """Return all that a saving sends: the dossier as it was read, with what is told.

    The address of the way back always goes along. When OpenCPS has lost it, ours stands in.
    """
    kept = {name: _field(present[name]) for name in settings.saved_fields if present.get(name) is not None}
    if not kept.get("postalAddress") and dossier.return_to:
        kept |= _address(dossier.return_to, present, settings)
    return kept | {name: str(value) for name, value in told.items()}


def _field(value: Any) -> str:
    """Return a value as a field of a form says it, whatever it was in the answer."""
    if isinstance(value, bool | float | dict | list):
        number = whole(value)
        return str(number) if number is not None else json.dumps(value, ensure_ascii=False)
    return text(value)
