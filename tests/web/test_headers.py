"""What every answer bears, whoever gives it: a page, an error, a file, a stream; and what nobody keeps."""

from __future__ import annotations

import asyncio
import re
import ssl
import warnings
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from adapters.rehearsal.certificate import make
from postgw.settings import SettingsError, Web
from postgw.web.app import make_app
from postgw.web.keys import Door
from postgw.web.pages.assets import address_of
from postgw.web.pages.routes import PAGES, pages
from postgw.web.routes import API, STANDING
from postgw.web.running import listening, own_tls
from postgw.web.serve import PUBLIC

from .conftest import AT
from .test_rights import FROM_HERE, filled

BORNE = {
    "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin", "Server": "postgw",
}  # fmt: skip


def missing(answer: ClientResponse) -> list[str]:
    """Return which of the headers an answer does not bear as it should."""
    headers = answer.headers
    wrong = [name for name, text in BORNE.items() if headers.get(name) != text]
    policy = headers.get("Content-Security-Policy", "")
    if not policy.startswith("default-src 'none'") or "unsafe-inline" in policy or "*" in policy:
        wrong.append("Content-Security-Policy")
    wrong += [name for name in ("Permissions-Policy", "X-Request-ID", "Cache-Control") if not headers.get(name)]
    wrong += [] if headers.get("Referrer-Policy") in {"no-referrer", "same-origin"} else ["Referrer-Policy"]
    return wrong


def may_be_kept(answer: ClientResponse) -> bool:
    """Say whether anybody but the one who asked may keep an answer."""
    told = answer.headers.get("Cache-Control", "")
    return "no-store" not in told and "private" not in told


async def test_every_address_of_the_api_bears_them_and_what_is_personal_is_kept_by_nobody(gate) -> None:
    wrong = []
    for route in API:
        body: dict[str, Any] | None = None if route.method == "GET" else {}
        answer = await gate.ask(route.method, filled(route.path), json=body)
        kept = ["may be kept"] if route.scope != PUBLIC and may_be_kept(answer) else []
        wrong += [f"{route.method} {route.path} {answer.status}: {each}" for each in [*missing(answer), *kept]]

    assert wrong == []


async def test_every_page_bears_them_and_is_kept_by_nobody(gate) -> None:
    entered = await gate.client.post("/signin", data={"token": gate.token}, headers=FROM_HERE, allow_redirects=False)
    wrong = []
    for route in [route for route in PAGES if route.method == "GET" and route.path not in {"/desk/live", "/signout"}]:
        answer = await gate.client.get(filled(route.path), allow_redirects=False)
        kept = ["may be kept"] if route.path.startswith(("/desk", "/me", "/m/", "/t/")) and may_be_kept(answer) else []
        wrong += [f"{route.path} {answer.status}: {each}" for each in [*missing(answer), *kept]]

    assert entered.status == 303
    assert wrong == []


async def test_files_streams_and_faults_bear_them_too(gate) -> None:
    await gate.client.post("/signin", data={"token": gate.token}, headers=FROM_HERE, allow_redirects=False)
    number = (await gate.consignment())["consignment_no"]
    asked = [
        gate.client.get("/desk/live"), gate.client.get(address_of("pages.css")), gate.client.get("/static/none.css"),
        gate.get(f"/api/v1/labels/{number}"), gate.get(f"/api/v1/labels/{number}?format=png"),
        gate.client.get("/nothing"), gate.ask("PUT", "/api/v1/dossiers"), gate.get("/api/v1/dossiers", token="x"),
        *(gate.client.get(filled(route.path)) for route in STANDING),
    ]  # fmt: skip
    answers = [await each for each in asked]

    assert {200, 401, 404, 405} <= {answer.status for answer in answers}
    assert [(answer.url.path, answer.status, missing(answer)) for answer in answers if missing(answer)] == []


async def test_what_has_not_changed_says_of_itself_only_and_leaves_the_headers_that_the_caller_holds(gate) -> None:
    number = (await gate.consignment())["consignment_no"]
    held = await gate.get(f"/api/v1/consignments/{number}")
    answer = await gate.get(f"/api/v1/consignments/{number}", headers={"If-None-Match": held.headers["ETag"]})
    of_itself = {"cache-control", "etag", "date", "server", "x-request-id", "x-rehearsal"}

    assert (answer.status, await answer.read()) == (304, b"")
    assert {name.lower() for name in answer.headers} == of_itself
    assert [answer.headers[name] for name in ("Cache-Control", "ETag")] == [
        held.headers[name] for name in ("Cache-Control", "ETag")
    ]


