"""A working day in Hà Tĩnh, already under way: the desks, the procedures, invented people, hundreds of consignments.

Everything is done by the acts themselves, in the working hours of the past week, so the demo's history is of the same
making as a real one. What is booked today travels through the rehearsal post office and goes on moving; now and then
a new dossier comes in.

Each of `EXHIBITS` then shows one matter of the Decision, by the acts of its service.

Used by: cli.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from adapters.rehearsal import invented
from postgw.bootstrap import House
from postgw.domain.actor import GATEWAY, SCOPES, Actor
from postgw.domain.consignment import Consignment
from postgw.domain.dossier import Dossier
from postgw.domain.errors import Mistake
from postgw.domain.legal_day import legal_day
from postgw.domain.paper_duty import Withdrawn
from postgw.domain.ports import PostPlace
from postgw.domain.proof import Proof
from postgw.domain.time_limit import Zone
from postgw.rules import places
from postgw.rules.procedures import load_procedures
from postgw.services.clocks import DegradedDraft
from postgw.services.tracking import DeviceScan, ScanBatch
from postgw.storage import calendar, province

from . import hours
from .accounts import PASSWORD, demo_accounts, demo_people
from .asking import asking
from .cases import cases
from .catalogue import catalogue
from .citizen import citizen
from .contradicting import contradicting
from .ending import ending
from .filing import filing
from .handing import handing
from .lateness import lateness
from .papers import papers
from .reconciling import reconciling
from .reporting import reporting
from .rounds import rounds

#: How many working days the demo's history goes back, and how much working time it stops before now.
_PAST, _STOPS = 5, timedelta(hours=3)
_APPOINTED = timedelta(days=30)
_SEED = 45
_HISTORY = 260
_TODAY = 48
_WAITING = 24
_DESK = Actor(name="demo.desk", scopes=frozenset(SCOPES))
_POST = Actor(name="demo.post", scopes=frozenset(SCOPES))

#: What is shown beside the day's work, in this order; each is handed the house and the moment.
EXHIBITS: tuple[Callable[[House, datetime], Awaitable[None]], ...] = (
    catalogue,
    lateness,
    papers,
    filing,
    cases,
    ending,
    reconciling,
    reporting,
    handing,
    rounds,
    contradicting,
    asking,
    citizen,
)


async def furnish(house: House, at: datetime) -> None:
    """Fill an empty rehearsal with the province and a day's work; one that was furnished before is left as it is."""
    await _put_province(house, at)
    for account in demo_accounts():
        await house.services.accounts.keep_token(
            account.token, name=account.name, scopes=account.scopes, unit=account.unit, actor=GATEWAY, at=at
        )
    if (await house.services.enquiry.dossiers(actor=GATEWAY, limit=1)).items:
        return
    for person in demo_people():
        await house.services.people.make(
            login=person.login, name=person.name, unit=person.unit, roles=(person.role,), password=PASSWORD,
            must_change=False, actor=GATEWAY, at=at,
        )  # fmt: skip
    await _storm(house, at)
    day = legal_day(at)
    dossiers = [
        at_home(dossier, n)
        for n, dossier in enumerate(
            invented.invented_dossiers(seed=_SEED, count=_HISTORY + _TODAY + _WAITING, on=day, desks=invented.desks())
        )
    ]
    await _history(house, dossiers[:_HISTORY], at)
    await _booked_today(house, dossiers[_HISTORY : _HISTORY + _TODAY], at)
    for n, dossier in enumerate(dossiers[_HISTORY + _TODAY :]):
        consignment = await taken(house, dossier, at)
        if consignment and n % 8 == 0:
            await house.services.booking.cancel(
                consignment.consignment_no, reason="citizen_collects", actor=_DESK, at=at
            )
    for exhibit in EXHIBITS:
        await exhibit(house, at)


def at_home(dossier: Dossier, n: int) -> Dossier:
    """Let every third dossier belong to the desk whose officer signs in, so that its list is never empty."""
    desk = demo_accounts()[0].unit
    return replace(dossier, receiving_desk=desk, returning_desk=desk) if n % 3 == 0 else dossier


