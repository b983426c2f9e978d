"""Citizens who look at their own page: one whose result is on its way home, and the dossier of one with the agency.

The first gave her dossier to the postman at her door, days ago; it was filed, decided before its day, and the post took
the result over this morning. The pages of the others are those of the postman's round.

Used by: furnishing, opening.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.rehearsal import invented
from postgw.bootstrap import House
from postgw.domain.actor import GATEWAY, SCOPES, Actor
from postgw.domain.address import Party
from postgw.domain.dossier import Dossier
from postgw.domain.legal_day import legal_day
from postgw.domain.packing import Packing
from postgw.domain.paper import Paper
from postgw.domain.receipt import Collection
from postgw.rules import places
from postgw.services.filing import Promise
from postgw.services.tracking import DeviceScan, ScanBatch
from postgw.storage import dossiers, secret_pages

from .accounts import demo_accounts
from .hours import a_morning

_ALL = frozenset(SCOPES)
_DESK, _POST = Actor(name="demo.desk", scopes=_ALL), Actor(name="demo.post", scopes=_ALL)
#: Changing a civil status record.
_PROCEDURE, _COMMUNE, _OFFICE, _HUB = "1.004859", "18775", "45350", "45010"
_PAPERS = (
    Paper(name="Tờ khai thay đổi, cải chính hộ tịch", kind="original"),
    Paper(name="Giấy tờ làm căn cứ thay đổi, cải chính", kind="certified"),
    Paper(name="Trích lục hộ tịch đã cấp", kind="original", must_withdraw=True),
)
_RESULT = (Paper(name="Trích lục cải chính hộ tịch", kind="original"),)
_ON_ITS_WAY, _WITH_AGENCY = "demo-cong-dan-1", "demo-cong-dan-2"
_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    """Where it happens, and who signs."""

    house: House
    desk: invented.Desk
    desk_signs: str
    post_signs: str


async def citizen(house: House, at: datetime) -> None:
    """Let one dossier come in, be decided and go home, and another lie with the agency."""
    scene = await _scene(house, at)
    for series, ledger in (("CPK26", "postage"), ("BLK26", "fee")):
        await house.services.money.begin_series(series, ledger=ledger, unit=_OFFICE, actor=GATEWAY, at=at)
    key = await _filed(scene, _ON_ITS_WAY, 9701, "Hoàng Thị Diễn Tập", a_morning(at, 6))
    await _goes_home(scene, key, at - timedelta(hours=4))
    await _filed(scene, _WITH_AGENCY, 9702, "Trần Văn Diễn Tập", a_morning(at, 4))


async def _scene(house: House, at: datetime) -> _Scene:
    desk = next(each for each in invented.desks() if each.code == demo_accounts()[0].unit)
    signers = [
        await house.services.signing.appoint(
            unit_kind=kind, unit=unit, name=name, subject="dossiers", account="",
            valid_from=legal_day(at - timedelta(days=10)), valid_to=None, actor=GATEWAY, at=at,
        )
        for kind, unit, name in (
            ("desk", desk.code, "Cán bộ trả kết quả (diễn tập)"), ("office", _HUB, "Bưu tá tuyến Kỳ Anh (diễn tập)"),
        )
    ]  # fmt: skip
    return _Scene(house=house, desk=desk, desk_signs=signers[0].signatory_no, post_signs=signers[1].signatory_no)


async def _filed(scene: _Scene, reference: str, serial: int, name: str, then: datetime) -> str:
    """Let a citizen give a dossier to the postman, pay, and the agency sign for it; return its number."""
    services = scene.house.services
    person = Party(
        name=name, phone=f"054000{serial:04d}", address="Thôn Diễn Tập", commune=places.commune(_COMMUNE).name,
        province="Tỉnh Hà Tĩnh", commune_code=_COMMUNE,
    )  # fmt: skip
    dossier = Dossier(
        intake_ref=reference, receiving_desk=scene.desk.code, procedure_code=_PROCEDURE, service_form="both",
        applicant=person, papers=_PAPERS, fee_dong=15_000, consent_at=then,
    )  # fmt: skip
    kept = await services.intake.take(dossier, actor=_DESK, at=then)
    key = kept.dossier.dossier.key
    made = await services.intake.register(key, leg="send", actor=_DESK, at=then)
    sealed = Packing(
        seal_no=f"NP-CD-{serial}", packed_by="Bưu tá tuyến Kỳ Anh (diễn tập)", witness=name, office=_OFFICE,
        packed_at=then + timedelta(minutes=50), recorded_by=_POST.name,
    )  # fmt: skip
    await services.packing.pack(made.consignment_no, sealed, actor=_POST, at=then + timedelta(minutes=50))
    await _seen(scene, made.consignment_no, "collected", _OFFICE, then + timedelta(hours=1))
    await _paid(scene, made.consignment_no, "fee", 15_000, then + timedelta(hours=1))
    await _paid(scene, made.consignment_no, "postage", 30_000, then + timedelta(hours=1))
    await _seen(scene, made.consignment_no, "arrived", _HUB, then + timedelta(hours=5))
    await _handed(scene, made.consignment_no, "to_desk", then + timedelta(hours=24))
    await services.remitting.remit(
        unit=_OFFICE, desk=scene.desk.code, receipt_nos=[], destination="agency", manifest_no="", actor=_POST,
        at=then + timedelta(hours=25),
    )  # fmt: skip
    number = f"{scene.desk.identifier}-{legal_day(then + timedelta(hours=24)):%y%m%d}-{serial}"
    await services.intake.assign_number(key, number, actor=_DESK, at=then + timedelta(hours=25))
    promise = Promise(due_on=legal_day(then) + timedelta(days=8), slip_no=f"GH-{serial}")
    await services.filing.appoint(number, promise, actor=_DESK, at=then + timedelta(hours=25))
    return number


async def _goes_home(scene: _Scene, key: str, then: datetime) -> None:
    """Let the result be ready, paid for, taken over against both signatures, and leave."""
    ready = await scene.house.services.results.ready(key, papers=_RESULT, ready_at=None, actor=_DESK, at=then)
    await _paid(scene, ready.consignment_no, "postage", 30_000, then + timedelta(minutes=5))
    await _handed(scene, ready.consignment_no, "to_post", then + timedelta(minutes=15))
    await _seen(scene, ready.consignment_no, "departed", _HUB, then + timedelta(hours=3, minutes=49))


async def _paid(scene: _Scene, number: str, ledger: str, amount: int, moment: datetime) -> None:
    is_postage = ledger == "postage"
    taken = Collection(
        fee_id=f"{number}-{ledger}", number=number, ledger=ledger, amount_dong=amount, unit=_OFFICE,
        zone="inter_district" if is_postage else "", grams=80 if is_postage else 0,
        price_dong=amount if is_postage else None,
    )  # fmt: skip
    await scene.house.services.money.collect(taken, actor=_POST, at=moment)


async def _seen(scene: _Scene, number: str, code: str, office: str, moment: datetime) -> None:
    scan = DeviceScan(scan_id=f"{code}-{number}", number=number, code=code, device_at=moment, office=office)
    batch = ScanBatch(device="demo-cong-dan", sent_at=moment, scans=(scan,))
    await scene.house.services.tracking.take(batch, actor=_POST, at=moment)


async def _handed(scene: _Scene, number: str, direction: str, moment: datetime) -> None:
    """Let one item pass between the hub and the desk against both signatures."""
    acts = scene.house.services.handover
    manifest = await acts.open(
        desk=scene.desk.code, office=_HUB, direction=direction, numbers=[number], actor=_DESK, at=moment
    )
    no = manifest.manifest_no
    await acts.tick(no, no, outcome="ticked", actor=_DESK, at=moment)
    await acts.close(no, actor=_DESK, at=moment)
    signs = (scene.desk_signs, scene.post_signs)
    for side, signer in zip(("giver", "taker"), signs if direction == "to_post" else signs[::-1], strict=True):
        await scene.house.services.signing.sign(
            no, side=side, signatory_no=signer, signed_at=moment, way="paper", actor=_DESK, at=moment
        )


async def pages(house: House, at: datetime) -> tuple[tuple[str, str], ...]:
    """Return the citizens' own pages that are worth a look, each with its address."""
    desk = demo_accounts()[0].unit
    found = [
        ("Trang riêng: đang trên đường", f"{desk}/{_ON_ITS_WAY}"),
        ("Trang riêng: cơ quan đang giữ", f"{desk}/{_WITH_AGENCY}"),
        *[
            (title, each)
            for title, state in (
                ("Trang riêng: phát chưa được", "attempted"), ("Trang riêng: chờ đến nhận", "held"),
                ("Trang riêng: đang đi phát", "out_for_delivery"), ("Trang riêng: đã phát", "delivered"),
            )
            for each in (await _in_state(house, state))[:1]
        ],
    ]  # fmt: skip
    async with house.database.writing() as tx:
        kept = [(title, await dossiers.find(tx, key)) for title, key in found]
        return tuple([
            (title, await secret_pages.link_of(tx, each, days=_DAYS, at=at)) for title, each in kept if each
        ])  # fmt: skip


async def _in_state(house: House, state: str) -> Sequence[str]:
    page = await house.services.enquiry.consignments(actor=GATEWAY, leg="return", state=state, limit=20)
    return [each.dossier_no for each in page.items if each.dossier_no]
