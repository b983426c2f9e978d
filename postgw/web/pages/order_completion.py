"""What an order over the post's wire leaves unsaid, filled in by an officer: procedure, papers, the citizen's consent.

Until it is there no record with the consignment on it can be closed. The procedure is found by code or words; its
published list then stands there to be ticked.

Stands on: services.completing, intake_form, intake_help. Used by: routes.
Source: Decision 45/2016/QĐ-TTg art. 5, 6.2 to 6.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from aiohttp import web

from postgw.domain.dossier import Dossier
from postgw.domain.errors import Invalid, Mistake
from postgw.domain.legal_day import VIETNAM
from postgw.domain.procedure import Procedure
from postgw.services.completing import Filling
from postgw.web.errors import kind_of

from .intake_form import PAPER_KINDS, PaperRow, field_of, papers_of, rows_at_hand, rows_for, rows_of
from .intake_help import Doubt, doubts_of, procedure_named
from .visit import Visit, go_to

_HERE = "/desk/orders"
_CITIZEN = "citizen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """Everything the form shows."""

    dossier: Dossier = field(repr=False)
    typed: dict[str, str] = field(repr=False)
    rows: Sequence[PaperRow] = ()
    procedure: Procedure | None = None
    procedures: Sequence[Procedure] = ()  #: found by words
    doubt: Doubt | None = None  #: which commune the citizen's address means, where the order named none for sure
    wants_commune: bool = False
    wrong: str = ""
    why: str = ""
    focus: str = ""


async def form(visit: Visit) -> web.Response:
    """Show what an order left unsaid, with what its customer announced of it."""
    kept = await visit.services.enquiry.dossier(visit.path("key"), actor=visit.actor)
    now = visit.at.astimezone(VIETNAM)
    typed = {
        "procedure": visit.query("procedure")[:200], "consent_on": f"{now:%Y-%m-%d}", "consent_time": f"{now:%H:%M}",
        **_place(kept.dossier),
    }  # fmt: skip
    return _shown(visit, await _screen(visit, kept.dossier, typed, rows_at_hand(kept.dossier.papers)))


def _place(dossier: Dossier) -> dict[str, str]:
    citizen = dossier.return_to or dossier.applicant
    return {
        f"{_CITIZEN}_commune": citizen.commune, f"{_CITIZEN}_district": citizen.district,
        f"{_CITIZEN}_province": citizen.province,
    }  # fmt: skip


async def _screen(visit: Visit, dossier: Dossier, typed: dict[str, str], rows: Sequence[PaperRow]) -> Screen:
    procedure, several = await procedure_named(visit, typed.get("procedure", ""))
    wants_commune = not (dossier.return_to or dossier.applicant).commune_code
    return Screen(
        dossier=dossier, typed=typed, procedure=procedure, procedures=several, wants_commune=wants_commune,
        rows=rows_for(procedure, rows), doubt=doubts_of(typed, _CITIZEN, visit.language) if wants_commune else None,
    )  # fmt: skip


async def complete(visit: Visit) -> web.Response:
    """Fill the dossier in, or look up a procedure or a commune and show the form again."""
    kept = await visit.services.enquiry.dossier(visit.path("key"), actor=visit.actor)
    typed = await visit.typed()
    if picked := typed.get(f"{_CITIZEN}_pick", ""):
        typed[f"{_CITIZEN}_commune_code"] = picked
    screen = await _screen(visit, kept.dossier, typed, rows_of(typed))
    if typed.get("act") != "complete":
        return _shown(visit, replace(screen, focus="procedure" if typed.get("act") == "procedure" else ""))
    places: list[int] = []
    try:
        filling, places = _filling(screen)
        filled = await visit.services.completing.complete(kept.dossier.key, filling, actor=visit.actor, at=visit.at)
    except Mistake as wrong:
        return _shown(visit, _refused(visit, screen, wrong, places), status=kind_of(wrong).status)
    return go_to(f"/desk/dossiers/{filled.dossier.key.replace('/', '%2F')}")


def _filling(screen: Screen) -> tuple[Filling, list[int]]:
    if screen.procedure is None:
        raise Invalid("Chọn một thủ tục.", code="procedure.unknown", field="/procedure_code")
    papers, places = papers_of(screen.rows)
    typed = screen.typed
    filling = Filling(
        procedure_code=screen.procedure.code, papers=tuple(papers), consent_at=_consent(typed),
        dossier_no=typed.get("dossier_no", ""),
        commune_code=typed.get(f"{_CITIZEN}_commune_code", "") if screen.wants_commune else "",
    )  # fmt: skip
    return filling, places


def _consent(typed: dict[str, str]) -> datetime:
    try:
        said = datetime.fromisoformat(f"{typed.get('consent_on', '')}T{typed.get('consent_time', '')}")
    except ValueError:
        raise Invalid("Ghi ngày và giờ người dân đồng ý.", code="consent.shape", field="/consent_at") from None
    return said.replace(tzinfo=VIETNAM)


def _refused(visit: Visit, screen: Screen, wrong: Mistake, places: Sequence[int]) -> Screen:
    name = {"procedure_code": "procedure", "consent_at": "consent_on", "commune_code": f"{_CITIZEN}_commune"}
    where = field_of(wrong.field, places)
    where = name.get(where, where)
    return replace(screen, wrong=where, why=visit.say(wrong.template, **wrong.values), focus=where)


def _shown(visit: Visit, screen: Screen, *, status: int = 200) -> web.Response:
    return visit.show(
        "desk_order_completion.html", status=status, s=screen, kinds=PAPER_KINDS, citizen=_CITIZEN, here=_HERE
    )
