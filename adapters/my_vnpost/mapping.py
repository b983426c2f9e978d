"""Orders between our words and the partner API. Pure: no call is made here.

An address has two levels: province and commune by the post's own codes, and a constant in the district's place. Every
key is written, a missing value as null. An answer comes bare, in `data`, in a list or in `results`, whichever call it
was; `records` finds the rows in each. Of persons nothing is read from an answer.

Stands on: ports, settings. Used by: client, reading, the tests.
Source: the request and the answers of CreateOrder as public clients write and read them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from postgw.domain import privacy
from postgw.domain.address import Party
from postgw.domain.errors import Invalid
from postgw.domain.ports import PostOrder, PostPlace, PostReceipt

from .settings import MyVnPostSettings

#: What the house can keep as an item number.
_ITEM_NO = re.compile(r"[A-Z0-9]{5,13}")
#: Telephone and identity numbers: seven and more digits, also when grouped.
#: Ids of the order by which a cancellation names it: the public clients cancel by the first.
_REF_KEYS = ("originalID", "originalId", "orderHdrID", "orderHdrId")


def order_to_wire(order: PostOrder, settings: MyVnPostSettings) -> dict[str, Any]:
    """Return the body of CreateOrder. Raises Invalid when a place has no code of the post for its commune."""
    return {
        "orderCreationStatus": 1,
        "type": "GUI",
        "customerCode": settings.customer_code,
        "contractCode": settings.contract_code or None,
        "informationOrder": {
            **_party_to_wire("sender", order.consignor, order.consignor_place, settings),
            **_party_to_wire("receiver", order.consignee, order.consignee_place, settings),
            "serviceCode": settings.service_code,
            "addonService": _cash(order.collect_dong, settings),
            "additionRequest": [],
            "orgCodeCollect": None,
            "orgCodeAccept": None,
            "saleOrderCode": order.order_no,
            "contentNote": order.contents,
            "weight": str(settings.weight_grams),
            "width": None,
            "length": None,
            "height": None,
            "vehicle": settings.vehicle,
            "sendType": settings.send_type,
            "isBroken": "0",
            "deliveryTime": None,
            "deliveryRequire": settings.delivery_require,
            "deliveryInstruction": order.note or None,
        },
    }


def order_from_wire(wire: Mapping[str, Any], settings: MyVnPostSettings) -> PostOrder:
    """Return the order that a body of CreateOrder speaks of; both parties have their address in one line."""
    told = wire["informationOrder"]
    return PostOrder(
        order_no=told["saleOrderCode"],
        consignor=_party_from_wire("sender", told),
        consignee=_party_from_wire("receiver", told),
        consignor_place=_place_from_wire("sender", told, settings),
        consignee_place=_place_from_wire("receiver", told, settings),
        contents=told.get("contentNote") or "",
        note=told.get("deliveryInstruction") or "",
        collect_dong=_dong(told.get("addonService") or [], settings),
    )


def receipt_of(record: Mapping[str, Any], *, known_already: bool = False) -> PostReceipt | None:
    """Return the post's yes that an order's record is; None when it names neither an item nor an id."""
    item_no, ref = text(record.get("itemCode")), ref_of(record)
    if not item_no and not ref:
        return None
    return PostReceipt(known_already=known_already, item_no=fitting(item_no), post_ref=ref)


def ref_of(record: Mapping[str, Any]) -> str:
    """Return the post's id of an order, the one a cancellation wants before the other."""
    return next((named for key in _REF_KEYS if (named := text(record.get(key)))), "")


def bears_ref(record: Mapping[str, Any], ref: str) -> bool:
    """Say whether an order's record bears an id under any of the names the post has for one."""
    return bool(ref) and any(text(record.get(key)) == ref for key in _REF_KEYS)


def numbers_of(record: Any, keys: Sequence[str]) -> set[str] | None:
    """Return our own numbers that a record bears; None when it has no key that could bear one."""
    if not isinstance(record, Mapping) or not any(key in record for key in keys):
        return None
    return {text(record.get(key)) for key in keys} - {""}


def records(answer: Any) -> list[Any] | None:
    """Return the rows of an answer, however they are wrapped; None when it is no list of rows and no row.

    A row is not judged here: one that makes no sense must not lose the others.

    >>> records([{"results": [{"itemCode": "A"}]}]), records({"results": None}), records({"itemCode": "A"})
    ([{'itemCode': 'A'}], [], [{'itemCode': 'A'}])
    >>> records({"error": "x"}), records("x"), records([7])
    (None, None, [7])
    """
    if isinstance(answer, list):
        return [row for one in answer for row in (_wrapped(one) if _is_wrapper(one) else [one])]
    if _is_wrapper(answer):
        return _wrapped(answer)
    return [answer] if isinstance(answer, Mapping) and answer.keys() & {"itemCode", *_REF_KEYS} else None


