"""Every pair of acts that touch the same rows, at once and the other way round: nobody waits for each other for good.

PostgreSQL ends a deadlock by breaking one of the two, so a wrong order shows as an answer of 500 or as a job that
raises, and in PostgreSQL's own count. The one order of locks stands in docs/architecture.md. POSTGW_PAIRS is how often
each pair meets; an ordinary run lets those meet that once locked crosswise, and some others by chance.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import combinations_with_replacement, count
from pathlib import Path
from typing import Any

import pytest

from ..furnishing import DESK, OFFICE
from .acts import AT_THE_SIGNING, DESK_AND_TIME, DOOR_AND_TIME, LONG, OVER, PROOF, Act, Hands
from .conftest import Town, batch, dossier, signatories, together
from .copies import Copy, copies

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.timeout(900)]
TIMES = int(os.environ.get("POSTGW_PAIRS", "0"))
_SOME, _OFTEN = 12, 2
#: Pairs that have locked crosswise before the order was written down.
_ONCE_CROSSWISE = {
    ("cancel", "send_orders"), ("recall", "send_orders"), ("next trip", "add"), ("address", "rewrite"),
    ("damage", "watch_clocks"), ("lose", "watch_clocks"), ("damage", "lose"), ("damage", "find"),
    ("scan home", "deliver"), ("scan crosswise", "deliver"), ("bind", "damage"), ("erase", "damage"),
}  # fmt: skip
_WORD = count(1)
Pair = tuple[str, str]


def pairs(town: Town, acts: Mapping[str, Act]) -> list[Pair]:
    """Return the pairs of acts that are to meet, an act with itself among them."""
    every = list(combinations_with_replacement(acts, 2))
    if TIMES:
        return every * TIMES
    crosswise = [pair for pair in every if pair in _ONCE_CROSSWISE or pair[::-1] in _ONCE_CROSSWISE]
    return crosswise * _OFTEN + town.chance.sample(every, _SOME)


async def meet(town: Town, acts: Mapping[str, Act], pair: Pair, items: Sequence[Copy], **more: Any) -> None:
    """Let two acts meet on two items: each twice, at different doors, in both orders."""
    there, back = tuple(items), tuple(reversed(items))
    hands = [
        (acts[name], Hands(town, door, order, f"{next(_WORD)}", **more))
        for door, (name, order) in enumerate([(pair[0], there), (pair[1], back), (pair[0], back), (pair[1], there)])
    ]
    town.chance.shuffle(hands)
    try:
        await together(*(act(own) for act, own in hands))
    except Exception as error:
        error.add_note(f"when these met: {' × '.join(pair)}")
        raise
    assert town.broken == [], pair


async def let_meet(town: Town, acts: Mapping[str, Act], reference: str) -> None:
    """Let every pair meet, each on two new copies of a dossier."""
    chosen = pairs(town, acts)
    fresh: Iterator[Copy] = iter(await copies(town.url, reference, 2 * len(chosen)))
    for pair in chosen:
        town.pass_time(seconds=1)
        await meet(town, acts, pair, [next(fresh), next(fresh)])


async def _scan(town: Town, number: str, *codes: str) -> None:
    told = [(f"{number}-{n}", number, code) for n, code in enumerate(codes)]
    said = await town.well("postman", "/scans", batch(town, "vorab", told))
    assert {answer["verdict"] for answer in said["answers"]} == {"accepted"}, said


async def _made(town: Town, reference: str, *legs: str) -> list[str]:
    await town.well("officer", "/dossiers", dossier(reference, dossier_no="H27.15-261123-0007"))
    wanted = [{"dossier": f"{DESK}/{reference}", "leg": leg} for leg in legs]
    return [(await town.well("officer", "/consignments", each))["consignment_no"] for each in wanted]


async def _series(town: Town) -> None:
    begun = {"series": "PHT26", "ledger": "fee", "unit": OFFICE}
    await town.well("administrator", "/receipt-series", begun)


async def _pickup(town: Town) -> None:
    coming = {"desk": DESK, "office": OFFICE, "on": "2026-11-25", "from_time": "08:00", "to_time": "09:00"}
    await town.well("officer", "/pickups", coming)


async def test_what_happens_at_a_desk_before_the_post_comes_never_locks_crosswise(town: Town) -> None:
    await _series(town)
    await _pickup(town)
    await _made(town, "MC-DESK", "return")

    await let_meet(town, DESK_AND_TIME, "MC-DESK")


async def test_what_happens_at_a_citizens_door_never_locks_crosswise(town: Town) -> None:
    await _series(town)
    [_, home] = await _made(town, "MC-DOOR", "withdrawal", "return")
    await _scan(town, home, "collected", "departed", "arrived", "out_for_delivery")
    town.pass_time(days=12)  # late, so that the watch opens cases

    await let_meet(town, DOOR_AND_TIME, "MC-DOOR")


async def test_what_meets_a_signature_never_locks_crosswise(town: Town) -> None:
    signs = await signatories(town)
    await _pickup(town)
    await _made(town, "MC-SIGN", "return")
    chosen = pairs(town, AT_THE_SIGNING)
    fresh = iter(await copies(town.url, "MC-SIGN", 2 * len(chosen)))

    for pair in chosen:
        town.pass_time(seconds=1)
        items = [next(fresh), next(fresh)]
        manifest_no = await _to_be_signed(town, items, signs)
        await meet(town, AT_THE_SIGNING, pair, items, manifest_no=manifest_no, signatories=signs)


async def _to_be_signed(town: Town, items: Sequence[Copy], signs: Mapping[str, str]) -> str:
    """Return a list of two items that wants the last signature."""
    body = {"desk": DESK, "office": OFFICE, "direction": "to_post"}
    made = await town.well("officer", "/manifests", {**body, "numbers": [item.numbers["return"] for item in items]})
    at = f"/manifests/{made['manifest_no']}"
    await town.well("postman", f"{at}/tick", {"number": made["manifest_no"]})
    await town.well("officer", f"{at}/close")
    await town.well("officer", f"{at}/sign", {"side": "giver", "signatory_no": signs[DESK]})
    return str(made["manifest_no"])


async def test_what_meets_the_erasing_of_old_names_never_locks_crosswise(town: Town) -> None:
    await _series(town)
    [home] = await _made(town, "MC-OVER", "return")
    await _scan(town, home, "collected", "departed", "arrived")
    now = town.now()
    told = {"number": home, "scan_id": "p", "device": "d", "device_at": now, "sent_at": now, "office": OFFICE}
    withdrawn = [{"name": "Thẻ cũ", "outcome": "lost", "note": "Mất ngày 01/11, đã báo công an"}]
    await town.well("postman", "/deliveries", {**told, "proof": PROOF, "withdrawn": withdrawn})
    town.clock[0] += LONG
    await _renewed(town)

    await let_meet(town, OVER, "MC-OVER")


async def _renewed(town: Town) -> None:
    """See that the tokens of the town still open its doors after so long."""
    status, _ = await town.ask("officer", "GET", "/consignments")
    assert status == 200
    assert town.clock[0] > timedelta(days=365 * 10) + town.clock[0] - LONG


def test_nobody_locks_a_row_against_its_own_children() -> None:
    """Rows are locked by `Session.for_update`, without their key: who adds a scan or a case need not wait."""
    house = Path(__file__).parents[2]
    rooms = [path for name in ("postgw", "adapters", "scheduler") for path in (house / name).rglob("*.py")]

    assert len(rooms) > 100
    assert [
        str(path) for path in rooms if re.search(r"\bFOR (UPDATE|SHARE|KEY SHARE)\b", path.read_text("utf-8"))
    ] == []
