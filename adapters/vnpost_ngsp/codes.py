"""The post's codes in our words.

A status number means nothing without the wire it came from: VNPost's own three interfaces contradict one another (70
and 100 mean different things on each). So this table belongs to this wire alone, and an unknown number stays
`unknown`; it is never taken for "still under way", nor for "delivered".

Source: `codes.toml` says which values are known and which are ours.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from postgw.domain.errors import Invalid

UNKNOWN = "unknown"

#: Every word a code may be given.
WORDS = frozenset({
    "booked", "collection_failed", "collected", "departed", "arrived", "out_for_delivery", "attempted", "held",
    "delivered", "returning", "returned", "unclaimed", "cancelled", "lost", "damaged",
})  # fmt: skip

#: What the post answers to an order and to a cancellation, in `Status`.
ACCEPTED, KNOWN_ALREADY, CANCELLED = 100, 101, 110


@cache
def _tables() -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.files(__package__).joinpath("codes.toml").read_text("utf-8"))


def shipped(part: str) -> Mapping[int, str]:
    """Return one part (`known` or `ours`) of the table that ships with the adapter."""
    return {int(code): word for code, word in _tables()[part].items()}


def shipped_reasons() -> Mapping[str, str]:
    """Return which free texts of the feed we take for one of our reasons."""
    return _tables()["reasons"]


def checked(table: Mapping[int | str, str]) -> Mapping[int, str]:
    """Return a province's table with its codes as numbers.

    Raises Invalid at a code that is no number and at a word that is none of ours.
    """
    return {_number(code): _word(word, code) for code, word in table.items()}


@cache
def numbers() -> Mapping[str, int]:
    """Return the StatusCode under which each of our scan words stands in a feed of ours."""
    return {word: code for part in ("ours", "known") for code, word in shipped(part).items()}


def word_of(code: int | None, table: Mapping[int, str]) -> str:
    """Return our scan word for a status code, `unknown` when the table has none."""
    return UNKNOWN if code is None else table.get(code, UNKNOWN)


def _number(code: int | str) -> int:
    try:
        return int(code)
    except ValueError:
        raise Invalid(
            "Mã trạng thái “{number}” không phải là số.", number=code, code="codes.number", field=f"/codes/{code}"
        ) from None


def _word(word: str, code: int | str) -> str:
    if word not in WORDS:
        raise Invalid(
            "Không có sự kiện “{word}”. Dùng một trong: {words}.",
            word=word, words=", ".join(sorted(WORDS)), code="codes.word", field=f"/codes/{code}",
        )  # fmt: skip
    return word
