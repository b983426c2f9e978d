"""What goes to the provider, and what its words mean to us.

Source: OpenID Connect Core 1.0 sections 3.1.2.1 (request), 3.1.3.1 (token request), 3.1.3.7 (validation of the
statement); RFC 6749 section 2.3.1 (the secret in the header is encoded as a form before it is joined).
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus, urlencode

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import extract_compact
from yarl import URL

from postgw.domain.errors import Refused
from postgw.domain.identity import Identity

from .settings import OidcSettings

#: How far the two clocks may be apart.
_LEEWAY_SECONDS = 120
_LONGEST = 255


def begin_to_wire(
    settings: OidcSettings, endpoint: str, *, state: str, nonce: str, challenge: str, back: str
) -> str:  # fmt: skip
    """Return the address of the provider's own sign-in."""
    asked = {
        "response_type": "code", "client_id": settings.client_id, "redirect_uri": back, "state": state, "nonce": nonce,
        "scope": " ".join(settings.scopes), "code_challenge": challenge, "code_challenge_method": "S256",
    }  # fmt: skip
    return str(URL(endpoint).update_query(asked))


def code_to_wire(settings: OidcSettings, *, code: str, verifier: str, back: str) -> tuple[dict[str, str], bytes]:
    """Return the headers and the form by which a code is exchanged."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if settings.secret and settings.secret_goes == "header":
        pair = f"{quote_plus(settings.client_id)}:{quote_plus(settings.secret)}"
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    else:
        form["client_id"] = settings.client_id
        if settings.secret:
            form["client_secret"] = settings.secret
    return headers, urlencode(form).encode()


def key_named_by(statement: str) -> str:
    """Return which of the provider's keys a statement says it was signed with. Raises Refused when it is none."""
    try:
        return str(extract_compact(statement.encode()).headers().get("kid", ""))
    except (JoseError, ValueError) as fault:
        raise disbelieved() from fault


def identity_from_wire(
    settings: OidcSettings, statement: str, keys: KeySet, *, nonce: str, at: datetime
) -> Identity:  # fmt: skip
    """Return whom a signed statement vouches for.

    Raises Refused when signature, issuer, audience, time or nonce is not as it must be.
    """
    try:
        token = jwt.decode(statement, keys, algorithms=list(settings.algorithms))
        registry = jwt.JWTClaimsRegistry(
            now=int(at.timestamp()), leeway=_LEEWAY_SECONDS, iss={"essential": True, "value": settings.issuer},
            aud={"essential": True, "value": settings.client_id}, exp={"essential": True}, iat={"essential": True},
            sub={"essential": True}, nonce={"essential": True, "value": nonce},
        )  # fmt: skip
        registry.validate(token.claims)
    except (JoseError, ValueError, TypeError) as fault:
        raise disbelieved() from fault
    return _identity(settings, token.claims)


def _identity(settings: OidcSettings, claims: Mapping[str, Any]) -> Identity:
    subject, login = claims["sub"], claims.get(settings.login_claim, "")
    if not _is_for(settings.client_id, claims) or not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST:
        raise disbelieved()
    known = login.strip().lower()[:_LONGEST] if isinstance(login, str) else ""
    return Identity(issuer=settings.issuer, subject=subject, login=known)


def _is_for(client_id: str, claims: Mapping[str, Any]) -> bool:
    """Say whether a statement with several audiences names us as the party it was made for."""
    party, audience = claims.get("azp"), claims["aud"]
    several = isinstance(audience, list) and len(audience) > 1
    return party == client_id if party is not None or several else True


def disbelieved() -> Refused:
    """Return the verdict on a statement that is not to be believed."""
    return Refused(
        "Không tin được lời xác nhận của hệ thống tài khoản. Đăng nhập lại; vẫn vậy thì báo quản trị.",
        code="oidc.statement",
    )
