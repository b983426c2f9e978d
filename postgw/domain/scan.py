"""A scan event: one statement that this item saw this happening, at this office, at this moment, said by this source.

A scan is never changed. A wrong one is cancelled by another (`correction`). Who says it matters: a **signed** record
(manifest, proof of delivery) outweighs a **scanned** code, which outweighs what the post's feed **stated**.

Three times are kept. `device_at` is what the device's clock said; `received_at` is when we heard; `occurred_at` is when
it happened as far as we can tell, and only this one orders. No scan is refused for its time.

Stands on: errors. Used by: custody, tracking, handover, delivery.
Source: UPU EMSEVT V3 (M40) for the kinds of event; Circular 17/2017/TT-BTTTT art. 12, 15 for truthful times.

>>> from datetime import UTC, datetime
>>> at = lambda minute: datetime(2026, 11, 23, 2, minute, tzinfo=UTC)
>>> place_in_time(device_at=at(1), sent_at=at(5), received_at=at(5))      # a good clock, sent four minutes later
Placed(occurred_at=datetime.datetime(2026, 11, 23, 2, 1, tzinfo=datetime.timezone.utc), flags=())
>>> place_in_time(device_at=at(11), sent_at=at(15), received_at=at(5)).flags    # the device runs ten minutes fast
('clock_skew',)
>>> place_in_time(device_at=at(9), sent_at=at(5), received_at=at(5)).flags      # after it was sent: impossible
('future',)
>>> place_in_time(device_at=datetime(1970, 1, 1, tzinfo=UTC), sent_at=at(5), received_at=at(5)).flags   # lost its clock
('past',)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from .value import value

#: A device clock that is off by more than this is pointed out. Design choice, no law sets it.
SKEW_SHOWN_FROM = timedelta(minutes=2)

#: No device keeps a scan to itself for longer: its clock was reset between the scan and the sending. Design choice.
OFFLINE_AT_MOST = timedelta(days=366)

CORRECTION = "correction"
UNKNOWN = "unknown"


class Witness(IntEnum):
    """How strong a statement is; the stronger leads when two tell of one happening."""

    STATED = 1  #: the post's feed said so
    SCANNED = 2  #: a code was scanned by one of ours
    SIGNED = 3  #: somebody signed for it: manifest or proof of delivery


@value
class Scan:
    """One statement about one consignment."""

    source: str  #: who says it: `device:7f3a`, `feed:hatinh`, `manifest:BB-TS-261123-02`, `gateway`
    source_id: str  #: the source's own id of it; (source, source_id) is kept once
    witness: Witness
    code: str  #: one of our scan words, `rules/scan_codes.*.toml`
    occurred_at: datetime
    received_at: datetime
    device_at: datetime | None = None
    office: str = ""  #: code of the post office or desk; empty when not told
    actor: str = ""
    reason: str = ""
    note: str = ""
    cancels: str = ""  #: of a correction: `source` + `#` + `source_id` of the scan it cancels
    bag_no: str = ""
    manifest_no: str = ""
    proved: bool = False  #: a proof of delivery captured by us, or a signed record, goes with it
    raw_code: str = ""
    flags: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Name this scan among all scans."""
        return f"{self.source}#{self.source_id}"


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a scan belongs in time, and what is odd about its clock."""

    occurred_at: datetime
    flags: tuple[str, ...] = ()


def place_in_time(*, device_at: datetime, sent_at: datetime, received_at: datetime) -> Placed:
    """Return when a scanned happening took place, the device's clock mended by the skew of its batch.

    A moment that cannot be (after the sending, or longer before it than any device stays offline) is placed at
    `received_at`.
    """
    flags = ("clock_skew",) if abs(received_at - sent_at) > SKEW_SHOWN_FROM else ()
    age = sent_at - device_at
    if age < timedelta(0):
        return Placed(received_at, (*flags, "future"))
    if age > OFFLINE_AT_MOST:
        return Placed(received_at, (*flags, "past"))
    return Placed(received_at - age, flags)
