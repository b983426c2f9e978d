"""The wires as they are shown.

Used by: api.wires.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from postgw.services.wires import Wire

from .shapes import In, Out


class WireOut(Out):
    """How one outsider fares."""

    wire: str = Field(description="`post:tên`, `desk:tên`, `message:tên` hoặc `hook:số`.")
    title: str
    rehearsal: bool
    heard_at: datetime | None = Field(description="Lần cuối nghe được, kể cả lời từ chối.")
    failing_since: datetime | None
    last_error: str
    waiting: int
    oldest_at: datetime | None
    refused: int = Field(description="Việc dừng lại đến khi có người xem.")
    unread: int = Field(description="Dòng không đọc được trong 7 ngày qua.")


class WireList(Out):
    """Every outsider in use."""

    data: list[WireOut]


class TroubleQuery(In):
    """Of which wire."""

    wire: str = Field(min_length=3, max_length=80)


class TroubleOut(Out):
    """One thing that stands still."""

    kind: str = Field(description="`errand`, `order`, `offer` hoặc `reject`.")
    number: str
    about: str
    reason: str
    since: datetime


class TroubleList(Out):
    """What stands still on one wire."""

    data: list[TroubleOut]


def wire_out(wire: Wire) -> dict[str, Any]:
    """Return a wire as it is shown."""
    return {
        "wire": wire.outside.wire, "title": wire.outside.title, "rehearsal": wire.outside.rehearsal,
        "heard_at": wire.heard_at, "failing_since": wire.failing_since, "last_error": wire.last_error,
        "waiting": wire.backlog.waiting, "oldest_at": wire.backlog.oldest_at, "refused": wire.backlog.refused,
        "unread": wire.backlog.unread,
    }  # fmt: skip


def trouble_out(trouble: object) -> dict[str, Any]:
    """Return what stands still as it is shown."""
    return {name: getattr(trouble, name) for name in TroubleOut.model_fields}
