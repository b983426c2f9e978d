"""Between our words and the carrier's. Pure: no call is made here.

Each text of an order may be 150 **bytes** long, which Vietnamese letters with two accents fill three at a time. What is
longer is refused with its name and both lengths and never cut: half an address brings an envelope nowhere.

Stands on: ports, codes. Used by: client, inbound.
Source: the carrier's integration document; the limit of 150 bytes stands in it for addresses and descriptions, and is
kept here for every text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from postgw.domain import privacy
from postgw.domain.address import Party
from postgw.domain.errors import Invalid, Refused, Unreachable
from postgw.domain.folding import fold
from postgw.domain.legal_day import VIETNAM
from postgw.domain.ports import FeedEvent, PostOrder, PostPlace, PostReceipt

from .codes import Vocabulary
from .settings import ViettelSettings

TEXT_MOST = 150
NUMBER_MOST = 40  #: longest number this house keeps
CALL_OFF = 4  #: TYPE of UpdateOrder

#: What each text is to a person, and where it stands in an order of ours.
TEXTS = {
    "ORDER_NUMBER": ("số phiếu", "/order_no"),
    "SENDER_FULLNAME": ("tên người gửi", "/consignor/name"),
    "SENDER_PHONE": ("điện thoại người gửi", "/consignor/phone"),
    "SENDER_ADDRESS": ("địa chỉ người gửi", "/consignor/address"),
    "RECEIVER_FULLNAME": ("tên người nhận", "/consignee/name"),
    "RECEIVER_PHONE": ("điện thoại người nhận", "/consignee/phone"),
    "RECEIVER_ADDRESS": ("địa chỉ người nhận", "/consignee/address"),
    "PRODUCT_NAME": ("nội dung bưu gửi", "/contents"),
    "ORDER_NOTE": ("ghi chú", "/note"),
}

#: Who pays for what at the door: (money is collected, the recipient pays the postage) → ORDER_PAYMENT.
_PAYMENT = {(False, False): 1, (True, True): 2, (True, False): 3, (False, True): 4}

#: Telephone and identity numbers: seven and more digits, also when grouped.
_KEPT_OF_ROW = (
    "ORDER_NUMBER", "ORDER_REFERENCE", "ORDER_STATUSDATE", "ORDER_STATUS", "STATUS_NAME", "REASON_CODE", "IS_RETURNING",
    "MONEY_COLLECTION", "MONEY_TOTAL", "EXPECTED_DELIVERY_DATE", "PRODUCT_WEIGHT", "ORDER_SERVICE", "ORDER_PAYMENT",
)  # fmt: skip


def order_to_wire(order: PostOrder, settings: ViettelSettings) -> dict[str, Any]:
    """Return the keys of an order. Raises Invalid at a text that the carrier would not take whole."""
    wire = {
        "ORDER_NUMBER": order.order_no,
        "SENDER_FULLNAME": order.consignor.name,
        "SENDER_PHONE": order.consignor.phone,
        "SENDER_ADDRESS": order.consignor.one_line(),
        "RECEIVER_FULLNAME": order.consignee.name,
        "RECEIVER_PHONE": order.consignee.phone,
        "RECEIVER_ADDRESS": order.consignee.one_line(),
        "PRODUCT_NAME": settings.product_name or order.contents,
        "PRODUCT_QUANTITY": 1,
        "PRODUCT_PRICE": 0,
        "PRODUCT_WEIGHT": settings.weight_grams,
        "PRODUCT_TYPE": settings.product_type,
        "ORDER_PAYMENT": _PAYMENT[order.collect_dong > 0, settings.receiver_pays_postage],
        "ORDER_SERVICE": settings.service,
        "ORDER_SERVICE_ADD": settings.service_add,
        "ORDER_NOTE": order.note,
        "MONEY_COLLECTION": order.collect_dong,
        "CHECK_UNIQUE": True,
    }
    for name in TEXTS:
        _must_fit(name, str(wire[name]))
    return wire


def order_from_wire(wire: Mapping[str, Any]) -> PostOrder:
    """Return the order that the keys speak of; both parties have their address in one line."""
    return PostOrder(
        order_no=str(wire["ORDER_NUMBER"]), consignor=_party(wire, "SENDER"), consignee=_party(wire, "RECEIVER"),
        consignor_place=PostPlace(), consignee_place=PostPlace(), contents=str(wire.get("PRODUCT_NAME") or ""),
        note=str(wire.get("ORDER_NOTE") or ""), collect_dong=int(wire.get("MONEY_COLLECTION") or 0),
    )  # fmt: skip


def call_off_to_wire(number: str) -> dict[str, Any]:
    """Return the keys of a cancellation; `number` is the carrier's own where it gave one."""
    return {"TYPE": CALL_OFF, "ORDER_NUMBER": number, "NOTE": ""}


