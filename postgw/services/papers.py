"""Papers: checked against the published list before they are sealed, and owed until they are given back.

The list is the one in force on the day of the check. What the agency owes is opened by the signed handover; here the
officer says which original goes out with which result, or why it stays, and everybody sees what is still owed.

Source: Decision 45/2016/QĐ-TTg art. 6.2-3, 8.3, 9.1, 16.5.b; Circular 17/2017/TT-BTTTT art. 5.1.a-b.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from postgw.domain.actor import Actor
from postgw.domain.address import NAME_MOST, checked_text
from postgw.domain.consignment import Consignment
from postgw.domain.errors import Conflict, Unknown
from postgw.domain.legal_day import legal_day
from postgw.domain.page import Page
from postgw.domain.paper_check import Counted, PaperCheck, beyond_list, checked_count
from postgw.domain.paper_duty import PaperDuty, checked_decision
from postgw.domain.procedure import Procedure
from postgw.domain.recognise import item_named
from postgw.storage import consignments, dossiers, notes, paper_checks, paper_duties, province, reach
from postgw.storage.database import Database, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """The acts upon what is inside an envelope."""

    database: Database

    async def check(
        self, number: str, counted: Counted, *, check_id: str, citizen: str, office: str, actor: Actor, at: datetime
    ) -> PaperCheck:
        """Keep a check of the papers; told again under the same id, it is the same check.

        Raises Invalid when a paper outside the list is demanded or a required one was not counted, Conflict when the
        item brings no dossier in, has come to its end, or its note is signed.
        """
        actor.must("handover")
        async with self.database.writing() as tx:
            consignment = await reach.at_hand(tx, number, actor, lock=True)
            no = consignment.consignment_no
            known = await paper_checks.of(tx, no)
            if told := next((check for check in known if check.check_id == check_id), None):
                return told
            await _must_be_open(tx, consignment)
            procedure = await _procedure(tx, consignment.dossier_id, at)
            counted = checked_count(procedure, counted)
            check = PaperCheck(
                check_id=check_id, procedure_code=procedure.code, list_from=procedure.valid_from,
                present=counted.present, missing=counted.missing, beyond=beyond_list(procedure, counted),
                citizen=checked_text(citizen, what="họ tên người nộp", field="/citizen", most=NAME_MOST),
                office=office or actor.unit, checked_at=at, checked_by=actor.name,
                guided_at=at if counted.guided else None, guided_by=actor.name if counted.guided else "",
            )  # fmt: skip
            await paper_checks.add(tx, no, check)
        return check

    async def checks(self, number: str, *, actor: Actor) -> tuple[PaperCheck, ...]:
        """Return the checks of a consignment, oldest first."""
        actor.must("handover")
        consignment = await reach.shown(self.database.reading, number, actor)
        return await paper_checks.of(self.database.reading, consignment.consignment_no)

    async def duties(
        self, *, desk: str = "", dossier: str = "", state: str = "", actor: Actor, cursor: str = "", limit: int = 50
    ) -> Page[PaperDuty]:
        """Return duties over papers, newest first; a desk sees its own, a post office those of the desk it names."""
        actor.must("handover")
        session = self.database.reading
        unit = await province.unit(session, actor.unit) if actor.unit else None
        if unit is not None and unit.kind == "desk":
            desk = _own(desk, unit.code)
        before = int(cursor) if cursor.isdecimal() else 0
        found = await paper_duties.listed(
            session, desk=desk, dossier=dossier, state=state, before=before, limit=limit + 1
        )
        more = str(found[limit - 1].duty_no) if len(found) > limit else ""
        return Page(items=found[:limit], next_cursor=more)

    async def owed(self, *, kind: str = "", actor: Actor, cursor: str = "", limit: int = 50) -> Page[PaperDuty]:
        """Return what is still owed, what should have gone out first; a desk sees its own."""
        actor.must("handover")
        session = self.database.reading
        unit = await province.unit(session, actor.unit) if actor.unit else None
        desk = unit.code if unit and unit.kind == "desk" else ""
        found = await paper_duties.owed(session, desk=desk, kind=kind, after=cursor, limit=limit + 1)
        more = found[limit - 1][0] if len(found) > limit else ""
        return Page(items=tuple(duty for _, duty in found[:limit]), next_cursor=more)

    async def decide(
        self, duty_no: int, *, decision: str, consignment_no: str, reason: str, actor: Actor, at: datetime
    ) -> PaperDuty:
        """Say that an original goes out with a result, or why it stays; the same word again changes nothing.

        Raises Conflict when it is under way or given back already, or the result's note is signed without it.
        """
        actor.must("handover")
        reason = checked_decision(decision, consignment_no, reason)
        async with self.database.writing() as tx:
            found = await paper_duties.find(tx, duty_no, lock=True)
            if found is None or found[1].kind != "owed" or not actor.may_see(found[1].desk):
                raise Unknown("Không có nghĩa vụ trả giấy tờ mang số {number}.", number=duty_no, code="duty.unknown")
            dossier_id, duty = found
            if duty.decision == decision and (decision == "stays" or duty.carried_by == item_named(consignment_no)):
                return duty
            _must_be_at_agency(duty)
            carrier = await self._carrier(tx, dossier_id, consignment_no) if consignment_no else ""
            if carrier and await notes.frozen(tx, carrier):
                raise Conflict(
                    "Phiếu gửi {number} đã ký đủ hai bên mà không ghi bản chính này. Trả bằng bưu gửi khác.",
                    number=carrier, code="note.frozen", field="/consignment_no",
                )  # fmt: skip
            await paper_duties.decide(
                tx, duty_no, decision=decision, reason=reason, consignment_no=carrier, actor=actor.name, at=at
            )
            renewed = await paper_duties.find(tx, duty_no)
        assert renewed is not None
        return renewed[1]

    async def _carrier(self, tx: Session, dossier_id: int, number: str) -> str:
        """Return the number of a result of this dossier that has not left yet."""
        consignment = await consignments.find(tx, item_named(number, field="/consignment_no"), lock=True)
        if consignment is None or consignment.dossier_id != dossier_id or consignment.leg != "return":
            raise Unknown(
                "Hồ sơ này không có bưu gửi trả kết quả mang số {number}.", number=number[:40],
                code="consignment.unknown", field="/consignment_no",
            )  # fmt: skip
        consignment.must_not_have_left()
        return consignment.consignment_no


async def _must_be_open(tx: Session, consignment: Consignment) -> None:
    number, custody = consignment.consignment_no, consignment.custody
    if consignment.leg != "send":
        raise Conflict(
            "Chỉ kiểm giấy tờ theo danh mục khi người dân gửi hồ sơ; {number} không phải chiều gửi.",
            number=number, code="check.leg",
        )  # fmt: skip
    if await notes.frozen(tx, number):
        raise Conflict(
            "Phiếu gửi {number} đã ký đủ hai bên nên danh mục giấy tờ không đổi nữa.", number=number,
            code="note.frozen", link=f"/api/v1/consignments/{number}/note/signatures",
        )  # fmt: skip
    if custody.ended:
        raise Conflict(
            "Bưu gửi {number} đang ở trạng thái {state}, không kiểm giấy tờ nữa.", number=number, state=custody.state,
            code="check.ended",
        )  # fmt: skip


def _own(asked: str, unit: str) -> str:
    if asked not in {"", unit}:
        raise Unknown("Không có bộ phận Một cửa {number}.", number=asked[:40], code="desk.unknown", field="/desk")
    return unit


def _must_be_at_agency(duty: PaperDuty) -> None:
    if duty.stage in {"on_the_way", "given_back"}:
        raise Conflict(
            "Bản chính này đã đi cùng bưu gửi {number}.", number=duty.carried_by, code="duty.gone",
            link=f"/api/v1/consignments/{duty.carried_by}",
        )  # fmt: skip


async def _procedure(session: Session, dossier_id: int, at: datetime) -> Procedure:
    """Return the list of papers that is published on the day."""
    kept = await dossiers.by_id(session, dossier_id)
    code = kept.dossier.procedure_code
    procedure = await province.procedure(session, code, on=legal_day(at))
    if procedure is None:
        raise Conflict(
            "Thủ tục {number} không còn danh mục giấy tờ công bố.", number=code, code="procedure.unknown",
            link="/api/v1/procedures",
        )  # fmt: skip
    return procedure
