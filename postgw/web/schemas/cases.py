"""Cases: what may come in of complaints, damage, loss, liability and compensation.

Used by: api.cases, api.compensation.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from postgw.domain import case, compensation, damage
from postgw.domain.receipt import AMOUNT_MOST

from .scans import decoded
from .shapes import BASE64, Code, Cursor, Day, In, Line, Note, Number

CaseKind = Literal["complaint", "late", "damage", "loss"]
CaseState = Literal["open", "answered", "closed"]
About = Literal["loss", "late", "damage", "tampering", "price", "staff", "other"]
Outcome = Literal["upheld", "partly", "rejected"]
PlainStep = Literal["asked", "investigated", "reopened", "closed"]
StepKind = Literal[
    "received", "asked", "investigated", "clock_moved", "damage_recorded", "liability", "reissue", "paid", "found",
    "owner_decided", "answered", "reopened", "closed",
]  # fmt: skip
Wrapping = Literal["torn", "wet", "opened", "seal_broken", "other"]
Cause = Literal["handling", "transport", "weather", "packing", "unknown"]
Condition = Literal["whole", "damaged", "missing"]
Fault = Literal["post", "agency", "citizen", "nobody"]
Payee = Literal["sender", "receiver"]
PayWay = Literal["cash", "transfer"]
Decision = Literal["takes_back", "refuses"]
CLOSED_LISTS = (
    (CaseKind, tuple(case.KINDS)),
    (CaseState, tuple(case.STATES)),
    (About, tuple(case.ABOUTS)),
    (Outcome, tuple(case.OUTCOMES)),
    (PlainStep, case.PLAIN_STEPS),
    (StepKind, tuple(case.STEPS)),
    (Wrapping, tuple(damage.WRAPPINGS)),
    (Cause, tuple(damage.CAUSES)),
    (Condition, tuple(damage.CONDITIONS)),
    (Fault, tuple(compensation.FAULTS)),
    (Payee, tuple(compensation.PAYEES)),
    (PayWay, tuple(compensation.WAYS)),
    (Decision, tuple(case.DECISIONS)),
)
Words = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=150)]
Dong = Annotated[int, Field(ge=0, le=AMOUNT_MOST)]
OwnId = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Photo = Annotated[
    str, StringConstraints(max_length=2_000_100), AfterValidator(decoded), Field(json_schema_extra={**BASE64})
]


class ComplaintIn(In):
    """A complaint, as it was written or taken down."""

    case_id: OwnId = Field(description="Mã riêng của khiếu nại này, do bên lập đặt; gửi lại là cùng một vụ việc.")
    number: Number
    about: About
    statement: Words = Field(description="Nội dung khiếu nại, bằng văn bản.")
    claim: Note = Field("", description="Yêu cầu của người khiếu nại.")
    complainant_name: Name
    complainant_phone: Code = ""
    received_on: Day | None = Field(None, description="Ngày nhận đơn, khi đơn đến trước hôm nay.")


class CaseQuery(Cursor):
    """Which cases are listed."""

    state: CaseState | Literal[""] = ""
    kind: CaseKind | Literal[""] = ""
    number: Code = Field("", description="Số phiếu gửi.")
    overdue: Literal["", "true"] = Field("", description="Chỉ vụ việc quá hạn trả lời.")


class StepIn(In):
    """A step that is written down by hand."""

    kind: PlainStep
    note: str = Field("", max_length=2000)


class AnswerIn(In):
    """The answer to a case."""

    outcome: Outcome
    ground: Code = Field("", description="Căn cứ không chấp nhận; xem `grounds` của vụ việc.")
    text: Words


class LossIn(In):
    """An item that is given up."""

    number: Number
    statement: str = Field(min_length=1, max_length=2000, description="Đã tìm ở đâu, vì sao ghi thất lạc.")


class FoundIn(In):
    """Where a lost item was found."""

    office: Code = Field("", description="Bưu cục tìm lại được; để trống là đơn vị của mã truy cập.")
    note: str = Field(min_length=1, max_length=1000)


class DecisionIn(In):
    """What the owner of a found item decided."""

    decision: Decision
    unit: Code = Field("", description="Bưu cục nhận lại tiền bồi thường.")
    way: PayWay = "cash"
    note: Note = ""


class CountedLineIn(In):
    """One line of the inventory."""

    name: str = Field(min_length=1, max_length=300)
    quantity: int = Field(1, ge=1, le=500)
    condition: Condition
    note: Line = ""


class DamageIn(In):
    """A damage record."""

    record_id: OwnId = Field(description="Mã riêng của biên bản, do bên lập đặt.")
    number: Number
    office: Code = ""
    wrapping: Wrapping
    cause: Cause
    lines: tuple[CountedLineIn, ...] = Field(min_length=1, max_length=200)
    statement: Note = ""
    old_seal_no: str = Field("", max_length=40)
    new_seal_no: str = Field(min_length=1, max_length=40)
    worker_name: Name
    witness_name: Name
    photo_jpeg: Photo = Field("", validate_default=True, description="JPEG, base64, nhiều nhất 1,5 MB.")

    def record(self) -> damage.DamageRecord:
        """Return the record in the words of the house."""
        told = {name: value for name, value in self.__dict__.items() if name != "number"}
        lines = tuple(damage.CountedLine(**line.__dict__) for line in self.lines)
        return damage.DamageRecord(**{**told, "lines": lines})


class LiabilityIn(In):
    """How a liability is set down."""

    reason: str = Field(min_length=1, max_length=1000)
    fault: Fault
    ground: Code = Field("", description="Căn cứ không bồi thường, khi Bưu điện không có lỗi.")
    evidence: Line = Field("", description="Chứng từ: của việc chậm, của giá cước.")
    amount_dong: Dong | None = Field(None, description="Mức thoả thuận; để trống là mức tối thiểu.")
    price_dong: Dong | None = Field(None, description="Giá cước, chỉ khi chưa có phiếu thu cước.")
    payee: Payee = "sender"
    agreement: Line = Field("", description="Thoả thuận với người gửi để trả cho người nhận.")
    method: PayWay = "cash"


class PaymentIn(In):
    """Who pays, and how."""

    unit: Code = Field("", description="Bưu cục chi tiền; để trống là đơn vị của mã truy cập.")
    way: PayWay = "cash"


class ReissueIn(In):
    """What it cost to have a paper issued again."""

    paper: str = Field(min_length=1, max_length=300)
    cost_dong: Dong
    evidence: str = Field(min_length=1, max_length=300)


class RateIn(In):
    """A yearly rate of interest."""

    basis_points: int = Field(ge=0, le=10_000, description="Phần vạn một năm: 1000 là 10 %.")
    valid_from: Day
    reason: str = Field(min_length=1, max_length=300, description="Căn cứ.")
