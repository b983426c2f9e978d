"""Undeliverable: an item that reaches neither its recipient nor its sender, and its lawful way to an end.

It is declared with a ground and publicised, without any name, so that somebody may still come for it. Six months after
acceptance it counts as an item without a recipient. What the state issued then goes back to the agency that issued it,
upon a written request; if that agency refuses, or is silent for thirty days, the papers may be filed away or destroyed.
No step is lawful before its day. The periods are rules with a date, never constants here; they end with their last day,
so a step is lawful from the day after.

Stands on: nothing. Used by: services.ending, storage.undeliverables, rules.book.
Source: Law on Post 2010 art. 17.2-5; Joint Circular 18/2015 art. 4, 8; Civil Code 2015 art. 147, 148 (how periods run).

>>> rule = UndeliverableRule(publicised_months=3, no_recipient_months=6, answer_days=30, grounds={})
>>> entry = Undeliverable(ground="sender_silent", accepted_on=date(2026, 1, 12), declared_on=date(2026, 8, 31))
>>> publicised_until(entry, rule), no_recipient_on(entry, rule), next_step(entry, rule)
(datetime.date(2026, 11, 30), datetime.date(2026, 12, 1), ('request', datetime.date(2026, 12, 1)))
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

#: What is due next, in this order. `give_back`: the issuing agency takes its papers, a scan `returned` tells of it.
STEPS = ("request", "archive", "give_back")
ANSWERS = {"": "chưa trả lời", "refused": "từ chối nhận", "takes_back": "nhận lại"}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class UndeliverableGround:
    """Why neither delivery nor return works, or how it ended."""

    title: str
    title_en: str
    evidence: bool = False  #: wants the signed record


@dataclass(frozen=True, slots=True, kw_only=True)
class UndeliverableRule:
    """One version of the rule."""

    publicised_months: int
    no_recipient_months: int
    answer_days: int
    grounds: Mapping[str, UndeliverableGround]
    ends: Mapping[str, UndeliverableGround] = field(default_factory=dict)  #: reasons of the scan `archived`


@dataclass(frozen=True, slots=True, kw_only=True)
class Undeliverable:
    """How far one item has come."""

    ground: str
    accepted_on: date
    declared_on: date  #: from this day on it is publicised
    requested_on: date | None = None
    requested_of: str = ""  #: the agency that issued what is inside
    request_no: str = ""  #: number of the written request
    answer: str = ""
    answered_on: date | None = None
    answer_no: str = ""


def months_after(day: date, months: int) -> date:
    """Return the day with the same number so many months later, or the last day of that month.

    >>> months_after(date(2026, 8, 31), 6)
    datetime.date(2027, 2, 28)
    """
    year, month = divmod(day.month - 1 + months, 12)
    return date(day.year + year, month + 1, min(day.day, monthrange(day.year + year, month + 1)[1]))


def publicised_until(entry: Undeliverable, rule: UndeliverableRule) -> date:
    """Return the last day on which the item must stand on the public list."""
    return months_after(entry.declared_on, rule.publicised_months)


def no_recipient_on(entry: Undeliverable, rule: UndeliverableRule) -> date:
    """Return the first day on which the item counts as one without a recipient, publicised long enough."""
    held = months_after(entry.accepted_on, rule.no_recipient_months)
    return max(held, publicised_until(entry, rule)) + _DAY


def archive_from(entry: Undeliverable, rule: UndeliverableRule) -> date | None:
    """Return the first day on which it may be filed away or destroyed; none while the issuing agency was not asked.

    >>> rule = UndeliverableRule(publicised_months=3, no_recipient_months=6, answer_days=30, grounds={})
    >>> entry = Undeliverable(
    ...     ground="", accepted_on=date(2026, 1, 1), declared_on=date(2026, 2, 1), requested_on=date(2026, 7, 2))
    >>> archive_from(entry, rule)
    datetime.date(2026, 8, 2)
    """
    if entry.answer == "refused":
        return entry.answered_on
    if entry.requested_on is None or entry.answer:
        return None
    return entry.requested_on + timedelta(days=rule.answer_days) + _DAY


def next_step(entry: Undeliverable, rule: UndeliverableRule) -> tuple[str, date]:
    """Return what is due next, and from which day it is lawful."""
    if entry.requested_on is None:
        return "request", no_recipient_on(entry, rule)
    lawful = archive_from(entry, rule)
    if lawful is None:
        return "give_back", entry.answered_on or entry.requested_on
    return "archive", lawful
