"""What all shapes of the API have in common: strictness on the way in, plainness on the way out.

Names end in `_at` for moments (RFC 3339 with offset), in `_on` for dates, in `_dong` for money (whole đồng).

Used by: schemas.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from postgw.domain import proof, states

Code = Annotated[str, StringConstraints(max_length=60)]
Line = Annotated[str, StringConstraints(max_length=300)]
Note = Annotated[str, StringConstraints(max_length=1000)]
Number = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Leg = Literal["send", "return", "transfer", "withdrawal"]
ServiceForm = Literal["send", "return", "both"]
State = Literal[
    "registered", "booked", "collected", "in_transit", "at_office", "out_for_delivery", "attempted", "held",
    "delivered", "delivered_by_post_statement",
    "returning", "returned", "unclaimed", "archived", "lost", "cancelled", "recalled",
]  # fmt: skip
Stage = Literal["registered", "with_post", "delivering", "finished"]
IdKind = Literal["citizen_id", "passport", "electronic_id", "other"]
_DAY, _TIME = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII), re.compile(r"\d\d:\d\d(:\d\d)?", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1970, 2200
_FIRST_BORN = 1850  #: nobody who asks was born before

#: The closed lists above stand in the domain too; a test keeps them equal.
CLOSED_LISTS = ((Leg, states.LEGS), (State, states.STATES), (Stage, states.STAGES), (IdKind, tuple(proof.ID_KINDS)))


def _looks_like_a_moment(value: Any) -> Any:
    if not isinstance(value, str) or value[10:11] not in {"T", "t"}:
        raise PydanticCustomError("datetime_type", "not a moment")
    return value


def _looks_like_a_day(value: Any) -> Any:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise PydanticCustomError("date_type", "not a day")
    return value


def _looks_like_a_time(value: Any) -> Any:
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise PydanticCustomError("time_type", "not a time")
    return value


def _in_utc(moment: datetime) -> datetime:
    if not _FIRST_YEAR < moment.year < _LAST_YEAR:
        raise PydanticCustomError("moment_range", "not a moment of ours")
    return moment.astimezone(UTC)


#: A moment with its offset, read into UTC. Not strict, because what a validator has looked at no longer counts as JSON.
Moment = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_looks_like_a_moment), AfterValidator(_in_utc)]


def _of_our_years(day: date) -> date:
    if not _FIRST_BORN < day.year < _LAST_YEAR:
        raise PydanticCustomError("date_range", "not a day of ours")
    return day


#: A day of the calendar, and a time of the day in Vietnam.
Day = Annotated[date, Field(strict=False), BeforeValidator(_looks_like_a_day), AfterValidator(_of_our_years)]
TimeOfDay = Annotated[
    time, Field(strict=False), BeforeValidator(_looks_like_a_time),
    # JSON Schema's own `time` wants an offset; ours has none.
    WithJsonSchema({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"}, mode="validation"),
]  # fmt: skip
#: What base64 looks like, for a description; whether it is any is seen when it is read.
BASE64 = {
    "contentEncoding": "base64", "pattern": "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
}  # fmt: skip


class In(BaseModel):
    """What a caller sends: exact types, no unknown names."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)


class Out(BaseModel):
    """What is shown; made only to be described and tested against, never on the way out."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class Cursor(BaseModel):
    """The query of every list."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    cursor: str = Field(
        "",
        max_length=18,
        pattern=r"^[A-Za-z0-9_=-]*$",
        description="`next_cursor` của trang trước; để trống là trang đầu.",
    )
    limit: int = Field(50, ge=1, le=200)


class FaultOut(Out):
    """One wrong value."""

    pointer: str = Field(description="JSON pointer (RFC 6901) tới giá trị sai; trong địa chỉ thì là tên tham số.")
    code: str
    detail: str


class ProblemOut(Out):
    """A problem document (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str = Field(description="Mã của yêu cầu này; gửi kèm khi hỏi hỗ trợ.")
    code: str = Field(description="Tên ổn định của lỗi, cho máy đọc.")
    error_source: str = Field(description="`gateway`, hoặc tên bên ngoài đã từ chối hay im lặng.")
    retryable: bool
    errors: list[FaultOut]
    link: str | None = Field(None, description="Đường dẫn tới cái đang cản.")
