"""Reckoning: whether what is stored still follows from what was said.

States, ledgers, filings and errands are results: of scans, of receipts and remittances, of signed lists, of what became
true. Stored beside
their causes in one transaction, they cannot part from them; but a backup may be put back, a row mended by hand, a disk
may lie. So the house can reckon each result anew and name what does not follow. It names it and mends nothing: what
was wrong is for a person to judge.

Stands on: nothing. Used by: storage.reckoning, services.reckoning.
"""

from __future__ import annotations

from dataclasses import dataclass

#: What may not follow, and how it is said to whoever asked.
CONTRADICTIONS = {
    "custody": "trạng thái đang lưu không đúng với các lần quét",
    "receipt": "biên lai chưa vào sổ, hoặc vào sổ không đúng số tiền",
    "cancelled_receipt": "biên lai đã huỷ nhưng tiền chưa ra khỏi sổ",
    "remittance": "lần nộp chưa vào sổ, hoặc khác tổng số tiền các biên lai của nó",
    "count": "tiền đã kiểm đếm chưa vào sổ, hoặc vào sổ không đúng số tiền",
    "entry": "bút toán trong sổ không thuộc biên lai hay lần nộp nào",
    "series": "số biên lai đã cấp nhưng không có biên lai",
    "handover": "biên bản đã ký không khớp chữ ký, dòng hàng hoặc lần quét của nó",
    "filing": "giờ nộp hồ sơ không khớp biên bản đã ký, hoặc đã báo mà không còn",
    "untold": "việc đã xảy ra nhưng không ai được báo",
    "half_asked": "đơn với Bưu điện chưa ngã ngũ nhưng không còn ai hỏi tiếp",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """One result that does not follow from its causes."""

    kind: str  #: a key of CONTRADICTIONS
    where: str  #: the number or key it is known by
