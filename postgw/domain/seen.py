"""What a caller saw before acting, held against what stands once nobody else can change it.

A door hands its act a `Look`: it is shown the thing under its lock and raises when the caller saw another one. A door
that looks by itself before the act lets two callers pass who saw the same.

Used by: labelling, booking, handover, signing, intake.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, TypeVar

Thing = TypeVar("Thing")
Look: TypeAlias = Callable[[Thing], None]


def any_version(_: object) -> None:
    """Let every version pass: the caller did not say what was seen."""
