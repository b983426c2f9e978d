"""What a province fills in to speak to VNPost over the government wire.

The post hands out a customer code, a key and a secret per account; the addresses may be those of the national platform
or of a provincial bus, so each can be given whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from yarl import URL

from postgw.domain.errors import Invalid

from ..address import may_be_called
from .codes import checked, shipped, shipped_reasons
from .envelope import ACTS, ENVELOPES, Envelope, Name

Unit = Literal["s", "ms"]

#: What stands after `base_url` where an address is not given whole.
PATHS = {
    "token_url": "/token",
    "order_url": "/apiVNPostNGSP/p1.0/order/post",
    "cancel_url": "/apiVNPostNGSP/p1.0/order/cancel",
    "tracking_url": "/apiVNPostNGSP/p1.0/order/tracking",
    "document_url": "/apiVNPostNGSP/p1.0/document/post",
}

#: The largest page the feed gives.
PAGE_MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class NgspSettings:
    """One account with the post."""

    customer_code: str  #: given by the post to the agency
    key: str = field(default="", repr=False, metadata={"secret": True})  #: not where the secret alone is a token
    secret: str = field(repr=False, metadata={"secret": True})
    envelope: Name = "direct"  #: how the post is reached: straight, or through a provincial bus
    services: Mapping[str, str] = field(default_factory=dict)  #: act → what the bus calls it, over the envelope's names
    without_feed: bool = False  #: the bus carries no feed, and what happens is told some other way
    base_url: str = ""  #: `https://host`, without a path, or the one address of a bus, whole
    token_url: str = ""
    order_url: str = ""
    cancel_url: str = ""
    tracking_url: str = ""
    document_url: str = ""
    ca_file: str = ""  #: PEM file of the authority that signed the post's certificate; empty: the system's
    total_seconds: float = 30.0  #: the longest one call may take
    expires_in_unit: Unit = "s"  #: inferred: clients disagree
    event_time_unit: Unit = "ms"  #: inferred from the type
    page_size: int = 500
    sends_item_code: bool = False  #: some accounts hand out numbers from a lent range, as an 18th key
    codes: Mapping[int | str, str] = field(default_factory=dict)  #: StatusCode -> scan word; empty: as shipped
    reasons: Mapping[str, str] = field(default_factory=shipped_reasons)  #: text of `Notes` -> our reason

    def __post_init__(self) -> None:
        for name in ("customer_code", "key", "secret"):
            if not getattr(self, name) and (name != "key" or self.way.token.startswith("basic")):
                raise Invalid(
                    "Chưa điền {name} của tài khoản bưu điện.", name=name, code="settings.missing", field=f"/{name}"
                )
        if not 1 <= self.page_size <= PAGE_MOST:
            raise Invalid("page_size phải từ 1 đến {most}.", most=PAGE_MOST, code="ngsp.page_size", field="/page_size")
        for name in ("expires_in_unit", "event_time_unit"):
            if getattr(self, name) not in ("s", "ms"):
                raise Invalid("{name} phải là s hoặc ms.", name=name, code="ngsp.unit", field=f"/{name}")
        checked(self.codes)
        self._check_services()
        for name in PATHS:
            if self.uses(name):
                self.address(name)

    @property
    def way(self) -> Envelope:
        """Return the envelope as it is."""
        return ENVELOPES[self.envelope]

    def can(self, act: str) -> bool:
        """Say whether an act reaches the post: the envelope carries it, or it has an address of its own."""
        return self.has_own_address(act) or self.way.can(act, self.services)

    def has_own_address(self, act: str) -> bool:
        """Say whether an act has an address that the settings give whole."""
        return bool(getattr(self, f"{act}_url"))

    def uses(self, name: str) -> bool:
        """Say whether an address is ever called."""
        if name == "token_url":
            return self.way.token != "none"
        return self.can(name.removesuffix("_url"))

    def address(self, name: str) -> URL:
        """Return one of the five addresses.

        Raises Invalid when it is missing, or would send citizens' names unencrypted over a network.
        """
        text = getattr(self, name) or self._by_base(name)
        if not text:
            raise Invalid("Chưa điền {name} hoặc base_url.", name=name, code="ngsp.missing", field=f"/{name}")
        url = URL(text)
        if may_be_called(url):
            return url
        raise Invalid(
            "{name} phải bắt đầu bằng https:// (http:// chỉ dùng cho máy này).",
            name=name, code="ngsp.https", field=f"/{name}",
        )  # fmt: skip

    def _by_base(self, name: str) -> str:
        if self.way.one_url:
            return "" if name == "token_url" else self.base_url
        return self.base_url.rstrip("/") + PATHS[name] if self.base_url else ""

    def _check_services(self) -> None:
        for act in self.services:
            if act not in ACTS:
                raise Invalid(
                    "services chỉ nhận: {acts}.", acts=", ".join(ACTS), code="ngsp.service", field=f"/services/{act}"
                )
        if not self.can("order"):
            raise Invalid(
                "Chưa rõ trục {envelope} gọi dịch vụ gửi phiếu là gì. Điền services.order.",
                envelope=self.envelope, code="ngsp.service", field="/services/order",
            )  # fmt: skip
        if not self.can("tracking") and not self.without_feed:
            raise Invalid(
                "Trục {envelope} không có dịch vụ hành trình. Điền tracking_url, hoặc đặt without_feed = true nếu hành"
                " trình tới bằng đường khác.",
                envelope=self.envelope, code="ngsp.no_feed", field="/tracking_url",
            )  # fmt: skip

    def words(self) -> Mapping[int, str]:
        """Return the table of status codes in force."""
        if self.codes:
            return {**shipped("known"), **checked(self.codes)}
        return {**shipped("ours"), **shipped("known")}

    def codes_are_ours(self) -> bool:
        """Say whether the table is still the one we made up: no account may go live with it."""
        return not self.codes
