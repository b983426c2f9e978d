"""Invitations: the written calls to a recipient who was not reached, and when the item may go back.

After a failed delivery the post invites the recipient at least twice, the invitations two working days apart. Only
then may the item return to the agency. Some grounds need no invitation: a refusal, an address that is wrong, a
recipient who has moved or is not found; these want a signed record instead. The sender may have the item back at any
time. Numbers of invitations and days are rules with a date, never constants here.

An invitation that came too early is kept and does not count, so a storm day entered afterwards only moves the return.

Stands on: working_calendar. Used by: services.returns, services.tracking, rules.book.
Source: Circular 17/2017/TT-BTTTT art. 5.2.h; Law on Post 2010 art. 17; Joint Circular 18/2015 art. 3.

Tết 2026 lies between two invitations: called on the last Thursday before, again on the second day after.

>>> from datetime import timedelta
>>> tet = WorkingCalendar(holidays=frozenset(date(2026, 2, 16) + timedelta(n) for n in range(5)))
>>> rule = InvitationRule(invitations=2, working_days_apart=2, working_days_before_return=2, grounds={})
>>> next_invitation_on([date(2026, 2, 12)], tet, rule)
datetime.date(2026, 2, 23)
>>> return_from([date(2026, 2, 12), date(2026, 2, 23)], date(2026, 2, 23), tet, rule)
datetime.date(2026, 2, 25)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from .working_calendar import WorkingCalendar

WAYS = {"paper": "giấy mời", "phone": "điện thoại", "message": "tin nhắn"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What one lawful reason of a return must have behind it."""

    invited: bool = False
    attempts: frozenset[str] = frozenset()  #: a failed attempt for one of these reasons; none: no attempt is wanted
    evidence: bool = False
    by_sender: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRule:
    """One version of the rule."""

    invitations: int
    working_days_apart: int
    working_days_before_return: int
    grounds: Mapping[str, Ground]  #: by reason of the return


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """One call to the recipient."""

    ordinal: int
    invited_on: date
    way: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether an act is lawful on a day; where it is not, why, as a Vietnamese template for `values`, and from when."""

    allowed: bool
    code: str = ""
    sentence: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    earliest: date | None = None


_LAWFUL = Verdict(allowed=True)


def counting(invited: Iterable[date], calendar: WorkingCalendar, rule: InvitationRule) -> list[date]:
    """Return the days of the invitations that count: each far enough from the one before."""
    kept: list[date] = []
    for day in sorted(invited):
        if not kept or day >= calendar.after(kept[-1], rule.working_days_apart):
            kept.append(day)
    return kept


def next_invitation_on(invited: Iterable[date], calendar: WorkingCalendar, rule: InvitationRule) -> date | None:
    """Return the first day on which another invitation counts; none before the first: any day does."""
    kept = counting(invited, calendar, rule)
    return calendar.after(kept[-1], rule.working_days_apart) if kept else None


def return_from(invited: Iterable[date], on: date, calendar: WorkingCalendar, rule: InvitationRule) -> date:
    """Return the first day of a return after the invitations, those still owed made on the first days they count."""
    kept = counting(invited, calendar, rule)
    while len(kept) < rule.invitations:
        kept.append(max(on, calendar.after(kept[-1], rule.working_days_apart)) if kept else on)
    return calendar.after(kept[rule.invitations - 1], rule.working_days_before_return)


def may_invite(invited: Sequence[date], on: date, calendar: WorkingCalendar, rule: InvitationRule) -> Verdict:
    """Say whether an invitation made on a day would count."""
    earliest = next_invitation_on(invited, calendar, rule)
    if earliest is None or on >= earliest:
        return _LAWFUL
    return Verdict(
        allowed=False, code="invitation.too_early", earliest=earliest,
        sentence="Giấy mời lần {ordinal} sớm nhất là ngày {earliest}: hai lần mời cách nhau {days} ngày làm việc.",
        values={"ordinal": len(invited) + 1, "earliest": shown_day(earliest), "days": rule.working_days_apart},
    )  # fmt: skip


def may_return(
    reason: str,
    attempts: Iterable[str],
    invited: Sequence[date],
    on: date,
    calendar: WorkingCalendar,
    rule: InvitationRule,
    *,
    evidenced: bool = False,
) -> Verdict:
    """Say whether an item may go back on a day for a reason; `attempts` are the reasons of its failed attempts.

    A reason that the rule does not know is no ground at all.
    """
    ground = rule.grounds.get(reason, Ground(invited=True))
    if ground.attempts and not ground.attempts & set(attempts):
        return Verdict(
            allowed=False, code="return.no_attempt",
            sentence="Chưa có lần phát không thành công nào ghi lý do này. Ghi lần phát trước khi chuyển hoàn.",
        )  # fmt: skip
    if ground.evidence and not evidenced:
        return Verdict(
            allowed=False, code="return.no_evidence",
            sentence="Thiếu chứng cứ. Ghi họ tên, giấy tờ và chữ ký của người từ chối; hoặc họ tên, chữ ký của bưu tá"
            " và lý do không phát được.",
        )  # fmt: skip
    return _invited_enough(invited, on, calendar, rule) if ground.invited else _LAWFUL


def _invited_enough(invited: Sequence[date], on: date, calendar: WorkingCalendar, rule: InvitationRule) -> Verdict:
    made, earliest = len(counting(invited, calendar, rule)), return_from(invited, on, calendar, rule)
    values = {"made": made, "wanted": rule.invitations, "earliest": shown_day(earliest)}
    if made < rule.invitations:
        return Verdict(
            allowed=False, code="return.too_early", earliest=earliest,
            sentence="Chưa được chuyển hoàn: mới mời {made} trên {wanted} lần, hai lần cách nhau {days} ngày làm việc."
            " Sớm nhất là ngày {earliest}.",
            values={**values, "days": rule.working_days_apart},
        )  # fmt: skip
    if on < earliest:
        return Verdict(
            allowed=False, code="return.too_early", earliest=earliest,
            sentence="Đã mời đủ {wanted} lần. Chờ người nhận thêm {days} ngày làm việc, chuyển hoàn sớm nhất là ngày"
            " {earliest}.",
            values={**values, "days": rule.working_days_before_return},
        )  # fmt: skip
    return _LAWFUL


def kept_for(day: date) -> Verdict:
    """Return the verdict on a return for want of a recipient who has named a day: they have answered the call."""
    return Verdict(
        allowed=False, code="return.promised", earliest=day + timedelta(days=1),
        sentence="Người nhận đã hẹn phát lại ngày {day}. Chờ qua ngày đó rồi mới chuyển hoàn.",
        values={"day": shown_day(day)},
    )  # fmt: skip


def shown_day(day: date) -> str:
    """Return a day as an officer reads it.

    >>> shown_day(date(2026, 2, 23))
    '23/02/2026'
    """
    return f"{day:%d/%m/%Y}"
