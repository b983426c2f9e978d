"""What was found of lines on a manifest: written down once, for every act that counts.

Whatever changes after one side has signed takes that signature back: nobody has signed a list other than the one shown.

Stands on: manifests, signature_pictures. Used by: services.handover, services.counting.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from postgw.domain.manifest import Manifest, ManifestLine

from . import manifests, signature_pictures
from .database import Session


async def keep(
    tx: Session, manifest: Manifest, numbers: Sequence[str], *, outcome: str, note: str, actor: str, at: datetime
) -> None:
    """Note what was found of these; what is noted so already stays with whoever found it first.

    What was found beyond the list stays beyond it however often it is found.
    """
    known = {line.consignment_no: line for line in manifest.lines}
    extra = [number for number in numbers if _is_extra(known.get(number), outcome)]
    for chosen, found in ((extra, "extra"), ([number for number in numbers if number not in extra], outcome)):
        changed = [each for each in chosen if _differs(known.get(each), found, note)]
        if changed:
            await manifests.tick(tx, manifest.manifest_no, changed, outcome=found, note=note, actor=actor, at=at)
            await _unsign(tx, manifest)


def _is_extra(line: ManifestLine | None, outcome: str) -> bool:
    return line is not None and line.outcome == "extra" and outcome == "ticked"


def _differs(line: ManifestLine | None, outcome: str, note: str) -> bool:
    if line is None:
        return True
    if line.outcome != outcome:
        return True
    return line.note != note and not (outcome == "extra" and not note)


async def clear(tx: Session, manifest: Manifest, numbers: Sequence[str], *, actor: str, at: datetime) -> None:
    """Take back what was found of these: they wait to be counted again."""
    counted = [line.consignment_no for line in manifest.lines if line.outcome != "expected"]
    again = [number for number in numbers if number in counted]
    if again:
        await manifests.tick(tx, manifest.manifest_no, again, outcome="expected", note="", actor=actor, at=at)
        await _unsign(tx, manifest)


async def strike(tx: Session, manifest: Manifest, number: str) -> None:
    """Take a line off the list."""
    await tx.run(
        "DELETE FROM manifest_line WHERE consignment_no = $2"
        f" AND manifest_id = (SELECT id FROM manifest WHERE manifest_no = $1{tx.for_update})",
        manifest.manifest_no, number,
    )  # fmt: skip
    await _unsign(tx, manifest)


async def _unsign(tx: Session, manifest: Manifest) -> None:
    if manifest.signatures:
        await signature_pictures.withdraw(tx, manifest.manifest_no)
