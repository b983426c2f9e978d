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

from postgw.domain.errors import Invalid

UNKNOWN = "unknown"
Interface = Literal["partner", "retail"]

#: Every word a code may be given; `unknown` makes it silent.
WORDS = frozenset({
    "booked", "collection_failed", "collected", "departed", "arrived", "out_for_delivery", "attempted", "held",
    "delivered", "returning", "returned", "unclaimed", "cancelled", "lost", "damaged", UNKNOWN,
})  # fmt: skip

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
    return {**shipped(interface), **{_number(code): _word(word, code) for code, word in province_table.items()}}


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
