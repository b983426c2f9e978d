"""A file as rows of cells, whichever kind it is; nothing is known yet of what the cells mean.

The kind is seen from the content, never from the name: clerks rename files. What cannot be read is refused with what to
do in Excel, because that is where the file comes from.

Stands on: settings, workbook. Used by: reading.
Source: RFC 4180 (CSV); Excel's own `sep=` line and its UTF-8 mark.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator

from postgw.domain.errors import Invalid, TooMuch

from .cells import Cell
from .settings import SpreadsheetSettings
from .workbook import COLUMNS_MOST, workbook_rows

Row = tuple[Cell, ...]
DELIMITERS = (";", ",", "\t")
_ZIP, _OLE, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"
_LIKE_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_SEP_LINE = re.compile(r'sep=([^"\s]|\t)\r?\n', re.IGNORECASE)


def is_workbook(file: bytes) -> bool:
    """Say whether this is a zip, as every XLSX is."""
    return file.startswith(_ZIP)


def checked_file(file: bytes, limits: SpreadsheetSettings) -> bytes:
    """Return the file. Raises TooMuch when it is too large, Invalid when it is plainly no list."""
    if len(file) > limits.bytes_most:
        raise TooMuch(
            "Tệp nặng {size} MB, nhiều nhất {most} MB. Tách thành nhiều tệp rồi nhập từng tệp.",
            size=-(-len(file) // 1_000_000), most=limits.bytes_most // 1_000_000, code="sheet.large",
        )  # fmt: skip
    if not file.strip():
        raise Invalid("Tệp trống. Chọn lại tệp danh sách.", code="sheet.empty")
    if file.startswith(_OLE):
        raise Invalid(
            "Đây là tệp Excel kiểu cũ (.xls) hoặc tệp có mật khẩu. Mở bằng Excel, bỏ mật khẩu nếu có, "
            "chọn Lưu thành → Excel Workbook (.xlsx) rồi nhập lại.",
            code="sheet.old_excel",
        )  # fmt: skip
    if file.startswith(_PDF):
        raise Invalid("Đây là tệp PDF. Cần danh sách gốc ở dạng Excel (.xlsx) hoặc CSV.", code="sheet.kind")
    return file


def sheets_of_workbook(file: bytes, limits: SpreadsheetSettings) -> Iterator[tuple[str, Iterator[Row]]]:
    """Yield the name and the rows of each sheet of an XLSX. Raises Invalid when it cannot be opened."""
    return workbook_rows(file, unpacked_most=limits.unpacked_most)


def text_of_csv(file: bytes) -> str:
    """Return the text of a CSV. Raises Invalid, naming the line, when it is not UTF-8."""
    if file.startswith(_LIKE_UTF16) or b"\0" in file:
        raise Invalid(
            "Tệp không phải CSV UTF-8 cũng không phải XLSX. Mở bằng Excel, chọn Lưu thành → Excel Workbook (.xlsx) "
            "rồi nhập lại.",
            code="sheet.kind",
        )  # fmt: skip
    try:
        return file.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise Invalid(
            "Dòng {line} có chữ không thuộc bảng mã UTF-8 (tệp có thể theo Windows-1258, VNI hay TCVN3). Mở bằng "
            "Excel, chọn Lưu thành → CSV UTF-8 hoặc .xlsx, xem chữ có dấu còn đúng không rồi nhập lại.",
            line=file.count(b"\n", 0, fault.start) + 1, code="sheet.encoding",
        ) from None  # fmt: skip


def csv_delimiter(text: str, known: Callable[[Row], int]) -> str:
    """Return the delimiter under which a row near the top has the most headings that are known."""
    if found := _SEP_LINE.match(text):
        return found[1]
    top = "\n".join(text.splitlines()[:30])

    def most_known(delimiter: str) -> int:
        rows = csv.reader(io.StringIO(top, newline=""), delimiter=delimiter)
        return max((known(tuple(row[:COLUMNS_MOST])) for row in _as_far_as_it_goes(rows)), default=0)

    return max(DELIMITERS, key=most_known)


def _as_far_as_it_goes(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from rows
    except csv.Error:
        return  # the top alone may end within quotes; the whole is read, and judged, afterwards


def csv_rows(text: str, delimiter: str) -> Iterator[Row]:
    """Yield the rows of a CSV as Excel counts them. Raises Invalid, naming the row, when quotes do not match."""
    text = _SEP_LINE.sub("", text, count=1) if _SEP_LINE.match(text) else text
    read = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            read += 1
            yield tuple(row[:COLUMNS_MOST])
    except csv.Error as fault:
        raise Invalid(
            "Sau dòng {row} có dấu ngoặc kép không thành cặp, hoặc một ô quá dài. Sửa dòng kế tiếp rồi nhập lại.",
            row=read, code="sheet.csv",
        ) from fault  # fmt: skip
