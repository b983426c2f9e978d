"""What the door keeps for the whole app and for one request, under typed keys.

Used by: every file of this room.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from aiohttp import web

from .limits import Allowance, Limiter, LookUps
from .metrics import Metrics
from .streams import Streams

if TYPE_CHECKING:
    from postgw.services.bundle import Services

#: Calls a minute: of one token, of one token for its scans, of one address without a token; and how often one address
#: may be wrong about a secret at what outsiders call. For the citizen's face: pages asked for by one address, and the
#: points that it gets for looking numbers up (see `limits`). 0 sets no limit.
PER_MINUTE = MappingProxyType({
    "default": 600, "scans": 1200, "public": 120, "guesses": 30, "pages": 1200, "lookups": 240,
})  # fmt: skip


def read_clock() -> datetime:
    """Return this moment; the only clock of the door."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """How the door stands in this house."""

    clock: Callable[[], datetime] = read_clock
    stock: str = "100x150"  #: the label paper when a caller names none
    dpi: int = 203
    per_minute: Mapping[str, int] = field(default_factory=lambda: PER_MINUTE)
    proxies: frozenset[str] = frozenset()  #: addresses whose X-Forwarded-For is believed
    rehearsal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """The API, described: for programs, with its tag, and for readers."""

    spec: bytes
    etag: str
    page: str


SERVICES: web.AppKey[Services] = web.AppKey("services")
DOOR = web.AppKey("door", Door)
LIMITER = web.AppKey("limiter", Limiter)
LOOK_UPS = web.AppKey("look_ups", LookUps)
METRICS = web.AppKey("metrics", Metrics)
STREAMS = web.AppKey("streams", Streams)
#: Gives the description; it is made when first asked for.
DESCRIBED: web.AppKey[Callable[[], Described]] = web.AppKey("described")

AT = web.RequestKey("at", datetime)
REQUEST_ID = web.RequestKey("request_id", str)
ALLOWANCE = web.RequestKey("allowance", Allowance)
ACTOR_NAME = web.RequestKey("actor_name", str)
#: When the first byte of a stream left, by the clock of performance; a stream's length says nothing of our pace.
FIRST_BYTE = web.RequestKey("first_byte", float)