def _must_fit(name: str, text: str) -> None:
    length = len(text.encode("utf-8", "replace"))
    if length > TEXT_MOST:
        what, field = TEXTS[name]
        raise Invalid(
            "Viettel Post nhận {what} ({name}) dài nhất {most} byte, ở đây là {length} byte (chữ có dấu chiếm 2 đến 3"
            " byte). Viết gọn lại rồi gửi lại.",
            what=what, name=name, most=TEXT_MOST, length=length, code="post.too_long", field=field,
        )  # fmt: skip


class Answered:
    """The envelope of an answer: `{status, error, message, data}`, read."""

    __slots__ = ("data", "is_error", "message", "status")

    def __init__(self, body: Any, outsider: str) -> None:
        error = body.get("error") if isinstance(body, Mapping) else None
        if not isinstance(error, bool):
            raise Unreachable(
                "{outsider} trả lời thiếu trường error. Hệ thống sẽ tự hỏi lại cùng số phiếu.",
                outsider=outsider, code="post.no_status",
            )  # fmt: skip
        self.is_error = error
        self.status = whole(body.get("status"))
        self.message = clean(body.get("message"))
        self.data = body.get("data")

    def means(self, marks: tuple[str, ...]) -> bool:
        """Say whether it is a no that one of the marks names: by its status, or by words of its message."""
        said = fold(self.message)
        return self.is_error and any(mark == str(self.status) or _stands_in(fold(mark), said) for mark in marks)

    def is_passing_trouble(self) -> bool:
        """Say whether it is a no that may be over next time."""
        return self.is_error and (self.status is None or self.status >= 500 or self.status in (408, 425, 429))

    def is_yes(self) -> bool:
        """Say whether it is a plain yes."""
        return not self.is_error and self.status == 200


def _stands_in(mark: str, said: str) -> bool:
    return bool(mark) and not mark.isdecimal() and mark in said


def receipt_from_wire(answer: Answered, order: PostOrder, settings: ViettelSettings, outsider: str) -> PostReceipt:
    """Return the carrier's yes. Raises Refused at a plain no, Unreachable at an answer that is neither."""
    message, own = without_persons(answer.message, order), own_number(answer)
    if answer.means(settings.known_already):
        return PostReceipt(known_already=True, post_ref=own, message=message)
    if answer.is_error:
        raise _refused(answer, order, message or "không nêu lý do", outsider)
    if not answer.is_yes() or not own:
        raise Unreachable(
            "{outsider} trả lời không rõ đã nhận phiếu {order_no} hay chưa. Hệ thống sẽ tự hỏi lại cùng số phiếu.",
            outsider=outsider, order_no=order.order_no, code="post.unclear",
        )  # fmt: skip
    return PostReceipt(post_ref=own, message=message)


def _refused(answer: Answered, order: PostOrder, message: str, outsider: str) -> Refused:
    if order.asked_before:
        return Refused(
            "{outsider} không nhận phiếu {order_no} (mã {status}): {message}. Lần hỏi trước không rõ kết quả, có thể"
            " phiếu đã được nhận; tra số này trên hệ thống của {outsider} trước khi làm tiếp.",
            outsider=outsider, order_no=order.order_no, status=answer.status, message=message,
            code="post.order_refused",
        )  # fmt: skip
    return Refused(
        "{outsider} không nhận phiếu {order_no} (mã {status}): {message}",
        outsider=outsider, order_no=order.order_no, status=answer.status, message=message, code="post.order_refused",
    )  # fmt: skip


def own_number(answer: Answered) -> str:
    """Return the carrier's own number of a parcel, if the answer names one."""
    return clean(answer.data.get("ORDER_NUMBER"))[:60] if isinstance(answer.data, Mapping) else ""


