"""Standstill: a consignment of which nothing was heard for longer than its state allows, and what takes it on.

Used by: rules.book, services.ending.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class StateStandstill:
    """How long a state may be silent, and by which calls of the API it goes on."""

    days: int
    next: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandstillRule:
    """One version of the rule, by state."""

    states: Mapping[str, StateStandstill]
