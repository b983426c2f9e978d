"""Trips of today at the counter of the demo: one to hand to the post, one that brings dossiers, and who may sign.

Used by: furnishing.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from postgw.bootstrap import House
from postgw.domain.actor import GATEWAY, SCOPES, Actor
from postgw.domain.address import Party
from postgw.domain.dossier import Dossier
from postgw.domain.legal_day import VIETNAM, legal_day
from postgw.rules.procedures import load_procedures

from .accounts import demo_accounts, demo_people

_COUNTER = Actor(name="demo.counter", scopes=frozenset(SCOPES))
_ARRIVING = (
    "Nguyễn Thị Thuỳ Dương Hoàng Ngọc Khánh Quỳnh", "Trần Đình Phượng", "Lê Thị Ánh Nguyệt", "Võ Quang Thượng",
)  # fmt: skip
_HANDED = ("Bùi Thị Mỹ Hạnh", "Công ty TNHH Thương mại và Dịch vụ Xây dựng Vạn Phúc Lộc", "Dương Đình Phước",
           "Phan Văn Trường Giang", "Hồ Thị Bích Ngọc")  # fmt: skip


async def handing(house: House, at: datetime) -> None:
    """Let the post have been promised for today, and two trips stand at the counter."""
    desk, office = (account.unit for account in demo_accounts()[:2])
    for person in demo_people():
        if person.unit in {desk, office}:
            await house.services.signing.appoint(
                unit_kind="desk" if person.unit == desk else "office", unit=person.unit, name=person.name,
                subject="dossiers", account=person.login, valid_from=legal_day(at) - timedelta(days=30), valid_to=None,
                actor=GATEWAY, at=at,
            )  # fmt: skip
    await _promised(house, desk, office, at)
    brought = [await _sent(house, desk, n, name, "send", at) for n, name in enumerate(_ARRIVING, 1)]
    await house.services.handover.open(
        desk=desk, office=office, direction="to_desk", numbers=brought, actor=_COUNTER, at=at
    )
    handed = [await _sent(house, desk, n, name, "return", at) for n, name in enumerate(_HANDED, 51)]
    await house.services.handover.open(
        desk=desk, office=office, direction="to_post", numbers=handed, actor=_COUNTER, at=at
    )


async def _promised(house: House, desk: str, office: str, at: datetime) -> None:
    """Book the next coming, today if the day is young enough, and one tomorrow."""
    now = at.astimezone(VIETNAM)
    days = [legal_day(at)] if now.hour < 20 else []
    for day in (*days, legal_day(at) + timedelta(days=1)):
        begins = time(now.hour + 1, 30) if day == legal_day(at) else time(10, 30)
        await house.services.handover.book_pickup(
            desk, office=office, on=day, from_time=begins, to_time=time(begins.hour + 1, 30), actor=_COUNTER, at=at
        )


async def _sent(house: House, desk: str, n: int, name: str, leg: str, at: datetime) -> str:
    """Let somebody hand in a dossier, or a result be ready; return the number of its consignment."""
    procedure = next(each for each in load_procedures() if "both" in each.forms and len(each.papers) > 1)
    party = Party(
        name=name, phone=f"05400010{n:02d}", address=f"Số {n} đường Diễn Tập", commune="Phường Thành Sen",
        province="Tỉnh Hà Tĩnh", commune_code="18073",
    )  # fmt: skip
    dossier = Dossier(
        intake_ref=f"demo-quay-{n}", receiving_desk=desk, procedure_code=procedure.code,
        dossier_no="" if leg == "send" else f"H27.45-{legal_day(at):%y%m%d}-{8000 + n}",
        service_form="send" if leg == "send" else "return", applicant=party,
        return_to=None if leg == "send" else party, papers=tuple(line.paper() for line in procedure.papers),
        consent_at=at,
    )  # fmt: skip
    kept = await house.services.intake.take(dossier, actor=_COUNTER, at=at)
    made = await house.services.intake.register(kept.dossier.dossier.key, leg=leg, actor=_COUNTER, at=at)
    return made.consignment_no
