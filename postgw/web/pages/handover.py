"""Handing over: today's trips of this unit, what waits for the next one, the week ahead, and a new list.

A trip is one coming of the post. Its list is opened here and counted and signed on a page of its own (`trip`). What was
opened on a day is that day's register, on the screen and as a file.

Stands on: visit, desk. Used by: routes, trip, signatures, accepting.
Source: Decision 45/2016/QĐ-TTg art. 7, 9.2; Circular 17/2017/TT-BTTTT art. 5.1.e to g.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from aiohttp import web

from postgw.domain.errors import Invalid, Mistake
from postgw.domain.legal_day import VIETNAM, legal_day
from postgw.domain.pickup_window import WindowSet
from postgw.domain.trip import TripCard
from postgw.web.errors import kind_of
from postgw.web.language import sentence

from .visit import Visit, go_to

DIRECTIONS = {"to_post": sentence("Giao cho bưu điện"), "to_desk": sentence("Giao cho bộ phận Một cửa")}
STATES = {"open": sentence("Đang mở"), "closed": sentence("Chờ ký"), "signed": sentence("Đã ký đủ")}
LOOKS = {"open": ("run", "due"), "closed": ("warn", "warn"), "signed": ("ok", "ok")}
_AHEAD = timedelta(days=7)
_REGISTER_TITLE = sentence("Sổ giao nhận {day}")
_REGISTER = (
    sentence("Biên bản"), sentence("Chiều"), sentence("Bộ phận Một cửa"), sentence("Bưu điện"), sentence("Mở lúc"),
    sentence("Chốt lúc"), sentence("Ký đủ lúc"), sentence("Tình trạng"), sentence("Bưu gửi"), sentence("Đã đếm"),
    sentence("Thiếu"), sentence("Rách, hỏng"), sentence("Ngoài danh sách"),
)  # fmt: skip


class Typed(dict[str, str]):
    """What was typed into a form that comes back; nothing where nothing was."""

    def __missing__(self, name: str) -> str:
        return ""


async def today(visit: Visit) -> web.Response:
    """Show what passes today, and what is not signed yet."""
    return await _page(visit)


async def _page(visit: Visit, mistake: Mistake | None = None, typed: Mapping[str, str] | None = None) -> web.Response:
    trips, on = visit.services.trips, legal_day(visit.at)
    day = day_asked(visit, on)
    left = await trips.unfinished(actor=visit.actor) if day == on else ()
    opened = await trips.of_day(day, actor=visit.actor)
    older = [card for card in left if card.manifest_no not in {each.manifest_no for each in opened}]
    comings = await trips.comings(since=on, until=on + _AHEAD, actor=visit.actor)
    ahead = [each for each in comings if _is_ahead(each, visit.at)]
    return visit.show(
        "desk_handover.html", here="/desk/handover", status=kind_of(mistake).status if mistake else 200,
        day_shown=day, today=on,
        older=older, cards=sorted(opened, key=lambda card: (card.state == "signed", card.opened_at)),
        comings=[each for each in comings if each.on == on], following=ahead[0] if ahead else None,
        waiting=await _waiting(visit), faults=faults_of(visit, mistake), typed=Typed(typed or {}), **await words(visit),
    )  # fmt: skip


def _is_ahead(pickup: Any, at: datetime) -> bool:
    return datetime.combine(pickup.on, pickup.to_time, VIETNAM) > at


async def _waiting(visit: Visit) -> int:
    """Return how much would go on a list opened now."""
    unit = visit.actor.unit
    kinds = {each.code: each.kind for each in await visit.services.enquiry.units(actor=visit.actor)}
    if kinds.get(unit) != "desk":
        return 0
    return len(await visit.services.trips.waiting("to_post", unit, actor=visit.actor))


def day_asked(visit: Visit, today: date) -> date:
    """Return the day that the address names, else today."""
    try:
        return date.fromisoformat(visit.query("day")) if visit.query("day") else today
    except ValueError:
        return today


def faults_of(visit: Visit, mistake: Mistake | None) -> dict[str, str]:
    """Return what is wrong, by the field that it is about; `all` is the sentence at the top."""
    if mistake is None:
        return {}
    told = visit.say(mistake.template, **mistake.values)
    return {"all": told, mistake.field.strip("/").split("/")[0]: told}


async def words(visit: Visit) -> dict[str, Any]:
    """Return the words that every page of handing over needs."""
    units = await visit.services.enquiry.units(actor=visit.actor)
    names = {unit.code: unit.name for unit in units}
    kinds = {unit.code: unit.kind for unit in units}
    return {
        "units": names, "desks": _of_kind(units, "desk"), "offices": _of_kind(units, "office"),
        "own_kind": kinds.get(visit.actor.unit, ""), "directions": DIRECTIONS, "trip_states": STATES,
        "trip_looks": LOOKS,
    }  # fmt: skip


def _of_kind(units: Sequence[Any], kind: str) -> list[Any]:
    return [unit for unit in units if unit.kind == kind]


async def book(visit: Visit) -> web.Response:
    """Ask the post to come, from the form on the day's page."""
    typed = await visit.typed()
    try:
        desk, office = _sides(visit, typed)
        await visit.services.handover.book_pickup(
            desk, office=office, on=_day(typed, "on"), from_time=_clock(typed, "from_time"),
            to_time=_clock(typed, "to_time"), actor=visit.actor, at=visit.at,
        )  # fmt: skip
    except Mistake as mistake:
        return await _page(visit, mistake, {**typed, "form": "book"})
    return go_to("/desk/handover")


