"""What contradicts itself at the demo's first post office, for its lead to settle: one matter of each main kind.

Two devices have a shift. Both delivered one result; one was delivered after its return; one is held at an office whose
rounds do not go to its recipient; an act of a device was refused, and its clock is off.

Used by: demo.furnishing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.rehearsal import invented
from postgw.bootstrap import House
from postgw.domain.actor import SCOPES, Actor
from postgw.domain.address import Party
from postgw.domain.conflict import Side, of_act, of_clock
from postgw.domain.device_act import ActAnswer, digest_of
from postgw.domain.dossier import Dossier
from postgw.domain.errors import Conflict
from postgw.domain.legal_day import legal_day
from postgw.domain.paper import Paper
from postgw.domain.proof import Proof
from postgw.rules import places
from postgw.rules.procedures import load_procedures
from postgw.services.tracking import DeviceScan, ScanBatch
from postgw.storage import device_acts
from postgw.storage.device_acts import KeptAct

from .accounts import demo_accounts, demo_people

_ALL = frozenset(SCOPES)
_DESK = Actor(name="demo.desk", scopes=_ALL)
_WARD = "18073"
#: Public halves of keys whose private halves nobody keeps: these devices only stand in the list.
_KEYS = (
    "BD7RE7eIO0xZBjg3nbDCHNoWdC7QJVBIv0MzkdN0vCHRkJkgmszEyKIkyEOvpPTGigkNBNpemIna4vju_OgqN0A",
    "BHQd1b2oF9leRiZTcyDl1VF5mDAosvgsmdUAxe6GJOPEB3C0apw4X9xWc4NVSIexVI7rkSw1ulynGZX_Is1EgdM",
)
_WORKER_KEYS = (
    "BBd8g3rgrElaYYBd8the4vx5LihLZerVipjhXZ1GBywBY7tYzU6-pViiQJGttA9OcibuFMOh-03znEO74u_Hv9g",
    "BFTnegAcOGK5enZkf0M23zzxJqy-egacXlcJJ3Mk0pIL9Znxuyn0MXVCEh-MBaLnw3Fx6ndzUJAIG6fIL2DQs3U",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hand:
    """A worker with the device of this morning."""

    actor: Actor
    device: str
    shift: str


async def contradicting(house: House, at: datetime) -> None:
    """Lay a few conflicts before the lead."""
    postman, counter = await _hands(house, at - timedelta(hours=3))
    twice = await _result(house, 1, at, _WARD, postman, "out_for_delivery")
    await _delivered(house, twice, postman, "Phùng Thị Diễn Tập", at - timedelta(minutes=80))
    await _delivered(house, twice, counter, "Phùng Văn Diễn Tập", at - timedelta(minutes=55))
    ended = await _result(house, 2, at, _WARD, postman, "returned")
    await _delivered(house, ended, counter, "Hà Thị Diễn Tập", at - timedelta(minutes=30))
    elsewhere = await _result(house, 3, at, _far_commune(postman.actor.unit), counter, "held")
    await house.services.conflicts.look([twice, ended, elsewhere], at=at)
    await _refused(house, postman, at - timedelta(minutes=20))


async def _hands(house: House, at: datetime) -> list[_Hand]:
    people = [next(each for each in demo_people() if each.role == role) for role in ("postal_worker", "postal_lead")]
    hands = []
    for person, name, key, worker_key in zip(
        people, ("Điện thoại tuyến 3", "Máy tính quầy"), _KEYS, _WORKER_KEYS, strict=True
    ):
        actor = Actor(name=person.login, scopes=_ALL, unit=person.unit)
        begun = await house.services.devices.begin_shift(
            device_key=key, device_name=name, worker_key=worker_key, actor=actor, at=at
        )
        hands.append(_Hand(actor=actor, device=begun.device.device_no, shift=begun.shift.shift_no))
    return hands


def _far_commune(office: str) -> str:
    """Return a commune of another office's rounds."""
    return next(
        each.commune_code
        for each in invented.place_codes()
        if each.office != office and places.commune(each.commune_code).province_code == invented.HA_TINH
    )


