"""The apology: a result will be late, so the agency says sorry, says why and names one new day.

It belongs before the due date (at the latest one working day); a later one is still owed, and stands as late. A dossier
is put off once. The due date of the dossier is the agency's own: no day that the post takes ever moves it, and the one
it had first stays on the apology.

Stands on: working_calendar, address, errors. Used by: rules.book, services.lateness, services.watch.
Source: Decree 61/2018/NĐ-CP Art. 19.9; order 7349/UBND-KSTT of Hà Tĩnh (22 November 2018: apologise publicly); form 04
of the circular in force.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from .address import checked_text
from .errors import Conflict, Invalid
from .legal_day import legal_day
from .working_calendar import WorkingCalendar

STATES = ("draft", "issued", "withdrawn")
_REASON_MOST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class ApologyRule:
    """One version of the rule."""

    version: str
    most: int  #: how often one dossier may be put off
    working_days_before: int  #: so many before the due date an apology is in time


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What the letter says of the dossier; frozen with the issuing."""

    addressee: str
    address: str
    phone: str
    received_on: date
    sector: str  #: lĩnh vực
    procedure: str
    agency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Apology:
    """One apology and where it stands."""

    apology_no: str
    dossier_no: str  #: stands on the citizen's receipt
    desk: str
    returning_desk: str
    state: str
    due_on: date  #: as it was before
    new_due_on: date | None = None
    reason: str = ""
    in_time: bool | None = None
    drafted_at: datetime
    drafted_by: str
    issued_at: datetime | None = None
    issued_by: str = ""
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""
    withdrawn_reason: str = ""
    pickup_no: str = ""  #: the coming of the post on the new day
    old_pickup_no: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How many apologies one desk issued in a period."""

    desk: str
    in_time: int
    late: int


def checked_reason(text: str) -> str:
    """Return the reason, tidy. Raises Invalid when it is missing, too long or garbled."""
    return checked_text(text, what="lý do chậm", field="/reason", most=_REASON_MOST)


def last_day(due_on: date, calendar: WorkingCalendar, rule: ApologyRule) -> date:
    """Return the last day on which an apology for a due date is in time.

    >>> rule = ApologyRule(version="x", most=1, working_days_before=1)
    >>> last_day(date(2026, 11, 23), WorkingCalendar(), rule)
    datetime.date(2026, 11, 20)
    """
    for _ in range(rule.working_days_before):
        due_on = calendar.previous_working(due_on)
    return due_on


def checked_new_day(new_due_on: date, *, due_on: date, today: date, calendar: WorkingCalendar) -> date:
    """Return the new day. Raises Invalid unless it is a working day after today and after the day it replaces."""
    if new_due_on <= max(due_on, today):
        raise Invalid(
            "Ngày hẹn mới phải sau hôm nay và sau ngày hẹn cũ {old}.", old=_dated(due_on), code="apology.new_day",
            field="/new_due_on",
        )  # fmt: skip
    if not calendar.is_working(new_due_on):
        raise Invalid(
            "Ngày {day} là ngày nghỉ. Chọn ngày làm việc, sớm nhất sau đó là {next}.", day=_dated(new_due_on),
            next=_dated(calendar.next_working(new_due_on)), code="apology.day_off", field="/new_due_on",
        )  # fmt: skip
    return new_due_on


def must_be_first(issued: tuple[Apology, ...], rule: ApologyRule) -> None:
    """Raise Conflict, naming the first apology and its date, when a dossier was put off as often as it may be."""
    if len(issued) < rule.most:
        return
    first = issued[0]
    assert first.issued_at is not None
    assert first.new_due_on is not None
    raise Conflict(
        "Hồ sơ {dossier} đã hẹn lại một lần ở phiếu {number} ngày {day}, hẹn trả {new}. Mỗi hồ sơ chỉ hẹn lại một lần.",
        dossier=first.dossier_no, number=first.apology_no, day=_moment_day(first.issued_at),
        new=_dated(first.new_due_on), code="apology.second", link=f"/api/v1/apologies/{first.apology_no}",
    )  # fmt: skip


def _moment_day(at: datetime) -> str:
    return _dated(legal_day(at))


def _dated(day: date) -> str:
    return f"{day:%d/%m/%Y}"
