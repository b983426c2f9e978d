"""How cases stand on a day, and what the citizen's own page shows of those about a dossier.

The page has the number, the day of the answer, what was answered; never what the staff wrote among themselves.

Stands on: cases, consignments, transit. Used by: services.cases.
Source: Circular 17/2017/TT-BTTTT art. 8; Law on Post 2010 art. 38.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from postgw.domain.case import ANSWERS, CaseFile, Standing, Step, standing_of
from postgw.domain.compensation import RejectionGround
from postgw.domain.consignment import Consignment
from postgw.domain.errors import Conflict, Invalid
from postgw.domain.legal_day import legal_day
from postgw.domain.time_bar import Answering, Barred, answering, reckoned_words
from postgw.domain.time_limit import Words
from postgw.domain.working_calendar import WorkingCalendar
from postgw.rules.book import RuleBook
from postgw.rules.public_holidays import calendar_of

from . import cases, consignments
from .database import Session
from .dossiers import KeptDossier
from .transit import is_in_one_province

#: How a complaint made on the citizen's own page is signed: their name stands in no row of it.
BY_LINK = "citizen.link"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageCase:
    """A complaint as its citizen sees it: what was answered, and never what the staff wrote among themselves."""

    case: CaseFile
    standing: Standing
    clock: Answering
    reckoning: tuple[Words, ...]
    passed: tuple[Barred, ...]  #: the terms that were over when it came
    answered_on: date | None
    answer: str
    ground: RejectionGround | None  #: on which it was turned down


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintPage:
    """What the page of a dossier has to complain about, and what was complained about before."""

    carried: tuple[Consignment, ...]  #: by the public postal service, the newest first
    cases: tuple[PageCase, ...]  #: the newest first
    has_enough: bool  #: the day has had its number
    answered_by: date | None  #: the last day of the answer to a complaint of today about the newest item

    @property
    def is_open(self) -> bool:
        """Say whether a complaint may be made now."""
        return bool(self.carried) and not self.has_enough


def calendar_on(book: RuleBook, known_on: date) -> WorkingCalendar:
    """Return the days that offices work, as they were known on a day; a storm moves no answer."""
    return calendar_of(book.holidays_on(known_on))


def clock_of(book: RuleBook, case: CaseFile, answered: date | None, at: datetime) -> Answering:
    """Return how a case stands against the day of its answer."""
    today, ended = legal_day(at), answered if case.state != "open" else None
    return answering(case.due_on, answered_on=ended, today=today, calendar=calendar_on(book, today))


def reckoning_of(book: RuleBook, case: CaseFile) -> tuple[Words, ...]:
    """Return how the day of an answer was reckoned; nothing where it was not."""
    facts = case.facts
    if "working_days" not in facts:
        return ()
    start, near = date.fromisoformat(str(facts["received_on"])), bool(facts["same_province"])
    days = int(str(facts["working_days"]))
    return tuple(reckoned_words(start, days, calendar_on(book, start), same_province=near))


def bars_in(case: CaseFile) -> tuple[Barred, ...]:
    """Return the terms as they stood when a complaint was received."""
    told: Any = case.facts.get("bars", [])
    return tuple(
        Barred(**{
            **bar, **{name: date.fromisoformat(bar[name]) if bar[name] else None for name in ("began_on", "ends_on")}
        })
        for bar in told
    )  # fmt: skip


def answered_on(steps: Sequence[Step]) -> date | None:
    """Return the legal day of the last answer."""
    ends = [legal_day(step.taken_at) for step in steps if step.kind in ANSWERS]
    return ends[-1] if ends else None


async def page_of(session: Session, book: RuleBook, opened: KeptDossier, *, at: datetime) -> ComplaintPage:
    """Return what the page of a dossier has to complain about, and what was complained about before."""
    carried, today = await complainable(session, opened), legal_day(at)
    found = await cases.of_dossier(session, opened.dossier_id, ["complaint"])
    return ComplaintPage(
        carried=carried, has_enough=await has_enough(session, book, opened, at),
        answered_by=_due(book, carried[0], today) if carried else None,
        cases=tuple([await _page_case(session, book, case, at) for case in found]),
    )  # fmt: skip


async def has_enough(session: Session, book: RuleBook, opened: KeptDossier, at: datetime) -> bool:
    """Say whether the page of a dossier has had its number of complaints within a day."""
    most = book.page_rule(legal_day(at)).complaints_a_day
    return await cases.opened_by(session, opened.dossier_id, BY_LINK, since=at - timedelta(days=1)) >= most


async def complainable(session: Session, opened: KeptDossier) -> tuple[Consignment, ...]:
    """Return what the public postal service carried between a citizen and the desks, the newest first."""
    carried = await consignments.of_dossier(session, opened.dossier_id)
    return tuple(
        each for each in reversed(carried)
        if each.public_service and each.leg in {"send", "return"} and each.custody.state != "cancelled"
    )  # fmt: skip


def meant(number: str, carried: Sequence[Consignment]) -> Consignment:
    """Return the item that a complaint is about. Raises Conflict when there is none, Invalid for another's."""
    if not carried:
        raise Conflict("Hồ sơ này chưa có bưu gửi nào đi qua bưu điện.", code="case.nothing_carried")
    named = [each for each in carried if each.consignment_no == number] if number else carried
    if not named:
        raise Invalid("Chọn chiều gửi trong danh sách.", code="case.number", field="/number")
    return named[0]


def _due(book: RuleBook, found: Consignment, received_on: date) -> date:
    days = book.case_rule(received_on).working_days(same_province=is_in_one_province(found))
    return calendar_on(book, received_on).after(received_on, days)


async def _page_case(session: Session, book: RuleBook, case: CaseFile, at: datetime) -> PageCase:
    steps = await cases.steps(session, case.case_no)
    answers = [step for step in steps if step.kind == "answered"]
    last = answers[-1] if answers and case.state != "open" else None
    said = (await cases.words(session, case.case_no)).get(last.seq, {}) if last else {}
    ended = answered_on(steps) if case.state != "open" else None
    return PageCase(
        case=case, standing=standing_of(steps), clock=clock_of(book, case, ended, at), answered_on=ended,
        reckoning=reckoning_of(book, case), passed=tuple(bar for bar in bars_in(case) if bar.passed),
        answer=str(said.get("text", "")),
        ground=book.case_rule(legal_day(case.opened_at)).grounds.get(str(last.content.get("ground", "")))
        if last else None,
    )  # fmt: skip
