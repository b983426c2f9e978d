"""The portal's codes in words, and the sentences of its history.

Only two words decide anything here: `finished`, behind which the post's way begins, and `returned`, which ends it.
Every other status is the agency's, an unknown one included: it is shown and nothing is written over it.

Source: `codes.toml` says which values were read where.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from postgw.domain.errors import Invalid

UNKNOWN = "unknown"
FINISHED, RETURNED = "finished", "returned"


@cache
def _tables() -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.files(__package__).joinpath("codes.toml").read_text("utf-8"))


def shipped() -> Mapping[str, str]:
    """Return the table of status codes that ships with the adapter."""
    return _tables()["statuses"]


#: Every word a code may be given.
WORDS = frozenset(_tables()["titles"]) - {UNKNOWN}


def checked(table: Mapping[str, str]) -> Mapping[str, str]:
    """Return a province's table. Raises Invalid at a word that is none of ours."""
    for code, word in table.items():
        if word not in WORDS:
            raise Invalid(
                "Không có trạng thái “{word}”. Dùng một trong: {words}.", word=word, words=", ".join(sorted(WORDS)),
                code="codes.word", field=f"/codes/{code}",
            )  # fmt: skip
    return table


def word_of(code: str, table: Mapping[str, str]) -> str:
    """Return the word for a status code, `unknown` when the table has none."""
    return table.get(code, UNKNOWN)


def code_of(word: str, table: Mapping[str, str]) -> str:
    """Return the code under which a word is written. Raises Invalid when the table has none."""
    for code, known in table.items():
        if known == word:
            return code
    raise Invalid("Bảng mã trạng thái thiếu “{word}”.", word=word, code="codes.missing", field="/codes")


def title_of(word: str) -> str:
    """Return a word for people, Vietnamese."""
    return _tables()["titles"].get(word, _tables()["titles"][UNKNOWN])


def step_of(state: str) -> str:
    """Return the sentence of a state of a result on its way, as a template; empty when it is not told."""
    return _tables()["steps"].get(state, "")
