"""The procedures that ship with the product, read from `data/procedures.toml`.

They are what an installation begins with. What the province publishes afterwards are dated rows in storage, laid over
these by the services; where the two differ, the province wins.

Stands on: domain.procedure, domain.paper, domain.dossier. Used by: services (through bootstrap), the rehearsal.
Source: QĐ45/2016/QĐ-TTg Đ.6.2 (the agency's portal wins), Đ.13.1-2; each record names its own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from typing import Any

from postgw.domain.dossier import SERVICE_FORMS
from postgw.domain.paper import KINDS
from postgw.domain.procedure import LEVELS, ChecklistLine, Procedure, procedure_code

_FILE = "data/procedures.toml"


@lru_cache(maxsize=1)
def load_procedures() -> tuple[Procedure, ...]:
    """Return every version of every procedure that ships with the product.

    Raises ValueError, naming the procedure, when the file contradicts itself.
    """
    return read_procedures((resources.files("postgw.rules") / _FILE).read_text(encoding="utf-8"))


def read_procedures(text: str) -> tuple[Procedure, ...]:
    """Return the procedures of one TOML text, in its order.

    Raises ValueError, naming the procedure, when the text contradicts itself.
    """
    data = tomllib.loads(text)
    sources = {"": "", **data.get("sources", {})}
    procedures = tuple(_procedure(row, sources) for row in data["procedures"])
    _refuse_overlaps(procedures)
    return procedures


def _procedure(row: Mapping[str, Any], sources: Mapping[str, str]) -> Procedure:
    procedure = Procedure(
        code=procedure_code(row["code"]), name=row["name"], sector=row["sector"], level=row["level"],
        agency=row["agency"], forms=tuple(row.get("forms", SERVICE_FORMS)),
        excluded_reason=row.get("excluded_reason", ""),
        papers=tuple(ChecklistLine(**line) for line in row.get("papers", ())),
        fee_dong=row.get("fee_dong"), fee_per=row.get("fee_per", ""), same_day=row.get("same_day", False),
        valid_from=row["valid_from"], valid_to=row.get("valid_to"),
        checked=row["checked"], source=sources[row["source"]],
    )  # fmt: skip
    for wrong in _contradictions(procedure, paperless=row.get("paperless", False)):
        raise ValueError(f"procedure {procedure.code}: {wrong}")
    return procedure


def _contradictions(procedure: Procedure, *, paperless: bool) -> Iterable[str]:
    if procedure.level not in LEVELS:
        yield f"unknown level {procedure.level}"
    if unknown := set(procedure.forms) - set(SERVICE_FORMS):
        yield f"unknown forms {sorted(unknown)}"
    if unknown := {line.kind for line in procedure.papers} - set(KINDS):
        yield f"unknown kinds of paper {sorted(unknown)}"
    if set(procedure.forms) != set(SERVICE_FORMS) and not procedure.excluded_reason:
        yield "a form is missing without a reason"
    if paperless is bool(procedure.papers):
        yield "papers must be listed, or the procedure marked paperless"
    if procedure.checked and not procedure.source:
        yield "checked without a source"


def _refuse_overlaps(procedures: Iterable[Procedure]) -> None:
    ordered = sorted(procedures, key=lambda procedure: (procedure.code, procedure.valid_from))
    for earlier, later in pairwise(ordered):
        if earlier.code == later.code and (earlier.valid_to is None or later.valid_from < earlier.valid_to):
            raise ValueError(f"procedure {later.code}: two versions in force on {later.valid_from}")
