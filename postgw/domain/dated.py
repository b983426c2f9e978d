"""Dated rows of the province's data: published procedures, post areas, regions, price lists.

What has begun never changes; what is new begins on a day of its own, with an author and a reason. Nothing begins in the
past, for dossiers were handled and money was taken under what held then; only where nothing held at all may the first
row reach back.

Stands on: errors. Used by: services.catalogue, services.pricing.
Source: Decision 45/2016/QĐ-TTg art. 13.1-2 (published before it is applied).
"""

from __future__ import annotations

from datetime import date

from .errors import Invalid


def must_not_reach_back(valid_from: date, *, today: date, is_first: bool, field: str = "/valid_from") -> None:
    """Let a row begin. Raises Invalid when it would begin before today although something holds already.

    >>> must_not_reach_back(date(2026, 11, 23), today=date(2026, 11, 23), is_first=False)
    >>> must_not_reach_back(date(2025, 7, 1), today=date(2026, 11, 23), is_first=True)
    """
    if is_first or valid_from >= today:
        return
    raise Invalid(
        "Ngày bắt đầu {valid_from} đã qua, mà trước đó đang áp dụng bản khác. Chọn ngày bắt đầu từ {today} trở đi.",
        valid_from=f"{valid_from:%d/%m/%Y}", today=f"{today:%d/%m/%Y}", code="dated.past", field=field,
    )  # fmt: skip
