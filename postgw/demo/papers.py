"""What is inside the envelope: an original that is owed, an old paper on its way home, an agreement, a kept note.

One citizen's dossier was checked at the door, sealed and signed for, and lies with the agency, which owes her a birth
certificate. Another's result was delivered yesterday, and his old certificate is on its way to the desk.

Used by: furnishing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.rehearsal import invented
from postgw.bootstrap import House
from postgw.domain.actor import SCOPES, Actor
from postgw.domain.address import Party
from postgw.domain.dossier import Dossier
from postgw.domain.legal_day import legal_day
from postgw.domain.packing import Packing
from postgw.domain.paper import Paper
from postgw.domain.paper_check import Counted
from postgw.domain.paper_duty import Withdrawn
from postgw.domain.proof import Proof
from postgw.rules import places
from postgw.services.tracking import DeviceScan, ScanBatch

from .accounts import demo_accounts
from .hours import a_morning

_ALL = frozenset(SCOPES)
_PNG = b"\x89PNG\r\n\x1a\n"
_WORKER = "Trần Bưu Tá (diễn tập)"
#: Changing a civil status record: the birth certificate goes in and comes back.
_PROCEDURE = "1.004859"
_FORM = Paper(name="Tờ khai thay đổi, cải chính, bổ sung thông tin hộ tịch", kind="original")
_BIRTH = Paper(
    name="Giấy khai sinh hoặc giấy tờ hộ tịch cần thay đổi", kind="original", must_return=True
)  # fmt: skip
_GROUND = Paper(name="Giấy tờ làm căn cứ thay đổi, cải chính", kind="certified")
_OLD = Paper(name="Trích lục hộ tịch đã cấp", kind="original", must_withdraw=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    """Where it happens, and who signs."""

    house: House
    desk: str
    office: str
    desk_signs: str
    post_signs: str
    officer: Actor
    postman: Actor


async def papers(house: House, at: datetime) -> None:
    """Show what is owed of papers."""
    scene = await _scene(house, at)
    await _filed(scene, a_morning(at, 3))
    await _withdrawn(scene, a_morning(at, 1))
    await house.services.packing.begin_agreement(
        desk=scene.desk, covers="200 bằng tốt nghiệp THPT, phát về một trường (diễn tập)",
        valid_from=legal_day(at - timedelta(days=5)), valid_to=None,
        reason="Thoả thuận giao kết quả hàng loạt giữa Trung tâm và Bưu điện (diễn tập)",
        actor=Actor(name="demo.admin", scopes=_ALL), at=at,
    )  # fmt: skip


async def _scene(house: House, at: datetime) -> _Scene:
    desk, office = demo_accounts()[0].unit, demo_accounts()[1].unit
    signs = [
        await house.services.signing.appoint(
            unit_kind=kind, unit=unit, name=name, subject="dossiers", account="",
            valid_from=legal_day(at - timedelta(days=10)), valid_to=None, actor=Actor(name="demo.admin", scopes=_ALL),
            at=at,
        )
        for kind, unit, name in (
            ("desk", desk, "Lê Thị Tiếp Nhận (diễn tập)"), ("office", office, "Phạm Thu Gom (diễn tập)"),
        )
    ]  # fmt: skip
    return _Scene(
        house=house, desk=desk, office=office, desk_signs=signs[0].signatory_no, post_signs=signs[1].signatory_no,
        officer=Actor(name="demo.desk", scopes=_ALL, unit=desk),
        postman=Actor(name="demo.post", scopes=_ALL, unit=office),
    )  # fmt: skip


def _dossier(scene: _Scene, name: str, serial: int, then: datetime, *contents: Paper) -> Dossier:
    desk = next(each for each in invented.desks() if each.code == scene.desk)
    citizen = Party(
        name=name, phone=f"054000{serial:04d}", address="Tổ dân phố 4", commune_code=desk.commune_code,
        commune=places.commune(desk.commune_code).name, province="Tỉnh Hà Tĩnh",
    )  # fmt: skip
    return Dossier(
        dossier_no=f"{desk.identifier}-{legal_day(then):%y%m%d}-{serial:04d}", receiving_desk=scene.desk,
        procedure_code=_PROCEDURE, service_form="both", applicant=citizen, papers=contents,
    )  # fmt: skip


async def _registered(scene: _Scene, dossier: Dossier, leg: str, then: datetime) -> str:
    intake = scene.house.services.intake
    await intake.take(dossier, actor=scene.officer, at=then)
    made = await intake.register(dossier.dossier_no, leg=leg, actor=scene.officer, at=then)
    return made.consignment_no


async def _packed(scene: _Scene, number: str, seal: str, witness: str, then: datetime) -> None:
    packing = Packing(
        seal_no=seal, packed_by=_WORKER, witness=witness, office=scene.office, packed_at=then,
        recorded_by=scene.postman.name,
    )  # fmt: skip
    await scene.house.services.packing.pack(number, packing, actor=scene.postman, at=then)


async def _handed(scene: _Scene, number: str, direction: str, then: datetime) -> None:
    """One item passes over the counter against both signatures."""
    acts, actor = scene.house.services.handover, Actor(name="demo.counter", scopes=_ALL)
    manifest = await acts.open(
        desk=scene.desk, office=scene.office, direction=direction, numbers=[number], actor=actor, at=then
    )
    no = manifest.manifest_no
    await acts.tick(no, no, outcome="ticked", actor=actor, at=then)
    await acts.close(no, actor=actor, at=then)
    signs = (scene.desk_signs, scene.post_signs)
    for side, signer in zip(("giver", "taker"), signs if direction == "to_post" else signs[::-1], strict=True):
        await scene.house.services.signing.sign(
            no, side=side, signatory_no=signer, signed_at=then, way="paper", actor=actor, at=then
        )


async def _filed(scene: _Scene, then: datetime) -> None:
    """A dossier comes in with an original: checked, sealed, its note signed by both, filed."""
    name, services = "Nguyễn Thị Nợ Giấy (diễn tập)", scene.house.services
    number = await _registered(scene, _dossier(scene, name, 9101, then, _FORM, _BIRTH, _GROUND), "send", then)
    counted = Counted(present=(_FORM, _BIRTH, _GROUND, Paper(name="Căn cước", kind="copy")))
    await services.papers.check(
        number, counted, check_id="demo-1", citizen=name, office=scene.office, actor=scene.postman, at=then
    )
    await _packed(scene, number, "NP-DT-0001", name, then)
    for side, signer in (("consignor", name), ("post", _WORKER)):
        await services.noting.sign(
            number, side=side, name=signer, signature_png=_PNG, actor=scene.postman, at=then + timedelta(minutes=4)
        )
    await _scanned(scene, number, "collected", then + timedelta(minutes=5))
    await _handed(scene, number, "to_desk", then + timedelta(hours=24))


async def _withdrawn(scene: _Scene, then: datetime) -> None:
    """A result is delivered and the old paper collected: its withdrawal is on its way."""
    name = "Phan Văn Trả Cũ (diễn tập)"
    number = await _registered(scene, _dossier(scene, name, 9102, then, _FORM, _OLD), "return", then)
    await _packed(scene, number, "NP-DT-0002", "Lê Thị Tiếp Nhận (diễn tập)", then)
    await _handed(scene, number, "to_post", then + timedelta(minutes=30))
    moment = then + timedelta(hours=6)
    proof = Proof(receiver_name=name, id_kind="citizen_id", id_tail="456", remarks="không có nhận xét")
    await scene.house.services.delivery.deliver(
        number, proof, scan_id=f"demo-{number}", device="demo-papers", device_at=moment, sent_at=moment,
        office=scene.office, withdrawn=[Withdrawn(name=_OLD.name, outcome="collected")], actor=scene.postman,
        at=moment,
    )  # fmt: skip


async def _scanned(scene: _Scene, number: str, code: str, moment: datetime) -> None:
    scan = DeviceScan(
        scan_id=f"{code}-{number}", number=number, code=code, device_at=moment, office=scene.office, reason=""
    )
    batch = ScanBatch(device="demo-papers", sent_at=moment, scans=(scan,))
    await scene.house.services.tracking.take(batch, actor=scene.postman, at=moment)
