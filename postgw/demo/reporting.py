"""The last full quarter in the demo: results delivered and rated, its report issued in time; and what desk and post do
not tell the same.

One desk has too few ratings to be shown, and so the next smallest is hidden with it.

Used by: furnishing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from adapters.rehearsal import invented
from postgw.bootstrap import House
from postgw.domain.actor import GATEWAY, SCOPES, Actor
from postgw.domain.consignment import Consignment
from postgw.domain.dossier import Dossier
from postgw.domain.errors import Mistake
from postgw.domain.legal_day import legal_day
from postgw.domain.proof import Proof
from postgw.domain.report_period import last_full_quarter
from postgw.domain.secret_link import link_of
from postgw.services.tracking import DeviceScan, ScanBatch
from postgw.storage import province

from .accounts import demo_accounts
from .hours import OFFICE, a_morning, later

_DESK = Actor(name="demo.desk", scopes=frozenset(SCOPES))
_POST = Actor(name="demo.post", scopes=frozenset(SCOPES))
_SEED = 4545
#: Marks that citizens gave, desk by desk; the third desk has too few.
_MARKS = ((5, 5, 4, 5, 3, 4, 5, 2, 5), (4, 5, 5, 3, 4, 5), (5, 1))
_REMARKS = {0: "Bưu tá gọi trước, rất tiện.", 5: "Nhận muộn hơn hẹn một ngày.", 7: "Nên báo giờ phát."}
_BEFORE_ITS_END = 40
#: Working time of a post office's day.
_A_DAY = timedelta(hours=11)


async def reporting(house: House, at: datetime) -> None:
    """Let the last full quarter have been, and its report have been issued."""
    period = last_full_quarter(legal_day(at))
    begun = a_morning(period.before, _BEFORE_ITS_END)
    items = [await _registered(house, dossier, begun) for dossier in _dossiers(begun)]
    delivered = [item for item in items if item is not None]
    for item in delivered:
        await _collected(house, item, begun)
    await _all_told(house, begun + timedelta(hours=1))
    for n, item in enumerate(delivered):
        await _delivered(house, item, later(begun, _A_DAY * (3 if n % 6 == 5 else 1), OFFICE))
    if house.rehearsal_desk is not None:
        house.rehearsal_desk.refuse += 1  # the word of one delivery is not taken, and waits for a person
    await _all_told(house, begun + timedelta(days=7))
    await _rated(house, delivered, begun + timedelta(days=8))
    handed_in = min(at, period.before + timedelta(days=4, hours=3))
    await house.services.reports.issue(period.name, actor=GATEWAY, at=handed_in)
    await _closed_too_soon(house, at)


def _dossiers(begun: datetime) -> list[Dossier]:
    """Return one dossier for each mark, its result to be sent by its own desk."""
    day = legal_day(begun)
    codes = [demo_accounts()[0].unit, *(desk.code for desk in invented.desks())]
    desks = list(islice(dict.fromkeys(codes), len(_MARKS)))
    of = [desk for desk, marks in zip(desks, _MARKS, strict=True) for _ in marks]
    stream = invented.invented_dossiers(seed=_SEED, count=40 * len(of), on=day, desks=invented.desks())
    returned = (dossier for dossier in stream if dossier.service_form == "return" and not _gives_up_papers(dossier))
    return [
        replace(dossier, receiving_desk=desk, returning_desk=desk, intake_ref=f"{desk}-quy-{n:03d}")
        for n, (desk, dossier) in enumerate(zip(of, returned, strict=False))
    ]


def _gives_up_papers(dossier: Dossier) -> bool:
    return any(paper.must_withdraw for paper in dossier.papers)


async def _registered(house: House, dossier: Dossier, at: datetime) -> Consignment | None:
    try:
        kept = await house.services.intake.take(dossier, actor=_DESK, at=at)
        return await house.services.intake.register(kept.dossier.dossier.key, leg="return", actor=_DESK, at=at)
    except Mistake:
        return None  # the rules of that day turn it away


async def _collected(house: House, item: Consignment, at: datetime) -> None:
    number, office = item.consignment_no, invented.offices()[0].code
    scan = DeviceScan(scan_id="c", number=number, code="collected", device_at=at, office=office)
    await house.services.tracking.take(
        ScanBatch(device=f"demo-{number}", sent_at=at, scans=(scan,)), actor=_POST, at=at
    )  # fmt: skip


async def _delivered(house: House, item: Consignment, at: datetime) -> None:
    proof = Proof(receiver_name=item.consignee.name, id_kind="citizen_id", id_tail="789", remarks="không có nhận xét")
    await house.services.delivery.deliver(
        item.consignment_no, proof, scan_id="d", device=f"demo-{item.consignment_no}", device_at=at, sent_at=at,
        office=invented.offices()[0].code, actor=_POST, at=at,
    )  # fmt: skip


async def _all_told(house: House, at: datetime) -> None:
    services = house.services
    while await services.notices.send_due(at=at) + await services.messaging.send_due(at=at):
        pass


async def _rated(house: House, items: Sequence[Consignment], at: datetime) -> None:
    async with house.database.writing() as tx:
        secret = await province.link_secret(tx)
    marks = [mark for of_desk in _MARKS for mark in of_desk]
    for n, (item, mark) in enumerate(zip(items, marks, strict=False)):
        token = link_of(secret, "rate", item.consignment_no)
        await house.services.satisfaction.answer(token, score=mark, comment=_REMARKS.get(n, ""), at=at)


async def _closed_too_soon(house: House, at: datetime) -> None:
    """Let a desk have closed two dossiers whose results the post still carries."""
    found = await house.services.enquiry.consignments(actor=GATEWAY, leg="return", state="held", limit=2)
    for item in found.items:
        if item.dossier_no:
            await house.services.settling.close(
                item.dossier_no, closed_at=at - timedelta(hours=2), actor=GATEWAY, at=at
            )
