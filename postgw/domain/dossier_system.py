"""The dossier system of some desks, as the acts know it: its name, the desks that work in it, and what it answers to.

Stands on: ports. Used by: notices, settling, looking_up; bootstrap fills it.
"""

from __future__ import annotations

from dataclasses import dataclass

from .ports import DossierDesk


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierSystem:
    """One system. Without desks of its own it serves every desk."""

    name: str
    desks: frozenset[str]
    desk: DossierDesk

    def serves(self, *desks: str) -> bool:
        """Say whether one of these desks works in it."""
        return not self.desks or not self.desks.isdisjoint(desks)
