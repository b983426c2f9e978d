"""Keeps a subscriber's address from being used to reach into our own network.

Whoever may enter a webhook address could name a machine only we can see. So each name is resolved once, every address
it gives must be a public one, and the connection goes to exactly those addresses: a name cannot show one face to the
check and another to the call.

Source: Standard Webhooks 1.0, "SSRF".
"""

from __future__ import annotations

import ipaddress
import socket

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from postgw.domain.errors import Refused


def is_public(address: str) -> bool:
    """Say whether an IP address is one of the open internet.

    >>> [is_public(address) for address in ("8.8.8.8", "127.0.0.1", "10.1.2.3", "169.254.169.254")]
    [True, False, False, False]
    >>> is_public("::1"), is_public("::ffff:10.0.0.1"), is_public("fe80::1%2")
    (False, False, False)
    >>> is_public("64:ff9b::7f00:1"), is_public("2002:7f00:1::"), is_public("224.0.0.1"), is_public("0.0.0.0")
    (False, False, False, False)
    """
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ipaddress.IPv4Address(ip.packed[-4:]) if ip in _NAT64 else None)
        if inner is not None:
            return is_public(str(inner))
        if ip.is_site_local:  # given up in 2004, and still somebody's own network
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class PublicOnly(AbstractResolver):
    """Resolves names to public addresses and refuses all others."""

    def __init__(self) -> None:
        self._resolver: ThreadedResolver | None = None

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of a name. Raises Refused when one of them lies inside a private network."""
        self._resolver = self._resolver or ThreadedResolver()
        found = await self._resolver.resolve(host, port, family)
        for one in found:
            if not is_public(one["host"]):
                raise inside()
        return found

    async def close(self) -> None:
        """Nothing is held open."""


def check_address(url: URL, *, allow_private: bool) -> None:
    """Refuse an address that may not be called whatever it resolves to.

    Raises Refused when it is not https, carries a user name, or names this machine or a private IP address outright, in
    whatever spelling the system takes.

    >>> check_address(URL("https://2130706433/"), allow_private=False)
    Traceback (most recent call last):
    postgw.domain.errors.Refused: Địa chỉ nhận webhook nằm trong mạng nội bộ, không được phép gọi.
    """
    if url.scheme != "https" and not (allow_private and url.scheme == "http"):
        raise Refused("Địa chỉ nhận webhook phải bắt đầu bằng https://.", code="webhook.https")
    if not url.host or url.user or url.password:
        raise Refused("Địa chỉ nhận webhook không được chứa tên đăng nhập và phải có tên máy.", code="webhook.address")
    if not allow_private and _is_private_literal(url.host):
        raise inside()


def inside() -> Refused:
    """Return the verdict for an address inside a private network."""
    return Refused("Địa chỉ nhận webhook nằm trong mạng nội bộ, không được phép gọi.", code="webhook.private")


def _is_private_literal(host: str) -> bool:
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):  # RFC 6761 section 6.3
        return True
    try:
        return not is_public(_spelt_out(name))
    except ValueError:
        return False


def _spelt_out(host: str) -> str:
    """Return an IPv4 address that is written as one number, in octal or short, as its four numbers."""
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        return host
