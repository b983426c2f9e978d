"""A dossier that a desk's system offered, and what became of it.

It waits, is taken in, or is refused with the reason; a refused one waits again when a person says so.

Stands on: dossier. Used by: services.fetching.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from .dossier import Dossier


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One dossier as a system offered it."""

    offer_id: int
    system: str
    record_id: str
    dossier: Dossier = field(repr=False)
    legs: frozenset[str]
    state: str  #: waiting, taken, refused, outdated (refused, and offered anew since)
    reason: str
    offered_at: datetime
