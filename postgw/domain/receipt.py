"""A receipt: the paper that whoever paid takes home. Fees and postage never share one, nor a series.

Its number is the series of the unit and a serial without gaps: `PHT26-000042`. A number is never used again; a receipt
that was wrong is cancelled and stays.

Stands on: errors. Used by: services.money, storage.money.
Source: Decision 45/2016/QĐ-TTg art. 6.6 (the receipt), 15.2 (fees handed on in full and on time).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .errors import Invalid

SERIAL_MOST = 999_999
AMOUNT_MOST = 1_000_000_000
_SERIES = re.compile(r"[A-Z0-9]{3,10}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Money that was taken, and what for."""

    receipt_no: str
    ledger: str
    consignment_no: str
    dossier_no: str = ""
    procedure_code: str = ""
    unit: str  #: whoever collected
    desk: str  #: where fee money is owed to
    payer: str
    amount_dong: int
    collected_at: datetime
    collected_by: str
    remit_by: datetime | None = None  #: only of fees
    remittance_no: str = ""
    cancelled_at: datetime | None = None
    grounds: Mapping[str, str | int] = field(default_factory=dict)  #: of postage: zone, weight, group and its evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """Money that is being taken. Zone, weight and what follows them belong to postage alone."""

    fee_id: str  #: the collector's own id of this taking; told again, it is the same one
    number: str
    ledger: str
    amount_dong: int
    payer: str = "citizen"
    unit: str = ""
    zone: str = ""
    grams: int = 0
    price_dong: int | None = None  #: of the post's own list; without one, the ceiling
    reduction: str = ""
    evidence: str = ""
    shares: Mapping[str, int] | None = None
    fault: str = ""  #: of an item carried again: whose fault it is

    def has_postage(self) -> bool:
        """Say whether anything was given that belongs to postage."""
        told = (self.zone, self.grams, self.reduction, self.evidence, self.shares, self.fault)
        return any(told) or self.price_dong is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remittance:
    """Fee money handed on together. `received_dong` is what the other side counted."""

    remittance_no: str
    unit: str
    desk: str
    destination: str
    manifest_no: str = ""
    amount_dong: int
    due_at: datetime
    remitted_at: datetime
    remitted_by: str
    received_dong: int | None = None
    confirmed_at: datetime | None = None
    confirmed_by: str = ""
    receipt_nos: tuple[str, ...] = ()

    @property
    def difference_dong(self) -> int | None:
        """How much less arrived than was told; negative when it was more."""
        return None if self.received_dong is None else self.amount_dong - self.received_dong

    @property
    def is_late(self) -> bool:
        """Whether it was handed on after its time."""
        return self.remitted_at > self.due_at


def checked_series(series: str) -> str:
    """Return the series of receipts. Raises Invalid when it is none.

    >>> checked_series("PHT26")
    'PHT26'
    >>> checked_series("ph/26")
    Traceback (most recent call last):
    postgw.domain.errors.Invalid: Ký hiệu biên lai gồm 3 đến 10 chữ in hoa không dấu hoặc chữ số, ví dụ PHT26.
    """
    if not _SERIES.fullmatch(series):
        raise Invalid(
            "Ký hiệu biên lai gồm 3 đến 10 chữ in hoa không dấu hoặc chữ số, ví dụ PHT26.",
            code="series.shape", field="/series",
        )  # fmt: skip
    return series


def receipt_no(series: str, serial: int) -> str:
    """Return the number of a receipt.

    >>> receipt_no("PHT26", 42)
    'PHT26-000042'
    """
    return f"{series}-{serial:06d}"


def remit_by(collected_at: datetime, hours: int) -> datetime:
    """Return by when fee money is to be handed on."""
    return collected_at + timedelta(hours=hours)
