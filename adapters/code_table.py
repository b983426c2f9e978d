"""Tables from an outsider's numbers to words of ours: what ships as data, and what a province lays over it.

A number means nothing without the wire it came from, so each adapter has a table of its own; only how a table is read
is the same everywhere. A number that stands in none stays `unknown`.

Used by: the `codes.py` of adapters whose outsiders speak in numbers.
"""

from __future__ import annotations

from collections.abc import Mapping

from postgw.domain.errors import Invalid

UNKNOWN = "unknown"

#: Every scan word that a post's code may be given.
SCAN_WORDS = frozenset({
    "booked", "collection_failed", "collected", "departed", "arrived", "out_for_delivery", "attempted", "held",
    "delivered", "returning", "returned", "unclaimed", "cancelled", "lost", "damaged",
})  # fmt: skip


def checked(table: Mapping[int | str, str], words: frozenset[str]) -> dict[int, str]:
    """Return a province's table with its codes as numbers.

    Raises Invalid at a code that is no number and at a word that is none of these.
    """
    return {_number(code): _word(word, code, words) for code, word in table.items()}


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


def _word(word: str, code: int | str, words: frozenset[str]) -> str:
    if word not in words:
        raise Invalid(
            "Không có từ “{word}”. Dùng một trong: {words}.",
            word=word, words=", ".join(sorted(words)), code="codes.word", field=f"/codes/{code}",
        )  # fmt: skip
    return word
