"""What the rehearsal post office is behind its counter: its book, its clock, its keys, its bad days.

Time moves only when somebody asks: each call first lets happen what is due by the clock it was given, so a test can
live a week in a moment.

Stands on: ledger, faults. Used by: server, post_office.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from .counter import BadDay
from .faults import Faults
from .ledger import Ledger, Order
from .settings import OfficeOptions
from .shelf import Shelf


def now() -> datetime:
    """Return the moment: this office is an outsider, it has a clock of its own."""
    return datetime.now(UTC)


class Office:
    """The office without its counter."""

    def __init__(self, options: OfficeOptions | None = None, *, clock: Callable[[], datetime] = now) -> None:
        self.options = options or OfficeOptions()
        self.bad_day = BadDay(self.options.faults, self.options.seed)
        self.dice = self.bad_day.dice
        self.shelf = Shelf(self.options.data)
        self.ledger = Ledger(self.options, self.dice, self.shelf)
        self.ledger.reopen()
        self._clock = clock
        self._ahead = timedelta()
        self._stamp = secrets.token_bytes(32)

    def at(self) -> datetime:
        """Return the office's now."""
        return self._clock() + self._ahead

    def live(self) -> datetime:
        """Let everything happen that is due, and return the moment."""
        at = self.at()
        self.ledger.live_until(at, self.faults)
        return at

    def move_ahead(self, hours: float) -> None:
        """Let so many of the office's own hours pass at once."""
        self._ahead += timedelta(seconds=hours * self.options.speed)
        self.live()

    @property
    def faults(self) -> Faults:
        """Return the switches."""
        return self.bad_day.faults

    def set_faults(self, faults: Faults) -> None:
        """Turn the switches."""
        self.bad_day.faults = faults

    def orders(self) -> tuple[Order, ...]:
        """Return the orders taken, oldest first."""
        return tuple(self.ledger.orders.values())

    def parcels(self) -> int:
        """Return how many parcels the office carries or has carried: one for each order, however often it was asked."""
        return sum(not order.cancelled for order in self.orders())

    def new_token(self) -> str:
        """Return an access token that carries its own end."""
        ends = f"{int(self.at().timestamp()) + self.options.token_seconds:x}"
        return f"{ends}.{secrets.token_hex(8)}.{self._signed(ends)}"

    def knows_token(self, token: str) -> bool:
        """Say whether a token is ours and has not run out."""
        ends, _, rest = token.partition(".")
        _, _, signed = rest.partition(".")
        genuine = hmac.compare_digest(signed.encode(), self._signed(ends).encode())
        return genuine and int(ends, 16) > self.at().timestamp()

    def _signed(self, ends: str) -> str:
        return hmac.digest(self._stamp, ends.encode(), "sha256").hex()
