"""A key pair for a one-stop system that is to try our end of the post's wire against the demo.

Used by: cli (`postgw demo --ngsp-key K --ngsp-secret S`).
"""

from __future__ import annotations

from datetime import datetime

from postgw.bootstrap import House
from postgw.domain.actor import GATEWAY
from postgw.domain.desk_order import DeskCard
from postgw.domain.errors import Forbidden
from postgw.storage import province

from .accounts import demo_accounts

#: What many a system writes without saying which: in the demo, the desk whose officer signs in.
_GENERAL = ("Bộ phận Một cửa", "Trung tâm Phục vụ hành chính công")


async def lend_keys(house: House, key: str, secret: str, at: datetime) -> None:
    """Let whoever holds this pair order under any customer code, for every desk of the demo; again changes nothing.

    Raises Conflict when the key was lent with another secret.
    """
    try:
        await house.services.customers.admit(key, secret, at=at)
    except Forbidden:
        known = await province.units(house.database.reading, kind="desk")
        first = demo_accounts()[0].unit
        desks = [DeskCard(desk=unit.code, names=_GENERAL if unit.code == first else ()) for unit in known]
        await house.services.customers.begin_customer(
            name="Hệ thống một cửa chạy thử", codes=("*",), desks=desks, key=key, secret=secret, actor=GATEWAY, at=at
        )
