"""Who sits beside whom: statements of one word and round, put together to happenings.

The strongest witnesses are seated first; a weaker one sits down beside the nearest happening with all of whose
witnesses it agrees, of two equally near ones the first that was seated. `seated` says so in plain words, and looks at
everybody for everybody: an item is told of ten or twenty times. A device that is broken, or wants to do harm, tells of
one item ten thousand times, and everybody waits while the fold is at it; there `seated_in_a_crowd` finds the same.

Whoever disagrees with a happening disagrees with it for good: its witnesses only become more, the office it told of is
never another, and who comes later comes from further away. So what a source has passed by once it need not look at
again, and steps over all of it.

Stands on: scan. Used by: witnesses.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .scan import Scan, Witness

#: Design choice, no law sets it; invitations lie two working days apart (Circular 17/2017/TT-BTTTT art. 5.2.h).
ECHO = timedelta(hours=12)

#: So many statements are few.
FEW = 64


def seated(scans: Sequence[Scan]) -> list[list[Scan]]:
    """Return the statements of each happening, the leading one first; the strongest come first, each kind by time."""
    seats: list[list[Scan]] = []
    for scan in scans:
        agreeing = [statements for statements in seats if _agrees(scan, statements)] if seats else None
        if agreeing:
            min(agreeing, key=lambda statements: abs(statements[0].occurred_at - scan.occurred_at)).append(scan)
        else:
            seats.append([scan])
    return seats


def _agrees(scan: Scan, statements: list[Scan]) -> bool:
    for other in statements:
        if scan.source == other.source or (scan.office and other.office and scan.office != other.office):
            return False
        both_ours = scan.witness == other.witness != Witness.STATED
        if both_ours and abs(scan.occurred_at - other.occurred_at) > ECHO:
            return False
    return True


def seated_in_a_crowd(scans: Sequence[Scan]) -> list[list[Scan]]:
    """Return what `seated` returns, in a time that grows with the number of scans and not with its square."""
    seats: list[_Seat] = []
    rows: dict[tuple[str | None, int], _Row] = {}  #: by the office of who leads and how strong it is; None: any office
    for scan in scans:
        seat = _nearest(scan, rows)
        if seat is None:
            seats.append(seat := _Seat(ordinal=len(seats), office=scan.office))
            for office in (scan.office, None):
                rows.setdefault((office, scan.witness), _Row()).add(seat, scan.occurred_at)
        seat.take(scan)
    return [seat.statements for seat in seats]


@dataclass(slots=True, eq=False)
class _Seat:
    """One happening, and what a newcomer must agree with."""

    ordinal: int
    office: str
    statements: list[Scan] = field(default_factory=list)
    sources: set[str] = field(default_factory=set)
    since: dict[int, datetime] = field(default_factory=dict)  #: when the first of each strength told

    def take(self, scan: Scan) -> None:
        self.statements.append(scan)
        self.sources.add(scan.source)
        self.office = self.office or scan.office
        self.since.setdefault(scan.witness, scan.occurred_at)

    def suits(self, scan: Scan) -> bool:
        """Say whether a scan agrees with everybody here; of those as strong as it, the first is furthest away."""
        if scan.source in self.sources or (scan.office and self.office and scan.office != self.office):
            return False
        since = self.since.get(scan.witness) if scan.witness != Witness.STATED else None
        return since is None or scan.occurred_at - since <= ECHO


_Kind = tuple[int, str, str]


class _Row:
    """Happenings that were led by equally strong witnesses, by time."""

    def __init__(self) -> None:
        self._times: list[datetime] = []
        self._seats: list[_Seat] = []
        #: For each kind of newcomer and direction: over which seats it need not look again, and where it then stands.
        self._steps: dict[tuple[_Kind, int], dict[int, int]] = {}

    def add(self, seat: _Seat, at: datetime) -> None:
        self._times.append(at)
        self._seats.append(seat)

    def suiting(self, scan: Scan) -> Iterator[_Seat]:
        """Yield the nearest seat before a scan and the nearest after it, of several at one moment the first."""
        before = self._walked(bisect_right(self._times, scan.occurred_at) - 1, scan, -1)
        if before >= 0:
            yield self._seats[self._walked(bisect_left(self._times, self._times[before]), scan, 1)]
        after = self._walked(bisect_right(self._times, scan.occurred_at), scan, 1)
        if after < len(self._seats):
            yield self._seats[after]

    def _walked(self, place: int, scan: Scan, way: int) -> int:
        """Return the first place from here on that suits; one beyond the row where none does."""
        if not 0 <= place < len(self._seats) or self._seats[place].suits(scan):
            return place
        steps = self._steps.setdefault(((scan.witness, scan.source, scan.office), way), {})
        passed = []
        while 0 <= place < len(self._seats) and (place in steps or not self._seats[place].suits(scan)):
            passed.append(place)
            place = steps.get(place, place + way)
        for each in passed:
            steps[each] = place
        return place


def _nearest(scan: Scan, rows: dict[tuple[str | None, int], _Row]) -> _Seat | None:
    offices = (scan.office, "") if scan.office else (None,)
    found = [
        seat
        for office in offices
        for witness in Witness
        if (row := rows.get((office, witness))) is not None
        for seat in row.suiting(scan)
    ]
    if not found:
        return None
    return min(found, key=lambda seat: (abs(seat.statements[0].occurred_at - scan.occurred_at), seat.ordinal))
