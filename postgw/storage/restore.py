"""A restore: a backup is put in a database's place, brought to this release, and compared with its card.

What stood there before is kept beside it, under another name, until a person removes it. Nothing is put back while
anybody is connected.

Numbers that were given after the backup are known to paper only: a label with a number of a lent range, a receipt. So
each range and each series goes on some way further up, by the pace of the fortnight before the backup and the time
since, twice over; series that begin anew each day leave a gap on the days between. What was skipped is told; no number
is ever used twice. Where a former database is set aside and can be read, they go on beyond what it gave, too.

Used by: backup_command. Stands on: backup, migrate, day_serials, former.
Source: Decision 45/2016/QĐ-TTg art. 14 (who answers for lost
papers): a number that stood on two envelopes would name none.
"""

from __future__ import annotations

import asyncio
import math
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg

from postgw.domain.errors import Conflict, Invalid, Unreachable
from postgw.domain.legal_day import legal_day
from postgw.domain.receipt import SERIAL_MOST

from . import day_serials
from .backup import DUMPS, Card, about_postgres, about_sqlite, digest_of, engine_of, read_card, run_tool
from .database import Session, opened
from .former import Former, former
from .migrate import known_steps, migrate, plain_url
from .reachable import is_sqlite, must_be_reachable, read_only, server_of, sqlite_file

#: By how much more than the pace a range goes on, and by how many numbers at least. Design choice.
_TIMES, _LEAST = 2, 50
_PACE_DAYS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Numbers that will not be given, because paper may bear them already."""

    series: str
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What came of a restore."""

    card: Card
    set_aside: str  #: where the former database is now; empty when there was none
    skipped: tuple[Skipped, ...]
    serial_gap: int  #: how many serials each series of the day passes over, today


async def restore(url: str, folder: Path, *, replace: bool, at: datetime) -> Restored:
    """Put a backup in the place of the database that a URL names.

    Raises Invalid when the backup is damaged, of another engine or of a later release; Conflict when there is a
    database and it is not to be replaced, or when somebody is connected.
    """
    card = await asyncio.to_thread(_sound, folder)
    _must_fit(card, url)
    dump = folder / DUMPS[card.engine]
    if card.engine == "sqlite":
        await asyncio.to_thread(_must_be_what_it_says, dump, card)
        aside = await asyncio.to_thread(_place_sqlite, dump, sqlite_file(url), replace, at)
    else:
        aside = await _place_postgres(url, dump, replace=replace, at=at)
    await _must_be_the_same(url, card)
    await migrate(url)
    skipped, gap = await _skip(url, card, await former(url, aside, on=legal_day(at)), at)
    return Restored(card=card, set_aside=aside, skipped=skipped, serial_gap=gap)


def _sound(folder: Path) -> Card:
    card = read_card(folder)
    dump = folder / DUMPS[card.engine]
    if not dump.is_file() or dump.stat().st_size != card.size or digest_of(dump) != card.sha256:
        raise Invalid(
            "Bản sao lưu {folder} hỏng: {name} thiếu hoặc không khớp mã SHA-256 trong about.json.", folder=folder,
            name=dump.name, code="backup.damaged",
        )  # fmt: skip
    return card


def _must_fit(card: Card, url: str) -> None:
    if card.engine != engine_of(url):
        raise Invalid(
            "Bản sao lưu là của {engine}, [storage] url là của {other}.", engine=card.engine, other=engine_of(url),
            code="backup.engine",
        )  # fmt: skip
    later = sorted(set(card.steps) - set(known_steps()))
    if later:
        raise Invalid(
            "Bản sao lưu của bản postgw mới hơn: bước {step} chưa có ở đây. Cài bản ấy rồi khôi phục.", step=later[0],
            code="backup.later",
        )  # fmt: skip


def _occupied(what: object) -> Conflict:
    return Conflict(
        "Ở {what} đã có cơ sở dữ liệu. Thêm --replace để thay; bản đang có được giữ lại dưới tên khác.", what=what,
        code="restore.occupied",
    )  # fmt: skip


def _in_use() -> Conflict:
    return Conflict("Còn tiến trình đang mở cơ sở dữ liệu. Dừng mọi postgw rồi khôi phục.", code="restore.in_use")


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dt%H%M%Sz}"


# --- SQLite -----------------------------------------------------------------------------------------------------------


def _must_be_what_it_says(dump: Path, card: Card) -> None:
    """Raise Invalid unless a dump is the database of which its card tells: before anything is put aside for it."""
    try:
        with closing(sqlite3.connect(read_only(dump, unchanging=True), uri=True)) as connection:
            is_it = about_sqlite(connection)["last_rows"] == card.last_rows
    except sqlite3.Error:
        is_it = False
    if not is_it:
        raise Invalid(
            "Bản sao lưu {folder} hỏng: {name} không phải cơ sở dữ liệu mà about.json mô tả.", folder=dump.parent,
            name=dump.name, code="backup.damaged",
        )  # fmt: skip


def _place_sqlite(dump: Path, file: Path, replace: bool, at: datetime) -> str:
    aside = ""
    if file.exists() and file.stat().st_size:
        if not replace:
            raise _occupied(file)
        _must_be_alone(file)
        aside = f"{file}.before-restore-{_stamp(at)}"
        file.rename(aside)
    for rest in ("-wal", "-shm"):
        Path(f"{file}{rest}").unlink(missing_ok=True)
    file.parent.mkdir(parents=True, exist_ok=True)
    coming = Path(f"{file}.coming")
    shutil.copyfile(dump, coming)
    coming.chmod(0o600)
    coming.rename(file)
    return aside


