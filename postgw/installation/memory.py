"""The database: is it there, does it let us in, is it of this release, is its clock ours, can it be backed up.

Used by: check_command.
Source: PostgreSQL 15 manual, appendix A (error codes), 26.1 (pg_dump of an older release refuses a newer server).
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from postgw.domain.errors import PostgwError
from postgw.settings import Settings
from postgw.storage.database import Session
from postgw.storage.migrate import Standing, standing
from postgw.storage.reachable import is_sqlite, sqlite_file

from .finding import Finding, doubtful, wrong

_SKEW = timedelta(seconds=30)
#: What a server's no means, by the name of the driver's error.
_NO = {
    "InvalidPasswordError": "Máy chủ PostgreSQL không nhận mật khẩu. Đặt PGPASSWORD hoặc PGPASSFILE cho dịch vụ.",
    "InvalidAuthorizationSpecificationError": (
        "Máy chủ PostgreSQL không cho người dùng này vào. Tạo bằng createuser, xem pg_hba.conf."
    ),
    "InvalidCatalogNameError": "PostgreSQL chưa có cơ sở dữ liệu này. Tạo bằng createdb rồi chạy postgw migrate.",
    "InsufficientPrivilegeError": "Người dùng này không có quyền trong cơ sở dữ liệu. Xem createdb --owner.",
    "TooManyConnectionsError": "Máy chủ PostgreSQL hết chỗ kết nối. Tăng max_connections hoặc bớt tiến trình.",
    "ConnectionRefusedError": "PostgreSQL không chạy, hoặc [storage] url sai. Xem: systemctl status postgresql",
    "FileNotFoundError": "Không thấy ổ cắm của PostgreSQL ở [storage] url. Xem host= và: systemctl status postgresql",
    "gaierror": "Không biết máy trong [storage] url là máy nào. Sửa tên máy.",
    "TimeoutError": "Máy chủ PostgreSQL không trả lời. Xem tường lửa và địa chỉ trong [storage] url.",
}  # fmt: skip


async def looked_at(settings: Settings) -> AsyncIterator[Finding]:
    """Yield what keeps us out of the database, or from working on it."""
    url = settings.storage.url
    try:
        found = await standing(url)
    except PostgwError as fault:
        cause = type(fault.__cause__).__name__
        yield wrong("database", _NO.get(cause, str(fault)))
        return
    except ValueError as fault:
        yield wrong("database", f"[storage] url viết sai ({fault}). Mẫu: postgres://người_dùng@máy/cơ_sở_dữ_liệu")
        return
    for finding in _of_release(url, found):
        yield finding
    if is_sqlite(url):
        for finding in sharers(await asyncio.to_thread(_holders, sqlite_file(url))):
            yield finding


def _of_release(url: str, found: Standing) -> Iterator[Finding]:
    step = found.beyond[-1] if found.beyond else ""
    if is_sqlite(url) and not sqlite_file(url).exists():
        yield wrong("database", f"Chưa có cơ sở dữ liệu {sqlite_file(url)}. Chạy: postgw migrate")
    elif found.waiting:
        count = len(found.waiting)
        yield wrong("database", f"Cơ sở dữ liệu chưa đúng bản, còn {count} bước nâng cấp. Chạy: postgw migrate")
    elif found.is_too_new:
        yield wrong(
            "database",
            f"Cơ sở dữ liệu là của bản postgw mới hơn (bước {step}), bản này không dùng được nữa. Cài bản mới.",
        )
    elif found.beyond:
        yield doubtful(
            "database_newer",
            f"Cơ sở dữ liệu đã nâng cấp cho bản postgw mới hơn (bước {step}). Bản này còn chạy được; cài bản mới cho"
            " mọi cổng.",
        )


def _holders(file: Path) -> list[int]:
    """Return the processes, other than this, that have the file open, as far as we may see."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if os.readlink(entry) == str(file.resolve()):
                found.append(int(entry.parts[2]))
        except OSError:  # it has ended, or is none of our business
            continue
    return sorted(set(found) - {os.getpid()})


def sharers(processes: list[int]) -> Iterator[Finding]:
    """Look whether several processes share one SQLite file."""
    if len(processes) > 1:
        yield doubtful(
            "sharers",
            f"{len(processes)} tiến trình ({', '.join(map(str, processes[:5]))}) dùng chung một tệp SQLite: chúng phải"
            " chờ nhau khi ghi. Nhiều tiến trình thì dùng PostgreSQL.",
        )


async def clock(session: Session, *, at: datetime) -> AsyncIterator[Finding]:
    """Compare our clock with the server's, or with what was written last."""
    row = await session.row("SELECT max(last_slot) AS at FROM job" if session.sqlite else "SELECT now() AS at")
    told = row["at"] if row else None
    if not told:
        return
    theirs = datetime.fromisoformat(told) if isinstance(told, str) else told
    if (theirs - at) > _SKEW or (not session.sqlite and (at - theirs) > _SKEW):
        seconds = round(abs((theirs - at).total_seconds()))
        yield wrong(
            "clock",
            f"Đồng hồ máy này lệch {seconds} giây so với cơ sở dữ liệu. Bật đồng bộ giờ: timedatectl set-ntp true",
        )


async def tools(session: Session) -> AsyncIterator[Finding]:
    """Look whether a backup of PostgreSQL could be made and put back."""
    if session.sqlite:
        return
    row = await session.row("SELECT current_setting('server_version_num')::int / 10000 AS major")
    for finding in dump_tools(row["major"] if row else 0):
        yield finding


def dump_tools(server: int, path: str | None = None) -> Iterator[Finding]:
    """Look for the programs of PostgreSQL on the path."""
    for name in ("pg_dump", "pg_restore"):
        program = shutil.which(name, path=path)
        if program is None:
            yield wrong("backup_tools", f"Thiếu {name} nên không sao lưu được. Cài gói postgresql-client-{server}.")
        elif (own := _major(program)) and own < server:
            yield wrong(
                "backup_tools",
                f"{name} bản {own} không sao lưu được máy chủ bản {server}. Cài gói postgresql-client-{server}.",
            )


def _major(program: str) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)(?:\.\d+)?", said)
    return int(found[1]) if found else 0