async def open_list(visit: Visit) -> web.Response:
    """Open a list, with all that waits on it when that is wanted, and go to it."""
    typed = await visit.typed()
    direction = typed.get("direction", "")
    try:
        desk, office = _sides(visit, typed)
        numbers = []
        if typed.get("with_waiting") and direction in DIRECTIONS:
            waiting = await visit.services.trips.waiting(direction, desk, actor=visit.actor)
            numbers = [each.consignment_no for each in waiting]
        made = await visit.services.handover.open(
            desk=desk, office=office, direction=direction, numbers=numbers, pickup_no=typed.get("pickup_no", ""),
            actor=visit.actor, at=visit.at,
        )  # fmt: skip
    except Mistake as mistake:
        return await _page(visit, mistake, {**typed, "form": "open"})
    return go_to(f"/desk/handover/{made.manifest_no}")


def _sides(visit: Visit, typed: Mapping[str, str]) -> tuple[str, str]:
    desk, office = typed.get("desk", ""), typed.get("office", "")
    if not desk or not office:
        raise Invalid("Chọn nơi giao và nơi nhận.", code="handover.sides", field="/office" if desk else "/desk")
    return desk, office


def _day(typed: Mapping[str, str], name: str) -> date:
    try:
        return date.fromisoformat(typed.get(name, ""))
    except ValueError:
        raise Invalid("Ghi ngày, ví dụ 24/11/2026.", code="day.shape", field=f"/{name}") from None


def _clock(typed: Mapping[str, str], name: str) -> time:
    try:
        return time.fromisoformat(typed.get(name, ""))
    except ValueError:
        raise Invalid("Ghi giờ, ví dụ 10:30.", code="time.shape", field=f"/{name}") from None


def moment_typed(typed: Mapping[str, str], name: str) -> datetime:
    """Return a moment as the clock on the wall here says it. Raises Invalid when it is none."""
    try:
        found = datetime.fromisoformat(typed.get(name, ""))
    except ValueError:
        raise Invalid("Ghi ngày và giờ đúng như viết trên giấy.", code="moment.shape", field=f"/{name}") from None
    return found if found.tzinfo else found.replace(tzinfo=VIETNAM)


async def week(visit: Visit) -> web.Response:
    """Show when the post comes in the next days, and the hours agreed for every week."""
    on = legal_day(visit.at)
    comings = await visit.services.trips.comings(since=on, until=on + _AHEAD, actor=visit.actor)
    days = [on + timedelta(days=n) for n in range(_AHEAD.days)]
    agreed = await visit.services.results.windows(actor=visit.actor)
    return visit.show(
        "desk_week.html", days={day: [each for each in comings if each.on == day] for day in days},
        usual=await visit.services.results.usual_hours(days, actor=visit.actor, at=visit.at),
        agreed=_in_force(agreed, on) if visit.actor.unit else None, today=on, **await words(visit),
    )  # fmt: skip


def _in_force(agreed: Sequence[WindowSet], on: date) -> WindowSet | None:
    return next((each for each in agreed if each.valid_from <= on), None)


async def register(visit: Visit) -> web.Response:
    """Give the register of a day as a file."""
    day = day_asked(visit, legal_day(visit.at))
    cards = await visit.services.trips.of_day(day, actor=visit.actor)
    names = (await words(visit))["units"]
    say = visit.say
    headings = [say(each) for each in _REGISTER]
    rows = [_register_row(visit, card, names) for card in cards]
    return await visit.sheet(say(_REGISTER_TITLE, day=f"{day:%d-%m-%Y}"), headings, rows, visit.path("kind"))


def _register_row(visit: Visit, card: TripCard, names: Mapping[str, str]) -> list[str | int]:
    moments = [f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}" if at else "" for at in (
        card.opened_at, card.closed_at, card.signed_at
    )]  # fmt: skip
    found = [card.found.get(name, 0) for name in ("missing", "damaged", "extra")]
    return [
        card.manifest_no, visit.say(DIRECTIONS[card.direction]), names.get(card.desk, card.desk),
        names.get(card.office, card.office), *moments, visit.say(STATES[card.state]), card.lines, card.counted, *found,
    ]  # fmt: skip
