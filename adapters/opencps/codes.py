"""OpenCPS's codes in our words: the status of a dossier, and what our notices are to it.

Two numbers tell of the post. `viaPostal` is the way back: 0 not offered, 1 offered, 2 chosen, 3 with the post,
4 delivered. `vnpostalStatus` is the way in: 0 not used, 1 asked for, 2 being fetched, 3 with the agency, 4 called off.

Source: `codes.toml`, which says what each part rests on.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from postgw.domain.errors import Invalid
from postgw.domain.ports import Notice

UNKNOWN = "unknown"
#: Every word a status may be given.
WORDS = frozenset({"working", "ready", "closed", "off"})

#: viaPostal by which the citizen wants the result by post, and vnpostalStatus by which the post brings the papers in.
CHOSEN, WITH_POST, DELIVERED = 2, 3, 4
RETURNS = frozenset({CHOSEN, WITH_POST, DELIVERED})
ASKED_FOR = 1
SENDS = frozenset({ASKED_FOR, 2, 3})


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What a step writes, and over which present values alone."""

    step: str
    field: str
    value: int
    over: frozenset[int]


@cache
def _tables() -> dict[str, dict[str, Any]]:
    return tomllib.loads(resources.files(__package__).joinpath("codes.toml").read_text("utf-8"))


def shipped() -> Mapping[str, str]:
    """Return the statuses that ship with the adapter."""
    return _tables()["statuses"]


def saved_fields() -> tuple[str, ...]:
    """Return the names that a saving sends back."""
    return tuple(_tables()["saving"]["fields"])


def steps() -> frozenset[str]:
    """Return every step there is a move for."""
    return frozenset(_tables()["moves"])


def checked(table: Mapping[str, str]) -> Mapping[str, str]:
    """Return a province's statuses. Raises Invalid at a word that is none of ours."""
    for status, word in table.items():
        if word not in WORDS:
            raise Invalid(
                "Trạng thái {status}: không có từ “{word}”. Dùng một trong: {words}.",
                status=status, word=word, words=", ".join(sorted(WORDS)), code="codes.word",
                field=f"/statuses/{status}",
            )  # fmt: skip
    return table


def word_of(status: str, table: Mapping[str, str]) -> str:
    """Return our word for a status, `unknown` when the table has none."""
    return table.get(status, UNKNOWN)


def step_of(notice: Notice) -> str:
    """Return the step that a notice is to OpenCPS; empty when it is none."""
    table = _tables()["steps"]
    step = str(table["dossier"].get(notice.kind) or table.get(notice.leg, {}).get(notice.kind, ""))
    return "" if step == "delivered" and notice.data.get("closes") is not True else step


def move_of(step: str) -> Move:
    """Return what a step writes."""
    said = _tables()["moves"][step]
    return Move(step=step, field=said["field"], value=said["value"], over=frozenset(said["over"]))
