"""What pydantic finds wrong, said in the words of the one who must mend it.

The table covers what the strict models of this room can meet; a kind it does not know gets a plain sentence.

Used by: reading, schemas.scans.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import ValidationError

from .errors import Fault, Faulty
from .language import sentence

#: pydantic's name of the fault → (our code, Vietnamese template). Values come from pydantic's context.
SENTENCES: dict[str, tuple[str, str]] = {
    "missing": ("missing", sentence("Thiếu mục này.")),
    "extra_forbidden": ("extra", sentence("Không có mục nào tên như vậy. Xem tên đúng ở /api/docs.")),
    "string_type": ("type", sentence("Phải là chuỗi.")),
    "int_type": ("type", sentence("Phải là số nguyên.")),
    "int_parsing": ("type", sentence("Phải là số nguyên.")),
    "int_parsing_size": ("type", sentence("Số quá lớn.")),
    "int_from_float": ("type", sentence("Phải là số nguyên.")),
    "bool_type": ("type", sentence("Phải là true hoặc false.")),
    "bool_parsing": ("type", sentence("Phải là true hoặc false.")),
    "list_type": ("type", sentence("Phải là danh sách.")),
    "tuple_type": ("type", sentence("Phải là danh sách.")),
    "dict_type": ("type", sentence("Phải là đối tượng JSON.")),
    "model_type": ("type", sentence("Phải là đối tượng JSON.")),
    "model_attributes_type": ("type", sentence("Phải là đối tượng JSON.")),
    "datetime_type": ("moment", sentence("Phải là thời điểm RFC 3339, ví dụ 2026-11-23T08:15:00+07:00.")),
    "datetime_parsing": ("moment", sentence("Phải là thời điểm RFC 3339, ví dụ 2026-11-23T08:15:00+07:00.")),
    "datetime_from_date_parsing": ("moment", sentence("Phải là thời điểm RFC 3339, ví dụ 2026-11-23T08:15:00+07:00.")),
    "moment_range": ("moment.range", sentence("Phải là thời điểm RFC 3339 trong khoảng năm 1970 đến 2200.")),
    "timezone_aware": ("moment.zone", sentence("Thời điểm thiếu múi giờ: thêm Z hoặc +07:00.")),
    "date_range": ("date.range", sentence("Phải là ngày dạng 2026-11-23, trong khoảng năm 1851 đến 2199.")),
    "date_type": ("date", sentence("Phải là ngày dạng 2026-11-23.")),
    "date_parsing": ("date", sentence("Phải là ngày dạng 2026-11-23.")),
    "date_from_datetime_parsing": ("date", sentence("Phải là ngày dạng 2026-11-23.")),
    "date_from_datetime_inexact": ("date", sentence("Phải là ngày dạng 2026-11-23.")),
    "time_type": ("time", sentence("Phải là giờ dạng 08:30.")),
    "time_parsing": ("time", sentence("Phải là giờ dạng 08:30.")),
    "string_too_long": ("too_long", sentence("Dài quá: nhiều nhất {max_length} ký tự.")),
    "string_too_short": ("too_short", sentence("Ngắn quá: ít nhất {min_length} ký tự.")),
    "string_pattern_mismatch": ("shape", sentence("Sai dạng.")),
    "too_long": ("too_many", sentence("Nhiều quá: nhiều nhất {max_length} dòng.")),
    "too_short": ("too_few", sentence("Ít quá: ít nhất {min_length} dòng.")),
    "greater_than_equal": ("range", sentence("Phải từ {ge} trở lên.")),
    "less_than_equal": ("range", sentence("Nhiều nhất là {le}.")),
    "greater_than": ("range", sentence("Phải lớn hơn {gt}.")),
    "literal_error": ("choice", sentence("Phải là một trong: {expected}.")),
    "enum": ("choice", sentence("Phải là một trong: {expected}.")),
    "base64_decode": ("base64", sentence("Phải là base64.")),
    "twice": ("twice", sentence("Mục này chỉ được ghi một lần.")),
    "nul": ("nul", sentence("Chuỗi chứa ký tự NUL, không lưu được.")),
}
_OTHER = ("value", sentence("Giá trị không đúng."))


def faults_of(error: ValidationError, prefix: Sequence[object] = ()) -> list[Fault]:
    """Return each fault with its JSON pointer; the value itself is never repeated, it may name a person.

    A list whose rows are wrong is not also said to have too few of them: only right ones are counted there.
    """
    found = error.errors(include_url=False, include_input=False)
    wrong_rows = {item["loc"][:length] for item in found for length in range(len(item["loc"]))}
    found = [item for item in found if item["type"] != "too_short" or item["loc"] not in wrong_rows]
    return [fault(item["type"], (*prefix, *_place(item["loc"])), item.get("ctx") or {}) for item in found[:50]]


def fault(kind: str, place: Iterable[object], context: dict[str, Any] | None = None) -> Fault:
    """Return one fault of a kind of the table."""
    code, template = SENTENCES.get(kind, _OTHER)
    values = {key: value for key, value in (context or {}).items() if f"{{{key}}}" in template}
    if "expected" in values:
        values["expected"] = str(values["expected"]).replace("' or '", "', '").replace("'", "")
    return Fault(pointer=pointer(place), code=code, template=template, values=values)


def must_not_be_longer(name: str, rows: Sequence[object], most: int) -> None:
    """Raise Faulty when a list that is read row by row has more than `most` rows."""
    if len(rows) > most:
        raise Faulty([fault("too_long", (name,), {"max_length": most})])


def pointer(place: Iterable[object]) -> str:
    """Return a place as a JSON pointer.

    >>> pointer(("papers", 0, "a/b"))
    '/papers/0/a~1b'
    """
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in place)


def _place(loc: tuple[int | str, ...]) -> tuple[int | str, ...]:
    return tuple(part for part in loc if part != "[key]")


def is_unreadable(error: ValidationError) -> bool:
    """Say whether the text was no JSON at all."""
    return error.errors(include_url=False, include_input=False)[0]["type"] == "json_invalid"


def where_unreadable(error: ValidationError) -> str:
    """Return the line and column at which the JSON breaks off."""
    text = str(error.errors(include_url=False, include_input=False)[0].get("ctx", {}).get("error", ""))
    return text.rpartition(" at ")[2].replace("line", "dòng").replace(" column", ", cột") if " at " in text else ""
