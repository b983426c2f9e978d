"""How much a journey has room for.

A real item is told of ten to forty times. A device that is broken, or wants to do harm, tells of one item without end,
and each time all that was told of it is read and folded anew: whoever asks for that item waits. So there is a bound,
which the province sets.

The weaker never take the room of the stronger: a statement has room while fewer than the bound are there that are as
strong as it or stronger. So no feed keeps a postman's scan out, and no scan the proof of a delivery. In all a journey
holds at most three times the bound.

Stands on: errors, scan. Used by: storage.scans, and the acts that a device may repeat.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from .errors import Conflict
from .scan import Scan

#: The code of what finds no room.
NO_ROOM = "scan.item_full"


def without_room(known: Collection[Scan], told: Sequence[Scan], most: int) -> frozenset[str]:
    """Return the keys of the new statements for which there is no room; who was told of first goes in first."""
    if len(known) + len(told) <= most:
        return frozenset()
    there, outside = Counter(int(scan.witness) for scan in known), set[str]()
    for scan in told:
        if sum(there[strength] for strength in there if strength >= scan.witness) < most:
            there[scan.witness] += 1
        else:
            outside.add(scan.key)
    return frozenset(outside)


def no_room(number: str, most: int) -> Conflict:
    """Return the refusal of an act whose statement finds no room; nothing of the act is kept."""
    return Conflict(
        "Bưu gửi {number} đã có {most} lần quét trở lên nên không ghi thêm được. Báo phụ trách bưu cục.",
        number=number, most=most, code=NO_ROOM, field="/number", link=f"/api/v1/consignments/{number}/journey",
    )  # fmt: skip
