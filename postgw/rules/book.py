"""The rule book: every rule value of the nation, read from dated data files.

A file is named `<subject>.<date it begins>.toml`. The version in force on a day is the newest that has begun; a dossier
keeps the version it started under, so old versions stay readable for ever.

Stands on: domain.scan, domain.states. Used by: services (through bootstrap).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any

from postgw.domain.scan import CORRECTION, UNKNOWN
from postgw.domain.states import HOLDERS, STAGES, STATES, Reason, ScanRule, ScanTable, StateRule

_STATE_KEYS = frozenset({"title", "title_en", "stage", "ends", "told"})
_CODE_KEYS = frozenset(
    {"title", "title_en", "state", "holder", "after", "after_proof", "keeps", "emsevt", "reasons", "asked"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBook:
    """Every version of every rule."""

    scan_tables: Mapping[str, ScanTable]
    reasons: Mapping[str, Mapping[str, Mapping[str, Reason]]]  #: version → list → code

    def scan_table(self, on: date) -> ScanTable:
        """Return the table of scan words in force on a day."""
        return self.scan_tables[_in_force(self.scan_tables, on)]

    def scan_table_of(self, version: str) -> ScanTable:
        """Return the table under which a consignment began. Raises KeyError when that version never was."""
        return self.scan_tables[version]

    def reasons_on(self, on: date) -> Mapping[str, Mapping[str, Reason]]:
        """Return the closed lists of reasons in force on a day, by name of the list."""
        return self.reasons[_in_force(self.reasons, on)]


def _in_force(versions: Mapping[str, object], on: date) -> str:
    begun = [version for version in versions if date.fromisoformat(version) <= on]
    return max(begun) if begun else min(versions)


@lru_cache(maxsize=1)
def rule_book() -> RuleBook:
    """Read the rule book that ships with the product."""
    return RuleBook(
        scan_tables={table.version: table for table in map(_scan_table, _versions("scan_codes"))},
        reasons={data["version"]: _reasons(data) for data in _versions("reasons")},
    )


def _versions(subject: str) -> list[dict[str, Any]]:
    room = resources.files("postgw.rules")
    files = sorted(file.name for file in room.iterdir() if file.name.startswith(f"{subject}."))
    return [tomllib.loads((room / name).read_text(encoding="utf-8")) for name in files]


def _scan_table(data: dict[str, Any]) -> ScanTable:
    states = {state: _state_rule(state, row) for state, row in data["states"].items()}
    codes = {code: _scan_rule(code, rank, row) for rank, (code, row) in enumerate(data["codes"].items())}
    _refuse(f"scan_codes {data['version']}: states missing or unknown", set(states) ^ set(STATES))
    _refuse(f"scan_codes {data['version']}: no row for", {CORRECTION, UNKNOWN} - set(codes))
    return ScanTable(version=data["version"], codes=codes, states=states)


def _state_rule(state: str, row: dict[str, Any]) -> StateRule:
    _refuse(f"state {state}: unknown keys", set(row) - _STATE_KEYS)
    _refuse(f"state {state}: unknown stage", {row["stage"]} - set(STAGES))
    return StateRule(
        state=state, title=row["title"], title_en=row["title_en"], public_stage=row["stage"],
        ends=row.get("ends", False), told=row.get("told", False),
    )  # fmt: skip


def _scan_rule(code: str, rank: int, row: dict[str, Any]) -> ScanRule:
    after, after_proof, keeps = (frozenset(row.get(key, ())) for key in ("after", "after_proof", "keeps"))
    _refuse(f"scan word {code}: unknown keys", set(row) - _CODE_KEYS)
    named = {row.get("state", STATES[0])} | after | after_proof | keeps
    _refuse(f"scan word {code}: unknown states", named - set(STATES))
    _refuse(f"scan word {code}: unknown holder", {row.get("holder", "same")} - set(HOLDERS))
    _refuse(f"scan word {code}: states both kept and left", keeps & (after | after_proof))
    return ScanRule(
        code=code, rank=rank, title=row["title"], title_en=row["title_en"], state=row.get("state", ""),
        holder=row.get("holder", "same"), after=after, after_proof=after_proof, keeps=keeps,
        emsevt=row.get("emsevt", ""), reasons=row.get("reasons", ""), asked=row.get("asked", True),
    )  # fmt: skip


def _refuse(what: str, wrong: set[str] | frozenset[str]) -> None:
    if wrong:
        raise ValueError(f"{what}: {', '.join(sorted(wrong))}")


def _reasons(data: dict[str, Any]) -> dict[str, dict[str, Reason]]:
    lists = {name: rows for name, rows in data.items() if isinstance(rows, dict)}
    return {
        name: {
            code: Reason(code=code, title=row["title"], title_en=row["title_en"], source=row.get("source", ""))
            for code, row in rows.items()
        }
        for name, rows in lists.items()
    }
