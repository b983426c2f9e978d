"""Forms: the desk's papers for the citizen, drawn from what is kept. Receipt with appointment (01), request to complete
the dossier (02), the dossier sent back (03); each bears the number and title of the circular in force on its day.

Source: Decree 61/2018/NĐ-CP art. 17.1; Circular 01/2018/TT-VPCP and Circular 03/2025/TT-VPCP (forms 01 to 03).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from postgw.domain.actor import Actor
from postgw.domain.consignment_number import shown as shown_number
from postgw.domain.dong import in_figures
from postgw.domain.errors import Unknown
from postgw.domain.filing import FilingStanding
from postgw.domain.legal_day import legal_day, shown
from postgw.domain.paper import KINDS, Paper
from postgw.domain.rejection import FAULTS, Rejection
from postgw.rules.book import RuleBook
from postgw.storage import dossiers, filings, province, secret_pages, supplements
from postgw.storage.database import Database
from postgw.storage.dossiers import KeptDossier

if TYPE_CHECKING:
    from labels.desk_forms import FormHead, FormPaper

_LINE = "……………………………"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """The act of drawing the desk's forms."""

    database: Database
    book: RuleBook
    rehearsal: bool
    public_url: str = ""  #: where citizens reach the pages; empty: no paper leads there

    async def appointment(self, key: str, *, actor: Actor, at: datetime) -> bytes:
        """Return form 01. Raises Unknown before the desk has promised a day."""
        from labels import desk_forms

        actor.must("labels")
        kept, standing = await self._about(key, actor)
        made = await filings.appointment(self.database.reading, kept.dossier_id)
        if made is None:
            raise Unknown("Hồ sơ {key} chưa có giấy hẹn trả.", key=key[:100], code="appointment.unknown")
        dossier, filing = kept.dossier, standing.in_force
        by_post = dossier.service_form != "send"
        citizen = dossier.return_to or dossier.applicant
        desk = await self._desk_name(dossier.returning_desk)
        paper = desk_forms.AppointmentSlip(
            head=await self._head("appointment", dossier.receiving_desk, made.slip_no, legal_day(made.made_at)),
            dossier_no=dossier.key, applicant=dossier.applicant.name, address=dossier.applicant.one_line(),
            phone=dossier.applicant.phone, procedure=await self._procedure(kept), papers=_papers(dossier.papers),
            sets=f"{made.sets:02d} bộ", statutory_time=made.statutory_time or _LINE,
            received_at=shown(filing.filed_at) if filing else _LINE, due_on=f"Ngày {made.due_on:%d/%m/%Y}",
            result_at=f"{citizen.one_line()} (Bưu điện phát)" if by_post else desk,
            fees=in_figures(dossier.fee_dong) if dossier.fee_dong else "Không thu", by_post=by_post,
            page_link=await self._page_link(kept, at),
        )  # fmt: skip
        return await asyncio.to_thread(desk_forms.appointment_pdf, paper)

    async def _page_link(self, kept: KeptDossier, at: datetime) -> str:
        async with self.database.writing() as tx:
            return await secret_pages.paper_link(tx, self.public_url, kept, self.book.page_rule(legal_day(at)), at=at)

    async def supplement(self, key: str, ordinal: int, *, actor: Actor, at: datetime) -> bytes:
        """Return form 02. Raises Unknown when nothing was asked for."""
        from labels import desk_forms

        actor.must("labels")
        kept, standing = await self._about(key, actor)
        asked = await supplements.of(self.database.reading, kept.dossier_id)
        if not 1 <= ordinal <= len(asked):
            raise Unknown(
                "Hồ sơ {key} chưa có yêu cầu bổ sung lần {ordinal}.", key=key[:100], ordinal=ordinal,
                code="supplement.unknown",
            )  # fmt: skip
        dossier, one, first = kept.dossier, asked[ordinal - 1], standing.filings[:1]
        paper = desk_forms.SupplementRequest(
            head=await self._head("supplement", dossier.receiving_desk, one.supplement_no, legal_day(one.asked_at)),
            dossier_no=dossier.key, applicant=dossier.applicant.name, address=dossier.applicant.one_line(),
            procedure=await self._procedure(kept), papers=_papers(one.papers), reason=one.reason,
            received_at=shown(first[0].filed_at) if first else "", asked_at=shown(one.asked_at),
        )  # fmt: skip
        return await asyncio.to_thread(desk_forms.supplement_pdf, paper)

    async def rejection(self, key: str, *, actor: Actor, at: datetime) -> bytes:
        """Return form 03. Raises Unknown when the dossier was not sent back."""
        from labels import desk_forms

        actor.must("labels")
        kept, standing = await self._about(key, actor)
        made = await supplements.rejection(self.database.reading, kept.dossier_id)
        if made is None:
            raise Unknown("Hồ sơ {key} chưa bị trả lại.", key=key[:100], code="rejection.unknown")
        dossier, on = kept.dossier, legal_day(made.rejected_at)
        filed = standing.filings[made.filing_seq - 1]
        paper = desk_forms.RejectionNotice(
            head=await self._head("refusal", dossier.receiving_desk, made.rejection_no, on),
            dossier_no=dossier.key, applicant=dossier.applicant.name, address=dossier.applicant.one_line(),
            procedure=await self._procedure(kept), reason=self.book.reason_list("rejection", on)[made.code].title,
            reasons=made.reasons, received_at=shown(filed.filed_at), rejected_at=shown(made.rejected_at),
            limit=self._limit(made, legal_day(filed.filed_at)),
            way_home=f"Hồ sơ được gửi trả qua Bưu điện, bưu gửi {shown_number(made.consignment_no)}.",
            paid_by=f"Cước chuyển trả: {FAULTS[made.paid_by]} trả (bên có lỗi, Quyết định 45/2016/QĐ-TTg Điều 12).",
        )  # fmt: skip
        return await asyncio.to_thread(desk_forms.rejection_pdf, paper)

    def _limit(self, made: Rejection, received_on: date) -> str:
        if made.limit_on is None:
            return ""
        days, kept = self.book.filing_rule(received_on).examination_days, "quá hạn" if made.is_late else "trong hạn"
        return f"Ngày {made.limit_on:%d/%m/%Y} ({days} ngày làm việc từ ngày tiếp nhận), {kept}"

    async def _about(self, key: str, actor: Actor) -> tuple[KeptDossier, FilingStanding]:
        kept = await dossiers.shown(self.database.reading, key, actor)
        return kept, await filings.standing(self.database.reading, kept)

    async def _head(self, form: str, desk: str, number: str, on: date) -> FormHead:
        from labels.desk_forms import FormHead

        unit, called = await province.unit(self.database.reading, desk), self.book.forms_on(on)[form]
        return FormHead(
            form_number=called.number, title=called.title, basis=called.basis, desk=unit.name if unit else desk,
            desk_address=unit.address if unit else "", desk_phone=unit.phone if unit else "", number=number,
            drawn_on=f"{on:%d/%m/%Y}", rehearsal=self.rehearsal,
        )  # fmt: skip

    async def _desk_name(self, code: str) -> str:
        unit = await province.unit(self.database.reading, code)
        return unit.name if unit else code

    async def _procedure(self, kept: KeptDossier) -> str:
        code, on = kept.dossier.procedure_code, legal_day(kept.created_at)
        procedure = await province.procedure(self.database.reading, code, on=on)
        return procedure.name if procedure else code


def _papers(papers: Sequence[Paper]) -> tuple[FormPaper, ...]:
    from labels.desk_forms import FormPaper

    return tuple(FormPaper(name=each.name, kind=KINDS[each.kind], quantity=str(each.quantity)) for each in papers)
