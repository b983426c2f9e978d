"""Traces switched on: where they go, and each act of the house as a step: `tracking.scan`, `labelling.pdf`.

The services know nothing of traces. Where these are switched on, each stands behind a screen that lets everything
through and records how long an act took; where they are off there is no screen.

Used by: bootstrap.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import wraps
from importlib.metadata import version
from inspect import iscoroutinefunction
from typing import Any

from postgw import telemetry
from postgw.services.bundle import Services
from postgw.settings import SettingsError, Telemetry, read_secret


@contextmanager
def tracing(chosen: Telemetry, environ: Mapping[str, str] = os.environ) -> Iterator[None]:
    """Record traces and send them to the collector for the length of the block.

    Raises SettingsError when the collector's headers are to be kept somewhere and are not, or cannot be read.
    """
    from postgw.otlp import exporting  # what sends is loaded where something is sent, and nowhere else

    instance = f"{socket.gethostname()[:40]}/{os.getpid()}"
    headers = _headers(chosen.headers_env, environ) if chosen.headers_env else {}
    sending = exporting(
        chosen.endpoint, service=chosen.service, instance=instance, version=version("postgw"), headers=headers
    )
    with sending as sink, telemetry.switched_on(sink, one_in=chosen.one_in):
        yield


def _headers(variable: str, environ: Mapping[str, str]) -> dict[str, str]:
    from postgw.otlp import headers_from

    try:
        return headers_from(read_secret(variable, environ).reveal())
    except ValueError as fault:
        raise SettingsError(
            f"{variable}: viết các tiêu đề theo mẫu Authorization=Bearer%20abc,X-Scope=tinh."
        ) from fault


@dataclass(frozen=True, slots=True)
class Screen:
    """A service whose acts are recorded."""

    room: str
    behind: Any

    def __getattr__(self, name: str) -> Any:
        """Return what the service has under this name; an act comes back as one that is recorded."""
        found = getattr(self.behind, name)
        return _recorded(f"{self.room}.{name}", found) if iscoroutinefunction(found) else found


def _recorded(name: str, act: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(act)
    async def recorded(*given: Any, **named: Any) -> Any:
        with telemetry.span(name):
            return await act(*given, **named)

    return recorded


def traced(services: Services) -> Services:
    """Return the same services, each behind its screen."""
    rooms: dict[str, Any] = {part.name: getattr(services, part.name) for part in fields(services)}
    screens: dict[str, Any] = {name: Screen(name, room) for name, room in rooms.items() if is_dataclass(room)}
    return replace(services, **screens)
