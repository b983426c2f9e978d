"""The damage record (biên bản hư hỏng): what a torn or wet item holds, line by line, and how it was wrapped again.

Whoever finds an item damaged counts what is inside against the list of papers, before a witness, and wraps and seals it
anew. The record names the cause; once both have signed nothing in it changes. It moves no item: custody follows from
scans alone.

Stands on: address, bare_picture, errors. Used by: services.damage.
Source: Circular 17/2017/TT-BTTTT art. 11.2; Law on Post 2010 art. 13.2; Decree 174/2026/NĐ-CP art. 12.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from .address import NAME_MOST, checked_text
from .bare_picture import bare_picture
from .errors import Invalid

CONDITIONS = {"whole": "nguyên vẹn", "damaged": "hư hỏng", "missing": "thiếu"}
WRAPPINGS = {"torn": "rách", "wet": "ướt", "opened": "bị mở", "seal_broken": "mất niêm phong", "other": "khác"}
CAUSES = {
    "handling": "khai thác, bốc xếp", "transport": "vận chuyển", "weather": "mưa bão, ngập nước",
    "packing": "bao gói không bảo đảm", "unknown": "chưa rõ",
}  # fmt: skip
PHOTO_MOST = 1_500_000
_JPEG = b"\xff\xd8\xff"
_LINES_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedLine:
    """One line of the inventory: a paper, how many there should be, and in which condition they are."""

    name: str
    quantity: int = 1
    condition: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DamageRecord:
    """What was found, by whom, before whom."""

    record_id: str  #: the maker's own id of this record; told again, it is the same one
    office: str = ""
    wrapping: str
    cause: str
    lines: tuple[CountedLine, ...]
    statement: str = ""  #: what happened, in the worker's words
    old_seal_no: str = ""
    new_seal_no: str  #: of the new wrapping
    worker_name: str
    witness_name: str
    photo_jpeg: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDamageRecord:
    """A damage record under its number."""

    record_no: str
    case_no: str
    consignment_no: str
    record: DamageRecord
    has_photo: bool
    made_at: datetime
    made_by: str
    signed_at: datetime | None = None
    signed_by: str = ""


def checked_damage(record: DamageRecord) -> DamageRecord:
    """Return the record with tidy texts. Raises Invalid at the first part without which it proves nothing."""
    _must_be_in(record.wrapping, WRAPPINGS, "wrapping")
    _must_be_in(record.cause, CAUSES, "cause")
    if not 1 <= len(record.lines) <= _LINES_MOST:
        raise Invalid(
            "Kiểm kê từng giấy tờ bên trong, từ 1 đến {most} dòng.", most=_LINES_MOST, code="damage.lines",
            field="/lines",
        )  # fmt: skip
    photo = record.photo_jpeg
    if photo and (len(photo) > PHOTO_MOST or not photo.startswith(_JPEG)):
        raise Invalid("Ảnh phải là JPEG, nhiều nhất 1,5 MB.", code="damage.photo", field="/photo_jpeg")
    tidy: dict[str, Any] = {
        name: checked_text(getattr(record, name), what=what, field=f"/{name}", most=most, required=required)
        for name, what, most, required in _TEXTS
    }
    lines = tuple(_line(line, n) for n, line in enumerate(record.lines))
    return replace(record, lines=lines, photo_jpeg=bare_picture(photo), **tidy)


_TEXTS = (
    ("record_id", "mã biên bản của người lập", 80, True),
    ("statement", "diễn biến", 1000, False),
    ("old_seal_no", "số niêm phong cũ", 40, False),
    ("new_seal_no", "số niêm phong mới", 40, True),
    ("worker_name", "họ tên nhân viên lập", NAME_MOST, True),
    ("witness_name", "họ tên người chứng kiến", NAME_MOST, True),
)


def _line(line: CountedLine, n: int) -> CountedLine:
    _must_be_in(line.condition, CONDITIONS, f"lines/{n}/condition")
    if not 1 <= line.quantity <= 500:
        raise Invalid("Số lượng giấy phải từ 1 đến {most}.", most=500, code="paper.quantity",
                      field=f"/lines/{n}/quantity")  # fmt: skip
    name = checked_text(line.name, what="tên giấy tờ", field=f"/lines/{n}/name", most=300)
    note = checked_text(line.note, what="ghi chú", field=f"/lines/{n}/note", most=300, required=False)
    return replace(line, name=name, note=note)


def _must_be_in(word: str, known: dict[str, str], field: str) -> None:
    if word not in known:
        raise Invalid(
            "Giá trị “{value}” không đúng. Chọn trong danh sách: {known}.", value=word[:40], known=", ".join(known),
            code=f"damage.{field.rpartition('/')[2]}", field=f"/{field}",
        )  # fmt: skip
