"""Records and steps between our words and the portal's. Pure: no call is made here.

The portal writes most values as text, numbers too, and its answers come through several machines: a code may be `9`,
`"9"` or `9.0`, a moment a text or a number of fourteen digits, the name of a key in another case. All are read; what we
write is text.

Stands on: codes. Used by: client.
Source: the keys as public clients write them; times as `yyyyMMddHHmmss` in Vietnam.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from postgw.domain.legal_day import VIETNAM
from postgw.domain.ports import Notice

from . import codes

#: What a record is made of when it is brought up to date, in the order in which one-stop systems write it. The moment
#: at which the agency had finished (`NgayKetThucXuLy`) is missing on purpose: we neither send it nor change it.
RECORD_KEYS = (
    "MaHoSo", "MaTTHC", "TenTTHC", "MaLinhVuc", "TenLinhVuc", "KenhThucHien", "SoBienNhan", "ChuHoSo", "LoaiDoiTuong",
    "MaDoiTuong", "SoGiayToChuHoSo", "ThongTinKhac", "Email", "Fax", "SoDienThoai", "TrichYeuHoSo", "NgayNopHoSo",
    "NgayTiepNhan", "NgayHenTra", "NgayTuChoi", "TrangThaiHoSo", "NgayTra", "ThongTinTra", "HinhThuc", "DonViXuLy",
    "NoiNopHoSo", "GhiChu", "HoSoCoThanhPhanSoHoa", "TaiKhoanDuocXacThucVoiVNeID", "DuocThanhToanTrucTuyen",
    "DinhDanhCHS", "DSKetNoiCSDL", "TaiLieuNop", "DanhSachLePhi", "DanhSachTepDinhKemKhac", "DanhSachHoSoBoSung",
    "DanhSachGiayToKetQua",
)  # fmt: skip
BY_POST, AT_THE_DESK = "1", "0"

_BY_LOWER = {key.lower(): key for key in RECORD_KEYS}
_DIGITS = re.compile(r"\d{14}")
_WHOLE = re.compile(r"([+-]?\d{1,18})(?:\.0*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of a dossier's history on the portal."""

    dossier_no: str
    at: datetime
    status: str
    text: str
    handler: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A dossier as the portal has it. `told` are the values we may send back, as text; `steps` the history shown."""

    dossier_no: str
    status: str
    returned_at: datetime | None = None
    told: Mapping[str, Any] = field(default_factory=dict, repr=False)
    steps: tuple[Step, ...] = ()

    def shows(self, step: Step) -> bool:
        """Say whether the history shows a step: the same words of the same moment, whoever wrote them."""
        return any((one.at, one.text) == (step.at, step.text) for one in self.steps)


def step_of(notice: Notice, *, status: str, handler: str) -> Step | None:
    """Return the line that a notice of a result on its way deserves; nothing when it deserves none."""
    template = codes.step_of(notice.state)
    if not template:
        return None
    text = template.format(attempts=max(1, whole(notice.data.get("attempts")) or 1))
    item = f" Số hiệu bưu gửi: {notice.item_no}." if notice.item_no else ""
    at = notice.at.astimezone(UTC).replace(microsecond=0)
    return Step(dossier_no=notice.dossier_no, at=at, status=status, text=text + item, handler=handler)


def step_to_wire(step: Step) -> dict[str, str]:
    """Return the nine keys of a step; those of the agency's own working stay empty."""
    return {
        "MaHoSo": step.dossier_no,
        "NguoiXuLy": step.handler,
        "ChucDanh": "",
        "ThoiDiemXuLy": moment_to_wire(step.at),
        "PhongBanXuLy": "",
        "NoiDungXuLy": step.text,
        "TrangThai": step.status,
        "NgayBatDau": "",
        "NgayKetThucTheoQuyDinh": "",
    }


def step_from_wire(wire: Mapping[str, Any]) -> Step:
    """Return a step. Raises ValueError, saying what is wrong, when it has no moment."""
    row = {str(key).lower(): value for key, value in wire.items()}
    at = moment_from_wire(row.get("thoidiemxuly"))
    if at is None:
        raise ValueError("không có ThoiDiemXuLy")
    return Step(
        dossier_no=text_of(row.get("mahoso")), at=at, status=code_text(row.get("trangthai")),
        text=text_of(row.get("noidungxuly")), handler=text_of(row.get("nguoixuly")),
    )  # fmt: skip


