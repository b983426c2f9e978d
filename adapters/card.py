"""The card of an adapter: what it is called, what it can do, what must be filled in, how it is built.

An adapter *declares* what it can do; a test walks every card and keeps the declaration true, so that a reader need not
search the code. `abilities` are method names of the port that belongs to the card's kind.

Used by: registry, and through it bootstrap, `postgw check` and the admin pages.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from postgw.domain import ports

Kind = Literal["post", "desk", "hooks", "messages"]

#: The port each kind of adapter answers to.
PORTS: dict[Kind, type[Any]] = {
    "post": ports.PostOffice,
    "desk": ports.DossierDesk,
    "hooks": ports.HookSender,
    "messages": ports.Messenger,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One adapter as `settings.toml` and people know it."""

    name: str  #: the word in `settings.toml`
    title: str  #: for people, Vietnamese
    kind: Kind
    abilities: frozenset[str]  #: methods of the port that it has; `close` goes without saying
    settings: type[Any]
    serves: type[Any]  #: what `build` makes
    build: Callable[[Any], Any]
    rehearsal: bool = False  #: true makes the whole house bear DIỄN TẬP
    spoken_to_with: str = ""  #: it is a server, no client: the adapter of this name is pointed at it

    def secrets(self) -> tuple[str, ...]:
        """Name the settings that must come from the environment and are never shown."""
        return tuple(field.name for field in dataclasses.fields(self.settings) if field.metadata.get("secret"))
