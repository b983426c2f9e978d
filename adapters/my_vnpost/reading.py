"""What the post says of its parcels, in our words: a history's row, an order's present state, a push.

An event is one status of one item at one moment, and its record id says just that, so that a history read again, or the
same thing told by a push, changes nothing. Of a row only what names no person is kept.

Stands on: ports, mapping, moments, codes. Used by: client (feed), hook (pushes).
Source: histories and pushes as public clients read them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from postgw.domain.ports import FeedEvent, FeedReject

from . import codes
from .mapping import fitting, storable, text, whole
from .moments import VIETNAM, moment
from .settings import MyVnPostSettings

#: The longest number of ours there is; a longer one names no consignment.
_NUMBER_MOST = 40
_OFFICE_MOST, _NOTE_MOST, _RAW_MOST = 20, 300, 4000
#: A history names its hour under either key.
_HOUR_KEYS = ("createdHour", "createHour")


def history_rows(answer: Any) -> list[Any] | None:
    """Return the rows of a history, oldest call first; None when the answer is no history."""
    told = answer.get("data", answer) if isinstance(answer, Mapping) else answer
    blocks = told if isinstance(told, list) else [told]
    rows: list[Any] = []
    for block in blocks:
        found = block.get("statusHistory", block.get("statusHistory ")) if isinstance(block, Mapping) else None
        if not isinstance(found, list):
            return [] if told == [] else None
        rows += found
    return rows


def event_of_history(row: Any, record: Mapping[str, Any], settings: MyVnPostSettings) -> FeedEvent | FeedReject:
    """Return one row of an item's history as an event, or why it cannot be read."""
    try:
        if not isinstance(row, Mapping):
            raise ValueError("không phải một bản ghi")
        hour = next((text(row.get(key)) for key in _HOUR_KEYS if row.get(key)), "")
        at = moment(f"{text(row.get('createdDate'))} {hour}".strip(), settings.moment_formats)
        return _event(record, row.get("statusCode"), at, settings, note=text(row.get("statusName")))
    except ValueError as wrong:
        return rejected(row, f"{text(record.get('itemCode'))}: {wrong}")


def event_of_record(
    record: Mapping[str, Any], settings: MyVnPostSettings, moment_keys: tuple[str, ...] = ("updatedDate",)
) -> FeedEvent | FeedReject:
    """Return the present state that an order's record tells as an event, or why it cannot be read."""
    try:
        said = next((record.get(key) for key in moment_keys if record.get(key)), None)
        at = moment(said, settings.moment_formats)
        return _event(record, record.get("status"), at, settings, note=text(record.get("statusName")))
    except ValueError as wrong:
        return rejected(record, str(wrong))


def event_of_retail(row: Any, settings: MyVnPostSettings) -> FeedEvent | FeedReject:
    """Return what a push of the older retail interface tells as an event, or why it cannot be read."""
    try:
        if not isinstance(row, Mapping):
            raise ValueError("không phải một bản ghi")
        code = whole(row.get("OrderStatusId"))
        at = moment(row.get("LastUpdateTime"), settings.moment_formats)
        item = text(row.get("ItemCode"))
        return FeedEvent(
            record_id=_record_id(item or text(row.get("OrderCode")), row.get("OrderStatusId"), _which(row, code, at)),
            order_no=_number(text(row.get("OrderCode")) or item),
            code=_retail_word(row, code, settings),
            occurred_at=at,
            office=text(row.get("ToPOSCode") or row.get("AcceptancePoscode"))[:_OFFICE_MOST],
            item_no=fitting(item),
            reason=_reason(row, settings),
            note=text(row.get("CauseName"))[:_NOTE_MOST],
            raw_code=text(row.get("OrderStatusId")),
            raw={key: row.get(key) for key in _RETAIL_KEYS_WITHOUT_PERSONS},
        )
    except ValueError as wrong:
        return rejected(row, str(wrong))


def rejected(row: Any, reason: str) -> FeedReject:
    """Return what could not be read, under a digest of itself, so that it is kept once."""
    raw = storable(row if isinstance(row, str) else json.dumps(row, ensure_ascii=False, sort_keys=True))
    return FeedReject(record_id=hashlib.sha256(raw.encode()).hexdigest(), reason=reason, raw=raw[:_RAW_MOST])


_RETAIL_KEYS_WITHOUT_PERSONS = (
    "Id", "ItemCode", "CustomerCode", "OrderCode", "OrderStatusId", "ShippingStatusId", "CauseCode", "DeliveryTimes",
    "IsReturn", "LastUpdateTime",
)  # fmt: skip
_RECORD_KEYS_WITHOUT_PERSONS = ("itemCode", "originalItemCode", "orderHdrID", "originalID", "status")


def _event(record: Mapping[str, Any], status: Any, at: datetime, settings: MyVnPostSettings, *, note: str) -> FeedEvent:
    item, code = text(record.get("itemCode")), whole(status)
    ours = next((said for key in settings.order_no_keys if (said := text(record.get(key)))), "")
    return FeedEvent(
        record_id=_record_id(item or ours, status, _second(at)),
        order_no=_number(ours or item),
        code=codes.word_of(code, settings.words("partner")),
        occurred_at=at,
        item_no=fitting(item),
        note=note[:_NOTE_MOST],
        raw_code=text(status),
        raw={key: record.get(key) for key in _RECORD_KEYS_WITHOUT_PERSONS} | {"statusCode": status},
    )


def _retail_word(row: Mapping[str, Any], code: int | None, settings: MyVnPostSettings) -> str:
    word = codes.word_of(code, settings.words("retail"))
    # On its way back a parcel that is handed over has reached its sender: not plainly delivered, so it is not.
    return codes.UNKNOWN if word == "delivered" and _is_true(row.get("IsReturn")) else word


def _which(row: Mapping[str, Any], code: int | None, at: datetime) -> str:
    """Return what tells one happening from the next of the same status: of attempts their count, else the moment.

    The push comes again whenever anything of the order changes, money too, and its moment with it.
    """
    attempt = whole(row.get("DeliveryTimes"))
    return f"#{attempt}" if code == _ATTEMPT_FAILED and attempt else _second(at)


_ATTEMPT_FAILED = 91


def _reason(row: Mapping[str, Any], settings: MyVnPostSettings) -> str:
    named = (text(row.get(key)) for key in ("CauseCode", "CauseName"))
    return next((settings.reasons[cause] for cause in named if cause in settings.reasons), "")


def _record_id(item: str, status: Any, which: str) -> str:
    return hashlib.sha256("\n".join((item, text(status), which)).encode()).hexdigest()[:40]


def _second(at: datetime) -> str:
    return f"{at.astimezone(VIETNAM):%Y%m%d%H%M%S}"


def _number(number: str) -> str:
    if not number or len(number) > _NUMBER_MOST:
        raise ValueError("không có số đơn của ta, cũng không có số hiệu bưu gửi")
    return number


def _is_true(value: Any) -> bool:
    return value is True or text(value).lower() in {"1", "true", "y"}
