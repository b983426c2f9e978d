"""Compensation: what the post owes when it lost, damaged or delayed an item, and by when.

For what is lost or damaged at least four times the postage of the service used, the refund of what was collected
included; for what came late, with proof, the refund. More may be agreed, never less. It is paid within thirty days of
the record in which the liability is set down, in one sum, to the sender, or to the recipient who takes what remains;
after that day it bears interest. What was lost and is found again is offered to whoever was paid: taking it back, they
give the compensation back.

Stands on: errors, time_bar, working_calendar. Used by: rules.book, services.compensating.
Source: Law on Post 2010 art. 40, 41; Decree 47/2011/NĐ-CP art. 24 to 27; Circular 02/2012/TT-BTTTT art. 7, 9; Decision
45/2016/QĐ-TTg art. 14.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from . import dong
from .errors import Invalid
from .legal_day import shown
from .receipt import AMOUNT_MOST, Receipt
from .time_bar import TimeBar, term_end
from .working_calendar import WorkingCalendar

FAULTS = {"post": "bưu điện", "agency": "cơ quan", "citizen": "người dân", "nobody": "không bên nào"}
PAYEES = {"sender": "người gửi", "receiver": "người nhận"}
WAYS = {"cash": "tiền mặt", "transfer": "chuyển khoản"}
#: What is owed for each matter: the whole minimum, or the refund alone.
MINIMUM_ABOUTS = frozenset({"loss", "damage", "tampering"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectionGround:
    """Why a claim may be turned down, with the article that says so."""

    code: str
    title: str
    title_en: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRule:
    """One version of the rules for complaints and compensation."""

    version: str
    days_same_province: int
    days_between_provinces: int
    times_postage: int
    pay_within_days: int
    interest_days_a_year: int
    bars: tuple[TimeBar, ...]
    grounds: Mapping[str, RejectionGround]

    def working_days(self, *, same_province: bool) -> int:
        """Return within how many working days a complaint is answered."""
        return self.days_same_province if same_province else self.days_between_provinces


@dataclass(frozen=True, slots=True, kw_only=True)
class Postage:
    """What a carriage cost: the price of the service, and what was collected of it."""

    price_dong: int
    collected_dong: int


def postage_of(receipts: Iterable[Receipt]) -> Postage:
    """Return the postage of a consignment from its receipts, cancelled ones left out.

    Who paid less for being of a group, or only a share, has still used a service of the whole price: the minimum
    follows the price that stands on the receipts, the refund what was collected.
    """
    living = [each for each in receipts if each.ledger == "postage" and each.cancelled_at is None]
    collected = sum(each.amount_dong for each in living)
    prices = [price for each in living if isinstance(price := each.grounds.get("price_dong"), int)]
    return Postage(price_dong=max([collected, *prices]), collected_dong=collected)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What must be paid at least, of which so much is the refund of postage."""

    minimum_dong: int
    refund_dong: int


def claim_for(about: str, postage: Postage, rule: CaseRule) -> Claim:
    """Return the least that is owed for a matter.

    >>> rule = CaseRule(version="x", days_same_province=5, days_between_provinces=7, times_postage=4,
    ...     pay_within_days=30, interest_days_a_year=365, bars=(), grounds={})
    >>> claim_for("loss", Postage(price_dong=26_000, collected_dong=13_000), rule)
    Claim(minimum_dong=104000, refund_dong=13000)
    >>> claim_for("late", Postage(price_dong=26_000, collected_dong=13_000), rule)
    Claim(minimum_dong=13000, refund_dong=13000)
    """
    whole = rule.times_postage * postage.price_dong if about in MINIMUM_ABOUTS else postage.collected_dong
    return Claim(minimum_dong=max(whole, postage.collected_dong), refund_dong=postage.collected_dong)


