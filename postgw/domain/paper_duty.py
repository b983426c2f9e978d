"""Duties over papers: originals that the agency owes back, and old papers that the post must bring to the agency.

An original that was handed to the agency is owed to the citizen. The officer confirms that it goes out with a result,
or says why it stays; the debt ends when that result is delivered, and lives again when the result comes back. An old
paper is asked for at delivery: it is collected, and the duty ends when it is handed in at the desk; or the citizen
states that it is lost, and the desk is told.

Stands on: address, errors. Used by: services.papers, services.delivery, storage.paper_duties.
Source: QĐ45/2016/QĐ-TTg Đ.8.3, Đ.9.1; TT17/2017/TT-BTTTT Đ.5.2.đ-g.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from .address import checked_text
from .errors import Conflict, Invalid
from .folding import fold
from .legal_day import legal_day

KINDS = {"owed": "bản chính cơ quan phải trả", "withdraw": "giấy tờ phải thu hồi"}
OUTCOMES = {"collected": "đã thu", "lost": "người dân báo mất"}
DECISIONS = {"goes": "trả cùng kết quả", "stays": "giữ lại"}
#: Where a duty stands. The last three close it.
STAGES = {
    "at_agency": "cơ quan đang giữ",
    "stays": "cơ quan giữ lại, có lý do",
    "confirmed": "sẽ trả cùng kết quả",
    "to_collect": "chưa thu",
    "collected": "đã thu, chưa gửi",
    "on_the_way": "đang trên đường",
    "astray": "thất lạc trên đường",
    "given_back": "đã trả người dân",
    "handed_in": "đã nộp cơ quan",
    "reported_lost": "người dân báo mất",
}
CLOSED = ("given_back", "handed_in", "reported_lost")
_ENDS_OWED = {"delivered": "given_back", "archived": "given_back", "lost": "astray"}
_AT_AGENCY_AGAIN = {"returned", "cancelled", "recalled"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperDuty:
    """One paper that somebody must give to somebody."""

    duty_no: int
    kind: str
    desk: str
    dossier_no: str
    name: str
    paper_kind: str
    quantity: int
    opened_at: datetime
    opened_by: str  #: the consignment by which it came about
    decision: str = ""
    decision_reason: str = ""
    decided_at: datetime | None = None
    decided_by: str = ""
    outcome: str = ""
    outcome_note: str = ""
    outcome_at: datetime | None = None
    outcome_by: str = ""
    carried_by: str = ""  #: the consignment that carries it to its end
    carrier_state: str = ""
    carrier_holder: str = ""
    carrier_since: datetime | None = None
    due_on: date | None = None  #: when the agency promised the result

    def is_overdue(self, on: date) -> bool:
        """Say whether nobody has sent it on its way although the day of the result is over."""
        return self.stage in {"at_agency", "to_collect", "collected"} and self.due_on is not None and self.due_on < on

    @property
    def stage(self) -> str:
        """Where it stands, one of STAGES."""
        return self._owed_stage() if self.kind == "owed" else self._withdraw_stage()

    def _owed_stage(self) -> str:
        if self.decision == "stays":
            return "stays"
        if not self.carried_by or self.carrier_state in _AT_AGENCY_AGAIN:
            return "at_agency"
        default = "on_the_way" if self.carrier_holder == "post" else "confirmed"
        return _ENDS_OWED.get(self.carrier_state, default)

    def _withdraw_stage(self) -> str:
        if self.outcome != "collected":
            return "reported_lost" if self.outcome else "to_collect"
        if not self.carried_by or self.carrier_state == "cancelled":
            return "collected"
        return {"delivered": "handed_in", "lost": "astray"}.get(self.carrier_state, "on_the_way")

    @property
    def is_open(self) -> bool:
        """Whether somebody still owes it."""
        return self.stage not in CLOSED

    @property
    def closed_at(self) -> datetime | None:
        """When it ended."""
        if self.is_open:
            return None
        return self.outcome_at if self.stage == "reported_lost" else self.carrier_since

    def age_days(self, on: date) -> int:
        """Return for how many days it has stood, or stood until it ended."""
        until = legal_day(self.closed_at) if self.closed_at else on
        return max((until - legal_day(self.opened_at)).days, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """What became of one old paper at the door."""

    name: str
    outcome: str
    note: str = ""  #: of a lost one, what the citizen stated


def checked_withdrawn(withdrawn: Sequence[Withdrawn]) -> tuple[Withdrawn, ...]:
    """Return what became of old papers with tidy texts. Raises Invalid when a lost one comes without a statement."""
    return tuple(_checked(each, f"/withdrawn/{n}") for n, each in enumerate(withdrawn))


def _checked(each: Withdrawn, field: str) -> Withdrawn:
    if each.outcome not in OUTCOMES:
        raise Invalid(
            "Kết quả thu hồi phải là collected hoặc lost.", code="withdrawn.outcome", field=f"{field}/outcome"
        )
    note = checked_text(
        each.note, what="lời trình bày của người dân về giấy tờ bị mất", field=f"{field}/note", most=1000,
        required=each.outcome == "lost",
    )  # fmt: skip
    return Withdrawn(
        name=checked_text(each.name, what="tên giấy tờ", field=f"{field}/name", most=300), outcome=each.outcome,
        note=note,
    )  # fmt: skip


def matched(withdrawn: Sequence[Withdrawn], names: Sequence[str]) -> dict[str, Withdrawn]:
    """Return what was told, by the name that is asked for.

    Raises Invalid when a paper is told of that nobody asks for.
    """
    by_name = {fold(name): name for name in names}
    found: dict[str, Withdrawn] = {}
    for n, each in enumerate(withdrawn):
        if fold(each.name) not in by_name:
            raise Invalid(
                "Hồ sơ này không yêu cầu thu hồi giấy tờ ấy.", code="withdrawn.not_asked", field=f"/withdrawn/{n}/name"
            )
        found[by_name[fold(each.name)]] = each
    return found


def must_be_settled(number: str, unsettled: Sequence[str]) -> None:
    """Let a delivery pass. Raises Conflict while an old paper was neither collected nor reported lost."""
    if unsettled:
        raise Conflict(
            "Chưa phát được bưu gửi {number}: còn {count} giấy tờ phải thu hồi ({names}). Với mỗi giấy, ghi đã thu"
            " (collected), hoặc báo mất kèm lời người dân (lost), trong cùng lần phát.",
            number=number, count=len(unsettled), names="; ".join(unsettled), code="delivery.withdrawals",
            field="/withdrawn",
        )  # fmt: skip


def checked_decision(decision: str, consignment_no: str, reason: str) -> str:
    """Return the tidy reason. Raises Invalid when an original stays without one, or goes with no result named."""
    if decision not in DECISIONS:
        raise Invalid("Quyết định phải là goes hoặc stays.", code="duty.decision", field="/decision")
    if (decision == "goes") is not bool(consignment_no):
        raise Invalid(
            "Trả (goes) thì ghi số bưu gửi trả kết quả; giữ lại (stays) thì để trống.", code="duty.carrier",
            field="/consignment_no",
        )  # fmt: skip
    return checked_text(
        reason, what="lý do cơ quan giữ bản chính", field="/reason", most=300, required=decision == "stays"
    )
