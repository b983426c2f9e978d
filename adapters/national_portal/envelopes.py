"""How one call of the wire is wrapped: in the body, or in the path.

The data axis takes every service at one address and reads in the body which is meant, from whom and in which session.
A provincial bus puts service, agency and the switch of an update into the address and takes the bare list; whether it
wants a session is its own affair. A third form is another row of the table.

Used by: settings, client.
Source: both forms as public clients write them; the look-up in the path form is ours by analogy.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from yarl import URL

LOOK_UP, SYNCHRONISE, PROGRESS = "TraCuuHoSo", "DongBoHoSoMC", "CapNhatTienDoHoSoMC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call: the service, its small values and its list of rows, where it has one."""

    service: str
    values: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Where each part of a call goes. An empty key: the part is not in the body, or not in the address."""

    session_key: str = ""
    site_key: str = ""
    service_key: str = ""
    site_in_address: str = ""
    in_path: bool = False

    def address(self, url: URL, call: Call, site: str) -> URL:
        """Return where the call goes."""
        if not self.in_path:
            return url
        return (url / call.service).with_query({self.site_in_address: site, **call.values})

    def body(self, call: Call, *, session: str, site: str) -> bytes:
        """Return what is posted, UTF-8."""
        rows = list(call.rows)
        if self.in_path:
            return _written(rows)
        head = {self.session_key: session, self.site_key: site, self.service_key: call.service}
        return _written({**head, **call.values, **({"data": rows} if rows else {})})


ENVELOPES: Mapping[str, Envelope] = MappingProxyType({
    "body": Envelope(session_key="session", site_key="madonvi", service_key="service"),
    "path": Envelope(in_path=True, site_in_address="MaDinhDanhDV"),
})  # fmt: skip


def _written(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()
