"""One sheet that is to be written, before any library knows of it.

Used by: pages, written_workbook.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One sheet to write."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]
    required: frozenset[str] = frozenset()  #: headings that stand out
    grey: bool = False  #: the rows are examples
    choices: Mapping[str, str] = field(default_factory=dict)  #: heading → what may be chosen, comma-separated
