"""What is still to be filled in before a gateway goes live, line by line, each with its reason.

`done` stands for itself; `missing` keeps the work from going right; `doubtful` may be right, but a person must have
looked.

Used by: services.checklist.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

STATES = ("missing", "doubtful", "done")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """One line; `sentence` is a template for its values."""

    code: str
    what: str
    state: str  #: one of STATES
    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)
    link: str = ""

    @property
    def why(self) -> str:
        """Return the sentence.

        >>> CheckLine(code="a", what="A", state="done", sentence="Có {n}.", values={"n": 2}).why
        'Có 2.'
        """
        return self.sentence.format(**self.values)


def named(names: list[str], *, most: int = 5) -> str:
    """Return some names in a row, and how many more there are.

    >>> named(["A", "B", "C"], most=2)
    'A, B … (+1)'
    """
    more = f" … (+{len(names) - most})" if len(names) > most else ""
    return ", ".join(names[:most]) + more