def said_no(answer: Any) -> str | None:
    """Return the post's sentence when an answer is a plain no; None when it is something else."""
    if not isinstance(answer, Mapping):
        return None
    status = whole(answer.get("status"))
    if answer.get("success") is False or (answer.get("error") and status is not None and 400 <= status < 500):
        return next((said for key in ("errorMessage", "message", "Message") if (said := text(answer.get(key)))), "")
    return None


def case_of(answer: Any) -> tuple[str, str] | None:
    """Return type and number of the case that a cancellation became; None when the answer tells none."""
    one = answer[0] if isinstance(answer, list) and len(answer) == 1 else answer
    if not isinstance(one, Mapping):
        return None
    kind = text(one.get("Type", one.get("type")))
    return (kind, text(one.get("CaseId", one.get("caseId")))) if kind else None


def without_persons(message: str, order: PostOrder) -> str:
    """Return the post's words without what the order said of persons, and without any long number but its own."""
    return privacy.without_persons(message, (order.consignor, order.consignee), own=order.order_no)[:300]


def fitting(item_no: str) -> str:
    """Return an item number the house can keep; empty when it is of another shape."""
    return item_no if _ITEM_NO.fullmatch(item_no) else ""


def text(value: Any) -> str:
    """Return a value as text that a database takes, without outer blanks; an object or a list is none."""
    if value is None or isinstance(value, bool | Mapping | list):
        return ""
    return storable(str(value)).strip()


def storable(said: str) -> str:
    """Return a text without what no database takes: a NUL, half of a character."""
    return said.replace("\0", "").encode("utf-8", "replace").decode()


def whole(value: Any) -> int | None:
    """Return a whole number written as a number or as text; None when it is none.

    >>> whole(14), whole("14"), whole(14.0), whole("-8"), whole(True), whole("x"), whole(None), whole(1e400)
    (14, 14, 14, -8, None, None, None, None)
    """
    found = re.fullmatch(r"(-?\d{1,18})(?:\.0*)?", text(value))
    return int(found[1]) if found else None


_WRAPPERS = ("results", "data")


def _is_wrapper(answer: Any) -> bool:
    return isinstance(answer, Mapping) and any(
        isinstance(answer.get(key, 0), list | Mapping | None) for key in _WRAPPERS
    )


def _wrapped(answer: Mapping[str, Any]) -> list[Any]:
    inside: Any = next((answer[key] for key in _WRAPPERS if answer.get(key) is not None), [])
    return records(inside) or []


def _party_to_wire(side: str, party: Party, place: PostPlace, settings: MyVnPostSettings) -> dict[str, Any]:
    if not place.commune or not place.province:
        raise Invalid(
            "Bảng mã MyVNPost chưa đủ mã tỉnh và mã xã cho {commune}. Bổ sung bảng mã rồi gửi lại.",
            commune=party.commune or "địa chỉ này", code="my_vnpost.place",
            field="/consignor/commune_code" if side == "sender" else "/consignee/commune_code",
        )  # fmt: skip
    return {
        f"{side}Name": party.name,
        f"{side}Phone": party.phone or None,
        f"{side}Email": party.email or None,
        f"{side}Address": party.one_line(),
        f"{side}ProvinceCode": str(place.province),
        f"{side}DistrictCode": str(place.district) if place.district else settings.district,
        f"{side}CommuneCode": place.commune,
    }


def _party_from_wire(side: str, told: Mapping[str, Any]) -> Party:
    return Party(
        name=told[f"{side}Name"],
        phone=told[f"{side}Phone"] or "",
        email=told[f"{side}Email"] or "",
        address=told[f"{side}Address"],
    )


def _place_from_wire(side: str, told: Mapping[str, Any], settings: MyVnPostSettings) -> PostPlace:
    district = told[f"{side}DistrictCode"]
    return PostPlace(
        province=int(told[f"{side}ProvinceCode"]),
        district=0 if district == settings.district else int(district),
        commune=told[f"{side}CommuneCode"],
    )


def _cash(dong: int, settings: MyVnPostSettings) -> list[dict[str, str]]:
    return [{"code": settings.cod_service, "propValue": f"{settings.cod_property}:{dong}"}] if dong else []


def _dong(addons: Sequence[Mapping[str, Any]], settings: MyVnPostSettings) -> int:
    values = [one["propValue"] for one in addons if one["code"] == settings.cod_service]
    return sum(int(value.removeprefix(f"{settings.cod_property}:")) for value in values)
