"""An account with a post: under whose contract a consignment travels, and whether that is the public postal service.

The public service has one provider; what travels with anybody else is no public service, whoever asked for it. A
consignment takes the nature of its account when it is registered, and keeps it.

Used by: intake, ordering, results, supplements, booking, registering.
Source: Decision 45/2016/QĐ-TTg art. 1.3; Law on Post 2010 art. 33.7 (the public service is kept apart).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PostAccount:
    """What the house must know of an account."""

    name: str
    cod_carries: str  #: fee, postage, both, none
    desks: frozenset[str] = frozenset()  #: empty: all
    public_post: bool = True  #: the provider of the public postal service
    carrier: str = ""  #: who it is with, for people

    def serves(self, desk: str) -> bool:
        """Say whether a desk's consignments may travel with it."""
        return not self.desks or desk in self.desks

    @property
    def collects_fee(self) -> bool:
        """Say whether the state's fee is among what is collected at the door."""
        return self.cod_carries in {"fee", "both"}
