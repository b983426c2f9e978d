"""One cell, read as its column wants it: a telephone, a date, money, a form, papers, or text.

Excel changes what is typed: it takes the zero off 0912…, turns 26/11/20 into a date and 1.010720 into 1.01072, and
writes long numbers as 9.12E+11. What can be put right without a guess is put right and noted; the rest is refused with
what to type. No sentence repeats what a telephone or name cell held: sentences are logged.

Stands on: domain.address, domain.paper, rules.import_columns. Used by: reading, mending, workbook.
Source: the national numbering plan since 2017-2018 (mobile: 0 and nine digits beginning 3, 5, 7, 8, 9; fixed: 02 and
nine digits more).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from postgw.domain.address import NAME_MOST, TEXT_MOST, checked_text, compact_phone
from postgw.domain.errors import Invalid
from postgw.domain.folding import fold
from postgw.domain.paper import checked_paper
from postgw.rules.import_columns import Column, papers_of, service_form_of


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell that holds nothing to read, and why."""

    template: str
    code: str


Cell = str | int | float | bool | datetime | date | time | timedelta | Unreadable | None
#: What a cell means, and what was put right on the way.
Reading = tuple[Any, str]

FORMULA_WITHOUT_RESULT = Unreadable(
    "Ô là công thức chưa có kết quả. Mở bằng Excel rồi lưu lại, hoặc dán dạng giá trị.", "cell.formula"
)
MERGED = Unreadable("Ô bị gộp với dòng trên. Bỏ gộp ô rồi điền vào từng dòng.", "cell.merged")
_EXCEL_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!)|#{3,}")
_ROUNDED = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]{1,3}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b\ud800-\udfff\ufeff\ufffe\uffff]")
_CODES = {"/dossier_no", "/intake_ref", "/procedure_code"}
_TEXT_MOST = {"address": TEXT_MOST, "note": 1000}

_SHORT_MOBILE = re.compile(r"[35789][0-9]{8}")
_SHORT_FIXED = re.compile(r"2[0-9]{9}")
_COUNTRY_WITHOUT_PLUS = re.compile(r"84(?:[35789][0-9]{8}|2[0-9]{9})")

_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4})(?: 0{1,2}:00(?::00)?)?")
_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ]0{1,2}:00(?::00)?)?")
_EXCEL_DAY_ONE = date(1899, 12, 30)
_YEARS = range(2000, 2101)

_CURRENCY = re.compile(r"\s*(?:đồng|đ|₫|vnđ|vnd)\.?$", re.IGNORECASE)
_GROUPED = re.compile(r"[0-9]{1,3}(?:[.,\s][0-9]{3})+|[0-9]+")
_ZERO_DECIMALS = re.compile(r"(?<=[0-9])[.,]00?$")
_MONEY_LONGEST = 30
_NO_FEE = {"khong", "mien phi", "mien", "-", "khong thu", "khong co"}
#: The smallest fee; beneath it Excel read the thousands dot as a decimal point. Design choice.
_FEE_LEAST = 1000


def shown(cell: Cell) -> str:
    """Return a cell as text, as a clerk sees it.

    >>> shown(912000003.0), shown(2.000635), shown(datetime(2026, 11, 27)), shown(" a\\xa0b "), shown(None)
    ('912000003', '2.000635', '27/11/2026', 'a b', '')
    """
    if cell is None:
        return ""
    if isinstance(cell, str) and cell.isascii() and cell.isprintable():
        return cell.strip().removeprefix("'").lstrip()
    if isinstance(cell, Unreadable):
        return "#N/A"  # Excel's own word for it, and refused again until it is mended
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.strftime("%d/%m/%Y" if cell.time() == time() else "%d/%m/%Y %H:%M")
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    text = unicodedata.normalize("NFC", _CONTROL.sub("", str(cell).replace("\r\n", "\n"))).replace("\xa0", " ").strip()
    return text.removeprefix("'").lstrip()


def is_blank(cell: Cell) -> bool:
    """Say whether nothing stands in a cell. One that was merged with those above it is not blank by itself."""
    return cell is MERGED or (not isinstance(cell, Unreadable) and not shown(cell))


def read_cell(column: Column, cell: Cell) -> Reading:
    """Return what a cell means in a column, and what was put right; nothing for an empty one.

    Raises Invalid, `field` being the column's or beneath it.
    """
    if isinstance(cell, Unreadable):
        raise Invalid(cell.template, code=cell.code, field=column.field)
    text = shown(cell)
    _refuse_ruined(column, text)
    if not text:
        return None, ""
    try:
        return _READERS[column.reads](column, cell, text)
    except Invalid as error:
        if not error.field.startswith(column.field):
            error.field = column.field
        raise


