"""The machine: its clock and time zones, its fonts, its folders and what is left of the disk.

Used by: check_command.
Source: SQLite, "Write-Ahead Logging" (WAL does not work over a network file system); proc(5), /proc/mounts.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from labels import typeface
from postgw.settings import Settings
from postgw.storage.reachable import is_sqlite, sqlite_file

from .finding import Finding, doubtful, wrong

#: No machine that runs this release lives before this day.
_EARLIEST = datetime(2026, 11, 1, tzinfo=UTC)
_FULL_MIB, _NEARLY_FULL_MIB, _NEARLY_FULL_SHARE = 200, 2048, 0.05
_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "glusterfs", "fuse.sshfs", "fuse.glusterfs", "afs"}
)
_MIB = 1 << 20


def looked_at(settings: Settings, *, at: datetime) -> Iterator[Finding]:
    """Yield what is wrong with the machine."""
    yield from clock(at)
    yield from fonts(Path(typeface.__file__).with_name("fonts"))
    for folder in folders(settings):
        yield from writable(folder)
        yield from room(folder, *_left_on(folder))
    if is_sqlite(settings.storage.url):
        yield from network_disk(sqlite_file(settings.storage.url).parent, _mounts())


def clock(at: datetime, *, zone: str = "Asia/Ho_Chi_Minh") -> Iterator[Finding]:
    """Look at the clock and at the time zones."""
    if at < _EARLIEST:
        yield wrong("clock", f"Đồng hồ máy chỉ {at:%d/%m/%Y}, sai hẳn. Bật đồng bộ giờ: timedatectl set-ntp true")
    try:
        ZoneInfo(zone)
    except ZoneInfoNotFoundError:
        yield wrong("timezone", f"Máy thiếu dữ liệu múi giờ {zone}. Cài lại gói tzdata: make env")


def fonts(folder: Path) -> Iterator[Finding]:
    """Look whether the letters of the labels are there."""
    if missing := [name for name in typeface.FILES.values() if not (folder / name).is_file()]:
        yield wrong("fonts", f"Thiếu phông chữ in nhãn trong {folder}: {', '.join(missing)}. Lấy lại bản mã nguồn.")


def folders(settings: Settings) -> list[Path]:
    """Return the folders into which this gateway writes; that of a database not made yet is made with it."""
    url, backups = settings.storage.url, settings.storage.backups
    of_database = [sqlite_file(url).parent] if is_sqlite(url) and sqlite_file(url).parent.exists() else []
    return [*of_database, *([Path(backups)] if backups else [])]


def writable(folder: Path) -> Iterator[Finding]:
    """Look whether a file can be written into a folder, by writing one and removing it."""
    if not folder.is_dir():
        yield wrong("folder", f"Chưa có thư mục {folder}. Tạo rồi giao cho người dùng chạy postgw: install -d {folder}")
        return
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as fault:
        yield wrong("folder", f"Không ghi được vào thư mục {folder} ({fault.strerror}). Xem chủ sở hữu và quyền ghi.")


def _left_on(folder: Path) -> tuple[int, int]:
    try:
        disk = shutil.disk_usage(folder)
    except OSError:
        return 0, 0
    return disk.free, disk.total


def room(folder: Path, free: int, total: int) -> Iterator[Finding]:
    """Look what is left of the disk under a folder; a total of 0 is not known."""
    left = f"Ổ đĩa chứa {folder} chỉ còn {free // _MIB} MB"
    if total and free < _FULL_MIB * _MIB:
        yield wrong("disk", f"{left}, sắp không ghi được nữa. Dọn bớt hoặc thêm ổ đĩa ngay.")
    elif total and free < _NEARLY_FULL_MIB * _MIB and free < total * _NEARLY_FULL_SHARE:
        yield doubtful("disk", f"{left}. Dọn bớt hoặc thêm ổ đĩa.")


def _mounts() -> str:
    try:
        return Path("/proc/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def network_disk(folder: Path, mounts: str) -> Iterator[Finding]:
    """Look whether SQLite would lie on another machine's disk; `mounts` is what /proc/mounts says."""
    place = folder.resolve()
    found = [line.split(" ")[1:3] for line in mounts.splitlines() if line.count(" ") >= 2]
    above = [(point, kind) for point, kind in found if place.is_relative_to(point)]
    kind = max(above, key=lambda one: len(one[0]))[1] if above else ""
    if kind in _NETWORK:
        yield wrong(
            "network_disk",
            f"{folder} nằm trên ổ đĩa mạng ({kind}): SQLite ở đó có thể hỏng dữ liệu. Chuyển về ổ trong máy,"
            " hoặc dùng PostgreSQL.",
        )
