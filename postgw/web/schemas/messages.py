"""Messages to citizens: what one would be, and what became of those that went out. Neither address nor, sent, text.

Used by: api.messages.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from .shapes import In, Number, Out

if TYPE_CHECKING:
    from postgw.services.messaging import Preview

Coding = Literal["gsm7", "ucs2", "utf8"]


class PreviewQuery(In):
    """Which message is meant."""

    kind: str = Field(
        min_length=1, max_length=60, pattern=r"^[a-z_]+(\.[a-z_]+)*$", description="Như trong dòng sự kiện."
    )
    consignment: Number


class PreviewOut(Out):
    """What a message would be on one channel."""

    channel: str
    language: Literal["vi", "en"]
    text: str = Field(description="Đúng như kênh sẽ gửi; đường dẫn trong đó chỉ để đếm, không mở được gì.")
    coding: Coding
    characters: int
    parts: int = Field(description="Số phần tin; 0 là kênh này không gửi tin ấy.")
    cost_dong: int


class PreviewList(Out):
    """What a message would be on each channel, in the order in which they are tried."""

    data: list[PreviewOut]


class MessageOut(Out):
    """What became of one message on one channel."""

    channel: str
    state: Literal["sent", "arrived", "failed", "unsent"] = Field(
        description="unsent: không gửi, vì người dân không muốn nhận, vì tin không còn đúng, hoặc đã nhắn rồi."
    )
    reason: str
    coding: Coding | Literal[""]
    parts: int
    cost_dong: int
    sent_at: datetime
    told_at: datetime | None = Field(description="Lúc kênh báo lại; null là chưa báo hoặc kênh không bao giờ báo.")


class MessageList(Out):
    """What became of the messages about a consignment, oldest first."""

    data: list[MessageOut]


def preview_out(preview: Preview) -> list[dict[str, Any]]:
    """Return what a message would be on each channel."""
    return [
        {
            "channel": channel, "language": preview.said.language, "text": price.text or preview.said.text,
            "coding": price.coding, "characters": price.characters, "parts": price.parts, "cost_dong": price.dong,
        }
        for channel, price in preview.prices.items()
    ]  # fmt: skip


def message_out(message: object) -> dict[str, Any]:
    """Return what became of one message."""
    shown = ("channel", "state", "reason", "coding", "parts", "sent_at", "told_at")
    return {**{name: getattr(message, name) for name in shown}, "cost_dong": getattr(message, "dong", 0)}
