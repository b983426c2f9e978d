"""Fees, postage and their receipts, remittances, the tariff, the day's accounts.

Used by: api.money.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints

from postgw.domain.ledger import ACCOUNTS, DESTINATIONS, LEDGERS
from postgw.domain.receipt import AMOUNT_MOST, Receipt, Remittance
from postgw.domain.tariff import GRAMS_MOST, PAYER_AT_FAULT, PAYERS, ZONES

from .shapes import Code, Cursor, Day, In, Line, Number, Out

Ledger = Literal["fee", "postage"]
Account = Literal["citizen", "cash", "under_way", "agency", "treasury", "difference", "budget", "compensation"]
Zone = Literal["in_district", "inter_district", "same_region", "neighbour_region", "far_region"]
Payer = Literal["citizen", "post", "budget"]
Fault = Literal["citizen", "post", "agency"]
Destination = Literal["agency", "treasury"]
CLOSED_LISTS = (
    (Ledger, tuple(LEDGERS)),
    (Account, tuple({account for accounts in ACCOUNTS.values() for account in accounts})),
    (Zone, tuple(ZONES)),
    (Payer, PAYERS),
    (Fault, tuple(PAYER_AT_FAULT)),
    (Destination, DESTINATIONS),
)
Unit = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Grams = Annotated[int, Field(ge=1, le=GRAMS_MOST)]
Dong = Annotated[int, Field(ge=0, le=AMOUNT_MOST)]


class FeeIn(In):
    """Money that is being taken at a door or counter."""

    fee_id: str = Field(min_length=1, max_length=80, description="Mã riêng của lần thu này, do bên thu đặt.")
    number: Number
    ledger: Ledger = Field(description="`fee` là phí, lệ phí; `postage` là cước.")
    amount_dong: int = Field(ge=1, le=AMOUNT_MOST)
    payer: Literal["citizen", "agency", "budget"] = "citizen"
    unit: Code = Field("", description="Đơn vị thu; để trống là đơn vị của mã truy cập.")
    zone: Zone | None = Field(None, description="Chỉ khi thu cước.")
    grams: Grams | None = Field(None, description="Chỉ khi thu cước.")
    price_dong: Dong | None = Field(None, description="Giá của Bưu điện; trống: theo bảng giá, chưa có thì mức tối đa.")
    reduction: Code = Field("", description="Nhóm miễn, giảm cước của `/api/v1/tariff`.")
    evidence: Line = Field("", description="Giấy tờ chứng minh nhóm; không ghi số giấy tờ tuỳ thân.")
    shares: dict[Payer, Annotated[int, Field(ge=1, le=100)]] | None = Field(
        None, description="Ai chịu bao nhiêu phần trăm; để trống là công dân chịu cả."
    )
    fault: Fault | None = Field(None, description="Bên có lỗi, khi đây là lần chuyển lại.")


class ReasonIn(In):
    """Why a receipt is cancelled."""

    reason: Line


class SeriesIn(In):
    """A series of receipts, and whose it is."""

    series: str = Field(min_length=3, max_length=10, pattern=r"^[A-Z0-9]+$")
    ledger: Ledger
    unit: Unit


class SeriesOut(Out):
    """A series and how far it is used."""

    series: str
    ledger: Ledger
    unit: str
    last_serial: int


class SeriesList(Out):
    """All series, newest first."""

    data: list[SeriesOut]


class FeeQuery(Cursor):
    """Which receipts are listed."""

    ledger: Ledger | Literal[""] = ""


class ReceiptOut(Out):
    """Money that was taken, under the number of its receipt."""

    receipt_no: str
    ledger: Ledger
    consignment_no: str
    dossier_no: str
    procedure_code: str
    unit: str
    desk: str
    payer: Account
    amount_dong: int
    collected_at: datetime
    collected_by: str
    remit_by: datetime | None = Field(description="Hạn nộp; chỉ có ở phí, lệ phí.")
    remittance_no: str
    cancelled_at: datetime | None
    grounds: dict[str, str | int] = Field(description="Căn cứ tính cước.")


class ReceiptPage(Out):
    """A page of receipts."""

    data: list[ReceiptOut]
    next_cursor: str


class RemittanceIn(In):
    """Which money is handed on; no receipts named means all that wait for the desk."""

    desk: Unit
    unit: Code = Field("", description="Đơn vị nộp; để trống là đơn vị của mã truy cập.")
    receipt_nos: tuple[Number, ...] = Field((), max_length=1000)
    destination: Destination = "agency"
    manifest_no: Code = Field("", description="Biên bản giao nhận đi cùng.")


class CountIn(In):
    """What the other side counted."""

    received_dong: int = Field(ge=0, le=AMOUNT_MOST * 1000)
    signatory_no: Number = Field(description="Người được cử nhận phí, lệ phí của bộ phận nhận.")


class RemittanceOut(Out):
    """Fee money handed on, and what was counted."""

    remittance_no: str
    unit: str
    desk: str
    destination: Destination
    manifest_no: str
    amount_dong: int
    due_at: datetime
    remitted_at: datetime
    remitted_by: str
    is_late: bool
    received_dong: int | None
    difference_dong: int | None = Field(description="Thiếu là số dương, thừa là số âm.")
    confirmed_at: datetime | None
    confirmed_by: str
    receipt_nos: list[str]


class RemittancePage(Out):
    """A page of remittances."""

    data: list[RemittanceOut]
    next_cursor: str


class DueOut(Out):
    """Fee money that a unit still holds for a desk."""

    unit: str
    desk: str
    receipts_count: int
    amount_dong: int
    due_at: datetime
    is_late: bool


class DueList(Out):
    """All fee money that is still to be handed on."""

    data: list[DueOut]


class TermIn(In):
    """Within how many hours the fees of a procedure are handed on, from a day on."""

    procedure_code: Unit
    hours: int = Field(ge=1, le=2400)
    valid_from: Day
    reason: Line


class TermOut(Out):
    """A term as it was set."""

    procedure_code: str
    hours: int
    valid_from: date
    author: str
    reason: str


class TermList(Out):
    """All terms that were set."""

    data: list[TermOut]


class DayQuery(In):
    """Which day and unit; today and one's own unit when none is named."""

    model_config = ConfigDict(strict=False, extra="forbid", frozen=True, defer_build=True)

    on: Day | None = None
    unit: Code = ""


class AccountOut(Out):
    """One account on one day."""

    ledger: Ledger
    account: Account
    title: str
    opening_dong: int
    taken_dong: int
    given_dong: int
    closing_dong: int


class DayOut(Out):
    """Both ledgers on one day. Of each ledger the closing amounts sum to zero."""

    on: date
    unit: str
    accounts: list[AccountOut]


def receipt_out(receipt: Receipt) -> dict[str, Any]:
    """Return a receipt as it is shown."""
    return {name: getattr(receipt, name) for name in ReceiptOut.model_fields}


def remittance_out(remittance: Remittance) -> dict[str, Any]:
    """Return a remittance as it is shown."""
    return {name: getattr(remittance, name) for name in RemittanceOut.model_fields}


def account_out(line: Any) -> dict[str, Any]:
    """Return one account's day as it is shown."""
    told = {name: getattr(line, name) for name in AccountOut.model_fields if name != "title"}
    return {**told, "title": ACCOUNTS[line.ledger][line.account]}
