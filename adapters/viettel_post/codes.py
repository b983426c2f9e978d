"""The carrier's codes in our words.

One number may say two things: on a parcel that is on its way back it speaks of the sender. A number that no table names
stays `unknown`; it is never taken for "still under way", nor for "delivered".

Source: `codes.toml` says which values are documented and which reading is ours.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from .. import code_table
from ..code_table import UNKNOWN as UNKNOWN
from ..code_table import word_of as word_of

#: Every word a code may be given.
WORDS = code_table.SCAN_WORDS

#: A cancellation has a reason of ours only where the carrier itself turned the order down.
_TURNED_DOWN = 101


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """How one account's codes are to be read."""

    words: Mapping[int, str]
    returning: Mapping[int, str]
    reasons: Mapping[str, str]  #: REASON_CODE → the reason of an attempt

    def word(self, code: int | None, *, is_returning: bool) -> str:
        """Return our scan word for a status, `unknown` when the table has none."""
        word = word_of(code, self.words)
        return self.returning.get(code, word) if is_returning and code is not None else word

    def reason(self, word: str, reason_code: str, code: int | None) -> str:
        """Return our reason for a happening, empty when we have none."""
        if word == "attempted":
            return self.reasons.get(reason_code, "")
        if word == "returning":
            return shipped_reasons("returning").get(reason_code, "")
        return "post_refused" if code == _TURNED_DOWN and word == "cancelled" else ""


def shipped(part: str) -> Mapping[int, str]:
    """Return one part (`known`, `returning` or `without_word`) of the table that ships with the adapter."""
    return {int(code): word for code, word in _tables()[part].items()}


def shipped_reasons(word: str) -> Mapping[str, str]:
    """Return the reasons that ship for one of our words."""
    reasons: Mapping[str, str] = _tables()["reasons"][word]
    return reasons


def ends() -> frozenset[int]:
    """Return the codes behind which the carrier has nothing more to say."""
    return frozenset(_tables()["ends"]["codes"])


def vocabulary(own: Mapping[int | str, str], reasons: Mapping[str, str]) -> Vocabulary:
    """Return the tables in force: what ships, and over it what a province filled in. Raises Invalid."""
    return Vocabulary(
        words={**shipped("known"), **code_table.checked(own, WORDS)}, returning=shipped("returning"),
        reasons={**shipped_reasons("attempted"), **reasons},
    )  # fmt: skip


@cache
def _tables() -> dict[str, dict[str, Any]]:
    return tomllib.loads(resources.files(__package__).joinpath("codes.toml").read_text("utf-8"))
