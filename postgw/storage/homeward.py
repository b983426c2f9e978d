"""What goes from a desk to the citizen without anybody asking for a leg: a result that is ready, papers sent back.

Used by: results, supplements, return_decisions.
Source: Decision 45/2016/QĐ-TTg art. 9.2 (the sender is the agency, the receiver the citizen).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from postgw.domain.address import Party
from postgw.domain.consignment import Consignment
from postgw.domain.custody import starting_custody
from postgw.domain.errors import Conflict
from postgw.domain.post_account import PostAccount
from postgw.domain.states import ScanTable

from . import prepayments, province, registering
from .database import Session
from .dossiers import KeptDossier
from .province import Unit


async def draft(
    session: Session, kept: KeptDossier, *, desk: str, rules_version: str, without_result: bool = False
) -> Consignment:
    """Return the draft of what goes from a desk to the citizen."""
    dossier = kept.dossier
    return Consignment(
        consignment_no="", dossier_id=kept.dossier_id, dossier_no=dossier.dossier_no, leg="return", desk=desk,
        consignor=_as_party(await province.must_be_unit(session, desk, "desk", field="/returning_desk")),
        consignee=dossier.return_to or dossier.applicant, without_result=without_result, rules_version=rules_version,
        custody=starting_custody("return"),
    )  # fmt: skip


async def register(
    tx: Session,
    drafted: Consignment,
    *,
    key: str,
    pick: Callable[[int], int],
    account: PostAccount | None,
    table_of: Callable[[str], ScanTable],
    actor: str,
    at: datetime,
) -> Consignment:
    """Register a drafted consignment. Raises Conflict, with a link to it, while the dossier has a live one."""
    made = await registering.register(tx, drafted, account=account, pick=pick, table_of=table_of, actor=actor, at=at)
    if isinstance(made, str):
        raise Conflict(
            "Hồ sơ {key} đã có bưu gửi {number} trên chiều này.", key=key, number=made, code="consignment.live",
            link=f"/api/v1/consignments/{made}",
        )  # fmt: skip
    return made


async def fee_with_result(session: Session, kept: KeptDossier, account: PostAccount | None) -> int:
    """Return the fee collected with a result: where nothing was sent in, the account does it and nobody has paid."""
    if kept.dossier.service_form != "return" or account is None or not account.collects_fee:
        return 0
    return 0 if await prepayments.find(session, kept.dossier_id) else kept.dossier.fee_dong


def _as_party(unit: Unit) -> Party:
    return Party(
        name=unit.name, phone=unit.phone, address=unit.address, commune=unit.commune, province=unit.province,
        commune_code=unit.commune_code,
    )  # fmt: skip
