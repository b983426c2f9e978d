"""The doubles of the rehearsal that can stand alone: `postgw rehearse <name>`. One line each.

A double speaks an outsider's wire over a real socket, with the same switches for what goes wrong. Its options are a
dataclass whose fields bear their `help`; it opens with `start` and closes with `stop`.

Used by: cli.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from .identity import IdentityOptions, RehearsalIdentity
from .my_vnpost import MyVnPostOptions, RehearsalMyVnPost
from .national_portal import PortalOptions, RehearsalPortal
from .opencps import OpenCpsOptions, RehearsalOpenCps
from .post_office import RehearsalPostOffice
from .settings import OfficeOptions
from .sms_gateway import RehearsalSmsGateway, SmsGatewayOptions
from .subscriber import RehearsalSubscriber, SubscriberOptions
from .viettel_post import RehearsalViettelPost, ViettelOptions
from .zalo import RehearsalZalo, ZaloOptions


class Standing(Protocol):
    """A double at its counter."""

    async def start(self) -> str:
        """Open the counter where the options say; return its address."""
        ...

    async def stop(self) -> None:
        """Close it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Double:
    """One double that can stand alone."""

    title: str  #: for people, Vietnamese
    options: type[Any]
    build: Callable[[Any], Standing]


DOUBLES: dict[str, Double] = {
    "post-office": Double(title="Bưu cục diễn tập", options=OfficeOptions, build=RehearsalPostOffice),
    "national-portal": Double(title="Cổng DVCQG diễn tập", options=PortalOptions, build=RehearsalPortal),
    "viettel-post": Double(title="Viettel Post diễn tập", options=ViettelOptions, build=RehearsalViettelPost),
    "my-vnpost": Double(title="MyVNPost diễn tập", options=MyVnPostOptions, build=RehearsalMyVnPost),
    "opencps": Double(title="OpenCPS diễn tập", options=OpenCpsOptions, build=RehearsalOpenCps),
    "sms-gateway": Double(title="Cổng SMS diễn tập", options=SmsGatewayOptions, build=RehearsalSmsGateway),
    "zalo": Double(title="Zalo diễn tập", options=ZaloOptions, build=RehearsalZalo),
    "subscriber": Double(title="Hệ thống nhận webhook diễn tập", options=SubscriberOptions, build=RehearsalSubscriber),
    "identity": Double(title="Tài khoản công vụ diễn tập", options=IdentityOptions, build=RehearsalIdentity),
}


async def stand(double: Double, options: Any) -> None:
    """Run a double until told to stop (SIGINT, SIGTERM); say where it listens."""
    standing = double.build(options)
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, told.set)
    try:
        url = await standing.start()
        sys.stdout.write(f"{double.title}: {url}\n")
        sys.stdout.flush()
        await told.wait()
    finally:
        await standing.stop()
