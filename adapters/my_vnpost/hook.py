"""What the post pushes at us, read. Pure: who is let in is settled by `inbound`.

The older retail interface sends one order, written as JSON *inside* a text, with the moment and a signature beside it.
The partner API sends a list of orders in the open; its signature covers the first one alone. When it was sent is not
when it happened: a row that names no moment of its own is kept aside, and the feed tells the same in time.

Stands on: reading, signature, settings. Used by: inbound, the tests.
Source: public receivers of both pushes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from postgw.domain.ports import FeedEvent, FeedReject

from ..foreign_json import read_json
from . import signature
from .mapping import text
from .reading import event_of_record, event_of_retail, rejected
from .settings import MyVnPostSettings

#: What stands before the text that the partner API signs.
_PARTNER_PREFIX = "MYVNP"


@dataclass(frozen=True, slots=True)
class Retail:
    """A push of the older retail interface."""

    data: str
    sent: str
    signed: str


@dataclass(frozen=True, slots=True)
class Partner:
    """A push of the partner API."""

    rows: Sequence[Any]
    sent: str
    signed: str


def envelope(body: bytes) -> Retail | Partner | None:
    """Return the push that a body is; None when it is none of the two."""
    try:
        told = read_json(body)
    except ValueError:
        return None
    if not isinstance(told, Mapping):
        return None
    if isinstance(told.get("Data"), str):
        return Retail(told["Data"], text(told.get("SendDate")), text(told.get("SignData")))
    if isinstance(told.get("data"), list):
        return Partner(told["data"], text(told.get("sendDate")), text(told.get("signature")))
    return None


def is_signed(push: Retail | Partner, settings: MyVnPostSettings) -> bool:
    """Say whether a push bears the signature that the settings name."""
    return signature.is_right(settings.hook_signature, _signed_text(push, settings), settings.hook_key, push.signed)


def said(push: Retail | Partner, settings: MyVnPostSettings) -> tuple[list[FeedEvent], list[FeedReject]]:
    """Return what a push tells; what cannot be read comes as a reject."""
    if isinstance(push, Partner):
        read = [_of_partner(row, settings) for row in push.rows]
    else:
        read = _of_retail(push.data, settings)
    events = {one.record_id: one for one in read if isinstance(one, FeedEvent)}
    return list(events.values()), [one for one in read if isinstance(one, FeedReject)]


def _signed_text(push: Retail | Partner, settings: MyVnPostSettings) -> str:
    if isinstance(push, Partner):
        first = push.rows[0] if push.rows and isinstance(push.rows[0], Mapping) else {}
        return f"{_PARTNER_PREFIX}{push.sent}{text(first.get('itemCode'))}{text(first.get('status'))}"
    parts = {"data": push.data, "date": push.sent}
    return "".join(parts[name] for name in settings.hook_signed.split("+"))


def _of_retail(data: str, settings: MyVnPostSettings) -> list[FeedEvent | FeedReject]:
    try:
        told = read_json(data.encode())
    except ValueError:
        return [rejected(data, "Data không phải JSON")]
    return [event_of_retail(row, settings) for row in (told if isinstance(told, list) else [told])]


def _of_partner(row: Any, settings: MyVnPostSettings) -> FeedEvent | FeedReject:
    if not isinstance(row, Mapping):
        return rejected(row, "không phải một bản ghi")
    return event_of_record(row, settings, settings.hook_moment_keys)
