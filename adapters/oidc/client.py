"""The client: the provider's own description, its keys, the way there, and the exchange of a code.

The description and the keys are kept for an hour; a statement that names a key not among them has them read anew, at
most once a minute, so that a stranger's statements make us ask no more than that.

Stands on: wire, mapping. Used by: outsiders.
Source: OpenID Connect Discovery 1.0 section 4.3 (the description names the issuer that was asked).
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from yarl import URL

from postgw.domain.errors import Refused, Unreachable
from postgw.domain.identity import Identity

from ..address import may_be_called
from ..wire import Answer, Wire
from .mapping import begin_to_wire, code_to_wire, disbelieved, identity_from_wire, key_named_by
from .settings import OidcSettings

_KEPT_SECONDS = 3600.0
_NOT_AGAIN_SECONDS = 60.0
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class OidcClient:
    """One OpenID provider. `close` gives its connections back."""

    def __init__(self, settings: OidcSettings) -> None:
        self.settings = settings
        self._wire = Wire("Hệ thống tài khoản", total_seconds=settings.total_seconds, ca_file=settings.ca_file)
        self._description: dict[str, str] = {}
        self._described_at = 0.0
        self._keys: KeySet | None = None
        self._keys_at = 0.0

    async def begin(self, *, state: str, nonce: str, challenge: str, back: str) -> str:
        """Return the address to which the browser is sent."""
        endpoint = await self._endpoint("authorization_endpoint")
        return begin_to_wire(self.settings, endpoint, state=state, nonce=nonce, challenge=challenge, back=back)

    async def identity(self, *, code: str, verifier: str, nonce: str, back: str, at: datetime) -> Identity:
        """Return whom the provider vouches for by this code."""
        headers, body = code_to_wire(self.settings, code=code, verifier=verifier, back=back)
        endpoint = URL(await self._endpoint("token_endpoint"))
        answer = await self._wire.call("POST", endpoint, act="token", headers=headers, body=body)
        statement = _statement(answer)
        keys = await self._keys_for(key_named_by(statement))
        return identity_from_wire(self.settings, statement, keys, nonce=nonce, at=at)

    async def close(self) -> None:
        """Give the connections back."""
        await self._wire.close()

    async def _endpoint(self, name: str) -> str:
        if not self._description or time.monotonic() - self._described_at > _KEPT_SECONDS:
            where = URL(self.settings.issuer.rstrip("/") + "/.well-known/openid-configuration")
            described = await self._read(where, "discovery")
            self._description = _checked(described, self.settings.issuer)
            self._described_at = time.monotonic()
        return self._description[name]

    async def _keys_for(self, name: str) -> KeySet:
        age = time.monotonic() - self._keys_at
        known = self._keys is not None and any(key.kid == name for key in self._keys.keys)
        if self._keys is None or age > _KEPT_SECONDS or (name and not known and age > _NOT_AGAIN_SECONDS):
            read = await self._read(URL(await self._endpoint("jwks_uri")), "keys")
            try:
                self._keys = KeySet.import_key_set(read)
            except (JoseError, ValueError, KeyError, TypeError) as fault:
                raise disbelieved() from fault
            self._keys_at = time.monotonic()
        return self._keys

    async def _read(self, where: URL, act: str) -> Any:
        answer = await self._wire.call("GET", where, act=act, headers={"Accept": "application/json"})
        if answer.status != 200:
            raise _wrong_set_up() if not answer.is_passing_trouble() else answer.unreachable()
        return answer.json()


def _checked(described: Any, issuer: str) -> dict[str, str]:
    """Return the addresses that a description names. Raises Refused when it is another's, or names one in the open."""
    if not isinstance(described, dict) or described.get("issuer") != issuer:
        raise _wrong_set_up()
    found = {name: described.get(name) for name in _ENDPOINTS}
    if not all(isinstance(each, str) and _may_be_called(each) for each in found.values()):
        raise _wrong_set_up()
    return {name: str(each) for name, each in found.items()}


def _may_be_called(address: str) -> bool:
    try:
        return may_be_called(URL(address))
    except ValueError:
        return False


def _statement(answer: Answer) -> str:
    if answer.is_passing_trouble():
        raise answer.unreachable()
    told = answer.json()
    if answer.status != 200 or not isinstance(told, dict):
        raise Refused("Hệ thống tài khoản không nhận lần đăng nhập này. Đăng nhập lại.", code="oidc.code")
    statement = told.get("id_token")
    if not isinstance(statement, str):
        raise Unreachable("Hệ thống tài khoản trả lời thiếu lời xác nhận. Đăng nhập lại.", code="oidc.answer")
    return statement


def _wrong_set_up() -> Refused:
    return Refused(
        "Hệ thống tài khoản không đúng như cài đặt: địa chỉ issuer hay các địa chỉ nó nêu. Báo quản trị.",
        code="oidc.description",
    )
