"""`postgw places import`: a post's own codes of the communes, from a file that the post gave.

An order names a place by the post's codes, which are not the Statistics Office's, and a commune without one stops its
booking. So such a table is taken in whole or not at all: one wrong row may be the sign of a shifted column. What began
on a day stays as it is; another code for the same commune begins on another day.

Stands on: bootstrap, services.desks, rules.places. Used by: cli.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

from postgw.bootstrap import House
from postgw.domain.actor import GATEWAY
from postgw.domain.errors import Invalid, Unknown
from postgw.domain.place_table import NEEDS_COMMUNE, Table, WrongRow, read_table
from postgw.rules import places

Say = Callable[[str], None]
_REASON_MOST = 300
_SHOWN_MOST = 20


async def import_places(
    house: House, file: Path, *, scheme: str, valid_from: date, reason: str, at: datetime, say: Say
) -> int:
    """Keep the codes of a file from a day on; return 1 when a row is wrong and nothing was kept."""
    if not reason.strip() or len(reason) > _REASON_MOST:
        raise Invalid("Ghi lý do, nhiều nhất {most} ký tự.", most=_REASON_MOST, code="places.reason")
    content = await asyncio.to_thread(file.read_bytes)
    table = read_table(content, needs_commune=scheme in NEEDS_COMMUNE)
    taken = await house.services.desks.put_places(
        table, scheme=scheme, valid_from=valid_from, reason=reason, actor=GATEWAY, at=at
    )
    if taken.wrong or not table.places:
        _say_wrong(taken.wrong, say)
        return 1
    _say_taken(table, taken.new, scheme, valid_from, say)
    return 0


def _say_wrong(wrong: Sequence[WrongRow], say: Say) -> None:
    for one in wrong[:_SHOWN_MOST]:
        say(str(one))
    if len(wrong) > _SHOWN_MOST:
        say(f"… và {len(wrong) - _SHOWN_MOST} dòng nữa.")
    say(f"{len(wrong)} dòng sai, không ghi dòng nào." if wrong else "Tệp không có dòng nào.")


def _say_taken(table: Table, new: int, scheme: str, valid_from: date, say: Say) -> None:
    known = len(table.places) - new
    say(f"Bảng mã {scheme} từ ngày {valid_from:%d/%m/%Y}: {new} xã mới, {known} xã đã có sẵn.")
    strange, wanting = _measured(list(table.places), valid_from)
    if strange:
        say(f"Danh mục của Cục Thống kê không có {len(strange)} mã: {', '.join(strange[:_SHOWN_MOST])}. Soát lại.")
    for unit, count in wanting:
        say(f"{unit}: còn {count} xã chưa có trong tệp.")


def _measured(codes: Sequence[str], on: date) -> tuple[list[str], list[tuple[str, int]]]:
    """Return the codes that the national list does not know, and how many communes each province still lacks."""
    strange: list[str] = []
    provinces: dict[str, None] = {}
    for code in codes:
        try:
            provinces[places.commune(code).province_code] = None
        except Unknown:
            strange.append(code)
    told = set(codes)
    lacking = {code: sum(unit.code not in told for unit in places.communes(code, on=on)) for code in provinces}
    return strange, [(places.province(code).name, count) for code, count in lacking.items() if count]