async def _result(house: House, n: int, at: datetime, commune: str, hand: _Hand, last: str) -> str:
    """Let a result have come to the office, and one thing more have happened to it."""
    then, desk = at - timedelta(days=1), next(each for each in invented.desks() if each.code == demo_accounts()[0].unit)
    party = Party(
        name="Diễn Tập Thị Mâu", phone=f"054000{7900 + n}", address="Số 5 đường Trần Phú",
        commune=places.commune(commune).name, province="Tỉnh Hà Tĩnh", commune_code=commune,
    )  # fmt: skip
    procedure = next(each for each in load_procedures() if "return" in each.forms)
    dossier = Dossier(
        intake_ref=f"demo-mau-thuan-{n}", receiving_desk=desk.code, procedure_code=procedure.code,
        dossier_no=f"{desk.identifier}-{legal_day(then):%y%m%d}-{7900 + n}", service_form="return", applicant=party,
        consent_at=then, papers=tuple(line.paper() for line in procedure.papers),
    )  # fmt: skip
    kept = await house.services.intake.take(dossier, actor=_DESK, at=then)
    paper = Paper(name=f"Kết quả: {procedure.name}"[:150], kind="original")
    ready = await house.services.results.ready(
        kept.dossier.dossier.key, papers=(paper,), ready_at=None, actor=_DESK, at=then
    )
    for hours, code in enumerate(("collected", "arrived"), 1):
        await _scanned(house, ready.consignment_no, code, hand, then + timedelta(hours=hours))
    await _scanned(house, ready.consignment_no, last, hand, at - timedelta(minutes=100))
    return ready.consignment_no


async def _scanned(house: House, number: str, code: str, hand: _Hand, moment: datetime) -> None:
    scan = DeviceScan(scan_id=f"{code}-{number}", number=number, code=code, device_at=moment)
    batch = ScanBatch(device=hand.device, sent_at=moment, scans=(scan,))
    await house.services.tracking.take(batch, actor=hand.actor, at=moment)


async def _delivered(house: House, number: str, hand: _Hand, receiver: str, moment: datetime) -> None:
    proof = Proof(receiver_name=receiver, id_kind="citizen_id", id_tail="4821", remarks="không")
    try:
        await house.services.delivery.deliver(
            number, proof, scan_id=f"phat-{number}", device=hand.device, device_at=moment, sent_at=moment,
            office=hand.actor.unit, actor=hand.actor, at=moment,
        )  # fmt: skip
    except Conflict as out_of_turn:
        if out_of_turn.code != "delivery.out_of_turn":
            raise


async def _refused(house: House, hand: _Hand, moment: datetime) -> None:
    """Let the device have told an act that was refused, its clock three hours ahead."""
    payload = json.dumps({
        "device": hand.device, "counter": 1, "act_id": "demo-act-0001", "shift": hand.shift, "kind": "scan",
        "at": moment.isoformat(), "route": "3", "body": {"number": "8936012345670", "code": "arrived"},
    })  # fmt: skip
    sentence, digest = "Sai số, quét lại. Chữ số kiểm tra không khớp.", digest_of(payload)
    answer = ActAnswer(counter=1, act_id="demo-act-0001", verdict="refused", code="scan.unreadable", sentence=sentence)
    act = KeptAct(
        device_no=hand.device, counter=1, digest=digest, act_id=answer.act_id, shift_no=hand.shift, kind="scan",
        device_at=moment, received_at=moment, answer=answer, content=payload,
    )  # fmt: skip
    async with house.database.writing() as tx:
        await device_acts.keep(tx, [act])
    side = Side(
        word="scan", source=f"device:{hand.device}", actor=hand.actor.name, office=hand.actor.unit, at=moment,
        reason=answer.code,
        detail={"digest": digest, "sentence": sentence, "values": {}, "number": "8936012345670"},
    )  # fmt: skip
    refused = of_act("refused", device_no=hand.device, counter=1, digest=digest, unit=hand.actor.unit, side=side)
    clock = of_clock(
        device_no=hand.device, unit=hand.actor.unit, worker=hand.actor.name, device_at=moment + timedelta(hours=3),
        received_at=moment, day=str(legal_day(moment)),
    )  # fmt: skip
    await house.services.conflicts.note(refused, clock, at=moment)
