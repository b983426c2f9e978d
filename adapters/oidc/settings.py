"""What a province fills in to let its people sign in with the accounts that they have."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from yarl import URL

from postgw.domain.errors import Invalid

from ..address import may_be_called


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcSettings:
    """One client of an OpenID provider."""

    issuer: str  #: the provider's address, letter for letter as it names itself
    client_id: str
    secret: str = field(default="", repr=False, metadata={"secret": True})  #: empty: a public client, PKCE alone
    secret_goes: Literal["header", "body"] = "header"  #: client_secret_basic or client_secret_post
    scopes: tuple[str, ...] = ("openid", "profile")
    login_claim: str = "preferred_username"  #: the claim that is the login of an account here
    algorithms: tuple[str, ...] = ("RS256", "ES256", "PS256")
    ca_file: str = ""
    total_seconds: float = 10.0

    def __post_init__(self) -> None:
        if not may_be_called(URL(self.issuer)):
            raise Invalid("issuer phải là địa chỉ https.", code="oidc.issuer", field="/issuer")
        if "openid" not in self.scopes:
            raise Invalid("scopes phải có openid.", code="oidc.scopes", field="/scopes")
        if any(name.startswith(("HS", "none")) for name in self.algorithms) or not self.algorithms:
            raise Invalid(
                "algorithms chỉ nhận thuật toán ký bằng khoá công khai.", code="oidc.algorithms", field="/algorithms"
            )
