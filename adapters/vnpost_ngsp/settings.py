"""What a province fills in to speak to VNPost over the government wire.

The post hands out a customer code, a key and a secret per account; the addresses may be those of the national platform
or of a provincial bus, so each can be given whole.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from yarl import URL

from postgw.domain.errors import Invalid

from .codes import checked, shipped, shipped_reasons

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
    key: str = field(repr=False, metadata={"secret": True})
    secret: str = field(repr=False, metadata={"secret": True})
    base_url: str = ""  #: `https://host`, without a path; not needed when all five addresses are given
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
            if not getattr(self, name):
                raise Invalid(
                    "Chưa điền {name} của tài khoản bưu điện.", name=name, code="ngsp.missing", field=f"/{name}"
                )
        if not 1 <= self.page_size <= PAGE_MOST:
            raise Invalid("page_size phải từ 1 đến {most}.", most=PAGE_MOST, code="ngsp.page_size", field="/page_size")
        for name in ("expires_in_unit", "event_time_unit"):
            if getattr(self, name) not in ("s", "ms"):
                raise Invalid("{name} phải là s hoặc ms.", name=name, code="ngsp.unit", field=f"/{name}")
        checked(self.codes)
        for name in PATHS:
            self.address(name)

    def address(self, name: str) -> URL:
        """Return one of the five addresses.

        Raises Invalid when it is missing, or would send citizens' names unencrypted over a network.
        """
        text = getattr(self, name) or (self.base_url.rstrip("/") + PATHS[name] if self.base_url else "")
        if not text:
            raise Invalid("Chưa điền {name} hoặc base_url.", name=name, code="ngsp.missing", field=f"/{name}")
        url = URL(text)
        if url.scheme == "https" and url.host:
            return url
        if url.scheme == "http" and _is_loopback(url.host or ""):
            return url
        raise Invalid(
            "{name} phải bắt đầu bằng https:// (http:// chỉ dùng cho máy này).",
            name=name, code="ngsp.https", field=f"/{name}",
        )  # fmt: skip

    def words(self) -> Mapping[int, str]:
        """Return the table of status codes in force."""
        if self.codes:
            return {**shipped("known"), **checked(self.codes)}
        return {**shipped("ours"), **shipped("known")}

    def codes_are_ours(self) -> bool:
        """Say whether the table is still the one we made up: no account may go live with it."""
        return not self.codes


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
