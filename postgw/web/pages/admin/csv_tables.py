"""A table that an administrator hands in as CSV: read, looked at row by row, then taken whole or not at all.

Nothing is kept between the look and the taking: the file goes along in the form.

Used by: prices, places.
"""

from __future__ import annotations

import base64
import binascii
import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from postgw.domain.errors import Invalid, Mistake
from postgw.web.pages.visit import Visit

from .parts import Typed

_ROWS_MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row as it was read, and what is wrong with it."""

    number: int
    cells: tuple[str, ...]
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A table that was looked at."""

    act: str
    columns: Sequence[str]
    lines: Sequence[Line]
    kept: Sequence[tuple[str, str]]

    @property
    def bad(self) -> int:
        """Return how many rows cannot be taken."""
        return sum(bool(line.why) for line in self.lines)


def content_of(typed: Typed) -> bytes:
    """Return the file, chosen now or looked at before. Raises Invalid when there is none."""
    try:
        content = typed.file or base64.b64decode(typed.get("content", ""), validate=True)
    except binascii.Error:
        content = b""
    if not content:
        raise Invalid("Chưa chọn tệp CSV.", code="file.missing", field="/file")
    return content


def rows_of(content: bytes, columns: Sequence[str]) -> list[tuple[int, tuple[str, ...]]]:
    """Return the rows with their numbers, as a spreadsheet counts. Raises Invalid when it is no such table."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid("Tệp không phải UTF-8. Lưu lại dạng CSV UTF-8.", code="file.encoding", field="/file") from None
    head = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if head.count(";") > head.count(",") else ",")
    missing = [name for name in columns if name not in (reader.fieldnames or ())]
    if missing:
        raise Invalid("Tệp thiếu cột {missing}. Dòng đầu phải có: {columns}.", missing=", ".join(missing),
                      columns=", ".join(columns), code="file.columns", field="/file")  # fmt: skip
    rows = [(reader.line_num, tuple((row.get(name) or "").strip() for name in columns)) for row in reader]
    rows = [row for row in rows if any(row[1])]
    if len(rows) > _ROWS_MOST:
        raise Invalid("Mỗi lần nhiều nhất {most} dòng.", most=_ROWS_MOST, code="file.rows", field="/file")
    return rows


def looked_at(
    visit: Visit, typed: Typed, columns: Sequence[str], judge: Callable[[tuple[str, ...]], object], *, act: str
) -> Preview:
    """Return every row with what is wrong with it."""
    content, lines = content_of(typed), []
    for number, cells in rows_of(content, columns):
        why = ""
        try:
            judge(cells)
        except Mistake as wrong:
            why = visit.say(wrong.template, **wrong.values)
        lines.append(Line(number=number, cells=cells, why=why))
    kept = [(name, typed.text(name)) for name in typed if name not in {"proof", "once", "act", "file", "content"}]
    return Preview(act=act, columns=columns, lines=lines, kept=[*kept, ("content", base64.b64encode(content).decode())])
