"""Scans in batches, each with the device's own id and its own moment; and the delivery with its proof.

A batch of a hundred scans is validated by compiled code in one go. A scan that the device has spoiled is refused with
its own answer and never keeps the others outside.

Used by: api.scans, api.deliveries.
"""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol

import orjson
from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter
from pydantic_core import PydanticCustomError

from postgw.domain.proof import Proof
from postgw.domain.scan import Scan
from postgw.web.errors import Fault, Faulty
from postgw.web.faults import must_not_be_longer
from postgw.web.values import read_json, read_loosely

from .consignments import ConsignmentSummary
from .papers import WithdrawnIn
from .shapes import BASE64, Code, IdKind, In, Moment, Note, Number, Out, State

if TYPE_CHECKING:
    from postgw.services.tracking import ScanAnswer

MOST_SCANS = 500
ScanId = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class ScanIn(In):
    """One scan, as the device wrote it down."""

    scan_id: ScanId = Field(description="Mã của chính thiết bị; gửi lại cùng mã không ghi thêm.")
    number: str = Field(min_length=1, max_length=500, description="Đúng những gì máy quét đọc được.")
    code: Code = Field(description="Một trong các mã ở /api/v1/states.")
    device_at: Moment
    office: Code = ""
    reason: Code = ""
    note: Note = ""
    cancels: str = Field(
        "", max_length=200, description="Của lần quét sửa (correction): `scan_id` của lần quét bị huỷ."
    )


class ScanBatchIn(In):
    """What a device sends at once; `sent_at` by the device's own clock lets us mend it."""

    device: str = Field(min_length=1, max_length=60)
    sent_at: Moment
    scans: tuple[ScanIn, ...] = Field(min_length=1, max_length=MOST_SCANS)


class ScanAnswerOut(Out):
    """The answer to one scan."""

    scan_id: str
    verdict: Literal["accepted", "known", "kept_aside", "refused"]
    code: str
    sentence: str
    consignment_no: str
    state: State | Literal[""]
    flags: list[str]


class ScanAnswersOut(Out):
    """An answer to each scan, in the order sent."""

    answers: list[ScanAnswerOut]


class StrayOut(Out):
    """A scan of an item that nobody knows yet, or whose journey is full; it is matched when item and room are there."""

    number: str
    code: str
    source: str
    source_id: str
    occurred_at: datetime
    office: str
    full: bool = Field(description="Bưu gửi đã biết, nhưng hành trình đã đủ số lần quét ([tracking]).")


class StrayList(Out):
    """What waits for its item, newest first: at most 200, the newest of each sender, then the next of each."""

    data: list[StrayOut]
    more: bool = Field(description="Còn nhiều hơn 200 lần quét đang chờ; mỗi nơi gửi hiện những lần mới nhất.")


class Batch:
    """A batch as it was read: the scans that can be taken, and those that cannot, by their place."""

    __slots__ = ("device", "scans", "sent_at", "spoiled")

    def __init__(self, batch: ScanBatchIn, spoiled: dict[int, tuple[str, Fault]] | None = None) -> None:
        self.device, self.sent_at, self.scans = batch.device, batch.sent_at, batch.scans
        self.spoiled = spoiled or {}


_BATCH = TypeAdapter(ScanBatchIn)
_SCAN = TypeAdapter(ScanIn)


def read_batch(raw: bytes) -> Batch:
    """Return the batch, spoiled scans set apart.

    Raises Malformed or Faulty when the batch itself, or every scan of it, cannot be read.
    """
    try:
        return Batch(read_json(raw, _BATCH))
    except Faulty as found:
        if not all(fault.pointer.startswith("/scans/") for fault in found.faults):
            raise
        whole = read_loosely(raw)
        must_not_be_longer("scans", whole["scans"], MOST_SCANS)
        spoiled = {place: fault for place, scan in enumerate(whole["scans"]) if (fault := _fault_of(scan))}
        if len(spoiled) == len(whole["scans"]):
            raise
    return _without(whole, spoiled)


