"""The secret page of a dossier: the link that opens it, and what a link opens.

Used by: every service that a citizen's link opens, services.messaging and services.papers (which hand links out).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from postgw.domain.legal_day import legal_day
from postgw.domain.one_time_code import PageRule
from postgw.domain.secret_link import PageKey, page_link, read_page_link

from . import dossiers, province
from .database import Session
from .dossiers import KeptDossier

#: Where the page stands under the public address.
PATH = "/m/"


async def link_of(tx: Session, kept: KeptDossier, *, days: int, at: datetime) -> str:
    """Return the path of a dossier's page, open for so many days from `at`; the same day, the same path."""
    secret = await province.link_secret(tx)
    last_day = legal_day(at) + timedelta(days=days)
    return PATH + page_link(secret, PageKey(dossier_id=kept.dossier_id, last_day=last_day, epoch=kept.page_epoch))


async def key_of(session: Session, token: str) -> PageKey | None:
    """Return what a token says, whether or not its day has passed; nothing when it is none of ours."""
    return read_page_link(await province.known_link_secret(session), token)


async def opened(session: Session, token: str, *, at: datetime, lock: bool = False) -> KeptDossier | None:
    """Return the dossier whose page a token opens; nothing when it is none of ours, too old, or shut."""
    key = await key_of(session, token)
    if key is None or key.last_day < legal_day(at):
        return None
    kept = await dossiers.by_row(session, key.dossier_id, lock=lock)
    return kept if kept and kept.page_epoch == key.epoch else None


async def shut(tx: Session, dossier_id: int) -> None:
    """Shut every link of a dossier that was made so far."""
    await tx.run("UPDATE dossier SET page_epoch = (page_epoch + 1) % 256 WHERE id = $1", dossier_id)


async def was_shut(session: Session, token: str) -> bool:
    """Say whether a token is one of ours that opened a page until its links were shut."""
    key = await key_of(session, token)
    kept = await dossiers.by_row(session, key.dossier_id) if key else None
    return key is not None and kept is not None and kept.page_epoch != key.epoch


async def paper_link(tx: Session, public_url: str, kept: KeptDossier, rule: PageRule, *, at: datetime) -> str:
    """Return the link for a paper printed at a moment; empty where citizens do not reach the pages."""
    if not public_url:
        return ""
    return public_url + await link_of(tx, kept, days=rule.receipt_link_days, at=at)
