"""The row of headings: where it is, and which column of ours each heading means.

Clerks put a title above the list, change the order of columns and add their own. Order is free, columns of their own
are passed over with a word, and a heading that is nearly one of ours is named beside it, because a column passed over
for a typing mistake would lose what it holds.

Stands on: cells, rules.import_columns. Used by: reading.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from postgw.domain.dossier import SERVICE_FORMS
from postgw.domain.errors import Invalid
from postgw.domain.folding import fold
from postgw.rules.import_columns import Column, column_of, import_columns

from .cells import Cell, shown

REMARKS = "Lỗi"
#: Columns of every clerk's list that mean nothing to us, and our own remarks in a file that was mended.
_PASSED_OVER = {"stt", "tt", "so tt", "so thu tu", fold(REMARKS)}
_KNOWN_LEAST = 3
_ROWS_ABOVE_MOST = 30
#: What else may be given in place of a required field, whatever the form; as `checked_dossier` has it.
_STAND_INS = {"/intake_ref": ("/dossier_no",), "/applicant/address": ("/applicant/commune",)}
#: When only the result is sent, the one who fetches it in the applicant's place is who must be reached.
_STAND_INS_ON_RETURN = {
    "/applicant/phone": ("/return_to/phone",),
    "/applicant/address": ("/applicant/commune", "/return_to/address", "/return_to/commune"),
    "/applicant/province": ("/return_to/province",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Headings:
    """The headings as given, and the column that each means."""

    texts: tuple[str, ...]
    columns: tuple[Column | None, ...]
    notes: tuple[str, ...] = ()

    @property
    def by_field(self) -> Mapping[str, str]:
        """Return field → heading as given."""
        return {column.field: text for text, column in zip(self.texts, self.columns, strict=True) if column}


def known_headings(row: Iterable[Cell]) -> int:
    """Return how many columns of ours this row names."""
    return len({column.field for cell in row if (column := column_of(shown(cell)))})


def found_row(rows: Iterator[tuple[int, tuple[Cell, ...]]]) -> tuple[Cell, ...] | None:
    """Return the row of headings, `rows` then standing at the first row beneath it; nothing when there is none."""
    for number, row in rows:
        if known_headings(row) >= _KNOWN_LEAST:
            return row
        if number >= _ROWS_ABOVE_MOST:
            break
    return None


def headings_of(row: tuple[Cell, ...]) -> Headings:
    """Return what a row of headings means.

    Raises Invalid when two headings mean the same, or a column is missing that no dossier can do without.
    """
    texts = _without_blank_end(tuple(shown(cell) for cell in row))
    columns = tuple(None if fold(text) in _PASSED_OVER else column_of(text) for text in texts)
    headings = Headings(texts=texts, columns=columns, notes=tuple(_unknown(texts, columns)))
    _refuse_doubled(headings)
    _refuse_missing(headings)
    return headings


def stand_ins(field: str, form: str) -> tuple[str, ...]:
    """Return the fields of which one suffices in place of a required one."""
    more = _STAND_INS_ON_RETURN.get(field, ()) if form == "return" else ()
    return more or _STAND_INS.get(field, ())


def no_headings() -> Invalid:
    """Return the error for a file in which no row is one of headings."""
    return Invalid(
        "Không thấy dòng tiêu đề cột. Tải tệp mẫu, chép danh sách vào đúng cột (cần ít nhất: {needed}) rồi nhập lại.",
        needed=", ".join(column.heading for column in _always_required()), code="sheet.headings",
    )  # fmt: skip


def _without_blank_end(texts: tuple[str, ...]) -> tuple[str, ...]:
    while texts and not texts[-1]:
        texts = texts[:-1]
    return texts


def _unknown(texts: tuple[str, ...], columns: tuple[Column | None, ...]) -> Iterator[str]:
    for text, column in zip(texts, columns, strict=True):
        if column is None and text and fold(text) not in _PASSED_OVER:
            near = nearest(text[:60])
            asked = f" Có phải là “{near}”? Nếu phải, sửa tiêu đề rồi nhập lại." if near else ""
            yield f"Cột “{text[:60]}” không có trong mẫu, đã bỏ qua.{asked}"


def nearest(text: str) -> str:
    """Return the heading of ours that is nearest to this one, or nothing when none is near."""
    names = {fold(name): column.heading for column in import_columns() for name in (column.heading, *column.also)}
    found = difflib.get_close_matches(fold(text), names, n=1, cutoff=0.75)
    return names[found[0]] if found else ""


def _refuse_doubled(headings: Headings) -> None:
    seen: dict[str, str] = {}
    for text, column in zip(headings.texts, headings.columns, strict=True):
        if column and column.field in seen:
            raise Invalid(
                "Hai cột “{one}” và “{other}” cùng là {column}. Xóa hoặc đổi tên một cột rồi nhập lại.",
                one=seen[column.field], other=text, column=column.heading, code="sheet.doubled",
            )  # fmt: skip
        if column:
            seen[column.field] = text


def _refuse_missing(headings: Headings) -> None:
    given = set(headings.by_field)
    missing = [
        column.heading
        for column in _always_required()
        if column.field not in given and not given & set(stand_ins(column.field, "return"))
    ]
    if missing:
        raise Invalid(
            "Thiếu cột {missing}.{unknown} Tải tệp mẫu để xem tiêu đề cột.",
            missing=", ".join(f"“{heading}”" for heading in missing), code="sheet.columns",
            unknown="".join(f" {note}" for note in headings.notes[:5]),
        )  # fmt: skip


def _always_required() -> list[Column]:
    return [column for column in import_columns() if column.required_for == set(SERVICE_FORMS)]
