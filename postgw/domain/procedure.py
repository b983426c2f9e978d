"""A procedure (thủ tục hành chính): what a dossier asks for, and the list of papers it must hold.

Every procedure has a code on the National database (`2.000635`), published with its paper list. The postal worker
checks the citizen's papers against that list, says what is missing, and may ask for nothing beyond it. A procedure for
which the person must appear and may not send another does not travel by post at all; one where only the filing needs
the person may still have its result brought home. Versions are dated: a dossier keeps the version it started under.

Stands on: dossier (the service forms), paper, folding, errors. Used by: rules.procedures, intake, the published lists.
Source: QĐ45/2016/QĐ-TTg Đ.1.2 (excluded), Đ.6.2-3 and Đ.16.5.b (the list, nothing more), Đ.13.1-2 (two lists),
Đ.16.3 (same-day procedures); TT17/2017/TT-BTTTT Đ.5.1.b (original or copy), Đ.5.2.đ (papers to withdraw).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from .dossier import SERVICE_FORMS
from .errors import Invalid
from .folding import capitals, fold
from .paper import Paper

#: Who resolves: the commune's committee, the province's, or a body of the province (department, police, land office).
LEVELS = ("commune", "province", "department")

#: How many papers a refusal names.
_NAMED_MOST = 5
_CODE = re.compile(r"^([0-9]\.[0-9]{6})(?:\.[0-9A-Z]+)*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistLine:
    """One paper of the published list."""

    name: str
    kind: str  #: as in `paper.KINDS`
    quantity: int = 1
    required: bool = True  #: false: only in the cases that the paper's name tells
    must_return: bool = False  #: an original that the citizen gets back with the result
    must_withdraw: bool = False  #: an old paper that the agency takes back when the new one is handed out

    def paper(self) -> Paper:
        """Return the line as it stands in a dossier."""
        return Paper(
            name=self.name, kind=self.kind, quantity=self.quantity, must_return=self.must_return,
            must_withdraw=self.must_withdraw,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperList:
    """The paper list as one of the two places that publish it has it."""

    origin: str  #: `portal` of the agency, or `national` database
    source: str  #: where it stands, in words or as an address
    papers: tuple[ChecklistLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """One version of one procedure."""

    code: str
    name: str
    sector: str  #: lĩnh vực
    level: str  #: one of LEVELS
    agency: str  #: who resolves, in words
    forms: tuple[str, ...]  #: what may go by post; empty: nothing
    papers: tuple[ChecklistLine, ...]
    valid_from: date
    valid_to: date | None = None  #: first day on which it is no longer in force
    excluded_reason: str = ""  #: why a form is missing, for the citizen to read
    fee_dong: int | None = None  #: None: not the same everywhere, or not known
    fee_per: str = ""  #: what the fee is counted by, `bản`, `trang`
    same_day: bool = False
    checked: bool = False  #: code and name were read in a source
    source: str = ""
    lists: tuple[PaperList, ...] = ()  #: as published; `papers` is the one that wins

    @property
    def served(self) -> bool:
        """Whether anything of it may go by post."""
        return bool(self.forms)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistDifference:
    """How the papers at hand differ from the published list."""

    missing: tuple[ChecklistLine, ...]
    beyond: tuple[str, ...]  #: names that the list does not know; nobody may demand these


def procedure_code(text: str, *, field: str = "/procedure_code") -> str:
    """Return the code as the National database writes it, without the tails that local systems add.

    Raises Invalid when it is no procedure code.

    >>> procedure_code("1.012783.000.00.00.H27"), procedure_code(" 2.000635 "), procedure_code("1.012783.H27")
    ('1.012783', '2.000635', '1.012783')
    """
    match = _CODE.match(capitals(text.strip()))
    if not match:
        raise Invalid(
            "Mã thủ tục {code_given} không đúng dạng, ví dụ 2.000635.", code_given=text.strip()[:40],
            code="procedure.code_shape", field=field,
        )  # fmt: skip
    return match.group(1)


def is_in_force(procedure: Procedure, on: date) -> bool:
    """Say whether this version is in force on a day."""
    return procedure.valid_from <= on and (procedure.valid_to is None or on < procedure.valid_to)


def in_force(procedures: Iterable[Procedure], on: date) -> tuple[Procedure, ...]:
    """Return the versions in force on a day, in the order given."""
    return tuple(procedure for procedure in procedures if is_in_force(procedure, on))


def require_form(procedure: Procedure, service_form: str, *, field: str = "") -> None:
    """Let a service form pass for a procedure.

    Raises Invalid, with the reason, when the law or the province leaves it out; the field is the procedure when nothing
    of it may travel, else the form.
    """
    if service_form in procedure.forms:
        return
    raise Invalid(
        "Thủ tục {number}: không nhận hình thức {service_form} qua bưu chính. {reason}", number=procedure.code,
        service_form=SERVICE_FORMS.get(service_form, service_form).lower(), reason=procedure.excluded_reason,
        code="procedure.excluded", field=field + ("/service_form" if procedure.forms else "/procedure_code"),
    )  # fmt: skip


def compare_papers(procedure: Procedure, names: Sequence[str]) -> ChecklistDifference:
    """Hold the names of the papers at hand against the published list."""
    at_hand = {fold(name) for name in names}
    listed = {fold(line.name) for line in procedure.papers}
    return ChecklistDifference(
        missing=tuple(line for line in procedure.papers if line.required and fold(line.name) not in at_hand),
        beyond=tuple(name for name in names if fold(name) not in listed),
    )


def must_be_listed(procedure: Procedure, names: Sequence[str], *, field: str) -> None:
    """Let papers pass that the published list holds; nobody may ask the citizen for another.

    Raises Invalid, naming what is beyond the list and where the list stands; its field is that of the first.
    """
    beyond = compare_papers(procedure, names).beyond
    if not beyond:
        return
    raise Invalid(
        "Thủ tục {number} không đòi “{papers}”: danh mục đã công bố ({source}) không có giấy tờ này. Chỉ được yêu cầu "
        "giấy tờ có trong danh mục.",
        number=procedure.code, papers="”, “".join(name.strip()[:100] for name in beyond[:_NAMED_MOST]),
        source=procedure.source or f"/procedures/{procedure.code}", code="procedure.beyond_list",
        field=f"{field}/{list(names).index(beyond[0])}",
    )  # fmt: skip
