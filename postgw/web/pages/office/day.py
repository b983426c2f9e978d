"""The post office's day for its lead: what wants a person, who has what, late trips, how it delivered.

Each number opens its list. Everything is counted anew at each look, and the page says when.

Stands on: services.office_day, choosing, conflicts, trips, day. Used by: routes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from postgw.domain.legal_day import VIETNAM, legal_day, shown
from postgw.domain.page import Page
from postgw.domain.trip import TripCard
from postgw.services.choosing import ToDo
from postgw.services.office_day import SPANS, Performance, Picture, Worker
from postgw.web.language import sentence
from postgw.web.pages.choosing import WINDOWS
from postgw.web.pages.desk import units_of
from postgw.web.pages.visit import Visit

from . import words

#: A device that still holds acts and was not heard of for so long is asked after. Design choice.
_QUIET_DEVICE = timedelta(hours=1)
_TRIPS_BACK = timedelta(days=7)
_WORKERS_SHOWN = 200
_WISHES_SHOWN = 30
_WORKERS = (
    sentence("Nhân viên"), sentence("Bưu cục"), sentence("Đang giữ"), sentence("Đang đi phát"),
    sentence("Phát chưa được"), sentence("Vừa thu gom"), sentence("Giữ lâu nhất từ"), sentence("Đã phát hôm nay"),
    sentence("Không phát được hôm nay"), sentence("Tin cuối"), sentence("Máy"), sentence("Còn trên máy"),
)  # fmt: skip
_PERFORMANCE = (
    sentence("Bưu cục"), sentence("Đã phát"), sentence("Phát ngay lần đầu"), sentence("Phần trăm lần đầu"),
    sentence("Lần không phát được"), sentence("Lượt đi mỗi bưu gửi"), sentence("Đúng hạn"), sentence("Trễ hạn"),
    sentence("Phần trăm đúng hạn"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A number that wants a person, with the list behind it."""

    name: str
    count: int
    title: str
    href: str
    look: tuple[str, str]
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LateTrip:
    """A coming of the post that did not happen in its hours, or a list that both sides have not signed."""

    desk: str
    since: datetime  #: since when it is late
    pickup_no: str = ""
    manifest_no: str = ""
    state: str = ""  #: of the list
    counted: int = 0
    lines: int = 0


async def office(visit: Visit) -> web.Response:
    """Show the day."""
    span = asked_span(visit)
    picture = await visit.services.office_day.picture(actor=visit.actor, span=span, at=visit.at)
    late = await _late_trips(visit)
    return visit.show(
        "desk_office.html", picture=picture, span_name=span, spans=words.SPANS,
        calls=await _calls(visit, picture, late),
        workers=picture.workers[:_WORKERS_SHOWN], hidden=max(len(picture.workers) - _WORKERS_SHOWN, 0), late=late,
        wishes=await _wishes(visit), windows=WINDOWS, in_hand=words.IN_HAND,
        is_quiet=lambda worker: is_quiet(worker, visit.at), units=await units_of(visit), today=legal_day(visit.at),
    )  # fmt: skip


async def _wishes(visit: Visit) -> Page[ToDo]:
    """Return how recipients want what the office has, or is to have; nothing to who may not look at deliveries."""
    if "delivery" not in visit.actor.scopes:
        return Page(items=(), next_cursor="")
    return await visit.services.choosing.to_do(actor=visit.actor, limit=_WISHES_SHOWN, at=visit.at)


def asked_span(visit: Visit) -> str:
    """Return the days that are asked for; today where none are."""
    return visit.query("span") if visit.query("span") in SPANS else "today"


def is_quiet(worker: Worker, at: datetime) -> bool:
    """Say whether a worker's device still holds acts and was not heard of for long."""
    return worker.duty is not None and worker.duty.waiting > 0 and at - worker.duty.seen_at > _QUIET_DEVICE


async def _calls(visit: Visit, picture: Picture, late: Sequence[LateTrip]) -> tuple[Call, ...]:
    """Return what wants a person, what presses most first; nothing that is not there."""
    conflicts = sum((await visit.services.conflicts.counts(actor=visit.actor)).values())
    waiting = sum(worker.duty.waiting for worker in picture.workers if worker.duty)
    calls = [
        Call(name="conflicts", count=conflicts, title=sentence("Mâu thuẫn chờ xử lý"), href="/desk/office/conflicts",
             look=("stuck", "stuck")),
        *await _of_the_day(visit),
        Call(name="trips", count=len(late), title=sentence("Chuyến trễ"), href="#trips", look=("warn", "warn")),
        Call(name="devices", count=waiting, title=sentence("Việc còn nằm trên máy"), href="/desk/office/devices",
             look=("offline", "offline")),
    ]  # fmt: skip
    return tuple(call for call in calls if call.count)