async def _put_province(house: House, at: datetime) -> None:
    desks, offices = invented.desks(), invented.offices()
    units = [
        province.Unit(
            code=desk.code, kind="desk", name=desk.name, commune_code=desk.commune_code,
            commune=places.commune(desk.commune_code).name, province="Tỉnh Hà Tĩnh", phone="0540000000",
            address="Số 1 đường Diễn Tập", email=f"{desk.code.lower()}@dientap.invalid",
            opening_hours="Thứ Hai đến thứ Sáu, 7:30–11:30 và 13:30–16:30",
        )
        for desk in desks
    ]  # fmt: skip
    units += [
        province.Unit(
            code=office.code, kind="office", name=office.name, phone="0540000001", website="https://dientap.invalid",
            opening_hours="Thứ Hai đến thứ Bảy, 7:00–18:00",
        )
        for office in offices
    ]  # fmt: skip
    codes = [(p.commune_code, PostPlace(province=p.province, district=p.district)) for p in invented.place_codes()]
    async with house.database.writing() as tx:
        await province.put_units(tx, units)
        await province.put_places(tx, codes, valid_from=date(2025, 7, 1), author="demo", reason="diễn tập")
        await province.put_procedures(tx, load_procedures(), author="demo", reason="diễn tập")
        await calendar.put_zones(
            tx, _zones(), valid_from=date(2017, 8, 15), author="demo", reason="diễn tập: theo huyện trước 01/7/2025"
        )


def _zones() -> list[Zone]:
    """Return the post areas of the province; addresses beyond it have none, and their clocks say so."""
    areas = places.old_districts(invented.HA_TINH)
    return [Zone(commune_code=code, area=area, province=invented.HA_TINH) for code, area in sorted(areas.items())]


async def _storm(house: House, at: datetime) -> None:
    """Let a storm have passed over Kỳ Anh in the last days."""
    today = legal_day(at)
    hit = tuple(zone.commune_code for zone in _zones() if zone.area.endswith("Kỳ Anh"))
    draft = DegradedDraft(
        kind="storm", title="Bão (diễn tập)", first_on=today - timedelta(days=3), last_on=today - timedelta(days=1),
        communes=hit, reason="Quốc lộ ngập, bưu điện không đi được (diễn tập)",
    )  # fmt: skip
    await house.services.clocks.declare_degraded(draft, actor=GATEWAY, at=at)


async def taken(house: House, dossier: Dossier, at: datetime) -> Consignment | None:
    """Take a dossier in and register its first leg; what the rules turn away stays away."""
    try:
        kept = await house.services.intake.take(dossier, actor=_DESK, at=at)
        leg = "return" if dossier.service_form == "return" else "send"
        return await house.services.intake.register(kept.dossier.dossier.key, leg=leg, actor=_DESK, at=at)
    except Mistake:
        return None


async def _booked_today(house: House, dossiers: Sequence[Dossier], at: datetime) -> None:
    for dossier in dossiers:
        consignment = await taken(house, dossier, at)
        if consignment:
            await booked(house, consignment, at)


async def booked(house: House, consignment: Consignment, at: datetime) -> None:
    try:
        await house.services.booking.book(consignment.consignment_no, actor=_DESK, at=at)
    except Mistake:
        return  # an address nobody can place yet: it waits for the officer, as in life


async def _history(house: House, dossiers: Sequence[Dossier], at: datetime) -> None:
    dice = random.Random(_SEED)
    by_desk: dict[str, list[tuple[Consignment, datetime]]] = {}
    moments = hours.spread(_PAST, until=at, gap=_STOPS, so_many=len(dossiers), hours=hours.DESK)
    for dossier, then in zip(dossiers, moments, strict=True):
        consignment = await taken(house, _as_of(dossier, then), then)
        if consignment:
            by_desk.setdefault(consignment.desk, []).append((consignment, then))
    for desk, items in by_desk.items():
        await _desk_history(house, desk, items, dice, at)


def _as_of(dossier: Dossier, then: datetime) -> Dossier:
    """Let a dossier of the past bear no number of a later day."""
    digits = dossier.dossier_no.rsplit("-", 2)
    if len(digits) == 3 and digits[1] > f"{then:%y%m%d}":
        return replace(dossier, dossier_no=f"{digits[0]}-{legal_day(then):%y%m%d}-{digits[2]}")
    return dossier


