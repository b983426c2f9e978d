"""A change of the house's own settings: who, when, what stood there before and what stands there now.

Secrets are never part of it: a password that was changed is told as changed, without either.

Stands on: actor. Used by: changes, and every service by which an administrator changes something.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .actor import Actor

_SUBJECT_MOST = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change."""

    kind: str  #: what was changed: account, token, unit, procedure …
    subject: str  #: which one, by its number or code
    act: str  #: made, changed, ended …
    before: Mapping[str, object] = field(default_factory=dict)
    after: Mapping[str, object] = field(default_factory=dict)
    unit: str = ""
    changed_at: datetime
    changed_by: str


def differing(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[dict[str, object], dict[str, object]]:
    """Return of two states what differs.

    >>> differing({"name": "A", "unit": "TS"}, {"name": "B", "unit": "TS"})
    ({'name': 'A'}, {'name': 'B'})
    """
    keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    return ({key: before[key] for key in keys if key in before}, {key: after[key] for key in keys if key in after})


def made(
    kind: str, subject: str, after: Mapping[str, object], *, actor: Actor, at: datetime, unit: str = "",
    act: str = "made",
) -> Change:  # fmt: skip
    """Return the change by which something begins that was not there before."""
    return Change(
        kind=kind, subject=subject[:_SUBJECT_MOST], act=act, after=after, unit=unit, changed_at=at,
        changed_by=actor.name,
    )  # fmt: skip


def changed(
    kind: str, subject: str, before: Mapping[str, object], after: Mapping[str, object], *, actor: Actor, at: datetime,
    unit: str = "", act: str = "changed",
) -> Change:  # fmt: skip
    """Return the change by which something is otherwise than before, with no more of it than what differs."""
    was, now = differing(before, after)
    return Change(
        kind=kind, subject=subject[:_SUBJECT_MOST], act=act, before=was, after=now, unit=unit, changed_at=at,
        changed_by=actor.name,
    )  # fmt: skip
