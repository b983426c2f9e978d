"""The moments this wire speaks of: how they are read, and what time it is for the post.

Nobody has published how its dates are written, and its clients read several ways; so the ways are a setting and an
epoch or ISO 8601 is read besides. A moment without a zone is Vietnam's. A day without an hour is no moment.

What time it is, is the post's to say: an HTTP answer bears its `Date`, and the list of orders goes by the post's days.
Where nothing on the way leaves a `Date` on the answer, our own clock stands in.

Used by: mapping, reading, client.
Source: RFC 9110, 6.6.1; date formats as public clients write and read them.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

VIETNAM = timezone(timedelta(hours=7))

#: As public clients read them: the first in the retail push, the others in answers of the partner API.
FORMATS = (
    "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%Y-%m-%d %H:%M:%S",
    "%d/%m/%YT%H:%M:%S", "%H:%M:%S %d/%m/%Y", "%H:%M %d/%m/%Y",
)  # fmt: skip

_EPOCH_MS = re.compile(r"1\d{12}")
_ISO_WITH_HOUR = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")


def moment(text: object, formats: Sequence[str] = FORMATS) -> datetime:
    """Return the moment that a text or a number of milliseconds names. Raises ValueError when it names none.

    >>> moment("23/11/2026 08:30:00").isoformat(), moment(1795397400000).isoformat()
    ('2026-11-23T01:30:00+00:00', '2026-11-23T01:30:00+00:00')
    """
    said = "" if text is None or isinstance(text, bool) else " ".join(str(text).split())
    if _EPOCH_MS.fullmatch(said):
        return datetime.fromtimestamp(int(said) / 1000, UTC)
    for written in formats:
        try:
            return _in_utc(datetime.strptime(said, written))
        except (ValueError, OverflowError):
            continue
    if _ISO_WITH_HOUR.match(said):
        return _in_utc(datetime.fromisoformat(said))
    raise ValueError("thời điểm không đọc được")


def vietnamese_day(at: datetime) -> date:
    """Return the day in Vietnam."""
    return at.astimezone(VIETNAM).date()


class TheirClock:
    """What time it is for the post, by its last answer and what has passed since."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._said: datetime | None = None
        self._said_when = 0.0

    def heard(self, headers: Mapping[str, str]) -> None:
        """Take the moment from an answer, if it bears one."""
        try:
            said = parsedate_to_datetime(headers.get("Date", ""))
        except ValueError:
            return
        self._said = said.astimezone(UTC) if said.tzinfo else said.replace(tzinfo=UTC)
        self._said_when = self._monotonic()

    def now(self) -> datetime:
        """Return the post's now."""
        if self._said is None:
            return datetime.now(UTC)
        return self._said + timedelta(seconds=self._monotonic() - self._said_when)


def _in_utc(at: datetime) -> datetime:
    try:
        return (at if at.tzinfo else at.replace(tzinfo=VIETNAM)).astimezone(UTC)
    except OverflowError:
        raise ValueError("thời điểm ngoài mọi thời gian") from None
