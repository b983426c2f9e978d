"""`postgw places import`: a post's own codes of the communes, from a file that the post gave.

An order names a place by the post's codes, which are not the Statistics Office's, and a commune without one stops its
booking. So such a table is taken in whole or not at all: one wrong row may be the sign of a shifted column. What began
on a day stays as it is; another code for the same commune begins on another day.

Stands on: bootstrap, storage.province, rules.places. Used by: cli.
"""

from __future__ import annotations

import asyncio
import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from postgw.bootstrap import House
from postgw.domain.actor import GATEWAY
from postgw.domain.errors import Invalid, Unknown
from postgw.domain.ports import PostPlace
from postgw.rules import places
from postgw.storage import province

Say = Callable[[str], None]
COLUMNS = ("commune_code", "province", "district", "commune")
#: Schemes whose orders name a commune by a code of the post.
NEEDS_COMMUNE = frozenset({"my_vnpost"})

_NUMBER_MOST, _COMMUNE_MOST, _REASON_MOST = 999_999, 20, 300
_SHOWN_MOST = 20


@dataclass(frozen=True, slots=True)
class WrongRow:
    """One row that cannot be taken, and why."""

    row: int  #: as a spreadsheet counts, the headings being row 1
    why: str

    def __str__(self) -> str:
        """Return the sentence for a person."""
        return f"Dòng {self.row}: {self.why}"


@dataclass(frozen=True, slots=True)
class Table:
    """A file of place codes, read."""

    places: Mapping[str, PostPlace]  #: by commune
    rows: Mapping[str, int]  #: by commune, the row that says it
    wrong: Sequence[WrongRow]


def read_table(content: bytes, *, needs_commune: bool) -> Table:
    """Read a CSV of place codes. Raises Invalid when it is no such file at all."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid("Tệp không phải UTF-8. Lưu lại dạng CSV UTF-8.", code="places.encoding") from None
    separator = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    rows = csv.DictReader(io.StringIO(text), delimiter=separator)
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        raise Invalid(
            "Tệp thiếu cột {missing}. Dòng đầu phải có: {columns}.",
            missing=", ".join(missing), columns=", ".join(COLUMNS), code="places.columns",
        )  # fmt: skip
    return _judged(rows, needs_commune=needs_commune)


async def import_places(house: House, file: Path, *, scheme: str, valid_from: date, reason: str, say: Say) -> int:
    """Keep the codes of a file from a day on; return 1 when a row is wrong and nothing was kept."""
    if not reason.strip() or len(reason) > _REASON_MOST:
        raise Invalid("Ghi lý do, nhiều nhất {most} ký tự.", most=_REASON_MOST, code="places.reason")
    content = await asyncio.to_thread(file.read_bytes)
    table = read_table(content, needs_commune=scheme in NEEDS_COMMUNE)
    wrong = list(table.wrong)
    async with house.database.writing() as tx:
        known = await province.places_of_day(tx, scheme=scheme, valid_from=valid_from)
        wrong += _contradictions(table, known, valid_from)
        new = [(code, place) for code, place in table.places.items() if code not in known]
        if not wrong and new:
            await province.put_places(
                tx, new, valid_from=valid_from, author=GATEWAY.name, reason=reason.strip(), scheme=scheme
            )
    if wrong or not table.places:
        _say_wrong(wrong, say)
        return 1
    _say_taken(table, len(new), scheme, valid_from, say)
    return 0


def _judged(rows: csv.DictReader[str], *, needs_commune: bool) -> Table:
    taken: dict[str, PostPlace] = {}
    stands: dict[str, int] = {}
    wrong: list[WrongRow] = []
    for row in rows:
        cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
        if not any(cells.values()):
            continue
        try:
            code, place = _place(cells, needs_commune=needs_commune)
            if code in taken:
                raise ValueError(f"mã xã {code} đã có ở dòng trên")
            taken[code], stands[code] = place, rows.line_num
        except ValueError as why:
            wrong.append(WrongRow(rows.line_num, f"{why}."))
    return Table(taken, stands, wrong)


def _place(cells: Mapping[str, str], *, needs_commune: bool) -> tuple[str, PostPlace]:
    """Return what a row says. Raises ValueError, saying what is wrong."""
    code, commune = cells["commune_code"], cells["commune"]
    if not re.fullmatch(r"[0-9]{5}", code):
        raise ValueError(f"commune_code “{code[:20]}” phải gồm 5 chữ số, giữ cả số 0 ở đầu (mã của Cục Thống kê)")
    if len(commune) > _COMMUNE_MOST or (needs_commune and not commune):
        raise ValueError(f"commune phải có, nhiều nhất {_COMMUNE_MOST} ký tự (mã xã của bưu điện)")
    whole = _number(cells["province"], "province", least=1)
    return code, PostPlace(province=whole, district=_number(cells["district"] or "0", "district"), commune=commune)


def _number(text: str, column: str, *, least: int = 0) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text) or not least <= int(text) <= _NUMBER_MOST:
        raise ValueError(f"{column} “{text[:20]}” phải là số nguyên từ {least} (mã của bưu điện)")
    return int(text)


def _contradictions(table: Table, known: Mapping[str, PostPlace], valid_from: date) -> list[WrongRow]:
    """Return a wrong row for each commune that has other codes from this very day already."""
    why = f"đã có mã khác từ ngày {valid_from:%d/%m/%Y}. Mã đã dùng không sửa; chọn ngày --from khác."
    other = [code for code, place in table.places.items() if known.get(code, place) != place]
    return [WrongRow(table.rows[code], f"xã {code} {why}") for code in other]


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
