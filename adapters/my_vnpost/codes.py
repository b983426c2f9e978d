"""The post's status codes in our words, for each of its two interfaces.

A table belongs to its interface alone; an unknown code stays `unknown` and is never taken for "still under way", nor
for "delivered".

Source: `codes.toml` says where each table comes from and what of it is ours.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal

from .. import code_table
from ..code_table import SCAN_WORDS
from ..code_table import UNKNOWN as UNKNOWN
from ..code_table import word_of as word_of

Interface = Literal["partner", "retail"]

#: Every word a code may be given; `unknown` makes it silent.
WORDS = SCAN_WORDS | {UNKNOWN}

#: What the partner API says to a cancellation, in `Type`.
DONE, WAITING = "00", "02"


@cache
def _tables() -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.files(__package__).joinpath("codes.toml").read_text("utf-8"))


def shipped(interface: Interface) -> Mapping[int, str]:
    """Return the table of one interface as it ships."""
    return {int(code): word for code, word in _tables()[interface].items()}


def silent(interface: Interface) -> Mapping[int, str]:
    """Return the codes of one interface that are known and move nothing, each with the reason, Vietnamese."""
    return {int(code): why for code, why in _tables()[f"{interface}_silent"].items()}


def in_force(interface: Interface, province_table: Mapping[int | str, str]) -> Mapping[int, str]:
    """Return the shipped table with a province's own laid over it. Raises Invalid at a code or word it cannot use."""
    return {**shipped(interface), **code_table.checked(province_table, WORDS)}
