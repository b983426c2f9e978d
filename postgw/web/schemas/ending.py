"""What a recipient chooses, undeliverable items and their end, and what stands still.

Used by: api.ending.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from postgw.domain import choice as choices
from postgw.domain import undeliverable

from .consignments import ConsignmentSummary, consignment_summary
from .returns import Fault, RefusalIn
from .shapes import Code, Cursor, Day, In, Note, Out

if TYPE_CHECKING:
    from postgw.services.choosing import Offer, ToDo
    from postgw.services.ending import PublicLine, Record
    from postgw.services.stalling import Stuck

ChoiceWay = Literal["deliver", "office", "service_point"]
Window = Literal["morning", "afternoon"]
Step = Literal["request", "archive", "give_back"]

#: The closed lists above stand in the domain too; a test keeps them equal.
CLOSED_LISTS = (
    (ChoiceWay, tuple(choices.WAYS)), (Window, tuple(choices.WINDOWS)), (Step, undeliverable.STEPS),
)  # fmt: skip


class ChoiceIn(In):
    """How the recipient will have it: a day and half of it for another delivery, a commune centre to fetch it at."""

    way: ChoiceWay
    on: Day | None = None
    window: Window | Literal[""] = ""
    place: Code = Field("", description="Mã Trung tâm, trong `places` của lần hỏi.")

    def choice(self) -> choices.Choice:
        """Return the choice in the words of the house."""
        return choices.Choice(**self.__dict__)


class ChoiceOut(Out):
    """One version of a choice."""

    ordinal: int
    way: ChoiceWay
    on: date | None
    window: Window | Literal[""]
    place: str
    paid_by: Fault
    cost_dong: int
    by: str
    at: datetime


class PlaceOut(Out):
    """Where an item may be fetched."""

    code: str
    name: str
    address: str
    phone: str


class OfferOut(Out):
    """What may be chosen now, what another delivery costs and who pays, and what was chosen so far."""

    consignment: ConsignmentSummary
    is_open: bool
    kept_until: date = Field(description="Ngày cuối chắc chắn còn giữ, chưa chuyển hoàn.")
    days: list[date]
    windows: list[Window]
    places: list[PlaceOut]
    paid_by: Fault
    cost_dong: int
    current: ChoiceOut | None
    changeable_until: datetime | None
    made: list[ChoiceOut]


class ToDoQuery(Cursor):
    """Whose list, and of which day of delivery."""

    office: Code = ""
    on: Day | None = None


class ToDoOut(Out):
    """A choice to act upon."""

    consignment: ConsignmentSummary
    choice: ChoiceOut


class ToDoPage(Out):
    """A page of an office's list."""

    data: list[ToDoOut]
    next_cursor: str


class DeclareIn(In):
    """Why neither delivery nor return works; a refusal by the sender wants its signed record."""

    ground: str = Field(min_length=1, max_length=40, description="`sender_refused`, `sender_silent`, …")
    evidence: RefusalIn | None = None


class RequestIn(In):
    """The written request to the agency that issued what is inside."""

    agency: str = Field(min_length=1, max_length=200)
    reference: str = Field(min_length=1, max_length=60, description="Số công văn.")


class AnswerIn(In):
    """What that agency answered."""

    answer: Literal["refused", "takes_back"]
    reference: str = Field(min_length=1, max_length=60, description="Số văn bản trả lời.")


class ArchiveIn(In):
    """How the item ends."""

    how: Literal["filed", "destroyed"]
    note: Note = ""


class UndeliverableOut(Out):
    """An undeliverable item: its record and the days that follow from it."""

    consignment: ConsignmentSummary
    ground: str
    accepted_on: date
    declared_on: date
    publicised_until: date
    no_recipient_on: date = Field(description="Ngày đầu tiên được coi là không có người nhận.")
    requested_on: date | None
    requested_of: str
    request_no: str
    answer: Literal["", "refused", "takes_back"]
    answered_on: date | None
    answer_no: str
    archive_from: date | None
    step: Step
    step_from: date


class UndeliverablePage(Out):
    """A page of open records."""

    data: list[UndeliverableOut]
    next_cursor: str


class PublicLineOut(Out):
    """One line of the public list."""

    number: str
    office: str
    publicised_from: date
    publicised_until: date


class PublicLinePage(Out):
    """A page of the public list: nobody's name."""

    data: list[PublicLineOut]
    next_cursor: str


class StuckQuery(Cursor):
    """Whose consignments."""

    desk: Code = ""


class StuckOut(Out):
    """A consignment of which nothing was heard for too long."""

    consignment: ConsignmentSummary
    silent_since: datetime
    days: int = Field(description="Quá số ngày này không có tin thì coi là đứng yên.")
    next: list[str] = Field(description="operationId của các việc làm tiếp được.")


class StuckPage(Out):
    """A page of what stands still."""

    data: list[StuckOut]
    next_cursor: str


def _choice_out(kept: choices.KeptChoice) -> dict[str, Any]:
    shown = {name: getattr(kept, name) for name in ("ordinal", "paid_by", "cost_dong", "by", "at")}
    return {**shown, **asdict(kept.choice)}


def offer_out(offer: Offer) -> dict[str, Any]:
    """Return an offer as it is shown."""
    return {
        "consignment": consignment_summary(offer.consignment),
        "is_open": offer.is_open,
        "kept_until": offer.kept_until,
        "days": offer.days,
        "windows": list(choices.WINDOWS),
        "places": [{name: getattr(unit, name) for name in PlaceOut.model_fields} for unit in offer.places],
        "paid_by": offer.paid_by,
        "cost_dong": offer.cost_dong,
        "current": _choice_out(offer.current) if offer.current else None,
        "changeable_until": offer.changeable_until,
        "made": [_choice_out(kept) for kept in offer.made],
    }


def to_do_out(to_do: ToDo) -> dict[str, Any]:
    """Return a line of an office's list."""
    return {"consignment": consignment_summary(to_do.consignment), "choice": _choice_out(to_do.kept)}


def undeliverable_out(record: Record) -> dict[str, Any]:
    """Return a record as it is shown."""
    days = ("publicised_until", "no_recipient_on", "archive_from", "step", "step_from")
    return {
        "consignment": consignment_summary(record.consignment),
        **asdict(record.entry),
        **{name: getattr(record, name) for name in days},
    }


def public_line_out(line: PublicLine) -> dict[str, Any]:
    """Return a line of the public list."""
    return asdict(line)


def stuck_out(stuck: Stuck) -> dict[str, Any]:
    """Return a line of what stands still."""
    return {
        "consignment": consignment_summary(stuck.consignment), "silent_since": stuck.silent_since, "days": stuck.days,
        "next": stuck.next,
    }  # fmt: skip
