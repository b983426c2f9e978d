"""Orders, answers and feed rows between our words and the government wire. Pure: no call is made here.

Every key of an order is always written, a missing value as null, in the order the post's own client writes them.
Numbers come back as numbers, as `100.0` or as text, whichever gateway stood in between; all are read.

Stands on: ports, codes. Used by: client.
Source: the seventeen keys and the feed row as public clients write and read them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from postgw.domain import privacy
from postgw.domain.address import Party
from postgw.domain.errors import Refused, Unreachable
from postgw.domain.ports import FeedEvent, FeedPage, FeedReject, PostOrder, PostPlace, PostReceipt

from . import codes

#: Where a feed begins.
FIRST_CURSOR = "0" * 24

_OBJECT_ID = re.compile(r"[0-9a-f]{24}")


def order_to_wire(order: PostOrder, customer_code: str) -> dict[str, Any]:
    """Return the seventeen keys of an order."""
    return {
        "CustomerCode": customer_code,
        "OrderNumber": order.order_no,
        "CODAmount": float(order.collect_dong) if order.collect_dong else None,
        "SenderProvince": order.consignor_place.province,
        "SenderDistrict": order.consignor_place.district,
        "SenderAddress": order.consignor.one_line() or None,
        "SenderName": order.consignor.name or None,
        "SenderEmail": order.consignor.email or None,
        "SenderTel": order.consignor.phone or None,
        "SenderDesc": order.contents or None,
        "Description": order.note or None,
        "ReceiverName": order.consignee.name or None,
        "ReceiverAddress": order.consignee.one_line() or None,
        "ReceiverTel": order.consignee.phone or None,
        "ReceiverProvince": order.consignee_place.province,
        "ReceiverDistrict": order.consignee_place.district,
        "ReceiverEmail": order.consignee.email or None,
    }


def order_from_wire(wire: Mapping[str, Any]) -> PostOrder:
    """Return the order that seventeen keys speak of; both parties have their address in one line."""
    return PostOrder(
        order_no=str(wire["OrderNumber"]),
        consignor=_party(wire, "Sender"),
        consignee=_party(wire, "Receiver"),
        consignor_place=_place(wire, "Sender"),
        consignee_place=_place(wire, "Receiver"),
        contents=wire.get("SenderDesc") or "",
        note=wire.get("Description") or "",
        collect_dong=whole(wire.get("CODAmount")) or 0,
    )


def receipt_from_wire(answer: Any, order: PostOrder, outsider: str) -> PostReceipt:
    """Return the post's yes.

    Raises Refused at any status but 100 and 101, Unreachable when there is no status to read.
    """
    status, message = status_from_wire(answer, outsider)
    message = without_persons(message, order)
    if status not in (codes.ACCEPTED, codes.KNOWN_ALREADY):
        raise Refused(
            "{outsider} không nhận phiếu {order_no} (mã {status}): {message}",
            outsider=outsider, order_no=order.order_no, status=status, message=message or "không nêu lý do",
            code="post.order_refused",
        )  # fmt: skip
    return PostReceipt(
        known_already=status == codes.KNOWN_ALREADY, item_no=_text(answer.get("ItemCode")), message=message
    )


def status_from_wire(answer: Any, outsider: str) -> tuple[int, str]:
    """Return `Status` and `Message` of an answer.

    Raises Unreachable when there is no status to read: what the post did is unknown.
    """
    status = whole(answer.get("Status")) if isinstance(answer, Mapping) else None
    if status is None:
        raise Unreachable(
            "{outsider} trả lời thiếu mã Status. Hệ thống sẽ tự hỏi lại cùng số phiếu.",
            outsider=outsider, code="post.no_status",
        )  # fmt: skip
    return status, str(answer.get("Message") or "")


def without_persons(message: str, order: PostOrder) -> str:
    """Return the post's words without what the order said of persons, and without any long number but its own."""
    return privacy.without_persons(message, (order.consignor, order.consignee), own=order.order_no)[:300]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReading:
    """How one account's feed is to be read."""

    words: Mapping[int, str]
    reasons: Mapping[str, str] = field(default_factory=dict)
    event_time_unit: str = "ms"


def page_from_wire(answer: Any, *, cursor: str, limit: int, reading: FeedReading, outsider: str) -> FeedPage:
    """Return a page of the feed, each row read for itself, oldest record first.

    A page without `_embedded` is the end. The cursor is the newest record id seen and never goes back: rows may come
    repeated or out of order, and an unreadable row that names its id is passed like any other.
    Raises Unreachable when the page as a whole is not what a feed page is.
    """
    rows = _rows(answer, outsider)
    events: dict[str, FeedEvent] = {}
    rejects: list[FeedReject] = []
    for row in rows:
        read = _row(row, reading)
        if isinstance(read, FeedEvent):
            events[read.record_id] = read
        else:
            rejects.append(read)
    seen = [*events, *(reject.record_id for reject in rejects)]
    newest = max([cursor, *seen])
    return FeedPage(
        events=tuple(events[record_id] for record_id in sorted(events)),
        cursor=newest,
        more=len(rows) >= limit and newest > cursor,
        rejects=tuple(rejects),
    )