def without_persons(message: str, order: PostOrder) -> str:
    """Return the carrier's words without what the order said of persons, and without any long number but its own."""
    return privacy.without_persons(message, (order.consignor, order.consignee), own=order.order_no)[:300]


def event_from_wire(row: Mapping[str, Any], vocabulary: Vocabulary) -> FeedEvent:
    """Return one happening in our words. Raises ValueError, saying what is wrong, when it cannot be read."""
    own, reference = _number(row, "ORDER_NUMBER"), _number(row, "ORDER_REFERENCE")
    if not own and not reference:
        raise ValueError("không có ORDER_NUMBER")
    code, is_returning = whole(row.get("ORDER_STATUS")), is_true(row.get("IS_RETURNING"))
    raw_code, occurred_at = clean(row.get("ORDER_STATUS"))[:20], _moment(row.get("ORDER_STATUSDATE"))
    if not raw_code:
        raise ValueError("không có ORDER_STATUS")
    word = vocabulary.word(code, is_returning=is_returning)
    return FeedEvent(
        record_id=f"{own or reference}:{raw_code}:{occurred_at:%Y%m%d%H%M%S}:{is_returning:d}",
        order_no=reference or own,
        code=word,
        occurred_at=occurred_at,
        reason=vocabulary.reason(word, clean(row.get("REASON_CODE")), code),
        note=_note(row),
        raw_code=f"{raw_code}R" if is_returning else raw_code,
        raw={name: row.get(name) for name in _KEPT_OF_ROW if name in row},
    )


def event_to_wire(event: FeedEvent, own: str, code: int, *, is_returning: bool = False) -> dict[str, Any]:
    """Return one happening as the carrier tells it."""
    return {
        "ORDER_NUMBER": own,
        "ORDER_REFERENCE": event.order_no,
        "ORDER_STATUSDATE": f"{event.occurred_at.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S}",
        "ORDER_STATUS": code,
        "STATUS_NAME": event.note,
        "IS_RETURNING": is_returning,
    }


def whole(value: Any) -> int | None:
    """Return a whole number written as a number or as text; None when it is none.

    >>> whole(200), whole("501"), whole(500.0), whole(True), whole("x"), whole(None), whole("5" * 30)
    (200, 501, 500, None, None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    found = re.fullmatch(r"\s*(-?[0-9]{1,9})(?:\.0*)?\s*", str(value))
    return int(found[1]) if found else None


def is_true(value: Any) -> bool:
    """Read a yes or no that some writers spell out.

    >>> is_true(True), is_true("true"), is_true(1), is_true("0"), is_true(None)
    (True, True, True, False, False)
    """
    return str(value).strip().lower() in ("true", "1")


def clean(value: Any) -> str:
    """Return a value as text that any database can keep."""
    text = "" if value is None or isinstance(value, Mapping | list) else str(value)
    return text.encode("utf-8", "replace").decode().replace("\0", "").strip()


def _number(row: Mapping[str, Any], name: str) -> str:
    number = clean(row.get(name))
    if len(number) > NUMBER_MOST:
        raise ValueError(f"{name} quá dài")
    return number


def _moment(value: Any) -> datetime:
    try:
        written = datetime.strptime(clean(value), "%d/%m/%Y %H:%M:%S")
        return written.replace(tzinfo=VIETNAM).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("ORDER_STATUSDATE không phải ngày giờ dạng dd/MM/yyyy HH:mm:ss") from None


def _note(row: Mapping[str, Any]) -> str:
    """Return what the carrier says in words; a telephone number among them is somebody's."""
    where = clean(row.get("LOCATION_CURRENTLY")) or clean(row.get("LOCALION_CURRENTLY"))
    said = (clean(row.get("STATUS_NAME")), clean(row.get("NOTE")), where)
    return " – ".join(privacy.without_long_numbers(text)[:200] for text in dict.fromkeys(said) if text)


def _party(wire: Mapping[str, Any], side: str) -> Party:
    return Party(
        name=str(wire.get(f"{side}_FULLNAME") or ""), phone=str(wire.get(f"{side}_PHONE") or ""),
        address=str(wire.get(f"{side}_ADDRESS") or ""),
    )  # fmt: skip
