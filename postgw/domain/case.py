"""A case (khiếu nại, bồi thường): a complaint, a loss, damage or lateness, followed until it is answered and closed.

A case is about one consignment. What happens in it is kept as steps, written once; where it stands follows from them
alone. From wherever it stands there is a way to its end: what is owed can be paid, what was found can be decided on, an
open case can be answered, an answered one closed.

Stands on: errors. Used by: services.cases, storage.cases, services.lateness (which opens a case for what came late).
Source: Circular 17/2017/TT-BTTTT art. 8; Law on Post 2010 art. 38 to 41; Decree 47/2011/NĐ-CP art. 24 to 27.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from .errors import Conflict

KINDS = {
    "complaint": "khiếu nại",
    "late": "chậm so với thời gian toàn trình",
    "damage": "hư hỏng, rách bao bì",
    "loss": "mất, thất lạc",
}
STATES = {"open": "đang xử lý", "answered": "đã trả lời", "closed": "đã đóng"}
#: What a complaint is about; it decides which time-bar counts.
ABOUTS = {
    "loss": "mất bưu gửi",
    "late": "chậm so với thời gian toàn trình",
    "damage": "hư hỏng",
    "tampering": "suy suyển, tráo đổi",
    "price": "giá cước",
    "staff": "thái độ, cách làm của nhân viên",
    "other": "việc khác liên quan đến bưu gửi",
}
OUTCOMES = {"upheld": "chấp nhận", "partly": "chấp nhận một phần", "rejected": "không chấp nhận"}
DECISIONS = {"takes_back": "nhận lại bưu gửi", "refuses": "từ chối nhận lại"}
#: Each step with its title, the states in which it may be taken, and the state it leads to (empty: the same).
STEPS: Mapping[str, tuple[str, frozenset[str], str]] = {
    "received": ("tiếp nhận", frozenset({"open"}), ""),
    "asked": ("hỏi, yêu cầu cung cấp", frozenset({"open"}), ""),
    "investigated": ("xác minh", frozenset({"open"}), ""),
    "clock_moved": ("tính lại hạn phát", frozenset({"open", "answered"}), ""),
    "damage_recorded": ("lập biên bản hư hỏng", frozenset({"open"}), ""),
    "liability": ("lập văn bản xác định trách nhiệm", frozenset({"open", "answered"}), ""),
    "reissue": ("ghi chi phí cấp lại", frozenset({"open", "answered"}), ""),
    "paid": ("trả tiền bồi thường, hoàn cước", frozenset({"open", "answered"}), ""),
    "found": ("tìm lại được bưu gửi", frozenset({"open", "answered", "closed"}), "open"),
    "owner_decided": ("chủ bưu gửi quyết định", frozenset({"open"}), "answered"),
    "answered": ("trả lời", frozenset({"open"}), "answered"),
    "reopened": ("mở lại", frozenset({"answered", "closed"}), "open"),
    "closed": ("đóng", frozenset({"answered"}), "closed"),
}
#: The steps that answer a case.
ANSWERS = ("answered", "owner_decided")
#: The steps that somebody writes down by hand; the others follow from acts of their own.
PLAIN_STEPS = ("asked", "investigated", "reopened", "closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that was done in a case. `content` names no person."""

    seq: int
    kind: str
    content: Mapping[str, object] = field(default_factory=dict)
    taken_at: datetime
    taken_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a case stands, told from its steps."""

    state: str = "open"
    owed_dong: int = 0  #: compensation or refund that is determined and not paid
    paid_dong: int = 0  #: what was paid and not given back, without interest
    waits_for_owner: bool = False  #: the item was found, its owner has not decided
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """One case. `facts` are what is known of it without a person's name."""

    case_no: str
    kind: str
    consignment_no: str
    desk: str
    office: str = ""
    state: str
    due_on: date
    facts: Mapping[str, object] = field(default_factory=dict)
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None = None

    @property
    def about(self) -> str:
        """Return what the case is about: of a complaint what was said, of any other its kind."""
        return str(self.facts.get("about") or (self.kind if self.kind in ABOUTS else "other"))


def standing_of(steps: Iterable[Step]) -> Standing:
    """Return where a case stands after its steps, in their order.

    >>> at = datetime(2026, 11, 23)
    >>> def step(seq, kind, **content): return Step(seq=seq, kind=kind, content=content, taken_at=at, taken_by="x")
    >>> standing_of([step(1, "received"), step(2, "liability", amount_dong=104_000)]).owed_dong
    104000
    >>> standing_of([step(1, "received"), step(2, "answered", outcome="rejected")]).state
    'answered'
    """
    standing = Standing()
    for step in steps:
        standing = after(standing, step.kind, step.content)
    return standing


def after(standing: Standing, kind: str, content: Mapping[str, object]) -> Standing:
    """Return where a case stands after one more step. Raises Conflict when it may not be taken now."""
    must_follow(standing, kind)
    moved = replace(standing, state=STEPS[kind][2] or standing.state)
    if kind == "liability":
        return replace(moved, owed_dong=_dong(content, "amount_dong"))
    if kind == "paid":
        return replace(moved, paid_dong=standing.owed_dong, owed_dong=0)
    if kind == "found":
        return replace(moved, waits_for_owner=True)
    if kind == "owner_decided":
        back = content.get("decision") == "takes_back"
        return replace(
            moved, waits_for_owner=False, owed_dong=0 if back else moved.owed_dong,
            paid_dong=0 if back else moved.paid_dong,
        )  # fmt: skip
    return replace(moved, outcome=str(content.get("outcome", ""))) if kind == "answered" else moved


def must_follow(standing: Standing, kind: str) -> None:
    """Raise Conflict unless a step may be taken where a case stands."""
    title, states, _ = STEPS[kind]
    if standing.state not in states:
        raise Conflict(
            "Vụ việc đang ở trạng thái {state} nên chưa làm được bước {step}.", state=STATES[standing.state],
            step=title, code="case.out_of_turn",
        )  # fmt: skip
    if kind == "paid" and not standing.owed_dong:
        raise Conflict("Chưa có khoản nào phải trả: lập văn bản xác định trách nhiệm trước.", code="case.nothing_owed")
    if kind == "found" and standing.waits_for_owner:
        raise Conflict("Đã ghi tìm lại được, đang chờ chủ bưu gửi quyết định.", code="case.found")
    if kind == "owner_decided" and not standing.waits_for_owner:
        raise Conflict("Chưa ghi tìm lại được bưu gửi nên chưa có gì để quyết định.", code="case.not_found")
    if kind in {"answered", "closed"} and standing.waits_for_owner:
        raise Conflict("Chờ chủ bưu gửi quyết định nhận lại hay từ chối rồi mới làm bước này.", code="case.owner")
    if kind == "closed" and standing.owed_dong:
        raise Conflict(
            "Còn phải trả {amount} đồng. Trả xong mới đóng được.", amount=standing.owed_dong, code="case.owed"
        )


def way_out(standing: Standing) -> str:
    """Return the next step on the way to the end of a case; empty when it has ended.

    >>> way_out(Standing(owed_dong=1)), way_out(Standing()), way_out(Standing(state="closed"))
    ('paid', 'answered', '')
    """
    if standing.state == "closed":
        return ""
    if standing.waits_for_owner:
        return "owner_decided"
    if standing.owed_dong:
        return "paid"
    return "answered" if standing.state == "open" else "closed"


def _dong(content: Mapping[str, object], name: str) -> int:
    value = content.get(name, 0)
    return value if isinstance(value, int) else 0
