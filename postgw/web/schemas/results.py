"""Results that are ready, the comings of the post that they need, and the windows of a desk.

Used by: api.results.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any, Literal

from pydantic import Field

from postgw.domain.pickup_window import PickupWindow, WindowSet
from postgw.domain.result import PickupTask, Result

from .dossiers import PaperIn, PaperOut
from .shapes import Code, Cursor, Day, In, Moment, Out, TimeOfDay


class ResultIn(In):
    """A result that is ready: all papers that the citizen is to get."""

    papers: tuple[PaperIn, ...] = Field(min_length=1, max_length=200)
    ready_at: Moment | None = Field(None, description="Để trống là bây giờ.")


class WindowIn(In):
    """A coming every week."""

    weekday: int = Field(ge=1, le=7, description="1 là thứ Hai, 7 là Chủ nhật.")
    from_time: TimeOfDay
    to_time: TimeOfDay


class WindowsIn(In):
    """All windows of a desk from a day on."""

    desk: Code
    office: Code
    valid_from: Day
    windows: tuple[WindowIn, ...] = Field(max_length=50, description="Để rỗng: từ ngày ấy không có khung giờ nào.")
    reason: str = Field(min_length=1, max_length=300)

    def windows_of(self) -> tuple[PickupWindow, ...]:
        """Return the windows in the words of the house."""
        return tuple(PickupWindow(**window.__dict__) for window in self.windows)


class ResultQuery(Cursor):
    """Which results are listed: waiting for the post, without a pickup, fetched, or for the citizen to fetch."""

    state: Literal["waiting", "to_book", "fetched", "counter"] = "waiting"
    desk: Code = ""


class TaskQuery(Cursor):
    """Which comings of the post are listed."""

    state: Literal["", "to_book"] = ""
    desk: Code = ""


class WindowQuery(Cursor):
    """Whose windows are listed."""

    desk: Code = ""


class ResultOut(Out):
    """A result that is ready, and how it leaves."""

    key: str
    dossier_no: str
    desk: str
    ready_at: datetime
    way: Literal["post", "counter"]
    papers: list[PaperOut]
    consignment_no: str
    state: str = Field(description="Trạng thái của bưu gửi; rỗng khi người dân tự đến nhận.")
    pickup_no: str = Field(description="Lịch thu gom sẽ lấy; rỗng là còn phải hẹn.")
    entered_by: str
    age_days: int = Field(description="Số ngày làm việc kể từ khi có kết quả.")


class ResultPage(Out):
    """A page of results."""

    data: list[ResultOut]
    next_cursor: str


class TaskOut(Out):
    """A coming of the post that somebody needs."""

    key: str
    kind: Literal["result", "same_day"]
    desk: str
    pickup_no: str
    asked_at: datetime


class TaskPage(Out):
    """A page of comings that are needed."""

    data: list[TaskOut]
    next_cursor: str


class WindowOut(Out):
    """A coming every week."""

    weekday: int
    from_time: time
    to_time: time


class WindowsOut(Out):
    """All windows of a desk from a day on, who says so and why."""

    desk: str
    office: str
    valid_from: date
    windows: list[WindowOut]
    reason: str
    author: str
    entered_at: datetime


class WindowsList(Out):
    """All that was ever said of windows, newest first."""

    data: list[WindowsOut]


def result_out(result: Result) -> dict[str, Any]:
    """Return a result as it is shown."""
    return {**asdict(result), "way": result.way}


def task_out(task: PickupTask) -> dict[str, Any]:
    """Return a coming that is needed, as it is shown."""
    return asdict(task)


def windows_out(made: WindowSet) -> dict[str, Any]:
    """Return the windows of a desk as they are shown."""
    return asdict(made)