def _refuse_ruined(column: Column, text: str) -> None:
    if _EXCEL_ERROR.fullmatch(text):
        raise Invalid(
            "Ô chứa lỗi hoặc dấu # của Excel. Sửa công thức hay nới rộng cột, rồi dán dạng giá trị.",
            code="cell.excel_error", field=column.field,
        )  # fmt: skip
    if text.startswith("="):
        raise Invalid("Ô là công thức. Dán dạng giá trị rồi nhập lại.", code="cell.formula", field=column.field)
    if column.reads in {"text", "phone", "money"} and _ROUNDED.fullmatch(text):
        raise Invalid(
            "Excel đã rút gọn số này (dạng 9,12E+11) và làm mất chữ số. Đặt định dạng ô là Văn bản (Text) rồi gõ lại.",
            code="cell.rounded", field=column.field,
        )  # fmt: skip


def _text(column: Column, cell: Cell, text: str) -> Reading:
    if column.field in _CODES and isinstance(cell, (date, time, timedelta)):
        raise Invalid(
            "Excel đã đổi mã này thành ngày tháng. Đặt định dạng ô là Văn bản (Text) rồi gõ lại.",
            code="cell.became_date", field=column.field,
        )  # fmt: skip
    text = checked_text(
        text, what=column.heading.lower(), field=column.field,
        most=_TEXT_MOST.get(column.field.rpartition("/")[2], NAME_MOST), required=False,
    )  # fmt: skip
    if column.field == "/procedure_code" and re.fullmatch(r"[0-9]\.[0-9]{3,5}", text):
        whole = text.ljust(len("2.000635"), "0")
        return whole, f"Excel bỏ số 0 ở cuối mã, đã thêm lại thành {whole}."
    return text, ""


def _phone(column: Column, cell: Cell, text: str) -> Reading:
    digits = re.sub(r"[\s.\-()]", "", text)
    if _SHORT_MOBILE.fullmatch(digits) or _SHORT_FIXED.fullmatch(digits):
        return "0" + digits, "số mất số 0 ở đầu, đã thêm lại."
    if _COUNTRY_WITHOUT_PLUS.fullmatch(digits):
        return "0" + digits[2:], "số ghi 84 ở đầu, đã đổi thành 0."
    if re.search(r"[/;,]|\bhoặc\b", text):
        raise Invalid("Mỗi ô chỉ ghi một số điện thoại.", code="phone.many", field=column.field)
    return compact_phone(text, field=column.field), ""


def _form(column: Column, cell: Cell, text: str) -> Reading:
    return service_form_of(text), ""


def _date(column: Column, cell: Cell, text: str) -> Reading:
    if isinstance(cell, datetime):
        return _in_our_days(cell.date(), column), ""
    if isinstance(cell, date):
        return _in_our_days(cell, column), ""
    if isinstance(cell, (int, float)) and 36_526 <= cell < 73_051:
        likely = (_EXCEL_DAY_ONE + timedelta(days=int(cell))).strftime("%d/%m/%Y")
        raise Invalid(
            "Ô đang là số, có phải ngày {likely}? Đặt định dạng ô là Ngày (Date) rồi xem lại.",
            likely=likely, code="date.serial", field=column.field,
        )  # fmt: skip
    return _in_our_days(_typed_date(text, column), column), ""


def _typed_date(text: str, column: Column) -> date:
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year = map(int, found.groups())
    elif found := _YEAR_FIRST.fullmatch(text):
        year, month, day = map(int, found.groups())
    else:
        raise _no_date(column)
    try:
        return date(year, month, day)
    except ValueError:
        raise _no_date(column) from None


def _in_our_days(on: date, column: Column) -> date:
    if on.year not in _YEARS:
        raise _no_date(column)
    return on


def _no_date(column: Column) -> Invalid:
    return Invalid(
        "Không phải ngày có trong lịch. Ghi ngày/tháng/năm, năm bốn chữ số, ví dụ 27/11/2026.",
        code="date.shape", field=column.field,
    )  # fmt: skip


def _money(column: Column, cell: Cell, text: str) -> Reading:
    if fold(text) in _NO_FEE:
        return 0, ""
    plain = _CURRENCY.sub("", text[:_MONEY_LONGEST]).strip()
    grouped = _GROUPED.fullmatch(plain) or _GROUPED.fullmatch(plain := _ZERO_DECIMALS.sub("", plain))
    if not grouped or len(text) >= _MONEY_LONGEST or (isinstance(cell, float) and not cell.is_integer()):
        raise Invalid(
            "Số tiền phải là số đồng nguyên, ví dụ 25.000 hoặc 25000.", code="money.shape", field=column.field
        )
    dong = int(re.sub(r"\D", "", plain))
    if 0 < dong < _FEE_LEAST:
        raise Invalid(
            "Số tiền đang là {dong} đồng. Nếu ý là {dong}.000 đồng thì gõ {dong}000.",
            dong=dong, code="money.small", field=column.field,
        )  # fmt: skip
    return dong, ""


def _papers(column: Column, cell: Cell, text: str) -> Reading:
    papers = papers_of(re.sub(r"[^\S\n]+", " ", text))
    return tuple(checked_paper(paper, field=f"/papers/{n}") for n, paper in enumerate(papers)), ""


_READERS: Mapping[str, Callable[[Column, Cell, str], Reading]] = {
    "text": _text, "phone": _phone, "form": _form, "date": _date, "money": _money, "desk": _text, "papers": _papers,
}  # fmt: skip
