"""A fee that the citizen has paid elsewhere: the post collects none, and the proof travels with the dossier.

Stands on: nothing. Used by: storage.prepayments, services.reconciling.
Source: Decision 45/2016/QĐ-TTg art. 11.1.a, 11.2 and 11.3 (paid to the agency, or another way it accepts; the proof of
payment or the receipt goes with the dossier).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

WAYS = {
    "agency": "Nộp tại cơ quan giải quyết",
    "bank": "Chuyển khoản cho cơ quan giải quyết",
    "portal": "Nộp trên Cổng Dịch vụ công",
    "other": "Cách khác được cơ quan chấp nhận",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepayment:
    """What proves that a fee was paid."""

    way: str
    reference: str  #: the number of the receipt or of the transfer
    amount_dong: int
    recorded_at: datetime | None = None
    recorded_by: str = ""

    @property
    def words(self) -> str:
        """Return what the consignment note says of it.

        >>> Prepayment(way="portal", reference="TT-7", amount_dong=8000).words
        'Đã nộp: Nộp trên Cổng Dịch vụ công, chứng từ TT-7'
        """
        return f"Đã nộp: {WAYS[self.way]}, chứng từ {self.reference}"
