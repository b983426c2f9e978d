"""Zalo's error codes in our words. A code that no table has is `unknown`: a no, shown to a person, never a yes.

Source: `codes.toml` says which are known and which are ours.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from postgw.domain.errors import Invalid

UNKNOWN = "unknown"
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
    read = {_number(code): _word(word, code) for code, word in table.items()}
    for code, word in read.items():
        if (code == 0) != (word == "sent"):
            raise Invalid("Chỉ mã 0 của Zalo là đã nhận tin.", code="codes.word", field=f"/codes/{code}")
    return read


def word_of(code: int | None, table: Mapping[int, str]) -> str:
    """Return our word for a code, `unknown` when the table has none."""
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
            "Không có từ “{word}”. Dùng một trong: {words}.",
            word=word, words=", ".join(sorted(WORDS)), code="codes.word", field=f"/codes/{code}",
        )  # fmt: skip
    return word
