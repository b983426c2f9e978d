"""A person whom another house vouches for: the province's own sign-in knows who sits at the screen, we what he may do.

The other house says under which name it knows the person, for good; roles and units are ours. A trip there and back is
bound to one browser by its state, to one statement by its nonce, and to one who began it by its verifier.

Used by: single_sign_on, adapters.oidc.
Source: OpenID Connect Core 1.0; RFC 7636 (PKCE); RFC 9700 section 2.1 (best current practice).
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Whom the other house vouches for."""

    issuer: str
    subject: str  #: the person's name there, never given to another
    login: str = ""  #: by which an account of ours is found the first time


def challenge_of(verifier: str) -> str:
    """Return what is told of a verifier before the verifier itself is shown.

    >>> challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
    """
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


class IdentityProvider(Protocol):
    """A house that vouches for people: OpenID Connect, code flow with PKCE."""

    async def begin(self, *, state: str, nonce: str, challenge: str, back: str) -> str:
        """Return the address to which the browser is sent; `back` is where it comes back to.

        Raises Unreachable when the house does not answer.
        """
        ...

    async def identity(self, *, code: str, verifier: str, nonce: str, back: str, at: datetime) -> Identity:
        """Return whom the house vouches for by this code.

        Raises Refused when it does not, or when its statement is not to be believed; Unreachable when it is silent.
        """
        ...

    async def close(self) -> None:
        """Give back what is held open."""
        ...