def record_from_wire(wire: Any, *, progress_list: str = "") -> Record:
    """Return a record of a look-up. Raises ValueError, saying what is wrong, when number or status is missing."""
    if not isinstance(wire, Mapping):
        raise ValueError("không phải một bản ghi")
    told = {
        _BY_LOWER[str(key).lower()]: _text_or_list(value)
        for key, value in wire.items()
        if str(key).lower() in _BY_LOWER and value is not None
    }
    dossier_no, status = text_of(told.get("MaHoSo")), code_text(told.get("TrangThaiHoSo"))
    if not dossier_no or not status:
        raise ValueError("không có MaHoSo hoặc TrangThaiHoSo")
    return Record(
        dossier_no=dossier_no, status=status, returned_at=moment_from_wire(told.get("NgayTra")), told=told,
        steps=_steps(wire.get(progress_list)),
    )  # fmt: skip


def record_to_wire(record: Record) -> dict[str, Any]:
    """Return a record as it is sent: what was told of it, in the wire's order, with our number, status and moment."""
    ours = {"MaHoSo": record.dossier_no, "TrangThaiHoSo": record.status}
    if record.returned_at is not None:
        ours["NgayTra"] = moment_to_wire(record.returned_at)
    known = {**record.told, **ours}
    return {key: known[key] for key in RECORD_KEYS if key in known}


def returned_to_wire(record: Record, *, status: str, returned_at: datetime) -> dict[str, Any]:
    """Return a record as one whose result was handed out by post; all else stays as the portal said it."""
    told = {**record.told, "HinhThuc": BY_POST}
    return record_to_wire(
        Record(dossier_no=record.dossier_no, status=status, returned_at=returned_at, told=told, steps=record.steps)
    )


def moment_to_wire(at: datetime) -> str:
    """Return a moment as the portal writes it.

    >>> moment_to_wire(datetime(2026, 11, 23, 2, 42, tzinfo=UTC))
    '20261123094200'
    """
    local = at.astimezone(VIETNAM)
    return f"{local.year:04}{local:%m%d%H%M%S}"


def moment_from_wire(value: Any) -> datetime | None:
    """Return a moment of fourteen digits, written as text or as a number; nothing when it is none.

    >>> moment_from_wire(20261123094200) == moment_from_wire(" 20261123094200 ")
    True
    >>> moment_from_wire("20261399000000"), moment_from_wire(None), moment_from_wire("")
    (None, None, None)
    """
    text = code_text(value)
    if not _DIGITS.fullmatch(text):
        return None
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=VIETNAM).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def whole(value: Any) -> int | None:
    """Return a whole number written as a number, as `9.0` or as text; nothing when it is none.

    >>> whole(0), whole("00"), whole("-3"), whole(3.0), whole(True), whole("x"), whole(1.5)
    (0, 0, -3, 3, None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    found = _WHOLE.fullmatch(str(value).strip())
    return int(found[1]) if found else None


def code_text(value: Any) -> str:
    """Return a code as the tables write it.

    >>> code_text(9), code_text("09"), code_text(10.0), code_text(" X1 "), code_text(None)
    ('9', '9', '10', 'X1', '')
    """
    number = whole(value)
    return text_of(value) if number is None else str(number)


def text_of(value: Any) -> str:
    """Return a single value as text; empty for none, and for what is no single value.

    >>> text_of(9), text_of(25000.0), text_of(" Ánh "), text_of(True), text_of(None), text_of([1])
    ('9', '25000', 'Ánh', 'True', '', '')
    """
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _text_or_list(value: Any) -> Any:
    return value if isinstance(value, list | dict) else text_of(value)


def _steps(rows: Any) -> tuple[Step, ...]:
    read = []
    for row in rows if isinstance(rows, list) else ():
        try:
            read.append(step_from_wire(row if isinstance(row, Mapping) else {}))
        except ValueError:
            continue  # a line that cannot be read is none that we wrote
    return tuple(read)
