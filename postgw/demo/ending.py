"""An exhibit: what follows a failed delivery. Two recipients have chosen, one item goes home with its note and the
signed record of a refusal, one stands on the public list; and one result was called back before anybody brought it.

Used by: furnishing.
"""

from __future__ import annotations

import base64
from datetime import datetime

from postgw.bootstrap import House
from postgw.domain.actor import GATEWAY, SCOPES, Actor
from postgw.domain.choice import Choice
from postgw.domain.consignment import Consignment
from postgw.domain.errors import Mistake
from postgw.domain.refusal import Refusal

_POST = Actor(name="demo.post", scopes=frozenset(SCOPES))
#: A stroke that nobody signed with.
_SIGNATURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAHgAAAAsAQAAAACGAEGeAAABDklEQVR42r2SMU7DQBRE3y6BuEooKZBiIW5AQxHBHoKDUNJhJKQUNDkC3MQFoooE"
    "SkVBgQQFZSQHxY7WOxReixjRwnR/d2b+/vlrRAeWf6+nnQNpqA1Y2Ovy5X73izbyRaMctvqINPLryCt/6F2s1zsAhPY9RSXpTeUq+i2bW+Nb/RZTPihb"
    "/qNXX88qish/gpT7bJGgDCzYyzEH+XsgXIPlFgZckYD/TLFAmOBec6j6d1g5k/fE+W6POSeJBWqyzGVihlngpaMw1sOp16id1xj2HUoBW8MZLwywwQFU"
    "0kQ3KhUuJMmuIeEYoGrzcByyDXMAu4Qcj8XM4n4krSRp9J1vAk27jTyNAzB//L++AO6Pl/xUxNvhAAAAAElFTkSuQmCC"
)
_LOOKED_AT = 40


async def ending(house: House, at: datetime) -> None:
    """Show a choice by day, a choice to fetch it, a return with its papers, and an item on the public list."""
    missed = [*await _lying(house, "held"), *await _lying(house, "attempted")]
    if len(missed) > 2:
        await _choose(house, missed[0], at)
        await _fetch(house, missed[1], at)
        await _refuse(house, missed[2], at)
    for each in (await _lying(house, "at_office"))[:1]:
        await _call_back(house, each, at)
    for each in (await _lying(house, "unclaimed"))[:2]:
        try:
            await house.services.ending.declare(each.consignment_no, ground="sender_silent", actor=_POST, at=at)
        except Mistake:
            continue  # another hand was quicker


async def _lying(house: House, state: str) -> list[Consignment]:
    page = await house.services.enquiry.consignments(actor=GATEWAY, state=state, limit=_LOOKED_AT)
    return [each for each in page.items if state == "unclaimed" or each.leg == "return"]


async def _choose(house: House, each: Consignment, at: datetime) -> None:
    offer = await house.services.choosing.offer(each.consignment_no, actor=_POST, at=at)
    wish = Choice(way="deliver", on=offer.days[0], window="morning")
    await house.services.choosing.choose(each.consignment_no, wish, actor=_POST, at=at)


async def _fetch(house: House, each: Consignment, at: datetime) -> None:
    await house.services.choosing.choose(each.consignment_no, Choice(way="office"), actor=_POST, at=at)


async def _call_back(house: House, each: Consignment, at: datetime) -> None:
    await house.services.redirecting.recall(
        each.consignment_no, reason="result_changed", fault="agency", cost_dong=0, actor=_POST, at=at
    )


async def _refuse(house: House, each: Consignment, at: datetime) -> None:
    evidence = Refusal(
        refuser_name="Nguyễn Thị Diễn Tập", id_kind="citizen_id", id_tail="4821", signature_png=_SIGNATURE
    )
    await house.services.returns.start_return(
        each.consignment_no, reason="refused", evidence=evidence, note="Diễn tập: người nhận nói không cần nữa.",
        actor=_POST, at=at,
    )  # fmt: skip
