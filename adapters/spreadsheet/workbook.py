"""An Excel workbook (XLSX) as rows of cells, read as a stream and without trusting it.

An XLSX is a zip of XML, so it can be a bomb: what it would grow to is added up before anything is unpacked, and a
document type declaration, which no Excel writes, is refused in every part, whatever it is called and in whichever
encoding it hides. Pictures may hold what they like: a workbook that wants one of them read as a sheet is refused.

What a clerk sees is what is read: a formula stands for its last result. Three kinds of cell have nothing to read and
say so: a formula without a result, an error such as #N/A, and a cell that was merged with those above it.

Stands on: cells. Used by: grid.
Source: ECMA-376 part 1, §18.3.1 (cells, merged cells) and §18.17.4 (formula results).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from itertools import islice
from typing import Any

from postgw.domain.errors import Invalid

from .cells import FORMULA_WITHOUT_RESULT, MERGED, Cell, Unreadable

Row = tuple[Cell, ...]
#: Wider than any list; a cell far out to the right must not make every row as wide.
COLUMNS_MOST = 100
#: How much one file may ask of us besides its size: a stranger's must not keep us busy. No list comes near.
_PARTS_MOST = 500
_MERGED_MOST = 1000
_RUINED_MOST = 50_000
_MERGED_CELL = re.compile(rb'<(?:\w+:)?mergeCell\s[^<>]*?ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')
#: A formula with no result beside it. One whose result is the empty text says `t="str"` and is simply blank.
_FORMULA_ALONE = re.compile(
    rb"<(?:\w+:)?c\s([^<>]*)>\s*<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*(?:/>|></(?:\w+:)?v>))?\s*</"
)
_PLACE = re.compile(rb'\br="([A-Z]{1,3}[0-9]{1,7})"')
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_LIKE_UTF16 = (b"\xff\xfe", b"\xfe\xff")
#: An encoding that an XML reader would follow and our search would not.
_OTHER_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"'](?!utf-8[\"']|us-ascii[\"'])", re.IGNORECASE)
_PICTURES = "xl/media/"
_PICTURE_AS_SHEET = re.compile(rb"Target\s*=\s*[\"'][^\"']*media/", re.IGNORECASE)
_OF_THE_BOOK = "xl/_rels/workbook.xml.rels"
#: How many texts a workbook may share among its cells; a list of 20,000 rows has about as many as it has cells.
_TEXTS_MOST = 1_000_000


def workbook_rows(file: bytes, *, unpacked_most: int) -> Iterator[tuple[str, Iterator[Row]]]:
    """Yield the name and the rows of each visible sheet.

    Raises Invalid when the file is no workbook, is broken, or would grow beyond `unpacked_most` bytes.
    """
    parts = _checked_parts(file, unpacked_most)
    workbook = _loaded(file)
    for sheet in workbook.worksheets:
        if sheet.sheet_state == "visible":
            yield sheet.title, _guarded(_rows(sheet, parts.get(sheet._worksheet_path, b"")))


def _broken() -> Invalid:
    return Invalid(
        "Không mở được tệp Excel: tệp hỏng, chép dở dang hoặc không phải .xlsx. Mở lại bằng Excel, lưu thành .xlsx mới "
        "rồi nhập lại.",
        code="sheet.broken",
    )  # fmt: skip


def _checked_parts(file: bytes, unpacked_most: int) -> dict[str, bytes]:
    """Return the XML of the sheets, by its place in the zip, after every part was looked at."""
    try:
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            parts = archive.infolist()
            if len(parts) > _PARTS_MOST or sum(part.file_size for part in parts) > unpacked_most:
                raise Invalid(
                    "Tệp Excel nở ra quá {most} MB khi mở. Chép riêng danh sách sang một tệp mới, bỏ ảnh và các trang "
                    "tính khác, rồi nhập lại.",
                    most=unpacked_most // 1_000_000, code="sheet.bomb",
                )  # fmt: skip
            return _checked_xml({part.filename: archive.read(part) for part in parts})
    except Invalid:
        raise
    except Exception as fault:  # a zip that was tampered with raises nearly anything
        raise _broken() from fault


def _may_be_xml(path: str, part: bytes) -> bool:
    """Say whether a part may be read as XML: by its name, or by how it begins and that it is no picture."""
    begins = part[:1000].lstrip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe")
    return path.endswith((".xml", ".rels")) or (begins.startswith(b"<") and not path.startswith(_PICTURES))


def _checked_xml(parts: dict[str, bytes]) -> dict[str, bytes]:
    parts = {path: part for path, part in parts.items() if _may_be_xml(path, part)}
    if any(map(_hides_something, parts.values())) or _PICTURE_AS_SHEET.search(parts.get(_OF_THE_BOOK, b"")):
        raise _broken()
    if sum(part.count(b"<si>") + part.count(b"<si/>") for part in parts.values()) > _TEXTS_MOST:
        raise _broken()
    return {path: part for path, part in parts.items() if path.startswith("xl/worksheets/")}


def _hides_something(part: bytes) -> bool:
    """Say whether a part declares entities, or may do so in an encoding in which we would not find it."""
    return part.startswith(_LIKE_UTF16) or b"\0" in part or bool(_DOCTYPE.search(part) or _OTHER_ENCODING.search(part))


def _loaded(file: bytes) -> Any:
    from openpyxl import load_workbook  # large, and not wanted at the start of a gateway

    try:
        return load_workbook(io.BytesIO(file), read_only=True, data_only=True, keep_links=False)
    except Exception as fault:  # openpyxl raises nearly anything on a workbook that is none
        raise _broken() from fault


def _guarded(rows: Iterator[Row]) -> Iterator[Row]:
    try:
        yield from rows
    except Invalid:
        raise
    except Exception as fault:  # the stream is read to its end only now
        raise _broken() from fault


def _rows(sheet: Any, xml: bytes) -> Iterator[Row]:
    alone, merged = _formulas_alone(xml), _merged_downwards(xml)
    sheet.reset_dimensions()  # some programs write a wrong one
    for number, row in enumerate(sheet.iter_rows(min_row=1, max_col=COLUMNS_MOST, values_only=True), 1):
        marks = {column: FORMULA_WITHOUT_RESULT for column in alone.get(number, ())}
        for left, top, right, bottom in merged:
            if top < number <= bottom:
                marks |= dict.fromkeys(range(left, right + 1), MERGED)
        yield _marked(row, marks) if marks else row


def _marked(row: Row, marks: dict[int, Unreadable]) -> Row:
    return tuple(marks.get(column) if value is None else value for column, value in enumerate(row, 1))


def _formulas_alone(xml: bytes) -> dict[int, list[int]]:
    """Return row → columns of the formulas that have no result."""
    alone: dict[int, list[int]] = {}
    for found in islice(_FORMULA_ALONE.finditer(xml), _RUINED_MOST):
        place = _PLACE.search(found[1])
        if place and b't="str"' not in found[1]:
            column, row, _, _ = _bounds(place[1])
            alone.setdefault(row, []).append(column)
    return alone


def _merged_downwards(xml: bytes) -> list[tuple[int, int, int, int]]:
    """Return the merges that cover more than one row, as left, top, right, bottom."""
    merges = (_bounds(found[1]) for found in _MERGED_CELL.finditer(xml))
    downwards = [(left, top, min(right, COLUMNS_MOST), bottom) for left, top, right, bottom in merges if top < bottom]
    if len(downwards) > _MERGED_MOST:
        raise Invalid(
            "Danh sách có hơn {most} chỗ gộp ô. Bỏ gộp ô (Unmerge) cả trang tính rồi điền vào từng dòng.",
            most=_MERGED_MOST, code="sheet.merged",
        )  # fmt: skip
    return downwards


def _bounds(place: bytes) -> tuple[int, int, int, int]:
    from openpyxl.utils.cell import range_boundaries

    left, top, right, bottom = (bound or 0 for bound in range_boundaries(place.decode()))
    return left, top, right, bottom
