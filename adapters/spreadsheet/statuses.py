"""A status sheet of a post office, read: each row a happening in our words, or what is wrong with it.

The number may be ours or the post's, whichever column it stands in: numbers are told apart by their shape. A moment
needs its hour, because the order of happenings decides who holds the item. Nothing is guessed, and nothing that is read
here is a proof: `delivered` in a sheet is the post's statement, as in any feed.

Stands on: grid, cells, status_words. Used by: folder_post.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from postgw.domain.errors import Invalid, PostgwError, TooMuch
from postgw.domain.legal_day import VIETNAM
from postgw.domain.ports import FeedEvent, FeedReject
from postgw.domain.recognise import recognise

from .cells import Cell, Unreadable, is_blank, shown
from .grid import Row, checked_file, csv_delimiter, csv_rows, is_workbook, sheets_of_workbook, text_of_csv
from .headings import REMARKS
from .settings import SpreadsheetSettings
from .status_words import StatusColumn, code_of, column_of, columns, reason_of

_ROWS_ABOVE_MOST = 30
_NOTE_MOST, _WORD_MOST, _OFFICE_MOST = 300, 60, 60
_CLOCK = re.compile(r"([01]?\d|2[0-3])[:hg]([0-5]\d)?(?::([0-5]\d))?(?:\s*phút)?", re.IGNORECASE)
_DAY = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})|(\d{4})-(\d{1,2})-(\d{1,2})")
_YEARS = range(2020, 2101)

Columns = Mapping[int, StatusColumn]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRow:
    """One row: what it states, or why it states nothing."""

    number: int
    said: FeedEvent | FeedReject
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusSheet:
    """A status sheet, read. Blank rows are not among `rows`."""

    headings: tuple[str, ...]
    rows: tuple[StatusRow, ...]

    def table_to_mend(self) -> list[Sequence[str]]:
        """Return the rows that state nothing, with a last column that says why."""
        keep = [n for n, text in enumerate(self.headings) if text != REMARKS]
        table: list[Sequence[str]] = [[*(self.headings[n] for n in keep), REMARKS]]
        for row in self.rows:
            if isinstance(row.said, FeedReject):
                table.append([*(row.cells[n] if n < len(row.cells) else "" for n in keep), row.said.reason])
        return table


def read_statuses(file: bytes, own: Mapping[str, str], limits: SpreadsheetSettings) -> StatusSheet:
    """Return a status sheet. Raises Invalid or TooMuch when it cannot be read as one."""
    for rows in _tables(checked_file(file, limits), limits):
        numbered = iter(enumerate(rows, 1))
        for number, row in numbered:
            if _is_headings(found := _columns(row)):
                return _sheet(tuple(shown(cell) for cell in row), found, numbered, own, limits)
            if number >= _ROWS_ABOVE_MOST:
                break
    raise Invalid(
        "Không thấy dòng tiêu đề cột. Bảng trạng thái cần các cột: Số phiếu gửi hoặc Số hiệu bưu gửi, {needed}.",
        needed=", ".join(column.heading for column in columns() if column.needed), code="sheet.headings",
    )  # fmt: skip


def _tables(file: bytes, limits: SpreadsheetSettings) -> Iterator[Iterator[Row]]:
    if is_workbook(file):
        yield from (rows for _, rows in sheets_of_workbook(file, limits))
        return
    text = text_of_csv(file)
    yield csv_rows(text, csv_delimiter(text, lambda row: len(_columns(row))))


def _columns(row: Row) -> Columns:
    found: dict[int, StatusColumn] = {}
    for place, cell in enumerate(row):
        column = None if is_blank(cell) else column_of(shown(cell))
        if column and column not in found.values():
            found[place] = column
    return found


def _is_headings(found: Columns) -> bool:
    fields = {column.field for column in found.values()}
    needed = {column.field for column in columns() if column.needed}
    return needed <= fields and bool(fields & {"order_no", "item_no"})


def _sheet(
    headings: tuple[str, ...], found: Columns, rows: Iterable[tuple[int, Row]], own: Mapping[str, str],
    limits: SpreadsheetSettings,
) -> StatusSheet:  # fmt: skip
    read: list[StatusRow] = []
    for number, row in rows:
        cells = {column.field: row[place] for place, column in found.items() if place < len(row)}
        if all(is_blank(cell) for cell in cells.values()):
            continue
        if len(read) == limits.rows_most:
            raise TooMuch("Bảng kê dài hơn {most} dòng. Tách thành nhiều tệp rồi nhập từng tệp.",
                          most=limits.rows_most, code="sheet.long")  # fmt: skip
        read.append(StatusRow(number=number, said=_said(number, cells, own), cells=tuple(shown(cell) for cell in row)))
    if not read:
        raise Invalid("Dưới dòng tiêu đề không có dòng nào. Điền danh sách rồi nhập lại.", code="sheet.no_rows")
    return StatusSheet(headings=headings, rows=tuple(read))


def _said(number: int, cells: Mapping[str, Cell], own: Mapping[str, str]) -> FeedEvent | FeedReject:
    try:
        return event_of(cells, own)
    except PostgwError as error:
        content = "|".join(f"{field}={shown(cell)}" for field, cell in sorted(cells.items()))
        return FeedReject(record_id=_digest(content), reason=str(error), raw=f"dòng {number}")


def event_of(cells: Mapping[str, Cell], own: Mapping[str, str]) -> FeedEvent:
    """Return what a row states. Raises Invalid at the cell that cannot be read."""
    order_no, item_no = _numbers(cells)
    word = _text(cells, "status", "trạng thái", _WORD_MOST)
    occurred_at = _moment(cells)
    office, note = _given(cells, "office")[:_OFFICE_MOST], _given(cells, "note")[:_NOTE_MOST]
    code, why = code_of(word, own), _given(cells, "reason")
    reason = reason_of(why, code)
    return FeedEvent(
        record_id=_digest(f"{order_no or item_no}|{word.casefold()}|{occurred_at.isoformat()}|{office.casefold()}"),
        order_no=order_no or item_no, item_no=item_no if order_no else "", code=code, occurred_at=occurred_at,
        office=office, reason=reason, note=" – ".join(text for text in (why if not reason else "", note) if text),
        raw_code=word, raw={"status": word, "time": occurred_at.isoformat(), "office": office},
    )  # fmt: skip


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:40]


def _numbers(cells: Mapping[str, Cell]) -> tuple[str, str]:
    typed = [text for field in ("order_no", "item_no") if (text := _given(cells, field))]
    if not typed:
        raise Invalid("Dòng này chưa ghi số phiếu gửi hay số hiệu bưu gửi.", code="statuses.number")
    read = [recognise(text) for text in typed]
    if any(one.kind not in {"consignment", "item"} for one in read):
        raise Invalid(
            "Số không đúng: soát lại từng ký tự của số phiếu gửi hoặc số hiệu bưu gửi.", code="statuses.number"
        )
    by_kind = {one.kind: one.number for one in read}
    if len(by_kind) != len(read) and read[0].number != read[-1].number:
        raise Invalid("Hai cột số nêu hai bưu gửi khác nhau. Giữ một số.", code="statuses.number")
    return by_kind.get("consignment", ""), by_kind.get("item", "")


def _given(cells: Mapping[str, Cell], field: str) -> str:
    cell = cells.get(field)
    if isinstance(cell, Unreadable):
        raise Invalid(cell.template, code=cell.code)
    return " ".join(shown(cell).split())


def _text(cells: Mapping[str, Cell], field: str, what: str, most: int) -> str:
    if text := _given(cells, field)[:most]:
        return text
    raise Invalid("Dòng này chưa ghi {what}.", what=what, code="statuses.blank")


def _moment(cells: Mapping[str, Cell]) -> datetime:
    at, day = cells.get("time"), cells.get("day")
    if isinstance(at, datetime) and at.time() != time():
        return at.replace(tzinfo=VIETNAM)
    clock = at if isinstance(at, time) else _clock(_given(cells, "time"))
    on = next((found for cell in (day, at) if (found := _day(cell))), None)
    if clock is None or on is None:
        raise Invalid("Thời điểm phải có cả giờ và ngày, ví dụ 14:30 25/11/2026.", code="statuses.time")
    return datetime.combine(on, clock, VIETNAM)


def _clock(text: str) -> time | None:
    found = _CLOCK.search(text)
    return time(int(found[1]), int(found[2] or 0), int(found[3] or 0)) if found else None


def _day(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    found = _DAY.search(shown(cell)) if isinstance(cell, str) else None
    if found is None:
        return None
    day, month, year = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
    try:
        on = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return on if on.year in _YEARS else None
