"""A role: what the holder of an account is there for, and the kinds of acts that come with it.

An account bears one role or several; its rights are all of theirs together. `does` are kinds of acts in full, `reads`
are kinds of which the holder may look at what others did, and no more: an auditor reads the money and touches none.

Stands on: actor. Used by: rules, people, sittings, the table of rights in the documents.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .actor import read_only


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """One role."""

    code: str
    title: str
    title_en: str
    works_at: str  #: desk, office, or nothing where the unit does not matter
    does: frozenset[str]
    reads: frozenset[str] = frozenset()
    for_people: bool = True  #: false where only a machine bears it

    @property
    def scopes(self) -> frozenset[str]:
        """Return its rights as an actor bears them.

        >>> sorted(Role(code="a", title="", title_en="", works_at="", does=frozenset({"enquiry"}),
        ...             reads=frozenset({"money"})).scopes)
        ['enquiry', 'money.read']
        """
        return self.does | {read_only(scope) for scope in self.reads - self.does}


def rights_of(roles: Iterable[Role]) -> frozenset[str]:
    """Return the rights of several roles together."""
    return frozenset().union(*(role.scopes for role in roles))
