"""The till: what a unit should hold of fee money when it counts in the evening, told twice and laid side by side.

The ledger knows how much cash there is; the receipts that were neither cancelled nor handed on say the same in another
way. Where both agree, and nothing is under way but what waits to be counted, and no counting has found a difference,
the day is balanced. Postage is the post's money: it stands beside, never added in.

Used by: services.day_book.
Source: Decision 45/2016/QĐ-TTg art. 6.6, 7.5, 11 and 15.2; Circular 74/2022/TT-BTC (handed on within 24 hours).

>>> Balance(cash_dong=8000, held_dong=8000).is_even, Balance(cash_dong=8000, held_dong=6000).off_dong
(True, 2000)
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Fee money of a unit at the end of a day: what the ledger says, and what papers say."""

    cash_dong: int = 0
    held_dong: int = 0  #: by the receipts that are still to be handed on
    under_way_dong: int = 0
    uncounted_dong: int = 0  #: by the remittances that nobody has counted yet
    difference_dong: int = 0  #: found at a counting and not explained

    @property
    def off_dong(self) -> int:
        """Return by how much the ledger holds more than the papers say; negative when it is less."""
        return self.cash_dong - self.held_dong + self.under_way_dong - self.uncounted_dong

    @property
    def is_even(self) -> bool:
        """Say whether the day is balanced to the đồng."""
        return self.cash_dong == self.held_dong and not self.off_dong and not self.difference_dong


@dataclass(frozen=True, slots=True, kw_only=True)
class Taker:
    """What one person took on one day, of one ledger."""

    ledger: str
    name: str
    receipts_count: int
    amount_dong: int
