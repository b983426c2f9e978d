"""A trip as a list shows it: one manifest, how many items stand on it and what was found of them.

Used by: services.trips, storage.trips.
Source: Decision 45/2016/QĐ-TTg art. 7.2 to 7.4, 9.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

UnitKind = Literal["desk", "office"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TripCard:
    """One manifest in a list."""

    manifest_no: str
    desk: str
    office: str
    direction: str
    state: str
    pickup_no: str
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    signed_at: datetime | None
    found: Mapping[str, int]  #: outcome → how many lines
    signed_sides: tuple[str, ...]

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return sum(self.found.values())

    @property
    def counted(self) -> int:
        """How many of them somebody has found or missed."""
        return self.lines - self.found.get("expected", 0)

    @property
    def differences(self) -> int:
        """How many are missing, damaged or beyond the list."""
        return sum(self.found.get(name, 0) for name in ("missing", "damaged", "extra"))