def _fault_of(scan: Any) -> Fault | None:
    try:
        read_json(orjson.dumps(scan), _SCAN)
    except Faulty as found:
        return found.faults[0]
    return None


def _without(whole: dict[str, Any], spoiled: dict[int, Fault]) -> Batch:
    scans = whole["scans"]
    sound = [scan for place, scan in enumerate(scans) if place not in spoiled]
    batch = read_json(orjson.dumps({**whole, "scans": sound}), _BATCH)
    return Batch(batch, {place: (_id_of(scans[place]), fault) for place, fault in spoiled.items()})


def _id_of(scan: Any) -> str:
    given = scan.get("scan_id") if isinstance(scan, dict) else ""
    return given if isinstance(given, str) else ""


def scan_answer_out(answer: ScanAnswer, words: str) -> dict[str, Any]:
    """Return the answer to one scan, its sentence in the caller's language."""
    return {
        "scan_id": answer.scan_id,
        "verdict": answer.verdict,
        "code": answer.code,
        "sentence": words,
        "consignment_no": answer.consignment_no,
        "state": answer.state,
        "flags": answer.flags,
    }


def spoiled_answer_out(scan_id: str, fault: Fault, words: str) -> dict[str, Any]:
    """Return the answer to a scan that could not be read."""
    return {
        "scan_id": scan_id,
        "verdict": "refused",
        "code": f"scan.{fault.code}",
        "sentence": words,
        "consignment_no": "",
        "state": "",
        "flags": (),
    }


class Stray(Protocol):
    """A stray scan as the acts return it."""

    @property
    def number(self) -> str: ...

    @property
    def scan(self) -> Scan: ...

    @property
    def full(self) -> bool: ...


def stray_out(stray: Stray) -> dict[str, Any]:
    """Return a stray scan as it is shown."""
    scan = stray.scan
    return {
        "number": stray.number,
        "code": scan.code,
        "source": scan.source,
        "source_id": scan.source_id,
        "occurred_at": scan.occurred_at,
        "office": scan.office,
        "full": stray.full,
    }


def decoded(text: str) -> bytes:
    """Return the bytes of a base64 text; the validator of every picture and document."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise PydanticCustomError("base64_decode", "not base64") from None


Picture = Annotated[
    str, StringConstraints(max_length=1_000_000), AfterValidator(decoded), Field(json_schema_extra={**BASE64})
]


class ProofIn(In):
    """What is shown for a delivery at a door or counter."""

    receiver_name: str = Field(min_length=1, max_length=150)
    receiver_kind: Literal["addressee", "proxy", "organisation"] = "addressee"
    id_kind: IdKind
    id_tail: str = Field(min_length=2, max_length=4, description="2 đến 4 ký tự cuối; không bao giờ gửi cả số.")
    authorisation_seen: bool = False
    authorisation: str = Field("", max_length=150, description="Số, ngày giấy uỷ quyền; ai uỷ quyền.")
    relation: str = Field("", max_length=150, description="Quan hệ với người nhận; với tổ chức là chức vụ.")
    remarks: str = Field(min_length=1, max_length=1000, description="Lời người nhận; không có thì ghi `none`.")
    signature_png: Picture = Field("", validate_default=True, description="PNG, base64.")
    photo_jpeg: Picture = Field("", validate_default=True, description="JPEG, base64.")

    def proof(self) -> Proof:
        """Return the proof in the words of the house."""
        return Proof(**self.__dict__)


class DeliveryIn(In):
    """A delivery and its proof, from one device."""

    number: Number
    proof: ProofIn
    scan_id: ScanId
    device: str = Field(min_length=1, max_length=60)
    device_at: Moment
    sent_at: Moment
    office: Code = ""
    withdrawn: tuple[WithdrawnIn, ...] = Field(
        (), max_length=200, description="Từng giấy tờ phải thu hồi: đã thu, hay người dân báo mất."
    )


class OwedOut(Out):
    """Consignments that the post states as delivered and whose proof is still owed."""

    data: list[ConsignmentSummary]
