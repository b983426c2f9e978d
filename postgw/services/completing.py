"""Completing: what an order over the post's wire leaves unsaid is filled in by an officer.

The wire names no procedure, no papers and no consent. Until they are there, a manifest with the consignment on it
cannot be closed: nobody may carry a citizen's papers without knowing which, and that the citizen chose it.

Source: Decision 45/2016/QĐ-TTg art. 1.2, 5, 6.2 to 6.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from postgw.domain import dossier_number
from postgw.domain.actor import Actor
from postgw.domain.address import Party
from postgw.domain.consignment import BEFORE_COLLECTION, Consignment
from postgw.domain.desk_order import KeptOrder
from postgw.domain.dossier import Dossier
from postgw.domain.errors import Conflict, Invalid, Unknown
from postgw.domain.legal_day import legal_day
from postgw.domain.page import Page
from postgw.domain.paper import Paper, checked_paper
from postgw.domain.procedure import procedure_code, require_form
from postgw.rules import places
from postgw.storage import consignments, desk_orders, dossiers, labels, province
from postgw.storage.database import Database, Session
from postgw.storage.dossiers import KeptDossier


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """What an officer fills in. A number or a commune may be left out where they are known."""

    procedure_code: str
    papers: tuple[Paper, ...]
    consent_at: datetime
    dossier_no: str = ""
    commune_code: str = ""  #: of the citizen, where the order's line of address names none for sure


@dataclass(frozen=True, slots=True, kw_only=True)
class Incomplete:
    """An order whose dossier wants filling in, and what its customer told of the dossier beside it."""

    order: KeptOrder
    dossier_key: str
    announced_procedure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Completing:
    """The act of filling orders in."""

    database: Database

    async def incomplete(self, *, actor: Actor, cursor: str = "", limit: int = 50) -> Page[Incomplete]:
        """Return the orders whose dossiers want filling in, newest first."""
        actor.must("intake")
        before = int(cursor) if cursor.isdecimal() else 0
        session = self.database.reading
        rows = await desk_orders.incomplete(session, desk=actor.unit, before=before, limit=limit + 1)
        more = str(rows[limit - 1][0].desk_order_id) if len(rows) > limit else ""
        return Page(items=tuple([await _incomplete(session, *row) for row in rows[:limit]]), next_cursor=more)

    async def complete(self, key: str, filling: Filling, *, actor: Actor, at: datetime) -> KeptDossier:
        """Fill a dossier in; the same again changes nothing.

        Raises Invalid at the first wrong part, Conflict when the dossier was filled in otherwise.
        """
        actor.must("intake")
        async with self.database.writing() as tx:
            kept = await dossiers.find(tx, key, lock=True)
            if kept is None or not actor.may_see(kept.dossier.receiving_desk, kept.dossier.returning_desk):
                raise Unknown("Chưa có hồ sơ mang mã {key}.", key=key[:100], code="dossier.unknown")
            filled = await _filled(tx, kept.dossier, filling, at)
            if filled == kept.dossier:
                return kept
            _must_want(kept.dossier)
            carried = await consignments.of_dossier(tx, kept.dossier_id, lock=True)
            renewed = await dossiers.rewrite(tx, kept, filled, at=at)
            if filling.commune_code:
                await _move(tx, carried, filling.commune_code, at)
        return renewed


async def _incomplete(session: Session, order: KeptOrder, key: str) -> Incomplete:
    told = await desk_orders.announced(session, order.customer_no, order.customer_code, order.stem)
    return Incomplete(order=order, dossier_key=key, announced_procedure=str((told or {}).get("procedure_code") or ""))


async def _filled(tx: Session, dossier: Dossier, filling: Filling, at: datetime) -> Dossier:
    _must_be_commune(filling.commune_code)
    code = procedure_code(filling.procedure_code)
    procedure = await province.procedure(tx, code, on=legal_day(at))
    if procedure is None:
        raise Invalid(
            "Thủ tục {number} chưa có trong danh mục của tỉnh. Soát lại mã thủ tục.", number=code,
            code="procedure.unknown", field="/procedure_code",
        )  # fmt: skip
    require_form(procedure, dossier.service_form)
    if not filling.papers:
        raise Invalid("Ghi ít nhất một giấy tờ hoặc kết quả bên trong.", code="papers.none", field="/papers")
    if filling.consent_at > at:
        raise Invalid("Giờ người dân đồng ý chưa đến.", code="consent.future", field="/consent_at")
    return replace(
        dossier, procedure_code=code, consent_at=filling.consent_at,
        papers=tuple(checked_paper(paper, field=f"/papers/{n}") for n, paper in enumerate(filling.papers)),
        dossier_no=dossier.dossier_no or _number(filling.dossier_no),
        applicant=_placed(dossier.applicant, filling.commune_code),
        return_to=_placed(dossier.return_to, filling.commune_code) if dossier.return_to else None,
    )  # fmt: skip


def _number(text: str) -> str:
    return dossier_number.parse(text).text if text.strip() else ""


def _placed(party: Party, commune_code: str) -> Party:
    """Return the citizen with the commune that the officer named; without one, as they were."""
    return replace(party, commune_code=commune_code) if commune_code else party


async def _move(tx: Session, carried: Sequence[Consignment], commune_code: str, at: datetime) -> None:
    """Give the citizen's end of what has not left yet the commune that the officer named."""
    for consignment in carried:
        if consignment.custody.state in BEFORE_COLLECTION:
            end = "consignor" if consignment.leg == "send" else "consignee"
            moved = replace(getattr(consignment, end), commune_code=commune_code)
            await consignments.change(tx, replace(consignment, **{end: moved}, version=consignment.version + 1))
            await labels.void(tx, consignment.consignment_no, reason="address_changed", at=at)


def _must_want(dossier: Dossier) -> None:
    if dossier.procedure_code:
        raise Conflict(
            "Hồ sơ {key} đã đủ thông tin. Muốn sửa thì gửi lại hồ sơ ở /api/v1/dossiers.", key=dossier.key,
            code="dossier.complete",
        )  # fmt: skip


def _must_be_commune(code: str) -> None:
    if code:
        try:
            places.commune(code)
        except Unknown as error:
            raise Invalid(
                "Không có {what} mã {number}.", what="xã, phường", number=code, code=error.code, field="/commune_code"
            ) from None
