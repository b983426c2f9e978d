"""A working day that never gives up: each act is asked for again until it is answered, and each answer is remembered.

Clerks take dossiers in, make consignments with labels, book and call off; postmen scan, take fees and deliver with
proof; stations send batches, waves of single scans, and hand the money on. Every act bears its own key (an
Idempotency-Key, a scan's or a fee's own id), so that whoever asks again asks for the same act.

Used by: test_many_kills, test_graceful_end.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp

from ..furnishing import DESK, OFFICE, PROCEDURE

FEE_DONG = 8000
#: So many single scans come at one moment: they share commits.
WAVE = 16
_CITIZEN = {
    "name": "Nguyễn Thị Diễn Tập", "phone": "0540123456", "address": "Tổ dân phố 3", "commune": "Phường Thành Sen",
    "province": "Tỉnh Hà Tĩnh", "commune_code": "18073",
}  # fmt: skip
_PROOF = {"receiver_name": "Nguyễn Diễn Tập", "id_kind": "citizen_id", "id_tail": "4821", "remarks": "none"}
_ON_THE_WAY = ("collected", "departed", "arrived", "out_for_delivery")
#: A gateway that is fast enough asks for patience when a minute's quota is used up.
_TOO_OFTEN = 429
#: Whoever waits so long for one answer was forgotten.
_PATIENCE = 120.0
_ONE_TRY = aiohttp.ClientTimeout(total=15)


@dataclass
class Act:
    """One act, and how it was answered in the end."""

    kind: str
    path: str
    body: Any
    key: str = ""  #: the Idempotency-Key; scans bear their own ids instead
    status: int = 0
    content: bytes = b""
    tries: int = 0

    @property
    def answer(self) -> Any:
        """Return what the answer says."""
        return json.loads(self.content)

    @property
    def went_well(self) -> bool:
        """Say whether it was done and not refused."""
        return 200 <= self.status < 300


class Gone(Exception):
    """Nobody answers any more."""


@dataclass
class Load:
    """The day's work on one or several gateways, and all that was acknowledged."""

    session: aiohttp.ClientSession
    ports: tuple[int, ...]
    token: str
    clock: Callable[[], datetime]
    seed: int
    persists: bool = True  #: asks again for what was not answered, or ends there
    acts: list[Act] = field(default_factory=list)  #: acknowledged, in the order of their answers
    numbers: list[str] = field(default_factory=list)  #: consignments that were acknowledged
    troubles: Counter[str] = field(default_factory=Counter)  #: what was met instead of an answer
    over: asyncio.Event = field(default_factory=asyncio.Event)
    _turn: itertools.count[int] = field(default_factory=itertools.count)
    _serial: itertools.count[int] = field(default_factory=itertools.count)

    async def done(self, act: Act) -> Act:
        """Ask for an act until it is acknowledged, at one gateway after the other, and remember the answer."""
        try:
            act.status, act.content = await asyncio.wait_for(self._asked(act), _PATIENCE)
        except TimeoutError:
            raise AssertionError(f"never answered: {act}, after {dict(self.troubles)}") from None
        self.acts.append(act)
        return act

    async def _asked(self, act: Act) -> tuple[int, bytes]:
        while True:
            act.tries += 1
            port = self.ports[next(self._turn) % len(self.ports)]
            status, content = await self.once("POST", port, act.path, act.body, act.key)
            if status and status < 500 and status != _TOO_OFTEN and b'"idempotency.running"' not in content:
                return status, content
            if not status and not self.persists:
                raise Gone
            self.troubles[f"{status or 'no answer'} {_code_of(content)}".strip()] += 1
            await asyncio.sleep(min(0.02 * 1.5 ** min(act.tries, 10), 0.5))

    async def once(self, method: str, port: int, path: str, body: Any, key: str = "") -> tuple[int, bytes]:
        """Ask once; status 0 says that no answer came."""
        headers = {"Authorization": f"Bearer {self.token}", **({"Idempotency-Key": key} if key else {})}
        url = f"http://127.0.0.1:{port}{path}"
        try:
            async with self.session.request(method, url, json=body, headers=headers, timeout=_ONE_TRY) as answer:
                return answer.status, await answer.read()
        except (aiohttp.ClientError, OSError, TimeoutError):
            return 0, b""

    def workers(self) -> list[Coroutine[Any, Any, None]]:
        """Return everybody who works, until `over` is set."""
        crew: list[tuple[Callable[[str, random.Random], Awaitable[None]], int]] = [
            (self._clerk, 8), (self._station, 2), (self._wave, 2), (self._cashier, 1)
        ]  # fmt: skip
        return [self._working(one, f"{one.__name__.strip('_')}{n}") for one, many in crew for n in range(many)]

    async def _working(self, one: Callable[[str, random.Random], Awaitable[None]], name: str) -> None:
        dice = random.Random(f"{self.seed}:{name}")
        for n in itertools.count():
            if self.over.is_set():
                return
            try:
                await one(f"{name}-{n}", dice)
            except Gone:
                return

    # --- who works ----------------------------------------------------------------------------------------------------

    async def _clerk(self, name: str, dice: random.Random) -> None:
        """Take one dossier in and bring it as far as the dice say."""
        leg = dice.choice(("send", "return"))
        number = await self.registered(name, leg, book=dice.random() < 0.3)
        if dice.random() < 0.5:
            await self._label(number)
        if dice.random() < 0.7:
            await self._act("book", f"/consignments/{number}/book", None, key=f"{name}-book")
        if dice.random() < 0.25:
            await self._act("cancel", f"/consignments/{number}/cancel", {"reason": "not_needed"}, key=f"{name}-cancel")
            return
        if dice.random() < 0.6:
            fee = {"fee_id": name, "number": number, "ledger": "fee", "amount_dong": FEE_DONG, "unit": OFFICE}
            await self._act("fee", "/fees", fee, key=f"{name}-fee")
        for code in _ON_THE_WAY[: dice.randint(0, len(_ON_THE_WAY))]:
            await self.scanned(name, [(f"{name}-{code}", number, code)])
        if dice.random() < 0.4:
            await self._deliver(name, number)

    async def registered(self, name: str, leg: str, *, book: bool = False) -> str:
        """Take a dossier in and make its consignment; return the number."""
        dossier = {
            "dossier_no": _dossier_no(next(self._serial)), "intake_ref": name, "receiving_desk": DESK,
            "procedure_code": PROCEDURE, "service_form": "both", "applicant": _CITIZEN, "fee_dong": FEE_DONG,
        }  # fmt: skip
        await self._act("dossier", "/dossiers", dossier, key=f"{name}-dossier")
        wanted = {"dossier": f"{DESK}/{name}", "leg": leg, "book": book}
        made = await self._act("consignment", "/consignments", wanted, key=f"{name}-consignment")
        number = number_of(made)
        self.numbers.append(number)
        return number

    async def _label(self, number: str) -> None:
        port = self.ports[next(self._turn) % len(self.ports)]
        status, drawn = await self.once("GET", port, f"/api/v1/labels/{number}", None)
        assert status in {0, 500, 503} or (status == 200 and drawn.startswith(b"%PDF")), (status, drawn[:300])

    async def scanned(self, device: str, scans: list[tuple[str, str, str]]) -> Act:
        """Send scans, each an id, a number and a code, in one batch."""
        now = self.clock().isoformat()
        rows = [
            {"scan_id": scan_id, "number": number, "code": code, "device_at": now, "office": OFFICE}
            for scan_id, number, code in scans
        ]
        return await self._act("scans", "/scans", {"device": device, "sent_at": now, "scans": rows})

    async def _deliver(self, name: str, number: str) -> None:
        now = self.clock().isoformat()
        body = {
            "number": number, "proof": _PROOF, "scan_id": f"{name}-delivered", "device": name, "device_at": now,
            "sent_at": now, "office": OFFICE,
        }  # fmt: skip
        await self._act("delivery", "/deliveries", body, key=f"{name}-delivery")

    async def _station(self, name: str, dice: random.Random) -> None:
        """Send a batch about items that others are at, too."""
        if not (some := await self._some(dice, 30)):
            return
        codes = [dice.choice(("departed", "arrived")) for _ in some]
        await self.scanned(
            name, [(f"{n}", number, code) for n, (number, code) in enumerate(zip(some, codes, strict=True))]
        )

    async def _wave(self, name: str, dice: random.Random) -> None:
        """Send single scans, all at one moment."""
        some = await self._some(dice, WAVE)
        sent = [
            self.scanned(name, [(f"{n}", number, dice.choice(("departed", "arrived")))])
            for n, number in enumerate(some)
        ]
        for end in await asyncio.gather(*sent, return_exceptions=True):
            if isinstance(end, BaseException):
                raise end

    async def _cashier(self, name: str, dice: random.Random) -> None:
        """Hand on what fee money there is."""
        await asyncio.sleep(dice.uniform(0.2, 0.8))
        await self._act("remittance", "/remittances", {"desk": DESK, "unit": OFFICE}, key=name)

    async def _some(self, dice: random.Random, most: int) -> list[str]:
        while len(self.numbers) < WAVE and not self.over.is_set():
            await asyncio.sleep(0.05)
        return dice.sample(self.numbers, min(most, len(self.numbers)))

    async def _act(self, kind: str, path: str, body: Any, *, key: str = "") -> Act:
        return await self.done(Act(kind=kind, path=f"/api/v1{path}", body=body, key=key))


def _dossier_no(serial: int) -> str:
    return f"H27.15-26{serial // 10_000 + 1:02d}01-{serial % 10_000:04d}"


def number_of(made: Act) -> str:
    """Return the number of the consignment that was made, now or by a try whose answer was lost."""
    answer = made.answer
    if made.status == 409:
        return str(answer["link"].rpartition("/")[2])
    assert made.status == 201, answer
    return str(answer["consignment_no"])


def _code_of(content: bytes) -> str:
    try:
        return str(json.loads(content).get("code", ""))
    except ValueError:
        return ""


def scan_keys(act: Act) -> dict[str, str]:
    """Return the verdict on each scan of a batch, by the key under which the house keeps it."""
    assert act.went_well, (act.status, act.answer)
    return {f"device:{act.body['device']}#{row['scan_id']}": row["verdict"] for row in act.answer["answers"]}
