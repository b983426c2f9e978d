"""The life of an item, planned when the order is taken: what happens to it, where, and how many hours later.

Most are collected within hours, travel overnight and are delivered at the first attempt. Some are not: the postman
finds nobody, an invitation is left, the item waits at the office, and after the third attempt it goes back. The same
seed and order number always live the same life.

Used by: ledger.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from .codes import FAILURES, INVITED_TWICE, NOT_READY
from .invented import offices
from .settings import OfficeOptions

ATTEMPTS_MOST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One happening, `hours` after the order was taken."""

    hours: float
    word: str
    office: str
    notes: str = ""


class _Journey:
    """Writes steps down one after another, time passing between them."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.hours = 0.0
        self.steps: list[Step] = []
        self.origin, self.destination = dice.sample([office.code for office in offices()], 2)

    def happens(self, word: str, after: tuple[float, float], office: str, notes: str = "") -> None:
        self.hours += self.dice.uniform(*after)
        self.steps.append(Step(hours=round(self.hours, 3), word=word, office=office, notes=notes))


def plan(order_key: str, options: OfficeOptions) -> tuple[Step, ...]:
    """Return the whole life of the item of one order."""
    journey = _Journey(random.Random(f"life:{options.seed}:{order_key}"))
    _collect(journey, options)
    if journey.dice.random() < options.lost_share:
        journey.happens("lost", (24, 72), journey.origin)
        return tuple(journey.steps)
    _travel(journey, options)
    _deliver(journey, options)
    return tuple(journey.steps)


def _collect(journey: _Journey, options: OfficeOptions) -> None:
    journey.happens("booked", (0.02, 0.1), journey.origin)
    if journey.dice.random() < options.missed_collection_share:
        journey.happens("collection_failed", (1, 4), journey.origin, NOT_READY)
        journey.happens("collected", (16, 22), journey.origin)
    else:
        journey.happens("collected", (1, 4), journey.origin)


def _travel(journey: _Journey, options: OfficeOptions) -> None:
    journey.happens("departed", (1, 3), journey.origin)
    journey.happens("arrived", (4, 16), journey.destination)
    if journey.dice.random() < options.damaged_share:
        journey.happens("damaged", (0.1, 1), journey.destination)


def _deliver(journey: _Journey, options: OfficeOptions) -> None:
    wait = (1.0, 6.0)
    for attempt in range(1, ATTEMPTS_MOST + 1):
        journey.happens("out_for_delivery", wait, journey.destination)
        if journey.dice.random() >= options.failed_share:
            journey.happens("delivered", (0.3, 4), journey.destination)
            return
        journey.happens("attempted", (0.3, 4), journey.destination, journey.dice.choice(FAILURES))
        journey.happens("held", (0.5, 3), journey.destination, f"Giấy mời lần {attempt}")
        wait = (16, 22)
    journey.happens("returning", (48, 72), journey.destination, INVITED_TWICE)
    journey.happens("returned", (20, 40), journey.origin)
