"""Which statements about an item count, and which of them tell of one happening.

A scan is never changed: a wrong one is cancelled by a correction, and a wrong correction by another. What is left is
put together: a device of ours and the post's feed often tell of the same delivery, minutes or hours apart, and the
citizen must see one. Two statements are one happening when

- the word is the same, and the ordinal of the attempt, for words that every round of delivery tells anew;
- the office is the same, or unknown to one;
- their sources differ; the same source with another time tells of another event;
- two devices of ours tell within half a day of each other: two postmen on two days are two attempts.

The same source with the same word, office and time is a duplicate, under whatever id it comes.

Stands on: scan, seating. Used by: custody, which walks what is left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter

from .scan import CORRECTION, UNKNOWN, Scan, Witness
from .seating import ECHO, FEW, seated, seated_in_a_crowd

#: Words that every round of delivery may tell anew. Any other word is told of a consignment once.
_EACH_ROUND = frozenset({"departed", "arrived", "found_here", "out_for_delivery", "attempted", "held"})

#: Every order begins here, so that no order of arrival is left in what follows.
by_time = attrgetter("occurred_at", "received_at", "source", "source_id")


def uncancelled(scans: Iterable[Scan]) -> tuple[Scan, ...]:
    """Return the scans that count, in order of time: no corrections, and nothing that a standing correction cancels.

    Duplicates heard before the correction go with the scan it names: to the person who corrected, they were one.
    """
    ordered = sorted(scans, key=by_time)
    corrections = {scan.key: scan for scan in ordered if scan.code == CORRECTION}
    if not corrections:
        return tuple(ordered)
    cancelled = {correction.cancels: correction.received_at for correction in _standing(corrections)}
    named = sorted((scan for scan in ordered if scan.key in cancelled), key=lambda scan: cancelled[scan.key])
    taken_back = {_statement(scan): cancelled[scan.key] for scan in named}
    return tuple(
        scan
        for scan in ordered
        if scan.code != CORRECTION
        and scan.key not in cancelled
        and not ((heard := taken_back.get(_statement(scan))) and scan.received_at < heard)
    )


def _standing(corrections: dict[str, Scan]) -> list[Scan]:
    """Return the corrections that stand, the first heard first; what a standing correction cancels does not stand.

    When each was heard does not matter: an undo may reach us before what it undoes. A circle of corrections cancels
    nothing.
    """
    challengers = Counter(correction.cancels for correction in corrections.values())
    free = [correction for key, correction in corrections.items() if not challengers[key]]
    standing, fallen = [], set[str]()
    while free:
        standing.append(correction := free.pop())
        target = corrections.get(correction.cancels)
        if target is None or target.key in fallen:
            continue
        fallen.add(target.key)
        challengers[target.cancels] -= 1
        if not challengers[target.cancels] and target.cancels in corrections and target.cancels not in fallen:
            free.append(corrections[target.cancels])
    return sorted(standing, key=lambda scan: scan.received_at)


def stand_alone(scans: Sequence[Scan]) -> bool:
    """Say whether each word comes of one source only, each time at another moment.

    Then each statement is a happening of its own, for no source tells twice of one, and they stand in their order.
    """
    words, told = {scan.code for scan in scans}, {(scan.code, scan.source) for scan in scans}
    return len(words) == len(told) and len({scan.occurred_at for scan in scans}) == len(scans)


def gathered(scans: Sequence[Scan]) -> list[list[Scan]]:
    """Return the statements of each happening, the leading one first. `scans` stand in order of time.

    The strongest witnesses are seated first; a weaker one sits down beside the nearest that it agrees with.
    """
    told = _without_duplicates(scans)
    seat = seated if len(told) <= FEW else seated_in_a_crowd
    alike: dict[tuple[str, int], list[Scan]] = {}
    for scan, delivery_round in _strongest_first(told):
        word = scan.code if scan.code != UNKNOWN else f"{UNKNOWN} {scan.raw_code}"
        alike.setdefault((word, delivery_round if word in _EACH_ROUND else 0), []).append(scan)
    return [statements for scans in alike.values() for statements in (seat(scans) if len(scans) > 1 else [scans])]


def _without_duplicates(scans: Sequence[Scan]) -> Sequence[Scan]:
    moments = [scan.occurred_at for scan in scans]
    if not any(map(datetime.__eq__, moments, moments[1:])):
        return scans
    told: dict[tuple[object, ...], Scan] = {}
    for scan in scans:
        known = told.setdefault(_statement(scan), scan)
        if (scan.witness, scan.proved) > (known.witness, known.proved):
            told[_statement(scan)] = scan
    return sorted(told.values(), key=by_time)


def _statement(scan: Scan) -> tuple[object, ...]:
    """Return what a source says; saying it again, under whatever id, says nothing new."""
    raw_code = scan.raw_code if scan.code == UNKNOWN else ""
    return (scan.source, scan.code, raw_code, scan.office, scan.occurred_at)


def _strongest_first(scans: Sequence[Scan]) -> list[tuple[Scan, int]]:
    pairs = list(zip(scans, _rounds(scans), strict=True))
    pairs.sort(key=lambda pair: -pair[0].witness)
    return pairs


@dataclass(slots=True)
class _Round:
    """A round of delivery, as one voice tells it; it ends with an attempt."""

    number: int = 0
    tellers: set[str] = field(default_factory=set)  #: sources that told of its attempt
    attempted_at: datetime | None = None


def _rounds(scans: Sequence[Scan]) -> list[int]:
    """Return for each scan the ordinal of the round it belongs to, counted by each voice for itself.

    Each feed is a voice, for it may tell hours late but tells its own story in order; all that is ours is one voice,
    for today's postman carries another device than yesterday's.
    """
    if not any(scan.code == "attempted" for scan in scans):
        return [0] * len(scans)
    voices: dict[str, _Round] = {}
    numbers = []
    for scan in scans:
        voice = scan.source if scan.witness == Witness.STATED else ""
        now = _round_with(scan, voices.get(voice) or _Round())
        voices[voice] = now
        numbers.append(now.number)
    return numbers


def _round_with(scan: Scan, now: _Round) -> _Round:
    if now.attempted_at and _opens_next(scan, now, now.attempted_at):
        now = _Round(number=now.number + 1)
    if scan.code == "attempted":
        now.tellers.add(scan.source)
        now.attempted_at = now.attempted_at or scan.occurred_at
    return now


def _opens_next(scan: Scan, now: _Round, attempted_at: datetime) -> bool:
    if scan.code == "attempted":
        return scan.source in now.tellers or scan.occurred_at - attempted_at > ECHO
    return scan.code == "out_for_delivery"
