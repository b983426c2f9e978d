"""Figures for Prometheus: how many requests, how long, by the template of the route and never by the number in it.

Used by: middlewares (which counts), api.standing (which shows).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from postgw.domain.number_supply import Supply
from postgw.services.wires import Wire

from .gauges import Gauges
from .tally import Tally

#: Whoever makes up a method adds no figure: each new label would stay in our memory.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """The figures of one app."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Tally()
        self.registry.register(self._requests)
        self._scans = Counter("postgw_scans", "Scans answered, by verdict.", ("verdict",), registry=self.registry)
        self._wrong = Gauge("postgw_wrong", "How many things /readyz finds wrong.", registry=self.registry)
        self._rehearsal = Gauge("postgw_rehearsal", "1 while a rehearsal adapter is active.", registry=self.registry)
        self._silent = self._of_wire("postgw_wire_silent_seconds", "For how long an outsider has given no answer.")
        self._waiting = self._of_wire("postgw_wire_waiting", "What waits to be sent to an outsider.")
        self._stuck = self._of_wire("postgw_wire_stuck", "What stands still until a person has looked.")
        self._backup = Gauge("postgw_backup_age_seconds", "Age of the newest backup.", (), registry=None)
        self._left = Gauge(
            "postgw_numbers_left", "Lent item numbers that are not used yet.", ("account",), registry=self.registry
        )
        self._days = Gauge(
            "postgw_numbers_days", "For how many days they last at the present pace.", ("account",),
            registry=self.registry,
        )  # fmt: skip
        self.path = Gauges(self.registry)
        self._has_backup = False
        self._verdicts: dict[str, Counter] = {}

    def _of_wire(self, name: str, text: str) -> Gauge:
        return Gauge(name, text, ("wire",), registry=self.registry)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.answered(method if method in _METHODS else "other", route, status, seconds)

    def scanned(self, verdict: str, times: int) -> None:
        """Count scans of one verdict."""
        child = self._verdicts.get(verdict)
        if child is None:
            child = self._verdicts[verdict] = self._scans.labels(verdict)
        child.inc(times)

    def standing(self, *, wrong: int, rehearsal: bool) -> None:
        """Take down how the house stands."""
        self._wrong.set(wrong)
        self._rehearsal.set(rehearsal)

    def wires(self, wires: Sequence[Wire], *, at: datetime) -> None:
        """Take down how every wire fares; one that is no longer in use is forgotten."""
        for gauge in (self._silent, self._waiting, self._stuck):
            gauge.clear()
        for wire in wires:
            name, since = wire.outside.wire, wire.failing_since
            self._silent.labels(name).set((at - since).total_seconds() if since else 0)
            self._waiting.labels(name).set(wire.backlog.waiting)
            self._stuck.labels(name).set(wire.backlog.refused + wire.backlog.unread)

    def backup(self, made_at: datetime | None, *, at: datetime) -> None:
        """Take down how old the newest backup is; where none is known there is no figure."""
        if made_at is None:
            return
        if not self._has_backup:
            self.registry.register(self._backup)
            self._has_backup = True
        self._backup.set((at - made_at).total_seconds())

    def supply(self, supplies: Sequence[Supply]) -> None:
        """Take down how many item numbers each account has left."""
        for gauge in (self._left, self._days):
            gauge.clear()
        for one in supplies:
            self._left.labels(one.account).set(one.left)
            if one.days is not None:
                self._days.labels(one.account).set(one.days)

    def page(self) -> bytes:
        """Return all figures as Prometheus reads them."""
        return generate_latest(self.registry)
