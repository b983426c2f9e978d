"""Two hundred desks create at one moment, over several doors to one database: each wish is granted once."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import pytest

from ..furnishing import DESK
from .conftest import Town, dossier, together

pytestmark = pytest.mark.slow
ALL, EQUAL = 200, 5  #: requests, and how many of them each are the same


async def _create(town: Town, n: int) -> list[tuple[int, Any]]:
    """Send a dossier and ask for its consignment; every fifth caller is the same desk that lost patience."""
    which = n // EQUAL
    sent = await town.ask("officer", "POST", "/dossiers", dossier(f"MC-{which}"), door=n, key=f"ho-so-{which}")
    while sent[0] == 409 and sent[1]["code"] == "idempotency.running":  # told to ask again while the first is at work
        sent = await town.ask("officer", "POST", "/dossiers", dossier(f"MC-{which}"), door=n, key=f"ho-so-{which}")
    wanted = {"dossier": f"{DESK}/MC-{which}", "leg": "send", "book": True}
    key = f"buu-gui-{which}" if n % 2 else ""
    made = await town.ask("officer", "POST", "/consignments", wanted, door=n, key=key)
    while made[0] == 409 and made[1]["code"] == "idempotency.running":
        made = await town.ask("officer", "POST", "/consignments", wanted, door=n, key=key)
    return [sent, made]


async def test_of_two_hundred_parallel_creates_each_is_made_once_and_answered_alike(either_town: Town) -> None:
    town = either_town
    creating = together(*(_create(town, n) for n in range(ALL)))
    reading = together(*(town.ask("officer", "GET", "/dossiers", door=n) for n in range(30)))
    [answers, read] = await together(creating, reading)

    sent, made = defaultdict(list), defaultdict(list)
    for n, (first, second) in enumerate(answers):
        sent[n // EQUAL].append(first)
        made[n // EQUAL].append(second)
    assert all(said == told[0] for told in sent.values() for said in told)  # one key: the same status, the same bytes
    assert {status for told in sent.values() for status, _ in told} == {201}
    for told in made.values():
        numbers = {said["consignment_no"] if status == 201 else said["link"].rsplit("/", 1)[1] for status, said in told}
        assert len(numbers) == 1
        assert Counter(status for status, _ in told)[201] >= 1
        assert {said["code"] for status, said in told if status != 201} <= {"consignment.live"}
    for table in ("dossier", "consignment", "post_order"):
        assert await town.value(f"SELECT count(*) FROM {table}") == ALL // EQUAL, table
    assert await town.value("SELECT count(DISTINCT subject) FROM outbox WHERE channel = 'post'") == ALL // EQUAL
    assert await town.value("SELECT count(*) FROM outbox WHERE channel = 'post'") == ALL // EQUAL
    assert {status for status, _ in read} == {200}  # who only reads starves at no door
    if not town.houses[0].database.sqlite:
        assert [house.database.pool().busy for house in town.houses] == [0, 0, 0], "a connection was not given back"
