"""The rows of form 06: each time a dossier goes from one hand to another, who gave, who received, and how it stood.

The paper form asks for signatures; where a dossier travels by post the signed handover records take their place, so the
rows are made of them.

Stands on: manifest, legal_day. Used by: services.evidence.
Source: Circular 01/2018/TT-VPCP and Circular 03/2025/TT-VPCP, form 06 (control of the handling of a dossier).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from .consignment import LEG_TITLES
from .legal_day import legal_day, shown
from .manifest import Manifest

STANDINGS = {"before": "Trước hạn", "on": "Đúng hạn", "after": "Quá hạn"}


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverRow:
    """One handing over of one consignment."""

    consignment_no: str
    leg: str
    manifest_no: str
    giver_unit: str
    giver: str
    given_at: datetime | None
    taker_unit: str
    taker: str
    taken_at: datetime | None
    standing: str  #: of a result that leaves the desk: before, on or after the due date; else empty
    outcome: str
    note: str


def handover_rows(
    manifests: Iterable[Manifest], legs: Mapping[str, str], *, due_on: date | None, unit_names: Mapping[str, str]
) -> Iterator[HandoverRow]:
    """Yield the rows of a dossier in the order of the records; `legs` are its consignments."""
    for manifest in manifests:
        giver, taker = manifest.signature("giver"), manifest.signature("taker")
        ends = (manifest.desk, manifest.office)
        units = ends if manifest.direction == "to_post" else ends[::-1]
        for line in manifest.lines:
            if leg := legs.get(line.consignment_no):
                leaves = manifest.direction == "to_post" and leg == "return"
                yield HandoverRow(
                    consignment_no=line.consignment_no, leg=leg, manifest_no=manifest.manifest_no,
                    giver_unit=unit_names.get(units[0], units[0]), giver=giver.name if giver else "",
                    given_at=giver.signed_at if giver else None,
                    taker_unit=unit_names.get(units[1], units[1]), taker=taker.name if taker else "",
                    taken_at=taker.signed_at if taker else None,
                    standing=standing_of(manifest.signed_at(), due_on) if leaves else "", outcome=line.outcome,
                    note=line.note,
                )  # fmt: skip


def standing_of(at: datetime | None, due_on: date | None) -> str:
    """Return how a moment stands to a due date.

    >>> from .legal_day import VIETNAM
    >>> [standing_of(datetime(2026, 11, day, 9, tzinfo=VIETNAM), date(2026, 11, 24)) for day in (23, 24, 25)]
    ['before', 'on', 'after']
    >>> standing_of(None, date(2026, 11, 24))
    ''
    """
    if at is None or due_on is None:
        return ""
    day = legal_day(at)
    return "before" if day < due_on else "on" if day == due_on else "after"


def table_of(rows: Iterable[HandoverRow]) -> list[tuple[str, ...]]:
    """Return the rows as the form has them, with their headings."""
    headings = (
        "Bộ phận giao", "Người giao", "Giờ, ngày giao", "Bộ phận nhận", "Người nhận", "Giờ, ngày nhận",
        "Kết quả giải quyết", "Chiều", "Bưu gửi", "Biên bản", "Ghi chú",
    )  # fmt: skip
    return [headings, *map(_cells, rows)]


def _cells(row: HandoverRow) -> tuple[str, ...]:
    return (
        row.giver_unit, row.giver, _clock(row.given_at), row.taker_unit, row.taker, _clock(row.taken_at),
        STANDINGS.get(row.standing, ""), LEG_TITLES[row.leg], row.consignment_no, row.manifest_no, row.note,
    )  # fmt: skip


def _clock(at: datetime | None) -> str:
    return shown(at) if at else ""
