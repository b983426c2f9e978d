"""Devices: a shift begins on one, reads what it is to know, and ends; a device that is lost is shut out.

Source: Circular 17/2017/TT-BTTTT art. 12, 15 (status, continuous and true); NIST SP 800-63B section 5.2 (sessions).
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from postgw.domain.actor import Actor
from postgw.domain.address import checked_text
from postgw.domain.change import Change
from postgw.domain.device import NAME_MOST, SHIFT_AT_MOST, Device, Shift, checked_key, not_a_key
from postgw.domain.errors import Forbidden, Unknown
from postgw.domain.legal_day import legal_day
from postgw.storage import changes, devices, people, province
from postgw.storage.database import Database, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class BegunShift:
    """A shift that has begun, and the secret by which its device reads what it is to know."""

    device: Device
    shift: Shift
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceStanding:
    """A device, with whoever works on it now."""

    device: Device
    shifts: tuple[Shift, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Devices:
    """The acts upon devices and their shifts."""

    database: Database

    async def begin_shift(
        self, *, device_key: str, device_name: str, worker_key: str, actor: Actor, at: datetime
    ) -> BegunShift:
        """Begin a shift on a device, which is known by its key or new.

        Raises Invalid when a key is none or the account works at no post office, Forbidden when the device was lost.
        """
        from postgw.storage import device_keys

        actor.must("scans")
        for key, field in ((device_key, "/device_key"), (worker_key, "/worker_key")):
            if not device_keys.is_point(checked_key(key, field=field)):
                raise not_a_key(field)
        name = checked_text(device_name, what="tên máy", field="/device_name", most=NAME_MOST)
        secret = secrets.token_urlsafe(32)
        async with self.database.writing() as tx:
            await province.must_be_unit(tx, actor.unit, "office", field="/unit")
            await tx.queue_for("device")
            device = await self._enrolled(tx, device_key, name, actor, at)
            shift = await self._begun(tx, device, worker_key, actor, at)
            await devices.begin_shift(tx, shift, secret_digest=_digest(secret))
        return BegunShift(device=device, shift=shift, secret=secret)

    async def _enrolled(self, tx: Session, key: str, name: str, actor: Actor, at: datetime) -> Device:
        known = await devices.by_key(tx, key)
        if known is None:
            device = Device(
                device_no=f"TB-{await devices.count(tx) + 1:04d}", name=name, unit=actor.unit, public_key=key,
                enrolled_at=at, enrolled_by=actor.name, seen_at=at,
            )  # fmt: skip
            await devices.enrol(tx, device)
            return device
        if known.is_revoked:
            raise Forbidden(
                "Máy {number} đã bị khoá vì báo mất. Gặp phụ trách bưu cục để dùng máy khác.", number=known.device_no,
                code="device.revoked",
            )  # fmt: skip
        await devices.rename(tx, known.device_no, name=name, unit=actor.unit, at=at)
        renewed = await devices.find(tx, known.device_no)
        assert renewed is not None
        return renewed

    async def _begun(self, tx: Session, device: Device, worker_key: str, actor: Actor, at: datetime) -> Shift:
        prefix = f"CA-{legal_day(at):%y%m%d}-"
        account = await people.find_by_login(tx, actor.name)
        return Shift(
            shift_no=f"{prefix}{await devices.next_shift_serial(tx, prefix):04d}", device_no=device.device_no,
            worker=actor.name, worker_name=account.name if account else actor.name, unit=actor.unit,
            scopes=actor.scopes, public_key=worker_key, begun_at=at, ends_at=at + SHIFT_AT_MOST,
        )  # fmt: skip

    async def shift(self, secret: str, *, at: datetime) -> Shift:
        """Return the shift of a device that reads. Raises Forbidden when it is over or its device was lost."""
        shift = await devices.shift_of(self.database.reading, _digest(secret))
        if shift is None:
            raise Forbidden("Ca quét đã hết. Đăng nhập để mở ca mới.", code="shift.over")
        shift.must_be_on(at)
        device = await devices.find(self.database.reading, shift.device_no)
        if device is None or device.is_revoked:
            raise Forbidden(
                "Máy {number} đã bị khoá vì báo mất. Gặp phụ trách bưu cục để dùng máy khác.", number=shift.device_no,
                code="device.revoked",
            )  # fmt: skip
        return shift

    async def took_snapshot(self, shift: Shift, *, at: datetime) -> None:
        """Keep when a shift took what it is to know."""
        async with self.database.writing() as tx:
            await devices.took_snapshot(tx, shift.shift_no, at=at)

    async def end_shift(self, shift: Shift, *, at: datetime) -> None:
        """End a shift; ended already, it stays so."""
        async with self.database.writing() as tx:
            await devices.end_shift(tx, shift.shift_no, at=at)

    async def devices(self, *, actor: Actor, at: datetime) -> tuple[DeviceStanding, ...]:
        """Return the devices of a post office, or all, with whoever works on each now."""
        actor.must("scans")
        session = self.database.reading
        found = await devices.listed(session, unit=actor.unit)
        running = await devices.shifts_on(session, [device.device_no for device in found], at=at)
        return tuple(
            DeviceStanding(
                device=device, shifts=tuple(shift for shift in running if shift.device_no == device.device_no)
            )
            for device in found
        )

    async def revoke(self, device_no: str, *, reason: str, actor: Actor, at: datetime) -> Device:
        """Declare a device lost: it reads nothing more, and what it still hands in is held for the lead.

        Declared already, it stays so. Raises Unknown when it is none of this post office.
        """
        actor.must("lead")
        reason = checked_text(reason, what="lý do", field="/reason", most=300)
        async with self.database.writing() as tx:
            device = await devices.find(tx, device_no, lock=True)
            if device is None or not actor.may_see(device.unit):
                raise Unknown("Chưa có máy mang số {number}.", number=device_no[:40], code="device.unknown")
            if not device.is_revoked:
                await devices.revoke(tx, device_no, reason=reason, actor=actor.name, at=at)
                await changes.note(tx, _revoked(device, reason, actor, at))
            renewed = await devices.find(tx, device_no)
        assert renewed is not None
        return renewed


def _revoked(device: Device, reason: str, actor: Actor, at: datetime) -> Change:
    return Change(
        kind="device", subject=device.device_no, act="revoked", after={"reason": reason}, unit=device.unit,
        changed_at=at, changed_by=actor.name,
    )  # fmt: skip


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
