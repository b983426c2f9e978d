"""A post's own codes of the communes, as a table that the post gave.

An order names a place by the post's codes, which are not the Statistics Office's. One wrong row may be the sign of a
shifted column, so each is judged and none is guessed.

Stands on: ports, errors. Used by: services.desks, places_import.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from .errors import Invalid
from .ports import PostPlace

COLUMNS = ("commune_code", "province", "district", "commune")
#: Schemes whose orders name a commune by a code of the post.
NEEDS_COMMUNE = frozenset({"my_vnpost"})

_NUMBER_MOST, _COMMUNE_MOST = 999_999, 20


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


def contradictions(table: Table, known: Mapping[str, PostPlace], valid_from: date) -> list[WrongRow]:
    """Return a wrong row for each commune that has other codes from this very day already."""
    why = f"đã có mã khác từ ngày {valid_from:%d/%m/%Y}. Mã đã dùng không sửa; chọn ngày bắt đầu khác."
    other = [code for code, place in table.places.items() if known.get(code, place) != place]
    return [WrongRow(table.rows[code], f"xã {code} {why}") for code in other]
