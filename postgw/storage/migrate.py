"""Bringing the database to this release, one process at a time and without losing a row.

SQLite cannot change a column in place: the ORM makes a new table, copies, and drops the old one, and with foreign
keys on that drop deletes every child row without a word. So migrations run on a connection of their own with foreign
keys off, after a copy of the file was made, and are followed by a check of every foreign key. The new table also
lacks every index that the ORM does not know of, so those are put back. On PostgreSQL an advisory lock lets one
process migrate while the others wait, and gateways go on meanwhile (`step_taking`); on SQLite a lock file does.

A release runs with the schema of the next one, for of two gateways one is upgraded first: steps only add. What takes
something away is a second step, one release later, and says so in its name (`0031_second_…`); so even an older release
reads from the list of taken steps whether it may still work on a database.

Stands on: step_taking, reachable. Used by: the `migrate` command, `demo`, tests.
"""

from __future__ import annotations

import asyncio
import fcntl
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import asyncpg
from tortoise.context import TortoiseContext

from .database import STEPS, connection_settings
from .earlier_state import rendered_when_asked
from .reachable import is_sqlite, is_there, must_be_reachable, sqlite_file
from .step_taking import LOCK_WAIT, TRIES, build_missing, take_steps

#: What a step is called that takes something away which the release before still uses.
SECOND = re.compile(r"\d{4}_second_")
#: How often a process that waits for another's migration looks again.
_LOOK_AGAIN = 0.2
#: Any number, the same in every release: the lock that migrating processes share.
_LOCK = 4_519_023

