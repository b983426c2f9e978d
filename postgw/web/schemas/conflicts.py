"""What a postal lead must settle, with its two sides.

Used by: api.conflicts.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from postgw.domain.conflict import KINDS, KeptConflict

from .shapes import Code, Cursor, In, Line, Out

if TYPE_CHECKING:
    from postgw.services.conflicts import Laid

ConflictKind = Literal[
    "delivered_twice", "delivered_after_end", "seen_after_end", "wrong_office", "refused", "revoked_device",
    "not_heard", "unverified", "after_shift", "device_clock",
]  # fmt: skip
ConflictState = Literal["open", "settled"]
CLOSED_LISTS = ((ConflictKind, tuple(KINDS)),)


class ConflictsQuery(Cursor):
    """Which conflicts are asked for."""

    state: ConflictState = Field("open", description="`open`: còn chờ, cũ trước. `settled`: đã xử lý, mới trước.")
    kind: ConflictKind | Literal[""] = ""


class SettleConflictIn(In):
    """A lead's word."""

    way: Code = Field(description="Một trong `ways` của mâu thuẫn.")
    reason: Line = Field(description="Vì sao, ít nhất 3 ký tự.")


class SideOut(Out):
    """What one witness said, or what was to be expected."""

    word: str = Field(description="Mã quét, loại việc, hoặc `route`, `clock`, `shift`, `act`, `revoked`.")
    source: str
    key: str
    actor: str
    office: str
    at: datetime | None
    device_at: datetime | None
    received_at: datetime | None
    state: str
    reason: str
    detail: dict[str, Any]


class WayOut(Out):
    """A way to settle it."""

    way: str
    title: str


class ConflictOut(Out):
    """One conflict."""

    conflict_no: str
    kind: ConflictKind
    title: str
    unit: str
    consignment_no: str
    device_no: str
    found_at: datetime
    state: ConflictState
    settled_as: str = Field(description="Một cách xử lý, hoặc `gone` khi đã tự hết.")
    settled_at: datetime | None
    settled_by: str
    reason: str
    sides: list[SideOut]


class OneConflictOut(ConflictOut):
    """One conflict with the ways that are open."""

    ways: list[WayOut]
    barred: Literal["", "signed"] = Field(
        description="`signed`: một cách bị thiếu vì hai bên đã ký biên bản; cần biên bản đính chính."
    )


class ConflictPage(Out):
    """Conflicts, page by page."""

    data: list[ConflictOut]
    next_cursor: str | None


def conflict_out(conflict: KeptConflict) -> dict[str, Any]:
    """Return a conflict as the API shows it."""
    found = conflict.found
    return {
        "conflict_no": conflict.conflict_no, "kind": found.kind, "title": KINDS[found.kind], "unit": found.unit,
        "consignment_no": found.consignment_no, "device_no": found.device_no, "found_at": conflict.found_at,
        "state": conflict.state, "settled_as": conflict.settled_as, "settled_at": conflict.settled_at,
        "settled_by": conflict.settled_by, "reason": conflict.reason,
        "sides": [_side_out(asdict(side)) for side in found.sides],
    }  # fmt: skip


def _side_out(side: dict[str, Any]) -> dict[str, Any]:
    return {name: side[name] for name in SideOut.model_fields}


def laid_out(laid: Laid) -> dict[str, Any]:
    """Return a conflict with its ways."""
    ways = [{"way": way, "title": title} for way, title in laid.ways.items()]
    return {**conflict_out(laid.conflict), "ways": ways, "barred": laid.barred}
