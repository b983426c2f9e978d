"""What stands ready to be booked: one row of the list from which a desk books the post, priced, or with its obstacle.

A row that cannot be booked stays in sight with the reason and with what mends it; what is out of sight is forgotten.

Stands on: address, tariff, errors. Used by: services.batches, storage.bookable.
Source: Decision 45/2016/QĐ-TTg art. 1.2 (excluded), 9.1 (a result goes when it is ready), 12.3 (who pays less).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from .address import Party
from .errors import PostgwError
from .tariff import Postage

#: What keeps a row from being booked.
OBSTACLES = ("commune", "excluded", "account", "change", "place", "number")


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """Why a row cannot be booked. Its sentence is a template for its values."""

    kind: str  #: of OBSTACLES
    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookable:
    """One dossier that goes by post and is not booked."""

    key: str
    dossier_no: str
    consignment_no: str = ""  #: empty: none is registered yet
    leg: str
    desk: str
    procedure: str
    due_on: date | None
    ready_at: datetime | None = None
    citizen: Party  #: the receiver of a result, the sender of a dossier
    zone: str = ""  #: of the tariff; empty: not known
    grams: int = 0  #: the band by which the postage is reckoned: up to so many
    postage: Postage | None = None  #: none where the zone is not known
    reduction: str = ""  #: title of the group that pays less
    withdraw: tuple[str, ...] = ()  #: old papers that are taken back at delivery
    originals: int = 0  #: originals that go back
    collect_dong: int = 0
    refused: str = ""  #: what the post said when it was asked before
    obstacle: Obstacle | None = None
    public_service: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLine:
    """One dossier of a pile, and what became of it."""

    dossier_key: str
    consignment_no: str = ""
    outcome: str = ""  #: booked, known (somebody was quicker), refused; empty: not yet tried
    template: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    order_state: str = ""  #: what the post has said since
    order_message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A pile that was booked in one go."""

    batch_no: str
    batch_key: str
    desk: str
    leg: str
    counter_no: str = ""
    prints: tuple[str, ...] = ()
    lines: tuple[BatchLine, ...] = ()
    manifest_no: str = ""
    obstacle: str = ""  #: why there is no manifest
    job_no: str = ""
    tried_at: datetime
    made_at: datetime
    made_by: str
    done_at: datetime | None = None

    def numbers(self) -> tuple[str, ...]:
        """Return the consignments that this pile booked."""
        return tuple(line.consignment_no for line in self.lines if line.outcome == "booked")

    def count(self, outcome: str) -> int:
        """Return how many lines came to one outcome."""
        return sum(line.outcome == outcome for line in self.lines)

    def answered(self) -> int:
        """Return how many of its orders the post took."""
        return sum(line.outcome == "booked" and line.order_state == "accepted" for line in self.lines)

    def turned_away(self) -> tuple[BatchLine, ...]:
        """Return the lines that the post said no to."""
        return tuple(line for line in self.lines if line.outcome == "booked" and line.order_state == "refused")

    @property
    def waits(self) -> int:
        """Return how many of its orders the post has not answered."""
        return self.count("booked") - self.answered() - len(self.turned_away())


def told(error: PostgwError) -> tuple[str, dict[str, object]]:
    """Return an error's sentence and its values, for a record that is read in two languages."""
    return error.template, dict(error.values)
