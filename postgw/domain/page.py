"""A page of a list, with the place from which the next one goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """Some items in order. `next_cursor` is empty on the last page; its text means nothing to whoever holds it."""

    items: tuple[T, ...]
    next_cursor: str = ""
