"""What is published: states and scan words, reasons. And how the house stands.

Used by: api.tables, api.standing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from postgw.domain.states import Reason, ScanRule, ScanTable, StateRule

from .shapes import Out, Stage, State


class StateOut(Out):
    """One state of a consignment."""

    state: State
    title: str
    title_en: str
    stage: Stage
    ends: bool
    told: bool


class ScanCodeOut(Out):
    """One scan word: where it leads, what it may follow, what the post calls it."""

    code: str
    title: str
    title_en: str
    state: State | Literal[""]
    holder: str
    after: list[State]
    keeps: list[State]
    emsevt: str
    reasons: str
    asked: bool


class ReasonOut(Out):
    """One entry of a closed list."""

    code: str
    title: str
    title_en: str


class StatesOut(Out):
    """The whole table of one version."""

    version: str
    stages: list[Stage]
    states: list[StateOut]
    codes: list[ScanCodeOut]
    reasons: dict[str, list[ReasonOut]]


class AliveOut(Out):
    """The process answers."""

    alive: Literal[True]


class ReadyOut(Out):
    """Whether calls should be sent here, and what is wrong."""

    ready: bool
    rehearsal: bool
    wrong: list[str]


def states_out(
    table: ScanTable, reasons: Mapping[str, Mapping[str, Reason]], stages: tuple[str, ...]
) -> dict[str, Any]:
    """Return the table as it is published."""
    return {
        "version": table.version,
        "stages": stages,
        "states": [_state(rule) for rule in table.states.values()],
        "codes": [_code(rule) for rule in table.codes.values()],
        "reasons": {name: [_reason(reason) for reason in entries.values()] for name, entries in reasons.items()},
    }


def _state(rule: StateRule) -> dict[str, Any]:
    return {
        "state": rule.state,
        "title": rule.title,
        "title_en": rule.title_en,
        "stage": rule.public_stage,
        "ends": rule.ends,
        "told": rule.told,
    }


def _code(rule: ScanRule) -> dict[str, Any]:
    return {
        "code": rule.code,
        "title": rule.title,
        "title_en": rule.title_en,
        "state": rule.state,
        "holder": rule.holder,
        "after": sorted(rule.after),
        "keeps": sorted(rule.keeps),
        "emsevt": rule.emsevt,
        "reasons": rule.reasons,
        "asked": rule.asked,
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {"code": reason.code, "title": reason.title, "title_en": reason.title_en}
