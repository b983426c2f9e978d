"""What a notice of ours changes in a dossier of OpenCPS. Pure: no call is made here.

A value is written only over one that comes before it; what stands there already, or has gone further, is left. So the
same notice may be told twice, and an old one late.

Stands on: codes, mapping. Used by: client.
Source: the steps of `viaPostal` and `vnpostalStatus` in OpenCPS's public code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
        told.update(_other(postal_to_wire(dossier.return_to or dossier.applicant), present))
    else:
        told.update(_number(step, notice, present, settings))
    return told


def _number(step: str, notice: Notice, present: Mapping[str, Any], settings: OpenCpsSettings) -> dict[str, str]:
    number, name = notice.item_no, settings.item_fields.get(notice.leg, "")
    if not number or not name or text(present.get(name)) == number:
        return {}
    date_field = settings.date_fields.get(notice.leg, "") if step in _TAKEN_OVER else ""
    return {name: number} | ({date_field: stamp(notice.at)} if date_field else {})


def _other(wanted: Mapping[str, str], present: Mapping[str, Any]) -> dict[str, str]:
    return {name: value for name, value in wanted.items() if value and text(present.get(name)) != value}


def saving(
    told: Mapping[str, Any], dossier: Dossier, present: Mapping[str, Any], names: tuple[str, ...]
) -> dict[str, str]:
    """Return all that a saving sends: the dossier as it was read, with what is told.

    The address of the way back always goes along. When OpenCPS has lost it, ours stands in.
    """
    kept = {name: text(present.get(name)) for name in names if text(present.get(name))}
    if not kept.get("postalAddress") and dossier.return_to:
        kept |= {name: value for name, value in postal_to_wire(dossier.return_to).items() if value}
    return kept | {name: str(value) for name, value in told.items()}
