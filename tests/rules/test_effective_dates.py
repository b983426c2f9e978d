"""Rules change: every subject of the rule book begins on a day, and a day finds the version that held then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date, time, timedelta
from importlib import resources
from typing import Any

import pytest

from postgw.rules import book
from postgw.rules.book import RuleBook, rule_book

ROOM = resources.files("postgw.rules")
FILES = sorted(file.name for file in ROOM.iterdir() if file.name.endswith(".toml"))

#: What asks for the version of a day, for each subject.
ON_A_DAY: dict[str, tuple[str, Callable[[RuleBook, date], Any]]] = {
    "scan_codes": ("scan_tables", RuleBook.scan_table), "reasons": ("reasons", RuleBook.reasons_on),
    "invitations": ("invitations", RuleBook.invitation_rule),
    "transit_limits": ("transit_limits", RuleBook.transit_limits_on), "tariff": ("tariffs", RuleBook.tariff_on),
    "fees": ("remit_hours", RuleBook.remit_hours_on), "retention": ("retention_years", RuleBook.retention_years_on),
    "forms": ("forms", RuleBook.forms_on), "quality": ("quality", RuleBook.quality_on),
    "agency_hours": ("agency_hours", RuleBook.agency_closes_on),
    "message_texts": ("message_texts", RuleBook.message_texts_on),
    "promise": ("promises", RuleBook.delivery_hours), "freshness": ("freshness", RuleBook.freshness_rule),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_every_rule_begins_on_the_day_in_the_name_of_its_file(name: str) -> None:
    subject, day, _ = name.split(".")
    data = next(each for each in book._versions(subject) if each["version"] == day)

    assert data["valid_from"] == date.fromisoformat(day)


@pytest.mark.parametrize("subject", sorted(ON_A_DAY))
def test_a_day_finds_the_version_that_held_then_and_the_next_begins_on_its_own(subject: str) -> None:
    shelf, on = ON_A_DAY[subject]
    kept = getattr(rule_book(), shelf)
    begins, new = date(2031, 5, 1), object()
    shelves: dict[str, Any] = {shelf: {**kept, begins.isoformat(): new}}
    later = replace(rule_book(), **shelves)

    assert on(later, begins - timedelta(days=1)) is on(rule_book(), begins - timedelta(days=1))
    assert on(later, begins) is new


@pytest.mark.parametrize("shelf", [each.name for each in fields(RuleBook)])
def test_every_shelf_of_the_book_is_kept_by_the_day_on_which_a_version_begins(shelf: str) -> None:
    assert [date.fromisoformat(version) for version in getattr(rule_book(), shelf)]


def test_the_hour_of_fifteen_is_what_the_book_says() -> None:
    assert rule_book().agency_closes_on(date(2026, 11, 23)) == time(15)


def test_the_quality_owed_is_that_of_circular_17() -> None:
    targets = rule_book().quality_on(date(2026, 11, 23))

    assert (targets.safety_percent, targets.complaint_months, targets.damage_months) == (100, 6, 1)
    assert (targets.answer_days_in_province, targets.answer_days_between_provinces) == (5, 7)