async def _of_the_day(visit: Visit) -> list[Call]:
    """Return what the page of the day counts too, where this account may look at it."""
    if "enquiry" not in visit.actor.scopes:
        return []
    day = await visit.services.day.today(actor=visit.actor, at=visit.at)
    told = {
        "warned_late": (sentence("Bưu gửi quá hạn phát"), ("late", "late")),
        "stuck": (sentence("Lâu không có lần quét nào"), ("stuck", "stuck")),
    }
    return [
        Call(name=job.name, count=job.count, title=told[job.name][0], href=f"/desk/day/{job.name}",
             look=told[job.name][1], since=job.since)
        for job in day.jobs
        if job.name in told
    ]  # fmt: skip


async def _late_trips(visit: Visit) -> tuple[LateTrip, ...]:
    if "handover" not in visit.actor.scopes:
        return ()
    trips, today = visit.services.trips, legal_day(visit.at)
    comings = await trips.comings(since=today - _TRIPS_BACK, until=today, actor=visit.actor)
    ends = {each.pickup_no: datetime.combine(each.on, each.to_time, VIETNAM) for each in comings}
    missed = [
        LateTrip(desk=each.desk, since=ends[each.pickup_no], pickup_no=each.pickup_no)
        for each in comings
        if not each.manifest_no and ends[each.pickup_no] < visit.at
    ]
    unsigned = [late for card in await trips.unfinished(actor=visit.actor) if (late := _unsigned(card, ends, visit.at))]
    return tuple(sorted((*missed, *unsigned), key=lambda late: late.since))


def _unsigned(card: TripCard, ends: dict[str, datetime], at: datetime) -> LateTrip | None:
    """Return a list as late where the hours of its trip are over, or its day is."""
    opened = card.opened_at.astimezone(VIETNAM)
    due = ends.get(card.pickup_no) or opened.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    if due >= at:
        return None
    return LateTrip(
        desk=card.desk, since=due, manifest_no=card.manifest_no, state=card.state, counted=card.counted,
        lines=card.lines,
    )  # fmt: skip


async def workers_file(visit: Visit) -> web.Response:
    """Write who has what as a file."""
    picture = await visit.services.office_day.picture(actor=visit.actor, span="today", at=visit.at)
    units = await units_of(visit)
    nobody = visit.say(sentence("Chưa rõ ai mang"))
    rows = [_worker_row(worker, units.get(worker.office, worker.office), nobody) for worker in picture.workers]
    return await visit.sheet(visit.say(sentence("Ai đang giữ gì")), _headings(visit, _WORKERS), rows, _kind(visit))


def _worker_row(worker: Worker, office: str, nobody: str) -> list[str | int]:
    return [
        worker.name or nobody, office, worker.carried,
        *(worker.in_hand.get(state, 0) for state in ("out_for_delivery", "attempted", "collected")),
        shown(worker.oldest_at) if worker.oldest_at else "", worker.delivered, worker.failed,
        shown(worker.last_at) if worker.last_at else "", worker.duty.device_name if worker.duty else "",
        worker.duty.waiting if worker.duty else 0,
    ]  # fmt: skip


async def performance_file(visit: Visit) -> web.Response:
    """Write how each office delivered as a file."""
    picture = await visit.services.office_day.picture(actor=visit.actor, span=asked_span(visit), at=visit.at)
    units = await units_of(visit)
    rows = [_performance_row(each, units.get(each.office, each.office)) for each in picture.performance]
    title = visit.say(sentence("Kết quả phát")) + " " + visit.say(words.SPANS[asked_span(visit)])
    return await visit.sheet(title, _headings(visit, _PERFORMANCE), rows, _kind(visit))


def _performance_row(each: Performance, office: str) -> list[str | int]:
    return [
        office, each.delivered, each.at_first, _or_nothing(each.first_rate), each.failed,
        _or_nothing(each.attempts_each), each.met, each.missed, _or_nothing(each.met_rate),
    ]  # fmt: skip


def _or_nothing(figure: float | None) -> str | int:
    return "" if figure is None else figure if isinstance(figure, int) else f"{figure:.2f}".replace(".", ",")


def _headings(visit: Visit, headings: Iterable[str]) -> list[str]:
    return [visit.say(each) for each in headings]


def _kind(visit: Visit) -> str:
    return visit.path("kind")
