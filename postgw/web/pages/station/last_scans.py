"""The last ten scans of this screen, kept in the screen's own cookie.

No server needs to remember them, so any process may answer the next scan. They are for the eye and for taking back a
slip; what was scanned stands in storage. The cookie comes back from a stranger's hands: what does not read as it was
written is left out.

Used by: station.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime, timedelta

import orjson

COOKIE = "scans"
_KEPT = 10
_LONGEST = 3000
#: The same act on the same item within this time is the same scan, done twice by a nervous hand. Design choice.
_TWICE_WITHIN = timedelta(minutes=3)
_SCAN_ID = re.compile(r"[0-9a-f]{16,32}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One scan of this screen."""

    scan_id: str
    number: str
    code: str
    look: str  #: which of the answers it got
    at: int  #: seconds since 1970

    @property
    def moment(self) -> datetime:
        """Return when it was scanned."""
        return datetime.fromtimestamp(self.at, UTC)


def packed(entries: Iterable[Entry]) -> str:
    """Return the newest ten as the text of a cookie."""
    rows = [astuple(entry) for entry in list(entries)[:_KEPT]]
    return base64.urlsafe_b64encode(orjson.dumps(rows)).decode()


def unpacked(text: str) -> tuple[Entry, ...]:
    """Return what a cookie holds; nothing when it is not as we wrote it.

    >>> entry = Entry("0123456789abcdef", "4K7M29TB6HC", "arrived", "accepted", 1795401000)
    >>> unpacked(packed([entry])) == (entry,), unpacked("???"), unpacked(packed([]) + "A")
    (True, (), ())
    """
    try:
        rows = orjson.loads(base64.urlsafe_b64decode(text)) if 0 < len(text) <= _LONGEST else []
        entries = [Entry(*row) for row in rows]
    except (ValueError, TypeError):
        return ()
    return tuple(entry for entry in entries if _is_ours(entry))[:_KEPT]


def _is_ours(entry: Entry) -> bool:
    texts = (entry.scan_id, entry.number, entry.code, entry.look)
    whole = all(isinstance(text, str) and len(text) <= 60 for text in texts)
    return whole and bool(_SCAN_ID.fullmatch(entry.scan_id)) and isinstance(entry.at, int) and 0 <= entry.at < 2**33


def same_act(entries: Iterable[Entry], number: str, code: str, *, at: datetime) -> Entry | None:
    """Return the scan that this one repeats, if the same was done a moment ago and stands."""
    earliest = at - _TWICE_WITHIN
    return next(
        (e for e in entries if (e.number, e.code) == (number, code) and e.moment >= earliest and e.look == "accepted"),
        None,
    )


def taken_back(entries: Iterable[Entry], scan_id: str) -> tuple[Entry, ...]:
    """Return the entries with one of them marked as taken back."""
    return tuple(replace(entry, look="undone") if entry.scan_id == scan_id else entry for entry in entries)