async def test_a_name_of_a_file_never_leaves_its_header(gate) -> None:
    number = (await gate.consignment())["consignment_no"]
    answer = await gate.get(f"/api/v1/labels/{number}")

    assert re.fullmatch(r'inline; filename="[A-Za-z0-9._-]+"', answer.headers["Content-Disposition"])


@pytest.fixture
def keys(tmp_path: Path) -> Web:
    """Give settings with a certificate of this afternoon."""
    made = make("127.0.0.1", AT)
    cert, private = tmp_path / "cert.pem", tmp_path / "key.pem"
    cert.write_bytes(made.server_pem)
    private.write_bytes(made.key_pem)
    private.chmod(0o600)
    return Web(tls_cert_file=str(cert), tls_private_file=str(private))


@pytest.fixture
async def by_tls(gate, keys) -> AsyncIterator[str]:
    """Give the address of the gateway speaking TLS itself, not in rehearsal."""
    app = make_app(gate.house.services, door=Door(clock=lambda: AT), pages=pages())
    async with listening(app, host="127.0.0.1", port=0, tls=own_tls(keys)) as url:
        yield url


def caller(most: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3, ciphers: str = "") -> ssl.SSLContext:
    """Return what somebody speaks who checks nothing; the server alone decides what is good enough."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers(f"{ciphers or 'ALL'}:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, most
    return context


async def spoken(url: str, context: ssl.SSLContext) -> tuple[str, str] | None:
    """Return version and cipher on which both agree; nothing where they do not."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]), ssl=context)
    except (ssl.SSLError, ConnectionError):
        return None
    name, version, _ = writer.get_extra_info("cipher")
    writer.transport.abort()
    return version, name


async def test_our_own_tls_speaks_nothing_old_and_nothing_that_can_be_read_back(by_tls) -> None:
    assert await spoken(by_tls, caller(ssl.TLSVersion.TLSv1_1)) is None
    for weak in ("AES128-GCM-SHA256", "ECDHE-RSA-AES128-SHA256", "ECDHE-RSA-AES256-SHA"):
        assert await spoken(by_tls, caller(ssl.TLSVersion.TLSv1_2, weak)) is None, weak
    version, cipher = await spoken(by_tls, caller(ssl.TLSVersion.TLSv1_2)) or ("", "")
    assert cipher.startswith("ECDHE-RSA-")
    assert "GCM" in cipher or "CHACHA20" in cipher
    assert (await spoken(by_tls, caller()) or ("", ""))[0] == "TLSv1.3"


def test_a_private_key_that_others_may_read_is_refused(keys) -> None:
    Path(keys.tls_private_file).chmod(0o644)

    with pytest.raises(SettingsError, match="chmod 0440"):
        own_tls(keys)


async def test_by_our_own_https_a_browser_is_bound_to_it_and_the_cookie_to_this_host(gate, by_tls) -> None:
    session = gate.client.session
    answer = await session.post(
        f"{by_tls}/signin", data={"token": gate.token}, headers=FROM_HERE, allow_redirects=False, ssl=False
    )
    cookie = answer.headers["Set-Cookie"]

    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert cookie.startswith("__Host-postgw=")
    assert all(word in cookie for word in ("; Secure", "; HttpOnly", "; SameSite=Strict", "; Path=/"))
    assert "Domain" not in cookie


async def test_a_sitting_that_another_site_of_the_domain_slipped_in_is_not_seen(gate) -> None:
    door = Door(clock=lambda: AT, proxies=frozenset({"127.0.0.1"}))
    app = make_app(gate.house.services, door=door, pages=pages())
    text = await gate.house.services.sittings.enter_with_token(gate.token, at=AT)
    async with TestClient(TestServer(app)) as client:
        slipped, ours = [
            await client.get(
                "/me", headers={"X-Forwarded-Proto": "https", "Cookie": f"{name}={text}"}, allow_redirects=False
            )
            for name in ("postgw", "__Host-postgw")
        ]

    assert (slipped.status, ours.status) == (303, 200)
    assert slipped.headers["Location"].startswith("/signin")
