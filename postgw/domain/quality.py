"""The quality that the post owes: safety, transit, and how soon a complaint is answered.

Stands on: time_limit. Used by: rules.book, services.catalogue.
Source: TT17/2017/TT-BTTTT Đ.6 (published online and at the points), Đ.7 (safety, transit), Đ.8 (complaints); LBC 2010
Đ.38 (one month from delivery for tampering and damage).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityTargets:
    """One version of the targets beside the transit limits."""

    version: str
    title: str
    safety_percent: int
    complaint_months: int  #: a complaint may come until so long after the transit time
    damage_months: int  #: after delivery, for what was tampered with or damaged
    answer_days_in_province: int  #: working days in which a complaint is answered
    answer_days_between_provinces: int
