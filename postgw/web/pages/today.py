"""The desk's day: what waits, in the order in which it gets late; the post's comings; the wires; what was done.

The page is whole without a script. With one it is kept fresh: a stream says that something changed, and the part that
changes is asked for again (`live`). Each number opens its list, each line has its act and a key.

Stands on: services.day, day_words, wires. Used by: routes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from postgw.domain.legal_day import legal_day
from postgw.services.day import LANES, Day, Job
from postgw.web.language import sentence

from . import day_words
from .attention import calls_of
from .desk import titles, units_of
from .visit import Visit
from .wires import Health, health_of, may_try_again

_KEYS = "1234567890"
_DIRECTIONS = {"to_post": sentence("giao bưu điện"), "to_desk": sentence("giao Một cửa")}


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of the day as it stands on the page."""

    job: Job
    title: str
    place: str
    list: str
    key: str


@dataclass(frozen=True, slots=True)
class Lane:
    """Lines that are late in the same part of the day."""

    name: str
    title: str
    hint: str
    kind: str
    jobs: tuple[Shown, ...]


async def today(visit: Visit) -> web.Response:
    """Show what the unit has before it."""
    calls = await calls_of(visit) if "admin" in visit.may else ()
    return visit.show("desk_today.html", calls=calls, **await picture(visit))


async def part(visit: Visit) -> web.Response:
    """Show the part of the page that changes, for a page that is open already."""
    return visit.show("today_part.html", **await picture(visit))


async def picture(visit: Visit) -> dict[str, Any]:
    """Return what the page is drawn from."""
    day = await visit.services.day.today(actor=visit.actor, at=visit.at)
    watched = await visit.services.wires.watch(actor=visit.actor, at=visit.at)
    healths = health_of(watched, at=visit.at, may_act=may_try_again(visit))
    return {
        "day_": day, "lanes": lanes_of(day, _stuck_wires(visit, healths), visit.may), "works": day_words.WORKS,
        "wires": healths, "done": day_words.DONE_AT_OFFICE if day.kind == "office" else day_words.DONE,
        "time_of": day_words.time_of,
        "today": legal_day(visit.at), "units": await units_of(visit), "procedures": day.procedures,
        "states": titles(visit.services.enquiry.table(on=legal_day(visit.at)), visit.language),
        "directions": _DIRECTIONS,
    }  # fmt: skip


def _stuck_wires(visit: Visit, healths: tuple[Health, ...]) -> tuple[Job, ...]:
    """Return a line for what stands still on the wires, to those who look after them."""
    stuck = [each for each in healths if each.kind == "stuck"]
    if not stuck or not may_try_again(visit):
        return ()
    since = min((each.since for each in stuck if each.since), default=None)
    count = sum(each.wire.backlog.refused + each.wire.backlog.unread for each in stuck)
    return (Job(name="wire", count=count, lane="today", since=since, first=stuck[0].wire.outside.title),)


def lanes_of(day: Day, more: tuple[Job, ...], scopes: frozenset[str]) -> tuple[Lane, ...]:
    """Return the lanes of a day, the empty ones left out, their lines with the keys 1 to 9 and 0."""
    jobs = sorted((*day.jobs, *more), key=lambda job: job.order)
    shown = [
        Shown(
            job, day_words.title_of(job), day_words.place_of(job, scopes), day_words.list_of(job),
            _KEYS[n] if n < len(_KEYS) else "",
        )
        for n, job in enumerate(jobs)
    ]  # fmt: skip
    lanes = []
    for name in LANES:
        title, hint = day_words.LANES[name]
        inside = tuple(each for each in shown if each.job.lane == name)
        lanes.append(Lane(name, title, hint, day_words.LANE_KINDS[name], inside))
    return tuple(lane for lane in lanes if lane.jobs)
