"""Notices: the change feed, the subscriptions, and what is still on its way.

The body of a webhook and an event of the feed say the same: thin data, nothing that names a person.

Used by: api.notices. Source: CloudEvents 1.0.2; Standard Webhooks 1.0.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints

from postgw.domain.cloud_event import cloud_event

from .shapes import Code, In, Leg, Out, State

if TYPE_CHECKING:
    from postgw.services.notices import Event

Kind = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[a-z_]+(\.[a-z_*]+)*$|^\*$")]
#: An address with a plain host name; what the name leads to is looked at when a notice is sent.
_URL = r"^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[!-~]*)?$"
ErrandState = Literal["waiting", "parked", "sent"]


class EventQuery(In):
    """Where in the feed to go on."""

    model_config = ConfigDict(strict=False, extra="forbid", frozen=True, defer_build=True)

    after: int = Field(0, ge=0, le=2**62, description="Số sự kiện cuối cùng đã có; 0 là từ đầu.")
    limit: int = Field(100, ge=1, le=200)
    wait: int = Field(0, ge=0, le=30, description="Chưa có gì mới thì chờ chừng này giây.")


class NoticeData(Out):
    """What the notice is about."""

    model_config = ConfigDict(extra="allow", defer_build=True)

    desk: str
    consignment_no: str
    dossier_no: str
    item_no: str
    leg: Leg | Literal[""]
    state: State | Literal[""]
    office: str


class NoticeOut(Out):
    """A word owed, as a CloudEvent: the same in the feed and in a webhook."""

    specversion: Literal["1.0"]
    id: str = Field(description="Bằng `webhook-id`; lần gửi lại giữ nguyên, người nhận bỏ cái đã có.")
    source: str | None = None
    type: str = Field(examples=["vn.postgw.consignment.delivered.v1"])
    subject: str
    time: datetime
    sequence: str = Field("", description="Chỗ của sự kiện trong dòng sự kiện, xếp được theo chữ.")
    datacontenttype: Literal["application/json"]
    data: NoticeData


class EventOut(Out):
    """An event of the feed."""

    event_no: int
    notice: NoticeOut


class EventList(Out):
    """Events in order."""

    data: list[EventOut]
    next_after: int = Field(description="Gửi lại làm `after` ở lần hỏi sau.")


class HookIn(In):
    """Where notices are to be sent."""

    url: str = Field(min_length=8, max_length=500, pattern=_URL)
    kinds: tuple[Kind, ...] = Field((), max_length=50, description="Để trống là mọi loại.")
    desk: Code = ""


class HookOut(Out):
    """A subscription."""

    hook_no: str
    url: str
    kinds: list[str]
    desk: str
    state: str


class HookMade(HookOut):
    """A subscription just made."""

    secret: str = Field(description="Chỉ hiện một lần. Dùng để kiểm chữ ký webhook.")


class HookList(Out):
    """The subscriptions."""

    data: list[HookOut]


class OutboxQuery(In):
    """Which errands are listed."""

    model_config = ConfigDict(strict=False, extra="forbid", frozen=True, defer_build=True)

    state: ErrandState = "parked"
    limit: int = Field(100, ge=1, le=200)


class ErrandOut(Out):
    """Something that must be told to an outsider."""

    errand_no: int
    channel: str
    subject: str
    state: str
    attempts: int
    due_at: datetime | None
    last_error: str
    created_at: datetime
    request_id: str = Field(
        description="Yêu cầu, hoặc lượt việc định kỳ, đã gây ra việc báo này; trống: bản trước không ghi."
    )


class ErrandList(Out):
    """What is on its way, parked or sent."""

    data: list[ErrandOut]


def event_out(event: Event) -> dict[str, Any]:
    """Return an event as the feed shows it."""
    return {"event_no": event.event_no, "notice": cloud_event(event.notice)}


def hook_out(hook: object) -> dict[str, Any]:
    """Return a subscription without its secret."""
    return {name: getattr(hook, name) for name in HookOut.model_fields}


def errand_out(errand: object) -> dict[str, Any]:
    """Return an errand as it is shown."""
    return {name: getattr(errand, name) for name in ErrandOut.model_fields}
