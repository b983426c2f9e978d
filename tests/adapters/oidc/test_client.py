"""The client of an OpenID provider, against a provider on a real socket: what it asks, whom it believes."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import aiohttp
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from adapters.oidc.client import OidcClient
from adapters.oidc.mapping import begin_to_wire, code_to_wire, identity_from_wire
from adapters.oidc.settings import OidcSettings
from adapters.rehearsal.faults import Faults
from adapters.rehearsal.identity import RehearsalIdentity
from postgw.domain.errors import Invalid, Refused, Unreachable
from postgw.domain.identity import Identity, challenge_of

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
BACK = "http://127.0.0.1:8045/signin/vouched/back"
VERIFIER = "v" * 43


@pytest.fixture
async def provider() -> AsyncIterator[RehearsalIdentity]:
    """Give a provider that is open."""
    double = RehearsalIdentity(now=lambda: AT.timestamp())
    await double.start()
    yield double
    await double.stop()


@pytest.fixture
async def client(provider: RehearsalIdentity) -> AsyncIterator[OidcClient]:
    """Give a client of it."""
    one = OidcClient(OidcSettings(issuer=provider.url, client_id="dien-tap", secret="dien-tap"))
    yield one
    await one.close()


async def code_of(client: OidcClient, person: str = "duong.ntt", nonce: str = "n-1") -> str:
    """Return the code with which a person comes back."""
    where = await client.begin(state="s-1", nonce=nonce, challenge=challenge_of(VERIFIER), back=BACK)
    async with (
        aiohttp.ClientSession() as browser,
        browser.get(f"{where}&person={person}", allow_redirects=False) as led,
    ):
        return parse_qs(urlsplit(led.headers["Location"]).query)["code"][0]


async def vouched(client: OidcClient, code: str, **rest: Any) -> Identity:
    asked: dict[str, Any] = {"code": code, "verifier": VERIFIER, "nonce": "n-1", "back": BACK, "at": AT, **rest}
    return await client.identity(**asked)


@pytest.mark.act("begin", "request")
def test_the_way_there_names_client_state_nonce_and_challenge_and_never_the_secret() -> None:
    settings = OidcSettings(issuer="https://id.example", client_id="postgw", secret="s3cret")
    where = begin_to_wire(settings, "https://id.example/a?x=1", state="s", nonce="n", challenge="c", back=BACK)

    assert dict(parse_qsl(urlsplit(where).query)) == {
        "x": "1", "response_type": "code", "client_id": "postgw", "redirect_uri": BACK, "state": "s", "nonce": "n",
        "scope": "openid profile", "code_challenge": "c", "code_challenge_method": "S256",
    }  # fmt: skip
    assert "s3cret" not in where


@pytest.mark.act("begin", "call", "answer")
async def test_the_providers_own_description_says_where_to_go_and_is_asked_once(client, provider) -> None:
    first = await client.begin(state="a", nonce="n", challenge="c", back=BACK)
    await client.begin(state="b", nonce="n", challenge="c", back=BACK)

    assert first.startswith(f"{provider.url}/authorize?")


@pytest.mark.act("begin", "refusal")
async def test_a_description_of_another_issuer_is_refused(provider) -> None:
    client = OidcClient(OidcSettings(issuer=provider.url.replace("127.0.0.1", "localhost"), client_id="dien-tap"))
    with pytest.raises(Refused):
        await client.begin(state="a", nonce="n", challenge="c", back=BACK)
    await client.close()


@pytest.mark.act("identity", "request")
def test_a_secret_goes_in_the_header_or_in_the_body_as_the_settings_say() -> None:
    inside = OidcSettings(issuer="https://id.example", client_id="a b", secret="c:d")
    headers, body = code_to_wire(inside, code="k", verifier=VERIFIER, back=BACK)
    in_body = OidcSettings(issuer="https://id.example", client_id="a", secret="c", secret_goes="body")
    other_headers, other = code_to_wire(in_body, code="k", verifier=VERIFIER, back=BACK)

    assert base64.b64decode(headers["Authorization"].split()[1]) == b"a+b:c%3Ad"
    assert dict(parse_qsl(body.decode())) == {
        "grant_type": "authorization_code", "code": "k", "redirect_uri": BACK, "code_verifier": VERIFIER,
    }  # fmt: skip
    assert "Authorization" not in other_headers
    assert dict(parse_qsl(other.decode()))["client_secret"] == "c"


@pytest.mark.act("identity", "call", "answer")
async def test_whoever_comes_back_is_known_by_the_providers_name_for_him(client, provider) -> None:
    known = await vouched(client, await code_of(client))

    assert (known.issuer, known.subject, known.login) == (provider.url, "u-duong.ntt", "duong.ntt")


@pytest.mark.act("identity", "refusal")
@pytest.mark.parametrize("wrong", [{"verifier": "w" * 43}, {"back": BACK + "x"}, {"nonce": "n-2"}, {"code": "other"}])
async def test_a_code_serves_only_whoever_began(client, wrong) -> None:
    code = await code_of(client)
    with pytest.raises(Refused):
        await vouched(client, **{"code": code, **wrong})


async def test_a_code_serves_once(client) -> None:
    code = await code_of(client)
    await vouched(client, code)
    with pytest.raises(Refused):
        await vouched(client, code)


WRONG_CLAIMS = [
    {"iss": "https://other.example"}, {"aud": "another"}, {"aud": ["dien-tap", "another"]}, {"azp": "another"},
    {"exp": AT.timestamp() - 600}, {"sub": ""}, {"sub": 7}, {"sub": "x" * 256}, {"nonce": None},
]  # fmt: skip


@pytest.mark.parametrize("claims", WRONG_CLAIMS, ids=str)
async def test_a_statement_that_is_not_for_us_and_now_is_not_believed(client, provider, claims) -> None:
    provider.claims = claims
    with pytest.raises(Refused, match="Không tin được"):
        await vouched(client, await code_of(client))


async def test_several_audiences_are_good_when_we_are_named_as_the_party(client, provider) -> None:
    provider.claims = {"aud": ["dien-tap", "another"], "azp": "dien-tap"}

    assert (await vouched(client, await code_of(client))).subject == "u-duong.ntt"


def _statement(key: object, alg: str) -> str:
    claims = {
        "iss": "https://id.example", "sub": "u", "aud": "a", "iat": int(AT.timestamp()),
        "exp": int((AT + timedelta(minutes=5)).timestamp()), "nonce": "n",
    }  # fmt: skip
    return jwt.encode({"alg": alg}, claims, key, algorithms=[alg])  # type: ignore[arg-type]


def test_a_statement_signed_with_a_shared_secret_or_by_another_is_not_believed() -> None:
    settings = OidcSettings(issuer="https://id.example", client_id="a")
    theirs, ours = RSAKey.generate_key(2048), RSAKey.generate_key(2048)
    shared = OctKey.import_key("a secret that both know, long enough")
    for forged in (_statement(theirs, "RS256"), _statement(shared, "HS256"), "e30.e30.", "x"):
        with pytest.raises(Refused):
            identity_from_wire(settings, forged, KeySet([ours]), nonce="n", at=AT)

    assert identity_from_wire(settings, _statement(ours, "RS256"), KeySet([ours]), nonce="n", at=AT).subject == "u"


async def test_a_new_key_is_fetched_when_a_statement_names_it(client, provider, monkeypatch) -> None:
    await vouched(client, await code_of(client))
    provider.change_key()
    with pytest.raises(Refused):
        await vouched(client, await code_of(client))
    client._keys_at -= 61

    assert (await vouched(client, await code_of(client))).subject == "u-duong.ntt"


async def test_a_silent_provider_is_unreachable_and_nobody_is_let_in(client, provider) -> None:
    code = await code_of(client)
    provider.bad_day.faults = Faults(server_error=1.0)
    with pytest.raises(Unreachable):
        await vouched(client, code)


@pytest.mark.parametrize(
    "wrong", [{"issuer": "http://id.example"}, {"scopes": ("profile",)}, {"algorithms": ("HS256",)}]
)
def test_settings_that_would_not_be_safe_are_refused(wrong) -> None:
    with pytest.raises(Invalid):
        OidcSettings(**{"issuer": "https://id.example", "client_id": "a", **wrong})
