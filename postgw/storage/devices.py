"""Devices and the shifts on them. Of a shift's secret only its hash is here.

Used by: services.devices, services.device_queue.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson

from postgw.domain.device import Device, Shift

from . import day_serials
from .database import Session, moment

_DEVICE = (
    "device_no", "name", "unit", "public_key", "enrolled_at", "enrolled_by", "seen_at", "last_counter", "waiting",
    "skew_seconds", "revoked_at", "revoked_by", "revoke_reason", "handed_in_at",
)  # fmt: skip
_SHIFT = (
    "shift_no", "device_no", "worker", "worker_name", "unit", "scopes", "public_key", "begun_at", "ends_at", "ended_at",
    "snapshot_at",
)  # fmt: skip


async def enrol(tx: Session, device: Device) -> None:
    """Keep a new device."""
    await tx.run(
        "INSERT INTO device (device_no, name, unit, public_key, enrolled_at, enrolled_by, seen_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $5)",
        device.device_no, device.name, device.unit, device.public_key, device.enrolled_at, device.enrolled_by,
    )  # fmt: skip


async def count(session: Session) -> int:
    """Return how many devices there ever were."""
    row = await session.row("SELECT count(*) AS n FROM device")
    assert row is not None
    return int(row["n"])


async def find(session: Session, device_no: str, *, lock: bool = False) -> Device | None:
    """Return a device by its number."""
    tail = session.for_update if lock else ""
    row = await session.row(f"SELECT {', '.join(_DEVICE)} FROM device WHERE device_no = $1{tail}", device_no)
    return _device(row) if row else None


async def by_key(session: Session, public_key: str) -> Device | None:
    """Return a device by its public key."""
    row = await session.row(f"SELECT {', '.join(_DEVICE)} FROM device WHERE public_key = $1", public_key)
    return _device(row) if row else None


async def listed(session: Session, *, unit: str = "", limit: int = 200) -> tuple[Device, ...]:
    """Return devices, of one unit or all, those heard of last first."""
    rows = await session.rows(
        f"SELECT {', '.join(_DEVICE)} FROM device WHERE ($1 = '' OR unit = $1) ORDER BY seen_at DESC, id DESC"
        f" LIMIT {int(limit)}",
        unit,
    )  # fmt: skip
    return tuple(_device(row) for row in rows)


async def rename(tx: Session, device_no: str, *, name: str, unit: str, at: datetime) -> None:
    """Keep a device's name and where it works now."""
    await tx.run("UPDATE device SET name = $2, unit = $3, seen_at = $4 WHERE device_no = $1", device_no, name, unit, at)


async def hear(tx: Session, device_no: str, *, counter: int, waiting: int, skew_seconds: int, at: datetime) -> None:
    """Keep what a device tells of its queue and its clock."""
    highest = "max(last_counter, $2)" if tx.sqlite else "greatest(last_counter, $2)"
    await tx.run(
        f"UPDATE device SET last_counter = {highest}, waiting = $3, skew_seconds = $4, seen_at = $5"
        " WHERE device_no = $1",
        device_no, counter, waiting, skew_seconds, at,
    )  # fmt: skip


async def revoke(tx: Session, device_no: str, *, reason: str, actor: str, at: datetime) -> None:
    """Declare a device lost."""
    await tx.run(
        "UPDATE device SET revoked_at = $2, revoked_by = $3, revoke_reason = $4 WHERE device_no = $1",
        device_no, at, actor, reason,
    )  # fmt: skip


async def hand_in(tx: Session, device_no: str, *, at: datetime) -> None:
    """Keep that a lost device has handed its queue in, the one time."""
    await tx.run("UPDATE device SET handed_in_at = $2 WHERE device_no = $1", device_no, at)


async def begin_shift(tx: Session, shift: Shift, *, secret_digest: str) -> None:
    """Keep a new shift."""
    await tx.run(
        "INSERT INTO shift (shift_no, device_no, worker, worker_name, unit, scopes, public_key, secret_digest,"
        " begun_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        shift.shift_no, shift.device_no, shift.worker, shift.worker_name, shift.unit,
        orjson.dumps(sorted(shift.scopes)).decode(), shift.public_key, secret_digest, shift.begun_at, shift.ends_at,
    )  # fmt: skip


async def next_shift_serial(session: Session, prefix: str) -> int:
    """Return the next serial of the shifts whose numbers begin so."""
    return await day_serials.next_serial(session, "shift", "shift_no", prefix)


async def shift_of(session: Session, secret_digest: str) -> Shift | None:
    """Return the shift whose secret hashes to this."""
    row = await session.row(f"SELECT {', '.join(_SHIFT)} FROM shift WHERE secret_digest = $1", secret_digest)
    return _shift(row) if row else None


async def shifts(session: Session, numbers: Sequence[str]) -> dict[str, Shift]:
    """Return shifts by their numbers."""
    rows = await session.rows(f"SELECT {', '.join(_SHIFT)} FROM shift WHERE shift_no {session.among(1)}", list(numbers))
    return {row["shift_no"]: _shift(row) for row in rows}


async def shifts_on(session: Session, device_nos: Sequence[str], *, at: datetime) -> tuple[Shift, ...]:
    """Return the shifts that are running on devices, the newest first."""
    rows = await session.rows(
        f"SELECT {', '.join(_SHIFT)} FROM shift WHERE device_no {session.among(1)} AND ended_at IS NULL"
        " AND ends_at > $2 ORDER BY id DESC",
        list(device_nos), at,
    )  # fmt: skip
    return tuple(_shift(row) for row in rows)


async def end_shift(tx: Session, shift_no: str, *, at: datetime) -> None:
    """Keep that a shift is over; the first end counts."""
    await tx.run("UPDATE shift SET ended_at = $2 WHERE shift_no = $1 AND ended_at IS NULL", shift_no, at)


async def took_snapshot(tx: Session, shift_no: str, *, at: datetime) -> None:
    """Keep when a shift took what it is to know."""
    await tx.run("UPDATE shift SET snapshot_at = $2 WHERE shift_no = $1", shift_no, at)


def _device(row: dict[str, Any]) -> Device:
    for name in ("enrolled_at", "seen_at", "revoked_at", "handed_in_at"):
        row[name] = moment(row[name])
    return Device(**row)


def _shift(row: dict[str, Any]) -> Shift:
    for name in ("begun_at", "ends_at", "ended_at", "snapshot_at"):
        row[name] = moment(row[name])
    return Shift(**{**row, "scopes": frozenset(orjson.loads(row["scopes"]))})
