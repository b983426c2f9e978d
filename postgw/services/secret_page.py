"""The secret page: what the holder of a dossier's link is shown.

Source: Circular 01/2018/TT-VPCP art. 16.2.d (details only to whom proves himself); Circular 17/2017/TT-BTTTT art. 12.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from postgw.domain.consignment import Consignment
from postgw.rules.book import RuleBook
from postgw.storage import consignments, secret_pages
from postgw.storage.database import Database
from postgw.storage.dossiers import KeptDossier


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the page is drawn from."""

    kept: KeptDossier
    carried: tuple[Consignment, ...]  #: of the dossier, the oldest first
    open_until: date  #: the last day of the link


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretPage:
    """The act of looking by a secret link."""

    database: Database
    book: RuleBook

    async def shown(self, token: str, *, at: datetime) -> Shown | None:
        """Return what a link shows; nothing when it is none of ours, too old, or shut."""
        session = self.database.reading
        key, kept = await secret_pages.key_of(session, token), await secret_pages.opened(session, token, at=at)
        if key is None or kept is None:
            return None
        carried = await consignments.of_dossier(session, kept.dossier_id)
        return Shown(kept=kept, carried=tuple(carried), open_until=key.last_day)
