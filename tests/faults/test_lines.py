"""The line itself: a handshake that comes to nothing, a name that nobody knows, a counter that is shut."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.rehearsal.post_office import RehearsalPostOffice
from adapters.rehearsal.settings import OfficeOptions
from adapters.vnpost_ngsp.client import NgspPostOffice
from adapters.vnpost_ngsp.settings import NgspSettings
from postgw.domain.errors import Unreachable

from ..servers import free_port
from .street import ADMINISTRATOR, Street

pytestmark = pytest.mark.usefixtures("outsiders_never_rest")


@pytest.fixture
async def secure(tmp_path: Path) -> AsyncIterator[tuple[RehearsalPostOffice, NgspPostOffice, int]]:
    """Give a post office that has a certificate, a client that trusts it, and the port both know."""
    office, port = RehearsalPostOffice(OfficeOptions(ca_out=str(tmp_path / "ca.pem"))), free_port()
    url = await office.start(port=port, tls=True)
    settings = NgspSettings(
        customer_code="X", key="dien-tap", secret="dien-tap", base_url=url, ca_file=office.options.ca_out
    )
    client = NgspPostOffice(settings)
    yield office, client, port
    await client.close()
    await office.stop()


async def test_a_handshake_that_comes_to_nothing_is_asked_again_and_goes_when_it_is_mended(secure: Any) -> None:
    office, client, port = secure
    assert (await client.feed("", 10)).events == ()
    await office.stop()
    await office.start(port=port, tls=False)
    with pytest.raises(Unreachable) as met:
        await client.feed("", 10)
    assert met.value.code in {"wire.tls", "wire.broken"}

    await office.stop()
    await office.start(port=port, tls=True)

    assert (await client.feed("", 10)).events == ()


async def test_a_certificate_of_somebody_else_is_no_post(secure: Any) -> None:
    office, client, port = secure
    await office.stop()
    stranger = RehearsalPostOffice(OfficeOptions())
    await stranger.start(port=port, tls=True)
    with pytest.raises(Unreachable) as met:
        await client.feed("", 10)
    assert met.value.code == "wire.certificate_issuer"
    await stranger.stop()

    await office.start(port=port, tls=True)
    assert (await client.feed("", 10)).events == ()


async def test_a_counter_that_is_shut_is_asked_again_when_it_opens(secure: Any) -> None:
    office, client, port = secure
    await office.stop()
    with pytest.raises(Unreachable, match="đứt hoặc không nối được"):
        await client.feed("", 10)

    await office.start(port=port, tls=True)
    assert (await client.feed("", 10)).events == ()


async def test_a_subscriber_whose_name_nobody_knows_hears_everything_once_it_is_known_again(
    patient_street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    street = patient_street
    names: dict[str, str] = {}
    ask = socket.getaddrinfo

    def known(host: Any, *given: Any, **named: Any) -> Any:
        if host == "nguoi-nghe.example" and host not in names:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return ask(names.get(host, host), *given, **named)

    monkeypatch.setattr(socket, "getaddrinfo", known)
    subscriber = street.subscribers[0]
    port = street.ports[0]
    hook = await street.house.services.notices.subscribe(
        url=f"http://nguoi-nghe.example:{port}/hook", kinds=(), desk="", actor=ADMINISTRATOR, at=street.clock[0]
    )
    await street.house.services.notices.unsubscribe(street.hooks[0], actor=ADMINISTRATOR, at=street.clock[0])
    subscriber.secret = hook.secrets[0]
    number = await street.booked("KA")
    await street.knocks()
    await street.carrier.tell(number, 105, at=street.clock[0])
    await street.knocks()
    assert street.heard(subscriber, {number}) == {}
    assert street.heard(street.subscribers[1], {number}) == await street.events({number})

    names["nguoi-nghe.example"] = "127.0.0.1"
    street.clock[0] += timedelta(minutes=10)
    await street.knocks()

    assert street.heard(subscriber, {number}) == await street.events({number})
