"""The words in which a post office writes down what happened, in ours; and the headings of its sheet.

The table is total: what it does not know is `unknown`, which is kept and shown and moves nothing. It is never taken
for "still under way", nor for "delivered".

Used by: settings, statuses.
Source: `status_words.toml` says which words are ours.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from postgw.domain.errors import Invalid
from postgw.domain.folding import fold
from postgw.rules.book import rule_book

UNKNOWN = "unknown"
_NOT_A_LETTER = re.compile(r"[^a-z0-9_]+")
_ANY_DAY_SINCE = date(2026, 11, 25)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusColumn:
    """One column of a status sheet."""

    field: str
    heading: str
    also: tuple[str, ...] = ()
    needed: bool = False


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("status_words.toml").read_text("utf-8"))


def key_of(text: str) -> str:
    """Return what two spellings of a word have in common.

    >>> key_of("Phát  THÀNH công."), key_of("phat thanh cong"), key_of("out_for_delivery")
    ('phat thanh cong', 'phat thanh cong', 'out_for_delivery')
    """
    return " ".join(_NOT_A_LETTER.sub(" ", fold(text)).split())


@cache
def codes() -> frozenset[str]:
    """Return every scan word that a status sheet may state."""
    return frozenset(_data()["words"])


@cache
def shipped_words() -> Mapping[str, str]:
    """Return the table as it ships, by folded word; our own scan words are among them."""
    words = {key_of(word): code for code, each in _data()["words"].items() for word in each}
    return MappingProxyType({**words, **{code: code for code in codes()}})


def checked_words(words: Mapping[str, str]) -> Mapping[str, str]:
    """Return a province's own words, folded. Raises Invalid at one that leads to no scan word of ours."""
    for word, code in words.items():
        if code not in codes() | {UNKNOWN}:
            raise Invalid(
                "Không có sự kiện “{word}”. Dùng một trong: {words}.",
                word=code, words=", ".join(sorted(codes())), code="codes.word", field=f"/words/{word}",
            )  # fmt: skip
    return {key_of(word): code for word, code in words.items()}


def code_of(word: str, own: Mapping[str, str]) -> str:
    """Return our scan word for what an office wrote, `unknown` when no table has it."""
    key = key_of(word)
    return own.get(key) or shipped_words().get(key, UNKNOWN)


@cache
def columns() -> tuple[StatusColumn, ...]:
    """Return the columns of a status sheet."""
    return tuple(
        StatusColumn(field=field, **{**row, "also": tuple(row["also"])}) for field, row in _data()["columns"].items()
    )


def column_of(heading: str) -> StatusColumn | None:
    """Return the column that a heading means; None when it means none."""
    return _headings().get(key_of(heading))


@cache
def _headings() -> Mapping[str, StatusColumn]:
    return {key_of(text): column for column in columns() for text in (column.heading, *column.also)}


def reason_of(text: str, code: str) -> str:
    """Return our reason for what an office wrote beside a word; empty when we have none such."""
    return _reasons(_LISTS.get(code, "")).get(key_of(text), "")


#: Which list of reasons belongs to which scan word.
_LISTS = {"attempted": "attempt", "collection_failed": "collection", "returning": "return"}


@cache
def _reasons(name: str) -> Mapping[str, str]:
    known = rule_book().reasons_on(_ANY_DAY_SINCE).get(name, {})
    more = {key_of(text): code for text, code in _data()["reasons"].items() if code in known}
    return {**more, **{key_of(reason.title): code for code, reason in known.items()}, **{code: code for code in known}}
