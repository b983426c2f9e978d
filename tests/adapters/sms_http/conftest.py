"""A gateway of short messages: our client for an outsider at the wire, and for the double."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from adapters import sms_http
from adapters.rehearsal.sms_gateway import RehearsalSmsGateway, SmsGatewayOptions, template
from adapters.sms_http.client import SmsMessenger
from adapters.sms_http.settings import SmsSettings


def settings_for(url: str, /, **change: Any) -> SmsSettings:
    """Return the settings for a gateway that is asked as the double wants it, with some of them changed."""
    secrets = {"K": "khóa", "S": "dien-tap", "H": "dien-tap"}
    named = {"key_env": "K", "secret_env": "S", "hook_secret_env": "H"}
    settings: SmsSettings = sms_http.CARD.read(
        {"url": f"{url}/sms", "dong_per_part": 350, "total_seconds": 5, **named, **template(), **change}, secrets
    )
    return settings


@pytest.fixture
def settings_of() -> Callable[..., SmsSettings]:
    return settings_for


@pytest.fixture
async def client_of() -> AsyncIterator[Callable[..., SmsMessenger]]:
    built: list[SmsMessenger] = []

    def build(url: str, /, **change: Any) -> SmsMessenger:
        built.append(SmsMessenger(settings_for(url, **change)))
        return built[-1]

    yield build
    for client in built:
        await client.close()


@pytest.fixture
async def open_gateway() -> AsyncIterator[Callable[..., Any]]:
    opened: list[RehearsalSmsGateway] = []

    async def open_one(**options: Any) -> tuple[RehearsalSmsGateway, str]:
        it = RehearsalSmsGateway(SmsGatewayOptions(**options))
        opened.append(it)
        return it, await it.start()

    yield open_one
    for it in opened:
        await it.stop()
