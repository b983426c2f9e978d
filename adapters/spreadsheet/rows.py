"""One row of the list, made a dossier, or everything that is wrong with it.

All bad cells of a row are told at once: a clerk who mends one and meets the next at every try gives up. Whether the
dossier as a whole can be taken is for the intake to say; here only cells are read.

Stands on: cells, headings, sheet, domain.dossier. Used by: reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from postgw.domain.address import Party
from postgw.domain.dossier import SERVICE_FORMS, Dossier
from postgw.domain.errors import Invalid
from postgw.rules.import_columns import Column, import_columns

from .cells import Cell, read_cell, shown
from .headings import Headings, stand_ins
from .sheet import CellError, SheetRow


def row_of(number: int, cells: tuple[Cell, ...], headings: Headings, *, receiving_desk: str) -> SheetRow:
    """Return one row, read."""
    cells = cells[: len(headings.texts)] + (None,) * (len(headings.texts) - len(cells))
    values: dict[str, Any] = {}
    notes: list[str] = []
    errors: list[CellError] = []
    for text, column, cell in zip(headings.texts, headings.columns, cells, strict=True):
        if column:
            try:
                values[column.field], note = read_cell(column, cell)
            except Invalid as error:
                errors.append(CellError(row=number, column=text, error=error))
            else:
                notes += [f"Dòng {number}, cột {text}: {note}"] if note else []
    wrong = {error.error.field for error in errors}
    errors += _missing(number, values, wrong, headings)
    return SheetRow(
        number=number,
        dossier=None if errors else dossier_of(values, receiving_desk=receiving_desk),
        errors=tuple(errors),
        notes=tuple(notes),
        cells=tuple(shown(cell) for cell in cells),
    )


def dossier_of(values: Mapping[str, Any], *, receiving_desk: str) -> Dossier:
    """Return the dossier whose fields are filled as JSON pointers name them."""
    given = {field: value for field, value in values.items() if value is not None and value != ""}
    plain = {field[1:]: value for field, value in given.items() if field.count("/") == 1}
    return Dossier(
        **{"procedure_code": "", "service_form": "", **plain},
        receiving_desk=receiving_desk,
        applicant=_party(given, "/applicant/") or Party(name=""),
        return_to=_party(given, "/return_to/"),
    )


def is_the_example(row: SheetRow) -> bool:
    """Say whether a row is the example of the template, left in place."""
    return row.dossier is not None and replace(row.dossier, receiving_desk="") == _example()


@lru_cache(maxsize=1)
def _example() -> Dossier:
    return dossier_of(
        {column.field: read_cell(column, column.example)[0] for column in import_columns()}, receiving_desk=""
    )


def _party(given: Mapping[str, Any], prefix: str) -> Party | None:
    parts = {field.removeprefix(prefix): value for field, value in given.items() if field.startswith(prefix)}
    return Party(**{"name": "", **parts}) if parts else None


def _missing(number: int, values: Mapping[str, Any], wrong: set[str], headings: Headings) -> Iterator[CellError]:
    form = values.get("/service_form") or ""
    for column in import_columns():
        if column.field in wrong or not _is_required(column, form) or values.get(column.field) not in (None, ""):
            continue
        if not any(values.get(other) or other in wrong for other in stand_ins(column.field, form)):
            yield CellError(
                row=number,
                column=headings.by_field.get(column.field, column.heading),
                error=Invalid(_blank_sentence(column, headings, form), code="cell.missing", field=column.field),
            )


def _is_required(column: Column, form: str) -> bool:
    return form in column.required_for if form else column.required_for == set(SERVICE_FORMS)


def _blank_sentence(column: Column, headings: Headings, form: str) -> str:
    place = "Ô còn trống" if column.field in headings.by_field else "Tệp chưa có cột này"
    if _is_required(column, ""):
        return f"{place}."
    return f"{place}; hình thức “{SERVICE_FORMS[form]}” phải có."
