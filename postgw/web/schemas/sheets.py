"""Lists of dossiers, order sheets and status sheets: files in, what became of each row out.

Used by: api.sheets.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any, Literal

from pydantic import Field

from postgw.domain.ports import FeedEvent
from postgw.domain.sheet_ports import CellFault, StatusesRead
from postgw.services.importing import RowTaken

from .reconciliations import File
from .shapes import In, Out

RowOutcome = Literal["created", "same", "updated", "change_requested", "good", "bad"]
Say = Callable[[CellFault], str]


class ImportIn(In):
    """A clerk's list."""

    desk: str = Field(min_length=1, max_length=60, description="Bộ phận Một cửa nơi tiếp nhận.")
    name: str = Field("danh-sach", max_length=120, description="Tên tệp, để đặt tên tệp cần sửa.")
    content: File = Field(description="CSV (UTF-8) hoặc XLSX, base64.")
    look: bool = Field(False, description="Chỉ xem trước: không ghi gì.")

    def bytes(self) -> bytes:
        """Return the file itself."""
        return base64.b64decode(self.content)


class CellFaultOut(Out):
    """What is wrong with a cell."""

    column: str = Field(description="Tiêu đề cột trong tệp; để trống là cả dòng.")
    pointer: str = Field(description="JSON pointer của trường trong hồ sơ.")
    code: str
    detail: str


class ImportRowOut(Out):
    """What became of one row."""

    row: int = Field(description="Số dòng như Excel hiện.")
    outcome: RowOutcome = Field(description="`good` là nhận được (khi xem trước), `bad` là phải sửa.")
    key: str
    faults: list[CellFaultOut]
    notes: list[str]


class ImportOut(Out):
    """What became of a list."""

    rows: list[ImportRowOut]
    notes: list[str]
    mend_name: str = Field(description="Tên tệp cần sửa; để trống khi mọi dòng đều đúng.")
    to_mend: str = Field(description="Tệp cần sửa, base64: các dòng sai, thêm cột “Lỗi”.")


class StatusesIn(In):
    """A status sheet of a post office."""

    content: File = Field(description="CSV (UTF-8) hoặc XLSX, base64.")

    def bytes(self) -> bytes:
        """Return the file itself."""
        return base64.b64decode(self.content)


class StatusRowOut(Out):
    """What one row states."""

    row: int
    number: str
    word: str = Field(description="Từ của bưu cục.")
    code: str = Field(description="Việc quét của ta; `unknown` được giữ lại và không đổi gì.")


class BadStatusOut(Out):
    """A row that states nothing, and why."""

    row: int
    detail: str


class StatusesOut(Out):
    """What a status sheet states; a row that was handed in before changes nothing."""

    rows: list[StatusRowOut]
    bad: list[BadStatusOut]
    to_mend: str = Field(description="Dòng phải sửa, tệp CSV, base64; để trống khi không có.")


class PostSheetsOut(Out):
    """The accounts whose sheets the caller may work with."""

    accounts: list[str]


def import_row_out(one: RowTaken, say: Say) -> dict[str, Any]:
    """Return what became of a row as it is shown."""
    return {
        "row": one.row.number, "outcome": one.outcome or "bad",
        "key": one.row.dossier.key if one.row.dossier else "", "notes": list(one.row.notes),
        "faults": [
            {"column": fault.column, "pointer": fault.error.field, "code": fault.error.code, "detail": say(fault)}
            for fault in one.faults
        ],
    }  # fmt: skip


def import_out(
    rows: Sequence[RowTaken], *, notes: Sequence[str], mend_name: str, to_mend: bytes, say: Say
) -> dict[str, Any]:
    """Return what became of a list as it is shown."""
    return {
        "rows": [import_row_out(one, say) for one in rows], "notes": list(notes),
        "mend_name": mend_name if to_mend else "", "to_mend": base64.b64encode(to_mend).decode(),
    }  # fmt: skip


def statuses_out(read: StatusesRead) -> dict[str, Any]:
    """Return what a status sheet states as it is shown, row by row."""
    bad = [{"row": read.rows.get(one.record_id, 0), "detail": one.reason} for one in read.rejects]
    return {
        "rows": sorted((_status_out(one, read) for one in read.events), key=lambda row: row["row"]),
        "bad": sorted(bad, key=lambda row: int(str(row["row"]))),
        "to_mend": base64.b64encode(read.to_mend).decode(),
    }  # fmt: skip


def _status_out(one: FeedEvent, read: StatusesRead) -> dict[str, Any]:
    return {"row": read.rows.get(one.record_id, 0), "number": one.order_no, "word": one.raw_code, "code": one.code}
