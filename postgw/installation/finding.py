"""One thing that was found: what is wrong, where, and what to do.

Used by: every page of this folder, check_command.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["wrong", "doubtful"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`wrong` keeps the gateway from its work; `doubtful` may be meant, but a person must have looked."""

    code: str
    state: State
    sentence: str


def wrong(code: str, sentence: str) -> Finding:
    """Return what keeps the gateway from its work."""
    return Finding(code=code, state="wrong", sentence=sentence)


def doubtful(code: str, sentence: str) -> Finding:
    """Return what a person must have looked at."""
    return Finding(code=code, state="doubtful", sentence=sentence)
