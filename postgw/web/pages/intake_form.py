"""The form of a dossier at the counter, as fields: what was typed, read into a dossier and filled from one.

A field is called as the service's JSON pointer, `/applicant/phone` being `applicant_phone`: so what the service says of
a value stands beside the field it was typed into. What a form does not show of a dossier that is known (its agency, its
desk of return) goes along and is not lost.

Used by: intake.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from postgw.domain.address import Party
from postgw.domain.dossier import Dossier
from postgw.domain.errors import Invalid
from postgw.domain.folding import fold
from postgw.domain.paper import KINDS, Paper
from postgw.domain.procedure import ChecklistLine, Procedure
from postgw.web.language import sentence

from .drawing import thousands

Typed = Mapping[str, str]

#: The two people of a form: who hands in, and who receives when that is somebody else.
PARTIES = ("applicant", "return_to")
_OF_A_PARTY = ("name", "phone", "email", "address", "commune", "district", "province", "commune_code")
_ROWS_MOST = 200
PAPER_KINDS = {
    "original": sentence("bản chính"), "certified": sentence("bản chứng thực"), "copy": sentence("bản sao"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRow:
    """One line of the paper list on the screen. `listed` when the published list has it."""

    name: str = ""
    kind: str = "original"
    quantity: str = "1"
    on: bool = False
    must_return: bool = False
    must_withdraw: bool = False
    listed: bool = False
    required: bool = False


#: Room for papers beyond the list.
BLANK_ROWS = (PaperRow(), PaperRow())


def typed_of(dossier: Dossier) -> dict[str, str]:
    """Return the fields that show a dossier, without its papers."""
    other = dossier.return_to if dossier.return_to != dossier.applicant else None
    return {
        "dossier_no": dossier.dossier_no, "intake_ref": dossier.intake_ref, "procedure_code": dossier.procedure_code,
        "service_form": dossier.service_form, "receiving_desk": dossier.receiving_desk,
        "returning_desk": dossier.returning_desk, "resolving_agency": dossier.resolving_agency,
        "due_on": dossier.due_on.isoformat() if dossier.due_on else "", "note": dossier.note,
        "fee_dong": thousands(dossier.fee_dong) if dossier.fee_dong else "", "language": dossier.language,
        "receiver": "other" if other else "same",
        "chosen_at": dossier.consent_at.isoformat() if dossier.consent_at else "",
        "consent": "1" if dossier.consent_at else "",
        **_party_fields("applicant", dossier.applicant), **_party_fields("return_to", other),
    }  # fmt: skip


def _party_fields(who: str, party: Party | None) -> dict[str, str]:
    if party is None:
        return {}
    fields = {f"{who}_{name}": getattr(party, name) for name in _OF_A_PARTY}
    return fields | {f"{who}_coded": party.commune if party.commune_code else ""}


def dossier_of(typed: Typed, papers: Sequence[Paper], *, known: Dossier | None) -> Dossier:
    """Return the dossier that a form means; `known` is the one it was filled from.

    Raises Invalid at a date or an amount that is none.
    """
    form = typed.get("service_form", "")
    draft = Dossier(
        dossier_no=typed.get("dossier_no", ""), intake_ref=typed.get("intake_ref", ""),
        receiving_desk=typed.get("receiving_desk", ""), returning_desk=typed.get("returning_desk", ""),
        resolving_agency=typed.get("resolving_agency", ""), procedure_code=typed.get("procedure_code", ""),
        service_form=form, applicant=party_of(typed, "applicant"), return_to=_receiver(typed, form),
        papers=tuple(papers), due_on=_date(typed, "due_on"), fee_dong=_amount(typed, "fee_dong"),
        consent_at=_moment(typed), note=typed.get("note", ""), language=typed.get("language") or "vi",
    )  # fmt: skip
    return replace(draft, arrived_by=known.arrived_by, arrived_no=known.arrived_no) if known else draft


def party_of(typed: Typed, who: str) -> Party:
    """Return a person as typed."""
    return Party(**{name: typed.get(f"{who}_{name}", "") for name in _OF_A_PARTY})


def _receiver(typed: Typed, form: str) -> Party | None:
    return party_of(typed, "return_to") if form != "send" and typed.get("receiver") == "other" else None


def _moment(typed: Typed) -> datetime | None:
    """Return when the citizen chose: the moment the form was opened, so that the same form sent twice is the same."""
    if not typed.get("consent") or not typed.get("chosen_at"):
        return None
    try:
        moment = datetime.fromisoformat(typed["chosen_at"])
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _date(typed: Typed, name: str) -> date | None:
    text = typed.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid("Ngày không có trong lịch. Ghi lại ngày hẹn trả.", code="date.shape", field=f"/{name}") from None


def _amount(typed: Typed, name: str) -> int:
    digits = "".join(sign for sign in typed.get(name, "") if sign not in " .,đ")
    if not digits:
        return 0
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 12):
        raise Invalid("Số tiền phải là số đồng nguyên, ví dụ 25.000.", code="money.shape", field=f"/{name}")
    return int(digits)


def rows_of(typed: Typed) -> list[PaperRow]:
    """Return the paper rows that were on the screen."""
    count = typed.get("papers", "")
    size = min(int(count), _ROWS_MOST) if count.isascii() and count.isdecimal() else 0
    return [_row(typed, n) for n in range(size)]


def _row(typed: Typed, n: int) -> PaperRow:
    def said(part: str) -> str:
        return typed.get(f"papers_{n}_{part}", "")

    kind = said("kind") if said("kind") in KINDS else "original"
    return PaperRow(
        name=said("name"), kind=kind, quantity=said("quantity") or "1", on=bool(said("on")),
        must_return=bool(said("return")), must_withdraw=bool(said("withdraw")), listed=bool(said("listed")),
        required=bool(said("required")),
    )  # fmt: skip


def rows_for(procedure: Procedure | None, at_hand: Sequence[PaperRow], *, tick: bool = True) -> list[PaperRow]:
    """Return the rows of a procedure's list, what is at hand laid over it, then what is beyond the list, then blanks.

    Of a new dossier what the list demands is ticked (`tick`): a citizen mostly brings it all.
    """
    mine = {fold(row.name): row for row in at_hand if row.name}
    listed = [
        _listed(line, mine.pop(fold(line.name), None), tick=tick) for line in (procedure.papers if procedure else ())
    ]
    beyond = [row for row in mine.values() if row.on and not row.listed]  # one of another procedure's list goes with it
    return [*listed, *beyond, *BLANK_ROWS]


def _listed(line: ChecklistLine, known: PaperRow | None, *, tick: bool) -> PaperRow:
    if known:
        return replace(known, listed=True, required=line.required)
    return PaperRow(
        name=line.name, kind=line.kind, quantity=str(line.quantity), on=tick and line.required,
        must_return=line.must_return, must_withdraw=line.must_withdraw, listed=True, required=line.required,
    )  # fmt: skip


def rows_at_hand(papers: Sequence[Paper]) -> list[PaperRow]:
    """Return the papers of a known dossier as rows."""
    return [
        PaperRow(
            name=paper.name, kind=paper.kind, quantity=str(paper.quantity), on=True, must_return=paper.must_return,
            must_withdraw=paper.must_withdraw,
        )
        for paper in papers
    ]  # fmt: skip


def papers_of(rows: Sequence[PaperRow]) -> tuple[list[Paper], list[int]]:
    """Return the papers that are ticked, and for each its row on the screen. Raises Invalid at no number."""
    papers, places = [], []
    for n, row in enumerate(rows):
        if not row.on:
            continue
        if not (row.quantity.isascii() and row.quantity.isdecimal() and len(row.quantity) <= 4):
            raise Invalid("Số lượng phải là số.", code="paper.quantity", field=f"/papers/{n}/quantity")
        papers.append(Paper(
            name=row.name, kind=row.kind, quantity=int(row.quantity), must_return=row.must_return,
            must_withdraw=row.must_withdraw,
        ))  # fmt: skip
        places.append(n)
    return papers, places


def field_of(pointer: str, places: Sequence[int] = ()) -> str:
    """Return the field that a pointer of the service means; `places` leads from a paper to its row on the screen.

    >>> field_of("/applicant/phone"), field_of("/papers/1/name", [0, 4]), field_of("")
    ('applicant_phone', 'papers_4_name', '')
    """
    parts = pointer.strip("/").split("/")
    if parts[0] == "papers" and len(parts) > 1 and parts[1].isdecimal() and int(parts[1]) < len(places):
        parts[1] = str(places[int(parts[1])])
    return "_".join(parts)


def differing(mine: Dossier, kept: Dossier, names: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """Yield each field of these in which two states of a dossier differ: its name, what is kept, what was typed."""
    ours, theirs = _shown(mine), _shown(kept)
    for name in names:
        if ours.get(name, "") != theirs.get(name, ""):
            yield name, theirs.get(name, ""), ours.get(name, "")


def _shown(dossier: Dossier) -> dict[str, str]:
    blank = dict.fromkeys((f"{who}_{name}" for who in PARTIES for name in _OF_A_PARTY), "")
    return blank | typed_of(dossier) | {"papers": "; ".join(paper.line() for paper in dossier.papers)}
