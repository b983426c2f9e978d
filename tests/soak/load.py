"""A working day in small: the same rounds of everything a gateway is asked, good and bad, again and again."""

from __future__ import annotations

import asyncio
import itertools
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from ..furnishing import DESK, OFFICE, PROCEDURE

CITIZEN = {
    "name": "Nguyễn Thị Diễn Tập", "phone": "0540123456", "address": "Tổ dân phố 3", "commune": "Phường Thành Sen",
    "province": "Tỉnh Hà Tĩnh", "commune_code": "18073",
}  # fmt: skip
PARCELS = 6  #: a round


@dataclass
class Load:
    """Who asks, and what was asked."""

    url: str
    token: str
    session: aiohttp.ClientSession
    requests: int = 0
    parcels: int = 0
    serial: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    async def round(self) -> None:
        """Do one round: always the same work."""
        await asyncio.gather(*(self._parcel() for _ in range(PARCELS)))
        await self.idle_round()

    async def idle_round(self) -> None:
        """Do all that a round does, but bring no parcel."""
        await self._turned_away()
        await self._screens()
        await self._who_hangs_up()

    async def ask(
        self, method: str, path: str, body: Any = None, *, expect: int | tuple[int, ...],
        session: aiohttp.ClientSession | None = None, **headers: str,
    ) -> tuple[bytes, Any]:  # fmt: skip
        """Ask one thing; return content and headers."""
        self.requests += 1
        address = f"203.0.113.{self.requests % 250}"  # a new caller each time, as a day has them
        given = {
            "Authorization": f"Bearer {self.token}",
            "X-Forwarded-For": address,
            **{k.replace("_", "-"): v for k, v in headers.items()},
        }
        with_body = {"data": body} if isinstance(body, bytes) else {"json": body}
        request = (session or self.session).request(
            method, self.url + path, headers=given, allow_redirects=False, **with_body
        )
        async with request as answer:
            content = await answer.read()
            assert answer.status in (expect if isinstance(expect, tuple) else (expect,)), (
                method,
                path,
                answer.status,
                content[:300],
            )
            return content, answer.headers

    async def _parcel(self) -> None:
        """Let one dossier in, label it, book it, scan it, and look it up as officers, strangers and machines do."""
        n = next(self.serial)
        self.parcels += 1
        dossier = {
            "intake_ref": f"MC-{n}", "receiving_desk": DESK, "procedure_code": PROCEDURE, "service_form": "both",
            "applicant": CITIZEN, "papers": [{"name": "Giấy khai sinh", "kind": "original"}],
        }  # fmt: skip
        await self.ask("POST", "/api/v1/dossiers", dossier, expect=201)
        wanted = {"dossier": f"{DESK}/MC-{n}", "leg": "send", "book": True}
        made, _ = await self.ask("POST", "/api/v1/consignments", wanted, expect=201, Idempotency_Key=f"key-{n}")
        await self.ask("POST", "/api/v1/consignments", wanted, expect=201, Idempotency_Key=f"key-{n}")
        number = json.loads(made)["consignment_no"]
        await self.ask("GET", f"/api/v1/labels/{number}", expect=200)
        now = datetime.now(UTC).isoformat()
        scans = [
            {"scan_id": f"{n}-{code}", "number": number, "code": code, "device_at": now, "office": OFFICE}
            for code in ("collected", "arrived", "out_for_delivery")
        ]
        batch = {"device": "d", "sent_at": now, "scans": scans}
        for _ in range(2):
            await self.ask("POST", "/api/v1/scans", batch, expect=200)
        _, told = await self.ask("GET", f"/api/v1/track/{number}", expect=200)
        await self.ask("GET", f"/api/v1/track/{number}", expect=(304, 200), If_None_Match=told["ETag"])
        await self.ask("GET", f"/t/{number}", expect=200)
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as anew:
            await self.ask("GET", f"/api/v1/consignments/{number}/journey", expect=200, session=anew)

    async def _turned_away(self) -> None:
        """Ask what is refused."""
        await self.ask("GET", "/api/v1/consignments", expect=401, Authorization="Bearer nobody")
        await self.ask("POST", "/api/v1/dossiers", {"service_form": "fly"}, expect=422)
        await self.ask("POST", "/api/v1/dossiers", b"{", expect=400, Content_Type="application/json")
        await self.ask("GET", f"/nowhere/{next(self.serial)}", expect=404)
        await self.ask("GET", "/api/v1/track/4K7M29TB6HC", expect=404)
        await self.ask("DELETE", "/api/v1/consignments", expect=405)

    async def _screens(self) -> None:
        """Look at lists, at the change feed, at the figures, as screens and machines do."""
        for path in ("/api/v1/consignments?limit=20", "/api/v1/events?limit=50", "/metrics", "/healthz", "/"):
            await self.ask("GET", path, expect=200)

    async def _who_hangs_up(self) -> None:
        """Begin requests and go away: in the middle of the head, of the body, and before the answer."""
        host = urlsplit(self.url)
        whole = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
        begun = (whole[:20], b"POST /api/v1/dossiers HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n{", whole)
        for piece in begun:
            self.requests += 1
            reader, writer = await asyncio.open_connection(host.hostname, host.port)
            writer.write(piece)
            await writer.drain()
            writer.close()
            await writer.wait_closed()
            del reader
