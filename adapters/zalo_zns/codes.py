"""Zalo's error codes in our words. A code that no table has is `unknown`: a no, shown to a person, never a yes.

Source: `codes.toml` says which are known and which are ours.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from postgw.domain.errors import Invalid

from .. import code_table
from ..code_table import UNKNOWN as UNKNOWN
from ..code_table import word_of as word_of

WORDS = frozenset({"sent", "not_there", "token", "later", "refused"})


@cache
def shipped(part: str) -> Mapping[int, str]:
    """Return one part (`known` or `ours`) of the table that ships with the adapter."""
    text = resources.files(__package__).joinpath("codes.toml").read_text("utf-8")
    return checked(tomllib.loads(text)[part])


def checked(table: Mapping[int | str, str]) -> Mapping[int, str]:
    """Return a table with its codes as numbers.

    Raises Invalid at a code that is no number, at a word that is none of ours, and where 0 would not mean sent.
    """
    read = code_table.checked(table, WORDS)
    for code, word in read.items():
        if (code == 0) != (word == "sent"):
            raise Invalid("Chỉ mã 0 của Zalo là đã nhận tin.", code="codes.word", field=f"/codes/{code}")
    return read
