"""One act as a device wrote it down: what was done, when by its own clock, under a counter that only rises.

The text is kept as it was signed; whoever changes a letter of it breaks the signature. The counter tells whether one is
missing between two, the id makes the act one act however often it is told.

Stands on: errors. Used by: services.device_queue, web.pages.station.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2s
from typing import Any

from .errors import Invalid

#: What a device may tell, each the act of one service.
KINDS = (
    "scan", "undo", "bind", "deliver", "attempt", "invite", "paper_check", "fee", "pack", "sign_note", "tick", "bag",
    "stock_take", "stop", "shift_end",
)  # fmt: skip
_COUNTER_MOST = 2**53
_HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")
_ID = re.compile(r"[A-Za-z0-9-]{8,36}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceAct:
    """An act as it was signed."""

    device_no: str
    counter: int
    act_id: str
    shift_no: str
    kind: str
    device_at: datetime
    route_no: str = ""
    body: Mapping[str, Any] = field(repr=False)
    payload: str = field(repr=False)  #: the very text that was signed

    @property
    def digest(self) -> str:
        """Return what tells this text from any other."""
        return digest_of(self.payload)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActAnswer:
    """How an act was answered. `sentence` is a Vietnamese template for `values`."""

    counter: int
    act_id: str = ""
    verdict: str
    code: str = ""
    sentence: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    consignment_no: str = ""
    state: str = ""
    flags: tuple[str, ...] = ()


def digest_of(payload: str) -> str:
    """Return what tells a signed text from any other."""
    return blake2s(payload.encode(), digest_size=16).hexdigest()


def read_act(payload: str) -> DeviceAct:
    """Return the act that a signed text tells. Raises Invalid when it tells none.

    >>> read_act('{"device": "TB-0001", "counter": 7, "act_id": "a1b2c3d4", "shift": "CA-1", "kind": "scan",'
    ...          ' "at": "2026-11-23T08:15:12+07:00", "body": {"number": "4K7M29TB6HC"}}').counter
    7
    >>> read_act("{}")
    Traceback (most recent call last):
    postgw.domain.errors.Invalid: Việc này không đọc được: thiếu hoặc sai mục device.
    """
    told = _told(payload)
    if not isinstance(told, dict) or "\0" in payload or "\\u0000" in payload:
        raise _unreadable("payload")
    return DeviceAct(
        device_no=_text(told, "device"), counter=_counter(told), act_id=_act_id(told), shift_no=_text(told, "shift"),
        kind=_kind(told), device_at=_moment(told), route_no=_route(told), body=_body(told), payload=payload,
    )  # fmt: skip


def _told(payload: str) -> Any:
    """Return what a JSON text tells; half a character, as a cut-off emoji leaves one, becomes the sign for such."""
    try:
        told = json.loads(payload)
        if _HALF_CHARACTER.search(payload):
            told = json.loads(
                json.dumps(told, ensure_ascii=False).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            )
    except (ValueError, RecursionError):
        return None
    return told


def _text(told: Mapping[str, Any], name: str) -> str:
    text = told.get(name)
    if not isinstance(text, str) or not 1 <= len(text) <= 40:
        raise _unreadable(name)
    return text


def _route(told: Mapping[str, Any]) -> str:
    return _text(told, "route") if told.get("route") else ""


def _counter(told: Mapping[str, Any]) -> int:
    counter = told.get("counter")
    if not isinstance(counter, int) or isinstance(counter, bool) or not 1 <= counter < _COUNTER_MOST:
        raise _unreadable("counter")
    return counter


def _act_id(told: Mapping[str, Any]) -> str:
    text = _text(told, "act_id")
    if not _ID.fullmatch(text):
        raise _unreadable("act_id")
    return text


def _kind(told: Mapping[str, Any]) -> str:
    kind = _text(told, "kind")
    if kind not in KINDS:
        raise _unreadable("kind")
    return kind


def _moment(told: Mapping[str, Any]) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(told, "at"))
    except ValueError:
        raise _unreadable("at") from None
    if moment.utcoffset() is None:
        raise _unreadable("at")
    return moment


def _body(told: Mapping[str, Any]) -> Mapping[str, Any]:
    body = told.get("body", {})
    if not isinstance(body, dict):
        raise _unreadable("body")
    return body


def _unreadable(name: str) -> Invalid:
    return Invalid("Việc này không đọc được: thiếu hoặc sai mục {name}.", name=name, code="act.unreadable", field=name)
