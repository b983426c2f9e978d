"""What was changed of the house's own settings.

Used by: api.changes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from .shapes import Cursor, Out


class ChangeOut(Out):
    """One change, with what stood there before and after."""

    kind: str = Field(description="Loại: token, unit, procedure, price_list, number_range …")
    subject: str
    act: str
    before: dict[str, Any]
    after: dict[str, Any]
    unit: str
    changed_at: datetime
    changed_by: str


class ChangePage(Out):
    """A page of changes."""

    data: list[ChangeOut]
    next_cursor: str


class ChangeQuery(Cursor):
    """Which changes."""

    kind: str = Field("", max_length=30)
    subject: str = Field("", max_length=120)
    by: str = Field("", max_length=120, description="Ai đã đổi.")


def change_out(change: object) -> dict[str, Any]:
    """Return a change as it is shown."""
    return {name: getattr(change, name) for name in ChangeOut.model_fields}
