"""The province's own sign-in over OpenID Connect: the code flow with PKCE, nothing else.

Source: OpenID Connect Core 1.0 (sections 3.1 and 3.1.3.7), Discovery 1.0; RFC 6749, RFC 7636, RFC 9207, RFC 9700.
"""

from __future__ import annotations

from ..card import Card
from .client import OidcClient
from .settings import OidcSettings

CARD = Card(
    name="oidc",
    title="Tài khoản công vụ của tỉnh (OpenID Connect)",
    kind="signin",
    abilities=frozenset({"begin", "identity"}),
    settings=OidcSettings,
    serves=OidcClient,
    build=OidcClient,
)
