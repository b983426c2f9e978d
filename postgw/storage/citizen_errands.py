"""A word owed to the citizen of a dossier about their own page, sent at once on the first channel.

Stands on: outbox. Used by: services of the citizen's own page.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from postgw.domain.ports import Notice

from . import outbox, records
from .database import Session
from .dossiers import KeptDossier
from .outbox import NewErrand


def phone_of(kept: KeptDossier) -> str:
    """Return the telephone that proves its holder: the applicant's, else that of who receives the result."""
    ends = (kept.dossier.applicant, kept.dossier.return_to)
    return next((party.phone for party in ends if party and party.phone), "")


async def owe(
    tx: Session, kept: KeptDossier, kind: str, notice_id: str, *, channel: str, data: Mapping[str, object], at: datetime
) -> None:
    """Owe a message of a kind that stands in the catalogue of texts; without a channel nothing is owed."""
    if not channel:
        return
    notice = Notice(
        notice_id=notice_id, kind=kind, at=at, desk=kept.dossier.receiving_desk, consignment_no="",
        dossier_no=kept.dossier.key, data=dict(data),
    )  # fmt: skip
    errand = NewErrand(
        channel="citizen", target=channel, key=f"citizen:{channel}:{notice_id}", subject=kept.dossier.key[:40],
        payload=records.to_json(notice),
    )  # fmt: skip
    await outbox.put(tx, [errand], at=at)
