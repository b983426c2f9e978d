"""What a province fills in to send short messages through its carrier's gateway."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from yarl import URL

from postgw.domain.errors import Invalid

from ..address import may_be_called
from .template import address, blanks_in

Method = Literal["POST", "GET", "PUT"]
Format = Literal["json", "form", "xml", "none"]
PhoneForm = Literal["0", "84", "+84"]

#: Where a value stands in an answer: a JSON pointer, or a regular expression with one group.
_SAMPLE = dict.fromkeys(("to", "text", "id", "sender", "key", "secret", "basic", "coding", "parts"), "x")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerReading:
    """How the gateway's answer is to be read. A place is a JSON pointer (`/data/id`) or a regular expression."""

    result: str = ""  #: where the word stands that says yes or no; empty: the HTTP status alone says it
    yes: tuple[str, ...] = ()
    known: tuple[str, ...] = ()  #: "you sent me that number already": a yes
    not_there: tuple[str, ...] = ()  #: nobody at that telephone
    later: tuple[str, ...] = ()  #: ask again later: no money left, too many at once, in repair
    receipt: str = ""  #: where the number stands under which the gateway speaks of it again


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptReading:
    """How a delivery receipt is to be read. Query, form and JSON are read alike: `/name`."""

    rows: str = ""  #: where the list stands when one call brings several
    receipt: str = "/id"
    state: str = "/status"
    arrived: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()  #: any other word is kept for nothing: the message is still on its way
    secret_header: str = "X-Hook-Secret"
    secret_query: str = ""  #: the name in the address, where a gateway can set no header
    answer: str = "OK"  #: what the gateway wants to read when we have understood


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsSettings:
    """One contract with a carrier of short messages."""

    url: str
    method: Method = "POST"
    format: Format = "json"
    body: Mapping[str, Any] = field(default_factory=dict)  #: of a JSON body or a form
    xml: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    sender: str = ""  #: the registered name that stands as sender
    key: str = field(default="", repr=False, metadata={"secret": True})
    secret: str = field(default="", repr=False, metadata={"secret": True})
    phone_form: PhoneForm = "84"
    mobile_prefixes: tuple[str, ...] = ("03", "05", "07", "08", "09")  #: who has none of these gets no short message
    unaccented: bool = True  #: the text loses its accents: one part in place of two or three
    dong_per_part: int = 0
    answer: AnswerReading = field(default_factory=AnswerReading)
    receipts: ReceiptReading = field(default_factory=ReceiptReading)
    hook_secret: str = field(default="", repr=False, metadata={"secret": True})  #: empty: no receipts are heard
    total_seconds: float = 20.0
    ca_file: str = ""
    per_second: float = 0.0  #: no faster than this, where the contract says so

    def __post_init__(self) -> None:
        self._check_address()
        self._check_template()
        self._check_reading()
        if self.dong_per_part < 0:
            raise Invalid("dong_per_part không được âm.", code="sms.price", field="/dong_per_part")

    def _check_address(self) -> None:
        url = URL(address(self.url, _SAMPLE))
        if "{" in self.url.partition("//")[2].partition("/")[0]:
            raise Invalid("Tên máy trong url phải viết liền, không để chỗ trống.", code="sms.url", field="/url")
        if not may_be_called(url):
            raise Invalid(
                "{name} phải bắt đầu bằng https:// (http:// chỉ dùng cho máy này).",
                name="url", code="sms.https", field="/url",
            )  # fmt: skip

    def _check_template(self) -> None:
        blanks = blanks_in([self.url, self.body, self.xml])
        for name in ("to", "text"):
            if name not in blanks:
                raise Invalid("Mẫu yêu cầu thiếu chỗ trống {name}.", name=name, code="sms.blank", field="/body")
        if blanks_in(self.headers) & {"text", "to"}:
            raise Invalid("Không đặt lời nhắn hay số điện thoại vào tiêu đề HTTP.", code="sms.header", field="/headers")
        if (self.format == "xml") != bool(self.xml) or (self.format in ("json", "form")) != bool(self.body):
            raise Invalid("format phải khớp với body (json, form) hoặc xml.", code="sms.format", field="/format")
        if not all(isinstance(value, str) and value.isprintable() for value in self.headers.values()):
            raise Invalid("Tiêu đề HTTP phải là chữ trên một dòng.", code="sms.header", field="/headers")

    def _check_reading(self) -> None:
        if self.answer.result and not self.answer.yes:
            raise Invalid("Có answer.result thì phải có answer.yes.", code="sms.answer", field="/answer/yes")
        for place in (self.answer.result, self.answer.receipt):
            _check_place(place)
        for pointer in (self.receipts.receipt, self.receipts.state, self.receipts.rows):
            if pointer and not pointer.startswith("/"):
                raise Invalid("Chỗ đọc trong biên nhận phải là con trỏ JSON.", code="sms.receipts", field="/receipts")


def _check_place(place: str) -> None:
    if not place or place.startswith("/"):
        return
    try:
        groups = re.compile(place).groups
    except re.error:
        groups = 0
    if groups != 1:
        raise Invalid(
            "“{place}” không phải con trỏ JSON, cũng không phải biểu thức có đúng một nhóm.",
            place=place[:60], code="sms.answer", field="/answer",
        )  # fmt: skip
