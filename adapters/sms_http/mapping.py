"""A message as a gateway is asked for it, and a gateway's answer in our words.

Pure: neither sockets nor clocks.

Stands on: template, settings, domain.sms_length. Used by: client, inbound.
Source: RFC 6901 (JSON Pointer).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from postgw.domain.folding import unaccented
from postgw.domain.ports import Message
from postgw.domain.sms_length import SmsLength, sms_length

from ..foreign_json import read_json
from . import template
from .settings import SmsSettings

#: A longer answer is no answer of a gateway; expressions are not run over it.
_ANSWER_MOST = 64 * 1024
_NOTHING = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One call, ready to go."""

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)


def text_of(message: Message, settings: SmsSettings) -> str:
    """Return the text as it goes out."""
    return unaccented(message.text) if settings.unaccented else message.text


def phone_to_wire(phone: str, form: str) -> str:
    """Return a Vietnamese telephone number as the contract wants it.

    >>> [phone_to_wire("0912000003", form) for form in ("0", "84", "+84")]
    ['0912000003', '84912000003', '+84912000003']
    """
    national = phone_from_wire(phone)
    return national if form == "0" else form + national[1:]


def phone_from_wire(text: str) -> str:
    """Return the national form of a Vietnamese number, however it is written; what is none stays as it is.

    >>> phone_from_wire("84912000003"), phone_from_wire("+84912000003"), phone_from_wire("+14155550100")
    ('0912000003', '0912000003', '+14155550100')
    """
    for head in ("+84", "84"):
        if text.startswith(head) and len(text) >= len(head) + 9:
            return "0" + text[len(head) :]
    return text


def is_mobile(phone: str, settings: SmsSettings) -> bool:
    """Say whether a short message can reach a number at all."""
    national = phone_from_wire(phone)
    return national.startswith(settings.mobile_prefixes) and national[1:].isdecimal() and national.isascii()


def request_of(message: Message, settings: SmsSettings) -> Request:
    """Return the call that sends a message."""
    values = _values(message, settings)
    headers = {name: template.filled(text, values) for name, text in settings.headers.items()}
    kinds = {"json": "application/json", "form": "application/x-www-form-urlencoded", "xml": "text/xml; charset=utf-8"}
    if settings.format in kinds and "content-type" not in {name.lower() for name in headers}:
        headers["Content-Type"] = kinds[settings.format]
    return Request(url=template.address(settings.url, values), headers=headers, body=_body(settings, values))


def _body(settings: SmsSettings, values: Mapping[str, str]) -> bytes | None:
    if settings.format == "json":
        return template.json_body(settings.body, values)
    if settings.format == "form":
        return template.form_body(settings.body, values)
    return template.xml_body(settings.xml, values) if settings.format == "xml" else None


def _values(message: Message, settings: SmsSettings) -> dict[str, str]:
    text = text_of(message, settings)
    length: SmsLength = sms_length(text)
    basic = base64.b64encode(f"{settings.key}:{settings.secret}".encode()).decode()
    return {
        "to": phone_to_wire(message.to, settings.phone_form), "text": text, "id": message.message_id,
        "sender": settings.sender, "key": settings.key, "secret": settings.secret, "basic": basic,
        "coding": length.coding, "parts": str(length.parts),
    }  # fmt: skip


def read_place(place: str, body: bytes) -> str:
    """Return the word that stands at a place of an answer; empty when there is none."""
    text = body[:_ANSWER_MOST].decode("utf-8", "replace")
    if not place.startswith("/"):
        found = re.search(place, text) if place else None
        return (found[1] or "").strip() if found else ""
    try:
        return word_at(place, read_json(text.encode()))
    except ValueError:
        return ""


def word_at(pointer: str, value: Any) -> str:
    """Return the text, number or truth at a JSON pointer as a word; empty when there is none, or it is a structure.

    >>> word_at("/data/0/id", {"data": [{"id": 17}]}), word_at("/ok", {"ok": True}), word_at("/x", {})
    ('17', 'true', '')
    """
    found = at_pointer(pointer, value)
    if isinstance(found, bool):
        return "true" if found else "false"
    return str(found).strip() if isinstance(found, str | int | float) else ""


def at_pointer(pointer: str, value: Any) -> Any:
    """Return what stands at a JSON pointer; a mark of nothing when there is none."""
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, Mapping) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isascii() and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            return _NOTHING
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a gateway says became of one message: arrived, or not; or that it is still on its way."""

    receipt_no: str
    word: str
    arrived: bool | None


def receipts_from_wire(wire: Any, settings: SmsSettings) -> Iterator[Heard]:
    """Yield what a call says of messages. Raises ValueError when it names none at all."""
    reading = settings.receipts
    rows = at_pointer(reading.rows, wire) if reading.rows else [wire]
    if not isinstance(rows, list):
        raise ValueError("no rows")
    seen = False
    for row in rows:
        receipt_no, word = word_at(reading.receipt, row), word_at(reading.state, row)
        if receipt_no and word:
            seen = True
            arrived = True if word in reading.arrived else False if word in reading.failed else None
            yield Heard(receipt_no=receipt_no[:120], word=word, arrived=arrived)
    if not seen:
        raise ValueError("no receipt")
