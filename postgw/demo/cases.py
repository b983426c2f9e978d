"""What went wrong, for show: a complaint nearly due, one overdue, a damaged item, a loss that was paid for, one found
again.

Used by: demo.furnishing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from postgw.bootstrap import House
from postgw.domain.actor import GATEWAY, SCOPES, Actor
from postgw.domain.address import Party
from postgw.domain.compensation import InterestRate
from postgw.domain.damage import CountedLine, DamageRecord
from postgw.domain.dossier import Dossier
from postgw.domain.legal_day import legal_day
from postgw.domain.paper import Paper
from postgw.domain.receipt import Collection
from postgw.rules.procedures import load_procedures
from postgw.services.cases import Complaint
from postgw.services.determining import Determination
from postgw.services.tracking import DeviceScan, ScanBatch

from .accounts import demo_accounts
from .hours import a_morning

_POST = Actor(name="demo.post", scopes=frozenset(SCOPES))
_DESK = Actor(name="demo.desk", scopes=frozenset(SCOPES))
_OFFICE = "45010"
_PERSON = Party(
    name="Nguyễn Thị Khiếu Nại", phone="0912000045", address="Tổ dân phố 3", commune="Phường Thành Sen",
    province="Tỉnh Hà Tĩnh", commune_code="18073",
)  # fmt: skip
_LIABLE = Determination(reason="Thất lạc ở khâu chia chọn (diễn tập)", fault="post", method="transfer")


async def cases(house: House, at: datetime) -> None:
    """Show a case of every kind."""
    await house.services.money.begin_series("CVV26", ledger="postage", unit=_OFFICE, actor=GATEWAY, at=at)
    rate = InterestRate(basis_points=1000, valid_from=legal_day(at).replace(month=1, day=1), reason="Diễn tập")
    await house.services.compensating.put_rate(rate, actor=GATEWAY, at=at)
    await _complaint(house, "VV-1", "late", "Hẹn đến hôm qua, nay chưa thấy.", at - timedelta(days=5))
    await _complaint(house, "VV-2", "staff", "Bưu tá không gọi điện trước khi đến.", at - timedelta(days=20))
    await _damaged(house, at - timedelta(hours=5))
    await _lost(house, "VV-4", at - timedelta(days=4))
    await _found(house, at - timedelta(days=9))


async def _carried(house: House, reference: str, then: datetime) -> str:
    """Let the post have taken a dossier over the working day before, its postage paid."""
    taken, desk = a_morning(then, 1), demo_accounts()[0].unit
    dossier = Dossier(
        intake_ref=reference, receiving_desk=desk, returning_desk=desk, service_form="send", applicant=_PERSON,
        procedure_code=next(each.code for each in load_procedures() if "send" in each.forms),
        papers=(Paper(name="Giấy khai sinh", kind="original", must_return=True), Paper(name="Tờ khai", kind="copy")),
    )  # fmt: skip
    kept = await house.services.intake.take(dossier, actor=_DESK, at=taken)
    made = await house.services.intake.register(kept.dossier.dossier.key, leg="send", actor=_DESK, at=taken)
    number = made.consignment_no
    fee = Collection(
        fee_id=reference, number=number, ledger="postage", amount_dong=26_000, unit=_OFFICE, zone="in_district",
        grams=80,
    )  # fmt: skip
    await house.services.money.collect(fee, actor=_POST, at=taken)
    scan = DeviceScan(scan_id=f"{reference}-c", number=number, code="collected", device_at=taken, office=_OFFICE)
    batch = ScanBatch(device=f"demo-{reference}", sent_at=taken, scans=(scan,))
    await house.services.tracking.take(batch, actor=_POST, at=taken)
    return number


async def _complaint(house: House, reference: str, about: str, statement: str, then: datetime) -> None:
    complaint = Complaint(
        case_id=reference, number=await _carried(house, reference, then), about=about, statement=statement,
        complainant_name=_PERSON.name, complainant_phone=_PERSON.phone,
    )  # fmt: skip
    view = await house.services.cases.open(complaint, actor=_DESK, at=then)
    note = "Bưu cục đang kiểm tra hành trình (diễn tập)."
    await house.services.cases.step(
        view.case.case_no, "investigated", note=note, actor=_POST, at=then + timedelta(hours=3)
    )


async def _damaged(house: House, then: datetime) -> None:
    record = DamageRecord(
        record_id="VV-3", office=_OFFICE, wrapping="wet", cause="weather", old_seal_no="NP-0041", new_seal_no="NP-0042",
        statement="Mưa hắt vào thùng xe, bì ướt một góc (diễn tập).", worker_name="Trần Văn Bưu Tá",
        witness_name="Lê Thị Chứng Kiến",
        lines=(
            CountedLine(name="Giấy khai sinh (bản chính)", condition="whole"),
            CountedLine(name="Tờ khai", condition="damaged", note="nhoè mực dòng cuối"),
        ),
    )  # fmt: skip
    number = await _carried(house, "VV-3", then)
    kept = await house.services.damage.record(number, record, actor=_POST, at=then)
    await house.services.damage.sign(kept.record_no, actor=_POST, at=then + timedelta(minutes=20))


async def _lost(house: House, reference: str, then: datetime) -> str:
    """Let an item be given up, its liability set down and the money paid; return the case."""
    number, day = await _carried(house, reference, then), timedelta(days=1)
    statement = "Đã tìm ở kho và ba bưu cục trên tuyến (diễn tập)."
    case_no = await house.services.loss.declare(number, statement=statement, actor=_POST, at=then)
    await house.services.determining.determine(case_no, _LIABLE, actor=_POST, at=then + day)
    await house.services.determining.reissue(
        case_no, paper="Giấy khai sinh (bản chính)", cost_dong=50_000, evidence="Biên lai lệ phí số 0012",
        actor=_DESK, at=then + day,
    )  # fmt: skip
    await house.services.compensating.pay(case_no, unit=_OFFICE, way="transfer", actor=_POST, at=then + 2 * day)
    return case_no


async def _found(house: House, then: datetime) -> None:
    case_no, day = await _lost(house, "VV-5", then), timedelta(days=1)
    await house.services.loss.found(
        case_no, office=_OFFICE, note="Nằm trong túi rỗng (diễn tập)", actor=_POST, at=then + 4 * day
    )
    await house.services.compensating.owner_decides(
        case_no, "takes_back", unit=_OFFICE, way="cash", note="", actor=_POST, at=then + 5 * day
    )
