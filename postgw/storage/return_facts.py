"""What tells which request for a way home a citizen may make, gathered for one dossier.

Stands on: consignments, closings, province, return_requests. Used by: services.return_requests, return_decisions.
"""

from __future__ import annotations

from datetime import date

from postgw.domain.return_request import Facts
from postgw.rules.book import RuleBook

from . import citizen_errands, closings, consignments, province, return_requests
from .database import Session
from .dossiers import KeptDossier


async def of(session: Session, kept: KeptDossier, *, on: date) -> Facts:
    """Return the facts of a dossier on a day."""
    dossier = kept.dossier
    found = await province.procedure(session, dossier.procedure_code, on=on) if dossier.procedure_code else None
    wanted = "return" if dossier.arrived_by or dossier.service_form == "return" else "both"
    made = await consignments.of_dossier(session, kept.dossier_id)
    return Facts(
        service_form=dossier.service_form, may_return=found is not None and wanted in found.forms,
        why_not=found.excluded_reason if found else "", has_phone=bool(citizen_errands.phone_of(kept)),
        is_closed=await closings.find(session, kept.dossier_id, dossier.key) is not None,
        fetches=await return_requests.meant_to_fetch(session, kept.dossier_id),
        home=tuple(one for one in made if one.leg == "return"),
    )  # fmt: skip


def may_be_delivered(facts: Facts, book: RuleBook) -> frozenset[str]:
    """Return the states in which what is on its way home may still be delivered, by its own version of the rules."""
    if not facts.home:
        return frozenset()
    return book.scan_table_of(facts.home[-1].rules_version).rule("delivered").after
