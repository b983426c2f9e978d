"""A unit: a desk of the one-stop shop or a post office, with how to reach it.

Source: QĐ45/2016/QĐ-TTg Đ.13.7 (address, telephone, e-mail and site are published); TT17/2017/TT-BTTTT Đ.10 (service
points published).
"""

from __future__ import annotations

import hashlib
from dataclasses import astuple, dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A desk or a post office."""

    code: str
    kind: str  #: desk or office
    name: str
    address: str = ""
    phone: str = ""
    commune_code: str = ""
    commune: str = ""
    province: str = ""
    email: str = ""
    website: str = ""
    opening_hours: str = ""
    closed_on: date | None = None  #: first day on which it works no more

    def is_closed(self, on: date) -> bool:
        """Say whether it works no more on a day."""
        return self.closed_on is not None and self.closed_on <= on

    @property
    def mark(self) -> str:
        """Return what changes whenever anything about it does, so that two who change it at once are told apart."""
        return hashlib.sha256(repr(astuple(self)).encode()).hexdigest()[:16]
