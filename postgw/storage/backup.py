"""A backup: the whole database as of one moment, in a folder with a card that says what it is.

SQLite is copied by its own online backup, PostgreSQL by `pg_dump`, both while everybody works on. The folder is written
under another name, flushed, and renamed when it is whole, so a folder with a backup's name is a backup. The dump is in
the database's own format: a person with `sqlite3` or `pg_restore` and nothing of ours can read it.

The card bears the last row of every table. A restore that does not find the same rows says so.

Used by: backup_command, restore. Source: PostgreSQL 15 manual, 26.1 (pg_dump), 13.2.2 (one snapshot for all); SQLite,
Online Backup API.
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Collection, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from postgw.domain.errors import Conflict, Invalid, Unreachable
from postgw.secret_files import why_unreadable

from .migrate import TAKEN, plain_url
from .reachable import is_sqlite, must_be_reachable, read_only, server_of, sqlite_file

#: Of the folder and its card. A later one may read an earlier one.
FORMAT = 1
CARD = "about.json"
DUMPS = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
_PREFIX, _PARTIAL = "postgw-", ".partial"
_CHUNK = 1 << 20
_CARD_MOST = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a backup says of itself."""

    format: int
    engine: str  #: sqlite or postgresql
    made_at: datetime
    began_in_rehearsal: bool | None
    steps: tuple[str, ...]  #: the migrations that the database had
    last_rows: Mapping[str, int]  #: table → its highest row, 0 where it is empty
    size: int  #: of the dump, bytes
    sha256: str  #: of the dump

    def as_json(self) -> str:
        """Return the card as it is written."""
        return json.dumps({**asdict(self), "made_at": self.made_at.isoformat()}, ensure_ascii=False, indent=1) + "\n"


def read_card(folder: Path) -> Card:
    """Return the card of a backup. Raises Invalid when the folder is none, or one of a later format."""
    try:
        card = _card_of(_card_text(folder / CARD))
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise Invalid(
            "{folder} không phải bản sao lưu của postgw: tệp about.json không có hoặc không đọc được.", folder=folder,
            code="backup.card",
        ) from error  # fmt: skip
    if card.format > FORMAT or card.engine not in DUMPS:
        raise Invalid("Bản sao lưu {folder} do bản postgw mới hơn ghi ra.", folder=folder, code="backup.format")
    return card


def _card_text(file: Path) -> str:
    """Return what a card says; a backup may come from anywhere, so never more of it than a card can have."""
    if not file.is_file():
        raise ValueError("no file")
    with file.open("rb") as card:
        return card.read(_CARD_MOST).decode("utf-8")


def _card_of(text: str) -> Card:
    """Return the card that a text is. Raises ValueError, KeyError or TypeError when it is none."""
    told = json.loads(text)
    card = Card(**{**told, "made_at": datetime.fromisoformat(told["made_at"]), "steps": tuple(told["steps"])})
    numbers = (card.format, card.size, *card.last_rows.values()) if isinstance(card.last_rows, dict) else (None,)
    texts = (card.engine, card.sha256, *card.steps)
    if (
        not all(isinstance(number, int) for number in numbers)
        or not all(isinstance(text, str) for text in texts)
        or not isinstance(card.began_in_rehearsal, bool | None)
        or card.made_at.tzinfo is None
    ):
        raise ValueError("another kind of card")
    return card


def engine_of(url: str) -> str:
    """Return which database a URL names."""
    return "sqlite" if is_sqlite(url) else "postgresql"


async def back_up(url: str, into: Path, *, at: datetime) -> tuple[Path, Card]:
    """Write a backup into a new folder below `into`; return that folder and its card.

    Raises Unreachable when the database or its tools are away or the folder cannot be written, Conflict when there is a
    backup of this second. What was broken off is taken away: it would keep full the disk that it filled.
    """
    await must_be_reachable(url)
    folder = into / f"{_PREFIX}{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    partial = folder.with_name(folder.name + _PARTIAL)
    if await asyncio.to_thread(folder.exists):
        raise Conflict("Đã có bản sao lưu {folder}.", folder=folder, code="backup.exists")
    try:
        return folder, await _written(url, partial, folder, at)
    except (OSError, sqlite3.Error) as fault:
        raise Unreachable(
            "Không ghi được bản sao lưu vào {folder}: {reason}. Lần này không có bản nào; các bản trước còn nguyên.",
            folder=into, reason=_why_not_written(fault), code="backup.not_written",
        ) from fault  # fmt: skip
    finally:
        await asyncio.to_thread(shutil.rmtree, partial, ignore_errors=True)


async def _written(url: str, partial: Path, folder: Path, at: datetime) -> Card:
    await asyncio.to_thread(_begin, partial)
    engine = engine_of(url)
    dump = partial / DUMPS[engine]
    if engine == "sqlite":
        about = await asyncio.to_thread(_copy_sqlite, sqlite_file(url), dump)
    else:
        about = await _dump_postgres(url, dump)
    return await asyncio.to_thread(_finish, partial, folder, engine, dump, about, at)


