"""What a province fills in to send with Viettel Post.

The partner account has a name and a password; the webhook's secret is the one typed into the carrier's own screen.
`VERIFICATION_CODE` of the wire (a check of the recipient by birth year or identity number) has no setting: an order of
this house never holds such a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from yarl import URL

from postgw.domain.errors import Invalid

from ..address import may_be_called
from .codes import Vocabulary, vocabulary

#: What stands after `base_url`.
PATHS = {
    "login": "/v2/user/Login",
    "connect": "/v2/user/ownerconnect",
    "order": "/v2/order/createOrderNlp",
    "update": "/v2/order/UpdateOrder",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ViettelSettings:
    """One account with Viettel Post."""

    key: str = field(repr=False, metadata={"secret": True})  #: USERNAME
    secret: str = field(repr=False, metadata={"secret": True})  #: PASSWORD
    webhook_secret: str = field(repr=False, metadata={"secret": True})
    service: str  #: ORDER_SERVICE, the code of the service in the contract
    base_url: str = "https://partner.viettelpost.vn"
    service_add: str = ""  #: ORDER_SERVICE_ADD
    product_type: Literal["TH", "HH"] = "TH"  #: letter or goods
    #: What the carrier is told of the contents; empty: the list of papers, refused where it is too long.
    product_name: str = "Hồ sơ thủ tục hành chính"
    weight_grams: int = 50
    receiver_pays_postage: bool = False
    known_already: tuple[str, ...] = ()  #: codes or words of a no that means: this number is here already
    cancelled_already: tuple[str, ...] = ()  #: codes or words of a no that means: it is called off already
    token_refused: tuple[str, ...] = ("401",)  #: codes or words of a no that means: another token, please
    token_days: float = 300.0  #: a long token is renewed after so long; theirs lives a year or two
    ca_file: str = ""  #: PEM file of the authority that signed the carrier's certificate; empty: the system's
    total_seconds: float = 30.0
    codes: Mapping[int | str, str] = field(default_factory=dict)  #: ORDER_STATUS → scan word, over those that ship
    reasons: Mapping[str, str] = field(default_factory=dict)  #: REASON_CODE → reason of an attempt, likewise

    def __post_init__(self) -> None:
        for name in ("key", "secret", "webhook_secret", "service"):
            if not getattr(self, name):
                raise Invalid(
                    "Chưa điền {name} của tài khoản Viettel Post.", name=name, code="viettel.missing", field=f"/{name}"
                )
        if not 1 <= self.weight_grams <= 30_000:
            raise Invalid("weight_grams phải từ 1 đến 30000.", code="viettel.weight", field="/weight_grams")
        if self.product_type not in ("TH", "HH"):
            raise Invalid("product_type phải là TH hoặc HH.", code="viettel.product_type", field="/product_type")
        self.address("login")
        self.vocabulary()

    def address(self, name: str) -> URL:
        """Return an address of the wire. Raises Invalid when it would send names unencrypted over a network."""
        url = URL(self.base_url.rstrip("/") + PATHS[name])
        if may_be_called(url):
            return url
        raise Invalid(
            "{name} phải bắt đầu bằng https:// (http:// chỉ dùng cho máy này).",
            name="base_url", code="viettel.https", field="/base_url",
        )  # fmt: skip

    def vocabulary(self) -> Vocabulary:
        """Return the tables of codes in force. Raises Invalid at a word that is none of ours."""
        return vocabulary(self.codes, self.reasons)
