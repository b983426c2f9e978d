"""Counting: many lines at once (a bag, the rows that were ticked), and what was counted by mistake taken back.

One item at a time is `handover.tick`. Both sides must find the same before they sign, so a difference is written down
with its reason: what is missing, what is damaged, and what came without standing on the list.

Source: Decision 45/2016/QĐ-TTg art. 7.2 to 7.4, 9.2; Circular 17/2017/TT-BTTTT art. 5.1.e to g.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from postgw.domain.actor import Actor
from postgw.domain.address import checked_text
from postgw.domain.errors import Conflict, Invalid, Unknown
from postgw.domain.manifest import Manifest
from postgw.storage import counts, manifests
from postgw.storage.database import Database, Session

_NOTE_MOST = 500
_NOTED = ("ticked", "missing", "damaged")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """The acts of counting."""

    database: Database

    async def note(
        self, manifest_no: str, numbers: Sequence[str], *, outcome: str = "ticked", reason: str = "", actor: Actor,
        at: datetime,
    ) -> Manifest:  # fmt: skip
        """Note what was found of lines; what is missing or damaged has a reason.

        Raises Unknown when one does not stand on the list.
        """
        if outcome not in _NOTED:
            raise Invalid("Chọn: đủ, thiếu, hoặc rách hỏng.", code="tick.outcome", field="/outcome")
        reason = checked_text(reason, what="lý do", field="/note", most=_NOTE_MOST, required=outcome != "ticked")
        async with self.database.writing() as tx:
            manifest = await self._countable(tx, manifest_no, actor)
            _must_be_listed(manifest, numbers)
            await counts.keep(tx, manifest, numbers, outcome=outcome, note=reason, actor=actor.name, at=at)
            return await manifests.shown(tx, manifest_no, actor)

    async def explain(self, manifest_no: str, number: str, *, reason: str, actor: Actor, at: datetime) -> Manifest:
        """Say why an item came that does not stand on the list. Raises Conflict when it does."""
        reason = checked_text(reason, what="lý do", field="/note", most=_NOTE_MOST)
        async with self.database.writing() as tx:
            manifest = await self._countable(tx, manifest_no, actor)
            _must_be_listed(manifest, [number])
            if number not in {line.consignment_no for line in manifest.lines if line.outcome == "extra"}:
                raise Conflict("Bưu gửi {number} có trong danh sách.", number=number, code="tick.listed")
            await counts.keep(tx, manifest, [number], outcome="extra", note=reason, actor=actor.name, at=at)
            return await manifests.shown(tx, manifest_no, actor)

    async def take_back(self, manifest_no: str, numbers: Sequence[str], *, actor: Actor, at: datetime) -> Manifest:
        """Let lines wait to be counted again; what came beyond the list leaves it."""
        async with self.database.writing() as tx:
            manifest = await self._countable(tx, manifest_no, actor)
            _must_be_listed(manifest, numbers)
            extra = {line.consignment_no for line in manifest.lines if line.outcome == "extra"}
            for number in extra.intersection(numbers):
                await counts.strike(tx, manifest, number)
            listed = [number for number in numbers if number not in extra]
            await counts.clear(tx, manifest, listed, actor=actor.name, at=at)
            return await manifests.shown(tx, manifest_no, actor)

    async def strike(self, manifest_no: str, number: str, *, actor: Actor, at: datetime) -> Manifest:
        """Take a line off an open list; one that is gone already changes nothing."""
        async with self.database.writing() as tx:
            manifest = await self._countable(tx, manifest_no, actor)
            manifest.must_be("open")
            await counts.strike(tx, manifest, number)
            return await manifests.shown(tx, manifest_no, actor)

    async def _countable(self, tx: Session, manifest_no: str, actor: Actor) -> Manifest:
        actor.must("handover")
        manifest = await manifests.shown(tx, manifest_no, actor, lock=True)
        manifest.must_be("open", "closed")
        return manifest


def _must_be_listed(manifest: Manifest, numbers: Sequence[str]) -> None:
    listed = {line.consignment_no for line in manifest.lines}
    for number in numbers:
        if number not in listed:
            raise Unknown(
                "Bưu gửi {number} không có trong biên bản {manifest}.", number=number[:40],
                manifest=manifest.manifest_no, code="tick.not_on_list", field="/number",
            )  # fmt: skip
