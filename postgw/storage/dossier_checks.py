"""What a dossier must be before it is kept, whoever brings it: its desks work, its procedure may travel so.

Stands on: province. Used by: services.intake, services.return_requests.
Source: Decision 45/2016/QĐ-TTg art. 1.2 (excluded procedures), 5.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from postgw.domain.address import Party
from postgw.domain.dossier import Dossier, checked_dossier
from postgw.domain.errors import Invalid
from postgw.domain.legal_day import legal_day
from postgw.domain.procedure import Procedure, procedure_code, require_form
from postgw.rules import places

from . import province
from .database import Session
from .province import Unit


async def checked(session: Session, dossier: Dossier, *, at: datetime) -> Dossier:
    """Return the dossier with tidy texts and known communes. Raises Invalid at the first wrong part."""
    dossier = checked_dossier(dossier, at=at)
    dossier = replace(dossier, procedure_code=procedure_code(dossier.procedure_code))
    for field, found in (await desks(session, dossier)).items():
        if found.is_closed(legal_day(at)):
            raise Invalid("{name} đã ngừng làm việc. Chọn bộ phận khác.", name=found.name, code="desk.closed",
                          field=field)  # fmt: skip
    procedure = await province.procedure(session, dossier.procedure_code, on=legal_day(at))
    if procedure is None:
        raise Invalid(
            "Thủ tục {number} chưa có trong danh mục của tỉnh. Soát lại mã thủ tục.",
            number=dossier.procedure_code, code="procedure.unknown", field="/procedure_code",
        )  # fmt: skip
    must_be_served(procedure, dossier)
    return replace(
        dossier,
        applicant=_with_commune(dossier.applicant),
        return_to=_with_commune(dossier.return_to) if dossier.return_to else None,
    )


def must_be_served(procedure: Procedure, dossier: Dossier) -> None:
    """Raise Invalid unless the post may carry this; what another company brought is taken under the ordinary law."""
    if not dossier.arrived_by:
        require_form(procedure, dossier.service_form)
    elif dossier.service_form != "send":
        require_form(procedure, "return")


async def desk(session: Session, code: str, field: str) -> Unit:
    """Return a desk. Raises Invalid when there is none of that code."""
    return _as_desk(await province.unit(session, code), code, field)


async def desks(session: Session, dossier: Dossier) -> dict[str, Unit]:
    """Return a dossier's own desks by their fields. Raises Invalid when there is none of that code."""
    codes = {"/receiving_desk": dossier.receiving_desk, "/returning_desk": dossier.returning_desk}
    found = await province.units_of(session, sorted(set(codes.values())))
    return {field: _as_desk(found.get(code), code, field) for field, code in codes.items()}


def _as_desk(unit: Unit | None, code: str, field: str) -> Unit:
    if unit is None or unit.kind != "desk":
        raise Invalid("Không có bộ phận Một cửa mang mã {number}.", number=code, code="desk.unknown", field=field)
    return unit


def _with_commune(party: Party) -> Party:
    if party.commune_code or not party.commune:
        return party
    found = places.find(", ".join(part for part in (party.commune, party.district, party.province) if part))
    sure = found.certainty in {"exact", "one"} and len(found.candidates) == 1
    return replace(party, commune_code=found.candidates[0].code) if sure else party