def agreed(claim: Claim, asked: int | None) -> int:
    """Return what is to be paid. Raises Invalid when less than the minimum, or more than any amount, was agreed."""
    amount = claim.minimum_dong if asked is None else asked
    if amount < claim.minimum_dong:
        raise Invalid(
            "Mức bồi thường {amount} đồng thấp hơn mức tối thiểu {minimum} đồng. Ghi từ mức tối thiểu trở lên.",
            amount=amount, minimum=claim.minimum_dong, code="compensation.below_minimum", field="/amount_dong",
        )  # fmt: skip
    if amount > AMOUNT_MOST:
        raise Invalid(
            "Mức bồi thường nhiều nhất {most} đồng.", most=AMOUNT_MOST, code="compensation.most", field="/amount_dong"
        )
    return amount


def pay_by(determined_on: date, rule: CaseRule, calendar: WorkingCalendar) -> date:
    """Return the last day of payment."""
    return term_end(determined_on + timedelta(days=rule.pay_within_days), calendar)


def interest(amount: int, *, basis_points: int, days_late: int, days_a_year: int) -> int:
    """Return the interest of a late payment, rounded up to a whole đồng.

    >>> interest(104_000, basis_points=1000, days_late=73, days_a_year=365), interest(104_000, basis_points=1000,
    ...     days_late=0, days_a_year=365)
    (2080, 0)
    """
    return -(-amount * basis_points * max(0, days_late) // (10_000 * days_a_year))


@dataclass(frozen=True, slots=True, kw_only=True)
class Liability:
    """The record in which a liability is set down, as Circular 02/2012 art. 9 wants it.

    Sender and recipient are kept as they were on that day, apart from the rest.
    """

    record_no: str
    case_no: str
    consignment_no: str
    about: str
    accepted_at: datetime | None  #: of the item, with the office, as the scans tell
    accepted_office: str
    reason: str
    fault: str
    ground: str = ""  #: why nothing is owed
    evidence: str = ""
    price_dong: int
    refund_dong: int
    minimum_dong: int
    amount_dong: int
    payee: str
    method: str
    rules_version: str
    determined_at: datetime
    determined_by: str
    pay_by: date
    is_settled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Money paid in a case (`out`), or given back by whoever took a found item back (`back`)."""

    case_no: str
    direction: str
    unit: str
    payee: str
    way: str
    refund_dong: int
    rest_dong: int
    interest_dong: int
    paid_at: datetime
    paid_by: str

    @property
    def amount_dong(self) -> int:
        """Return all that changed hands."""
        return self.refund_dong + self.rest_dong + self.interest_dong


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestRate:
    """The yearly rate of interest of late payment from a day on, in hundredths of a per cent."""

    basis_points: int
    valid_from: date
    author: str = ""
    reason: str = ""


def account_of(payee: str, leg: str) -> str:
    """Return the account of whoever is paid: on a leg that a desk sends, the sender is the agency.

    >>> account_of("sender", "send"), account_of("sender", "return"), account_of("receiver", "return")
    ('citizen', 'agency', 'citizen')
    """
    sends, receives = {
        "send": ("citizen", "agency"), "return": ("agency", "citizen"), "transfer": ("agency", "agency"),
        "withdrawal": ("citizen", "agency"),
    }[leg]  # fmt: skip
    return sends if payee == "sender" else receives


def acknowledgement(payment: Payment, made: Liability) -> str:
    """Return what whoever is paid signs for."""
    amount = payment.amount_dong
    of_it = f", trong đó lãi chậm trả {dong.in_figures(payment.interest_dong)}" if payment.interest_dong else ""
    return (
        f"Đã nhận {dong.in_figures(amount)} ({dong.in_words(amount).lower()}){of_it}, tiền bồi thường, hoàn cước của"
        f" bưu gửi {made.consignment_no} theo văn bản {made.record_no}, bằng {WAYS[payment.way]},"
        f" lúc {shown(payment.paid_at)}."
    )


def must_be_one_of(word: str, known: Mapping[str, str], field: str) -> None:
    """Raise Invalid unless a word is in its closed list."""
    if not word:
        raise Invalid("Chọn trong danh sách: {known}.", known=", ".join(known), code=f"compensation.{field}",
                      field=f"/{field}")  # fmt: skip
    if word not in known:
        raise Invalid(
            "Giá trị “{value}” không đúng. Chọn trong danh sách: {known}.", value=word[:40], known=", ".join(known),
            code=f"compensation.{field}", field=f"/{field}",
        )  # fmt: skip