#: Constraints and indexes that the ORM does not create. A migration makes each; here they are put back where it
#: was lost.
HOUSE_INDEXES = {
    "one_live_consignment": "UNIQUE INDEX one_live_consignment ON consignment (dossier_id, leg) WHERE live",
    "one_consignment_issue": "UNIQUE INDEX one_consignment_issue ON consignment (dossier_id, leg, issue)",
    "outbox_waiting": "INDEX outbox_waiting ON outbox (channel, due_at) WHERE state = 'waiting'",
    "outbox_parked": "INDEX outbox_parked ON outbox (channel, id) WHERE state = 'parked'",
    "stray_unmatched": "INDEX stray_unmatched ON stray (number) WHERE matched_at IS NULL",
    "stray_of_sender": "INDEX stray_of_sender ON stray (sender, received_at) WHERE matched_at IS NULL",
    "one_open_change_request": (
        "UNIQUE INDEX one_open_change_request ON change_request (dossier_id, digest) WHERE state = 'open'"
    ),
    "one_draft_apology": "UNIQUE INDEX one_draft_apology ON apology (dossier_id) WHERE state = 'draft'",
    "receipt_to_remit": (
        "INDEX receipt_to_remit ON receipt (unit, desk, remit_by)"
        " WHERE ledger = 'fee' AND remittance_id IS NULL AND cancelled_at IS NULL"
    ),
    "dossier_updated": "INDEX dossier_updated ON dossier (updated_at)",
    "receipt_bare": "INDEX receipt_bare ON receipt (replace(receipt_no, '-', ''))",
    "receipt_collected": "INDEX receipt_collected ON receipt (collected_at)",
    "remittance_bare": "INDEX remittance_bare ON remittance (replace(remittance_no, '-', ''))",
    "scan_reported": (
        "INDEX scan_reported ON scan (occurred_at, consignment_id)"
        " WHERE code IN ('collected', 'damaged', 'found_here', 'lost')"
    ),
    "postage_entered": "INDEX postage_entered ON ledger_entry (entered_at) WHERE ledger = 'postage'",
    "consignment_at_office": "INDEX consignment_at_office ON consignment (office, state, id) WHERE live",
    "consignment_live": "INDEX consignment_live ON consignment (id, state) WHERE live",
    "consignment_ended_otherwise": (
        "INDEX consignment_ended_otherwise ON consignment (since_at) WHERE NOT live AND state <> 'delivered'"
    ),
    "consignment_to_desk": "INDEX consignment_to_desk ON consignment (to_desk, id) WHERE to_desk <> ''",
    "consignment_rare_leg": (
        "INDEX consignment_rare_leg ON consignment (leg, id) WHERE leg IN ('transfer', 'withdrawal')"
    ),
    "consignment_rare_leg_of_desk": (
        "INDEX consignment_rare_leg_of_desk ON consignment (desk, leg, id) WHERE leg IN ('transfer', 'withdrawal')"
    ),
    "consignment_delivered": ("INDEX consignment_delivered ON consignment (since_at, desk) WHERE state = 'delivered'"),
    "scan_at_office": "INDEX scan_at_office ON scan (office, consignment_id) WHERE office <> ''",
    "manifest_unsigned": "INDEX manifest_unsigned ON manifest (desk, office, id) WHERE state <> 'signed'",
    "receipt_to_receive": (
        "INDEX receipt_to_receive ON receipt (desk, remit_by)"
        " WHERE ledger = 'fee' AND remittance_id IS NULL AND cancelled_at IS NULL"
    ),
    "dossier_unnumbered": "INDEX dossier_unnumbered ON dossier (receiving_desk, id) WHERE dossier_no IS NULL",
    "remittance_uncounted": "INDEX remittance_uncounted ON remittance (desk, id) WHERE confirmed_at IS NULL",
    "one_open_return_request": (
        "UNIQUE INDEX one_open_return_request ON return_request (dossier_id) WHERE state = 'asked'"
    ),
    "paper_to_withdraw": (
        "INDEX paper_to_withdraw ON paper_duty (desk, id) WHERE kind = 'withdraw' AND outcome <> 'lost'"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a database stands to this release."""

    waiting: tuple[str, ...] = ()  #: steps it lacks
    beyond: tuple[str, ...] = ()  #: steps it has taken that this release does not know
    is_new: bool = False  #: it has taken none yet

    @property
    def is_too_new(self) -> bool:
        """Say whether something may be gone that this release uses."""
        return any(SECOND.match(name) for name in self.beyond)


async def migrate(url: str, *, steps: str = STEPS, tries: int = TRIES) -> None:
    """Bring the database at `url` to this release (to the end of `steps`); safe to call from many processes at once.

    A database of a later release is left as it is. Raises Unreachable when a table cannot be had in so many tries.
    """
    if is_sqlite(url):
        await asyncio.to_thread(_prepare_folder, sqlite_file(url))
        with open(f"{sqlite_file(url)}.migrating", "w", encoding="ascii") as lock:
            await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
            await _migrate_sqlite(url, steps)
    else:
        await must_be_reachable(url)
        async with _advisory_lock(url) as connection:
            await _migrate_postgres(url, steps, connection, tries)


def _prepare_folder(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)


async def _migrate_sqlite(url: str, steps: str) -> None:
    file = sqlite_file(url)
    found = await standing(url, steps=steps)
    if found.beyond and not found.waiting:
        return
    if found.waiting:
        if file.exists() and file.stat().st_size:
            await asyncio.to_thread(_copy, file)
        async with TortoiseContext():
            with rendered_when_asked():
                await take_steps(_migrating(url, steps), found.waiting)
    await asyncio.to_thread(_put_indexes_back, file)
    await asyncio.to_thread(_check_foreign_keys, file)


async def _migrate_postgres(url: str, steps: str, connection: asyncpg.Connection, tries: int) -> None:
    found = await standing(url, steps=steps)
    if found.beyond and not found.waiting:
        return
    if found.waiting:
        async with TortoiseContext():
            with rendered_when_asked():
                builder = None if found.is_new else connection
                await take_steps(_patient(_migrating(url, steps)), found.waiting, builder=builder, tries=tries)
    await build_missing(connection, [f"CREATE {index}" for index in HOUSE_INDEXES.values()])


def _patient(config: dict[str, Any]) -> dict[str, Any]:
    config["connections"]["default"]["credentials"]["server_settings"] = {"lock_timeout": LOCK_WAIT}
    return config


def _migrating(url: str, steps: str) -> dict[str, Any]:
    return connection_settings(url, reader=False, foreign_keys=False, steps=steps)


async def pending(url: str, *, steps: str = STEPS) -> tuple[str, ...]:
    """Return the names of the migrations that the database at `url` still lacks; a file that is not there lacks all.

    Raises Unreachable when there is no database to ask.
    """
    return (await standing(url, steps=steps)).waiting


async def standing(url: str, *, steps: str = STEPS) -> Standing:
    """Return how the database at `url` stands to this release. Raises Unreachable when there is none to ask."""
    known = known_steps(steps)
    if is_sqlite(url) and not await asyncio.to_thread(is_there, sqlite_file(url)):
        return Standing(waiting=tuple(known), is_new=True)
    await must_be_reachable(url)
    taken = await (asyncio.to_thread(_taken_sqlite, sqlite_file(url)) if is_sqlite(url) else _taken_postgres(url))
    return Standing(
        waiting=tuple(name for name in known if name not in taken), beyond=tuple(sorted(taken - set(known))),
        is_new=not taken,
    )  # fmt: skip


def known_steps(steps: str = STEPS) -> list[str]:
    """Return the names of the steps of this release, in their order."""
    return sorted(module.name for module in iter_modules(import_module(steps).__path__))


#: Which steps a database has taken.
TAKEN = "SELECT name FROM tortoise_migrations WHERE app = 'models'"


def _taken_sqlite(file: Path) -> frozenset[str]:
    with closing(sqlite3.connect(file, timeout=20)) as connection:
        tables = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'tortoise_migrations'").fetchall()
        return frozenset(name for (name,) in connection.execute(TAKEN)) if tables else frozenset()


async def _taken_postgres(url: str) -> frozenset[str]:
    connection = await asyncpg.connect(plain_url(url))
    try:
        return frozenset(row["name"] for row in await connection.fetch(TAKEN))
    except asyncpg.UndefinedTableError:
        return frozenset()
    finally:
        await connection.close()


def plain_url(url: str) -> str:
    """Return a URL as asyncpg takes it."""
    return url.replace("asyncpg://", "postgres://", 1)


@asynccontextmanager
async def _advisory_lock(url: str) -> AsyncIterator[asyncpg.Connection]:
    """Be the one that migrates.

    Asked for again and again, not waited for: a statement that waits holds a snapshot, and an index that is built
    concurrently waits for every snapshot. The two would wait for each other for good, and the server would not see it.
    """
    connection = await asyncpg.connect(plain_url(url))
    try:
        while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", _LOCK):
            await asyncio.sleep(_LOOK_AGAIN)
        yield connection
    finally:
        await connection.close()


def _copy(file: Path) -> None:
    with closing(sqlite3.connect(file)) as old, closing(sqlite3.connect(f"{file}.before-migration")) as copy:
        old.backup(copy)


def _put_indexes_back(file: Path) -> None:
    with closing(sqlite3.connect(file, timeout=20)) as connection, connection:
        for index in HOUSE_INDEXES.values():
            connection.execute(f"CREATE {index.replace('INDEX ', 'INDEX IF NOT EXISTS ', 1)}")


def _check_foreign_keys(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise RuntimeError(
            f"migration left {len(broken)} rows without their parents; the copy is {file}.before-migration"
        )