def _must_be_alone(file: Path) -> None:
    """Raise Conflict while anybody has the file open; afterwards all of it is in the file itself."""
    try:
        with closing(sqlite3.connect(file, timeout=1)) as connection:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.rollback()
    except sqlite3.OperationalError as error:
        raise _in_use() from error


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


async def _place_postgres(url: str, dump: Path, *, replace: bool, at: datetime) -> str:
    """Move what is there into a schema of its own, and fill an empty one in one transaction."""
    await must_be_reachable(url)
    connection = await asyncpg.connect(plain_url(url))
    try:
        aside = await _set_aside(connection, replace=replace, at=at)
    finally:
        await connection.close()
    try:
        await run_tool(
            url, "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", "--clean",
            "--if-exists", "--dbname", server_of(url).database, str(dump),
        )  # fmt: skip
    except Unreachable:
        await _take_back(url, aside)
        raise
    return aside


async def _set_aside(connection: Any, *, replace: bool, at: datetime) -> str:
    tables = await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
    if tables and not replace:
        raise _occupied(await connection.fetchval("SELECT current_database()"))
    others = await connection.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend'"
    )
    if others:
        raise _in_use()
    if not tables:
        return ""
    aside = f"before_restore_{_stamp(at)}"
    async with connection.transaction():
        await connection.execute(f'ALTER SCHEMA public RENAME TO "{aside}"')
        await connection.execute("CREATE SCHEMA public")
    return aside


async def _take_back(url: str, aside: str) -> None:
    if not aside:
        return
    connection = await asyncpg.connect(plain_url(url))
    try:
        async with connection.transaction():
            await connection.execute("DROP SCHEMA IF EXISTS public CASCADE")
            await connection.execute(f'ALTER SCHEMA "{aside}" RENAME TO public')
    finally:
        await connection.close()


# --- after it ---------------------------------------------------------------------------------------------------------


async def _must_be_the_same(url: str, card: Card) -> None:
    """Raise Invalid when a table's last row is not the one of which the card tells."""
    if is_sqlite(url):
        found = await asyncio.to_thread(_rows_of_sqlite, sqlite_file(url))
    else:
        connection = await asyncpg.connect(plain_url(url))
        try:
            found = (await about_postgres(connection))["last_rows"]
        finally:
            await connection.close()
    wrong = sorted(name for name in {*found, *card.last_rows} if found.get(name) != card.last_rows.get(name))
    if wrong:
        raise Invalid(
            "Khôi phục xong nhưng bảng {table} không khớp bản sao lưu. Đừng chạy; giữ bản này để xem xét.",
            table=wrong[0], code="restore.differs",
        )  # fmt: skip


def _rows_of_sqlite(file: Path) -> dict[str, int]:
    with closing(sqlite3.connect(file)) as connection:
        rows: dict[str, int] = about_sqlite(connection)["last_rows"]
    return rows


async def _skip(url: str, card: Card, before: Former, at: datetime) -> tuple[tuple[Skipped, ...], int]:
    days = max((at - card.made_at) / timedelta(days=1), 0.0)
    since, made_on = card.made_at - timedelta(days=_PACE_DAYS), legal_day(card.made_at)
    async with opened(url) as database, database.writing() as tx:
        gap = await day_serials.pass_over(tx, made_on=made_on, on=max(legal_day(at), made_on), more=before.serial_gap)
        skipped = await _skip_items(tx, since, days, before), await _skip_receipts(tx, since, days, before)
    return (*skipped[0], *skipped[1]), gap


def _gap(used: int, days: float) -> int:
    """Return how many numbers to pass over, when so many were used in the fortnight before.

    >>> _gap(0, 1.0), _gap(1400, 0.5), _gap(1400, 3.0)
    (50, 100, 600)
    """
    return max(_LEAST, math.ceil(_TIMES * used / _PACE_DAYS * days))


async def _skip_items(tx: Session, since: datetime, days: float, before: Former) -> list[Skipped]:
    used = await tx.row("SELECT count(*) AS n FROM binding WHERE source = 'range' AND bound_at >= $1", since)
    assert used is not None
    left, skipped = dict[str, int](), []
    for row in await tx.rows("SELECT * FROM lent_range WHERE next_serial <= last_serial ORDER BY id"):
        gap = left.get(row["account"], _gap(used["n"], days))
        wanted = max(row["next_serial"] + gap, before.items.get(row["id"], 0))
        following = min(wanted, row["last_serial"] + 1)
        left[row["account"]] = max(0, gap - (following - row["next_serial"]))
        if following > row["next_serial"]:
            await tx.run("UPDATE lent_range SET next_serial = $2 WHERE id = $1", row["id"], following)
            skipped.append(Skipped(series=row["indicator"], first=row["next_serial"], last=following - 1))
    return skipped


async def _skip_receipts(tx: Session, since: datetime, days: float, before: Former) -> list[Skipped]:
    skipped = []
    for row in await tx.rows("SELECT id, series, last_serial FROM receipt_series ORDER BY id"):
        used = await tx.row(
            "SELECT count(*) AS n FROM receipt WHERE receipt_no LIKE $1 AND collected_at >= $2", f"{row['series']}-%",
            since,
        )  # fmt: skip
        assert used is not None
        wanted = max(row["last_serial"] + _gap(used["n"], days), before.receipts.get(row["id"], 0))
        last = min(wanted, SERIAL_MOST)
        await tx.run("UPDATE receipt_series SET last_serial = $2 WHERE id = $1", row["id"], last)
        skipped.append(Skipped(series=row["series"], first=row["last_serial"] + 1, last=last))
    return skipped
