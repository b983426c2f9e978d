"""What is told of a dossier, rather than of one item: worded around the consignment that the citizen knows.

Used by: filing, supplements, results.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from postgw.domain.consignment import Consignment
from postgw.domain.filing import Filing
from postgw.domain.ports import Notice

from . import consignments
from .database import Session
from .dossiers import KeptDossier


async def told_of(
    tx: Session,
    kept: KeptDossier,
    kind: str,
    data: Mapping[str, Any],
    at: datetime,
    *,
    tail: str = "",
    consignment: Consignment | None = None,
) -> Notice:
    """Return a notice about a dossier; `tail` names the happening, so that the same one is told once."""
    about = consignment or await _known(tx, kept.dossier_id)
    return Notice(
        notice_id=f"D{kept.dossier_id}.{kind}.{tail or f'{at:%Y%m%d%H%M%S%f}'}"[:80], kind=kind, at=at,
        desk=kept.dossier.receiving_desk, dossier_no=kept.dossier.dossier_no,
        consignment_no=about.consignment_no if about else "", item_no=about.item_no if about else "",
        leg=about.leg if about else "", state=about.custody.state if about else "", data=dict(data),
    )  # fmt: skip


async def filed_notice(tx: Session, kept: KeptDossier, filing: Filing) -> Notice:
    """Return what is told of a filing that no manifest of now brought: a supplement stated, a time mended."""
    about = await consignments.find(tx, filing.consignment_no) if filing.consignment_no else None
    return Notice(
        notice_id=filing.notice_id, kind="dossier.filed", at=filing.filed_at, desk=kept.dossier.receiving_desk,
        dossier_no=kept.dossier.dossier_no, consignment_no=filing.consignment_no,
        item_no=about.item_no if about else "", leg=about.leg if about else "",
        state=about.custody.state if about else "",
        data=filing.told(kept.dossier.due_on),
    )  # fmt: skip


async def _known(session: Session, dossier_id: int) -> Consignment | None:
    """Return the consignment under whose number the citizen knows the dossier: the newest that was not called off."""
    made = await consignments.of_dossier(session, dossier_id)
    return next((each for each in reversed(made) if each.custody.state != "cancelled"), None)
