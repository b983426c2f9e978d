"""Who acts: every row that an act writes carries its actor, and every act is done within a unit.

A scope is one kind of act (`intake`, `money`). Its name with `.read` behind it is the right to look at acts of that
kind without doing any: a door lends the whole scope for a request that only reads. A unit is a desk or a post office.
Scope limits what is shown and offered, never which code may be scanned.

Stands on: errors. Used by: services, web.
"""

from __future__ import annotations

from dataclasses import replace

from .errors import Forbidden
from .value import value

SCOPES = (
    "intake", "labels", "booking", "handover", "scans", "delivery", "money", "cases", "reports", "enquiry", "evidence",
    "lead", "webhooks", "admin",
)  # fmt: skip
_READ = ".read"


def read_only(scope: str) -> str:
    """Return the right to look at what acts of a scope did.

    >>> read_only("money")
    'money.read'
    """
    return scope + _READ


#: Every right that a token or an account may bear.
RIGHTS = (*SCOPES, *map(read_only, SCOPES))


@value
class Actor:
    """The one who asks for an act: a token, a person, or the gateway's own clock."""

    name: str  #: stands in every row the act writes; a function or an account, not a citizen
    scopes: frozenset[str]
    unit: str = ""  #: code of the desk or post office; empty sees all
    token_no: str = ""

    def must(self, scope: str, *or_one_of: str) -> None:
        """Raise Forbidden unless this actor may do acts of `scope`, or of another that will do as well."""
        if self.scopes.isdisjoint((scope, *or_one_of)):
            raise Forbidden("Tài khoản này không có quyền {scope}.", scope=scope, code="scope.missing")

    def as_reader(self) -> Actor:
        """Return this actor for a request that only reads: what it may look at counts as what it may do.

        >>> Actor(name="kiem-tra", scopes=frozenset({"money.read"})).as_reader().must("money")
        """
        lent = {scope.removesuffix(_READ) for scope in self.scopes}
        return self if lent <= self.scopes else replace(self, scopes=self.scopes | lent)

    def must_belong_to(self, *units: str) -> None:
        """Raise Forbidden unless this actor acts for one of `units`, or for all."""
        if not self.may_see(*units):
            raise Forbidden("Tài khoản của {unit} không làm thay đơn vị khác.", unit=self.unit, code="unit.foreign")

    def may_see(self, *units: str) -> bool:
        """Say whether something that belongs to any of `units` is shown to this actor."""
        return not self.unit or self.unit in units


#: The gateway acting by itself, when time knocks.
GATEWAY = Actor(name="gateway", scopes=frozenset(SCOPES))