def _why_not_written(fault: Exception) -> str:
    """Say why, in the words of whoever has to mend it.

    >>> _why_not_written(OSError(errno.ENOSPC, "No space left on device")), _why_not_written(NotADirectoryError())
    ('ổ đĩa đầy', 'NotADirectoryError')
    """
    code = getattr(fault, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL or getattr(fault, "errno", 0) in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return "ổ đĩa đầy"
    if code == sqlite3.SQLITE_IOERR:
        return "ổ đĩa đầy hoặc hỏng"
    return why_unreadable(fault)


def _begin(partial: Path) -> None:
    shutil.rmtree(partial, ignore_errors=True)  # of a backup that was broken off
    partial.mkdir(parents=True, mode=0o700)


def _finish(partial: Path, folder: Path, engine: str, dump: Path, about: Mapping[str, Any], at: datetime) -> Card:
    dump.chmod(0o600)
    card = Card(
        format=FORMAT, engine=engine, made_at=at, size=dump.stat().st_size, sha256=digest_of(dump), **about,
    )  # fmt: skip
    written = partial / CARD
    written.write_text(card.as_json(), encoding="utf-8")
    for path in (dump, written, partial):
        _flush(path)
    partial.rename(folder)
    _flush(folder.parent)
    return card


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def digest_of(file: Path) -> str:
    """Return the SHA-256 of a file."""
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while chunk := opened.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def backups_in(into: Path) -> list[Path]:
    """Return the whole backups in a folder, the oldest first."""
    return sorted(path for path in into.glob(f"{_PREFIX}*Z") if (path / CARD).is_file())


def newest_at(into: Path) -> datetime | None:
    """Return of which moment the newest whole backup in a folder is; nothing where there is none."""
    found = backups_in(into)
    return read_card(found[-1]).made_at if found else None


def forget_older(into: Path, *, keep: int) -> list[Path]:
    """Remove all but the newest `keep` backups of a folder; return those that went."""
    gone = backups_in(into)[: -keep or None] if keep else []
    for folder in gone:
        shutil.rmtree(folder)
    return gone


def _last(columns: Collection[str]) -> str:
    """Return what a card says of a table: its highest row, or how many there are where rows are not numbered."""
    return "coalesce(max(id), 0)" if "id" in columns else "count(*)"


# --- SQLite -----------------------------------------------------------------------------------------------------------


def _copy_sqlite(file: Path, dump: Path) -> dict[str, Any]:
    if not file.exists():
        raise Unreachable("Chưa có cơ sở dữ liệu {file}. Chạy: postgw migrate", file=file, code="database.file")
    source = sqlite3.connect(read_only(file), uri=True, timeout=20)
    with closing(source) as old, closing(sqlite3.connect(dump)) as copy:
        old.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        return about_sqlite(copy)


def about_sqlite(connection: sqlite3.Connection) -> dict[str, Any]:
    """Return what a card says of an open SQLite database. Raises Invalid when the file is damaged."""
    state = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if state != "ok":
        raise Invalid("Tệp cơ sở dữ liệu hỏng: {state}.", state=str(state)[:200], code="backup.damaged")
    names = [
        name
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        )
    ]
    keyed = {name: {row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')} for name in names}
    rows = {name: connection.execute(f'SELECT {_last(keyed[name])} FROM "{name}"').fetchone()[0] for name in names}
    began = connection.execute("SELECT began_in_rehearsal FROM house").fetchone() if "house" in names else None
    steps = [name for (name,) in connection.execute(TAKEN)] if "tortoise_migrations" in names else []
    return {
        "last_rows": rows, "steps": tuple(sorted(steps)), "began_in_rehearsal": bool(began[0]) if began else None,
    }  # fmt: skip


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


async def _dump_postgres(url: str, dump: Path) -> dict[str, Any]:
    """Dump under the very snapshot in which the card's rows were read."""
    connection = await asyncpg.connect(plain_url(url))
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            snapshot = await connection.fetchval("SELECT pg_export_snapshot()")
            about = await about_postgres(connection)
            await run_tool(
                url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}",
                "--schema=public", f"--file={dump}",
            )  # fmt: skip
    finally:
        await connection.close()
    return about


async def about_postgres(connection: Any) -> dict[str, Any]:
    """Return what a card says of an open PostgreSQL database."""
    names = [
        row["tablename"]
        for row in await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    ]
    columns = "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1"
    keyed = {name: {row["column_name"] for row in await connection.fetch(columns, name)} for name in names}
    rows = {name: await connection.fetchval(f'SELECT {_last(keyed[name])} FROM public."{name}"') for name in names}
    began = await connection.fetchval("SELECT began_in_rehearsal FROM house") if "house" in names else None
    steps = [row["name"] for row in await connection.fetch(TAKEN)] if "tortoise_migrations" in names else []
    return {"last_rows": rows, "steps": tuple(sorted(steps)), "began_in_rehearsal": began}


async def run_tool(url: str, *command: str) -> None:
    """Run one of PostgreSQL's own programs on a database; its password goes by the environment, never on the line.

    Raises Unreachable when the program is not installed, or with its last line when it fails.
    """
    server = server_of(url)
    environment = {
        **os.environ, "PGHOST": server.host, "PGPORT": str(server.port), "PGUSER": server.user,
        "PGDATABASE": server.database,
        **({"PGPASSWORD": server.password} if server.password else {}),
        **({"PGSSLMODE": server.sslmode} if server.sslmode else {}),
    }  # fmt: skip
    try:
        running = await asyncio.create_subprocess_exec(
            *command, "--no-password", env=environment, stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
    except FileNotFoundError:
        raise Unreachable(
            "Chưa có chương trình {tool}. Cài gói postgresql-client cùng bản với máy chủ.", tool=command[0],
            code="backup.tool",
        ) from None  # fmt: skip
    _, said = await running.communicate()
    if running.returncode:
        lines = said.decode("utf-8", "replace").strip().splitlines() or ["?"]
        raise Unreachable(
            "{tool} không xong: {reason}", tool=command[0], reason=lines[-1][:300], code="backup.tool_failed"
        )
