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

from .. import code_table
from ..code_table import UNKNOWN as UNKNOWN
from ..code_table import word_of as word_of

#: Every word a code may be given.
WORDS = code_table.SCAN_WORDS

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
    return code_table.checked(table, WORDS)


@cache
def numbers() -> Mapping[str, int]:
    """Return the StatusCode under which each of our scan words stands in a feed of ours."""
    return {word: code for part in ("ours", "known") for code, word in shipped(part).items()}
