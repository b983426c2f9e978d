"""A message as Zalo is asked for it, Zalo's answer in our words, and what its webhook says.

Source: public clients of this interface, read alike in several (see the folder's docstring). `tracking_id` is ours and
comes back in the receipt; how long it may be is UNVERIFIED, so a long one is replaced by its digest.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from postgw.domain.errors import Refused, Unreachable
from postgw.domain.ports import Message

from .codes import word_of
from .settings import Template

TRACKING_MOST = 48
RECEIVED = "user_received_message"
_VIETNAMESE = re.compile(r"(?:\+?84|0)([1-9][0-9]{8,9})")


def phone_to_wire(phone: str) -> str:
    """Return a Vietnamese number as Zalo wants it; empty when it is none.

    >>> phone_to_wire("0912000003"), phone_to_wire("+84912000003"), phone_to_wire("+14155550100")
    ('84912000003', '84912000003', '')
    """
    found = _VIETNAMESE.fullmatch(phone)
    return f"84{found[1]}" if found else ""


def tracking_id_of(message_id: str) -> str:
    """Return our number of a message as Zalo keeps it.

    >>> tracking_id_of("4K7M29TB6HC.delivered"), len(tracking_id_of("x" * 80))
    ('4K7M29TB6HC.delivered', 48)
    """
    if len(message_id) <= TRACKING_MOST:
        return message_id
    return hashlib.sha256(message_id.encode()).hexdigest()[:TRACKING_MOST]


def message_to_wire(message: Message, template: Template, *, development: bool = False) -> dict[str, Any]:
    """Return the body that sends a message."""
    names = template.params or {name: name for name in message.values}
    wire: dict[str, Any] = {
        "phone": phone_to_wire(message.to),
        "template_id": template.template_id,
        "template_data": {theirs: message.values.get(ours, "") for theirs, ours in names.items()},
        "tracking_id": tracking_id_of(message.message_id),
    }
    return {"mode": "development", **wire} if development else wire


def values_from_wire(wire: Mapping[str, Any], template: Template) -> dict[str, str]:
    """Return our values out of a body."""
    names = template.params or {name: name for name in wire["template_data"]}
    return {ours: wire["template_data"][theirs] for theirs, ours in names.items()}


def answer_from_wire(wire: Any, words: Mapping[int, str], outsider: str) -> tuple[str, int, str]:
    """Return our word for an answer, Zalo's code, and under which number it will speak of the message.

    Raises Unreachable when there is no code to read: what was done is unknown.
    """
    code = whole(wire.get("error")) if isinstance(wire, Mapping) else None
    if code is None:
        raise Unreachable(
            "{outsider} trả lời thiếu mã error. Hệ thống sẽ tự hỏi lại cùng mã tin.",
            outsider=outsider, code="zalo.unreadable",
        )  # fmt: skip
    data = wire.get("data")
    receipt_no = str(data.get("msg_id") or "") if isinstance(data, Mapping) else ""
    return word_of(code, words), code, receipt_no[:120]


def verdict_of(word: str, code: int, outsider: str) -> Refused | Unreachable:
    """Return the verdict on an answer that is no yes. Zalo's own sentence stays out of it."""
    if word == "later":
        return Unreachable(
            "{outsider} tạm thời không nhận tin (mã {status}). Hệ thống sẽ tự thử lại.",
            outsider=outsider, status=code, code="zalo.later",
        )  # fmt: skip
    if word == "not_there":
        return Refused(
            "Không nhắn được tới số điện thoại này qua {outsider} (mã {status}).",
            outsider=outsider, status=code, code="messages.not_there",
        )  # fmt: skip
    if word == "token":
        return Refused(
            "{outsider} không nhận mã truy cập mới cấp (mã {status}). Kiểm tra ứng dụng và quyền của Official Account.",
            outsider=outsider, status=code, code="zalo.credentials",
        )  # fmt: skip
    return Refused(
        "{outsider} không nhận tin (mã {status}). Kiểm tra mẫu tin và ứng dụng.",
        outsider=outsider, status=code, code="zalo.refused",
    )  # fmt: skip


def received_from_wire(event: Any) -> str:
    """Return the number of the message that an event says was received; empty when it says something else."""
    if not isinstance(event, Mapping) or event.get("event_name") != RECEIVED:
        return ""
    message = event.get("message")
    number = message.get("msg_id") if isinstance(message, Mapping) else None
    return number[:120] if isinstance(number, str) else ""


def sign_of(app_id: str, body: bytes, timestamp: str, secret: str) -> str:
    """Return the sign that an event bears: SHA-256 over app id, body, its timestamp and the account's secret.

    Source: Zalo's webhook documents as several public receivers read them; the secret is the Official Account's, not
    the application's.
    """
    return hashlib.sha256(app_id.encode() + body + timestamp.encode() + secret.encode()).hexdigest()


def whole(value: Any) -> int | None:
    """Return a whole number, or one written as text; None when it is none.

    >>> whole(-118), whole("-124"), whole(True), whole("x")
    (-118, -124, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    found = re.fullmatch(r"\s*-?[0-9]{1,12}\s*", str(value))
    return int(found[0]) if found else None
