"""A dossier's closing as the desk's system tells it, and what does not agree with our delivery.

Used by: storage.closings, services.settling.
Source: order 7349/UBND-KSTT of Hà Tĩnh, 22/11/2018; status 10 (result handed out) of the national portal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """That a desk's system closed a dossier."""

    dossier_key: str
    closed_at: datetime
    told_at: datetime
    told_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsettled:
    """A dossier of which our side and the desk's system do not know the same."""

    dossier_key: str
    consignment_no: str
    desk: str
    state: str
    delivered_at: datetime | None = None
    closed_at: datetime | None = None
    errand: str = ""  #: how far the word to the desk came: waiting, parked, or empty where nobody is told by wire
    error: str = ""
    system: str = ""  #: whose word it is that the dossier is open, where that was asked
    standing: str = ""  #: that system's own code
