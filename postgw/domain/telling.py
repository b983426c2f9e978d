"""When a message goes out, and whether it still should: quiet hours, what is true no more, what was told before.

What falls due at night waits for the morning. By then it may be true no more: nobody is told in the morning that the
postman comes, when he came in the meantime. So each message is looked at again when it goes out. A matter is told once,
however many witnesses tell us of it; the newest truth about an item goes out, and what it replaces does not.

Stands on: ports, custody, legal_day. Used by: services.messaging.
Source: Circular 17/2017/TT-BTTTT art. 12 (what must be told); the hours are a design choice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from types import MappingProxyType

from .custody import Custody
from .legal_day import VIETNAM, legal_day
from .ports import Notice

#: Why a message was not sent, in the order in which it is asked.
STOPPED, OVERTAKEN, TOLD = "wish.stopped", "message.overtaken", "message.told"

_DELIVERED = frozenset({"delivered", "delivered_by_post_statement"})
#: While an item is in one of these states, what was said of the first is true still.
_STILL: Mapping[str, frozenset[str]] = MappingProxyType({
    "collected": frozenset({"collected", "in_transit", "at_office"}) | _DELIVERED,
    "attempted": frozenset({"attempted", "in_transit", "at_office"}),
    "returning": frozenset({"returning", "in_transit", "at_office"}),
    "delivered": _DELIVERED, "delivered_by_post_statement": _DELIVERED,
})  # fmt: skip
#: Of these the newest about an item replaces what was not sent yet.
_ON_THE_WAY = frozenset({"dossier.filed", "dossier.appointed", "result.ready", "dossier.rejected"})


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """One version of the hours in which nothing is sent, time of Vietnam."""

    version: str
    quiet_from: time
    quiet_until: time

    def is_quiet(self, at: datetime) -> bool:
        """Say whether nothing is sent at this moment.

        >>> from datetime import UTC
        >>> night = QuietHours(version="x", quiet_from=time(21), quiet_until=time(7))
        >>> [night.is_quiet(datetime(2026, 11, 23, hour, tzinfo=UTC)) for hour in (13, 14, 23)]
        [False, True, True]
        """
        now = at.astimezone(VIETNAM).time()
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= now < self.quiet_until
        return now >= self.quiet_from or now < self.quiet_until

    def sent_from(self, at: datetime) -> datetime:
        """Return the first moment from `at` on at which something may be sent.

        >>> from datetime import UTC
        >>> night = QuietHours(version="x", quiet_from=time(21), quiet_until=time(7))
        >>> night.sent_from(datetime(2026, 11, 23, 15, 30, tzinfo=UTC)).isoformat()
        '2026-11-24T00:00:00+00:00'
        """
        if not self.is_quiet(at):
            return at
        here = at.astimezone(VIETNAM)
        ends = datetime.combine(here.date(), self.quiet_until, VIETNAM)
        return (ends if ends > here else ends + timedelta(days=1)).astimezone(at.tzinfo)


def matter_of(notice: Notice) -> str:
    """Name what a notice tells the citizen; two with one name say the same.

    >>> from datetime import UTC
    >>> def of(kind, notice_id="n", **data):
    ...     return matter_of(Notice(notice_id=notice_id, kind=kind, at=datetime(2026, 11, 23, tzinfo=UTC), desk="TS",
    ...                             consignment_no="4K7M29TB6HC", dossier_no="", data=data))
    >>> of("consignment.delivered") == of("consignment.delivered_by_post_statement", "other")
    True
    >>> of("consignment.attempted", attempts=1) == of("consignment.attempted", attempts=2)
    False
    >>> of("dossier.filed", due_on="2026-12-07") == of("dossier.appointed", due_on="2026-12-07")
    True
    """
    _, _, state = notice.kind.partition("consignment.")
    if state:
        return f"consignment.{'delivered' if state in _DELIVERED else state}{_occasion(state, notice)}"
    due, begun_anew = notice.data.get("due_on"), notice.data.get("ground") == "supplement"
    if notice.kind in {"dossier.filed", "dossier.appointed"} and due and not begun_anew:
        return f"dossier.due:{due}"
    if notice.kind == "dossier.rescheduled":
        return f"{notice.kind}:{notice.data.get('new_due_on')}"
    return notice.kind if notice.kind == "result.ready" else f"{notice.kind}:{notice.notice_id}"


def _occasion(state: str, notice: Notice) -> str:
    """Tell one attempt, or one day of delivery, from the next."""
    if state in {"attempted", "held"}:
        return f":{notice.data.get('attempts', 0)}"
    return f":{legal_day(notice.at)}" if state == "out_for_delivery" else ""


def unsent_because(
    notice: Notice, custody: Custody | None, *, before: Sequence[Notice], after: Sequence[Notice], hours: QuietHours,
    at: datetime,
) -> str:  # fmt: skip
    """Return why a message is not sent any more; empty when it is to go out.

    `before` are the notices that the citizen was told of the same item, the oldest first; `after` those that are owed
    since this one.
    """
    if not _is_true(notice, custody, hours, at):
        return OVERTAKEN
    newer = [each for each in after if _is_true(each, custody, hours, at)]
    if any(matter_of(each) == matter_of(notice) or _both_on_the_way(notice, each) for each in newer):
        return OVERTAKEN
    return TOLD if _was_told(notice, before) else ""


def _both_on_the_way(notice: Notice, other: Notice) -> bool:
    return _is_on_the_way(notice) and _is_on_the_way(other)


def _is_on_the_way(notice: Notice) -> bool:
    return notice.kind.startswith("consignment.") or notice.kind in _ON_THE_WAY


def _is_true(notice: Notice, custody: Custody | None, hours: QuietHours, at: datetime) -> bool:
    """Say whether an item is still where the notice says, and "today" is still the day that was meant."""
    _, _, state = notice.kind.partition("consignment.")
    if not state or custody is None:
        return True
    if state == "out_for_delivery" and legal_day(hours.sent_from(notice.at)) != legal_day(at):
        return False
    return custody.state in _STILL.get(state, frozenset({state}))


def _was_told(notice: Notice, before: Sequence[Notice]) -> bool:
    """Say whether the citizen knows it: of the way of an item, whether it is the last that they were told."""
    if not notice.kind.startswith("consignment."):
        return any(matter_of(each) == matter_of(notice) for each in before)
    told = [each for each in before if each.kind.startswith("consignment.")]
    return bool(told) and matter_of(told[-1]) == matter_of(notice)
