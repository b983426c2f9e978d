"""What a province fills in to send e-mail."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from postgw.domain.errors import Invalid

from ..address import is_this_machine
from .mapping import is_address

Security = Literal["starttls", "tls", "none"]
_HOST = re.compile(r"[A-Za-z0-9.:-]{1,253}")


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailSettings:
    """One account with a mail server."""

    host: str
    sender: str  #: the address that stands in From and gets what bounces
    port: int = 587
    security: Security = "starttls"  #: `tls`: from the first octet (port 465); `none`: for this machine alone
    user: str = ""  #: empty: the server lets this machine in without a name
    password: str = field(default="", repr=False, metadata={"secret": True})
    sender_name: str = ""
    reply_to: str = ""
    footer: str = ""  #: under every text
    ca_file: str = ""  #: PEM file of the authority that signed the server's certificate; empty: the system's
    total_seconds: float = 30.0  #: the longest one letter may take
    dong_per_message: int = 0

    def __post_init__(self) -> None:
        if not _HOST.fullmatch(self.host):
            raise Invalid("Tên máy chủ thư không đúng.", code="email.host", field="/host")
        if not 1 <= self.port <= 65535:
            raise Invalid("port phải từ 1 đến 65535.", code="email.port", field="/port")
        for name in ("sender", "reply_to"):
            address = getattr(self, name)
            if (address or name == "sender") and not is_address(address):
                raise Invalid("{name} không phải là địa chỉ thư.", name=name, code="email.address", field=f"/{name}")
        if any(not text.isprintable() for text in (self.sender_name, self.user)):
            raise Invalid(
                "sender_name và user không được có ký tự xuống dòng.", code="email.line", field="/sender_name"
            )
        if bool(self.user) != bool(self.password):
            raise Invalid("user và password phải có cả hai hoặc không có cái nào.", code="email.login", field="/user")
        if self.security == "none" and not is_this_machine(self.host):
            raise Invalid(
                "security = none chỉ dùng cho máy này; thư đi qua mạng phải mã hóa.",
                code="email.plain", field="/security",
            )  # fmt: skip
