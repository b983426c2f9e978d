"""Bagging: several consignments are sealed together (a school's 200 diplomas, a dispatch).

From then on a scan or a proof on the bag is one on each inside. Whoever seals may have drawn the number of the bag: a
counter without a signal writes it on the bag at once, and told again it is the same bag. A bag that came from elsewhere
is open when what was inside has arrived here: then it may go into another.

Source: Decision 45/2016/QĐ-TTg art. 9.4 (many results for one collective).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from postgw.domain import bag_number
from postgw.domain.actor import Actor
from postgw.domain.errors import Conflict, Invalid, Unknown
from postgw.domain.recognise import item_named, recognise
from postgw.domain.stop import ON_THE_SHELF
from postgw.storage import consignments, manifests, scans
from postgw.storage.database import Database, Session
from postgw.storage.manifests import Bag
from postgw.storage.scans import Locked

_BAG_MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Bagging:
    """The act of sealing together."""

    database: Database
    pick: Callable[[int], int] = secrets.randbelow

    async def seal_bag(self, numbers: Sequence[str], *, desk: str, actor: Actor, at: datetime, bag_no: str = "") -> Bag:
        """Seal consignments together; from then on a scan of the bag is a scan of each.

        Raises Conflict when one lies in another bag, or another bag bears the number.
        """
        actor.must("handover")
        if not 1 <= len(numbers) <= _BAG_MOST:
            raise Invalid("Một túi chứa từ 1 đến {most} bưu gửi.", most=_BAG_MOST, code="bag.size", field="/numbers")
        names = [item_named(number, field=f"/numbers/{n}") for n, number in enumerate(numbers)]
        bag_no = bag_number.validate(bag_no) if bag_no else bag_number.mint(self.pick)
        unit = desk or actor.unit
        async with self.database.writing() as tx:
            found = await scans.lock(tx, names)
            for n, name in enumerate(names):
                _must_be_known(found.get(name), name, f"/numbers/{n}")
            inside = list(dict.fromkeys(found[name].consignment_no for name in names))
            if known := await manifests.bag(tx, bag_no):
                return _the_same(known, inside, unit)
            for n, name in enumerate(names):
                await _must_be_loose(tx, found[name], unit, f"/numbers/{n}")
            await manifests.seal_bag(tx, bag_no, desk=unit, actor=actor.name, at=at)
            await consignments.put_in_bag(tx, inside, bag_no)
            bag = await manifests.bag(tx, bag_no)
        assert bag is not None
        return bag

    async def bag(self, bag_no: str, *, actor: Actor) -> Bag:
        """Return a bag with what is inside."""
        actor.must("handover")
        bag = await manifests.bag(self.database.reading, recognise(bag_no).number)
        if bag is None:
            raise Unknown("Không có túi mang số {number}.", number=bag_no, code="bag.unknown")
        return bag


def _must_be_known(found: Locked | None, name: str, field: str) -> None:
    if found is None:
        raise Unknown("Chưa có bưu gửi mang số {number}.", number=name, code="consignment.unknown", field=field)


def _the_same(known: Bag, inside: Sequence[str], unit: str) -> Bag:
    if (known.desk, sorted(known.consignment_nos)) != (unit, sorted(inside)):
        raise Conflict(
            "Túi {number} đã niêm với bưu gửi khác. Dùng số túi khác.", number=known.bag_no, code="bag.number_taken",
            field="/bag_no", link=f"/api/v1/bags/{known.bag_no}",
        )  # fmt: skip
    return known


async def _must_be_loose(tx: Session, found: Locked, unit: str, field: str) -> None:
    if found.bag_no and not _is_out_of(await manifests.bag(tx, found.bag_no), found, unit):
        raise Conflict(
            "Bưu gửi {number} đã ở trong túi {bag}.", number=found.consignment_no, bag=found.bag_no, code="bag.taken",
            field=field, link=f"/api/v1/bags/{found.bag_no}",
        )  # fmt: skip


def _is_out_of(bag: Bag | None, found: Locked, unit: str) -> bool:
    """Say whether an item came here in a bag that another unit had sealed, and has arrived."""
    if bag is None or bag.desk == unit:
        return bag is None
    custody = found.custody
    arrived = custody.office == unit and custody.state in ON_THE_SHELF
    return arrived and custody.since is not None and custody.since > bag.sealed_at
