"""Which addresses may be spoken to: names of citizens cross no network unencrypted.

Used by: the settings of every adapter that calls.
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache

from yarl import URL


def may_be_called(url: URL) -> bool:
    """Say whether an address is one over TLS, or a plain one on this machine.

    >>> [may_be_called(URL(text)) for text in ("https://post.example", "http://127.0.0.1:8145", "http://post.example")]
    [True, True, False]
    """
    if not url.host:
        return False
    return url.scheme == "https" or (url.scheme == "http" and is_this_machine(url.host))


@lru_cache(maxsize=256)
def is_this_machine(host: str) -> bool:
    """Say whether a host is this machine itself.

    >>> is_this_machine("localhost"), is_this_machine("::1"), is_this_machine("post.example")
    (True, True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
