"""Bagging: several consignments are sealed together (a school's 200 diplomas, a dispatch).

From then on a scan or a proof on the bag is one on each inside.

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
from postgw.storage import consignments, manifests, scans
from postgw.storage.database import Database
from postgw.storage.manifests import Bag
from postgw.storage.scans import Locked

_BAG_MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Bagging:
    """The act of sealing together."""

    database: Database
    pick: Callable[[int], int] = secrets.randbelow

    async def seal_bag(self, numbers: Sequence[str], *, desk: str, bag_no: str = "", actor: Actor, at: datetime) -> Bag:
        """Seal consignments together; from then on a scan of the bag is a scan of each.

        Whoever seals without a signal draws the number there and then, `bag_no`; the same bag told again is one bag.
        """
        actor.must("handover")
        if not 1 <= len(numbers) <= _BAG_MOST:
            raise Invalid("Một túi chứa từ 1 đến {most} bưu gửi.", most=_BAG_MOST, code="bag.size", field="/numbers")
        names = [item_named(number, field=f"/numbers/{n}") for n, number in enumerate(numbers)]
        bag_no = bag_number.validate(bag_no) if bag_no else bag_number.mint(self.pick)
        async with self.database.writing() as tx:
            found = await scans.lock(tx, names)
            if known := await manifests.bag(tx, bag_no):
                return _the_same(known, [each.consignment_no for each in found.values()])
            for n, name in enumerate(names):
                _must_be_loose(found.get(name), name, f"/numbers/{n}")
            await manifests.seal_bag(tx, bag_no, desk=desk or actor.unit, actor=actor.name, at=at)
            inside = list(dict.fromkeys(found[name].consignment_no for name in names))
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


def _the_same(known: Bag, asked: Sequence[str]) -> Bag:
    if set(known.consignment_nos) != set(asked):
        raise Conflict(
            "Số túi {number} đã dùng cho túi khác. Lấy số túi mới.", number=known.bag_no, code="bag.number_taken",
            field="/bag_no", link=f"/api/v1/bags/{known.bag_no}",
        )  # fmt: skip
    return known


def _must_be_loose(found: Locked | None, name: str, field: str) -> None:
    if found is None:
        raise Unknown("Chưa có bưu gửi mang số {number}.", number=name, code="consignment.unknown", field=field)
    if found.bag_no:
        raise Conflict(
            "Bưu gửi {number} đã ở trong túi {bag}.", number=found.consignment_no, bag=found.bag_no, code="bag.taken",
            field=field, link=f"/api/v1/bags/{found.bag_no}",
        )  # fmt: skip