def event_from_wire(row: Mapping[str, Any], reading: FeedReading) -> FeedEvent:
    """Return one feed row in our words. Raises ValueError, saying what is wrong, when it cannot be read."""
    order_no = row.get("OrderNumber")
    if not isinstance(order_no, str) or not order_no.strip():
        raise ValueError("không có OrderNumber")
    code = whole(row.get("StatusCode"))
    return FeedEvent(
        record_id=record_id_of(row),
        order_no=order_no.strip(),
        code=codes.word_of(code, reading.words),
        occurred_at=_moment(row.get("EventTime"), reading.event_time_unit),
        office=_text(row.get("POSID")),
        item_no=_text(row.get("ItemCode")),
        reason=reading.reasons.get(_text(row.get("Notes")), ""),
        note=" – ".join(text for key in ("StatusMessage", "Notes") if (text := _text(row.get(key)))),
        raw_code=_text(row.get("StatusCode")) if code is None else str(code),
        raw={key: row.get(key) for key in _ROW_KEYS_WITHOUT_PERSONS},
    )


def event_to_wire(event: FeedEvent, customer_code: str, code: int) -> dict[str, Any]:
    """Return one happening as a row of the feed, its moment in milliseconds."""
    return {
        "_id": {"$oid": event.record_id},
        "CustomerCode": customer_code,
        "OrderNumber": event.order_no,
        "EventTime": round(event.occurred_at.timestamp() * 1000),
        "POSID": event.office or None,
        "ItemCode": event.item_no or None,
        "StatusCode": code,
        "StatusMessage": event.note or None,
        "Notes": None,
    }


def record_id_of(row: Mapping[str, Any]) -> str:
    """Return the id of a feed row, the cursor's stuff. Raises ValueError when it has none."""
    oid = row.get("_id")
    oid = oid.get("$oid") if isinstance(oid, dict) else oid
    if not isinstance(oid, str) or not _OBJECT_ID.fullmatch(oid.lower()):
        raise ValueError("không có _id.$oid gồm 24 chữ số hệ 16")
    return oid.lower()


def whole(value: Any) -> int | None:
    """Return a whole number written as a number, as `100.0` or as text; None when it is none.

    >>> whole(100), whole("101"), whole(25000.0), whole("110.0"), whole(True), whole("x"), whole(float("nan"))
    (100, 101, 25000, 110, None, None, None)
    """
    if type(value) is int:
        return value
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return int(value) if float(value) == int(float(value)) else None
    except (ValueError, OverflowError):
        return _whole_of_text(value)


_ROW_KEYS_WITHOUT_PERSONS = ("CustomerCode", "OrderNumber", "EventTime", "POSID", "ItemCode", "StatusCode")


def _whole_of_text(value: object) -> int | None:
    found = re.fullmatch(r"\s*(-?\d{1,18})\.0*\s*", str(value))
    return int(found[1]) if found else None


def _party(wire: Mapping[str, Any], side: str) -> Party:
    return Party(
        name=wire.get(f"{side}Name") or "",
        phone=wire.get(f"{side}Tel") or "",
        email=wire.get(f"{side}Email") or "",
        address=wire.get(f"{side}Address") or "",
    )


def _place(wire: Mapping[str, Any], side: str) -> PostPlace:
    return PostPlace(province=whole(wire.get(f"{side}Province")) or 0, district=whole(wire.get(f"{side}District")) or 0)


def _rows(answer: Any, outsider: str) -> list[Any]:
    embedded = answer.get("_embedded") if isinstance(answer, Mapping) else answer
    rows = embedded.get("rh:doc") if isinstance(embedded, Mapping) else embedded
    if isinstance(answer, Mapping) and (rows is None or isinstance(rows, list)):
        return rows or []
    raise Unreachable(
        "{outsider} trả lời không phải trang hành trình. Hệ thống sẽ tự hỏi lại.", outsider=outsider, code="feed.shape"
    )


def _row(row: Any, reading: FeedReading) -> FeedEvent | FeedReject:
    record_id = ""
    try:
        if not isinstance(row, dict):
            raise ValueError("không phải một bản ghi")
        record_id = record_id_of(row)
        return event_from_wire(row, reading)
    except ValueError as wrong:
        return FeedReject(record_id=record_id, reason=str(wrong), raw=json.dumps(row, ensure_ascii=False)[:4000])


def _moment(value: Any, unit: str) -> datetime:
    if isinstance(value, dict):  # a document database may spell a long number out
        value = value.get("$numberLong", value.get("$date"))
    number = whole(value)
    if number is None:
        raise ValueError("EventTime không phải là số")
    try:
        return datetime.fromtimestamp(number / 1000 if unit == "ms" else number, UTC)
    except (OverflowError, OSError, ValueError):
        raise ValueError("EventTime ngoài mọi thời gian") from None


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()