async def _desk_history(
    house: House, desk: str, items: Sequence[tuple[Consignment, datetime]], dice: random.Random, at: datetime
) -> None:
    office = dice.choice(invented.offices()).code
    signers = await _signers(house, desk, office, at)
    for start in range(0, len(items), 12):
        trip = items[start : start + 12]
        signed = hours.later(max(then for _, then in trip), timedelta(minutes=50), hours.DESK)
        await _trip(house, desk, office, [item.consignment_no for item, _ in trip], signers, signed)
        for item, _ in trip:
            await _travels(house, item, office, signed, dice, at)


async def _signers(house: House, desk: str, office: str, at: datetime) -> tuple[str, str]:
    appoint = house.services.signing.appoint
    since = legal_day(at - _APPOINTED)
    shared: dict[str, Any] = {
        "subject": "dossiers", "account": "", "valid_from": since, "valid_to": None, "actor": GATEWAY, "at": at
    }  # fmt: skip
    giver = await appoint(unit_kind="desk", unit=desk, name=f"Cán bộ giao nhận {desk}", **shared)
    taker = await appoint(unit_kind="office", unit=office, name=f"Nhân viên thu gom {office} {desk}", **shared)
    return giver.signatory_no, taker.signatory_no


async def _trip(
    house: House, desk: str, office: str, numbers: list[str], signers: tuple[str, str], signed: datetime
) -> None:
    """One coming of the post: listed, counted, closed and signed by both hands."""
    acts = house.services.handover
    manifest = await acts.open(
        desk=desk, office=office, direction="to_post", numbers=numbers, actor=_DESK, at=signed - timedelta(minutes=20)
    )
    number = manifest.manifest_no
    await acts.tick(number, number, outcome="ticked", actor=_DESK, at=signed - timedelta(minutes=10))
    await acts.close(number, actor=_DESK, at=signed - timedelta(minutes=5))
    for side, signer in zip(("giver", "taker"), signers, strict=True):
        await house.services.signing.sign(
            number, side=side, signatory_no=signer, signed_at=signed, way="paper", actor=_DESK, at=signed
        )


async def _travels(
    house: House, item: Consignment, office: str, since: datetime, dice: random.Random, at: datetime
) -> None:
    """Let an item go as far as its time allows, by scans of the past."""
    ends = ["delivered"] * 22 + ["lies", "held", "held", "returned", "returned", "lost", "unclaimed", "archived"]
    plan = ["departed", "arrived", "out_for_delivery"]
    if dice.random() < 0.2:
        plan += ["attempted", "held" if dice.random() < 0.5 else "out_for_delivery"]
    plan.append(dice.choice(ends))
    if plan[-1] == "returned":
        plan.insert(-1, "returning")
    elif plan[-1] == "lies":
        del plan[2:]  # forgotten at the office, until its clock says so
    elif plan[-1] == "archived":
        plan[-1:] = ["held", "unclaimed", "archived"]
    moment = since
    for step in plan:
        moment = hours.later(moment, timedelta(hours=dice.uniform(0.7, 4.1)), hours.OFFICE)
        if moment >= at:
            return
        await _seen(house, item, step, office, moment)


async def _seen(house: House, item: Consignment, code: str, office: str, moment: datetime) -> None:
    scan_id = f"{code}-{moment:%d%H%M%S%f}"
    if code == "delivered":
        await _delivered(house, item, scan_id, office, moment)
        return
    reason = {"attempted": "absent", "returning": "two_invitations"}.get(code, "")
    scan = DeviceScan(
        scan_id=scan_id, number=item.consignment_no, code=code, device_at=moment, office=office, reason=reason
    )
    batch = ScanBatch(device=f"demo-{item.consignment_no}", sent_at=moment, scans=(scan,))
    await house.services.tracking.take(batch, actor=_POST, at=moment)


async def _delivered(house: House, item: Consignment, scan_id: str, office: str, moment: datetime) -> None:
    proof = Proof(receiver_name=item.consignee.name, id_kind="citizen_id", id_tail="789", remarks="không có nhận xét")
    asked = (await house.services.papers.duties(dossier=item.dossier_no, state="open", actor=_POST)).items
    old = [Withdrawn(name=duty.name, outcome="collected") for duty in asked if duty.kind == "withdraw"]
    await house.services.delivery.deliver(
        item.consignment_no, proof, scan_id=scan_id, device=f"demo-{item.consignment_no}", device_at=moment,
        sent_at=moment, office=office, withdrawn=old if item.leg == "return" else (), actor=_POST, at=moment,
    )  # fmt: skip
