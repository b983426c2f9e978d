"""A unit: a desk of the one-stop shop or a post office, with how to reach it.

Source: QĐ45/2016/QĐ-TTg Đ.13.7 (address, telephone, e-mail and site are published); TT17/2017/TT-BTTTT Đ.10 (service
points published).
"""

from __future__ import annotations

from dataclasses import dataclass


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
