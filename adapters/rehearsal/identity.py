"""The rehearsal sign-in: an OpenID provider with a few invented people, as strict as a real one.

A code serves once and only with its verifier; the secret is asked for; addresses to come back to are those that were
told. `GET /authorize` shows whom one may be; with `?person=` it is that person at once.

Stands on: counter. Used by: `postgw rehearse identity`, tests.
Source: OpenID Connect Core 1.0; RFC 7636.
"""

from __future__ import annotations

import base64
import html
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus, urlencode

from aiohttp import web
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from postgw.domain.identity import challenge_of

from .counter import Answer, BadDay, Counter
from .settings import CounterOptions, _told

_CODE_SECONDS = 60
_STATEMENT_SECONDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityOptions(CounterOptions):
    """The rehearsal sign-in. `key` is the client's id, `secret` its secret."""

    people: str = _told("duong.ntt,hanh.lt,hoang.td,quan-tri", "những người đăng nhập được (cách nhau dấu phẩy)")
    back: str = _told("", "chỉ nhận quay về địa chỉ này; để trống là mọi địa chỉ trên máy này")


class RehearsalIdentity:
    """An OpenID provider in this process. `start` opens its counter, `stop` closes it."""

    def __init__(self, options: IdentityOptions | None = None, *, now: Callable[[], float] = time.time) -> None:
        self.options = options or IdentityOptions()
        self.bad_day = BadDay(self.options.faults, self.options.seed)
        self.key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4)})
        self.claims: dict[str, Any] = {}  #: what statements say besides, for a day on which they are wrong
        self.url = ""
        self._now = now
        self._codes: dict[str, dict[str, str]] = {}
        self._counter = Counter(
            [
                web.get("/.well-known/openid-configuration", self.bad_day.served("discovery", self._described)),
                web.get("/keys", self.bad_day.served("keys", self._keys)),
                web.get("/authorize", self._authorize),
                web.post("/token", self.bad_day.served("token", self._token)),
                *self.bad_day.back_door(),
            ],
            self.bad_day.closing,
        )

    async def start(self) -> str:
        """Open the counter; return its address."""
        self.url = await self._counter.start(self.options.host, self.options.port)
        return self.url

    async def stop(self) -> None:
        """Close the counter."""
        await self._counter.stop()

    def change_key(self) -> None:
        """Sign with a new key from now on."""
        self.key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4)})

    async def _described(self, _request: web.Request) -> Answer:
        return 200, {
            "issuer": self.url, "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token", "jwks_uri": f"{self.url}/keys",
            "code_challenge_methods_supported": ["S256"],
        }  # fmt: skip

    async def _keys(self, _request: web.Request) -> Answer:
        return 200, dict(KeySet([self.key]).as_dict(private=False))

    async def _authorize(self, request: web.Request) -> web.Response:
        asked, people = dict(request.query), self.options.people.split(",")
        back = asked.get("redirect_uri", "")
        if asked.get("client_id") != self.options.key or (self.options.back and back != self.options.back):
            return web.Response(status=400, text="client_id, redirect_uri")
        if asked.get("code_challenge_method") != "S256" or asked.get("response_type") != "code":
            return _back(back, {"error": "invalid_request", "state": asked.get("state", "")})
        person = asked.pop("person", "")
        if not person:
            return _choice(asked, people)
        if person not in people:
            return _back(back, {"error": "access_denied", "state": asked.get("state", "")})
        code = secrets.token_urlsafe(16)
        self._codes[code] = {**asked, "person": person, "until": str(self._now() + _CODE_SECONDS)}
        return _back(back, {"code": code, "state": asked.get("state", ""), "iss": self.url})

    async def _token(self, request: web.Request) -> Answer:
        form = {name: str(value) for name, value in (await request.post()).items()}
        if not self._is_the_client(request, form):
            return 401, {"error": "invalid_client"}
        known = self._codes.pop(form.get("code", ""), None)
        if known is None or self._now() > float(known["until"]) or form.get("redirect_uri") != known["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        if challenge_of(form.get("code_verifier", "")) != known["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self._statement(known)}

    def _is_the_client(self, request: web.Request, form: dict[str, str]) -> bool:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "basic":
            client, _, secret = base64.b64decode(given).decode().partition(":")
            pair = unquote_plus(client), unquote_plus(secret)
        else:
            pair = form.get("client_id", ""), form.get("client_secret", "")
        return pair == (self.options.key, self.options.secret)

    def _statement(self, known: dict[str, str]) -> str:
        at = int(self._now())
        claims = {
            "iss": self.url, "sub": f"u-{known['person']}", "aud": self.options.key, "iat": at,
            "exp": at + _STATEMENT_SECONDS, "nonce": known.get("nonce", ""), "preferred_username": known["person"],
            **self.claims,
        }  # fmt: skip
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)


def _back(address: str, told: dict[str, str]) -> web.Response:
    return web.Response(status=302, headers={"Location": f"{address}?{urlencode(told)}"})


def _choice(asked: dict[str, str], people: list[str]) -> web.Response:
    links = "".join(
        f'<p><a href="/authorize?{html.escape(urlencode({**asked, "person": person}))}">{html.escape(person)}</a></p>'
        for person in people
    )
    page = f"<!doctype html><title>DIỄN TẬP</title><h1>DIỄN TẬP: bạn là ai?</h1>{links}"
    return web.Response(text=page, content_type="text/html")
