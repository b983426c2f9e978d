"""Who holds the item now, told from its scans alone.

`custody_of` is one pure fold. It first drops scans that a correction cancels, then joins statements of different
sources that tell of one happening, then walks the happenings in the order in which they took place. The result is the
same in whatever order the statements reached us. What the fold finds is stored for speed, and never written by anybody
else.

The strongest witness of a happening leads: its time and office count, the others stand beside it.

A scan that may not follow the state before it is kept and flagged, and moves nothing: a feed that tells late or wrongly
never pulls an item back. `docs/custody.md` draws this.

Every batch of scans runs through here, so the inner steps pass plain lists of scans, and values are made once, at the
end.

Stands on: scan, states, witnesses. Used by: tracking, handover, delivery, booking.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from .scan import Scan, Witness
from .states import ScanRule, ScanTable
from .value import value
from .witnesses import by_time, gathered, stand_alone
from .witnesses import uncancelled as uncancelled

#: A withdrawal begins at the citizen's door, in the postman's hands.
_START_HOLDER = {"send": "sender", "return": "desk", "transfer": "desk", "withdrawal": "post"}
_HOLDER_AT = {
    "start": {"send": "sender", "return": "desk", "transfer": "desk", "withdrawal": "sender"},
    "end": {"send": "desk", "return": "recipient", "transfer": "desk", "withdrawal": "desk"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that happened to the item, with everybody who told of it, the leading statement first."""

    statements: tuple[Scan, ...]
    moved: bool = False
    out_of_turn: bool = False
    state: str = ""  #: the state after it

    @property
    def lead(self) -> Scan:
        """Return the statement whose time and office count."""
        return self.statements[0]


@value
class Custody:
    """Where one consignment stands."""

    state: str = "registered"
    holder: str = "desk"  #: sender, desk, post, recipient, nobody
    office: str = ""  #: of the post, when it holds the item
    since: datetime | None = None  #: of the present state
    attempts: int = 0  #: failed deliveries so far
    heard_at: datetime | None = None  #: the latest moment any source told of
    proved: bool = False  #: the delivery is proved by a proof of ours or a signed record
    ended: bool = False


def starting_custody(leg: str) -> Custody:
    """Return where a consignment of this leg stands before its first scan."""
    return Custody(holder=_START_HOLDER[leg])


def custody_of(leg: str, scans: Iterable[Scan], table: ScanTable) -> Custody:
    """Return who holds the consignment and in which state it is, from its scans alone."""
    walk = _Walk(leg, table)
    for statements in _happenings(scans, table):
        walk.take(statements)
    return walk.custody()


def journey_of(leg: str, scans: Iterable[Scan], table: ScanTable) -> tuple[Custody, tuple[Happening, ...]]:
    """Return the custody and the happenings that led to it, in the order in which they took place."""
    walk = _Walk(leg, table)
    happenings = []
    for statements in _happenings(scans, table):
        moved, out_of_turn = walk.take(statements)
        happenings.append(
            Happening(statements=tuple(statements), moved=moved, out_of_turn=out_of_turn, state=walk.state)
        )
    return walk.custody(), tuple(happenings)


def joined(scans: Iterable[Scan]) -> list[Happening]:
    """Put together the statements that tell of one happening."""
    return [Happening(statements=tuple(statements)) for statements in gathered(sorted(scans, key=by_time))]


def in_order(happenings: Iterable[Happening], table: ScanTable) -> list[Happening]:
    """Return happenings by the time of their leading statements; at one moment, in the order of a journey."""
    return sorted(happenings, key=lambda happening: _by_journey(happening.lead, table))


def _happenings(scans: Iterable[Scan], table: ScanTable) -> list[list[Scan]]:
    """Return the statements of each happening, the leading one first, in the order in which they took place."""
    counted = uncancelled(scans)
    if stand_alone(counted):
        return [[scan] for scan in counted]
    happenings = gathered(counted)
    happenings.sort(key=lambda statements: _by_journey(statements[0], table))
    return happenings


def _by_journey(lead: Scan, table: ScanTable) -> tuple[datetime, int, datetime, str, str]:
    return (lead.occurred_at, table.rule(lead.code).rank, lead.received_at, lead.source, lead.source_id)


class _Walk:
    """A custody on its way through the happenings."""

    __slots__ = ("attempts", "heard_at", "holder", "leg", "office", "proved", "since", "state", "table")

    def __init__(self, leg: str, table: ScanTable) -> None:
        start = starting_custody(leg)
        self.leg, self.table = leg, table
        self.state, self.holder, self.office = start.state, start.holder, start.office
        self.since, self.heard_at = start.since, start.heard_at
        self.attempts, self.proved = start.attempts, start.proved

    def take(self, statements: list[Scan]) -> tuple[bool, bool]:
        """Walk one happening; return whether it moved the item, and whether it came out of turn."""
        self._hear(statements)
        rule = self.table.rule(statements[0].code)
        if not rule.state:
            return False, False
        if self.state in rule.keeps:
            return self._stay(rule, statements), False
        state, proved = rule.state, False
        if state == "delivered":
            proved = _proved(statements)
            state = "delivered" if proved else "delivered_by_post_statement"
        if self.state in rule.after or (proved and self.state in rule.after_proof):
            self._move(state, rule, statements)
            self.proved = proved
            return True, False
        return False, self.state not in (rule.state, state)

    def custody(self) -> Custody:
        """Return where the consignment stands after what was walked so far."""
        return Custody(
            state=self.state, holder=self.holder, office=self.office, since=self.since, attempts=self.attempts,
            heard_at=self.heard_at, proved=self.proved, ended=self.table.states[self.state].ends,
        )  # fmt: skip

    def _hear(self, statements: list[Scan]) -> None:
        for scan in statements:
            if self.heard_at is None or scan.occurred_at > self.heard_at:
                self.heard_at = scan.occurred_at

    def _stay(self, rule: ScanRule, statements: list[Scan]) -> bool:
        """Let the item change hands or office under the state it has; after its end, only while the post holds it."""
        if self.holder != "post" and self.table.states[self.state].ends:
            return False
        self._hand_to(rule, statements)
        return True

    def _move(self, state: str, rule: ScanRule, statements: list[Scan]) -> None:
        self.state, self.since = state, statements[0].occurred_at
        self.attempts += rule.code == "attempted"
        self._hand_to(rule, statements)

    def _hand_to(self, rule: ScanRule, statements: list[Scan]) -> None:
        if rule.holder in _HOLDER_AT:
            self.holder = _HOLDER_AT[rule.holder][self.leg]
        elif rule.holder != "same":
            self.holder = rule.holder
        self.office = (_office(statements) or self.office) if self.holder == "post" else ""


def _proved(statements: list[Scan]) -> bool:
    return any(scan.proved or scan.witness == Witness.SIGNED for scan in statements)


def _office(statements: list[Scan]) -> str:
    return statements[0].office or next((scan.office for scan in statements if scan.office), "")


def milestones(before: Custody, after: Custody, table: ScanTable) -> tuple[str, ...]:
    """Return the states that somebody wants to hear of, now that custody went from `before` to `after`."""
    if before.state == after.state and after.attempts <= before.attempts:
        return ()
    return (after.state,) if table.states[after.state].told else ()
