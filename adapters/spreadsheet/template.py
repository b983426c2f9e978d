"""The template file: our headings, an example row and, in XLSX, a page that explains each column.

All cells are text, so that a telephone keeps its zero and a code stays what it is. An example left in place is passed
over when the file is read.

Stands on: pages, rules.import_columns. Used by: desk, bootstrap (`import`, the desk's page).
"""

from __future__ import annotations

import csv
import io

from postgw.domain.dossier import SERVICE_FORMS
from postgw.domain.paper import KINDS
from postgw.rules.import_columns import Column, import_columns

from .pages import Page, workbook
from .sheet import Format

_FORMS = {"send": "gửi", "return": "nhận", "both": "cả hai"}
_HOW = {
    "text": "Chữ",
    "phone": "Một số điện thoại, 10 chữ số",
    "form": "Một trong: " + ", ".join(_FORMS.values()),
    "date": "Ngày/tháng/năm",
    "money": "Số đồng nguyên",
    "desk": "Mã bộ phận Một cửa; để trống thì trả tại nơi tiếp nhận",
    "papers": f"Tên ({', '.join(KINDS.values())}) x số lượng; mỗi giấy cách nhau dấu chấm phẩy; "
    "thêm “trả lại” hoặc “thu hồi” trong ngoặc nếu có",
}


def template(format: Format) -> bytes:
    """Return the file that a clerk fills in."""
    columns = import_columns()
    headings = tuple(column.heading for column in columns)
    example = tuple(column.example for column in columns)
    if format == "csv":
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=";").writerows([headings, example])
        return text.getvalue().encode("utf-8-sig")
    required = frozenset(column.heading for column in columns if _always(column))
    forms = {column.heading: ",".join(_FORMS.values()) for column in columns if column.reads == "form"}
    list_page = Page(title="Danh sách", headings=headings, rows=(example,), required=required, grey=True, choices=forms)
    return workbook([list_page, _explanations(columns)])


def _explanations(columns: tuple[Column, ...]) -> Page:
    rows = tuple(
        (column.heading, _when(column), _HOW[column.reads], column.example, ", ".join(column.also))
        for column in columns
    )
    return Page(
        title="Hướng dẫn", headings=("Cột", "Bắt buộc", "Cách ghi", "Ví dụ", "Tiêu đề khác cũng được"), rows=rows
    )


def _always(column: Column) -> bool:
    return column.required_for == set(SERVICE_FORMS)


def _when(column: Column) -> str:
    if _always(column):
        return "luôn luôn"
    return (
        "khi " + ", ".join(_FORMS[form] for form in _FORMS if form in column.required_for)
        if column.required_for
        else ""
    )
