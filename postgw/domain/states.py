"""The states of a consignment and the scan words that move it, as a table that the rule book fills.

The table says for each scan word: which state it leads to, which states it may follow, who holds the item then, and
where the word stands in the natural order of a journey. Nothing here decides; `custody` does.

Used by: custody, rules.book, the published list of states.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LEGS = ("send", "return", "transfer", "withdrawal")
STATES = (
    "registered", "booked", "collected", "in_transit", "at_office", "out_for_delivery", "attempted", "held",
    "delivered", "delivered_by_post_statement", "returning", "returned", "unclaimed", "archived", "lost", "cancelled",
    "recalled",
)  # fmt: skip
STAGES = ("registered", "with_post", "delivering", "finished")
#: The states that end a journey without an arrival.
STOPPED = frozenset({"returned", "archived", "lost", "cancelled", "recalled"})
#: `start` is the consignor's end of the leg, `end` the consignee's; `same` leaves the holder as it is.
HOLDERS = ("start", "end", "post", "nobody", "same")


@dataclass(frozen=True, slots=True, kw_only=True)
class StateRule:
    """What is true of one state."""

    state: str
    title: str  #: Vietnamese, for staff
    title_en: str
    public_stage: str
    ends: bool = False  #: the consignment is over; another may be made for the same dossier and leg
    told: bool = False  #: the desk and the citizen hear of it


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanRule:
    """What one scan word does. An empty `state` moves nothing."""

    code: str
    title: str
    title_en: str
    rank: int  #: order of a journey; decides between two scans of one moment
    state: str = ""
    holder: str = "same"
    after: frozenset[str] = frozenset()  #: the states it may follow
    after_proof: frozenset[str] = frozenset()  #: the states it may follow only with a proof of ours or a signed record
    keeps: frozenset[str] = frozenset()  #: states that stay as they are while holder or office changes
    emsevt: str = ""
    reasons: str = ""  #: name of the closed list its reason comes from
    asked: bool = True  #: a person may scan it; false for what only the gateway or the feed says


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanTable:
    """One version of the whole table."""

    version: str
    codes: Mapping[str, ScanRule]
    states: Mapping[str, StateRule]
    ending: frozenset[str] = field(init=False, repr=False)  #: the words that end a journey, or deliver

    def __post_init__(self) -> None:
        ends = {state for state, rule in self.states.items() if rule.ends} | {"delivered"}
        object.__setattr__(self, "ending", frozenset(code for code, rule in self.codes.items() if rule.state in ends))

    def rule(self, code: str) -> ScanRule:
        """Return the rule of a scan word; a word that this version does not know moves nothing."""
        return self.codes.get(code) or self.codes["unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One entry of a closed list of reasons."""

    code: str
    title: str
    title_en: str
    source: str = ""
